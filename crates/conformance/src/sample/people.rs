//! The people of the sample.

use pregon_core::Customer;

use super::{customer_schema, with_attributes};

pub(super) const COLUMNS: [&str; 11] = [
    "customer_id",
    "name",
    "language",
    "zone",
    "email",
    "phone",
    "city",
    "visits",
    "spend",
    "last_visit",
    "vip",
];

/// Six columns of the person itself, then the attributes.
#[rustfmt::skip]
pub(super) const PEOPLE: [[&str; 11]; 25] = [
    ["C-001", "Rosa Vásconez", "es", "America/Guayaquil", "rosa@example.org", "+593991234501",
     "Quito", "6", "150000", "2026-08-20", "true"],
    ["C-002", "Íñigo Ñandú", "es", "America/Santiago", "inigo@example.org", "+56958655802",
     "Puerto Montt", "1", "35000.50", "2026-11-19", "false"],
    ["C-003", "Ana", "", "", "ana@example.org", "",
     "", "", "", "", ""],
    ["C-004", "Luis O'Higgins, hijo", "es", "America/Santiago", "no tiene", "+56958655804",
     "Osorno", "0", "0", "", "false"],
    ["C-005", "María \"Mari\" Soto", "es", "America/Bogota", "mari@example.org", "sin teléfono",
     "Bogotá", "12", "999999.99", "2026-01-01", "true"],
    ["C-006", "John Smith", "en", "America/New_York", "john@example.com", "",
     "New York", "3", "12.5", "2025-12-31", "false"],
    ["C-007", "", "es", "America/Bogota", "", "+573101234507",
     "Cali", "2", "", "2026-02-28", ""],
    ["C-008", "João Gonçalves", "pt", "America/Sao_Paulo", "joao@example.net", "",
     "São Paulo", "40", "7000", "2024-02-29", "true"],
    ["C-009", "Casa compartida 1", "es", "America/Santiago", "casa@example.org", "+56958655809",
     "Temuco", "1", "100", "2026-11-01", "false"],
    ["C-010", "Casa compartida 2", "es", "America/Santiago", "casa@example.org", "+56958655809",
     "Temuco", "1", "100", "2026-11-02", "false"],
    ["C-011", "Çağla Öztürk", "tr", "Europe/Istanbul", "cagla@example.com", "",
     "İzmir", "5", "250", "2026-05-05", ""],
    ["C-012", "Ωμέγα", "el", "Europe/Athens", "omega@example.net", "",
     "Αθήνα", "", "0.01", "", "true"],
    ["C-013", "李雷", "zh", "Asia/Shanghai", "lilei@example.com", "",
     "上海", "9", "88888.88", "2026-10-01", "false"],
    ["C-014", "Emoji 😀 Pérez", "es", "America/Havana", "emoji@example.org", "",
     "La Habana", "7", "70", "2026-11-03", "true"],
    ["C-015", "Sin correo ni teléfono", "es", "America/Asuncion", "", "",
     "Asunción", "0", "0", "2020-01-01", "false"],
    ["C-016", "Correo sin dominio", "es", "", "correo@", "",
     "Loja", "1", "1", "2026-06-30", ""],
    ["C-017", "Negativo", "es", "America/Lima", "negativo@example.org", "",
     "Lima", "-1", "-250.75", "2026-07-28", "false"],
    ["C-018", "Punto; coma, y tab", "es", "America/Lima", "punto@example.org", "",
     "Ica; Perú", "3", "3.30", "2026-09-09", "true"],
    ["Cliente con espacios", "Id con espacios", "es", "America/Guayaquil",
     "espacios@example.org", "",
     "Manta", "2", "20", "2026-04-04", "false"],
    ["Ñ-1", "Id con eñe", "es", "America/Guayaquil", "enie@example.org", "",
     "Ambato", "2", "21", "2026-04-05", "false"],
    ["c-001", "Id en minúscula", "es", "America/Guayaquil", "minuscula@example.org", "",
     "Cuenca", "2", "22", "2026-04-06", "true"],
    ["100%", "Id con signo", "es", "America/Guayaquil", "signo@example.org", "",
     "Machala", "2", "23", "2026-04-07", "false"],
    ["O'Hara", "Id con apóstrofo", "en", "Europe/Dublin", "ohara@example.net", "",
     "Dublin", "2", "24", "2026-04-08", "false"],
    ["a/b?c=d&e#f", "Id de una dirección", "es", "America/Bogota", "url@example.org", "",
     "Pasto", "2", "25", "2026-04-09", "true"],
    ["zz-last", "El último", "es", "America/Montevideo", "ultimo@example.org", "",
     "Montevideo", "99", "123456789.12", "2026-11-20", "true"],
];

/// The customers as the core reads them.
///
/// # Panics
/// Never: the sample is fixed, and a test of this crate reads it.
#[must_use]
pub fn customers() -> Vec<Customer> {
    let schema = customer_schema();
    let made = PEOPLE.iter().map(|row| {
        let [id, name, language, zone, email, phone, cells @ ..] = row;
        let mut it = Customer::new(*id).expect("ids of the sample are ids");
        it.name = (!name.is_empty()).then(|| (*name).to_owned());
        it = it.language(language).email(email).phone(phone);
        if !zone.is_empty() {
            it = it.in_zone(zone.parse().expect("zones of the sample are zones"));
        }
        with_attributes(it, &COLUMNS[6..], cells, &schema, Customer::with)
    });
    made.collect()
}
