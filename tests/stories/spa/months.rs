//! Eight short messages a month, which a booking's own messages help to fill.

use super::explained::explained;
use super::house::{Spa, local};
use pregon::Reason;

const EIGHT: &str = "aremko.sms-8-a-month";

pub(crate) async fn eight_a_month(spa: &Spa) {
    the_first_of_october(spa).await;
    offers(spa).await;
    transactional_messages_fill_it(spa).await;
    the_month_is_full(spa).await;
    a_month_begins_where_people_live(spa).await;
}

/// The newsletter comes with the month; a new quarter has a place for whoever is missed.
async fn the_first_of_october(spa: &Spa) {
    spa.at("2026-10-01 09:10").await;
    for who in ["Ana", "Caro", "Flor"] {
        spa.had(who, "email", "2026-10-01", &["boletin"]).await;
    }
    // Asked for on the last Monday of September, it waited for the quarter.
    spa.had("Elsa", "email", "2026-10-01", &["reactivacion 2026-09-28"])
        .await;
    let weekly = "aremko.email-1-a-week";
    spa.full("Dani", "boletin 2026-10-01", weekly, "2026-10-05T03:00:00Z")
        .await;
    spa.at("2026-10-01 11:10").await;
    spa.had("Bea", "email", "2026-10-01", &["boletin"]).await;
}

async fn offers(spa: &Spa) {
    spa.offer("2026-10-01 12:00", "ofertas-sms", "s6").await;
    spa.offer("2026-10-01 13:00", "ofertas-sms", "s7").await;
    spa.offer("2026-10-02 12:00", "ofertas-sms", "s8").await;
    spa.offer("2026-10-02 13:00", "ofertas-sms", "s9").await;
    spa.offer("2026-10-03 12:00", "ofertas-sms", "s10").await;
    for who in ["Ana", "Bea", "Caro", "Flor"] {
        explained(spa, who, "ofertas-sms s10", EIGHT, 5).await;
    }
}

async fn transactional_messages_fill_it(spa: &Spa) {
    // A booking in the afternoon for the next one: two more messages, though two are all of a day.
    spa.book("M-3", "Ana", "2026-10-03 12:30", "2026-10-04 15:00");
    spa.at("2026-10-03 12:30").await;
    spa.at("2026-10-03 15:00").await;
    let three = ["ofertas-sms s10", "confirmacion M-3", "recordatorio M-3"];
    spa.had("Ana", "sms", "2026-10-03", &three).await;
    // The seventh of the month is what somebody is to be told of: four fifths of eight.
    let fill = explained(spa, "Ana", "recordatorio M-3", EIGHT, 7).await;
    assert_eq!(fill.alert, Some(7));

    spa.offer("2026-10-03 16:00", "ofertas-sms", "s11").await;
    let two = "aremko.sms-2-a-day";
    spa.full("Ana", "ofertas-sms s11", two, "2026-10-04T03:00:00Z")
        .await;
    for who in ["Bea", "Caro", "Flor"] {
        spa.had(
            who,
            "sms",
            "2026-10-03",
            &["ofertas-sms s10", "ofertas-sms s11"],
        )
        .await;
    }
    spa.at("2026-10-04 09:10").await;
    spa.had("Ana", "sms", "2026-10-04", &["ofertas-sms s11"])
        .await;
}

async fn the_month_is_full(spa: &Spa) {
    // Ana's bookings have taken places that others still have.
    spa.offer("2026-10-04 12:00", "ofertas-sms", "s12").await;
    spa.never("Ana", "ofertas-sms s12", Reason::Limit, Some(EIGHT))
        .await;
    let fill = explained(spa, "Ana", "ofertas-sms s12", EIGHT, 8).await;
    assert_eq!(fill.frees, Some(local("2026-11-01 00:00")));
    spa.offer("2026-10-05 12:00", "ofertas-sms", "s13").await;
    spa.offer("2026-10-06 12:00", "ofertas-sms", "s14").await;
    for who in ["Bea", "Caro", "Flor"] {
        spa.had(who, "sms", "2026-10-04", &["ofertas-sms s12"])
            .await;
        spa.had(who, "sms", "2026-10-05", &["ofertas-sms s13"])
            .await;
        spa.never(who, "ofertas-sms s14", Reason::Limit, Some(EIGHT))
            .await;
    }
    spa.had("Dani", "email", "2026-10-05", &["boletin"]).await;
    // Who has booked is reminded all the same: the ninth.
    spa.book("M-4", "Ana", "2026-10-07 10:00", "2026-10-10 15:00");
    spa.at("2026-10-07 10:00").await;
    spa.had("Ana", "sms", "2026-10-07", &["confirmacion M-4"])
        .await;
    spa.at("2026-10-09 15:00").await;
    spa.had("Ana", "sms", "2026-10-09", &["recordatorio M-4"])
        .await;
    explained(spa, "Ana", "recordatorio M-4", EIGHT, 10).await;
    spa.at("2026-10-11 15:00").await;
}

async fn a_month_begins_where_people_live(spa: &Spa) {
    spa.offer("2026-10-30 12:00", "ofertas-sms", "s15").await;
    for who in ["Ana", "Caro", "Flor"] {
        spa.full(who, "ofertas-sms s15", EIGHT, "2026-11-01T03:00:00Z")
            .await;
    }
    spa.full("Bea", "ofertas-sms s15", EIGHT, "2026-11-01T05:00:00Z")
        .await;
    // All Saints', and a Sunday: Monday it is.
    spa.at("2026-11-01 10:00").await;
    spa.quiet("Ana", "ofertas-sms s15", "2026-11-02T12:00:00Z")
        .await;
    spa.at("2026-11-02 09:10").await;
    spa.at("2026-11-02 11:10").await;
    for who in ["Ana", "Bea", "Caro", "Flor"] {
        spa.had(who, "sms", "2026-11-02", &["ofertas-sms s15"])
            .await;
    }
}
