//! Opens and clicks: off unless asked for, signed, told from machines.

use std::sync::Arc;

use chrono::Duration;
use pregon_adapters_web::{Request, Tracked};
use pregon_core::{Consent, FeedbackKind, Links};

use crate::support::{BASE, PHONE, Spa, now};

fn tracked() -> Spa {
    let action = |email, keys| {
        let links = Links::new(BASE).expect("a URL");
        Arc::new(Tracked::new(Arc::new(email), links, keys)) as Arc<dyn pregon_core::Action>
    };
    Spa::with(Consent::OptOut, action).people(1)
}

/// The pixel and the first followed link of a mail, without scheme and host.
fn parts(html: &str) -> (String, String) {
    let of = |door: &str| {
        let (_, rest) = html
            .split_once(&format!("\"{BASE}/{door}/"))
            .expect("a link");
        let rest = rest.split('"').next().unwrap_or_default();
        format!("/x/{door}/{}", rest.replace("&amp;", "&"))
    };
    (of("o"), of("c"))
}

#[test]
fn nothing_is_tracked_unless_asked_for() {
    let spa = Spa::new().people(1);
    let mail = &spa.send("newsletter", "1")[0];
    assert!(!mail.contains("/x/o/") && !mail.contains("/x/c/"));
    let spa = tracked();
    let mail = &spa.send("reminder", "1")[0];
    assert!(
        !mail.contains("/x/o/") && !mail.contains("/x/c/"),
        "a transactional one"
    );
    let mail = &spa.send("newsletter", "2")[0];
    assert!(mail.contains("/x/o/") && mail.contains("/x/c/"));
    assert_eq!(
        mail.matches("/x/u/").count(),
        2,
        "the ways out stay: text and HTML"
    );
    assert_eq!(mail.matches("/x/p/").count(), 2);
    assert!(
        !mail.contains("agenda?a=1&amp;b=2"),
        "and this one leads over us"
    );
}

#[test]
fn a_person_who_opens_and_clicks_is_heard_once() {
    let spa = tracked();
    let (pixel, link) = parts(&spa.send("newsletter", "1")[0]);
    spa.clock.advance(Duration::minutes(3));
    let shown = spa.get(&pixel);
    assert_eq!(
        (shown.status, shown.header("content-type")),
        (200, Some("image/gif"))
    );
    assert!(shown.body.starts_with(b"GIF89a"));
    let led = spa.get(&link);
    let target = Some("https://spa.example.org/agenda?a=1&b=2");
    assert_eq!((led.status, led.header("location")), (302, target));
    assert_eq!(led.header("referrer-policy"), Some("no-referrer"));
    let heard = spa.heard()[0];
    assert!(heard.has(FeedbackKind::Opened) && heard.has(FeedbackKind::Clicked));
    assert!(!heard.has(FeedbackKind::OpenedByMachine));
    let before = spa.all();
    spa.clock.advance(Duration::minutes(3));
    let _ = (spa.get(&pixel), spa.get(&link));
    assert_eq!(spa.all(), before, "who fetches it often writes once");
}

#[test]
fn machines_are_told_apart_and_get_where_they_go() {
    let agents = ["", "Mozilla/5.0", "Barracuda Sentinel (EE)", "curl/8.5"];
    for agent in agents {
        let spa = tracked();
        let (pixel, link) = parts(&spa.send("newsletter", "1")[0]);
        spa.clock.advance(Duration::minutes(3));
        for target in [&pixel, &link] {
            let request = Request::new("GET", target).header("User-Agent", agent);
            assert_ne!(now(spa.centre.handle(&request)).status, 404);
        }
        let heard = spa.heard()[0];
        assert_eq!(
            heard.status(),
            Some(FeedbackKind::OpenedByMachine),
            "{agent:?}"
        );
    }
    let spa = tracked();
    let (pixel, link) = parts(&spa.send("newsletter", "1")[0]);
    let _ = (spa.get(&pixel), spa.get(&link));
    let soon = spa.heard()[0].status();
    assert_eq!(
        soon,
        Some(FeedbackKind::OpenedByMachine),
        "in the second of its sending"
    );
    let spa = tracked();
    let (pixel, link) = parts(&spa.send("newsletter", "1")[0]);
    spa.clock.advance(Duration::minutes(3));
    for target in [&pixel, &link] {
        let request = Request::new("HEAD", target).header("User-Agent", PHONE);
        assert_ne!(now(spa.centre.handle(&request)).status, 404);
    }
    assert_eq!(
        spa.heard()[0].status(),
        None,
        "nobody asked for more than a header"
    );
}

#[test]
fn a_click_leads_to_the_signed_target_alone() {
    let spa = tracked();
    let (_, link) = parts(&spa.send("newsletter", "1")[0]);
    let (path, query) = link.split_once('?').expect("a target");
    let evil = "to=https%3A%2F%2Fevil.example";
    for query in [
        evil.to_owned(),
        String::new(),
        "to=".to_owned(),
        format!("{evil}&{query}"),
        format!("{query}%2F"),
        query.replace("https", "HTTPS"),
        query.replace("agenda", "agenda%0d%0aSet-Cookie%3A+a"),
    ] {
        let answer = spa.get(&format!("{path}?{query}"));
        assert_eq!(
            (answer.status, answer.header("location")),
            (404, None),
            "{query}"
        );
    }
    assert_eq!(
        spa.get(&format!("{path}?{query}&{evil}")).status,
        302,
        "the first one counts"
    );
    for method in ["POST", "PUT"] {
        let answer = now(spa.centre.handle(&Request::new(method, &link)));
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, HEAD"))
        );
    }
}
