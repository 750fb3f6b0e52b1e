//! How many belong.

use std::ops::ControlFlow;

use pregon::source::CsvSheet;

use super::answer::Chunk;
use super::question::Question;
use super::{Asked, answer};
use crate::output::{Failure, Object, Out, Phrase, table};

pub(super) fn count(
    asked: &Asked,
    question: &Question,
    sheet: &mut CsvSheet,
) -> Result<u8, Failure> {
    let mut counts = vec![0_u64; question.ones.len()];
    let mut none = 0_u64;
    let count = |chunk: &Chunk<'_>| {
        let (mut counts, mut none) = (vec![0_u64; question.ones.len()], 0_u64);
        for row in 0..chunk.len() {
            let mut is_in_none = true;
            for segment in chunk.hits(row) {
                counts[segment] += 1;
                is_in_none = false;
            }
            none += u64::from(is_in_none);
        }
        (counts, none)
    };
    answer::each(asked, question, sheet, count, |(own, nowhere)| {
        counts
            .iter_mut()
            .zip(own)
            .for_each(|(all, own)| *all += own);
        none += nowhere;
        ControlFlow::Continue(())
    })?;
    let customers = sheet.rows();
    let mut document = Object::new().with("customers", customers);
    if let Some(only) = question.selected {
        document = document.with("count", counts[only]);
    }
    if question.selected.is_none() || question.is_named && question.ones.len() == 1 {
        let each = question.ones.iter().zip(&counts);
        let each = each.map(|(one, n)| Object::plain().with("name", &*one.shown).with("count", *n));
        document = document
            .with_list("segments", each.collect())
            .with("none", none);
    }
    asked.out.document(document);
    if !asked.out.json {
        asked.out.line(&match question.selected {
            Some(only) => counts[only].to_string(),
            None => for_people(question, &counts, none, customers, asked.out),
        });
    }
    Ok(0)
}

fn for_people(question: &Question, counts: &[u64], none: u64, all: u64, out: Out) -> String {
    let row = |name: &str, n: u64| {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a share is shown with one digit"
        )]
        let share = if all == 0 {
            0.0
        } else {
            n as f64 / all as f64 * 100.0
        };
        vec![name.to_owned(), n.to_string(), format!("{share:.1} %")]
    };
    let mut rows: Vec<_> = question
        .ones
        .iter()
        .zip(counts)
        .map(|(one, n)| row(&one.shown, *n))
        .collect();
    rows.push(row(out.say(Phrase::InNone), none));
    rows.push(row(out.say(Phrase::AllCustomers), all));
    let head = [Phrase::Segment, Phrase::Customers, Phrase::Share].map(|phrase| out.say(phrase));
    table(&head, rows, 1..3)
}
