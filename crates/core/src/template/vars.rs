//! What a template may read.

use std::collections::BTreeMap;

/// The kind of one variable: decides where it may be written and which helpers take it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum VarKind {
    /// A text.
    Text,
    /// An exact number: a JSON number, or a decimal in a string.
    Number,
    /// True or false.
    Bool,
    /// A civil date, `YYYY-MM-DD`.
    Date,
    /// An instant, RFC 3339; shown in the zone of the [`Locale`](super::Locale).
    Instant,
    /// A list of texts.
    List,
    /// Variables of their own, read with a dot: `{{pin.status}}`.
    Group(Vars),
}

impl VarKind {
    /// The kind in words, for messages.
    pub(super) fn words(&self) -> &'static str {
        match self {
            VarKind::Text => "a text",
            VarKind::Number => "a number",
            VarKind::Bool => "a yes or no",
            VarKind::Date => "a date",
            VarKind::Instant => "an instant",
            VarKind::List => "a list",
            VarKind::Group(_) => "a group",
        }
    }
}

/// The variables of a message by name, against which [`compile`](super::compile) checks a template.
///
/// ```
/// # use pregon_core::template::{VarKind, Vars};
/// let vars = Vars::new().with("customer_name", VarKind::Text).with("pin.status", VarKind::Text);
/// assert_eq!(vars.get("pin.status"), Some(&VarKind::Text));
/// assert_eq!(vars.nearest("custmer_name").as_deref(), Some("customer_name"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vars(BTreeMap<String, VarKind>);

impl Vars {
    /// No variables.
    #[must_use]
    pub fn new() -> Vars {
        Vars::default()
    }

    /// The same with one more; see [`insert`](Vars::insert).
    #[must_use]
    pub fn with(mut self, path: &str, kind: VarKind) -> Vars {
        self.insert(path, kind);
        self
    }

    /// Declares a variable. A dot makes groups: `pin.status` is `status` in the group `pin`.
    /// What was declared there before is replaced.
    pub fn insert(&mut self, path: &str, kind: VarKind) {
        let mut vars = self;
        let mut rest = path;
        while let Some((head, tail)) = rest.split_once('.') {
            let slot = vars
                .0
                .entry(head.to_owned())
                .or_insert_with(|| VarKind::Group(Vars::new()));
            if !matches!(slot, VarKind::Group(_)) {
                *slot = VarKind::Group(Vars::new());
            }
            let VarKind::Group(inner) = slot else { return };
            vars = inner;
            rest = tail;
        }
        vars.0.insert(rest.to_owned(), kind);
    }

    /// The kind of a variable, by its dotted path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&VarKind> {
        let mut vars = self;
        let mut rest = path;
        while let Some((head, tail)) = rest.split_once('.') {
            let VarKind::Group(inner) = vars.0.get(head)? else {
                return None;
            };
            vars = inner;
            rest = tail;
        }
        vars.0.get(rest)
    }

    /// Every dotted path that can be read, groups themselves left out, in order.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names = Vec::new();
        for (name, kind) in &self.0 {
            match kind {
                VarKind::Group(inner) => {
                    names.extend(
                        inner
                            .names()
                            .into_iter()
                            .map(|tail| format!("{name}.{tail}")),
                    );
                }
                _ => names.push(name.clone()),
            }
        }
        names
    }

    /// The declared path most like this one, if any is like it at all.
    #[must_use]
    pub fn nearest(&self, path: &str) -> Option<String> {
        let names = self.names();
        nearest(path, names.iter().map(String::as_str)).map(str::to_owned)
    }
}

/// The candidate with the fewest changed letters, if they are at most a third of the word.
pub(super) fn nearest<'a>(word: &str, all: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let most = (word.chars().count() / 3).clamp(1, 4);
    if word.len() > 128 {
        return None;
    }
    all.map(|name| (distance(word, name), name))
        .filter(|(changes, _)| *changes <= most)
        .min()
        .map(|(_, name)| name)
}

/// Letters to change, add or drop (Levenshtein), without regard to case.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other
        .chars()
        .flat_map(char::to_lowercase)
        .take(128)
        .collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().flat_map(char::to_lowercase).enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let kept = corner + usize::from(a != *b);
            corner = row[j + 1];
            row[j + 1] = kept.min(corner + 1).min(row[j] + 1);
        }
    }
    row[other.len()]
}
