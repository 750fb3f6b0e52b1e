#!/usr/bin/env python3
"""Writes the invented data of `pregon demo`. Run it here: `python3 generar.py`.

Everything is drawn from one seed, so the same script writes the same files, byte for byte. No
person, number or address in them is real: mail domains are those that RFC 2606 keeps for examples,
and phone numbers count up from round ones.
"""

import csv
import random
from datetime import date, datetime, timedelta, timezone

rnd = random.Random(20261026)
START = date(2026, 10, 26)
DAYS = 26

FIRST = """Ana Beatriz Camila Daniela Elena Fernanda Gabriela Inés Javiera Karina Lucía María
Natalia Olga Paula Rocío Sofía Tamara Úrsula Valentina Ximena Yolanda Zoila Andrés Bruno Cristóbal
Diego Emilio Felipe Germán Hernán Iván Joaquín Kevin Luis Martín Nicolás Óscar Pablo Rodrigo
Sebastián Tomás Ulises Víctor Wilson Álvaro Begoña Íñigo Ñusta Saúl""".split()
LAST = """Acuña Bravo Cárdenas Díaz Espinoza Fuentes Godoy Henríquez Ibáñez Jaramillo Lagos Muñoz
Núñez Ordóñez Peña Quiñones Ríos Sepúlveda Toro Ugarte Valdés Yáñez Zúñiga Ávila Benítez Cañizares
Dueñas Echeverría Figueroa Guzmán Hurtado Ishiyama Juárez Krauss Londoño Marín Narváez Ospina
Páez Quishpe Restrepo Suárez Tapia Urrutia Villacís Wiesner""".split()
PLACES = {
    "America/Santiago": ["Santiago", "Ñuñoa", "Valparaíso", "Puerto Varas", "Concepción"],
    "America/Guayaquil": ["Guayaquil", "Quito", "Cuenca", "Loja"],
    "America/Bogota": ["Bogotá", "Medellín", "Cali", "Ibagué"],
}
ZONES = ["America/Santiago"] * 6 + ["America/Guayaquil"] * 2 + ["America/Bogota"] * 2
PHONES = {"America/Santiago": 56_9_5550_0000, "America/Guayaquil": 593_99_900_0000,
          "America/Bogota": 57_300_900_0000}
OFFSET = {"America/Santiago": 3, "America/Guayaquil": 5, "America/Bogota": 5}
ITEMS = ["Membresía Termas Online", "Pase Yoga Digital", "Biblioteca de Meditación",
         "Plan Respira Anual", "Clases en Vivo Plus"]
SERVICES = ["masaje de piedras", "tina caliente", "circuito de aguas", "masaje descontracturante",
            "sauna y lodo"]
PLAIN = str.maketrans("áéíóúüñÁÉÍÓÚÜÑ", "aeiouunAEIOUUN")


def write(name, head, rows):
    with open(name, "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head)
        out.writerows(rows)


def customers():
    rows = []
    for n in range(1, 1201):
        first, last, last2 = rnd.choice(FIRST), rnd.choice(LAST), rnd.choice(LAST)
        zone = rnd.choice(ZONES)
        user = f"{first}.{last}.{n}".translate(PLAIN).lower()
        domain = rnd.choice(["example.org", "example.com", "example.net"])
        email, phone = f"{user}@{domain}", f"+{PHONES[zone] + n}"
        luck = rnd.random()
        if luck < 0.05:
            email = ""
        elif luck < 0.07:
            email = rnd.choice([f"{user}@", f"{user} arroba example.org", f"@{domain}", "no tiene"])
        elif luck < 0.09 and rows:
            email = rnd.choice(rows)[2]
        luck = rnd.random()
        if luck < 0.06:
            phone = ""
        elif luck < 0.08:
            phone = rnd.choice(["123", "no tiene", f"{n}"])
        elif luck < 0.11 and rows:
            phone = rnd.choice(rows)[3]
        visits = min(int(rnd.expovariate(0.35)), 14)
        spend = sum(rnd.randrange(18, 95) * 1000 for _ in range(visits))
        last_visit = START - timedelta(days=rnd.randrange(2, 400)) if visits else ""
        rows.append([f"C-{n:04}", f"{first} {last} {last2}", email, phone,
                     "en" if rnd.random() < 0.08 else "es", zone,
                     rnd.choices(["no", "sí"], [94, 6])[0],
                     rnd.choice(PLACES[zone]), visits, spend, last_visit])
    write("clientes.csv", ["id", "name", "email", "phone", "language", "zone", "opt_out", "city",
                           "visits", "spend", "last_visit"], rows)
    return rows


def pins(people):
    rows = []
    for n in range(1, 1501):
        status = rnd.choices(["Delivered", "Returned", "Inactive"], [90, 6, 4])[0]
        expiry = START + timedelta(days=30 + rnd.randrange(-2, DAYS + 6))
        rows.append([f"STR-{n:05}", rnd.choice(people)[0], rnd.choice(ITEMS),
                     "Suscripciones Digitales" if rnd.random() < 0.95 else "Tarjetas de Regalo",
                     status, expiry])
    write("pines.csv", ["id", "customer_id", "item_name", "item_group", "status", "expiry_date"],
          rows)


def bookings(people):
    rows = []
    for n in range(1, 801):
        person = rnd.choice(people)
        day = START + timedelta(days=rnd.randrange(0, DAYS + 2))
        local = datetime(day.year, day.month, day.day, rnd.randrange(10, 19),
                         rnd.choice([0, 30]), tzinfo=timezone.utc)
        at = local + timedelta(hours=OFFSET[person[5]])
        rows.append([f"RES-{n:04}", person[0], rnd.choice(SERVICES),
                     at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                     rnd.choices(["confirmada", "cancelada"], [92, 8])[0]])
    write("reservas.csv", ["id", "customer_id", "service", "starts_at", "booking_status"], rows)


people = customers()
pins(people)
bookings(people)
