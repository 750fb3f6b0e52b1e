//! One click, and the page before it.

use pregon_adapters_web::Request;
use pregon_core::{Consent, FeedbackKind, PurposeScope, Subject, Word};

use crate::support::{FORM, Spa, both, html, now};

#[test]
fn one_click_refuses_for_person_and_address_and_nothing_promotional_begins() {
    let spa = Spa::new().people(2);
    let mails = spa.send("newsletter", "1");
    assert_eq!(mails.len(), 2);
    let (link, _) = both(&mails[0]);
    let answer = spa.post(&link, "List-Unsubscribe=One-Click");
    assert_eq!((answer.status, answer.header("location")), (200, None));
    assert_eq!(answer.header("set-cookie"), None);
    let words = spa.words(1);
    assert!(matches!(words[0].subject, Subject::Customer(_)));
    assert!(matches!(words[1].subject, Subject::Address(_)));
    for word in &words {
        assert_eq!(
            (word.word, &word.scope.purpose),
            (Word::OptOut, &PurposeScope::Promotional)
        );
        assert_eq!(
            word.scope.channel.as_ref().map(|it| it.as_str()),
            Some("email")
        );
        assert!(word.source.ends_with("unsubscribe_link"), "{}", word.source);
    }
    assert_eq!(words.len(), 2);
    assert!(spa.heard()[0].has(FeedbackKind::Unsubscribed));

    assert_eq!(
        spa.send("newsletter", "2").len(),
        1,
        "only who did not refuse"
    );
    assert_eq!(
        spa.send("birthday", "3").len(),
        1,
        "another purpose of the same class too"
    );
    assert_eq!(
        spa.send("reminder", "4").len(),
        2,
        "what is needed goes out"
    );
}

#[test]
fn every_way_to_click_once() {
    let part = "Content-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n";
    let multipart = format!("--B7\r\n{part}--B7--\r\n");
    for (content_type, body) in [
        (FORM, "List-Unsubscribe=One-Click"),
        ("", "List-Unsubscribe=One-Click"),
        ("multipart/form-data; boundary=B7", multipart.as_str()),
    ] {
        let spa = Spa::new().people(1);
        let request = Request::new("POST", &spa.links().0).header("Content-Type", content_type);
        let answer = now(spa.centre.handle(&request.body(body)));
        assert_eq!(
            (answer.status, spa.words(1).len()),
            (200, 2),
            "{content_type}"
        );
    }
}

#[test]
fn c5_again_it_is_200_and_nothing_more_is_kept() {
    let spa = Spa::new().people(1);
    let (link, _) = spa.links();
    let _ = spa.post(&link, "List-Unsubscribe=One-Click");
    let before = spa.all();
    for _ in 0..3 {
        assert_eq!(spa.post(&link, "List-Unsubscribe=One-Click").status, 200);
    }
    assert_eq!(spa.all(), before);
    assert!(html(&spa.get(&link)).contains("Usted ya está de baja"));
}

#[test]
fn a_refusal_taken_back_can_be_given_again_by_the_old_mail() {
    let spa = Spa::new().people(1);
    let (link, preferences) = spa.links();
    let _ = spa.post(&link, "List-Unsubscribe=One-Click");
    let form = "wording=pregon-1-es&channel=email&channel=sms&purpose=newsletter";
    assert_eq!(spa.post(&preferences, form).status, 200);
    assert_eq!(spa.send("newsletter", "2").len(), 1, "back again");
    assert_eq!(spa.post(&link, "List-Unsubscribe=One-Click").status, 200);
    assert_eq!(spa.send("newsletter", "3").len(), 0);
}

#[test]
fn a_post_that_says_something_else_does_nothing() {
    let spa = Spa::new().people(1);
    let (link, _) = spa.links();
    let before = spa.all();
    let large = "a=".to_owned() + &"x".repeat(70_000);
    for (body, status) in [
        ("", 400),
        ("List-Unsubscribe=", 400),
        ("list-unsubscribe=One-Click", 400),
        ("One-Click", 400),
        (large.as_str(), 413),
    ] {
        assert_eq!(spa.post(&link, body).status, status);
    }
    let json = Request::new("POST", &link).header("content-type", "application/json");
    let json = json.body("{\"List-Unsubscribe\":\"One-Click\"}");
    assert_eq!(now(spa.centre.handle(&json)).status, 400);
    for method in ["PUT", "DELETE", "OPTIONS", "post", ""] {
        let request = Request::new(method, &link).body("List-Unsubscribe=One-Click");
        let answer = now(spa.centre.handle(&request));
        let allowed = answer.header("allow");
        assert_eq!(
            (answer.status, allowed),
            (405, Some("GET, HEAD, POST")),
            "{method}"
        );
    }
    assert_eq!(spa.all(), before);
}

#[test]
fn whoever_was_forgotten_meets_a_friendly_page() {
    let spa = Spa::new().people(1);
    let (link, preferences) = spa.links();
    let ana = "C-1".parse().expect("an id");
    let at = spa.clock.stands();
    let _ = now(pregon_core::Privacy::erase(&*spa.store, &ana, at)).expect("erased");
    let before = spa.all();
    for target in [&link, &preferences] {
        for answer in [
            spa.get(target),
            spa.post(target, "List-Unsubscribe=One-Click"),
            spa.post(target, "wording=pregon-1-es&channel=email"),
        ] {
            assert_eq!(answer.status, 200);
            assert!(html(&answer).contains("No guardamos ningún dato suyo"));
        }
    }
    assert_eq!(spa.all(), before, "and stays forgotten");
}

#[test]
fn a_link_of_a_ledger_that_is_gone_meets_it_too() {
    let (old, new) = (Spa::new().people(1), Spa::new().people(1));
    let (link, _) = old.links();
    // Both stores have one secret, as after a new start with the old key.
    let answer = new.post(&link, "List-Unsubscribe=One-Click");
    assert_eq!(answer.status, 200);
    assert!(html(&answer).contains("use el enlace del más reciente"));
    assert_eq!(new.words(1).len(), 0);
}

#[test]
fn pages_speak_the_language_that_is_asked_for() {
    let spa = Spa::new().people(1);
    let (link, preferences) = spa.links();
    for (query, accept, title) in [
        ("", "", "Darse de baja"),
        ("", "en-GB,en;q=0.9", "Unsubscribe"),
        ("?lang=es", "en", "Darse de baja"),
        ("?lang=en", "es", "Unsubscribe"),
    ] {
        let request = Request::new("GET", &format!("{link}{query}"));
        let page = now(spa
            .centre
            .handle(&request.header("Accept-Language", accept)));
        assert!(
            html(&page).contains(&format!("<h1>{title}</h1>")),
            "{query} {accept}"
        );
        let lang = if title == "Unsubscribe" { "en" } else { "es" };
        assert_eq!(page.header("content-language"), Some(lang));
        assert!(html(&page).contains(&format!("<html lang=\"{lang}\">")));
    }
    let ana = pregon_core::Customer::new("C-1")
        .expect("an id")
        .language("en");
    spa.source.put(ana.email("ana1@example.org"));
    assert!(
        html(&spa.get(&preferences)).contains("Your preferences"),
        "the person's own"
    );
}

#[test]
fn where_consent_is_asked_for_nothing_goes_out_without() {
    let spa = Spa::with(Consent::OptIn, |email, _| std::sync::Arc::new(email)).people(1);
    assert_eq!(spa.send("newsletter", "1").len(), 0);
    let (_, preferences) = both(&spa.send("reminder", "2")[0]);
    let page = html(&spa.get(&preferences));
    assert!(
        !page.contains(" checked"),
        "nobody has agreed to anything yet"
    );
    let _ = spa.post(
        &preferences,
        "wording=pregon-1-es&channel=email&purpose=newsletter",
    );
    let words = spa.words(1);
    let agreed = words
        .iter()
        .find(|it| it.word == Word::OptIn)
        .expect("a consent");
    let proof = (agreed.source.as_str(), agreed.wording.as_deref());
    assert_eq!(proof, ("preference_centre", Some("pregon-1-es")));
    assert_eq!(spa.send("newsletter", "3").len(), 1);
}
