//! Each way in which a service can fail, and what is made of it.

use std::sync::Arc;
use std::time::Duration;

use pregon_adapters_erp::{HttpAuth, HttpPaging, HttpSource, Secret, Timeouts};
use pregon_core::testing::ManualClock;
use pregon_core::{Clock, CustomerQuery, CustomerSource, Page, PortError, PortErrorKind};

use crate::service::{Fault, Server};
use crate::{config, connect, said};

const UNAVAILABLE: PortErrorKind = PortErrorKind::Unavailable;

struct Desk {
    server: Server,
    source: HttpSource,
    clock: ManualClock,
}

async fn open() -> Desk {
    let server = Server::sample().await;
    let clock = ManualClock::at("2026-11-20T06:00:00Z");
    let config = config(&server, &HttpPaging::after_id("after"));
    let source = HttpSource::connect(config, Arc::new(clock.clone()))
        .await
        .unwrap();
    server.calls();
    Desk {
        server,
        source,
        clock,
    }
}

impl Desk {
    async fn ask(&self) -> Result<usize, PortError> {
        let query = CustomerQuery::default();
        let page: Page<_> = CustomerSource::page(&self.source, &query, None, 7).await?;
        Ok(page.items.len())
    }

    /// A fault as often as it is asked again: its kind, its sentence, the number of calls.
    async fn check(&self, fault: Fault, kind: PortErrorKind, message: &str, calls: usize) {
        for _ in 0..calls {
            self.server.next(fault.clone());
        }
        let error = self.ask().await.unwrap_err();
        let expected = format!("http source: page of customers: {kind}: {message}");
        assert_eq!(said(&error), expected, "{fault:?}");
        assert_eq!(error.kind(), kind, "{fault:?}");
        assert_eq!(self.server.calls().len(), calls, "{fault:?}");
        assert_eq!(self.ask().await.unwrap(), 7, "afterwards all is well again");
        self.server.calls();
    }
}

#[tokio::test]
async fn a19_every_status_that_is_no_success() {
    use PortErrorKind::{Invalid, Unauthorized};
    let desk = open().await;
    for status in [301, 302, 303, 304, 307, 308] {
        let message = format!("the service redirects, and is not followed: status {status}");
        desk.check(Fault::Says(status, ""), Invalid, &message, 1)
            .await;
    }
    for status in [401, 403, 407] {
        let message = format!("the service does not accept who we are: status {status}");
        desk.check(Fault::Says(status, "{}"), Unauthorized, &message, 1)
            .await;
    }
    for status in [404, 405, 410] {
        let message = format!("the service has nothing at this path: status {status}");
        desk.check(Fault::Says(status, "{}"), Invalid, &message, 1)
            .await;
    }
    for status in [400, 409, 418, 422] {
        let message = format!("the service refuses the question: status {status}");
        desk.check(Fault::Says(status, "{}"), Invalid, &message, 1)
            .await;
    }
    for status in [408, 425, 500, 502, 503, 504, 599] {
        let message = format!("the service failed: status {status}");
        desk.check(Fault::Says(status, "<html>"), UNAVAILABLE, &message, 3)
            .await;
    }
}

/// Not a whole page is no page: nothing of it is taken for all of it.
#[tokio::test]
async fn a40_answers_that_are_no_whole_page() {
    use PortErrorKind::Corrupt;
    let desk = open().await;
    let not_json = "customers: the answer is not whole JSON";
    for body in [
        "",
        "<html>",
        "{\"data\":[{\"id\":",
        "{\"data\":[]}x",
        "\u{feff}{}",
    ] {
        desk.check(Fault::Says(200, body), Corrupt, not_json, 1)
            .await;
    }
    let no_list = "customers: there is no list at \"/data\"";
    for body in [
        "{}",
        "[]",
        "null",
        "{\"data\":{}}",
        "{\"data\":null}",
        "{\"datos\":[]}",
    ] {
        desk.check(Fault::Says(200, body), Corrupt, no_list, 1)
            .await;
    }
    let no_ids = "customers: no item of a page has an id at \"/id\"";
    for body in [
        "{\"data\":[{}]}",
        "{\"data\":[1,null,\"a\",[]]}",
        "{\"data\":[{\"id\":{}}]}",
    ] {
        desk.check(Fault::Says(200, body), Corrupt, no_ids, 1).await;
    }
}

#[tokio::test]
async fn a40_failures_that_pass_are_not_seen() {
    let desk = open().await;
    let begun = desk.clock.monotonic();
    desk.server.next(Fault::Says(503, ""));
    desk.server.next(Fault::HangsUp);
    assert_eq!(desk.ask().await.unwrap(), 7);
    assert_eq!(desk.server.calls().len(), 3);
    assert_eq!(desk.clock.monotonic() - begun, Duration::from_millis(2500));
}

#[tokio::test]
async fn a18_waits_in_all_their_forms() {
    let desk = open().await;
    let limited = |wait: &str| Fault::Header(429, "Retry-After", wait.to_owned());
    for (wait, seconds) in [("7", 7), ("-1", 1), ("Fri, 20 Nov 2020 06:00:45 GMT", 1)] {
        let begun = desk.clock.monotonic();
        desk.server.next(limited(wait));
        assert_eq!(desk.ask().await.unwrap(), 7);
        assert_eq!(
            desk.clock.monotonic() - begun,
            Duration::from_secs(seconds),
            "{wait}"
        );
    }
    desk.server.calls();
    for (wait, seconds) in [("1306", 1306), ("1000000000", 3600)] {
        let begun = desk.clock.monotonic();
        desk.server.next(limited(wait));
        let retry_after = Some(Duration::from_secs(seconds));
        let kind = desk.ask().await.unwrap_err().kind();
        assert_eq!(kind, PortErrorKind::RateLimited { retry_after }, "{wait}");
        assert_eq!(
            desk.clock.monotonic(),
            begun,
            "the engine waits so long, not a call"
        );
        assert_eq!(desk.server.calls().len(), 1);
    }
    // A service in maintenance says the same in another way.
    desk.server
        .next(Fault::Header(503, "Retry-After", "600".to_owned()));
    let retry_after = Some(Duration::from_secs(600));
    let kind = desk.ask().await.unwrap_err().kind();
    assert_eq!(kind, PortErrorKind::RateLimited { retry_after });
}

#[tokio::test]
async fn a17_what_trickles_is_read_and_silence_times_out() {
    let desk = open().await;
    desk.server.next(Fault::Slowly);
    assert_eq!(desk.ask().await.unwrap(), 7);

    let short = Duration::from_millis(300);
    let timeouts = Timeouts {
        connect: short,
        answer: short,
    };
    let config = config(&desk.server, &HttpPaging::after_id("after")).with_timeouts(timeouts);
    let source = connect(config).await.unwrap();
    desk.server.calls();
    for _ in 0..3 {
        desk.server.next(Fault::Silent);
    }
    let query = CustomerQuery::default();
    let error = CustomerSource::page(&source, &query, None, 7)
        .await
        .unwrap_err();
    let expected =
        "http source: page of customers: unavailable: the service did not answer in time";
    assert_eq!(said(&error), expected);
    assert_eq!(desk.server.calls().len(), 3);
}

/// Cut anywhere, it is asked again, and a third time; then it is an error and no shorter list.
#[tokio::test]
async fn a19_a_page_cut_at_any_byte() {
    let desk = open().await;
    for bytes in (0..900).step_by(37) {
        desk.server.next(Fault::Cut(bytes));
        assert_eq!(desk.ask().await.unwrap(), 7, "cut after {bytes}");
        for _ in 0..3 {
            desk.server.next(Fault::Cut(bytes));
        }
        let error = desk.ask().await.unwrap_err();
        assert_eq!(error.kind(), UNAVAILABLE, "cut after {bytes}");
        let said = said(&error);
        assert!(!said.contains("/v1") && !said.contains("C-0"), "{said}");
    }
    let half = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{\"data\"";
    for head in [
        "HTTP/1.1 200 O",
        "HTTP/1.1 200 OK\r\nConten",
        half,
        "hola\r\n\r\n",
    ] {
        for _ in 0..3 {
            desk.server.next(Fault::Bytes(head.as_bytes().to_vec()));
        }
        assert_eq!(desk.ask().await.unwrap_err().kind(), UNAVAILABLE, "{head}");
    }
}

#[tokio::test]
async fn a19_a_huge_body_is_not_read() {
    let desk = open().await;
    let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n".to_vec();
    bytes.resize(65 * 1024 * 1024, b' ');
    desk.server.next(Fault::Bytes(bytes));
    let error = desk.ask().await.unwrap_err();
    let expected = "http source: page of customers: corrupt: the answer is larger than 64 MiB";
    assert_eq!(said(&error), expected);
}

/// C1: our token goes to one server, whatever it says of others.
#[tokio::test]
async fn c1_nothing_is_read_elsewhere() {
    let (here, elsewhere) = (Server::sample().await, Server::sample().await);
    let next = HttpPaging::NextUrl {
        next: "/next".to_owned(),
        size: None,
    };
    let link = HttpPaging::NextLink { size: None };
    let port = elsewhere.url();
    for there in [
        port.as_str(),
        "https://elsewhere.example.org/v1/customers",
        "//elsewhere.example.org/v1/customers",
        "http://user:word@127.0.0.1/",
        "file:///etc/passwd",
    ] {
        for paging in [&next, &link] {
            let source = connect(config(&here, paging)).await.unwrap();
            here.next(match paging {
                HttpPaging::NextLink { .. } => {
                    let link = format!("<{there}>; rel=next");
                    Fault::Header(200, "Link", link)
                }
                _ => {
                    let body = format!("{{\"data\":[{{\"id\":\"C\"}}],\"next\":\"{there}\"}}");
                    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", body.len());
                    Fault::Bytes((head + &body).into_bytes())
                }
            });
            let query = CustomerQuery::default();
            let error = CustomerSource::page(&source, &query, None, 7)
                .await
                .unwrap_err();
            assert_eq!(
                error.kind(),
                PortErrorKind::Corrupt,
                "{there}: {}",
                said(&error)
            );
        }
    }
    let redirected = connect(config(&here, &HttpPaging::after_id("after")))
        .await
        .unwrap();
    here.next(Fault::Header(302, "Location", port.clone()));
    let query = CustomerQuery::default();
    let page = CustomerSource::page(&redirected, &query, None, 7).await;
    assert_eq!(page.unwrap_err().kind(), PortErrorKind::Invalid);
    assert_eq!(elsewhere.calls(), [""; 0]);
}

#[tokio::test]
async fn who_we_are_is_said_and_never_shown() {
    let server = Server::sample().await;
    let usual = config(&server, &HttpPaging::after_id("after"));
    let wrong = usual
        .clone()
        .with_auth(HttpAuth::Bearer(Secret::new("otra-palabra")));
    let error = connect(wrong.clone()).await.unwrap_err();
    assert_eq!(error.kind(), PortErrorKind::Unauthorized);
    let basic = HttpAuth::Basic {
        user: Secret::new("yo"),
        password: Secret::new("otra-palabra"),
    };
    let basic = usual.clone().with_auth(basic);
    assert_eq!(
        connect(basic.clone()).await.unwrap_err().kind(),
        PortErrorKind::Unauthorized
    );
    let all = format!(
        "{wrong:?} {basic:?} {error:?} {:?}",
        connect(usual.clone()).await.unwrap()
    );
    assert!(!all.contains("palabra"), "{all}");
    for token in ["", "a\nb", "a\0b"] {
        let config = usual
            .clone()
            .with_auth(HttpAuth::Bearer(Secret::new(token)));
        assert_eq!(
            connect(config).await.unwrap_err().kind(),
            PortErrorKind::Invalid
        );
    }
}
