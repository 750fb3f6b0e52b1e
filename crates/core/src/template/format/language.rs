//! The two languages of the helpers.

/// A language that the helpers speak. Spanish is what everything else falls back to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Language {
    Spanish,
    English,
}

impl Language {
    /// From a tag such as `es`, `es-CL` or `en_US`.
    pub(in super::super) fn of(tag: &str) -> Language {
        let first = tag.split(['-', '_']).next().unwrap_or_default();
        match first.eq_ignore_ascii_case("en") {
            true => Language::English,
            false => Language::Spanish,
        }
    }
}
