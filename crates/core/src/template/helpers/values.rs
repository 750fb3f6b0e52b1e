//! What each helper computes.

use std::cmp::Ordering;

use handlebars::JsonTruthy;
use rust_decimal::Decimal;
use serde_json::Value;

use super::super::format::{date, language::Language, money, number, text};
use super::super::link;
use super::{Args, Fault, Run};

type Answer = Result<Option<Value>, Fault>;

/// Every value helper by name. `show` and `link` are put in by the writer, never by users.
pub(super) const ALL: &[(&str, Run)] = &[
    ("show", show),
    ("link", safe_link),
    ("default", default),
    ("eq", |args| compare(args, Ordering::is_eq)),
    ("ne", |args| compare(args, Ordering::is_ne)),
    ("gt", |args| compare(args, Ordering::is_gt)),
    ("gte", |args| compare(args, Ordering::is_ge)),
    ("lt", |args| compare(args, Ordering::is_lt)),
    ("lte", |args| compare(args, Ordering::is_le)),
    ("and", |args| {
        Ok(Some((0..args.len()).all(|i| truthy(args, i)).into()))
    }),
    ("or", |args| {
        Ok(Some((0..args.len()).any(|i| truthy(args, i)).into()))
    }),
    ("not", |args| Ok(Some((!truthy(args, 0)).into()))),
    ("date", |args| when(args, date::Shape::Date)),
    ("time", |args| when(args, date::Shape::Time)),
    ("datetime", |args| when(args, date::Shape::Both)),
    ("money", in_money),
    ("number", in_digits),
    ("upper", |args| of_text(args, |text| text.to_uppercase())),
    ("lower", |args| of_text(args, |text| text.to_lowercase())),
    ("title", |args| of_text(args, text::title)),
    ("first_name", |args| of_text(args, text::first_name)),
    ("url", |args| {
        Ok(args
            .value(0)
            .map(|value| text::percent_encoded(&plain(value)).into()))
    }),
    ("join", join),
];

fn language(args: &Args<'_, '_>) -> Language {
    Language::of(args.locale("language").unwrap_or_default())
}

/// A value as text: what `{{x}}` prints.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn show(args: &Args<'_, '_>) -> Answer {
    match args.value(0) {
        Some(value) => Ok(Some(Value::String(plain(value)))),
        None => Err(Fault::Missing(args.text(1).unwrap_or_default().to_owned())),
    }
}

fn safe_link(args: &Args<'_, '_>) -> Answer {
    match show(args)? {
        Some(Value::String(url)) if link::is_safe(&url) => Ok(Some(Value::String(url))),
        _ => Err(Fault::UnsafeLink),
    }
}

/// A text of blanks counts as absent: sources keep unknown names that way.
fn default(args: &Args<'_, '_>) -> Answer {
    let blank = |value: &&Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    let value = args.value(0).filter(|value| !blank(value));
    Ok(value.or_else(|| args.value(1)).cloned())
}

/// Unknown never matches: with a value missing every comparison is false, `ne` too.
fn compare(args: &Args<'_, '_>, fits: fn(Ordering) -> bool) -> Answer {
    let (Some(one), Some(other)) = (args.value(0), args.value(1)) else {
        return Ok(Some(false.into()));
    };
    let numbers = args.value(2).and_then(Value::as_bool).unwrap_or(false);
    let order = match numbers {
        true => decimal(args, one)?.cmp(&decimal(args, other)?),
        false => plain(one).cmp(&plain(other)),
    };
    Ok(Some(fits(order).into()))
}

fn truthy(args: &Args<'_, '_>, i: usize) -> bool {
    args.value(i).is_some_and(|value| value.is_truthy(false))
}

fn decimal(args: &Args<'_, '_>, value: &Value) -> Result<Decimal, Fault> {
    number::parse(value).ok_or_else(|| args.fault())
}

fn when(args: &Args<'_, '_>, shape: date::Shape) -> Answer {
    let Some(raw) = args.text(0) else {
        return Ok(None);
    };
    let shown = date::show(raw, shape, args.text(1).unwrap_or(""), language(args));
    shown
        .map(|text| Some(text.into()))
        .ok_or_else(|| args.fault())
}

fn in_money(args: &Args<'_, '_>) -> Answer {
    let Some(value) = args.value(0) else {
        return Ok(None);
    };
    let amount = decimal(args, value)?;
    let currency = match args.len() {
        1 => args.locale("currency"),
        _ => args.text(1),
    };
    let shown = currency.and_then(|code| money::show(amount, code, language(args)));
    shown
        .map(|text| Some(text.into()))
        .ok_or_else(|| args.fault())
}

fn in_digits(args: &Args<'_, '_>) -> Answer {
    let Some(value) = args.value(0) else {
        return Ok(None);
    };
    let decimals = args.text(1).and_then(|digits| digits.parse().ok());
    Ok(Some(
        number::show(decimal(args, value)?, decimals, language(args)).into(),
    ))
}

/// A text of blanks has no first name and no title: it counts as absent.
fn of_text(args: &Args<'_, '_>, change: fn(&str) -> String) -> Answer {
    Ok(args
        .text(0)
        .filter(|text| !text.trim().is_empty())
        .map(|text| change(text).into()))
}

fn join(args: &Args<'_, '_>) -> Answer {
    let Some(list) = args.value(0).and_then(Value::as_array) else {
        return Ok(None);
    };
    let items: Vec<String> = list.iter().map(plain).collect();
    Ok(Some(match args.text(1) {
        Some(separator) => items.join(separator).into(),
        None => text::listed(&items, language(args)).into(),
    }))
}
