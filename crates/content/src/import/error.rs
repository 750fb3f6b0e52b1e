//! A file from which no design can be read.

use super::ImageKind;
use crate::ContentError;

/// A file from which no design can be read; the entry at fault is named.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The file is too large.
    #[error("the file has more than {most} bytes")]
    TooLarge {
        /// Most bytes.
        most: usize,
    },
    /// It is no ZIP file, or a damaged one.
    #[error("it is not a ZIP file, or it is damaged")]
    NotZip,
    /// It has too many entries.
    #[error("the file has more than {most} entries")]
    TooManyEntries {
        /// Most entries.
        most: usize,
    },
    /// An entry unpacks to far more than it is.
    #[error("{entry} unpacks to far more than it is")]
    Bomb {
        /// The entry.
        entry: String,
    },
    /// An entry's name leads out of the file, or is a link.
    #[error("{entry} leads out of the file")]
    Path {
        /// The entry.
        entry: String,
    },
    /// An entry needs a password.
    #[error("{entry} needs a password")]
    Encrypted {
        /// The entry.
        entry: String,
    },
    /// An entry is damaged, or packed in a way that few programs know.
    #[error("{entry} cannot be unpacked")]
    Unreadable {
        /// The entry.
        entry: String,
    },
    /// An entry is a drawing, which may hold programs.
    #[error("{entry} is a drawing (SVG), which may hold programs: save it as PNG")]
    Svg {
        /// The entry.
        entry: String,
    },
    /// An entry is neither a page nor a picture.
    #[error("{entry} is neither a page (.html) nor a picture (.png, .jpg, .gif, .webp)")]
    Kind {
        /// The entry.
        entry: String,
    },
    /// A name is there twice.
    #[error("{entry} is there twice")]
    Twice {
        /// The entry.
        entry: String,
    },
    /// A picture is not what its name says.
    #[error("{entry} is not a whole {kind} picture, whatever its name says")]
    Picture {
        /// The entry.
        entry: String,
        /// What its name says.
        kind: ImageKind,
    },
    /// There is no page.
    #[error("there is no page (.html) in the file")]
    NoPage,
    /// There are several pages.
    #[error("{first} and {second} are both pages; there can be one")]
    Pages {
        /// One.
        first: String,
        /// Another one.
        second: String,
    },
    /// The page is too large.
    #[error("{entry} has more than {most} bytes")]
    LargePage {
        /// The entry.
        entry: String,
        /// Most bytes.
        most: u64,
    },
    /// The page is not UTF-8.
    #[error("{entry} is not UTF-8")]
    NotUtf8 {
        /// The entry.
        entry: String,
    },
    /// The page cannot be cleaned.
    #[error("{entry}")]
    Page {
        /// The entry.
        entry: String,
        /// Why not.
        #[source]
        source: Box<ContentError>,
    },
}
