//! `pregon explain`: what a person was sent, was not, and why.

mod audiences;
mod limits;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pregon::{BookEntry, CampaignId, Cap, CustomerId, DispatchQuery, DispatchView, Heard, Zone};

use self::limits::{Fill, Limits, Next, rule_of, with_fill};
use super::optout::now;
use super::{customer_id, find_config};
use crate::args::Common;
use crate::config::{Config, Keeper, StorePlace};
use crate::output::{Failure, FailureKind, Object, Out, Phrase, instant};

/// How many dispatches are read at once.
const PAGE: u32 = 1000;

/// A dispatch of which is told.
struct Told {
    view: DispatchView,
    heard: Heard,
    /// The limit that refused it, and how full it was.
    fill: Option<Fill>,
}

impl Told {
    async fn of(entries: Vec<BookEntry>, limits: &Limits<'_>) -> Result<Vec<Self>, Failure> {
        let mut told = Vec::with_capacity(entries.len());
        for it in entries {
            let fill = limits.that_refused(&it).await?;
            told.push(Self {
                view: it.view,
                heard: it.heard,
                fill,
            });
        }
        Ok(told)
    }
}

/// Says what the store has about a person.
pub(crate) async fn explain(
    customer: &str,
    campaign: Option<&str>,
    common: &Common,
    out: Out,
) -> Result<u8, Failure> {
    let customer = customer_id(customer)?;
    let campaign = campaign.map(CampaignId::new).transpose();
    let campaign = campaign.map_err(|error| wrong("--campaign", &error))?;
    let config = Config::read(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_read().await?.keeper();
    let frozen = audiences::of(&*store, &customer, campaign.as_ref()).await?;
    let mut entries = entries_of(&*store, &customer).await?;
    let zone = common.zone.or(config.file.zone);
    let limits = Limits {
        store: &*store,
        general: crate::config::limits(&config)?,
        own: own_limits(&*store).await?,
        zone: latest_zone(&entries).or(zone).unwrap_or(Zone::UTC),
    };
    // Limits count a person's messages whatever campaign is asked for.
    let next = limits.next(&entries, now(common).await?).await?;
    entries.retain(|it| {
        campaign
            .as_ref()
            .is_none_or(|id| it.view.key.campaign == *id)
    });
    let told = Told::of(entries, &limits).await?;
    if told.is_empty() {
        out.note(&format!("{} {customer}", out.say(Phrase::NoDispatches)));
    } else {
        out.human(&for_people(&told, zone, out));
    }
    if !frozen.is_empty() {
        out.human(&audiences::for_people(&frozen, |at| local(at, zone), out));
    }
    if !next.is_empty() {
        let lines = next
            .iter()
            .map(|it| it.for_people(|at| local(at, zone), out));
        let lines: Vec<String> = lines.collect();
        out.human(&format!(
            "{}:\n{}",
            out.say(Phrase::MayNext),
            lines.join("\n")
        ));
    }
    let dispatches = told.iter();
    let dispatches = dispatches.map(|it| with_fill(document(it), it.fill.as_ref()));
    let document = Object::new().with("customer", customer.as_str());
    let document = document.with_list("dispatches", dispatches.collect());
    let audiences = frozen.iter().map(audiences::document).collect();
    let document = document.with_list("audiences", audiences);
    out.document(document.with_list("next", next.iter().map(Next::document).collect()));
    Ok(0)
}

/// Everything that the books have of a person, in the order in which it was planned.
async fn entries_of(store: &dyn Keeper, customer: &CustomerId) -> Result<Vec<BookEntry>, Failure> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = store.entries_of(customer, after.as_ref(), PAGE).await;
        let page = page.map_err(|error| Failure::port(&error))?;
        entries.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(entries);
        }
    }
}

/// The zone in which the person was when something began last.
fn latest_zone(entries: &[BookEntry]) -> Option<Zone> {
    let begun = entries.iter().filter(|it| it.zone.is_some());
    begun.max_by_key(|it| it.first_at)?.zone
}

/// The limits of each campaign's own, bound to it.
async fn own_limits(store: &dyn Keeper) -> Result<BTreeMap<CampaignId, Vec<Cap>>, Failure> {
    let stored = store.campaigns().await;
    let stored = stored.map_err(|error| Failure::port(&error))?;
    let own = stored.iter().map(|stored| {
        let campaign = stored.record.campaign();
        let bound = campaign.limits.iter().map(|cap| {
            let mut cap = cap.clone();
            cap.scope.campaign = Some(campaign.id.clone());
            cap
        });
        (campaign.id.clone(), bound.collect())
    });
    Ok(own.collect())
}

/// All dispatches that a query asks for.
pub(super) async fn all(
    store: &dyn Keeper,
    query: &DispatchQuery,
) -> Result<Vec<DispatchView>, Failure> {
    let (mut views, mut after) = (Vec::new(), None);
    loop {
        let page = store.dispatches(query, after.as_ref(), PAGE).await;
        let page = page.map_err(|error| Failure::port(&error))?;
        views.extend(page.items);
        after = page.next;
        if after.is_none() {
            return Ok(views);
        }
    }
}

fn wrong(flag: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(FailureKind::Usage, format!("{flag}: {error}"))
}

fn document(told: &Told) -> Object {
    let view = &told.view;
    let key = &view.key;
    let heard = told.heard.kinds().map(|kind| kind.as_str().to_owned());
    Object::plain()
        .with("key", view.id.to_string())
        .with("campaign", key.campaign.as_str())
        .with("journey", key.journey.as_str())
        .with("step", key.step.as_str())
        .with("occurrence", key.occurrence.as_str())
        .with("channel", key.channel.as_str())
        .with("purpose", view.purpose.as_str())
        .with("state", view.standing.state.as_str())
        .with("reason", view.reason.map(|reason| reason.as_str()))
        .with("rule", rule_of(view).map(|rule| rule.as_str()))
        .with("until", view.until.map(instant))
        .with("attempts", view.attempts)
        .with("at", instant(view.at))
        .with("heard", heard.collect::<Vec<_>>())
}

/// A person's dispatches, two or three lines each; instants in the zone of the business.
fn for_people(told: &[Told], zone: Option<Zone>, out: Out) -> String {
    let at = |instant| local(instant, zone);
    let told = told.iter().map(|Told { view, heard, fill }| {
        let (since, state, key) = (at(view.at), view.standing.state.as_str(), &view.key);
        let mut lines = vec![
            format!(
                "{since}  {state:<10}  {} · {}{}",
                key.campaign,
                key.channel,
                heard
                    .status()
                    .map_or_else(String::new, |kind| format!(" · {kind}"))
            ),
            format!("{:30}{}", "", key.occurrence),
        ];
        if let Some(reason) = view.reason {
            let rule = match (fill, rule_of(view)) {
                (Some(fill), _) => format!(" ({})", fill.for_people(out)),
                (None, Some(rule)) => format!(" ({rule})"),
                (None, None) => String::new(),
            };
            let until = view
                .until
                .map(|until| format!(", {} {}", out.say(Phrase::NotBefore), at(until)));
            lines.push(format!(
                "{:30}{reason}{rule}{}",
                "",
                until.unwrap_or_default()
            ));
        }
        lines.join("\n")
    });
    told.collect::<Vec<_>>().join("\n")
}

/// An instant in the zone of the business, where that is known.
fn local(instant: DateTime<Utc>, zone: Option<Zone>) -> String {
    match zone {
        Some(zone) => zone.local(instant).format("%Y-%m-%d %H:%M").to_string(),
        None => instant.format("%Y-%m-%d %H:%MZ").to_string(),
    }
}
