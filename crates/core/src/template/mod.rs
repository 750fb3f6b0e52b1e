//! Templates: what a message says, checked when it is published and rendered when it is sent.
//!
//! Users write [handlebars](https://handlebarsjs.com). The engine is the crate `handlebars`, but it
//! never reads what a user wrote: two partials that contain each other, or 5,000 nested blocks,
//! abort the whole process there, misspelt names in `{{#if}}` are silently false, links are not
//! checked, loops have no bound. So [`compile`] goes in steps:
//!
//! 1. the pre-scan cuts the text into tags ([`prescan`]): linear, without recursion, and refuses
//!    everything it does not know;
//! 2. partials are put in where they are called, circles and growth refused;
//! 3. every variable, helper and kind is checked against [`Vars`] with the scopes of its blocks;
//! 4. in HTML parts, each value must stand where escaping makes it harmless; links must begin with
//!    an allowed scheme, and a value that begins one is checked again at each rendering;
//! 5. what is left is written in a small canonical form, tag by tag, and put together for the
//!    engine to render.
//!
//! **Invariant:** the engine's parser sees one canonical tag at a time, and no text of a user but
//! strings in JSON.
//! **Invariant:** the engine is given no partial and no decorator, and calls no helper that is not
//! ours, but for `if` and `unless`.
//! **Invariant:** errors and `Debug` hold names and places, never a value.

mod assemble;
mod blanks;
mod blocks;
mod error;
mod expr;
mod format;
mod helpers;
mod html;
mod html_rules;
mod kinds;
mod library;
mod link;
mod lint;
mod locale;
mod project;
mod render;
mod scan;
#[cfg(test)]
mod tests;
mod vars;
mod words;
mod write;

use std::collections::BTreeSet;

pub use error::{Mistake, RenderError, TemplateError};
pub use library::Library;
pub use locale::Locale;
pub use render::Template;
pub use scan::{Scan, prescan};
pub use vars::{VarKind, Vars};

use error::Found;
use render::Part;

/// Most mistakes that one [`compile`] reports.
const MOST_MISTAKES: usize = 100;

/// How values are written into a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// Escaped for HTML.
    Html,
    /// As they are: plain text, subjects, SMS.
    Text,
    /// Escaped for the inside of a quoted text of JSON: `{"name": "{{customer_name}}"}`.
    Json,
}

/// One part of a message as its author wrote it.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The part's name, such as `subject`.
    pub part: &'a str,
    /// How values are written into it.
    pub escape: Escape,
    /// The template.
    pub text: &'a str,
    /// Most characters of the rendered text: 1 MiB suits a body, 1,600 an SMS, 998 a subject.
    pub most_output: usize,
}

/// Checks and compiles the parts of a message.
///
/// ```
/// # use pregon_core::template::{Escape, Library, Locale, Source, VarKind, Vars, compile};
/// let vars = Vars::new().with("customer_name", VarKind::Text).with("expiry_date", VarKind::Date);
/// let text = "Hola {{first_name customer_name}}: vence el {{date expiry_date}}.";
/// let sms = Source { part: "text", escape: Escape::Text, text, most_output: 1_600 };
/// let template = compile(&[sms], &Library::new(), &vars).expect("a good template");
///
/// let data = serde_json::json!({ "customer_name": "ANA PÉREZ", "expiry_date": "2026-12-20" });
/// let texts = template.render(&data, &Locale::new("es")).expect("all values are there");
/// assert_eq!(texts["text"], "Hola Ana: vence el 20 de diciembre de 2026.");
/// ```
///
/// # Errors
/// All mistakes at once (the first hundred), in the order of parts and positions.
pub fn compile(
    sources: &[Source<'_>],
    partials: &Library,
    vars: &Vars,
) -> Result<Template, Vec<TemplateError>> {
    let mut mistakes = Vec::new();
    let mut parts = Vec::new();
    let mut reads = BTreeSet::new();
    for (i, source) in sources.iter().enumerate() {
        if sources[..i].iter().any(|other| other.part == source.part) {
            mistakes.push(Found::new(0, Mistake::DuplicatePart).located(source.part, ""));
        }
        match part(source, partials, vars, &mut reads) {
            Ok(part) => parts.push(part),
            Err(found) => mistakes.extend(found),
        }
        mistakes.truncate(MOST_MISTAKES);
    }
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let inputs = project::inputs(reads.iter(), vars);
    Ok(Template {
        parts,
        inputs,
        reads,
    })
}

fn part(
    source: &Source<'_>,
    partials: &Library,
    vars: &Vars,
    reads: &mut BTreeSet<String>,
) -> Result<Part, Vec<TemplateError>> {
    let mut expanded = library::expand(source.part, source.text, source.escape, partials);
    let written = write::write(&mut expanded, source.escape, vars);
    let mut found = expanded.found;
    // A partial used twice has its mistakes twice; one place can have one mistake of a kind.
    found.sort();
    found.dedup();
    found.truncate(MOST_MISTAKES);
    if found.is_empty() {
        match assemble::assemble(written.bits) {
            Ok(compiled) => {
                reads.extend(written.reads);
                let Source {
                    part,
                    text,
                    escape,
                    most_output,
                    ..
                } = *source;
                return Ok(Part {
                    name: part.to_owned(),
                    escape,
                    most_output,
                    // Values are longer than their names as often as shorter.
                    room: text.len() + text.len() / 8,
                    compiled,
                });
            }
            Err(assemble::Refused) => found.push((0, Found::new(0, Mistake::Engine))),
        }
    }
    let located = found.into_iter().map(|(origin, found)| {
        let (name, text) = expanded.origins[origin];
        match origin {
            0 => found.located(name, text),
            _ => found.located(&format!("partial {name}"), text),
        }
    });
    Err(located.collect())
}
