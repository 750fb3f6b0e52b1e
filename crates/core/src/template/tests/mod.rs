//! Rows through the two public functions; each file is one subject.

mod hostile;
mod markup;
mod properties;
mod syntax;
mod variables;
mod whole;

use serde_json::{Value, json};

use super::{Escape, Library, Locale, RenderError, Source, Template, TemplateError, VarKind, Vars};

pub(super) fn vars() -> Vars {
    Vars::new()
        .with("customer_name", VarKind::Text)
        .with("email", VarKind::Text)
        .with("link", VarKind::Text)
        .with("elsewhere", VarKind::Text)
        .with("date", VarKind::Text)
        .with("visits", VarKind::Number)
        .with("spend", VarKind::Number)
        .with("vip", VarKind::Bool)
        .with("expiry_date", VarKind::Date)
        .with("booked_at", VarKind::Instant)
        .with("services", VarKind::List)
        .with("pin.status", VarKind::Text)
        .with("pin.item.name", VarKind::Text)
        .with("año", VarKind::Number)
}

pub(super) fn data() -> Value {
    json!({
        "customer_name": "ANA PÉREZ", "email": "ana@cliente.example",
        "link": "https://pregon.example/r?a=1&b=2", "elsewhere": "allá", "date": "hoy",
        "visits": 3, "spend": "150000.50", "vip": true, "expiry_date": "2026-12-20",
        "booked_at": "2026-12-20T18:05:00Z", "services": ["corte", "color", "manicure"],
        "pin": { "status": "activo", "item": { "name": "Antivirus" } }, "año": 2026,
        "secret": "never declared",
    })
}

pub(super) fn locale() -> Locale {
    let zone = |at: chrono::DateTime<chrono::Utc>| at.naive_utc() - chrono::TimeDelta::hours(3);
    Locale::new("es").with_currency("CLP").with_zone(zone)
}

pub(super) fn compile_as(escape: Escape, text: &str) -> Result<Template, Vec<TemplateError>> {
    let library = Library::new()
        .with("pie", Escape::Html, "<p>Adiós {{customer_name}}</p>\n")
        .with("firma", Escape::Text, "El equipo de {{this.customer_name}}")
        .with("uno", Escape::Text, "1 {{> dos}}")
        .with("dos", Escape::Text, "2 {{> tres}}")
        .with("tres", Escape::Text, "3 {{> uno}}")
        .with("yo", Escape::Text, "{{#if vip}}{{> yo}}{{/if}}")
        .with("malo", Escape::Text, "uno\ndos {{custmer_name}}")
        .with("suelto", Escape::Text, "{{#if vip}}");
    let source = Source {
        part: "body",
        escape,
        text,
        most_output: 1_600,
    };
    super::compile(&[source], &library, &vars())
}

pub(super) fn render_as(escape: Escape, text: &str, data: &Value) -> Result<String, RenderError> {
    let template = compile_as(escape, text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    template
        .render(data, &locale())
        .map(|mut texts| texts.remove("body").expect("the part"))
}

#[track_caller]
pub(super) fn prints(text: &str, wanted: &str) {
    assert_eq!(
        render_as(Escape::Text, text, &data()).as_deref(),
        Ok(wanted),
        "{text}"
    );
}

#[track_caller]
pub(super) fn fails(text: &str, wanted: RenderError) {
    assert_eq!(
        render_as(Escape::Text, text, &data()),
        Err(wanted),
        "{text}"
    );
}

/// Each wanted mistake is `line:column message (hint)`.
#[track_caller]
pub(super) fn refused_as(escape: Escape, text: &str, wanted: &[&str]) {
    let errors = compile_as(escape, text).err().unwrap_or_default();
    let shown: Vec<String> = errors
        .iter()
        .map(|error| {
            let shown = error.to_string();
            let (part, rest) = shown.split_once(", line ").expect("a place");
            let rest = rest.replacen(", column ", ":", 1).replacen(": ", " ", 1);
            if part == "body" {
                rest
            } else {
                format!("{part} {rest}")
            }
        })
        .collect();
    assert_eq!(shown, wanted, "{text}");
}

#[track_caller]
pub(super) fn refuses(text: &str, wanted: &[&str]) {
    refused_as(Escape::Text, text, wanted);
}
