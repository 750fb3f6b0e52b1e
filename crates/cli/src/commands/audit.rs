//! `pregon audit`: whether the ledger kept its promises.

use pregon::events::EventFile;
use pregon::{AuditReport, Violation};

use super::find_config;
use crate::args::Common;
use crate::config::{Config, Keeper, StorePlace, limits};
use crate::output::{Failure, Object, Out, Phrase};

/// How many violations are told to people.
const MOST_TOLD: usize = 50;

/// Proves from the store of a configuration that nothing was sent twice, lost or too much, as far
/// as a ledger shows it. It only reads, beside whoever sends.
pub(crate) async fn audit(common: &Common, out: Out) -> Result<u8, Failure> {
    let config = Config::alone(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_read().await?;
    let keeper = store.keeper();
    let report = pregon::audit(&*keeper, &limits(&config)?).await;
    let mut report = report.map_err(|error| Failure::port(&error))?;
    if let Some(file) = config.event_file() {
        told(&*keeper, &file, &mut report).await?;
    }
    out.human(&for_people(&report, out));
    out.document(document(&report));
    Ok(u8::from(!report.is_clean()))
}

/// Proves that what the books say was told, to the file of events or to nobody yet.
async fn told(
    keeper: &dyn Keeper,
    file: &EventFile,
    report: &mut AuditReport,
) -> Result<(), Failure> {
    let unreadable = |error: &(dyn std::error::Error + 'static)| {
        Failure::file("the file of events cannot be read".to_owned()).because(error)
    };
    let lines = file.lines().map_err(|error| unreadable(&error))?;
    let mut wrong = None;
    let heard = lines.map_while(|line| line.map_err(|error| wrong = Some(error)).ok());
    let audited = pregon::audit_events(keeper, heard, report).await;
    audited.map_err(|error| Failure::port(&error))?;
    wrong.map_or(Ok(()), |error| Err(unreadable(&error)))
}

fn document(report: &AuditReport) -> Object {
    let checked = report.checked.iter();
    let checked = checked.fold(Object::plain(), |all, (name, count)| all.with(name, *count));
    let violation = |it: &Violation| {
        Object::plain()
            .with("invariant", it.invariant)
            .with("what", &*it.what)
            .with("key", &*it.key)
    };
    Object::new()
        .with_object("checked", checked)
        .with_list(
            "violations",
            report.violations.iter().map(violation).collect(),
        )
        .with("more", report.more)
}

fn for_people(report: &AuditReport, out: Out) -> String {
    let count = |name| report.checked.get(name).copied().unwrap_or_default();
    let mut lines = vec![format!(
        "{}: {} · {}: {}",
        out.say(Phrase::Dispatches),
        count("dispatches"),
        out.say(Phrase::Places),
        count("places"),
    )];
    let told = report.violations.iter().take(MOST_TOLD);
    lines.extend(told.map(|it| format!("{}  {}  {}", it.invariant, it.key, it.what)));
    let more = report.violations.len().saturating_sub(MOST_TOLD) as u64 + report.more;
    if more > 0 {
        lines.push(format!("{}: {more}", out.say(Phrase::More)));
    }
    if report.is_clean() {
        lines.push(out.say(Phrase::AuditClean).to_owned());
    }
    lines.join("\n")
}
