//! Names that rules can say.

/// Whether an attribute can have the name: the same question as `pregon_core::is_attribute_name`.
/// The core's tests include this file and compare the two.
pub(crate) fn is_attribute_name(name: &str) -> bool {
    name.len() <= 128 && name.split('.').all(is_plain_name)
}

fn is_plain_name(part: &str) -> bool {
    let mut chars = part.chars();
    chars.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_')
}
