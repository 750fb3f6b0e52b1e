//! The words of the language.

/// Words that are never a name without backquotes: with them a test or an operator begins.
const RESERVED: [&str; 17] = [
    "and",
    "or",
    "not",
    "in",
    "is",
    "between",
    "contains",
    "starts",
    "older",
    "at",
    "within",
    "on",
    "has",
    "true",
    "false",
    "anniversary",
    "segment",
];

/// Operators as they begin, with what is written, for suggestions.
const OPERATORS: [(&str, &str); 9] = [
    ("in", "in (…)"),
    ("is", "is set"),
    ("between", "between"),
    ("contains", "contains"),
    ("starts", "starts with"),
    ("older", "older than"),
    ("within", "within the last"),
    ("has", "has any of (…)"),
    ("not", "not in (…)"),
];

/// What people write elsewhere for what is written here.
const ELSEWHERE: [(&str, &str); 21] = [
    ("=>", ">="),
    ("=<", "<="),
    ("==", "="),
    ("===", "="),
    ("<>", "!="),
    ("!==", "!="),
    ("~", "=~"),
    ("~=", "=~"),
    ("&&", "and"),
    ("&", "and"),
    ("||", "or"),
    ("|", "or"),
    ("!", "not"),
    ("like", "contains"),
    ("includes", "contains"),
    ("equals", "="),
    ("before", "<"),
    ("after", ">"),
    ("younger", "within the last"),
    ("exists", "is set"),
    ("startswith", "starts with"),
];

/// Whether the word cannot stand for a name, in any case.
pub(super) fn is_reserved(word: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(word))
}

/// What someone who wrote this as an operator probably means.
pub(super) fn operator_meant(written: &str) -> Option<String> {
    let elsewhere = ELSEWHERE
        .iter()
        .find(|(other, _)| other.eq_ignore_ascii_case(written));
    let near = || {
        let found = crate::nearest::nearest(written, OPERATORS.iter().map(|(w, _)| *w))?;
        OPERATORS.iter().find(|(word, _)| *word == found)
    };
    let (_, meant) = elsewhere.or_else(near)?;
    Some(format!("did you mean {meant}?"))
}

#[cfg(test)]
mod tests {
    use super::{is_reserved, operator_meant};

    #[track_caller]
    fn check(written: &str, meant: Option<&str>) {
        let hint = meant.map(|meant| format!("did you mean {meant}?"));
        assert_eq!(operator_meant(written), hint);
    }

    #[test]
    fn from_elsewhere() {
        check("=>", Some(">="));
        check("LIKE", Some("contains"));
    }
    #[test]
    fn misspelt() {
        check("contain", Some("contains"));
        check("betwen", Some("between"));
    }
    #[test]
    fn nothing_like_it() {
        check("purchase", None);
    }
    #[test]
    fn reserved_in_any_case() {
        assert!(is_reserved("AND") && is_reserved("in"));
        assert!(!is_reserved("days") && !is_reserved("android"));
    }
}
