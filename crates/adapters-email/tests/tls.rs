//! Nothing is said in the clear, whatever the server pretends.

use crate::support::tls::Authority;
use crate::support::{Act, Server, outbound, say, sender, told};
use pregon_adapters_email::{ConfigError, Password, Smtp, SmtpConfig, Tls};
use pregon_core::{Channel, Fate, PortErrorKind};

/// A channel that trusts the authority and logs in.
fn smtp(scheme: &str, server: &Server, authority: &Authority) -> Smtp {
    let url = format!("{scheme}://avisos@127.0.0.1:{}", server.port);
    let config = SmtpConfig::parse(&url, sender()).unwrap();
    let config = config.with_password(Password::new("secreto"));
    let config = config.with_hello("client.example.org");
    let config = config.with_authorities(authority.pem());
    let tls = if scheme == "smtps" {
        Tls::Implicit
    } else {
        Tls::StartTls
    };
    Smtp::new(config.with_tls(tls)).unwrap()
}

#[tokio::test]
async fn from_the_first_byte() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("127.0.0.1")).await;
    let smtp = smtp("smtps", &server, &authority);
    for n in 0..3 {
        smtp.send(&outbound(n)).await.unwrap();
    }
    assert_eq!((server.connections(), server.mails().len()), (1, 3));
    assert_eq!(server.verbs()[..3], ["EHLO", "AUTH", "MAIL"]);
}

#[tokio::test]
async fn by_starttls_with_a_second_greeting_of_ours() {
    let authority = Authority::new();
    let server = Server::starttls(authority.server("127.0.0.1")).await;
    let smtp = smtp("smtp", &server, &authority);
    for n in 0..3 {
        smtp.send(&outbound(n)).await.unwrap();
    }
    assert_eq!((server.connections(), server.mails().len()), (1, 3));
    assert_eq!(
        server.verbs()[..5],
        ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL"]
    );
    assert_eq!(server.lines()[0], "EHLO client.example.org");
}

#[tokio::test]
async fn certificates_that_are_refused() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for (why, acceptor) in [
        ("another host", authority.server("mail.example.org")),
        ("another address", authority.server("127.0.0.2")),
        ("over", authority.server_until("127.0.0.1", 2020)),
        ("unknown authority", stranger.server("127.0.0.1")),
    ] {
        for scheme in ["smtps", "smtp"] {
            let server = match scheme {
                "smtps" => Server::tls(acceptor.clone()).await,
                _ => Server::starttls(acceptor.clone()).await,
            };
            let error = smtp(scheme, &server, &authority)
                .send(&outbound(1))
                .await
                .unwrap_err();
            let cause = "the server's certificate is not accepted".to_owned();
            let expected = (Fate::ChannelDown, PortErrorKind::Corrupt, cause);
            assert_eq!(told(&error), expected, "{why}");
            let said = server.verbs();
            assert!(
                !said.iter().any(|verb| verb == "AUTH" || verb == "MAIL"),
                "{why}: {said:?}"
            );
        }
    }
}

#[tokio::test]
async fn a20_a_server_without_starttls_hears_one_ehlo() {
    let authority = Authority::new();
    for ehlo in [
        "250 test",
        "250-test\r\n250-AUTH PLAIN\r\n250 XSTARTTLS",
        "250 STARTTLS-less",
    ] {
        let server = Server::plain().await;
        server.always("EHLO", say(ehlo));
        let error = smtp("smtp", &server, &authority)
            .send(&outbound(1))
            .await
            .unwrap_err();
        assert_eq!(
            (error.fate(), error.port().kind()),
            (Fate::ChannelDown, PortErrorKind::Unsupported)
        );
        assert_eq!(server.verbs(), ["EHLO"]);
    }
}

#[tokio::test]
async fn starttls_that_comes_to_nothing() {
    let authority = Authority::new();
    for (act, fate) in [
        (say("454 4.7.0 not now"), Fate::NotSent),
        (say("421 going down"), Fate::NotSent),
        (say("502 5.5.1 no such command"), Fate::ChannelDown),
        (say("354 what"), Fate::NotSent),
        (Act::Cut, Fate::NotSent),
        (Act::SayAndCut("220 go"), Fate::NotSent),
        (Act::SayAndCut("220 go on\r\n"), Fate::NotSent),
        (Act::SayAndCut("nonsense\r\n"), Fate::NotSent),
        (
            Act::SayAndCut("\u{fffd}\u{fffd}\u{fffd}\u{fffd}\r\n"),
            Fate::NotSent,
        ),
        // Somebody in between puts answers behind the server's, to be read as if encrypted.
        (
            say("220 go on\r\n250-test\r\n250 AUTH PLAIN\r\n235 ok"),
            Fate::ChannelDown,
        ),
    ] {
        let server = Server::starttls(authority.server("127.0.0.1")).await;
        server.always("STARTTLS", act.clone());
        let error = smtp("smtp", &server, &authority)
            .send(&outbound(1))
            .await
            .unwrap_err();
        assert_eq!(error.fate(), fate, "{act:?}");
        assert_eq!(server.verbs(), ["EHLO", "STARTTLS"], "{act:?}");
    }
}

#[tokio::test]
async fn the_clear_dialogue_fails_as_the_encrypted_one() {
    let authority = Authority::new();
    for step in ["GREETING", "EHLO"] {
        for (act, fate) in [
            (say("421 busy"), Fate::NotSent),
            (say("554 go away"), Fate::ChannelDown),
            (Act::Cut, Fate::NotSent),
            (Act::SayAndCut("250-endless\r\n"), Fate::NotSent),
        ] {
            let server = Server::starttls(authority.server("127.0.0.1")).await;
            server.always(step, act.clone());
            let error = smtp("smtp", &server, &authority)
                .send(&outbound(1))
                .await
                .unwrap_err();
            assert_eq!(error.fate(), fate, "{act:?} at {step}");
        }
    }
    let server = Server::starttls(authority.server("127.0.0.1")).await;
    server.always("EHLO", say("250-x\r\n".repeat(20_000)));
    let error = smtp("smtp", &server, &authority)
        .send(&outbound(1))
        .await
        .unwrap_err();
    assert_eq!(
        told(&error).2,
        "what is not a reply in answer to the greeting"
    );
}

#[tokio::test]
async fn tls_towards_a_server_that_speaks_none_is_tried_again_later() {
    let authority = Authority::new();
    let server = Server::plain().await;
    let error = smtp("smtps", &server, &authority)
        .send(&outbound(1))
        .await
        .unwrap_err();
    assert_eq!(
        (error.fate(), error.port().kind()),
        (Fate::NotSent, PortErrorKind::Unavailable)
    );
    assert_eq!(server.mails().len(), 0);
}

#[test]
fn configurations_that_contradict_themselves() {
    let parse = |url: &str| SmtpConfig::parse(url, sender()).unwrap();
    let wrong = |config: SmtpConfig| Smtp::new(config).unwrap_err();
    let (host, user) = (
        "smtps://mail.example.org",
        "smtps://avisos@mail.example.org",
    );
    let password = || Password::new("secreto");
    assert_eq!(wrong(parse(host).with_tls(Tls::None)), ConfigError::Tls);
    assert_eq!(wrong(parse(host).with_tls(Tls::StartTls)), ConfigError::Tls);
    assert_eq!(
        wrong(parse("smtp://m.co").with_tls(Tls::Implicit)),
        ConfigError::Tls
    );
    assert_eq!(wrong(parse(user)), ConfigError::NoPassword);
    assert_eq!(
        wrong(parse(host).with_password(password())),
        ConfigError::NoUser
    );
    for hello in ["", "a b", "a\r\nMAIL FROM:<x@y.zz>", "ñ"] {
        assert_eq!(wrong(parse(host).with_hello(hello)), ConfigError::Hello);
    }
    for pem in [
        "nonsense",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    ] {
        assert_eq!(
            wrong(parse(host).with_authorities(pem)),
            ConfigError::Certificates
        );
    }
    for host in [
        "smtps://",
        "smtps://a b",
        "smtps://a\r\nb",
        "smtps://mail_.example..org",
    ] {
        let config = SmtpConfig::parse(host, sender());
        assert_eq!(
            config.and_then(Smtp::new).unwrap_err(),
            ConfigError::Host,
            "{host}"
        );
    }
    assert_eq!(format!("{:?}", password()), "Password(***)");
    for hello in ["client.example.org", "192.0.2.1", "2001:db8::1"] {
        Smtp::new(parse(user).with_password(password()).with_hello(hello)).unwrap();
    }
}

/// Without a word about encryption only this machine is talked to in the clear.
#[tokio::test]
async fn plain_only_towards_this_machine() {
    let server = Server::plain().await;
    for host in ["127.0.0.1", "localhost", "LOCALHOST"] {
        let url = format!("smtp://{host}:{}", server.port);
        let smtp = Smtp::new(SmtpConfig::parse(&url, sender()).unwrap()).unwrap();
        smtp.send(&outbound(1)).await.unwrap();
    }
    // An unspecified address reaches this machine too, but is no loopback address.
    let url = format!("smtp://0.0.0.0:{}", server.port);
    let config = SmtpConfig::parse(&url, sender()).unwrap();
    let error = Smtp::new(config.clone())
        .unwrap()
        .send(&outbound(1))
        .await
        .unwrap_err();
    assert_eq!(
        told(&error).2,
        "the server does not offer STARTTLS, and without it nothing is said"
    );
    Smtp::new(config.with_tls(Tls::None))
        .unwrap()
        .send(&outbound(1))
        .await
        .unwrap();
}
