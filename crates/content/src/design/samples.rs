//! The designs with their variables, and values to look at them with.

use super::{Design, Variable};

const fn variable(
    name: &'static str,
    kind: &'static str,
    meaning: &'static str,
    sample: &'static str,
) -> Variable {
    Variable {
        name,
        kind,
        meaning,
        sample,
    }
}

macro_rules! design {
    ($name:literal, $title:literal, $subject:literal, [$($variable:expr),* $(,)?]) => {
        Design {
            name: $name,
            title: $title,
            subject: $subject,
            html: include_str!(concat!("../../designs/", $name, ".html")),
            text: include_str!(concat!("../../designs/", $name, ".txt")),
            variables: &[SENDER, ADDRESS, CUSTOMER, PREFERENCES, UNSUBSCRIBE, $($variable),*],
        }
    };
}

const SENDER: Variable = variable("sender_name", "text", "quién escribe", "Fibra Andina");
const ADDRESS: Variable = variable(
    "sender_address",
    "text",
    "la dirección de quien escribe, que la ley pide",
    "Av. Amazonas N34-120, Quito",
);
const CUSTOMER: Variable = variable(
    "customer_name",
    "text",
    "el nombre de la persona",
    "ANA PÉREZ",
);
const PREFERENCES: Variable = variable(
    "preferences_url",
    "text",
    "la página para elegir qué se recibe",
    "https://example.org/preferencias",
);
const UNSUBSCRIBE: Variable = variable(
    "unsubscribe_url",
    "text",
    "la página para no recibir más",
    "https://example.org/baja",
);
const ACTION: Variable = variable(
    "action_url",
    "text",
    "adónde lleva el botón",
    "https://example.org/ir",
);
const ITEM: Variable = variable(
    "item_name",
    "text",
    "el producto o servicio",
    "Plan Hogar 300 Mbps",
);

pub(super) static DESIGNS: [Design; 6] = [
    design!(
        "bienvenida",
        "Para quien acaba de llegar",
        "Le damos la bienvenida, {{first_name customer_name}}",
        [
            ACTION,
            ITEM,
            variable(
                "help_address",
                "text",
                "el correo de ayuda",
                "ayuda@example.org",
            ),
        ]
    ),
    design!(
        "boletin",
        "Las novedades del mes",
        "Novedades de {{month_name}}",
        [
            ACTION,
            variable("month_name", "text", "el mes", "diciembre",),
            variable(
                "article_1_title",
                "text",
                "título de la primera nota",
                "Más velocidad por el mismo precio",
            ),
            variable(
                "article_1_text",
                "text",
                "su resumen",
                "Desde el 1 de diciembre, los planes de 200 Mbps suben a 300 sin costo.",
            ),
            variable(
                "article_1_url",
                "text",
                "su página",
                "https://example.org/notas/velocidad",
            ),
            variable(
                "article_2_title",
                "text",
                "título de la segunda nota",
                "Cuide su wifi en tres pasos",
            ),
            variable(
                "article_2_text",
                "text",
                "su resumen",
                "Dónde poner el equipo, qué canal elegir y cuándo reiniciarlo.",
            ),
            variable(
                "article_2_url",
                "text",
                "su página",
                "https://example.org/notas/wifi",
            ),
            variable(
                "tips",
                "list",
                "lo demás, en una línea cada cosa",
                "Atendemos los feriados de 9 a 14|La factura ahora llega el día 3|\
                 Puede pagar con código QR",
            ),
        ]
    ),
    design!(
        "cumpleanos",
        "Para el día de su cumpleaños",
        "¡Feliz cumpleaños, {{first_name customer_name}}!",
        [
            ACTION,
            variable(
                "gift_name",
                "text",
                "el regalo",
                "Un mes de películas, sin costo",
            ),
            variable("gift_code", "text", "el código", "FELIZ-2026",),
            variable("gift_until", "date", "hasta cuándo vale", "2026-12-31",),
        ]
    ),
    design!(
        "encuesta",
        "Una pregunta después de una visita o compra",
        "¿Cómo le fue con {{item_name}}?",
        [
            variable(
                "item_name",
                "text",
                "el producto o servicio",
                "la instalación",
            ),
            variable(
                "survey_url",
                "text",
                "la página que recibe la nota, en ?nota=",
                "https://example.org/encuesta/7F3K",
            ),
            variable("visit_date", "date", "cuándo fue", "2026-11-18",),
        ]
    ),
    design!(
        "reconquista",
        "Para quien no viene hace tiempo",
        "{{first_name customer_name}}, le echamos de menos",
        [
            ACTION,
            variable("last_visit", "date", "la última visita", "2026-06-04",),
            variable(
                "news",
                "list",
                "qué ha mejorado",
                "Soporte por WhatsApp los siete días|Instalación en 24 horas|\
                 Planes sin permanencia",
            ),
            variable(
                "offer_name",
                "text",
                "la oferta",
                "20 % de descuento durante tres meses",
            ),
            variable("offer_until", "date", "hasta cuándo vale", "2026-12-15",),
        ]
    ),
    design!(
        "renovacion",
        "Antes de que venza un plan",
        "{{item_name}} vence el {{date expiry_date}}",
        [
            ACTION,
            ITEM,
            variable("expiry_date", "date", "cuándo vence", "2026-12-20",),
        ]
    ),
];
