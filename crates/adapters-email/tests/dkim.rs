//! Signatures that another program verifies.

use std::io::Write as _;
use std::process::{Command, Stdio};

use data_encoding::BASE64;
use pregon_adapters_email::{Dkim, DkimError, Smtp, Verp};
use pregon_core::{Channel, Class, HashKey};
use ring::digest::{SHA256, digest};
use ring::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};

use crate::support::{Server, config, outbound};

const RSA: &str = include_str!("fixtures/dkim-rsa.pem");
const RSA_PKCS1: &str = include_str!("fixtures/dkim-rsa-pkcs1.pem");
const RSA_PUBLIC: &str = include_str!("fixtures/dkim-rsa-public.pem");
const RSA_SHORT: &str = include_str!("fixtures/dkim-rsa-1024.pem");
/// The example of RFC 8463.
const ED25519_KEY: &str = include_str!("fixtures/dkim-ed25519.pem");

fn dkim(pem: &str) -> Dkim {
    Dkim::new("example.org", "otono", pem).unwrap()
}

/// What a server got of a mail that was signed.
async fn signed(
    dkim: &Dkim,
    change: impl FnOnce(&mut pregon_core::Outbound<pregon_core::Email>),
) -> String {
    let server = Server::plain().await;
    let smtp = Smtp::new(config(&server).with_dkim(dkim.clone())).unwrap();
    let mut out = outbound(1);
    change(&mut out);
    smtp.send(&out).await.unwrap();
    let mail = String::from_utf8(server.mails().pop().unwrap()).unwrap();
    mail.replace("\r\n.", "\r\n") + "\r\n"
}

/// A verifier of its own, written from RFC 6376 §6 and not from what signs.
fn verifies(mail: &str, record: &str) -> bool {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers: Vec<(&str, &str)> = head
        .split("\r\n")
        .map(|line| line.split_once(':').unwrap())
        .collect();
    let squeeze = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (_, signature) = headers[0];
    let tag = |name: &str| {
        let mut tags = signature.split(';').filter_map(|tag| tag.split_once('='));
        let (_, value) = tags.find(|(of, _)| of.trim() == name).unwrap();
        value.replace([' ', '\t'], "")
    };
    let lines: Vec<String> = body
        .split("\r\n")
        .map(|line| {
            let indented = line.starts_with([' ', '\t']) && !line.trim().is_empty();
            format!("{}{}", if indented { " " } else { "" }, squeeze(line))
        })
        .collect();
    let text = lines.join("\r\n");
    let text = format!("{}\r\n", text.trim_end_matches("\r\n"));
    let text = if text == "\r\n" { String::new() } else { text };
    if BASE64.encode(digest(&SHA256, text.as_bytes()).as_ref()) != tag("bh") {
        return false;
    }
    // From the bottom upwards, each name once more than it was taken.
    let mut left: Vec<(&str, &str)> = headers[1..].to_vec();
    let mut what = String::new();
    for name in tag("h").split(':') {
        let at = left
            .iter()
            .rposition(|(of, _)| of.eq_ignore_ascii_case(name));
        if let Some(at) = at {
            let (_, value) = left.remove(at);
            what.push_str(&format!("{name}:{}\r\n", squeeze(value)));
        }
    }
    let value = tag("b");
    let own = squeeze(signature).split("; b=").next().unwrap().to_owned();
    what.push_str(&format!("dkim-signature:{own}; b="));
    let value = BASE64.decode(value.as_bytes()).unwrap();
    let public = record.split_once("p=").unwrap().1;
    let public = BASE64.decode(public.as_bytes()).unwrap();
    if record.contains("k=rsa") {
        // Before the PKCS#1 key stands what kind of key it is.
        let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &public[24..]);
        key.verify(what.as_bytes(), &value).is_ok()
    } else {
        let key = UnparsedPublicKey::new(&ED25519, &public);
        key.verify(digest(&SHA256, what.as_bytes()).as_ref(), &value)
            .is_ok()
    }
}

#[tokio::test]
async fn signed_mails_verify_and_changed_ones_do_not() {
    for pem in [RSA, RSA_PKCS1, ED25519_KEY] {
        let dkim = dkim(pem);
        let record = dkim.record();
        let mail = signed(&dkim, |_| {}).await;
        assert!(mail.starts_with("DKIM-Signature: v=1; a="), "{mail}");
        assert!(verifies(&mail, &record), "{mail}");
        // What mail systems may change.
        let refolded = mail.replace("Subject: ", "SUBJECT:\r\n   ") + "\r\n\r\n";
        assert!(verifies(&refolded, &record));
        for (old, new) in [
            ("Renueve", "Renovar"),
            ("Renovaciones", "Renovacion"),
            ("ana@", "eva@"),
            ("v1.k.Zm9v", "v1.k.Zm9w"),
            ("multipart/alternative", "multipart/mixed"),
            ("avisos@example.org", "avisos@example.com"),
        ] {
            assert!(mail.contains(old), "{old}");
            assert!(!verifies(&mail.replace(old, new), &record), "{old}");
        }
        for added in [
            "From: x@y.zz",
            "Subject: x",
            "To: x@y.zz",
            "Date: x",
            "Reply-To: x@y.zz",
        ] {
            let more = mail.replacen("\r\nFrom:", &format!("\r\n{added}\r\nFrom:"), 1);
            assert!(!verifies(&more, &record), "{added}");
        }
    }
}

#[tokio::test]
async fn what_a_mail_has_is_signed() {
    let dkim = dkim(ED25519_KEY);
    let names = |mail: &str| {
        let head = mail.split_once("\r\n\r\n").unwrap().0.replace("\r\n ", "");
        let list = head
            .split_once("h=")
            .unwrap()
            .1
            .split(';')
            .next()
            .unwrap()
            .to_owned();
        list.split(':').map(str::to_owned).collect::<Vec<_>>()
    };
    let all = names(&signed(&dkim, |out| out.again = true).await);
    for name in [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "list-unsubscribe",
        "x-pregon-attempt",
        "content-type",
        "mime-version",
        "auto-submitted",
    ] {
        assert!(all.iter().any(|it| it == name), "{name} is not in {all:?}");
    }
    let less = names(&signed(&dkim, |out| out.class = Class::Transactional).await);
    assert!(
        !less.iter().any(|it| it.contains("unsubscribe")),
        "{less:?}"
    );
}

#[tokio::test]
async fn lines_are_short_and_the_mail_itself_is_as_without() {
    let server = Server::plain().await;
    Smtp::new(config(&server))
        .unwrap()
        .send(&outbound(1))
        .await
        .unwrap();
    let plain = server.mails().pop().unwrap();
    let plain = String::from_utf8(plain).unwrap().replace("\r\n.", "\r\n") + "\r\n";
    for pem in [RSA, ED25519_KEY] {
        let mail = signed(&dkim(pem), |_| {}).await;
        let head = mail
            .strip_suffix(&plain)
            .expect("it stands before the mail");
        assert!(head.split("\r\n").all(|line| line.len() <= 78), "{head}");
    }
}

#[test]
fn the_record_is_the_public_key() {
    let body: String = RSA_PUBLIC
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    assert_eq!(dkim(RSA).record(), format!("v=DKIM1; k=rsa; p={body}"));
    assert_eq!(dkim(RSA_PKCS1).record(), dkim(RSA).record());
}

#[test]
fn keys_and_names_that_are_none() {
    for (domain, selector) in [
        ("", "s"),
        ("org", "s"),
        ("example.org", ""),
        ("a b.org", "s"),
        ("example.org", "s;t"),
        ("ñ.org", "s"),
        ("example.org", "s..t"),
        ("a\r\nb.org", "s"),
    ] {
        let error = Dkim::new(domain, selector, ED25519_KEY).unwrap_err();
        assert_eq!(error, DkimError::Name, "{domain} {selector}");
    }
    let new = |pem: &str| Dkim::new("example.org", "s", pem).unwrap_err();
    for pem in ["", "nonsense", RSA_PUBLIC] {
        assert_eq!(new(pem), DkimError::Pem);
    }
    assert_eq!(new(RSA_SHORT), DkimError::Key, "1024 bits can be broken");
    assert!(!format!("{:?}", dkim(RSA)).contains("MII"));
}

/// `PREGON_TEST_DKIM_PYTHON` names a Python that has dkimpy.
#[tokio::test]
async fn dkimpy_verifies() {
    const SCRIPT: &str = "import dkim, sys\n\
        record = sys.argv[1].encode()\n\
        ok = dkim.verify(sys.stdin.buffer.read(), dnsfunc=lambda name, timeout=5: record)\n\
        sys.exit(0 if ok else 3)\n";
    let Ok(python) = std::env::var("PREGON_TEST_DKIM_PYTHON") else {
        let said = "NOT RUN: no dkimpy in PREGON_TEST_DKIM_PYTHON; see `cargo xtask servers`\n";
        let _ = std::io::stderr().write_all(said.as_bytes());
        return;
    };
    let verify = |mail: &str, record: &str| {
        let mut command = Command::new(&python);
        command.args(["-c", SCRIPT, record]).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(mail.as_bytes())
            .unwrap();
        child.wait().unwrap().code()
    };
    for pem in [RSA, ED25519_KEY] {
        let dkim = dkim(pem);
        for bodies in [
            (Some("t\r\n"), Some("<p>h</p>")),
            (Some("t"), None),
            (None, Some(" h \n\n")),
        ] {
            let mail = signed(&dkim, |out| {
                out.message.text = bodies.0.map(str::to_owned);
                out.message.html = bodies.1.map(str::to_owned);
                out.unsubscribe = Some("x".repeat(300));
            })
            .await;
            assert_eq!(verify(&mail, &dkim.record()), Some(0), "{mail}");
            let changed = mail.replace("Renovaciones", "Renovacion");
            assert_eq!(verify(&changed, &dkim.record()), Some(3), "{mail}");
        }
    }
}

#[tokio::test]
async fn each_mail_has_an_address_of_its_own_for_bounces() {
    let server = Server::plain().await;
    let verp = Verp::new("bounces.example.org", HashKey::new([7; 32])).unwrap();
    let smtp = Smtp::new(config(&server).with_bounces_to(verp.clone())).unwrap();
    for n in [1, 2] {
        let out = outbound(n);
        smtp.send(&out).await.unwrap();
        let lines = server.lines();
        let mut lines = lines.iter().rev();
        let from = lines.find(|line| line.starts_with("MAIL")).unwrap();
        let address = from.split(['<', '>']).nth(1).unwrap();
        assert_eq!(verp.read(address), Some(out.name()), "{from}");
    }
    let mail = String::from_utf8(server.mails().pop().unwrap()).unwrap();
    assert!(
        mail.starts_with("From: Renovaciones <avisos@example.org>\r\n"),
        "{mail}"
    );
}
