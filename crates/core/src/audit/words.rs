//! The chain of the words: none was changed or taken out.
//!
//! Words are only ever added at the end, so that a chain that is read page by page while people
//! speak is whole up to where it was read.

use super::{AuditReport, PAGE};
use crate::{Books, PortError};

pub(super) async fn check<S>(store: &S, report: &mut AuditReport) -> Result<(), PortError>
where
    S: Books + ?Sized,
{
    let (mut after, mut last, mut number) = (None, None, 0_u64);
    loop {
        let page = store.words(after.as_ref(), PAGE).await?;
        for (word, kept) in page.items {
            number += 1;
            // Older than links; afterwards every word has one.
            if kept.is_none() && last.is_none() {
                continue;
            }
            report.count("I6", 1);
            if kept != Some(word.link(last)) {
                let what = "a word does not hang on those before it: one was changed or is missing";
                report.add("I6", what.to_owned(), format!("word {number}"));
            }
            last = kept.or(last);
        }
        after = page.next;
        if after.is_none() {
            report.count("words", number);
            return Ok(());
        }
    }
}
