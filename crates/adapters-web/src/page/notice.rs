//! Pages that only say something.

use super::layout::document;
use super::{House, escape};
use crate::language::Language;
use crate::words::Words;

/// What a page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The link is ours, and nobody is behind it any more.
    Gone,
    /// The link is not ours.
    Unknown,
    /// The method is none of ours.
    Method,
    /// The form cannot be read.
    Form,
    /// The form is longer than any of ours.
    TooLarge,
    /// The store failed.
    Failed,
}

impl Notice {
    pub(crate) fn status(self) -> u16 {
        match self {
            Self::Gone => 200,
            Self::Unknown => 404,
            Self::Method => 405,
            Self::Form => 400,
            Self::TooLarge => 413,
            Self::Failed => 503,
        }
    }
}

pub(crate) fn notice(house: &House, language: Language, notice: Notice) -> String {
    let words = Words::of(language);
    let (title, text) = match notice {
        Notice::Gone => (words.gone_title, words.gone),
        Notice::Unknown => (words.unknown_title, words.unknown),
        Notice::Method => (words.method_title, words.method),
        Notice::Form | Notice::TooLarge => (words.form_title, words.form),
        Notice::Failed => (words.failed_title, words.failed),
    };
    let sheet = format!("<p>{}</p>\n", escape(text));
    document(house, language, title, &sheet)
}
