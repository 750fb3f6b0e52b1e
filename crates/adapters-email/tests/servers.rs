//! Against a mail server that others wrote. `cargo xtask servers` starts it and names it in the
//! environment; what it answers to whom stands in `xtask/servers/smtp.py`.

use std::env;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use pregon_adapters_email::{Password, Smtp, SmtpConfig, Timeouts, Tls};
use pregon_core::{Address, Channel, Email, Fate, Outbound, PortErrorKind};

use crate::support::{outbound_to, sender, told};

/// A variable of the environment. A run without servers says loudly what it did not try.
pub(crate) fn var(name: &str) -> Option<String> {
    let value = env::var(name).ok();
    if value.is_none() {
        // Written past the test runner, which keeps what a passing test prints to itself.
        let said = format!("NOT RUN: no mail server in {name}; see `cargo xtask servers`\n");
        let _ = std::io::stderr().write_all(said.as_bytes());
    }
    value
}

/// A channel without a user to the server that the variable names.
fn anonymous(variable: &str, tls: Tls) -> Option<SmtpConfig> {
    let config = SmtpConfig::parse(&format!("smtp://{}", var(variable)?), sender()).unwrap();
    Some(config.with_tls(tls))
}

/// A channel that trusts the servers' authority and logs in.
fn known(scheme: &str, variable: &str, password: Option<&str>) -> Option<SmtpConfig> {
    let (server, user) = (var(variable)?, var("PREGON_TEST_SMTP_USER")?);
    let real = var("PREGON_TEST_SMTP_PASSWORD")?;
    let authority = fs::read(var("PREGON_TEST_SMTP_CA")?).unwrap();
    let config = SmtpConfig::parse(&format!("{scheme}://{user}@{server}"), sender()).unwrap();
    let config = config.with_password(Password::new(password.unwrap_or(&real)));
    let tls = if scheme == "smtps" {
        Tls::Implicit
    } else {
        Tls::StartTls
    };
    Some(config.with_authorities(authority).with_tls(tls))
}

/// The mails with the message's name that a listener took, and what it noted of each.
fn taken(listener: &str, out: &Outbound<Email>) -> Vec<(String, serde_json::Value)> {
    let folder = PathBuf::from(var("PREGON_TEST_SMTP_DIR").unwrap()).join(listener);
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let noted = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
    let mails = noted.map(|path| {
        let mail = fs::read_to_string(path.with_extension("eml")).unwrap();
        (
            mail,
            serde_json::from_slice(&fs::read(path).unwrap()).unwrap(),
        )
    });
    let name = format!("Message-ID: <{}@example.org>\r\n", out.name());
    mails.filter(|(mail, _)| mail.contains(&name)).collect()
}

async fn arrives(listener: &str, config: SmtpConfig, n: u8, tls: bool, user: Option<&str>) {
    let out = outbound_to("ana@example.org", n);
    let smtp = Smtp::new(config).unwrap();
    let receipt = smtp.send(&out).await.unwrap();
    assert!(receipt.reference.unwrap().starts_with(listener));
    let mut taken = taken(listener, &out);
    let (mail, noted) = taken.pop().unwrap();
    assert!(taken.is_empty(), "once");
    assert_eq!(noted["rcpts"], serde_json::json!([out.message.to.as_str()]));
    assert_eq!(noted["from"], "avisos@example.org");
    assert_eq!(
        (noted["tls"].as_bool(), noted["user"].as_str()),
        (Some(tls), user)
    );
    assert!(
        mail.contains("\r\nRenueve hoy.\r\n.\r\n..y ma=C3=B1ana\r\n"),
        "{mail}"
    );
    smtp.close().await;
}

#[tokio::test]
async fn a_mail_arrives_in_the_clear() {
    let Some(config) = anonymous("PREGON_TEST_SMTP_PLAIN", Tls::None) else {
        return;
    };
    arrives("plain", config, 101, false, None).await;
}

#[tokio::test]
async fn a_mail_arrives_encrypted() {
    for (scheme, listener, variable, n) in [
        ("smtp", "starttls", "PREGON_TEST_SMTP_STARTTLS", 102),
        ("smtps", "tls", "PREGON_TEST_SMTP_TLS", 103),
    ] {
        let Some(config) = known(scheme, variable, None) else {
            return;
        };
        let user = var("PREGON_TEST_SMTP_USER");
        arrives(listener, config, n, true, user.as_deref()).await;
    }
}

#[tokio::test]
async fn a_wrong_password_stops_the_channel() {
    for (scheme, variable) in [
        ("smtp", "PREGON_TEST_SMTP_STARTTLS"),
        ("smtps", "PREGON_TEST_SMTP_TLS"),
    ] {
        let Some(config) = known(scheme, variable, Some("otra")) else {
            return;
        };
        let smtp = Smtp::new(config).unwrap();
        let error = smtp
            .send(&outbound_to("ana@example.org", 104))
            .await
            .unwrap_err();
        let cause = "535 5.7.8 in answer to AUTH".to_owned();
        assert_eq!(
            told(&error),
            (Fate::ChannelDown, PortErrorKind::Unauthorized, cause)
        );
    }
}

#[tokio::test]
async fn another_hosts_certificate_stops_the_channel() {
    for (scheme, variable) in [
        ("smtps", "PREGON_TEST_SMTP_BADCERT"),
        ("smtp", "PREGON_TEST_SMTP_BADCERT_STARTTLS"),
    ] {
        let Some(config) = known(scheme, variable, None) else {
            return;
        };
        let smtp = Smtp::new(config).unwrap();
        let error = smtp
            .send(&outbound_to("ana@example.org", 105))
            .await
            .unwrap_err();
        let cause = "the server's certificate is not accepted".to_owned();
        assert_eq!(
            told(&error),
            (Fate::ChannelDown, PortErrorKind::Corrupt, cause)
        );
    }
}

#[tokio::test]
async fn a_server_that_stopped_offering_starttls_gets_nothing() {
    let Some(config) = anonymous("PREGON_TEST_SMTP_NOTLS", Tls::StartTls) else {
        return;
    };
    let out = outbound_to("ana@example.org", 106);
    let error = Smtp::new(config).unwrap().send(&out).await.unwrap_err();
    assert_eq!(
        (error.fate(), error.port().kind()),
        (Fate::ChannelDown, PortErrorKind::Unsupported)
    );
    assert!(taken("starttls_none", &out).is_empty());
}

#[tokio::test]
async fn what_the_server_says_decides_the_fate() {
    let Some(config) = anonymous("PREGON_TEST_SMTP_PLAIN", Tls::None) else {
        return;
    };
    let smtp = Smtp::new(config).unwrap();
    let rows = [
        ("550", Some(Fate::Rejected), 0),
        ("551", Some(Fate::Rejected), 0),
        ("451", Some(Fate::NotSent), 0),
        ("552", Some(Fate::NotSent), 0),
        ("421", Some(Fate::NotSent), 0),
        ("greylist", Some(Fate::NotSent), 0),
        ("greylist", None, 1),
        ("droprcpt", Some(Fate::NotSent), 0),
        ("data451", Some(Fate::NotSent), 0),
        ("data554", Some(Fate::Rejected), 0),
        ("dropdata", Some(Fate::Unknown), 1),
        ("ok", None, 1),
    ];
    for (n, (local, fate, mails)) in (110..).zip(rows) {
        let out = outbound_to(&format!("{local}@example.org"), n);
        let sent = smtp.send(&out).await;
        assert_eq!(sent.err().map(|error| error.fate()), fate, "{local}");
        assert_eq!(taken("plain", &out).len(), mails, "{local}");
    }
}

#[tokio::test]
async fn a17_an_answer_that_comes_too_late_is_doubt() {
    let Some(config) = anonymous("PREGON_TEST_SMTP_PLAIN", Tls::None) else {
        return;
    };
    let mut timeouts = Timeouts::default();
    timeouts.body = Duration::from_millis(200);
    let smtp = Smtp::new(config.with_timeouts(timeouts)).unwrap();
    let out = outbound_to("slow60@example.org", 130);
    assert_eq!(smtp.send(&out).await.unwrap_err().fate(), Fate::Unknown);
    assert_eq!(
        taken("plain", &out).len(),
        1,
        "it did arrive, and nobody could know"
    );
}
