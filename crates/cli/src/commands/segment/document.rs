//! Files of segments: `[[segment]]` and `[[family]]` in TOML, YAML or JSON.

use std::sync::Arc;

use pregon::{FamilyName, SegmentsDocument, WrittenRule, WrittenSegment};

use super::question::One;
use super::written::Written;
use crate::document::Document;
use crate::output::Failure;

/// The segments of a file: plain ones first, then the families.
pub(super) fn segments(document: Document) -> Result<Vec<One>, Failure> {
    let read: SegmentsDocument = document.read_as(document.root.to_json())?;
    let wrong = |at: &str, message: &str| Failure::file(message).at(document.place_of(at));
    if read.segments.is_empty() && read.families.is_empty() {
        return Err(wrong("", "there is no [[segment]] and no [[family]] here"));
    }
    for (n, family) in read.families.iter().enumerate() {
        let at = format!("family[{n}]");
        if family.segments.is_empty() {
            return Err(wrong(&at, "a family has segments: [[family.segment]]"));
        }
        if read.families[..n]
            .iter()
            .any(|other| other.name == family.name)
        {
            let message = format!("there is another family named {:?}", family.name);
            return Err(wrong(&format!("{at}.name"), &message));
        }
    }
    let document = Arc::new(document);
    let mut found = Vec::new();
    for (n, segment) in read.segments.into_iter().enumerate() {
        found.push(one(&document, segment, &format!("segment[{n}]"), None)?);
    }
    for (f, family) in read.families.into_iter().enumerate() {
        for (n, segment) in family.segments.into_iter().enumerate() {
            let at = format!("family[{f}].segment[{n}]");
            found.push(one(&document, segment, &at, Some(&family.name))?);
        }
    }
    Ok(found)
}

fn one(
    document: &Arc<Document>,
    segment: WrittenSegment,
    at: &str,
    family: Option<&FamilyName>,
) -> Result<One, Failure> {
    let written = Written::Within {
        document: Arc::clone(document),
        at: format!("{at}.rule"),
    };
    let rule = match segment.rule {
        WrittenRule::Text(_) => written.rule()?,
        WrittenRule::Rule(rule) => rule,
    };
    Ok(One {
        shown: segment.name.to_string(),
        name: segment.name,
        family: family.cloned(),
        rule,
        written,
    })
}
