//! The helpers that a template may call: what they take and what they give.

use super::super::vars::VarKind;

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Want {
    /// Anything that has a value, groups too: it is only asked whether it is there.
    Any,
    /// Something that can be written: a text, a number, a date.
    Scalar,
    /// A text.
    Text,
    /// A number.
    Number,
    /// A date or an instant.
    When,
    /// An instant.
    Instant,
    /// A list.
    List,
    /// The name of a format, written out.
    Format(&'static [&'static str]),
    /// A whole number from 0 to 8, written out.
    Decimals,
    /// A currency: three capitals written out, or a text variable.
    Currency,
}

impl Want {
    pub(in super::super) fn words(self) -> &'static str {
        match self {
            Want::Any => "a value",
            Want::Scalar => "a text, a number or a date",
            Want::Text => "a text",
            Want::Number => "a number",
            Want::When => "a date or an instant",
            Want::Instant => "an instant",
            Want::List => "a list",
            Want::Format(_) => "the name of a format in quotes",
            Want::Decimals => "a number of decimals from 0 to 8",
            Want::Currency => "a currency of three capital letters",
        }
    }

    /// Whether a variable or the result of a call fits.
    pub(in super::super) fn fits(self, kind: &VarKind) -> bool {
        match self {
            Want::Any => true,
            Want::Scalar => !matches!(kind, VarKind::List | VarKind::Group(_)),
            Want::Text | Want::Currency => matches!(kind, VarKind::Text),
            Want::Number => matches!(kind, VarKind::Number),
            Want::When => matches!(kind, VarKind::Date | VarKind::Instant),
            Want::Instant => matches!(kind, VarKind::Instant),
            Want::List => matches!(kind, VarKind::List),
            Want::Format(_) | Want::Decimals => false,
        }
    }
}

/// The kind that a call gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Gives {
    Text,
    Bool,
    /// The kind of the first argument.
    First,
}

#[derive(Debug)]
pub(in super::super) struct Signature {
    pub(in super::super) name: &'static str,
    /// Arguments in order; after the last, `more` of its kind may follow.
    pub(in super::super) wants: &'static [Want],
    pub(in super::super) optional: usize,
    pub(in super::super) more: usize,
    pub(in super::super) gives: Gives,
    /// The arguments in words.
    pub(in super::super) takes: &'static str,
}

const DATES: &[&str] = &["short", "long", "iso", "month", "day"];

const fn one(name: &'static str, wants: &'static [Want], takes: &'static str) -> Signature {
    Signature {
        name,
        wants,
        optional: 0,
        more: 0,
        gives: Gives::Text,
        takes,
    }
}

const fn asks(name: &'static str, wants: &'static [Want], takes: &'static str) -> Signature {
    Signature {
        name,
        wants,
        optional: 0,
        more: 0,
        gives: Gives::Bool,
        takes,
    }
}

const fn optional(base: Signature) -> Signature {
    Signature {
        optional: 1,
        ..base
    }
}

/// Every helper. Blocks are not here: they are syntax.
pub(in super::super) const HELPERS: &[Signature] = &[
    asks("eq", &[Want::Scalar, Want::Scalar], "two values"),
    asks("ne", &[Want::Scalar, Want::Scalar], "two values"),
    asks("gt", &[Want::Scalar, Want::Scalar], "two values"),
    asks("gte", &[Want::Scalar, Want::Scalar], "two values"),
    asks("lt", &[Want::Scalar, Want::Scalar], "two values"),
    asks("lte", &[Want::Scalar, Want::Scalar], "two values"),
    Signature {
        more: 6,
        ..asks("and", &[Want::Any, Want::Any], "two to eight values")
    },
    Signature {
        more: 6,
        ..asks("or", &[Want::Any, Want::Any], "two to eight values")
    },
    asks("not", &[Want::Any], "one value"),
    optional(one(
        "date",
        &[Want::When, Want::Format(DATES)],
        "a date and perhaps a format",
    )),
    one("time", &[Want::Instant], "an instant"),
    optional(one(
        "datetime",
        &[Want::Instant, Want::Format(DATES)],
        "an instant and perhaps a format",
    )),
    optional(one(
        "money",
        &[Want::Number, Want::Currency],
        "a number and perhaps a currency",
    )),
    optional(one(
        "number",
        &[Want::Number, Want::Decimals],
        "a number and perhaps its decimals",
    )),
    one("upper", &[Want::Text], "one text"),
    one("lower", &[Want::Text], "one text"),
    one("title", &[Want::Text], "one text"),
    one("first_name", &[Want::Text], "one text"),
    one("url", &[Want::Scalar], "one value"),
    optional(one(
        "join",
        &[Want::List, Want::Text],
        "a list and perhaps a separator",
    )),
    Signature {
        gives: Gives::First,
        ..one(
            "default",
            &[Want::Scalar, Want::Scalar],
            "a value and what to write without it",
        )
    },
];

pub(in super::super) fn find(name: &str) -> Option<&'static Signature> {
    HELPERS.iter().find(|helper| helper.name == name)
}
