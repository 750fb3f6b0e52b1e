//! Tests of texts and of sets of texts.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::DateTime;
use pregon_core::rule::{Comparison, Condition, Expr, Has, Moment, Rule, Test, TextMatch};
use pregon_core::{Value, Zone};

use super::field::Field;
use super::fold;
use super::node::Node;
use super::walk::{Side, Translator};
use crate::table::{Bind, Dialect, Storage};

/// What a test says of one value; only for tests that depend on no moment.
pub(super) fn asked(test: &Test, value: &Value) -> Option<bool> {
    let rule = Rule::new(Expr::Test(test.clone())).ok()?;
    let row = |_: &str| Some(Cow::Owned(value.clone()));
    rule.eval(&row, &Moment::new(DateTime::UNIX_EPOCH, Zone::UTC))
}

impl Translator<'_> {
    pub(super) fn text(&mut self, field: &Field<'_>, test: &Test, truth: bool, side: Side) -> Node {
        if let Storage::Choice(set) = field.storage {
            // Few values are asked one by one, folded or not.
            let holds = |text: &&String| asked(test, &Value::from(text.as_str())) == Some(truth);
            let texts: Vec<&str> = set.iter().filter(holds).map(String::as_str).collect();
            return if texts.len() == set.len() {
                Node::True
            } else {
                field.is_one_of(&texts, &mut self.binds)
            };
        }
        match &test.condition {
            Condition::Compare(how @ (Comparison::Eq | Comparison::Ne), Value::Text(text)) => {
                let same = field.is_one_of(&[text], &mut self.binds);
                if truth == (*how == Comparison::Eq) {
                    same
                } else {
                    same.negate()
                }
            }
            Condition::In(values) => {
                let texts: Vec<&str> = values.iter().filter_map(as_text).collect();
                let same = field.is_one_of(&texts, &mut self.binds);
                match truth {
                    true => same,
                    false if texts.len() == values.len() => same.negate(),
                    // What is no text is neither the same nor another.
                    false => Node::False,
                }
            }
            Condition::Text(how, text) => {
                let over = match truth {
                    true => self.looks_like(field, *how, text),
                    false => Node::True,
                };
                self.inexact(side, over)
            }
            _ => Node::False,
        }
    }

    /// A pattern that every text has which folded is, has or begins with this one.
    fn looks_like(&mut self, field: &Field<'_>, how: TextMatch, text: &str) -> Node {
        let (TextMatch::Same | TextMatch::Contains | TextMatch::StartsWith) = how else {
            return Node::True;
        };
        let Some(pattern) = fold::pattern(text, field.dialect) else {
            return Node::True;
        };
        let (c, place) = (&field.column, self.binds.add(Bind::Text(pattern)));
        Node::Leaf(match field.dialect {
            Dialect::Sqlite => format!("{c} GLOB {place}"),
            Dialect::Postgres => format!("{c}::text COLLATE \"C\" ~ {place}"),
        })
    }

    pub(super) fn texts(
        &mut self,
        field: &Field<'_>,
        condition: &Condition,
        truth: bool,
        side: Side,
    ) -> Node {
        let Condition::Has(has, texts) = condition else {
            return Node::False;
        };
        let (known, exact) = field.known(&mut self.binds);
        let texts: BTreeSet<&str> = texts.iter().map(String::as_str).collect();
        let zero = texts.iter().any(|text| text.contains('\0'));
        if !exact || (zero && field.dialect == Dialect::Sqlite) {
            return self.inexact(side, Node::True);
        }
        // PostgreSQL keeps no such text in a set.
        let kept: Vec<String> = texts
            .iter()
            .filter(|text| !text.contains('\0'))
            .map(ToString::to_string)
            .collect();
        let node = match has {
            Has::All if zero => Node::False,
            _ if kept.is_empty() => Node::False,
            Has::Any | Has::None => self.has_any(field, kept),
            Has::All => self.has_all(field, kept),
        };
        let node = match (has, field.dialect, node) {
            // SQLite opens the JSON, which must not happen to what is none.
            (_, Dialect::Sqlite, Node::Leaf(text)) => {
                let Node::Leaf(known) = known else {
                    return self.inexact(side, Node::True);
                };
                Node::Leaf(format!("CASE WHEN {known} THEN {text} ELSE FALSE END"))
            }
            (_, _, node) => node,
        };
        if truth == (*has != Has::None) {
            node
        } else {
            node.negate()
        }
    }

    fn has_any(&mut self, field: &Field<'_>, texts: Vec<String>) -> Node {
        let (c, list) = (&field.column, self.binds.add(Bind::Texts(texts)));
        match field.storage {
            Storage::TextArray => Node::all([
                Node::Leaf(format!("{c} && {list}::text[]")),
                Node::Leaf(format!("{c} COLLATE \"C\" && {list}::text[]")),
            ]),
            Storage::Jsonb => Node::Leaf(format!("{c} ?| {list}::text[]")),
            _ => Node::Leaf(format!(
                "EXISTS (SELECT 1 FROM json_each({c}) AS j WHERE j.value IN \
                 (SELECT value FROM json_each({list})))"
            )),
        }
    }

    fn has_all(&mut self, field: &Field<'_>, texts: Vec<String>) -> Node {
        let many = i64::try_from(texts.len()).unwrap_or(i64::MAX);
        let (c, list) = (&field.column, self.binds.add(Bind::Texts(texts)));
        match field.storage {
            Storage::TextArray => Node::all([
                Node::Leaf(format!("{c} @> {list}::text[]")),
                Node::Leaf(format!("{c} COLLATE \"C\" @> {list}::text[]")),
            ]),
            Storage::Jsonb => Node::Leaf(format!("{c} ?& {list}::text[]")),
            _ => {
                let many = self.binds.add(Bind::Int(many));
                Node::Leaf(format!(
                    "(SELECT count(DISTINCT j.value) FROM json_each({c}) AS j WHERE j.value IN \
                     (SELECT value FROM json_each({list}))) = {many}"
                ))
            }
        }
    }
}

fn as_text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
