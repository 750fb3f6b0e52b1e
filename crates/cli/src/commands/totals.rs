//! What a run did, in numbers.

use std::collections::BTreeMap;

use pregon::{PassReport, Reason, Trouble};

use crate::output::{Failure, FailureKind, Lang, Object, Out, Phrase, instant};

/// The members of the document of `run`, in their order.
pub(super) fn document(report: &PassReport) -> Object {
    Object::new()
        .with("planned", report.planned)
        .with("accepted", report.accepted)
        .with_object("deferred", by_reason(&report.deferred))
        .with_object("refused", by_reason(&report.refused))
        .with("failed", report.failed)
        .with("in_doubt", report.in_doubt)
        .with("retry", report.retry)
        .with("unreachable", report.unreachable)
        .with("next", report.next.map(instant))
        .with("outside_audience", report.outside_audience)
        .with("events", report.events)
}

fn by_reason(counts: &BTreeMap<Reason, u64>) -> Object {
    counts
        .iter()
        .fold(Object::plain(), |object, (reason, count)| {
            object.with(reason.as_str(), *count)
        })
}

/// The numbers for people: only those that are not zero, and always what was sent.
pub(super) fn for_people(report: &PassReport, out: Out) -> String {
    let mut lines = vec![
        (Phrase::Planned, report.planned.to_string()),
        (Phrase::Sent, report.accepted.to_string()),
    ];
    let mut more = |phrase, count: u64, reasons: &BTreeMap<Reason, u64>| {
        if count > 0 {
            let named = reasons.iter().map(|(reason, n)| format!("{reason} {n}"));
            let named: Vec<String> = named.collect();
            let why = if named.is_empty() {
                String::new()
            } else {
                format!("  ({})", named.join(", "))
            };
            lines.push((phrase, format!("{count}{why}")));
        }
    };
    let none = BTreeMap::new();
    more(
        Phrase::PutOff,
        report.deferred.values().sum(),
        &report.deferred,
    );
    more(
        Phrase::Refused,
        report.refused.values().sum(),
        &report.refused,
    );
    more(Phrase::Unreachable, report.unreachable, &none);
    more(Phrase::Failed, report.failed, &none);
    more(Phrase::InDoubt, report.in_doubt, &none);
    more(Phrase::Retry, report.retry, &none);
    more(Phrase::OutsideAudience, report.outside_audience, &none);
    let next = report
        .next
        .map_or(out.say(Phrase::Nothing).to_owned(), instant);
    lines.push((Phrase::Next, next));
    let lines = lines.iter().map(|(phrase, text)| {
        let name = phrase.text(out.lang);
        let pad = " ".repeat(22_usize.saturating_sub(name.chars().count()));
        format!("  {name}{pad} {text}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The last words of a run: what did not work, as a failure for the exit code.
pub(super) fn verdict(report: &PassReport) -> Option<Failure> {
    let told = report.troubles.iter().filter(|trouble| !is_alert(trouble));
    let mut troubles: Vec<Failure> = told.map(trouble).collect();
    troubles.sort_by_key(|failure| failure.kind != FailureKind::Unreachable);
    // The same source fails for every campaign; it is told once.
    troubles.dedup_by(|a, b| a.message == b.message && a.causes == b.causes);
    Failure::first_of(troubles)
}

/// Whether a trouble is only told: nothing was stopped by it.
pub(super) fn is_alert(trouble: &Trouble) -> bool {
    matches!(trouble, Trouble::Sender { finding, .. } if !finding.stops)
}

/// Something that did not work while the rest went on.
pub(super) fn trouble(trouble: &Trouble) -> Failure {
    match trouble {
        Trouble::Source { error, .. }
        | Trouble::Channel { error, .. }
        | Trouble::Events { error } => {
            let mut failure = Failure::port(error);
            failure.kind = FailureKind::Unreachable;
            failure.hint = Some("nothing is lost: run it again when it works".to_owned());
            failure
        }
        Trouble::Campaign { campaign, problems } => {
            let message =
                format!("campaign {campaign} no longer fits its source and is left alone");
            let mut failure = Failure::new(FailureKind::Failed, message);
            failure.causes = problems.iter().map(ToString::to_string).collect();
            failure
        }
        Trouble::Clock { shows, expected } => {
            let (shows, expected) = (instant(*shows), instant(*expected));
            let message = format!("the clock jumped to {shows}, from {expected}: nothing is sent");
            let hint = "if the clock is right, start pregon again";
            Failure::new(FailureKind::Unreachable, message).hinted(Some(hint))
        }
        Trouble::Sender { finding, paused } => {
            let mut failure = Failure::new(FailureKind::Failed, finding.to_string());
            failure.causes = paused
                .iter()
                .map(|id| format!("campaign {id} is paused"))
                .collect();
            let hint = "look at whom it was sent to; pregon resume lets it go on, counted anew";
            failure.hinted((!paused.is_empty()).then_some(hint))
        }
        other => Failure::new(FailureKind::Failed, format!("{other:?}")),
    }
}

/// A trouble in one line, for a run that goes on.
pub(super) fn in_a_line(failure: &Failure, lang: Lang) -> String {
    let told = failure.for_people(lang);
    let lines: Vec<&str> = told.lines().map(str::trim).collect();
    lines.join(" · ")
}
