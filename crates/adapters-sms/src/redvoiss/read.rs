//! Values as the service's versions write them: numbers as texts, lists of one as the one.

use chrono::{DateTime, NaiveDateTime, Utc};
use pregon_core::{DispatchRef, Zone};
use serde_json::Value;

/// The rows of a list. A list of one may be written as the one.
pub(super) fn rows(value: Value) -> Option<Vec<Value>> {
    match value {
        Value::Array(rows) => Some(rows),
        Value::Object(_) => Some(vec![value]),
        Value::Null => Some(Vec::new()),
        _ => None,
    }
}

/// A text, which may be written as a number; `None` when there is none or it is empty.
pub(super) fn text(row: &Value, name: &str) -> Option<String> {
    let text = match row.get(name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// Our own name, where it was kept and comes back.
pub(super) fn dispatch(row: &Value) -> Option<DispatchRef> {
    let text = text(row, "idcliente").or_else(|| text(row, "idCliente"))?;
    DispatchRef::parse(&text)
}

/// An instant: milliseconds, or a text with or without a zone; without one it is Chile's.
pub(super) fn instant(row: &Value, name: &str) -> Option<DateTime<Utc>> {
    if let Some(millis) = row.get(name)?.as_i64() {
        return DateTime::from_timestamp_millis(millis);
    }
    let text = text(row, name)?;
    if let Ok(at) = DateTime::parse_from_rfc3339(&text) {
        return Some(at.to_utc());
    }
    if let Ok(at) = DateTime::parse_from_str(&text, "%Y-%m-%dT%H:%M:%S%.f%z") {
        return Some(at.to_utc());
    }
    let forms = [
        "%Y-%m-%dT%H:%M:%S%.f",
        "%Y-%m-%d %H:%M:%S%.f",
        "%d/%m/%Y %H:%M:%S",
    ];
    let local = |form| NaiveDateTime::parse_from_str(&text, form).ok();
    let local = forms.into_iter().find_map(local)?;
    let zone: Zone = "America/Santiago".parse().ok()?;
    Some(zone.instant(local))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(written: Value, at: Option<&str>) {
        let row = json!({ "date": written });
        let at = at.map(|text| text.parse().expect("an instant"));
        assert_eq!(instant(&row, "date"), at, "{row}");
    }

    #[test]
    fn instants_in_all_their_forms() {
        let noon = Some("2026-11-20T15:00:00Z");
        check(json!("2026-11-20T12:00:00"), noon);
        check(json!("2026-11-20 12:00:00.0"), noon);
        check(json!("20/11/2026 12:00:00"), noon);
        check(json!("2026-11-20T12:00:00-03:00"), noon);
        check(json!("2026-11-20T12:00:00.000-0300"), noon);
        check(json!(1_795_186_800_000_i64), noon);
        for strange in [
            json!(""),
            json!("ayer"),
            json!(null),
            json!([1]),
            json!(i64::MAX),
        ] {
            check(strange, None);
        }
        // There is no such midnight in Chile.
        check(json!("2026-09-06T00:30:00"), Some("2026-09-06T04:00:00Z"));
    }

    #[test]
    fn a_list_of_one_may_be_the_one() {
        assert_eq!(rows(json!([{}, {}])).map(|rows| rows.len()), Some(2));
        assert_eq!(rows(json!({ "a": 1 })).map(|rows| rows.len()), Some(1));
        assert_eq!(rows(json!(null)).map(|rows| rows.len()), Some(0));
        assert_eq!(rows(json!("x")), None);
    }
}
