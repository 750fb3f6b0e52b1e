//! What people allow: by channel, by purpose, all of it; and what is looked at first.

use super::house::{Spa, local};
use pregon::{
    CustomerId, Preference, PreferenceScope, PurposeScope, Reason, Recorded, Subject, Word,
};

fn person(id: &str) -> Subject {
    Subject::Customer(CustomerId::new(id).unwrap())
}

fn no(subject: Subject, channel: Option<&str>, purpose: PurposeScope, how: &str) -> Preference {
    Preference {
        subject,
        scope: PreferenceScope {
            channel: channel.map(|name| name.parse().unwrap()),
            purpose,
        },
        word: Word::OptOut,
        source: how.to_owned(),
        wording: None,
    }
}

async fn said(spa: &Spa, word: Preference) {
    let recorded: Recorded = spa.engine.record(&[word]).await.unwrap();
    assert_eq!(recorded.in_flight, 0);
}

pub(crate) async fn what_people_allow(spa: &Spa) {
    what_is_looked_at_first(spa).await;
    a_stop_from_a_phone(spa).await;
    everything_refused(spa).await;
    yes_again(spa).await;
}

/// The channel's word, the purpose's word, the hours, the limits.
async fn what_is_looked_at_first(spa: &Spa) {
    for who in ["Ana", "Bea", "Caro", "Dani", "Flor"] {
        spa.learns(who, "last_visit", "2026-11-25").await;
    }
    spa.at("2026-12-01 09:10").await;
    spa.offer("2026-12-01 12:00", "ofertas-sms", "s16").await;
    spa.offer("2026-12-01 13:00", "ofertas-sms", "s17").await;
    for who in ["Ana", "Bea", "Caro", "Flor"] {
        let both = ["ofertas-sms s16", "ofertas-sms s17"];
        spa.had(who, "sms", "2026-12-01", &both).await;
    }
    let channel = no(
        person("Flor"),
        Some("sms"),
        PurposeScope::Promotional,
        "formulario",
    );
    said(spa, channel).await;
    let promotion = || PurposeScope::One("promotion".parse().unwrap());
    let purpose = no(person("Caro"), None, promotion(), "asesora:maría");
    said(spa, purpose.clone()).await;

    // The hours are open and the day is full.
    spa.offer("2026-12-01 14:00", "ofertas-sms", "s18").await;
    // The hours are closed, and the day is full: on the island the hours are still open.
    spa.offer("2026-12-01 21:00", "ofertas-sms", "s19").await;
    for named in ["ofertas-sms s18", "ofertas-sms s19"] {
        for who in ["Flor", "Caro"] {
            spa.never(who, named, Reason::OptedOut, None).await;
        }
    }
    // The phone's one copy was Caro's, who does not want it; Dani, who would, goes without.
    spa.never("Dani", "ofertas-sms s18", Reason::DuplicateAddress, None)
        .await;
    let two = "aremko.sms-2-a-day";
    spa.full("Ana", "ofertas-sms s18", two, "2026-12-02T03:00:00Z")
        .await;
    spa.quiet("Ana", "ofertas-sms s19", "2026-12-02T12:00:00Z")
        .await;
    spa.full("Bea", "ofertas-sms s19", two, "2026-12-02T05:00:00Z")
        .await;

    // Which word it was is in the books, and who said it when and how is kept.
    let it = spa.dispatch("Caro", "ofertas-sms s18").await;
    let words: Vec<_> = it
        .words
        .iter()
        .map(|(scope, word, at)| (scope, *word, *at))
        .collect();
    let at = local("2026-12-01 13:00");
    assert_eq!(words, [(&purpose.scope, Word::OptOut, at)]);
    let history = spa.engine.words(&person("Caro")).await.unwrap();
    assert_eq!((history.len(), history[0].at), (1, at));
    assert_eq!(history[0].preference, purpose);
    // One purpose is not the others.
    spa.had("Caro", "email", "2026-12-01", &["boletin"]).await;
}

/// Somebody answers BAJA: whoever reads the answers records it for the phone.
async fn a_stop_from_a_phone(spa: &Spa) {
    let phone = spa.phone("+56933333333").await;
    said(
        spa,
        no(phone, Some("sms"), PurposeScope::Promotional, "sms_baja"),
    )
    .await;
    spa.offer("2026-12-02 10:00", "ofertas-sms", "s20").await;
    spa.never("Caro", "ofertas-sms s20", Reason::OptedOut, None)
        .await;
    // What Dani books is still confirmed.
    spa.book("M-7", "Dani", "2026-12-02 12:00", "2026-12-05 12:00");
    spa.at("2026-12-02 12:00").await;
    spa.had("Dani", "sms", "2026-12-02", &["confirmacion M-7"])
        .await;
    spa.at("2026-12-04 12:00").await;
    spa.had("Dani", "sms", "2026-12-04", &["recordatorio M-7"])
        .await;
    spa.at("2026-12-06 12:00").await;
    spa.had("Dani", "email", "2026-12-06", &["encuesta M-7"])
        .await;
}

/// No more advertising, by any channel: what is about a booking stays.
async fn everything_refused(spa: &Spa) {
    let mut word = no(person("Bea"), None, PurposeScope::Promotional, "enlace");
    word.scope = PreferenceScope::promotional();
    said(spa, word).await;
    spa.offer("2026-12-09 12:00", "ofertas-sms", "s21").await;
    spa.offer("2026-12-09 12:00", "ofertas-correo", "e4").await;
    for named in ["ofertas-sms s21", "ofertas-correo e4"] {
        spa.never("Bea", named, Reason::OptedOut, None).await;
    }
    spa.had("Dani", "email", "2026-12-09", &["ofertas-correo e4"])
        .await;
    spa.book("M-8", "Bea", "2026-12-10 12:00", "2026-12-12 15:00");
    for wall in ["2026-12-10 12:00", "2026-12-11 15:00", "2026-12-13 15:00"] {
        spa.at(wall).await;
    }
    spa.had("Bea", "sms", "2026-12-10", &["confirmacion M-8"])
        .await;
    spa.had("Bea", "sms", "2026-12-11", &["recordatorio M-8"])
        .await;
    spa.had("Bea", "email", "2026-12-13", &["encuesta M-8"])
        .await;
}

/// A later yes of the same scope takes the no back, and both are kept.
async fn yes_again(spa: &Spa) {
    spa.offer("2026-12-14 12:00", "ofertas-sms", "s22").await;
    spa.never("Flor", "ofertas-sms s22", Reason::OptedOut, None)
        .await;
    let yes = Preference {
        word: Word::OptIn,
        wording: Some("2026-12".to_owned()),
        ..no(
            person("Flor"),
            Some("sms"),
            PurposeScope::Promotional,
            "recepción",
        )
    };
    said(spa, yes).await;
    spa.offer("2026-12-15 12:00", "ofertas-sms", "s23").await;
    spa.had("Flor", "sms", "2026-12-15", &["ofertas-sms s23"])
        .await;
    let history = spa.engine.words(&person("Flor")).await.unwrap();
    let told: Vec<_> = history.iter().map(|it| it.preference.word).collect();
    assert_eq!(
        told,
        [Word::OptOut, Word::OptOut, Word::OptIn],
        "e-mail, sms, sms"
    );
    // The no to offers by e-mail is another scope, and stays.
    spa.offer("2026-12-16 12:00", "ofertas-correo", "e5").await;
    spa.never("Flor", "ofertas-correo e5", Reason::OptedOut, None)
        .await;
}
