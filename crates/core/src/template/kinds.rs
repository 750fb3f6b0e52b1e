//! Which kinds go together, and how a mistake about them is said.

use super::error::{Found, Mistake};
use super::expr::{Expr, Form};
use super::helpers::table::{Gives, Signature};
use super::vars::VarKind;

/// What a check gives; no mistake in the error means that it is reported elsewhere.
pub(super) type Answer<T> = Result<T, Option<Found>>;

pub(super) fn wrong<T>(at: usize, mistake: Mistake) -> Answer<T> {
    Err(Some(Found::new(at, mistake)))
}

/// The kind of a call, after the checks that need two arguments together.
pub(super) fn gives(helper: &Signature, args: &[Expr<'_>], kinds: &[VarKind]) -> Answer<VarKind> {
    if is_pair(helper) && !comparable(&kinds[0], &kinds[1], &args[0], &args[1]) {
        return mismatch(&args[1], &kinds[1], kinds[0].words());
    }
    Ok(match helper.gives {
        Gives::Text => VarKind::Text,
        Gives::Bool => VarKind::Bool,
        Gives::First if kinds[0] == kinds[1] => kinds[0].clone(),
        // A date or else a text is good for writing, and for nothing else.
        Gives::First => VarKind::Text,
    })
}

pub(super) fn is_pair(helper: &Signature) -> bool {
    matches!(helper.name, "eq" | "ne" | "gt" | "gte" | "lt" | "lte")
}

/// Like with like; a date also with a date written out.
fn comparable(one: &VarKind, other: &VarKind, a: &Expr<'_>, b: &Expr<'_>) -> bool {
    let date = |expr: &Expr<'_>| match &expr.is {
        Form::Text(text) => super::format::date::parse(text).is_some(),
        _ => false,
    };
    match (one, other) {
        (VarKind::Date, VarKind::Text) => date(b),
        (VarKind::Text, VarKind::Date) => date(a),
        _ => one == other,
    }
}

pub(super) fn mismatch<T>(expr: &Expr<'_>, kind: &VarKind, wanted: &'static str) -> Answer<T> {
    wrong(
        expr.at,
        Mistake::Kind {
            given: written(expr),
            is: kind.words(),
            wanted,
        },
    )
}

pub(super) fn written(expr: &Expr<'_>) -> String {
    match &expr.is {
        Form::Path(path) => path.raw.to_owned(),
        Form::Text(text) => text.chars().take(40).collect(),
        Form::Number(raw) => (*raw).to_owned(),
        Form::Bool(is) => is.to_string(),
        Form::Call { name, .. } => format!("({name} …)"),
    }
}

/// A string that handlebars and JSON read alike.
pub(super) fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
