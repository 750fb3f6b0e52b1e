//! What is told, as bytes that depend on the dispatch alone.

use pregon_core::{Class, Order};
use serde::Serialize;
use serde_json::Value;

use super::answer::Trouble;

/// What the step's document stands for until it is put in as it was written: numbers keep their
/// digits and texts their letters.
const PLACE: &str = r#""body":null}}"#;

#[derive(Serialize)]
struct Told<'a> {
    r#type: &'a str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    dispatch: String,
    campaign: &'a str,
    journey: &'a str,
    step: &'a str,
    purpose: &'a str,
    class: &'a str,
    customer: &'a str,
    /// The last one, so that its place is known.
    body: (),
}

/// The body of a request.
pub(super) fn of(order: &Order, r#type: &str) -> Result<String, Trouble> {
    let written = order.parts.get("body").unwrap_or_default().trim();
    // Not only skipped over: what is nested too deep for us is so for receivers.
    serde_json::from_str::<Value>(written).map_err(|_| Trouble::NotJson)?;
    let key = &order.key;
    let told = Told {
        r#type,
        data: Data {
            dispatch: order.id.to_string(),
            campaign: key.campaign.as_str(),
            journey: key.journey.as_str(),
            step: key.step.as_str(),
            purpose: order.purpose.as_str(),
            class: match order.class {
                Class::Promotional => "promotional",
                Class::Transactional => "transactional",
            },
            customer: &order.to,
            body: (),
        },
    };
    let mut text = serde_json::to_string(&told).map_err(|_| Trouble::NotJson)?;
    text.truncate(text.len() - PLACE.len());
    Ok(format!("{text}\"body\":{written}}}}}"))
}
