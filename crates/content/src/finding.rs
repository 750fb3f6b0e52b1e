//! What somebody should know of a design.

use std::fmt;

use pregon_core::Severity;

/// What somebody should know of a design, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1, in characters.
    pub column: u32,
    /// The whole of it in words, without any value of a person.
    pub message: String,
}

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// It is no template at all.
    Template,
    /// It is larger than a template may be.
    TooLarge,
    /// It is so large that Gmail shows only its beginning.
    Clipped,
    /// A picture says nothing to who does not see it.
    NoAlt,
    /// A picture that is neither on `https://` nor attached.
    ImageSource,
    /// There is much to look at and little to read.
    MostlyImages,
    /// A link that is neither `https://` nor `mailto:` nor `tel:`.
    LinkScheme,
    /// A link that leads nowhere outside of the page that it was written for.
    RelativeLink,
    /// A link whose text is the address of another page.
    DeceptiveLink,
    /// A promotional mail in which nobody finds how to refuse it.
    NoUnsubscribe,
    /// The document does not say its language.
    NoLanguage,
    /// The document does not say its character set.
    NoCharset,
    /// A phone would show the page of a desktop, small.
    NoViewport,
    /// Styles cannot be inlined before the message is rendered.
    NotInlined,
    /// An element was taken away.
    Element,
    /// An attribute was taken away.
    Attribute,
    /// A declaration of a style was taken away.
    Style,
    /// A comment was taken away.
    Comment,
    /// The HTML had to be repaired.
    Repaired,
}

impl FindingKind {
    /// Whether a message with it must not be sent, or only should not.
    #[must_use]
    pub fn severity(self) -> Severity {
        match self {
            Self::Template | Self::TooLarge | Self::LinkScheme | Self::ImageSource => {
                Severity::Error
            }
            _ => Severity::Warning,
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

/// Most findings of one text: who sees so many begins anew.
pub(crate) const MOST_FINDINGS: usize = 200;

/// Lines and columns of a text.
pub(crate) struct Places<'a> {
    text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Places<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(starts).collect();
        Self { text, lines }
    }

    /// The line and the column of a byte.
    pub(crate) fn at(&self, byte: usize) -> (u32, u32) {
        let byte = self.text.floor_char_boundary(byte);
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (
            number(line),
            number(self.text[start..byte].chars().count() + 1),
        )
    }

    pub(crate) fn finding(
        &self,
        kind: FindingKind,
        byte: usize,
        message: impl Into<String>,
    ) -> Finding {
        let (line, column) = self.at(byte);
        Finding {
            kind,
            line,
            column,
            message: message.into(),
        }
    }
}
