//! What is in an e-mail: CSS inlined, texts made from HTML, designs cleaned, checked and imported.
//!
//! All of it works on *templates*: HTML with tags between `{{` and `}}`, which no HTML parser
//! knows. A parser that builds a tree moves `{{#each}}` out of a table, so nothing here writes a
//! template again from a tree, but for [`clean`], which proves afterwards that every tag still
//! stands where it stood. Nothing reads a file or asks a network.
//!
//! ```
//! use pregon_content::{inline_css, text_of};
//!
//! let html = "<style>td { color: #333 }</style>\
//!     <table>{{#each items}}<tr><td>{{this}}</td></tr>{{/each}}</table>";
//! let inlined = inline_css(html)?;
//! assert!(inlined.html.contains("{{#each items}}<tr><td style=\"color: #333;\">{{this}}</td>"));
//! assert_eq!(text_of(html)?, "{{#each items}}\n{{this}}\n{{/each}}\n");
//! # Ok::<(), pregon_content::ContentError>(())
//! ```
#![deny(missing_docs)]

mod error;
mod finding;
mod markup;
mod inline;
mod text;
mod check;
mod clean;
mod import;
mod design;

pub use check::check;
pub use clean::{Cleaned, clean};
pub use design::{Design, Variable, designs};
pub use error::ContentError;
pub use finding::{Finding, FindingKind};
pub use import::{Image, ImageKind, ImportError, Imported, import_zip};
pub use inline::{Inlined, inline_css, inline_rendered};
pub use text::text_of;
