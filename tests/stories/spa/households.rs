//! Two records with one phone: each has a birthday, and the phone has its own limit.

use super::house::Spa;
use pregon::Reason;

pub(crate) async fn one_phone(spa: &Spa) {
    // Two reminders reach the phone for Caro. Dani has had none, but Dani's phone has.
    spa.book("M-5", "Caro", "2026-11-10 10:00", "2026-11-13 08:00");
    spa.book("M-6", "Caro", "2026-11-10 10:00", "2026-11-13 08:30");
    spa.at("2026-11-10 10:00").await;
    spa.at("2026-11-12 08:00").await;
    spa.at("2026-11-12 08:30").await;
    spa.had(
        "Caro",
        "sms",
        "2026-11-12",
        &["recordatorio M-5", "recordatorio M-6"],
    )
    .await;
    spa.at("2026-11-12 09:10").await;
    spa.never("Dani", "cumple 2026", Reason::Limit, Some("un-telefono"))
        .await;
    let places = spa.phone("+56933333333").await;
    let page = spa.store.places_of(&places, None, 1000).await.unwrap();
    let of_today = page.items.iter().filter(|place| {
        let day = super::house::santiago().date(place.at).to_string();
        day == "2026-11-12" && place.rules.iter().any(|it| it.as_str() == "un-telefono")
    });
    assert_eq!(of_today.count(), 2, "whoever they were for");

    // On another day the greeting comes, once a year.
    spa.at("2026-11-20 09:10").await;
    spa.had("Flor", "sms", "2026-11-20", &["cumple 2026"]).await;
    let yearly = Some("aremko.birthday-sms-1-a-year");
    spa.never("Flor", "cumple-vip 2026", Reason::Limit, yearly)
        .await;
}
