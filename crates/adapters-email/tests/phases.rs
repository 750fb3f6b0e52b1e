//! Every reply and every silence at every phase, and what becomes of the message.

use std::time::Duration;

use crate::support::{
    Act, Server, config, everything, outbound, outbound_to, say, sender, smtp, told,
};
use pregon_adapters_email::{Password, Smtp, SmtpConfig, Timeouts};
use pregon_core::{Channel, Fate, PortErrorKind, Promise, Remark};

/// What a server offers that takes several commands at once.
const AT_ONCE: &str = "250-test\r\n250-PIPELINING\r\n250 AUTH PLAIN";

const STEPS: [&str; 7] = ["GREETING", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "BODY"];

fn with_password(server: &Server) -> SmtpConfig {
    let url = format!("smtp://avisos@127.0.0.1:{}", server.port);
    let config = SmtpConfig::parse(&url, sender()).unwrap();
    config.with_password(Password::new("secreto"))
}

/// The table of the protocol, written from RFC 5321 and our rules; `None` is accepted.
fn expected(step: &str, code: u16) -> Option<Fate> {
    Some(match (step, code / 100, code) {
        ("DATA", 3, _) => return None,
        ("GREETING" | "EHLO" | "AUTH" | "MAIL" | "RCPT" | "BODY", 2, _) => return None,
        (_, 4, _) => Fate::NotSent,
        ("BODY", 3, _) => Fate::Unknown,
        (_, 2 | 3, _) => Fate::NotSent,
        (_, _, 530 | 534 | 535 | 538) => Fate::ChannelDown,
        ("GREETING" | "EHLO" | "AUTH", ..) => Fate::ChannelDown,
        ("MAIL", _, 555) => Fate::Rejected,
        ("MAIL", ..) => Fate::ChannelDown,
        ("RCPT", _, 552) => Fate::NotSent,
        _ => Fate::Rejected,
    })
}

#[tokio::test]
async fn a20_every_code_at_every_phase() {
    let server = Server::plain().await;
    let mut rows = 0;
    let steps = STEPS
        .into_iter()
        .flat_map(|step| [(step, false), (step, true)]);
    for (step, at_once) in steps {
        for code in (200..600).filter(|code| code / 10 % 10 <= 5) {
            // 334 to AUTH is a question; that dialogue has its own test.
            if (step, code) == ("AUTH", 334) {
                continue;
            }
            server.clear();
            if at_once {
                server.always("EHLO", say(AT_ONCE));
            }
            // To EHLO the text is what the server offers.
            let text = say(format!(
                "{code}-text\r\n{code}-PIPELINING\r\n{code} AUTH PLAIN"
            ));
            server.always(step, text);
            let smtp = Smtp::new(with_password(&server)).unwrap();
            let sent = smtp.send(&outbound(1)).await;
            let fate = sent.as_ref().err().map(pregon_core::SendError::fate);
            assert_eq!(fate, expected(step, code), "{code} to {step}");
            let taken = server.mails().len();
            assert_eq!(
                taken,
                usize::from(step == "BODY" || sent.is_ok()),
                "{code} to {step}"
            );
            rows += 1;
        }
    }
    assert_eq!(rows, 2 * (7 * 240 - 1));
}

#[tokio::test]
async fn a20_enhanced_codes_decide_where_plain_ones_cannot() {
    use Fate::{ChannelDown, NotSent, Rejected};
    let server = Server::plain().await;
    for (step, reply, fate) in [
        ("RCPT", "550 5.1.1 no such user", Rejected),
        ("RCPT", "553 5.1.3 bad syntax", Rejected),
        ("RCPT", "550 5.2.1 disabled", Rejected),
        ("RCPT", "550 5.7.1 relaying denied", ChannelDown),
        ("RCPT", "550 5.7.515 not authenticated", ChannelDown),
        ("RCPT", "550 5.7.2 closed list", Rejected),
        ("RCPT", "550 5.7.17 another owner", Rejected),
        ("RCPT", "552 5.2.2 mailbox full", NotSent),
        ("RCPT", "554 5.2.2 mailbox full", NotSent),
        ("RCPT", "552 5.3.4 too big", Rejected),
        ("RCPT", "451 4.7.1 greylisted", NotSent),
        ("MAIL", "550 5.6.7 no such addresses here", Rejected),
        ("MAIL", "550 5.4.5 quota of the day", ChannelDown),
        ("DATA", "554 5.7.1 policy", ChannelDown),
        ("DATA", "554 5.5.1 no valid recipients", Rejected),
        (
            "BODY",
            "550-5.7.26 not authenticated\r\n550 5.7.26 at all",
            ChannelDown,
        ),
        ("BODY", "554 5.6.0 content", Rejected),
        ("BODY", "552 5.3.4 too big", Rejected),
        ("BODY", "451 4.3.0 later", NotSent),
        ("BODY", "550 4.7.1 contradicts itself", Rejected),
    ] {
        server.clear();
        server.always(step, say(reply));
        let error = smtp(&server).send(&outbound(1)).await.unwrap_err();
        assert_eq!(error.fate(), fate, "{reply} to {step}");
    }
}

/// A mailbox that is not there never will be; whatever is refused for another reason may be.
#[tokio::test]
async fn a20_only_a_dead_address_is_called_dead() {
    let server = Server::plain().await;
    let dead = Remark::dead_address();
    for (step, reply, said) in [
        ("RCPT", "550 5.1.1 no such user", Some(&dead)),
        ("RCPT", "550 5.1.10 null MX", Some(&dead)),
        ("BODY", "550 5.1.1 no such user", Some(&dead)),
        ("RCPT", "550 no such user", None),
        ("RCPT", "450 5.1.1 contradicts itself", None),
        ("RCPT", "450 4.1.1 perhaps later", None),
        ("RCPT", "553 5.1.8 bad sender", None),
        ("RCPT", "550 5.2.1 disabled", None),
        ("RCPT", "552 5.2.2 mailbox full", None),
        ("RCPT", "550 5.7.1 policy", None),
        ("MAIL", "550 5.1.1 no such sender", None),
    ] {
        server.clear();
        server.always(step, say(reply));
        let error = smtp(&server).send(&outbound(1)).await.unwrap_err();
        assert_eq!(error.remark(), said, "{reply} to {step}");
    }
}

#[tokio::test]
async fn a20_a_cut_is_doubt_only_after_the_first_byte_of_the_mail() {
    let server = Server::plain().await;
    let cuts = [
        Act::Cut,
        Act::SayAndCut("2"),
        Act::SayAndCut("250"),
        Act::SayAndCut("250 ok"),
        Act::SayAndCut("250-ok\r\n"),
        Act::SayAndCut("250-ok\r\n251 other\r\n"),
        Act::SayAndCut("not a reply\r\n"),
        Act::SayAndCut("650 no such class\r\n"),
        Act::SayAndCut("\u{fffd}\r\n"),
        Act::SayAndCut("\r\n"),
    ];
    for (step, at_once) in STEPS
        .into_iter()
        .flat_map(|step| [(step, false), (step, true)])
    {
        for cut in &cuts {
            server.clear();
            if at_once {
                server.always("EHLO", say(AT_ONCE));
            }
            server.always(step, cut.clone());
            let smtp = Smtp::new(with_password(&server)).unwrap();
            let error = smtp.send(&outbound(1)).await.unwrap_err();
            let fate = if step == "BODY" {
                Fate::Unknown
            } else {
                Fate::NotSent
            };
            assert_eq!(error.fate(), fate, "{cut:?} at {step}");
            assert_eq!(error.port().kind(), PortErrorKind::Unavailable);
            assert_eq!(
                server.connections(),
                1,
                "a new connection is not tried again"
            );
        }
    }
}

#[tokio::test]
async fn a20_a_connection_that_ends_within_the_mail_is_doubt() {
    let server = Server::plain().await;
    server.always("DATA", Act::SayAndCut("354 go on\r\n"));
    let mut out = outbound(1);
    out.message.text = Some("x\n".repeat(400_000));
    let error = smtp(&server).send(&out).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Unknown);
    assert!(server.mails().is_empty());
}

#[tokio::test]
async fn a17_time_runs_out_at_each_phase() {
    let short = Duration::from_millis(60);
    let server = Server::plain().await;
    for (step, at_once) in STEPS
        .into_iter()
        .flat_map(|step| [(step, false), (step, true)])
    {
        let mut timeouts = Timeouts::default();
        match step {
            "GREETING" | "EHLO" => timeouts.greeting = short,
            "DATA" => timeouts.data = short,
            "BODY" => timeouts.body = short,
            _ => timeouts.command = short,
        }
        server.clear();
        if at_once {
            server.always("EHLO", say(AT_ONCE));
        }
        server.always(step, Act::Hang);
        let smtp = Smtp::new(with_password(&server).with_timeouts(timeouts)).unwrap();
        let error = smtp.send(&outbound(1)).await.unwrap_err();
        let fate = if step == "BODY" {
            Fate::Unknown
        } else {
            Fate::NotSent
        };
        let (told_fate, _, cause) = told(&error);
        assert_eq!(told_fate, fate, "{step}");
        assert!(
            cause.starts_with("nothing within the time"),
            "{step}: {cause}"
        );
    }
}

#[tokio::test]
async fn a20_replies_of_many_lines_are_one_reply() {
    let server = Server::plain().await;
    server.always("GREETING", say("220-welcome\r\n220-to the\r\n220 server"));
    server.always("MAIL", say("250-2.1.0 sender\r\n250 2.1.0 ok"));
    server.always(
        "BODY",
        say("250-2.0.0 thanks\r\n250 2.0.0 Ok: queued as 4F2A"),
    );
    let receipt = smtp(&server).send(&outbound(1)).await.unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("4F2A"));
}

#[tokio::test]
async fn a20_a_server_with_no_extension_gets_the_same_mail() {
    let server = Server::plain().await;
    server.always("EHLO", say("250 test"));
    smtp(&server).send(&outbound(1)).await.unwrap();
    assert_eq!(server.lines()[1], "MAIL FROM:<avisos@example.org>");
    assert!(server.mails()[0].is_ascii());
}

#[tokio::test]
async fn a20_several_commands_at_once_where_the_server_takes_them() {
    let server = Server::plain().await;
    server.always("EHLO", say("250-test\r\n250 pipelining"));
    let smtp = smtp(&server);
    smtp.send(&outbound(1)).await.unwrap();
    assert_eq!(server.verbs(), ["EHLO", "MAIL", "RCPT", "DATA"]);
    // The first refusal decides, whatever is said to the commands behind it, and the connection
    // is good for the next mail.
    for step in ["MAIL", "RCPT"] {
        server.once(step, say("450 4.2.1 later"));
        if step == "MAIL" {
            server.once("RCPT", say("503 5.5.1 MAIL first"));
        }
        server.once("DATA", say("554 5.5.1 no valid recipients"));
        let error = smtp.send(&outbound(2)).await.unwrap_err();
        assert_eq!(error.fate(), Fate::NotSent, "{step}");
        smtp.send(&outbound(3)).await.unwrap();
    }
    assert_eq!((server.connections(), server.mails().len()), (1, 3));
    // A server that wants the mail in spite of its refusal does not get it, nor any other over
    // this connection.
    server.once("RCPT", say("550 5.1.1 no such user"));
    let error = smtp.send(&outbound(4)).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Rejected);
    assert_eq!(server.mails().len(), 3);
    smtp.send(&outbound(5)).await.unwrap();
    assert_eq!((server.connections(), server.mails().len()), (2, 4));
}

#[tokio::test]
async fn a20_who_speaks_out_of_turn_is_not_heard() {
    let server = Server::plain().await;
    // The answer to a mail that has not been said yet.
    server.once("DATA", say("354 go on\r\n250 2.0.0 taken"));
    let smtp = smtp(&server);
    let error = smtp.send(&outbound(1)).await.unwrap_err();
    assert_eq!(error.fate(), Fate::NotSent);
    assert!(server.mails().is_empty());
    // One answer too many after a mail: the next one goes over another connection.
    server.once("BODY", say("250 2.0.0 taken\r\n250 2.0.0 twice"));
    smtp.send(&outbound(2)).await.unwrap();
    smtp.send(&outbound(3)).await.unwrap();
    assert_eq!((server.connections(), server.mails().len()), (3, 2));
}

#[tokio::test]
async fn an_address_outside_ascii_needs_a_server_that_takes_it() {
    let server = Server::plain().await;
    let smtp = smtp(&server);
    let out = outbound_to("ñandú@example.org", 1);
    let error = smtp.send(&out).await.unwrap_err();
    assert_eq!(
        (error.fate(), error.port().kind()),
        (Fate::Rejected, PortErrorKind::Unsupported)
    );
    smtp.send(&outbound(2)).await.unwrap();
    assert_eq!(server.connections(), 1, "the connection is still good");

    server.clear();
    server.always("EHLO", say("250-test\r\n250-SMTPUTF8\r\n250 8BITMIME"));
    let smtp = crate::support::smtp(&server);
    smtp.send(&out).await.unwrap();
    assert_eq!(
        server.lines()[1..3],
        [
            "MAIL FROM:<avisos@example.org> SMTPUTF8 BODY=8BITMIME",
            "RCPT TO:<ñandú@example.org>"
        ]
    );
}

#[tokio::test]
async fn logging_in_by_the_old_dialogue() {
    let server = Server::plain().await;
    server.always("EHLO", say("250-test\r\n250 AUTH LOGIN"));
    server.always("AUTH", say("334 VXNlcm5hbWU6"));
    server.once("OTHER", say("334 UGFzc3dvcmQ6"));
    server.once("OTHER", say("235 welcome"));
    Smtp::new(with_password(&server))
        .unwrap()
        .send(&outbound(1))
        .await
        .unwrap();
    assert_eq!(
        server.lines()[1..4],
        ["AUTH LOGIN", "YXZpc29z", "c2VjcmV0bw=="]
    );
}

#[tokio::test]
async fn no_way_to_log_in_stops_the_channel() {
    let server = Server::plain().await;
    server.always("EHLO", say("250-test\r\n250 AUTH CRAM-MD5"));
    let smtp = Smtp::new(with_password(&server)).unwrap();
    let error = smtp.send(&outbound(1)).await.unwrap_err();
    assert_eq!(
        (error.fate(), error.port().kind()),
        (Fate::ChannelDown, PortErrorKind::Unsupported)
    );
    assert_eq!(server.verbs(), ["EHLO"]);
}

#[tokio::test]
async fn nobody_there_is_not_sent() {
    let server = Server::plain().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let free = listener.local_addr().unwrap();
    drop(listener);
    let config = SmtpConfig::parse(&format!("smtp://{free}"), sender()).unwrap();
    let error = Smtp::new(config)
        .unwrap()
        .send(&outbound(1))
        .await
        .unwrap_err();
    let cause = "the server cannot be reached".to_owned();
    assert_eq!(
        told(&error),
        (Fate::ChannelDown, PortErrorKind::Unavailable, cause)
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn errors_say_codes_and_nothing_of_anybody() {
    let server = Server::plain().await;
    for step in STEPS {
        server.clear();
        server.always(
            step,
            say("550 5.1.1 <ana@example.org> secreto mañana unknown"),
        );
        let smtp = Smtp::new(with_password(&server)).unwrap();
        let error = smtp.send(&outbound(1)).await.unwrap_err();
        let said = everything(&error) + &format!("{smtp:?} {:?}", with_password(&server));
        for hidden in ["ana@", "secreto", "mañana", "unknown", "Renueve"] {
            assert!(!said.contains(hidden), "{step}: {said}");
        }
        assert!(
            told(&error).2.starts_with("550 5.1.1 in answer to "),
            "{said}"
        );
    }
    assert_eq!(
        Smtp::new(config(&server)).unwrap().promise(),
        Promise::Blind
    );
}
