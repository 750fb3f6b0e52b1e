//! Campaign files: one campaign each, its templates beside it.

mod load;
mod ready;
mod templates;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) use load::load;
pub(crate) use ready::findings;

use pregon::{Campaign, Problem};

use crate::document::Document;
use crate::output::Place;

/// A campaign as it was read, which knows where each of its texts stands.
#[derive(Debug)]
pub(crate) struct CampaignFile {
    pub(crate) campaign: Campaign,
    document: Document,
    /// The template files, by the path of the text that they became.
    templates: BTreeMap<String, PathBuf>,
}

impl CampaignFile {
    /// Where a problem is: in a template, within a text of the campaign's file, or at a value.
    pub(crate) fn place(&self, problem: &Problem) -> Place {
        match (self.templates.get(&problem.path), problem.within) {
            (Some(template), Some((line, column))) => Place::new(template, line, column),
            (Some(template), None) => Place::file(template),
            (None, Some((line, column))) => self.document.place_within(&problem.path, line, column),
            (None, None) => self.document.place_of(&problem.path),
        }
    }
}
