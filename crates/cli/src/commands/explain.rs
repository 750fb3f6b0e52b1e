//! `pregon explain`: what a person was sent, was not, and why.

mod audiences;

use chrono::{DateTime, Utc};
use pregon::{CampaignId, CustomerId, DispatchQuery, DispatchView, Zone};

use super::find_config;
use crate::args::Common;
use crate::config::{Config, Keeper, StorePlace};
use crate::output::{Failure, FailureKind, Object, Out, Phrase, instant};

/// How many dispatches are read at once.
const PAGE: u32 = 1000;

/// Says what the store has about a person.
pub(crate) async fn explain(
    customer: &str,
    campaign: Option<&str>,
    common: &Common,
    out: Out,
) -> Result<u8, Failure> {
    let customer = CustomerId::new(customer).map_err(|error| wrong("--customer", &error))?;
    let campaign = campaign.map(CampaignId::new).transpose();
    let campaign = campaign.map_err(|error| wrong("--campaign", &error))?;
    let config = Config::read(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_read().await?.keeper();
    let mut query = DispatchQuery::all().of_customer(customer.clone());
    let frozen = audiences::of(&*store, &customer, campaign.as_ref()).await?;
    if let Some(campaign) = campaign {
        query = query.of_campaign(campaign);
    }
    let views = all(&*store, &query).await?;
    let zone = common.zone.or(config.file.zone);
    if views.is_empty() {
        out.note(&format!("{} {customer}", out.say(Phrase::NoDispatches)));
    } else {
        out.human(&for_people(&views, zone, out));
    }
    if !frozen.is_empty() {
        out.human(&audiences::for_people(&frozen, |at| local(at, zone), out));
    }
    let dispatches: Vec<Object> = views.iter().map(document).collect();
    let document = Object::new().with("customer", customer.as_str());
    let document = document.with_list("dispatches", dispatches);
    let audiences = frozen.iter().map(audiences::document).collect();
    out.document(document.with_list("audiences", audiences));
    Ok(0)
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

fn document(view: &DispatchView) -> Object {
    let key = &view.key;
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
        .with("rule", view.rule.as_ref().map(|rule| rule.as_str()))
        .with("until", view.until.map(instant))
        .with("attempts", view.attempts)
        .with("at", instant(view.at))
}

/// A person's dispatches, two or three lines each; instants in the zone of the business.
fn for_people(views: &[DispatchView], zone: Option<Zone>, out: Out) -> String {
    let at = |instant| local(instant, zone);
    let told = views.iter().map(|view| {
        let (since, state, key) = (at(view.at), view.standing.state.as_str(), &view.key);
        let mut lines = vec![
            format!("{since}  {state:<10}  {} · {}", key.campaign, key.channel),
            format!("{:30}{}", "", key.occurrence),
        ];
        if let Some(reason) = view.reason {
            let rule = view
                .rule
                .as_ref()
                .map(|rule| format!(" ({rule})"))
                .unwrap_or_default();
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
