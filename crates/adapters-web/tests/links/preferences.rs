//! The form: what it shows, what it keeps, what it may take back.

use pregon_adapters_web::Language;
use pregon_core::{
    About, ChannelName, DispatchRef, Feedback, FeedbackKind, Preference, PreferenceScope,
    PurposeScope, Subject, Word,
};

use crate::support::{Spa, html, now};

const ALL: &str = "wording=pregon-1-es&channel=email&channel=sms&purpose=newsletter";

fn is_ticked(page: &str, value: &str) -> Option<bool> {
    let row = page
        .lines()
        .find(|line| line.contains(&format!("value=\"{value}\"")))?;
    (!row.contains(" disabled")).then(|| row.contains(" checked"))
}

#[test]
fn what_is_unticked_is_refused_and_what_is_ticked_comes_back() {
    let spa = Spa::new().people(1);
    let (_, link) = spa.links();
    let page = html(&spa.get(&link));
    let stands = ["email", "sms", "newsletter"].map(|value| is_ticked(&page, value));
    assert_eq!(stands, [Some(true); 3]);

    let saved = html(&spa.post(&link, "wording=pregon-1-es&channel=sms&purpose=newsletter"));
    assert!(saved.contains("Guardamos sus preferencias"));
    assert_eq!(is_ticked(&saved, "email"), Some(false));
    assert_eq!(spa.send("newsletter", "2").len(), 0);

    let kept = spa.words(1).len();
    let _ = spa.post(&link, "wording=pregon-1-es&channel=sms&purpose=newsletter");
    assert_eq!(spa.words(1).len(), kept, "said once");

    let _ = spa.post(&link, ALL);
    assert_eq!(spa.send("newsletter", "3").len(), 1);
    let back = spa
        .words(1)
        .into_iter()
        .rfind(|it| it.word == Word::OptIn)
        .expect("a word");
    let proof = (back.source.as_str(), back.wording.as_deref());
    assert_eq!(proof, ("preference_centre", Some("pregon-1-es")));
}

#[test]
fn the_other_button_ends_everything_promotional() {
    let spa = Spa::new().people(1);
    let (_, link) = spa.links();
    let page = html(&spa.post(&link, &format!("{ALL}&nothing=1")));
    assert!(page.contains("no le enviaremos novedades ni promociones"));
    let scopes: Vec<_> = spa.words(1).into_iter().map(|it| it.scope).collect();
    assert_eq!(
        scopes,
        [
            PreferenceScope::promotional(),
            PreferenceScope::promotional()
        ]
    );
    assert_eq!(spa.send("newsletter", "2").len(), 0);
    assert_eq!(spa.send("reminder", "3").len(), 1);
    let page = html(&spa.get(&link));
    let stands = ["email", "sms", "newsletter"].map(|value| is_ticked(&page, value));
    assert_eq!(stands, [Some(false), Some(false), Some(true)]);
}

#[test]
fn a_form_of_another_text_records_nothing() {
    let spa = Spa::new().people(1);
    let (_, link) = spa.links();
    let before = spa.all();
    let page = spa.post(&link, "wording=pregon-0-es&channel=sms");
    assert!(page.status == 200 && html(&page).contains("Esta página cambió"));
    assert_eq!(spa.post(&link, "channel=sms").status, 400, "none of ours");
    assert_eq!(spa.post(&link, "").status, 400);
    assert_eq!(spa.all(), before);
}

#[test]
fn complaints_and_dead_addresses_stay_whatever_a_form_says() {
    for (kind, why) in [
        (FeedbackKind::Complained, "Marcó un mensaje nuestro"),
        (FeedbackKind::BouncedHard, "Su dirección rechaza"),
    ] {
        let spa = Spa::new().people(1);
        let (_, link) = spa.links();
        let id = spa.email.sent()[0].id;
        let report = Feedback {
            provider: "double".into(),
            channel: "email".parse().expect("a channel"),
            about: About::Dispatch(DispatchRef { id, row: 0 }),
            kind,
            at: spa.clock.stands(),
            to: None,
            refuses: PurposeScope::Promotional,
            code: None,
        };
        let _ = now(spa.engine.hear(&[report])).expect("heard");
        let page = html(&spa.get(&link));
        assert!(
            page.contains(why) && is_ticked(&page, "email").is_none(),
            "{kind}"
        );
        let _ = spa.post(&link, ALL);
        assert_eq!(spa.send("newsletter", "2").len(), 0, "{kind}");
    }
}

#[test]
fn what_was_refused_at_another_address_needs_a_link_that_went_there() {
    let spa = Spa::new().people(1);
    let (_, link) = spa.links();
    let phone = "phone".parse().expect("a kind");
    let stop = Preference {
        subject: now(spa.engine.address(&phone, "+56900000001")).expect("an address"),
        scope: PreferenceScope {
            channel: Some("sms".parse().expect("a channel")),
            purpose: PurposeScope::Promotional,
        },
        word: Word::OptOut,
        source: "unsubscribe_link".to_owned(),
        wording: None,
    };
    let _ = now(spa.engine.record(&[stop])).expect("recorded");
    let page = html(&spa.get(&link));
    assert!(page.contains("Lo rechazó desde otro mensaje") && is_ticked(&page, "sms").is_none());
    let _ = spa.post(&link, ALL);
    assert!(
        spa.words(1).iter().all(|it| it.word == Word::OptOut),
        "the phone's word stands"
    );
}

#[test]
fn boxes_and_names_of_the_host() {
    let spa = Spa::new().people(1);
    let (_, link) = spa.links();
    let centre = spa.centre.clone();
    let centre = centre.with_channels(["email".parse::<ChannelName>().expect("a channel")]);
    let purposes = ["newsletter", "reminder"].map(|it| it.parse().expect("a purpose"));
    let centre = centre.with_purposes(purposes).with_wording("2026-11");
    let centre = centre.with_label("newsletter", Language::Spanish, "La carta del mes");
    let page = now(centre.handle(&pregon_adapters_web::Request::new("GET", &link)));
    let page = html(&page);
    assert!(page.contains("La carta del mes") && page.contains("value=\"2026-11-es\""));
    assert_eq!(is_ticked(&page, "sms"), None, "no box for it");
    let request = pregon_adapters_web::Request::new("POST", &link);
    let body = "wording=2026-11-es&channel=email&purpose=newsletter";
    let _ = now(centre.handle(&request.body(body)));
    assert_eq!(
        spa.send("reminder", "2").len(),
        0,
        "a reminder can be refused where it has a box"
    );
    assert_eq!(spa.send("newsletter", "3").len(), 1);
}

/// C7: whatever fields a form has, it speaks of its token's person and address alone.
#[test]
fn c7_a_form_speaks_of_its_tokens_person_alone() {
    let spa = Spa::new().people(3);
    let mails = spa.send("newsletter", "1");
    let (unsubscribe, preferences) = crate::support::both(&mails[0]);
    let before: Vec<_> = (2..=3).map(|n| spa.words(n)).collect();
    for extra in [
        "",
        "&customer=C-2",
        "&subject=C-2&id=C-2&address=ana2@example.org",
        "&token=x",
    ] {
        let _ = spa.post(&unsubscribe, &format!("List-Unsubscribe=One-Click{extra}"));
        let _ = spa.post(
            &preferences,
            &format!("wording=pregon-1-es&channel=sms{extra}"),
        );
        let target = format!("{preferences}?customer=C-2&to=C-2");
        let _ = spa.post(&target, "wording=pregon-1-es");
    }
    assert_eq!((2..=3).map(|n| spa.words(n)).collect::<Vec<_>>(), before);
    let own: Vec<Subject> = spa.words(1).into_iter().map(|it| it.subject).collect();
    assert!(!own.is_empty());
    assert_eq!(spa.send("newsletter", "2").len(), 2);
}
