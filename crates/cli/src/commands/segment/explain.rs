//! Why somebody belongs, or does not.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use pregon::rule::Moment;
use pregon::source::{CsvBatch, CsvSheet};

use super::question::Question;
use super::tree::{Node, RowFacts, Told};
use super::{Asked, input};
use crate::output::{Failure, FailureKind, Object, Phrase};

pub(super) fn explain(
    asked: &Asked,
    question: &Question,
    sheet: &mut CsvSheet,
    id: &str,
) -> Result<u8, Failure> {
    let names = question.attributes();
    let places: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
    let look = |batch: &mut CsvBatch<'_>| {
        (0..batch.len()).find_map(|n| {
            let row = batch.row(n);
            (row.id() == id).then(|| {
                let zone = row.zone().unwrap_or(asked.when.zone);
                let moment = Moment::new(asked.when.now(zone), zone);
                let facts = RowFacts {
                    row,
                    places: &places,
                };
                Told::new(question, &facts, &moment).tree()
            })
        })
    };
    let mut found = None;
    let read = sheet.read(&names, look, |seen| {
        asked.go_on()?;
        found = seen;
        match found {
            Some(_) => ControlFlow::Break(()),
            None => ControlFlow::Continue(()),
        }
    });
    read.map_err(|error| asked.reading(&error))?;
    let Some(tree) = found else {
        let file = input::shown(&asked.args.customers);
        let message = format!("there is no customer {id:?} in {}", file.display());
        return Err(Failure::new(FailureKind::Usage, message));
    };
    if !asked.out.json {
        asked.out.line(&for_people(&tree, id, asked));
    }
    let document = Object::new().with("id", id).with("verdict", tree.verdict);
    asked
        .out
        .document(document.with_object("tree", tree.document()));
    Ok(0)
}

fn for_people(tree: &Node, id: &str, asked: &Asked) -> String {
    let phrase = match tree.verdict {
        Some(true) => Phrase::Belongs,
        Some(false) => Phrase::BelongsNot,
        None => Phrase::BelongsUnknown,
    };
    let mut lines = vec![format!("{id}: {}", asked.out.say(phrase))];
    tree.lines(0, asked.out.say(Phrase::Missing), &mut lines);
    lines.join("\n")
}
