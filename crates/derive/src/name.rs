//! Names that rules can say.

/// Whether an attribute can have the name: the same question as `pregon_core::is_attribute_name`.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    name.len() <= 128 && name.split('.').all(is_plain_name)
}

fn is_plain_name(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::is_attribute_name;

    #[test]
    fn the_core_says_the_same() {
        let long = |n: usize| "a".repeat(n);
        for name in [
            "visits",
            "_x",
            "año",
            "x9",
            "9x",
            "",
            "a.b",
            "a..b",
            ".a",
            "a.",
            "a b",
            "a-b",
            "á.é9",
            &long(128),
            &long(129),
        ] {
            let core = pregon_core::is_attribute_name(name);
            assert_eq!(is_attribute_name(name), core, "{name:?}");
        }
    }
}
