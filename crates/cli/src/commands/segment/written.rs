//! Where a rule is written, and how its mistakes are shown there.

use std::path::PathBuf;
use std::sync::Arc;

use pregon::rule::{Rule, RuleError, Span};

use crate::document::{Document, Language};
use crate::output::{Failure, FailureKind, Place};

/// How much of a long line is shown.
const MOST_SHOWN: usize = 76;

/// Where a rule is written.
#[derive(Debug, Clone)]
pub(super) enum Written {
    /// In a flag. A name before it is blanked out, so that places are those of the flag's text.
    Flag { flag: String, text: String },
    /// A file is the text of a rule.
    Text { path: PathBuf, text: String },
    /// A file is the JSON of a rule.
    Json { path: PathBuf, text: String },
    /// A value in a file of segments: a text, or the JSON of a rule.
    Within { document: Arc<Document>, at: String },
}

impl Written {
    /// The rule.
    pub(super) fn rule(&self) -> Result<Rule, Failure> {
        let parsed = match self {
            Self::Flag { text, .. } | Self::Text { text, .. } => Rule::parse(text),
            Self::Json { text, .. } => Rule::from_json(text),
            Self::Within { document, at } => {
                Rule::parse(document.root.nearest(at).0.text().unwrap_or_default())
            }
        };
        parsed.map_err(|error| self.failure(&error))
    }

    /// What is wrong with the rule, with its place.
    pub(super) fn failure(&self, error: &RuleError) -> Failure {
        let failure = said(self.kind(), error);
        match (self, error.position()) {
            (Self::Flag { flag, text }, at) => failure
                .shown(excerpt(text, error.span()))
                .at(Place::in_flag(flag, at)),
            (Self::Text { path, text }, Some((line, column))) => failure
                .shown(excerpt(text, error.span()))
                .at(Place::new(path, line, column)),
            (Self::Text { path, .. }, None) => failure.at(Place::file(path)),
            (Self::Json { path, .. }, Some((line, column))) => {
                failure.at(Place::new(path, line, column))
            }
            (Self::Json { path, text }, None) => {
                let document = Document::of(path, text.clone(), Language::Json);
                failure.at(document.map_or_else(
                    |_| Place::file(path),
                    |document| document.place_of(&format!("rule.{}", error.path())),
                ))
            }
            (Self::Within { document, at }, Some((line, column))) => {
                let text = document.root.nearest(at).0.text().unwrap_or_default();
                failure
                    .shown(excerpt(text, error.span()))
                    .at(document.place_within(at, line, column))
            }
            (Self::Within { document, at }, None) => {
                failure.at(document.place_of(&format!("{at}.rule.{}", error.path())))
            }
        }
    }

    /// What is wrong with the rule as a whole.
    pub(super) fn whole(&self, message: String) -> Failure {
        let failure = Failure::new(self.kind(), message);
        failure.at(match self {
            Self::Flag { flag, .. } => Place::in_flag(flag, None),
            Self::Text { path, .. } | Self::Json { path, .. } => Place::file(path),
            Self::Within { document, at } => document.place_of(at),
        })
    }

    fn kind(&self) -> FailureKind {
        match self {
            Self::Flag { .. } => FailureKind::Usage,
            _ => FailureKind::File,
        }
    }
}

fn said(kind: FailureKind, error: &RuleError) -> Failure {
    Failure::new(kind, error.message()).hinted(error.hint())
}

/// The line of a mistake with marks under it, or as much of a long line as is near to them.
fn excerpt(text: &str, span: Option<Span>) -> Option<String> {
    let span = span?;
    let line: Vec<char> = text
        .split('\n')
        .nth(span.line.saturating_sub(1) as usize)?
        .chars()
        // What is no letter would move the marks, or the terminal.
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let at = (span.column.saturating_sub(1) as usize).min(line.len());
    let begin = if line.len() <= MOST_SHOWN {
        0
    } else {
        at.saturating_sub(MOST_SHOWN / 2)
    };
    let end = (begin + MOST_SHOWN).min(line.len());
    let blank = line[..end].iter().take_while(|c| **c == ' ').count();
    let begin = begin.max(blank.min(at));
    let marks = (span.len.max(1) as usize).min((end - at).max(1));
    let shown: String = line[begin..end].iter().collect();
    let line = format!(
        "{}\n{}{}",
        shown.trim_end(),
        " ".repeat(at - begin),
        "^".repeat(marks)
    );
    Some(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, line: u32, column: u32, len: u32, shown: &str) {
        let span = Span { line, column, len };
        assert_eq!(excerpt(text, Some(span)).unwrap(), shown);
    }

    #[test]
    fn the_line_and_marks_under_it() {
        check("visits >= and", 1, 11, 3, "visits >= and\n          ^^^");
        check("a = 1 and\n  bé =", 2, 7, 0, "bé =\n    ^");
        check("x =\t1", 1, 5, 9, "x = 1\n    ^");
    }

    #[test]
    fn long_lines_are_cut() {
        let text = format!("{} ñ {}", "a".repeat(500), "b".repeat(500));
        let span = Span {
            line: 1,
            column: 502,
            len: 1,
        };
        let shown = excerpt(&text, Some(span)).unwrap();
        let (line, marks) = shown.split_once('\n').unwrap();
        assert_eq!(line.chars().count(), MOST_SHOWN);
        assert_eq!(line.chars().nth(marks.find('^').unwrap()), Some('ñ'));
    }
}
