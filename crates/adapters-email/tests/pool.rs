//! How connections are kept, checked and given up.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use crate::support::{Act, Server, config, outbound, say, sender, smtp};
use pregon_adapters_email::{OutboxDir, Smtp, Timeouts};
use pregon_core::{Channel, Fate};

#[tokio::test]
async fn one_connection_carries_many_mails() {
    let server = Server::plain().await;
    let smtp = smtp(&server);
    for n in 0..50 {
        smtp.send(&outbound(n)).await.unwrap();
    }
    assert_eq!((server.connections(), server.mails().len()), (1, 50));
    let verbs = server.verbs();
    assert_eq!(verbs[..4], ["EHLO", "MAIL", "RCPT", "DATA"]);
    assert!(!verbs.contains(&"RSET".to_owned()), "nothing to forget");
    smtp.close().await;
    assert_eq!(server.verbs().last().unwrap(), "QUIT");
}

#[tokio::test(flavor = "multi_thread")]
async fn never_more_connections_than_wanted() {
    let server = Server::plain().await;
    let three = NonZeroUsize::new(3).unwrap();
    let smtp = Arc::new(Smtp::new(config(&server).with_connections(three)).unwrap());
    let sends = (0..60).map(|n| {
        let smtp = Arc::clone(&smtp);
        tokio::spawn(async move { smtp.send(&outbound(n)).await })
    });
    for send in sends.collect::<Vec<_>>() {
        send.await.unwrap().unwrap();
    }
    assert_eq!(server.mails().len(), 60);
    assert!((1..=3).contains(&server.connections()));
    assert!(server.most_open() <= 3);
}

#[tokio::test]
async fn c27_a_refused_mail_is_forgotten_before_the_next() {
    let server = Server::plain().await;
    let smtp = smtp(&server);
    for step in ["MAIL", "RCPT", "DATA"] {
        server.once(step, say("451 4.3.0 later"));
        assert_eq!(
            smtp.send(&outbound(1)).await.unwrap_err().fate(),
            Fate::NotSent
        );
        smtp.send(&outbound(2)).await.unwrap();
    }
    let resets = server.verbs().iter().filter(|verb| *verb == "RSET").count();
    assert_eq!(
        (server.connections(), resets, server.mails().len()),
        (1, 3, 3)
    );
}

#[tokio::test]
async fn a_connection_that_ended_meanwhile_costs_nothing() {
    for end in [
        Act::Cut,
        say("421 4.4.2 idle too long"),
        Act::SayAndCut("421 4.4.2 idle\r\n"),
    ] {
        let server = Server::plain().await;
        let smtp = smtp(&server);
        smtp.send(&outbound(1)).await.unwrap();
        server.once("MAIL", end.clone());
        smtp.send(&outbound(2)).await.unwrap();
        assert_eq!(
            (server.connections(), server.mails().len()),
            (2, 2),
            "{end:?}"
        );
    }
}

#[tokio::test]
async fn the_second_connection_is_the_last() {
    let server = Server::plain().await;
    let smtp = smtp(&server);
    smtp.send(&outbound(1)).await.unwrap();
    server.always("MAIL", Act::Cut);
    assert_eq!(
        smtp.send(&outbound(2)).await.unwrap_err().fate(),
        Fate::NotSent
    );
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn after_mail_was_accepted_nothing_is_tried_again() {
    for (step, fate) in [
        ("RCPT", Fate::NotSent),
        ("DATA", Fate::NotSent),
        ("BODY", Fate::Unknown),
    ] {
        for end in [Act::Cut, say("421 4.3.2 going down")] {
            let server = Server::plain().await;
            let smtp = smtp(&server);
            smtp.send(&outbound(1)).await.unwrap();
            server.once(step, end.clone());
            let error = smtp.send(&outbound(2)).await.unwrap_err();
            let read = matches!(end, Act::Say(_));
            assert_eq!(
                error.fate(),
                if read { Fate::NotSent } else { fate },
                "{step}"
            );
            assert_eq!(server.connections(), 1, "{end:?} at {step}");
            smtp.send(&outbound(3)).await.unwrap();
            assert_eq!(server.connections(), 2, "it was not used again");
        }
    }
}

#[tokio::test]
async fn an_idle_connection_is_checked_and_an_old_one_left() {
    let server = Server::plain().await;
    let mut timeouts = Timeouts::default();
    timeouts.idle = Duration::ZERO;
    let smtp = Smtp::new(config(&server).with_timeouts(timeouts.clone())).unwrap();
    smtp.send(&outbound(1)).await.unwrap();
    smtp.send(&outbound(2)).await.unwrap();
    assert_eq!(server.verbs()[4], "RSET");
    for end in [
        Act::Cut,
        say("421 4.4.2 idle"),
        say("250-half"),
        say("500 what"),
    ] {
        let before = server.connections();
        if matches!(&end, Act::Say(reply) if reply == "250-half") {
            server.once("RSET", Act::SayAndCut("250-half\r\n"));
        } else {
            server.once("RSET", end);
        }
        smtp.send(&outbound(3)).await.unwrap();
        assert_eq!(server.connections(), before + 1);
    }

    server.clear();
    timeouts.age = Duration::ZERO;
    let smtp = Smtp::new(config(&server).with_timeouts(timeouts)).unwrap();
    smtp.send(&outbound(1)).await.unwrap();
    smtp.send(&outbound(2)).await.unwrap();
    assert_eq!(
        (server.connections(), server.verbs()[4].as_str()),
        (2, "QUIT")
    );
}

#[tokio::test]
async fn a_dropped_sending_takes_its_connection_with_it() {
    for step in ["MAIL", "RCPT", "DATA", "BODY"] {
        let server = Server::plain().await;
        let one = NonZeroUsize::new(1).unwrap();
        let smtp = Smtp::new(config(&server).with_connections(one)).unwrap();
        server.once(step, Act::Hang);
        let out = outbound(1);
        tokio::select! {
            _ = smtp.send(&out) => panic!("nobody answers"),
            () = server.reaches(step) => {}
        }
        smtp.send(&outbound(2)).await.unwrap();
        assert_eq!(server.connections(), 2, "{step}");
    }
}

#[tokio::test]
async fn b10_on_the_wire_are_the_bytes_of_the_outbox_with_dots_doubled() {
    let server = Server::plain().await;
    let smtp = smtp(&server);
    let dir = tempfile::tempdir().unwrap();
    let outbox = OutboxDir::open(dir.path(), sender()).await.unwrap();
    for text in [
        ".",
        "..",
        "\n.\n",
        "a\r.\rb",
        "a\n.\nb",
        "\r\n.\r\nMAIL FROM:<x@y.zz>\r\n",
        "mañana\n.\n",
        "a\n\n\n",
        " ",
        "x",
    ] {
        let mut out = outbound(1);
        out.message.text = Some(text.to_owned());
        for html in [None, Some("<p>.\n.</p>".to_owned())] {
            server.clear();
            out.message.html = html;
            smtp.send(&out).await.unwrap();
            outbox.send(&out).await.unwrap();
            let mut wire = server.mails();
            assert_eq!(wire.len(), 1, "one mail and no second one within it");
            let wire = String::from_utf8(wire.remove(0)).unwrap();
            let plain = wire.replace("\r\n.", "\r\n");
            let file = dir.path().join(format!("{}.eml", out.id));
            assert_eq!(plain, std::fs::read_to_string(file).unwrap(), "{text:?}");
            let lines = wire.split("\r\n");
            assert!(
                lines
                    .clone()
                    .all(|line| !line.starts_with('.') || line.starts_with(".."))
            );
            assert!(
                lines
                    .clone()
                    .all(|line| line.len() <= 998 && !line.contains(['\r', '\n']))
            );
        }
    }
}

#[tokio::test]
async fn a_repeated_mail_says_so_and_keeps_its_name() {
    let server = Server::plain().await;
    let smtp = smtp(&server);
    let mut out = outbound(1);
    smtp.send(&out).await.unwrap();
    out.again = true;
    smtp.send(&out).await.unwrap();
    let mails: Vec<_> = server
        .mails()
        .into_iter()
        .map(|mail| String::from_utf8(mail).unwrap())
        .collect();
    assert_eq!(
        mails[1].replace("X-Pregon-Attempt: again\r\n", ""),
        mails[0]
    );
    assert!(mails[1].len() > mails[0].len());
    assert!(mails[0].contains("Message-ID: <aeaqcaibaeaqcaibaeaqcaibae.1@example.org>\r\n"));
}
