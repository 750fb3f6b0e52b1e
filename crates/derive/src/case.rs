//! The ways of writing a name of several words, under the names that serde gives them.

/// A way of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

const NAMES: [(&str, Case); 8] = [
    ("lowercase", Case::Lower),
    ("UPPERCASE", Case::Upper),
    ("PascalCase", Case::Pascal),
    ("camelCase", Case::Camel),
    ("snake_case", Case::Snake),
    ("SCREAMING_SNAKE_CASE", Case::ScreamingSnake),
    ("kebab-case", Case::Kebab),
    ("SCREAMING-KEBAB-CASE", Case::ScreamingKebab),
];

impl Case {
    /// The way of that name.
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, case)| *case)
    }

    /// The names there are, for messages.
    pub(crate) fn names() -> String {
        NAMES.map(|(name, _)| name).join(", ")
    }

    /// A field's name, which is written `so_far`.
    pub(crate) fn of_field(self, field: &str) -> String {
        match self {
            Self::Lower | Self::Snake => field.to_owned(),
            Self::Upper | Self::ScreamingSnake => field.to_uppercase(),
            Self::Pascal => field.split('_').map(capital).collect(),
            Self::Camel => small(&Self::Pascal.of_field(field)),
            Self::Kebab => field.replace('_', "-"),
            Self::ScreamingKebab => Self::ScreamingSnake.of_field(field).replace('_', "-"),
        }
    }

    /// A variant's name, which is written `SoFar`.
    pub(crate) fn of_variant(self, variant: &str) -> String {
        match self {
            Self::Pascal => variant.to_owned(),
            Self::Lower => variant.to_lowercase(),
            Self::Upper => variant.to_uppercase(),
            Self::Camel => small(variant),
            Self::Snake => snake(variant),
            Self::ScreamingSnake => snake(variant).to_uppercase(),
            Self::Kebab => snake(variant).replace('_', "-"),
            Self::ScreamingKebab => snake(variant).to_uppercase().replace('_', "-"),
        }
    }
}

/// A word with its first letter great.
fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().into_iter().flat_map(char::to_uppercase);
    first.chain(chars).collect()
}

/// A name with its first letter small.
fn small(name: &str) -> String {
    let mut chars = name.chars();
    let first = chars.next().into_iter().flat_map(char::to_lowercase);
    first.chain(chars).collect()
}

fn snake(variant: &str) -> String {
    let mut snake = String::new();
    for (at, c) in variant.char_indices() {
        if at > 0 && c.is_uppercase() {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use super::Case;

    #[track_caller]
    fn check(name: &str, field: &str, variant: &str) {
        let case = Case::parse(name).expect("a known case");
        assert_eq!(case.of_field("last_visit"), field);
        assert_eq!(case.of_variant("LastVisit"), variant);
    }

    // What serde's own table of them says.
    #[test]
    fn every_case_is_as_serde_has_it() {
        check("lowercase", "last_visit", "lastvisit");
        check("UPPERCASE", "LAST_VISIT", "LASTVISIT");
        check("PascalCase", "LastVisit", "LastVisit");
        check("camelCase", "lastVisit", "lastVisit");
        check("snake_case", "last_visit", "last_visit");
        check("SCREAMING_SNAKE_CASE", "LAST_VISIT", "LAST_VISIT");
        check("kebab-case", "last-visit", "last-visit");
        check("SCREAMING-KEBAB-CASE", "LAST-VISIT", "LAST-VISIT");
        assert_eq!(Case::parse("SnakeCase"), None);
    }

    #[test]
    fn letters_beyond_ascii() {
        assert_eq!(Case::Snake.of_variant("AñoÚltimo"), "año_último");
        assert_eq!(Case::Camel.of_field("año_último"), "añoÚltimo");
    }
}
