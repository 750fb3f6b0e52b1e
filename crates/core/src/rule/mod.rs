//! Rules: who belongs to a segment, as data.
//!
//! A [`Rule`] is a tree of tests, each about one attribute, about what happened to the customer or
//! about another segment, joined by *and*, *or*, *not* and *at least K of*. It is written in three
//! ways that mean the same: as JSON, which is what is kept; as text, which is what people write;
//! and with operators in Rust.
//!
//! ```
//! use pregon_core::rule::{Rule, attr, days};
//!
//! let text = r#"visits >= 6 and seen older than 90 days and province in ("Azuay", "Guayas")"#;
//! let written = Rule::parse(text)?;
//! let built = Rule::new(
//!     attr("visits").ge(6)
//!         & attr("seen").older_than(days(90))
//!         & attr("province").one_of(["Azuay", "Guayas"]),
//! )?;
//! assert_eq!(written, built);
//! assert_eq!(built.to_string(), text);
//! assert_eq!(Rule::from_json(&built.to_json())?, written);
//! # Ok::<(), pregon_core::rule::RuleError>(())
//! ```
//!
//! # The text
//!
//! ```text
//! rule   = and-list { "or" and-list }
//! and-list = factor { "and" factor }
//! factor = "not" factor | "(" rule ")" | test
//!        | "at" "least" whole number "of" "(" rule { "," rule } ")"
//!        | "in" "segment" ( name | text )
//!        | "at" ( "least" | "most" ) whole number happened [ window ]
//!        | "exactly" whole number happened [ window ]
//!        | ( "count" | "sum" "of" name ) "of" happened [ window ] asked
//!        | ( "last" | "first" ) happened [ window ] asked
//! test   = name asked
//! asked  = ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!        | "=~" text
//!        | [ "not" ] "between" value "and" value
//!        | [ "not" ] "in" "(" value { "," value } ")"
//!        | "is" ( "set" | "missing" )
//!        | [ "not" ] ( "contains" | "starts" "with" ) text
//!        | [ "not" ] "has" ( "any" | "all" | "none" ) "of" "(" text { "," text } ")"
//!        | [ "not" ] "older" "than" period
//!        | [ "not" ] "at" "least" period "ago"
//!        | [ "not" ] "within" "the" ( "last" | "next" ) period
//!        | [ "not" ] "within" "the" unit "to" "date"
//!        | [ "not" ] "anniversary" "within" period
//!        | [ "not" ] "on" "this" "day"
//! happened = name [ "(" rule ")" ]
//! window = "within" ( period | "the" "last" period | "the" unit "to" "date" )
//! period = whole number, then "days" | "weeks" | "months" | "quarters" | "years" (or in singular)
//! unit   = "day" | "week" | "month" | "quarter" | "year"
//! value  = text | number | date | instant | "true" | "false"
//! ```
//!
//! * *Words* of the language are read in any case, `AND` as `and`, and printed in small letters.
//! * A *name* begins with a letter of any alphabet or `_`, goes on with letters, digits and `_`,
//!   and may have parts joined by dots: `pin.status`. Case counts. One that is also a word which
//!   can begin a test or an operator (`and`, `or`, `not`, `in`, `is`, `between`, `contains`,
//!   `starts`, `older`, `at`, `within`, `on`, `has`, `true`, `false`, `anniversary`, `segment`)
//!   stands in backquotes, as any name may. All other words may be names as they are: `last`,
//!   `first`, `count`, `sum` and `exactly` are attributes when an operator follows. After `at
//!   least 2` the word `of` begins a list of rules; a kind of activity of that name stands in
//!   backquotes.
//! * After `last` and `first` a stretch that begins with `the` is when the activities were if an
//!   operator follows it, and otherwise what is asked: `last visit within the month to date` asks
//!   that the last visit is of this month, `last visit within the year to date older than 30 days`
//!   asks it of those of this year. Without `the` it is always when they were, `within 30 days`; so
//!   it is printed.
//! * The name of a *segment* stands in quotes unless it could be a name of the language:
//!   `in segment staff`, `in segment "Gran Gastador"`.
//! * A *text* stands in double or single quotes (double ones are printed), on one line, with the
//!   escapes `\"` `\'` `\\` `\n` `\r` `\t` `\u{f1}`.
//! * A *number* is written `150000`, `1.5`, `-3`, without thousands separators and exponents.
//! * A *date* is written `2026-12-20`, an *instant* `2026-12-20T10:00:00Z` or with an offset such
//!   as `-05:00`; years 0000 to 9999.
//!
//! # What it means
//!
//! A test is true, false or *unknown*. Everything but `is set` and `is missing` is unknown when its
//! value is missing, `!=` and `not in` too; *and*, *or*, *not* follow Kleene: `not` unknown is
//! unknown, `false and` unknown is false, `true or` unknown is true. Only true matches. The empty
//! set is a value, not a missing one.
//!
//! * Numbers compare exactly, whole ones with decimal ones, without binary floats.
//! * Texts are equal as written; they have no order, `<` on a text is an error. `=~`, `contains`
//!   and `starts with` take no notice of case and accents: see [`fold()`].
//! * Dates are civil dates in the zone of the [`Moment`]; an instant that meets a date is the civil
//!   date it falls on. `between` includes both ends, for every type: for an instant and a date the
//!   whole of its day.
//! * With *today* the civil date in the zone, `older than N days` is `d < today − N`,
//!   `at least N days ago` is `d <= today − N`, `within the last N days` is
//!   `today − N <= d <= today`, `within the next N days` is `today <= d <= today + N`,
//!   `on this day` is `d = today`. Months, quarters and years are calendar units: the same day
//!   then, or the last of the month where there is none.
//! * `anniversary within P` asks whether month and day lie on one of the days from today to P
//!   ahead; those of 29 February have theirs in a plain year on the day that [`LeapDay`] says.
//!   `within the month to date` is from the first day of the running unit to today; weeks begin on
//!   Monday, quarters with January, April, July and October.
//! * Activities are those of the kind, of which the rule in brackets is true, whose civil date
//!   lies in the window: it ends today, both ends included. The rule reads the activity's own
//!   attributes, no others, and asks neither of activities nor of segments. The count and the sum
//!   of none are 0, and activities that lack the summed attribute add nothing; the last and the
//!   first of none are missing. `at least 2 visit` is `count of visit >= 2`, and so are `at most`
//!   and `exactly`.
//! * `at least K of` is true when K are, false when too few can be, otherwise unknown. K is at
//!   least 1 and at most as many as there are.
//! * `in segment x` is what [`Segments`](crate::Segments) say of it: what the rule of x is, and
//!   false for those whom an earlier segment of its family has. A rule that is asked without any
//!   segments does not know.
//! * `has any of`, `has all of`, `has none of` compare the members of a set as written.
//!
//! # Bounds
//!
//! At most [`MAX_LEVELS`] levels, [`MAX_NODES`] nodes and [`MAX_LIST`] values in a list, those
//! within activities included. Whatever exceeds them, in text, in JSON or built, gives a
//! [`RuleError`].
//!
//! # JSON
//!
//! ```
//! # pregon_core::rule::Rule::from_json(r#"
//! {"v": 1, "rule": {"all": [
//!   {"compare": {"attribute": "visits", "op": "ge", "value": 6}},
//!   {"between": {"attribute": "visits", "low": 2, "high": 5}},
//!   {"compare": {"attribute": "due", "op": "lt", "value": {"date": "2026-12-20"}}},
//!   {"in": {"attribute": "province", "values": ["Azuay", "Guayas"]}},
//!   {"any": [{"is_set": {"attribute": "phone"}}, {"is_missing": {"attribute": "email"}}]},
//!   {"not": {"compare": {"attribute": "spend", "op": "lt", "value": {"decimal": "1.5"}}}},
//!   {"same_text": {"attribute": "city", "text": "bogota"}},
//!   {"contains": {"attribute": "product", "text": "fibra"}},
//!   {"starts_with": {"attribute": "product", "text": "plan"}},
//!   {"has": {"attribute": "tags", "which": "any", "texts": ["vip", "socio"]}},
//!   {"older_than": {"attribute": "last_visit", "period": {"days": 90}}},
//!   {"on_this_day": {"attribute": "booked"}},
//!   {"anniversary": {"attribute": "birth_date", "period": {"days": 7}}},
//!   {"to_date": {"attribute": "paid", "unit": "month"}},
//!   {"in_segment": "staff"},
//!   {"at_least": {"least": 1, "of": [{"is_set": {"attribute": "phone"}}]}},
//!   {"activity": {
//!     "measure": "count",
//!     "kind": "purchase",
//!     "with": {"compare": {"attribute": "product", "op": "eq", "value": "fibra"}},
//!     "within": {"last": {"days": 365}},
//!     "condition": {"compare": {"op": "ge", "value": 2}}
//!   }}
//! ]}}
//! # "#)?;
//! # Ok::<(), pregon_core::rule::RuleError>(())
//! ```
//!
//! `at_least_ago`, `within_last` and `within_next` look as `older_than` does. A `measure` is
//! `"count"`, `{"sum": "amount"}`, `"last"` or `"first"`, a window `{"last": …}` or `{"to_date":
//! "month"}`; with and within may be left out; a `condition` is any test without its attribute.
//! Booleans, whole numbers and texts are those of JSON; other values say their type: `{"decimal":
//! "1.5"}`, `{"date": "2026-12-20"}`, `{"instant": "2026-12-20T10:00:00Z"}`.

mod ast;
mod tree;
mod builder;
mod activities;
mod whole;
mod bounds;

mod types;
mod check;
mod error;
mod eval;
mod facts;
mod fold;
mod json;
mod moment;
mod text;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::{oracle, random};

pub use activities::{Happened, activity};
pub use ast::{
    Activities, ActivityTest, Comparison, Condition, Expr, Has, Measure, Period, Relation, Test,
    TextMatch, Unit, Window,
};
pub use builder::{Attr, at_least, attr, days, months, quarters, segment, weeks, years};
pub use check::Checked;
pub(crate) use check::Named;
pub use error::{RuleError, RuleErrorKind, Span};
pub(crate) use eval::{Asked, has_anniversary, holds, measured};
pub use facts::Facts;
pub use fold::fold;
pub(crate) use json::wrong as wrong_json;
pub use moment::{LeapDay, Moment};
pub use types::{Lack, Types};
pub use whole::{MAX_LEVELS, MAX_LIST, MAX_NODES, Rule};
