//! A week that lies in two years, and the day of 25 hours.

use super::house::Spa;
use pregon::Reason;

pub(crate) async fn a_year_begins(spa: &Spa) {
    let weekly = "aremko.email-1-a-week";
    // Week 53 of 2026 ends on 3 January 2027, in whatever year and month it is.
    spa.offer("2026-12-29 12:00", "ofertas-correo", "e6").await;
    spa.had("Ana", "email", "2026-12-29", &["ofertas-correo e6"])
        .await;
    spa.at("2027-01-01 09:10").await;
    spa.full("Ana", "boletin 2027-01-01", weekly, "2027-01-04T03:00:00Z")
        .await;
    spa.had("Flor", "email", "2027-01-01", &["boletin"]).await;
    // A new quarter, which the last Monday of December waited for.
    spa.had("Elsa", "email", "2027-01-01", &["reactivacion 2026-12-28"])
        .await;
    spa.at("2027-01-04 10:00").await;
    spa.had("Ana", "email", "2027-01-04", &["boletin"]).await;
    // Ana's birth date was wrong: another year, another occasion and another place. It was wrong
    // again, and the year's greeting has been.
    spa.learns("Ana", "birth_date", "1990-01-10").await;
    spa.at("2027-01-10 09:10").await;
    spa.had("Ana", "sms", "2027-01-10", &["cumple 2027"]).await;
    let yearly = Some("aremko.birthday-sms-1-a-year");
    spa.never("Ana", "cumple-vip 2027", Reason::Limit, yearly)
        .await;
    spa.learns("Ana", "birth_date", "1990-02-20").await;
    spa.at("2027-02-20 09:10").await;
    spa.had("Ana", "sms", "2027-02-20", &[]).await;
}

pub(crate) async fn a_day_of_25_hours(spa: &Spa) {
    spa.offer("2027-04-03 12:00", "ofertas-sms", "s24").await;
    spa.offer("2027-04-03 13:00", "ofertas-sms", "s25").await;
    spa.offer("2027-04-03 14:00", "ofertas-sms", "s26").await;
    let (two, sunday) = ("aremko.sms-2-a-day", "2027-04-04T04:00:00Z");
    spa.full("Ana", "ofertas-sms s26", two, sunday).await;
    // 23:30 comes twice; the second time it is still Saturday.
    spa.until("2027-04-04T03:30:00Z".parse().unwrap()).await;
    spa.full("Ana", "ofertas-sms s26", two, sunday).await;
    spa.at("2027-04-04 09:10").await;
    spa.had("Ana", "sms", "2027-04-04", &["ofertas-sms s26"])
        .await;
}
