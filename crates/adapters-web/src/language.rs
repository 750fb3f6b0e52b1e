//! In which language a page is written.

/// A language of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Language {
    /// Spanish: also what is written to whoever asks for neither.
    Spanish,
    /// English.
    English,
}

impl Language {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Spanish, Self::English];

    /// Its code, as `lang` attributes have it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Spanish => "es",
            Self::English => "en",
        }
    }

    /// The language of a tag: `es-CL` is Spanish.
    #[must_use]
    pub fn of_tag(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next().unwrap_or_default();
        let is = |language: &Self| primary.eq_ignore_ascii_case(language.code());
        Self::ALL.into_iter().find(is)
    }

    /// What the query asks for, else what the browser prefers, else the person's own.
    pub(crate) fn choose(query: Option<&str>, accepted: &str, own: Option<&str>) -> Self {
        let query = query.and_then(Self::of_tag);
        let own = || own.and_then(Self::of_tag);
        let chosen = query.or_else(|| preferred(accepted)).or_else(own);
        chosen.unwrap_or(Self::Spanish)
    }
}

/// The language with the highest weight in an `Accept-Language` (RFC 9110, section 12.5.4); of two
/// with one weight the first.
fn preferred(accepted: &str) -> Option<Language> {
    let mut best: Option<(u32, Language)> = None;
    for range in accepted.split(',').take(32) {
        let (tag, parameters) = range.split_once(';').unwrap_or((range, ""));
        let Some(language) = Language::of_tag(tag) else {
            continue;
        };
        let weight = weight(parameters);
        if weight > best.map_or(0, |(weight, _)| weight) {
            best = Some((weight, language));
        }
    }
    best.map(|(_, language)| language)
}

/// A weight in thousandths; what is none counts as nothing.
fn weight(parameters: &str) -> u32 {
    let Some((name, value)) = parameters.split_once('=') else {
        return 1000;
    };
    let weight: f32 = value.trim().parse().unwrap_or(0.0);
    let is_one = name.trim().eq_ignore_ascii_case("q") && (0.0..=1.0).contains(&weight);
    if is_one { (weight * 1000.0) as u32 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_browser_person() {
        use Language::{English, Spanish};
        for (query, accepted, own, chosen) in [
            (None, "", None, Spanish),
            (None, "", Some("en"), English),
            (None, "en-US,en;q=0.9", Some("es"), English),
            (None, "de, es-CL;q=0.7, en;q=0.8", None, English),
            (None, "en;q=0, es;q=0.1", None, Spanish),
            (None, "fr, pt", Some("en"), English),
            (None, "en;q=NaN, es;q=2, *", None, Spanish),
            (Some("es"), "en", Some("en"), Spanish),
            (Some("xx"), "en", None, English),
            (Some("EN-gb"), "es", None, English),
        ] {
            let got = Language::choose(query, accepted, own);
            assert_eq!(got, chosen, "{query:?} {accepted:?} {own:?}");
        }
    }
}
