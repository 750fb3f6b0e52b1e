//! From values of JSON to values of attributes.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use pregon_core::{AttributeType, Decimal, Value, Zone};
use serde_json::Value as Json;

/// The value that stands in an item; `None` when it is none of the type. Times without an offset
/// are wall times of the zone, where there is one.
pub(super) fn value(json: &Json, r#type: &AttributeType, zone: Option<Zone>) -> Option<Value> {
    Some(match r#type {
        AttributeType::Bool => Value::Bool(boolean(json)?),
        AttributeType::Integer => Value::Integer(integer(json)?),
        AttributeType::Decimal => Value::Decimal(decimal(json)?),
        AttributeType::Text => Value::Text(text(json)?),
        AttributeType::Choice(set) => {
            let text = text(json)?;
            if !set.contains(&text) {
                return None;
            }
            Value::Text(text)
        }
        AttributeType::Date => Value::Date(date(json.as_str()?)?),
        AttributeType::Instant => Value::Instant(instant(json.as_str()?, zone)?),
        AttributeType::Texts => {
            let texts = json.as_array()?.iter().map(text);
            Value::Texts(texts.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// A text; a number is one too, because services change their minds about codes.
pub(super) fn text(json: &Json) -> Option<String> {
    match json {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn boolean(json: &Json) -> Option<bool> {
    match json {
        Json::Bool(yes) => Some(*yes),
        Json::Number(number) => match number.as_i64()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        },
        _ => None,
    }
}

fn integer(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => number.as_i64(),
        Json::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Some(whole.into()),
            None => Decimal::from_f64(number.as_f64()?),
        },
        Json::String(text) => {
            // The parser of decimals takes underscores between digits.
            let plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.');
            text.bytes().all(plain).then(|| text.parse().ok())?
        }
        _ => None,
    }
}

/// A day; one that is written as its own midnight is that day, whatever the offset.
fn date(text: &str) -> Option<NaiveDate> {
    let (day, rest) = text.split_at_checked(10)?;
    let midnight = || {
        let time = rest.strip_prefix(['T', ' '])?.strip_prefix("00:00")?;
        let time = time.strip_prefix(":00").unwrap_or(time);
        let zeros = time
            .strip_prefix('.')
            .map_or(time, |it| it.trim_start_matches('0'));
        let offset = zeros.is_empty() || zeros == "Z" || zeros.starts_with(['+', '-']);
        offset.then_some(())
    };
    if !rest.is_empty() {
        midnight()?;
    }
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}

fn instant(text: &str, zone: Option<Zone>) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let mut read = formats
        .iter()
        .map(|form| NaiveDateTime::parse_from_str(text, form));
    let local = read.find_map(Result::ok)?;
    Some(zone?.instant(local))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[track_caller]
    fn check(json: Json, r#type: AttributeType, expected: Option<&str>) {
        let zone = "America/Guayaquil".parse().ok();
        let found = value(&json, &r#type, zone).map(|value| value.to_string());
        assert_eq!(found.as_deref(), expected, "{json} as {}", r#type.name());
    }

    #[test]
    fn values_of_each_type() {
        check(json!(true), AttributeType::Bool, Some("true"));
        check(json!(0), AttributeType::Bool, Some("false"));
        check(json!(-7), AttributeType::Integer, Some("-7"));
        check(json!("7"), AttributeType::Integer, Some("7"));
        check(json!(12.35), AttributeType::Decimal, Some("12.35"));
        check(json!("1500.00"), AttributeType::Decimal, Some("1500"));
        check(json!(5), AttributeType::Text, Some("5"));
        check(json!(["b", "a", 1]), AttributeType::Texts, Some("1, a, b"));
        check(json!([]), AttributeType::Texts, Some(""));
        let set = AttributeType::Choice(["M", "F"].map(str::to_owned).into());
        check(json!("M"), set.clone(), Some("M"));
        check(json!("X"), set, None);
    }

    #[test]
    fn days_and_instants() {
        let day = Some("1990-05-01");
        for text in [
            "1990-05-01",
            "1990-05-01T00:00:00Z",
            "1990-05-01T00:00:00.000Z",
            "1990-05-01 00:00:00",
            "1990-05-01T00:00",
            "1990-05-01T00:00:00-05:00",
        ] {
            check(json!(text), AttributeType::Date, day);
        }
        for text in [
            "1990-05-01T05:00:00Z",
            "1990-5-1",
            "1990-02-30",
            "1990-05-01x",
            "mañana, sí",
        ] {
            check(json!(text), AttributeType::Date, None);
        }
        let at = Some("2026-11-20T09:29:33Z");
        check(json!("2026-11-20T09:29:33Z"), AttributeType::Instant, at);
        check(
            json!("2026-11-20T04:29:33-05:00"),
            AttributeType::Instant,
            at,
        );
        check(json!("2026-11-20 04:29:33"), AttributeType::Instant, at);
        check(json!("2026-11-20"), AttributeType::Instant, None);
        let naive = value(&json!("2026-11-20T04:29:33"), &AttributeType::Instant, None);
        assert_eq!(naive, None, "nobody says whose wall");
    }

    #[test]
    fn values_of_another_type() {
        check(json!("true"), AttributeType::Bool, None);
        check(json!(2), AttributeType::Bool, None);
        check(json!(1.5), AttributeType::Integer, None);
        check(json!("1_000"), AttributeType::Decimal, None);
        check(json!(1e300), AttributeType::Decimal, None);
        check(json!(true), AttributeType::Text, None);
        check(json!({}), AttributeType::Text, None);
        check(json!("a"), AttributeType::Texts, None);
    }
}
