//! The data as the engine gets it: what the template reads, each value in one form for its kind.
//!
//! The engine prints a list as `[1, 2]`, a group as `[object]`, and `1.0` as `1.0`; it takes null
//! for a value. After this step it can meet none of them, and nothing that was not asked for.

use chrono::{DateTime, Utc};
use rust_decimal::prelude::ToPrimitive;
use serde_json::{Map, Value};

use super::error::RenderError;
use super::format::{date, number};
use super::helpers::LOCALE_KEY;
use super::locale::Locale;
use super::vars::{VarKind, Vars};

/// A variable that the template reads.
#[derive(Debug, Clone)]
pub(super) struct Input {
    path: String,
    kind: VarKind,
}

pub(super) fn inputs<'a>(reads: impl Iterator<Item = &'a String>, vars: &Vars) -> Vec<Input> {
    reads
        .filter_map(|path| {
            // A group is asked only whether it is there: its own variables are read by themselves.
            let kind = match vars.get(path)? {
                VarKind::Group(_) => VarKind::Group(Vars::new()),
                kind => kind.clone(),
            };
            Some(Input {
                path: path.clone(),
                kind,
            })
        })
        .collect()
}

pub(super) fn project(
    inputs: &[Input],
    data: &Value,
    locale: &Locale,
) -> Result<Value, RenderError> {
    let mut root = Map::new();
    for input in inputs {
        let given = input
            .path
            .split('.')
            .try_fold(data, |value, name| value.get(name));
        let Some(given) = given.filter(|value| !value.is_null()) else {
            continue;
        };
        let value = convert(given, &input.kind, locale).ok_or_else(|| RenderError::WrongKind {
            variable: input.path.clone(),
            wanted: input.kind.words(),
        })?;
        put(&mut root, &input.path, value);
    }
    let mut shown = Map::new();
    shown.insert("language".to_owned(), locale.language.clone().into());
    shown.insert("currency".to_owned(), locale.currency.clone().into());
    root.insert(LOCALE_KEY.to_owned(), shown.into());
    Ok(root.into())
}

fn put(root: &mut Map<String, Value>, path: &str, value: Value) {
    let mut map = root;
    let mut rest = path;
    while let Some((head, tail)) = rest.split_once('.') {
        let slot = map.entry(head).or_insert_with(|| Map::new().into());
        let Value::Object(inner) = slot else { return };
        map = inner;
        rest = tail;
    }
    match (value, map.get_mut(rest)) {
        // The group was made by one of its variables, or is read before them: keep both.
        (Value::Object(marks), Some(Value::Object(there))) => there.extend(marks),
        (value, _) => {
            map.insert(rest.to_owned(), value);
        }
    }
}

fn convert(value: &Value, kind: &VarKind, locale: &Locale) -> Option<Value> {
    match (kind, value) {
        (VarKind::Text, Value::String(_)) | (VarKind::Bool, Value::Bool(_)) => Some(value.clone()),
        (VarKind::Text, Value::Number(number)) => Some(number.to_string().into()),
        (VarKind::Number, _) => {
            let number = number::parse(value)?.normalize();
            let whole = number.is_integer().then(|| number.to_i64()).flatten();
            Some(whole.map_or_else(|| number.to_string().into(), Value::from))
        }
        (VarKind::Date, Value::String(text)) => date::parse(text).map(|_| value.clone()),
        (VarKind::Instant, Value::String(text)) => {
            let at = DateTime::parse_from_rfc3339(text).ok()?.with_timezone(&Utc);
            Some((locale.zone)(at).format(date::LOCAL).to_string().into())
        }
        (VarKind::List, Value::Array(items)) => {
            let texts = items.iter().filter(|item| !item.is_null());
            texts
                .map(|item| convert(item, &VarKind::Text, locale))
                .collect::<Option<Vec<_>>>()
                .map(Value::from)
        }
        // An empty object would count as false: the mark makes a group that is there true.
        (VarKind::Group(_), Value::Object(_)) => {
            Some(Map::from_iter([(LOCALE_KEY.to_owned(), Value::from(true))]).into())
        }
        _ => None,
    }
}
