//! The campaigns, limits and hours of a business, as its files would say them.

use pregon_core::{Campaign, Cap, Hours};
use serde_json::{Value, json};

use crate::Dice;

/// Days before a pin expires on which its owner is told.
pub(super) const LEAD_DAYS: u32 = 10;

/// Hours before a booking.
pub(super) const LEAD_HOURS: u32 = 24;

/// When the newsletter goes out, in the business's zone: weekdays from Monday, and the hour.
pub(super) const NEWS: ([u32; 2], u32) = ([0, 3], 10);

/// The city to which the newsletter goes.
pub(super) const NEWS_CITY: &str = "Quito";

const ALL: [fn(i64) -> Value; 5] = [renewal, newsletter, birthday, reminder, offer];

fn campaign(id: &str, purpose: &str, priority: i64, journey: Value) -> Value {
    json!({ "id": id, "name": id, "purpose": purpose, "priority": priority, "journey": [journey] })
}

fn renewal(priority: i64) -> Value {
    campaign(
        "renovacion",
        "renewal",
        priority,
        json!({
            "id": "aviso",
            "trigger": { "before_date": {
                "record": "pin", "date": "expiry_date", "days": LEAD_DAYS, "cron": "0 1 * * *" } },
            "audience": "status = \"Delivered\"",
            "step": [{ "id": "correo", "email": {
                "subject": "{{record_id}} vence", "text": "Vence el {{date expiry_date}}." } }],
        }),
    )
}

fn newsletter(priority: i64) -> Value {
    campaign(
        "boletin",
        "newsletter",
        priority,
        json!({
            "id": "noticias",
            "trigger": { "calendar": { "cron": "0 10 * * 1,4" } },
            "audience": format!("city = \"{NEWS_CITY}\""),
            "step": [{ "id": "correo", "email": { "subject": "Noticias", "text": "Hola." } }],
        }),
    )
}

fn birthday(priority: i64) -> Value {
    campaign(
        "cumple",
        "birthday",
        priority,
        json!({
            "id": "saludo",
            "trigger": { "calendar": { "cron": "0 9 * * *" } },
            "audience": "birth_date anniversary within 0 days",
            "step": [{
                "id": "mensaje",
                "sms": { "text": "Feliz cumpleaños, {{customer_name}}." },
            }],
        }),
    )
}

fn reminder(priority: i64) -> Value {
    campaign(
        "recordatorio",
        "reminder",
        priority,
        json!({
            "id": "cita",
            "trigger": { "before_date": {
                "record": "booking", "date": "starts_at", "hours": LEAD_HOURS } },
            "audience": "status = \"Delivered\"",
            "step": [{ "id": "mensaje", "sms": { "text": "Su cita {{record_id}}." } }],
        }),
    )
}

fn offer(priority: i64) -> Value {
    let mut offer = campaign(
        "oferta",
        "promotion",
        priority,
        json!({
            "id": "envio",
            "trigger": "on_demand",
            "step": [{ "id": "correo", "email": { "subject": "Oferta", "text": "Para usted." } }],
        }),
    );
    offer["limit"] = json!([{ "id": "oferta-semana", "most": 1, "per": "week" }]);
    offer
}

/// Two to four campaigns.
pub(super) fn campaigns(dice: &mut Dice) -> Vec<Campaign> {
    let mut left: Vec<_> = ALL.to_vec();
    let count = dice.between(2, 4);
    let made = (0..count).map(|_| {
        let nth = usize::try_from(dice.below(left.len() as u64)).unwrap_or(0);
        let written = left.swap_remove(nth)(dice.between(0, 2));
        serde_json::from_value(written).expect("a campaign as its file says it")
    });
    made.collect()
}

/// The campaign with other words and another rank: the same occasions.
pub(super) fn rewritten(campaign: &Campaign, dice: &mut Dice) -> Campaign {
    let mut next = campaign.clone();
    next.name = format!("{} {}", campaign.id, dice.below(1000));
    next.priority = i32::try_from(dice.between(0, 2)).unwrap_or(0);
    next
}

/// Up to three limits of the whole business.
pub(super) fn limits(dice: &mut Dice) -> Vec<Cap> {
    let all = [
        json!({ "id": "dia", "channel": "email", "most": 1, "per": "day" }),
        json!({ "id": "dia-no", "channel": "email", "most": 2, "per": "day", "when_full": "drop" }),
        json!({ "id": "semana", "most": 2, "per": "week", "alert_at": "50%" }),
        json!({ "id": "siete", "channel": "email", "most": 1, "per": "7d" }),
        json!({ "id": "mes", "most": 4, "per": "month", "transactional_too": true,
            "alert_at": "75%" }),
        json!({ "id": "direccion", "most": 1, "per": "day", "by_address": true }),
        json!({ "id": "horas", "channel": "sms", "most": 1, "per": "36h", "when_full": "drop" }),
        json!({ "id": "trimestre", "purpose": "promotion", "most": 1, "per": "quarter" }),
    ];
    let chosen = all.into_iter().filter(|_| dice.below(3) == 0).take(3);
    let caps = chosen.map(|cap| serde_json::from_value(cap).expect("a limit"));
    caps.collect()
}

/// Up to two stretches of hours.
pub(super) fn hours(dice: &mut Dice) -> Vec<Hours> {
    let all = [
        json!({ "every_day": "09:00-20:00" }),
        json!({ "channel": "sms", "mon_fri": "08:00-19:00", "sat": "09:00-14:00" }),
        json!({ "purpose": "newsletter", "every_day": "10:00-12:00", "sun": "10:00-18:00" }),
    ];
    let chosen = all.into_iter().filter(|_| dice.below(3) == 0);
    let hours = chosen.map(|hours| serde_json::from_value(hours).expect("hours"));
    hours.collect()
}
