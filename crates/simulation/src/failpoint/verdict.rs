//! Who got what, against what the table of the protocol says.

use std::collections::BTreeSet;

use pregon_core::{CampaignState, DispatchQuery, DispatchView, State, StoredCampaign};

use super::drive::Driven;
use super::provider::Got;
use super::scene::{CAMPAIGNS, PEOPLE, Scene, address};
use super::{Cell, Deal};
use crate::heard::Books;

/// What must not be.
pub(super) async fn judge(driven: &Driven, cell: &Cell) -> Result<Vec<String>, String> {
    let handle = &driven.process()?.handle;
    let store = handle.store();
    let page = store
        .dispatches(&DispatchQuery::all(), None, u32::MAX)
        .await;
    let views = page.map_err(|error| format!("the log: {error:?}"))?.items;
    let got = driven.scene.provider.got();
    let mut findings = Vec::new();
    people(cell, &views, &got, &mut findings);
    ledger(cell, &views, &got, &mut findings);
    let campaigns = store.campaigns().await;
    let campaigns = campaigns.map_err(|error| format!("the campaigns: {error:?}"))?;
    for it in &campaigns {
        if it.record.state() != CampaignState::Finished {
            findings.push(format!("a campaign is {}", it.record.state()));
        }
    }
    events(driven, &views, &campaigns, &mut findings).await?;
    let report = handle.audit(&Scene::limits()).await;
    let report = report.map_err(|error| format!("the audit: {error:?}"))?;
    if !report.is_clean() {
        findings.push(format!("the audit: {report:?}"));
    }
    if report.checked.get("dispatches").copied() != Some((PEOPLE * CAMPAIGNS.len()) as u64) {
        findings.push(format!(
            "the audit saw something else: {:?}",
            report.checked
        ));
    }
    Ok(findings)
}

/// What was told, at least once and under one name each, against what happened.
async fn events(
    driven: &Driven,
    views: &[DispatchView],
    campaigns: &[StoredCampaign],
    findings: &mut Vec<String>,
) -> Result<(), String> {
    let store = driven.process()?.handle.store();
    let waiting = store.waiting(u32::MAX, driven.scene.clock.stands()).await;
    let waiting = waiting.map_err(|error| format!("the events: {error:?}"))?;
    if !waiting.mark.is_empty() {
        findings.push(format!("{} events wait", waiting.events.len()));
    }
    let words = store.history(&Scene::refusal().subject).await;
    let words = words.map_err(|error| format!("the words: {error:?}"))?;
    let books = Books {
        dispatches: views.iter().collect(),
        campaigns: campaigns.iter().map(|it| &it.record).collect(),
        words: words.iter().map(|entry| &entry.preference).collect(),
    };
    findings.extend(driven.scene.heard.findings(&books));
    Ok(())
}

/// The column "Person gets".
fn people(cell: &Cell, views: &[DispatchView], got: &[Got], findings: &mut Vec<String>) {
    let mut others = 0;
    for n in 0..PEOPLE {
        let to = address(n);
        let copies: Vec<&Got> = got.iter().filter(|it| it.to == to).collect();
        let different: BTreeSet<_> = copies.iter().map(|it| it.id).collect();
        if different.len() > 1 {
            findings.push(format!("C-{n} has {} messages in a week", different.len()));
        }
        let due = usize::from(n != 0);
        if copies.len() == due {
            continue;
        }
        others += 1;
        let doubted = cell.point.leaves_doubt() && n != 0;
        let fair = match cell.deal {
            _ if !doubted => false,
            Deal::Idempotent | Deal::Lookup => false,
            // It may be lost, and then it is said to be unknown.
            Deal::BlindPromotional => {
                let of = |view: &&DispatchView| view.key.customer.as_str() == format!("C-{n}");
                let mut theirs = views.iter().filter(of);
                copies.is_empty() && theirs.any(|view| view.standing.state == State::Unknown)
            }
            Deal::BlindTransactional => copies.len() == 2 && copies.iter().any(|it| it.again),
        };
        if !fair {
            findings.push(format!("C-{n} has {} copies", copies.len()));
        }
    }
    if others > 1 {
        findings.push(format!("{others} people have more or less than is theirs"));
    }
}

/// What the ledger says, against what arrived.
fn ledger(cell: &Cell, views: &[DispatchView], got: &[Got], findings: &mut Vec<String>) {
    if views.len() != PEOPLE * CAMPAIGNS.len() {
        findings.push(format!("{} dispatches were planned", views.len()));
    }
    let mut unknown = 0;
    for view in views {
        let arrived = got.iter().any(|it| it.id == view.id);
        let state = view.standing.state;
        let fair = match state {
            State::Accepted => arrived,
            State::Unknown => {
                unknown += 1;
                true
            }
            _ => state.is_final() && !arrived,
        };
        if !fair {
            let who = &view.key.customer;
            findings.push(format!("{who}'s is {state}, and it arrived: {arrived}"));
        }
    }
    let blind = matches!(cell.deal, Deal::BlindPromotional | Deal::BlindTransactional);
    let most = usize::from(blind && cell.point.leaves_doubt());
    if unknown > most {
        findings.push(format!("{unknown} are unknown"));
    }
}
