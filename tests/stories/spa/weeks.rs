//! One e-mail a week, one reactivation a quarter, and holidays.

use super::house::Spa;
use pregon::{Preference, PreferenceScope, PurposeScope, Reason, Subject, Word};

const WEEKLY: &str = "aremko.email-1-a-week";
const QUARTERLY: &str = "aremko.reactivation-email-1-a-quarter";

pub(crate) async fn one_a_week(spa: &Spa) {
    spa.offer("2026-09-07 10:00", "ofertas-correo", "e1").await;
    spa.at("2026-09-07 11:10").await;
    for who in ["Ana", "Bea", "Caro", "Dani", "Flor"] {
        spa.had(who, "email", "2026-09-07", &["ofertas-correo e1"])
            .await;
    }
    // Ninety days or more without a visit; where nobody knows the last one, nobody is missed.
    spa.had("Elsa", "email", "2026-09-07", &["reactivacion"])
        .await;
    spa.not_meant("Hugo", "reactivacion").await;

    spa.offer("2026-09-09 12:00", "ofertas-correo", "e2").await;
    for who in ["Ana", "Caro", "Dani", "Flor"] {
        spa.full(who, "ofertas-correo e2", WEEKLY, "2026-09-14T03:00:00Z")
            .await;
    }
    spa.full("Bea", "ofertas-correo e2", WEEKLY, "2026-09-14T05:00:00Z")
        .await;

    // Whoever says no meanwhile is asked when the message would leave, not when it was planned.
    let word = Preference {
        subject: Subject::Customer("Flor".parse().unwrap()),
        scope: PreferenceScope {
            channel: Some("email".parse().unwrap()),
            purpose: PurposeScope::One("promotion".parse().unwrap()),
        },
        word: Word::OptOut,
        source: "formulario".to_owned(),
        wording: None,
    };
    let _ = spa.engine.record(&[word]).await.unwrap();
    spa.at("2026-09-14 09:10").await;
    spa.never("Flor", "ofertas-correo e2", Reason::OptedOut, None)
        .await;
    spa.at("2026-09-14 11:10").await;
    for who in ["Ana", "Bea", "Caro", "Dani"] {
        spa.had(who, "email", "2026-09-14", &["ofertas-correo e2"])
            .await;
    }
    once_a_quarter(spa).await;
}

/// The second Monday of the same quarter asks again, and there is no place until October.
async fn once_a_quarter(spa: &Spa) {
    let second = "reactivacion 2026-09-14";
    spa.never("Elsa", second, Reason::Limit, Some(QUARTERLY))
        .await;
}

/// What a booking brings with it goes whatever was sent before, and takes its place.
pub(crate) async fn a_survey_counts(spa: &Spa) {
    spa.book("M-1", "Caro", "2026-09-13 12:00", "2026-09-14 18:00");
    spa.at("2026-09-15 18:00").await;
    spa.had("Caro", "email", "2026-09-15", &["encuesta M-1"])
        .await;

    // A holiday on Friday, and one on Saturday: what advertises waits for Sunday.
    spa.offer("2026-09-18 10:00", "ofertas-sms", "s5").await;
    for who in ["Ana", "Caro", "Flor"] {
        spa.quiet(who, "ofertas-sms s5", "2026-09-20T12:00:00Z")
            .await;
    }
    spa.book("M-2", "Dani", "2026-09-19 12:00", "2026-09-20 10:00");
    spa.at("2026-09-19 12:00").await;
    spa.had(
        "Dani",
        "sms",
        "2026-09-19",
        &["confirmacion M-2", "recordatorio M-2"],
    )
    .await;
    spa.at("2026-09-20 09:10").await;
    spa.had("Caro", "sms", "2026-09-20", &["ofertas-sms s5"])
        .await;
    spa.at("2026-09-20 11:10").await;

    // The survey is the week's e-mail, and the offer after it finds no place.
    spa.at("2026-09-21 10:00").await;
    spa.had("Dani", "email", "2026-09-21", &["encuesta M-2"])
        .await;
    spa.offer("2026-09-21 12:00", "ofertas-correo", "e3").await;
    spa.full("Dani", "ofertas-correo e3", WEEKLY, "2026-09-28T03:00:00Z")
        .await;
    for who in ["Ana", "Bea", "Caro"] {
        spa.had(who, "email", "2026-09-21", &["ofertas-correo e3"])
            .await;
    }
    spa.at("2026-09-28 10:10").await;
    spa.had("Dani", "email", "2026-09-28", &["ofertas-correo e3"])
        .await;
}
