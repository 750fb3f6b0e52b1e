//! B.8 number 12: programs that guard mailboxes open every link, and unsubscribe nobody.

use pregon_adapters_web::Request;

use crate::support::{Spa, both, html, now};

/// Every target that a page leads to, its form's too, resolved against the page's own.
fn targets(page: &str, at: &str) -> Vec<String> {
    let path = at.split('?').next().unwrap_or_default();
    let mut found = Vec::new();
    for attribute in ["href=\"", "action=\"", "src=\""] {
        for rest in page.split(attribute).skip(1) {
            let target = rest
                .split('"')
                .next()
                .unwrap_or_default()
                .replace("&amp;", "&");
            found.push(match target.strip_prefix("../") {
                Some(beside) => {
                    let mut up = path.rsplitn(3, '/');
                    format!("{}/{beside}", up.nth(2).unwrap_or_default())
                }
                None => format!("{path}{target}"),
            });
        }
    }
    found
}

#[test]
fn b8_12_a_scanner_that_opens_every_link_unsubscribes_nobody() {
    let spa = Spa::new().people(40);
    let mails = spa.send("newsletter", "1");
    assert_eq!(mails.len(), 40);
    let before = spa.all();
    let agents = [
        "",
        "Mozilla/5.0 (Windows NT 10.0)",
        "Barracuda Sentinel",
        "bingbot",
    ];
    let mut opened = 0;
    for mail in &mails {
        let (unsubscribe, preferences) = both(mail);
        let mut todo = vec![unsubscribe, preferences];
        let mut seen = Vec::new();
        while let Some(target) = todo.pop() {
            if seen.contains(&target) {
                continue;
            }
            for (n, method) in ["HEAD", "GET", "OPTIONS", "GET"].into_iter().enumerate() {
                let request = Request::new(method, &target).header("User-Agent", agents[n]);
                // Some send a body with what is no POST.
                let answer = now(spa
                    .centre
                    .handle(&request.body("List-Unsubscribe=One-Click")));
                assert!(
                    [200, 405].contains(&answer.status),
                    "{method} {}",
                    answer.status
                );
                todo.extend(targets(&html(&answer), &target));
                opened += 1;
            }
            seen.push(target);
        }
        assert!(
            seen.len() >= 6,
            "it followed what the pages lead to: {}",
            seen.len()
        );
    }
    assert!(opened > 900, "{opened}");
    assert!(spa.all() == before, "a look changed something");
    assert_eq!(
        spa.send("newsletter", "2").len(),
        40,
        "everybody still gets it"
    );
}
