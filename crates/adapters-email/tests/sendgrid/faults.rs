//! Everything that can go wrong between us and a provider (rows A17 and A19 of the faults).

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use pregon_adapters_email::{SendGrid, SendGridConfig};
use pregon_core::{Channel, Fate, PortErrorKind, SendError};
use tokio::net::TcpListener;
use tokio::sync::Barrier;

use super::double::Double;
use super::{config, sendgrid, short};
use crate::support::tls::Authority;
use crate::support::web::{Act, Asked, Web, answer};
use crate::support::{outbound, sender, told};

async fn fate(sendgrid: &SendGrid) -> Option<Fate> {
    let sent = sendgrid.send(&outbound(1)).await;
    sent.as_ref().err().map(SendError::fate)
}

#[tokio::test]
async fn a19_an_answer_cut_at_every_byte() {
    let double = Double::start().await;
    let body = r#"{"errors":[{"field":"content"}]}"#;
    for (status, fate) in [
        ("202 Accepted", None),
        ("400 Bad Request", Some(Fate::Rejected)),
        ("401 Unauthorized", Some(Fate::ChannelDown)),
        ("429 Too Many", Some(Fate::NotSent)),
        ("500 Error", Some(Fate::Unknown)),
    ] {
        let whole = answer(status, &[("x-message-id", "m"), ("date", "x")], body);
        let head = whole.len() - body.len();
        let sendgrid = sendgrid(&double.web);
        for n in 0..=whole.len() {
            double
                .web
                .next(Act::SayAndCut(whole[..n].to_vec(), usize::MAX));
            // Whoever closes has to be noticed before the connection is used again.
            let sent = sendgrid.send(&outbound(1)).await;
            let expected = if n < head { Some(Fate::Unknown) } else { fate };
            let got = sent.as_ref().err().map(SendError::fate);
            assert_eq!(
                got,
                expected,
                "{status} cut at {n} of {head}+{}",
                body.len()
            );
        }
    }
}

#[tokio::test]
async fn a17_an_answer_that_trickles_is_an_answer() {
    let double = Double::start().await;
    let whole = answer("202 Accepted", &[("x-message-id", "m")], "{}");
    double.web.next(Act::SayAndCut(whole, 1));
    let receipt = sendgrid(&double.web).send(&outbound(1)).await.unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("m"));
}

#[tokio::test]
async fn a19_a_request_cut_at_any_byte_is_doubt_and_is_not_repeated() {
    let double = Double::start().await;
    for n in (0..900).step_by(50) {
        double.web.next(Act::CutAfter(n));
        assert_eq!(
            fate(&sendgrid(&double.web)).await,
            Some(Fate::Unknown),
            "{n}"
        );
    }
    assert_eq!(double.web.asked(), 0);
    assert_eq!(double.web.connections(), 18, "one for each");
    assert!(double.mails().is_empty());
}

#[tokio::test]
async fn a19_strange_bodies_take_nothing_back() {
    let double = Double::start().await;
    let head = "HTTP/1.1 202 Accepted\r\nx-message-id: m\r\n";
    let bomb = "\u{1f}\u{8b}\u{8}\0\0\0\0\0".repeat(100);
    let gzip = format!(
        "content-encoding: gzip\r\ncontent-length: {}\r\n\r\n{bomb}",
        bomb.len()
    );
    for rest in [
        "content-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
        "content-type: application/json\r\ncontent-length: 4\r\n\r\n{\"a\"",
        "transfer-encoding: chunked\r\n\r\n5\r\nab",
        "transfer-encoding: chunked\r\n\r\nzz\r\nab",
        "transfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nab",
        "transfer-encoding: chunked\r\n\r\n",
        "content-length: 100\r\n\r\nshort",
        "connection: close\r\n\r\nuntil it closes",
        &gzip,
    ] {
        double.web.next(Act::SayAndCut(
            format!("{head}{rest}").into_bytes(),
            usize::MAX,
        ));
        let receipt = sendgrid(&double.web).send(&outbound(1)).await;
        assert_eq!(receipt.unwrap().reference.as_deref(), Some("m"), "{rest}");
    }
    let json = format!("{{\"errors\":[{}1]}}", "[".repeat(20_000));
    double
        .web
        .next(Act::Say(answer("400 Bad Request", &[], &json)));
    let error = sendgrid(&double.web).send(&outbound(1)).await.unwrap_err();
    assert_eq!(told(&error).2, "status 400");
}

#[tokio::test]
async fn a19_heads_that_are_none_are_doubt() {
    let double = Double::start().await;
    let many = "x: y\r\n".repeat(2000);
    let long = format!("x: {}\r\n", "y".repeat(2_000_000));
    for said in [
        "hello\r\n\r\n",
        "HTTP/1.1 202\0\r\n\r\n",
        "HTTP/9.9 202 Accepted\r\n\r\n",
        "HTTP/1.1 20 Accepted\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\nno header\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 202 Accepted\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        &format!("HTTP/1.1 202 Accepted\r\n{many}\r\n"),
        &format!("HTTP/1.1 202 Accepted\r\n{long}\r\n"),
        "220 mail.example.org ESMTP\r\n",
    ] {
        double
            .web
            .next(Act::SayAndCut(said.as_bytes().to_vec(), usize::MAX));
        let fate = fate(&sendgrid(&double.web)).await;
        assert_eq!(fate, Some(Fate::Unknown), "{}", &said[..said.len().min(60)]);
    }
}

#[tokio::test]
async fn a19_a_huge_body_is_not_read() {
    let double = Double::start().await;
    let head = "HTTP/1.1 202 Accepted\r\nx-message-id: m\r\ncontent-length: 104857600\r\n\r\n";
    let body = "x".repeat(200 * 1024);
    // The rest never comes: whoever wanted it all would wait for a minute.
    double
        .web
        .next(Act::SayAndHang(format!("{head}{body}").into_bytes()));
    let sending = outbound(1);
    let sendgrid = sendgrid(&double.web);
    let sent = tokio::time::timeout(Duration::from_secs(20), sendgrid.send(&sending)).await;
    assert_eq!(sent.unwrap().unwrap().reference.as_deref(), Some("m"));
}

#[tokio::test]
async fn a17_silence_is_doubt_once_the_time_is_up() {
    let double = Double::start().await;
    let sendgrid = SendGrid::new(config(&double.web).with_timeouts(short())).unwrap();
    for (said, expected) in [
        ("", Some(Fate::Unknown)),
        ("HTTP/1.1 202 Acc", Some(Fate::Unknown)),
        (
            "HTTP/1.1 202 Accepted\r\ncontent-length: 9\r\n\r\nnot al",
            None,
        ),
        (
            "HTTP/1.1 403 Forbidden\r\ncontent-length: 9\r\n\r\nnot al",
            Some(Fate::ChannelDown),
        ),
    ] {
        double.web.next(Act::SayAndHang(said.as_bytes().to_vec()));
        assert_eq!(fate(&sendgrid).await, expected, "{said}");
    }
}

#[tokio::test]
async fn nobody_there_is_no_doubt() {
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = gone.local_addr().unwrap().port();
    drop(gone);
    let at = |url: String| {
        let config = SendGridConfig::new(pregon_adapters_email::ApiKey::new("k"), sender());
        SendGrid::new(config.with_url(url).with_timeouts(short())).unwrap()
    };
    let refused = at(format!("http://127.0.0.1:{port}"));
    let error = refused.send(&outbound(1)).await.unwrap_err();
    assert_eq!(
        (error.fate(), error.port().kind()),
        (Fate::ChannelDown, PortErrorKind::Unavailable)
    );
    // Where names are not looked up at all, it is the time that runs out.
    let unnamed = fate(&at("https://nowhere.invalid".to_owned())).await;
    assert!(matches!(unnamed, Some(Fate::ChannelDown | Fate::NotSent)));
    // It takes connections and never says a word of TLS.
    let mute = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = mute.local_addr().unwrap().port();
    let error = at(format!("https://127.0.0.1:{port}"))
        .send(&outbound(1))
        .await
        .unwrap_err();
    assert_eq!(error.fate(), Fate::NotSent, "{error:?}");
}

#[tokio::test]
async fn certificates_decide_before_anything_is_said() {
    let (ours, other) = (Authority::new(), Authority::new());
    let yes = |_: &Asked| Act::Say(answer("202 Accepted", &[], ""));
    let web = Web::tls(ours.server("127.0.0.1"), yes).await;
    let trusting = |pem: String| {
        SendGrid::new(config(&web).with_authorities(pem).with_timeouts(short())).unwrap()
    };
    assert_eq!(fate(&trusting(ours.pem())).await, None);
    let error = trusting(other.pem()).send(&outbound(1)).await.unwrap_err();
    let cause = (error.fate(), error.port().kind());
    assert_eq!(cause, (Fate::ChannelDown, PortErrorKind::Corrupt));
    for acceptor in [
        ours.server("10.9.8.7"),
        ours.server_until("127.0.0.1", 2020),
    ] {
        let web = Web::tls(acceptor, yes).await;
        let config = config(&web).with_authorities(ours.pem());
        let fate = fate(&SendGrid::new(config).unwrap()).await;
        assert_eq!(fate, Some(Fate::ChannelDown));
        assert_eq!(web.asked(), 0, "not a word of the message");
    }
    assert_eq!(web.asked(), 1);
    // A server that speaks no TLS at all.
    let plain = Web::plain(yes).await;
    let url = format!("https://127.0.0.1:{}", plain.port);
    let config = config(&plain).with_url(url).with_timeouts(short());
    assert_eq!(
        fate(&SendGrid::new(config).unwrap()).await,
        Some(Fate::NotSent)
    );
}

#[tokio::test]
async fn sixty_four_at_a_time_over_sixty_four_connections() {
    const MANY: usize = 64;
    let barrier = Arc::new(Barrier::new(MANY));
    let all = Arc::clone(&barrier);
    let said = answer("202 Accepted", &[], "");
    let web = Web::plain(move |_| Act::SayTogether(said.clone(), Arc::clone(&all))).await;
    let sendgrid = sendgrid(&web);
    for _ in 0..3 {
        let sends = (0..MANY).map(|_| fate(&sendgrid));
        assert!(join_all(sends).await.iter().all(Option::is_none));
    }
    assert_eq!(web.asked(), 3 * MANY);
    assert_eq!(
        (web.most_open(), web.connections()),
        (MANY, MANY),
        "they are used again"
    );
}
