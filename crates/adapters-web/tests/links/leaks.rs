//! C8: no token leaves by a header, a log or a page.

use pregon_adapters_web::{Request, Response, redact};

use crate::support::{Spa, html, now};

#[track_caller]
fn guarded(answer: &Response) {
    for (name, value) in [
        ("referrer-policy", "no-referrer"),
        ("cache-control", "no-store"),
        ("x-robots-tag", "noindex, nofollow"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(answer.header(name), Some(value));
    }
    let names: Vec<&str> = answer.headers.iter().map(|(name, _)| *name).collect();
    assert!(!names.contains(&"set-cookie"));
    let lines = answer
        .headers
        .iter()
        .all(|(_, value)| !value.contains(['\r', '\n']));
    assert!(lines, "a header of one line");
}

#[test]
fn c8_every_answer_keeps_the_token_to_itself() {
    let spa = Spa::new().people(1);
    let (unsubscribe, preferences) = spa.links();
    for target in [
        unsubscribe.as_str(),
        preferences.as_str(),
        "/u/x",
        "/",
        "/c/x?to=y",
        "/o/x",
    ] {
        for answer in [
            spa.get(target),
            spa.post(target, "List-Unsubscribe=One-Click"),
        ] {
            guarded(&answer);
            let policy = answer.header("content-security-policy").expect("a policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"));
            assert!(policy.contains("form-action 'self'"));
            assert!(policy.contains("frame-ancestors 'none'"));
            let page = html(&answer);
            for loads in [
                "<script", "<img", "<link", "http://", "https://", "url(", "@import",
            ] {
                assert!(!page.contains(loads), "a page that loads {loads}");
            }
            assert!(!page.contains("ana1@example.org") && !page.contains("C-1"));
        }
        let request = Request::new("HEAD", target);
        let answer = now(spa.centre.handle(&request));
        guarded(&answer);
        assert!(answer.body.is_empty());
    }
}

#[test]
fn c8_no_debug_shows_a_token() {
    let spa = Spa::new().people(1);
    let (unsubscribe, preferences) = spa.links();
    for target in [unsubscribe, preferences] {
        let signature = target.rsplit_once('.').expect("a signature").1.to_owned();
        let request = Request::new("POST", &format!("{target}?a={signature}"));
        let request = request.body(format!("a={signature}"));
        let answer = now(spa.centre.handle(&request));
        let shown = format!(
            "{request:?} {answer:?} {:?} {}",
            spa.centre,
            redact(&target)
        );
        assert!(!shown.contains(&signature), "{shown}");
        assert!(redact(&target).ends_with("/***"), "{}", redact(&target));
    }
}
