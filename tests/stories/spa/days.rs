//! Two short messages a day, over the day of September on which Chile has no midnight.

use super::house::Spa;
use pregon::Reason;

const TWO: &str = "aremko.sms-2-a-day";

pub(crate) async fn two_a_day(spa: &Spa) {
    saturday(spa).await;
    a_sunday_without_midnight(spa).await;
}

async fn saturday(spa: &Spa) {
    // At 10:00 it is 08:00 on Easter Island: the island's hours open at 15:00 UTC.
    spa.offer("2026-09-05 10:00", "ofertas-sms", "s1").await;
    spa.quiet("Bea", "ofertas-sms s1", "2026-09-05T15:00:00Z")
        .await;
    spa.offer("2026-09-05 12:00", "ofertas-sms", "s2").await;
    let both = ["ofertas-sms s1", "ofertas-sms s2"];
    for who in ["Ana", "Bea", "Caro", "Flor"] {
        spa.had(who, "sms", "2026-09-05", &both).await;
    }
    // One phone, two records: it gets one copy.
    for named in both {
        spa.never("Dani", named, Reason::DuplicateAddress, None)
            .await;
    }
    for who in ["Elsa", "Gil", "Hugo"] {
        spa.not_meant(who, "ofertas-sms").await;
    }

    // The third of the day waits for the first instant of the person's own next day. In Santiago
    // that is 01:00, because the clocks go from 24:00 to 01:00; on the island they go on from 22:00
    // and the day begins at its midnight.
    spa.offer("2026-09-05 15:00", "ofertas-sms", "s3").await;
    for who in ["Ana", "Caro", "Flor"] {
        spa.full(who, "ofertas-sms s3", TWO, "2026-09-06T04:00:00Z")
            .await;
    }
    spa.full("Bea", "ofertas-sms s3", TWO, "2026-09-06T05:00:00Z")
        .await;
}

async fn a_sunday_without_midnight(spa: &Spa) {
    // The day's places are there; the hours are not open yet.
    spa.at("2026-09-06 01:30").await;
    spa.quiet("Ana", "ofertas-sms s3", "2026-09-06T12:00:00Z")
        .await;
    spa.quiet("Ana", "cumple 2026", "2026-09-06T12:00:00Z")
        .await;
    spa.at("2026-09-06 02:30").await;
    spa.quiet("Bea", "ofertas-sms s3", "2026-09-06T14:00:00Z")
        .await;
    spa.not_meant("Gil", "cumple").await;

    // Three want Ana's two places: the greeting is the most important, then what waited longest.
    spa.offer("2026-09-06 08:00", "ofertas-sms", "s4").await;
    spa.at("2026-09-06 09:10").await;
    let anas = ["cumple 2026", "ofertas-sms s3"];
    spa.had("Ana", "sms", "2026-09-06", &anas).await;
    spa.full("Ana", "ofertas-sms s4", TWO, "2026-09-07T03:00:00Z")
        .await;
    let others = ["ofertas-sms s3", "ofertas-sms s4"];
    for who in ["Caro", "Flor"] {
        spa.had(who, "sms", "2026-09-06", &others).await;
    }
    spa.had("Bea", "sms", "2026-09-06", &[]).await;
    spa.at("2026-09-06 11:10").await;
    spa.had("Bea", "sms", "2026-09-06", &others).await;
    // Somebody made a second campaign for birthdays: the year's one place is taken.
    let yearly = Some("aremko.birthday-sms-1-a-year");
    spa.never("Ana", "cumple-vip 2026", Reason::Limit, yearly)
        .await;
    spa.at("2026-09-07 09:10").await;
    spa.had("Ana", "sms", "2026-09-07", &["ofertas-sms s4"])
        .await;
}
