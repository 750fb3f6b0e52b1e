//! Whatever comes, a page comes back, and it is one.

use std::sync::OnceLock;

use html5gum::{Token, Tokenizer};
use pregon_adapters_web::{Language, Request};
use proptest::prelude::*;

use crate::support::{Spa, html, now};

/// Fails unless the page is free of mistakes and its tags close in their order.
fn well_formed(page: &str) -> Result<(), String> {
    const VOID: [&str; 4] = ["meta", "input", "br", "img"];
    let mut open: Vec<String> = Vec::new();
    for token in Tokenizer::new(page) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if !VOID.contains(&name.as_str()) {
                    open.push(name);
                }
            }
            Token::EndTag(tag) => {
                let name = String::from_utf8_lossy(&tag.name).into_owned();
                if open.pop().as_deref() != Some(name.as_str()) {
                    return Err(format!("</{name}> closes nothing"));
                }
            }
            Token::Error(error) => return Err(format!("{}", *error)),
            _ => {}
        }
    }
    match open.is_empty() {
        true => Ok(()),
        false => Err(format!("{open:?} stay open")),
    }
}

/// A house with one customer, and the two links she was sent.
fn a_house() -> (Spa, [String; 2]) {
    let spa = Spa::new().people(1);
    let (unsubscribe, preferences) = spa.links();
    (spa, [unsubscribe, preferences])
}

/// The house of the tests that may change it.
fn spa() -> &'static (Spa, [String; 2]) {
    static SPA: OnceLock<(Spa, [String; 2])> = OnceLock::new();
    SPA.get_or_init(a_house)
}

/// A house that nobody else writes to: what has changed in it, the test has changed.
fn quiet_spa() -> &'static (Spa, [String; 2]) {
    static SPA: OnceLock<(Spa, [String; 2])> = OnceLock::new();
    SPA.get_or_init(a_house)
}

fn a_method() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "GET", "HEAD", "POST", "PUT", "OPTIONS", "TRACE", "get",
    ])
}

fn a_name() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        "[<>&\"'`=/!\\-\\[\\]\u{0}\u{202e}\u{fffe}a]{0,40}",
        Just("</title><script>alert(1)</script>".to_owned()),
        Just("\" onmouseover=\"alert(1)".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_request_has_an_answer(
        method in a_method(),
        door in prop::sample::select(vec!["/u/", "/p/", "/o/", "/c/", "/", ""]),
        token in ".{0,90}",
        query in prop_oneof!["", "\\?.{0,30}", Just("?lang=%FF&to=%00".to_owned())],
        content_type in prop_oneof![
            Just(String::new()),
            Just("multipart/form-data; boundary=B".to_owned()),
            ".{0,40}",
        ],
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let (spa, _) = spa();
        let request = Request::new(method, &format!("{door}{token}{query}"));
        let request = request.header("Content-Type", &content_type).body(body);
        let answer = now(spa.centre.handle(&request));
        prop_assert!([404, 405].contains(&answer.status), "{}", answer.status);
    }

    /// Of valid links too: only POST changes anything.
    #[test]
    fn a_look_changes_nothing(
        which in 0_usize..2,
        method in prop::sample::select(vec!["GET", "HEAD", "PUT", "OPTIONS", "TRACE", "get"]),
        query in prop_oneof!["", "\\?.{0,30}"],
        header in ".{0,30}",
        body in prop_oneof![
            Just(b"List-Unsubscribe=One-Click".to_vec()),
            prop::collection::vec(any::<u8>(), 0..100),
        ],
    ) {
        let (spa, links) = quiet_spa();
        let before = spa.all();
        let request = Request::new(method, &format!("{}{query}", links[which]));
        let request = request.header("User-Agent", &header).header("Accept-Language", &header);
        let answer = now(spa.centre.handle(&request.body(body)));
        prop_assert!([200, 405].contains(&answer.status));
        prop_assert!(spa.all() == before);
    }

    #[test]
    fn any_form_has_an_answer(
        body in prop_oneof![
            "wording=pregon-1-es(&(channel|purpose)=.{0,9}){0,9}",
            "(List-Unsubscribe=)?.{0,60}",
        ],
        which in 0_usize..2,
    ) {
        let (spa, links) = spa();
        let answer = spa.post(&links[which], &body);
        prop_assert!([200, 400].contains(&answer.status));
        let formed = well_formed(&html(&answer));
        prop_assert!(formed.is_ok(), "{formed:?}");
    }

    #[test]
    fn pages_are_well_formed_whatever_things_are_called(
        brand in a_name(),
        label in a_name(),
        wording in a_name(),
        which in 0_usize..2,
        english: bool,
    ) {
        let (spa, links) = spa();
        let centre = spa.centre.clone().with_brand(&brand).with_wording(&wording);
        let mut centre = centre;
        for language in [Language::Spanish, Language::English] {
            for of in ["email", "sms", "newsletter"] {
                centre = centre.with_label(of, language, &label);
            }
        }
        let lang = if english { "?lang=en" } else { "" };
        let page = now(centre.handle(&Request::new("GET", &format!("{}{lang}", links[which]))));
        let page = html(&page);
        let formed = well_formed(&page);
        prop_assert!(formed.is_ok(), "{formed:?}");
        prop_assert!(!page.contains("<script") && !page.contains(" onmouseover=\""));
    }
}

#[test]
fn the_check_finds_what_is_not_well_formed() {
    for wrong in [
        "<p>",
        "</p>",
        "<b><i></b></i>",
        "<a b=\"c\"d=\"e\"></a>",
        "<p>&x \u{0}</p>",
    ] {
        assert!(well_formed(wrong).is_err(), "{wrong}");
    }
}
