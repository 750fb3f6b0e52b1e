//! Whether the ledger says what happened, and whether everything that should be there is.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, Duration, NaiveDate, SecondsFormat, Utc};
use pregon_core::{CampaignState, DispatchId, DispatchKey, DispatchQuery, DispatchView, State};

use super::campaigns::{LEAD_DAYS, LEAD_HOURS, NEWS, NEWS_CITY};
use super::naive::{first_instant, hours_of, local};
use super::people::Due;
use super::witness::Facts;
use super::world::World;
use crate::heard::Books;

/// The ledger as its log shows it.
pub(super) type Views = BTreeMap<DispatchId, DispatchView>;

/// What of the ledger contradicts what arrived.
pub(super) async fn ledger(world: &World) -> Result<Views, String> {
    let query = DispatchQuery::all();
    let page = world.store.honest.dispatches(&query, None, u32::MAX).await;
    let page = page.map_err(|error| format!("the log: {error}"))?;
    let views: Views = page.items.into_iter().map(|view| (view.id, view)).collect();
    let facts = world.witness.facts();
    for view in views.values() {
        let arrived = facts.arrivals.contains_key(&view.id);
        let doubt = view.standing.in_doubt;
        let wrong = match view.standing.state {
            State::Accepted => !arrived,
            State::Scheduled if doubt => true,
            State::Sending | State::Resend | State::Unknown => false,
            _ => arrived,
        };
        if wrong {
            let (id, state) = (view.id, view.standing.state);
            return Err(format!("{id} is {state}, and it arrived: {arrived}"));
        }
    }
    match facts.arrivals.keys().find(|id| !views.contains_key(*id)) {
        Some(id) => Err(format!("{id} arrived and is in no ledger")),
        None => Ok(views),
    }
}

/// What of a month that has come to rest is lost or stuck.
pub(super) fn whole(world: &World, views: &Views) -> Result<(), String> {
    let mut facts = world.witness.facts();
    let now = facts.latest;
    for view in views.values() {
        let (id, state) = (view.id, view.standing.state);
        facts.count(tallied(state));
        if state.is_final() {
            continue;
        }
        let Some(until) = view.until else {
            return Err(format!("{id} is {state} and waits for nothing"));
        };
        let record = facts.records.get(&view.key.campaign);
        let life = record.map(|record| record.state());
        match life {
            Some(CampaignState::Active) if until <= now => {
                return Err(format!(
                    "{id} is {state}, due since {until}, and does not leave"
                ));
            }
            Some(CampaignState::Cancelled) => {
                return Err(format!("{id} is {state} and its campaign is called off"));
            }
            _ => {}
        }
    }
    let missing = expected(&facts)
        .into_iter()
        .find(|key| !views.contains_key(&key.id()));
    missing.map_or(Ok(()), |key| Err(format!("nobody planned {key:?}")))
}

/// What was told of a month, or not, that contradicts what happened in it.
pub(super) async fn told(world: &World, views: &Views) -> Result<(), String> {
    let now = world.clock.stands();
    let waiting = world.store.honest.waiting(u32::MAX, now).await;
    let waiting = waiting.map_err(|error| format!("the events: {error}"))?;
    if !waiting.mark.is_empty() {
        return Err(format!("{} events wait in the end", waiting.events.len()));
    }
    let Some(ear) = &world.ear else {
        return Ok(());
    };
    let mut facts = world.witness.facts();
    for (what, times) in ear.heard.counts() {
        *facts.tally.entry(what).or_default() += times;
    }
    let mut went = BTreeMap::new();
    for it in &facts.went {
        *went.entry(it.id).or_default() += 1;
    }
    if went != ear.heard.begun() {
        return Err("it is told that others began than those that did".to_owned());
    }
    let books = Books {
        dispatches: views.values().collect(),
        campaigns: facts.records.values().collect(),
        words: facts.words.iter().collect(),
    };
    ear.heard
        .findings(&books)
        .into_iter()
        .next()
        .map_or(Ok(()), Err)
}

fn tallied(state: State) -> &'static str {
    match state {
        State::Scheduled => "ends scheduled",
        State::Sending => "ends sending",
        State::Resend => "ends resend",
        State::Accepted => "ends accepted",
        State::Failed => "ends failed",
        State::Unknown => "ends unknown",
        State::Suppressed => "ends suppressed",
        State::Expired => "ends expired",
        State::Cancelled => "ends cancelled",
        State::Capped => "ends capped",
        _ => "ends dead",
    }
}

/// What must have been planned for people and records that nobody touched.
fn expected(facts: &Facts) -> Vec<DispatchKey> {
    let mut keys = Vec::new();
    for (id, record) in &facts.records {
        let since = facts.active_since.get(id);
        let Some(since) = since.filter(|_| record.state() == CampaignState::Active) else {
            continue;
        };
        let first = first_instant(facts.zone, local(facts.zone, *since).date());
        match id.as_str() {
            "renovacion" | "recordatorio" => dated(facts, id.as_str(), first, &mut keys),
            "boletin" => news(facts, *since, &mut keys),
            "oferta" => {
                for broadcast in record.broadcasts() {
                    let what = [
                        "oferta",
                        "envio",
                        "correo",
                        "on_demand",
                        broadcast.id.as_str(),
                    ];
                    everybody(facts, what, None, &mut keys);
                }
            }
            _ => {}
        }
    }
    keys
}

fn dated(facts: &Facts, campaign: &str, first: DateTime<Utc>, keys: &mut Vec<DispatchKey>) {
    for thing in facts.things.iter().filter(|thing| !thing.touched) {
        let person = &facts.people[thing.owner];
        let id = &thing.record.id;
        let (due, last, what, occasion) = match (campaign, thing.due) {
            ("renovacion", Due::On(day)) => {
                let due = first_instant(facts.zone, day - Days::new(LEAD_DAYS.into()));
                let what = ["renovacion", "aviso", "correo", "before_date", "email"];
                let last = facts.latest - Duration::hours(26);
                (due, last, what, format!("{id} {day} {LEAD_DAYS}"))
            }
            ("recordatorio", Due::At(at)) => {
                let due = at - Duration::hours(LEAD_HOURS.into());
                let what = ["recordatorio", "cita", "mensaje", "before_date", "sms"];
                let value = pregon_core::Value::Instant(at);
                let last = facts.latest - Duration::hours(1);
                (due, last, what, format!("{id} {value} {LEAD_HOURS}h"))
            }
            _ => continue,
        };
        if first <= due && due <= last && !person.touched {
            keys.push(key(what, &occasion, person.customer.id.as_str()));
        }
    }
}

/// The last newsletter.
fn news(facts: &Facts, since: DateTime<Utc>, keys: &mut Vec<DispatchKey>) {
    let today = local(facts.zone, facts.latest).date();
    let days: Vec<NaiveDate> = (0..8).rev().map(|n| today - Days::new(n)).collect();
    let fired = hours_of(facts.zone, &days, &NEWS.0, NEWS.1);
    let last = fired
        .into_iter()
        .rfind(|at| *at <= facts.latest && *at > since);
    if let Some(at) = last {
        let occasion = at.to_rfc3339_opts(SecondsFormat::Secs, true);
        let what = ["boletin", "noticias", "correo", "calendar", &occasion];
        everybody(facts, what, Some(NEWS_CITY), keys);
    }
}

/// A key of everybody whom nobody touched, by e-mail: campaign, journey, step, trigger, occasion.
fn everybody(facts: &Facts, what: [&str; 5], city: Option<&str>, keys: &mut Vec<DispatchKey>) {
    let [campaign, journey, step, trigger, occasion] = what;
    let there = facts.people.iter().filter(|person| !person.touched);
    for person in there.filter(|person| city.is_none_or(|city| city == person.city)) {
        let what = [campaign, journey, step, trigger, "email"];
        keys.push(key(what, occasion, person.customer.id.as_str()));
    }
}

fn key(what: [&str; 5], occasion: &str, customer: &str) -> DispatchKey {
    let [campaign, journey, step, trigger, channel] = what;
    DispatchKey {
        campaign: campaign.parse().expect("an id"),
        journey: journey.parse().expect("an id"),
        step: step.parse().expect("an id"),
        trigger: trigger.to_owned(),
        occurrence: occasion.parse().expect("an id"),
        customer: customer.parse().expect("an id"),
        channel: channel.parse().expect("a channel"),
    }
}
