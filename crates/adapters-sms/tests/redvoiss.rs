//! What is particular to Redvoiss: what is sent, what is refused before, where it calls.

use std::time::Duration;

use pregon_adapters_sms::{
    BatchId, Characters, ConfigError, Redvoiss, RedvoissConfig, Replies, Secret, Timeouts,
};
use pregon_core::{Address as _, Channel, Class, Fate, PhoneNumber, Promise};
use proptest::prelude::*;

use crate::support::{Account, Fault, Redvoisses, Server, outbound, printed};

async fn service() -> Redvoisses {
    Server::start(Account::default()).await
}

#[tokio::test]
async fn one_text_to_one_number_under_our_key() {
    let service = service().await;
    let config = service.config().with_label("Aremko");
    let channel = Redvoiss::new(config).unwrap();
    assert_eq!(channel.promise(), Promise::Blind);
    let mut out = outbound(7, "¡Feliz cumpleaños, Ñusta! 20% en tinas");
    let receipt = channel.send(&out).await.unwrap();
    assert_eq!(receipt.reference.as_deref(), Some("812001"));
    out.class = Class::Transactional;
    channel.send(&out).await.unwrap();
    let taken = service.desk().taken();
    assert_eq!(taken[0].to, "56958655810");
    assert_eq!(taken[0].text, "¡Feliz cumpleaños, Ñusta! 20% en tinas");
    assert_eq!(taken[0].label, "Aremko promotion");
    assert_eq!(taken[0].key, out.name().to_string());
    let commercial: Vec<bool> = taken.iter().map(|one| one.commercial).collect();
    assert_eq!(
        commercial,
        [true, false],
        "what is promotional is commercial"
    );
    assert_eq!(service.paths()[0], "POST /services/rest/sendWithReply_v2");
}

#[tokio::test]
async fn a_label_is_no_longer_than_the_portal_shows() {
    let service = service().await;
    let config = service.config().with_label("ñ".repeat(48));
    Redvoiss::new(config)
        .unwrap()
        .send(&outbound(1, "Hola"))
        .await
        .unwrap();
    let label = service.desk().taken()[0].label.clone();
    assert_eq!(label, format!("{} p", "ñ".repeat(48)));
}

#[tokio::test]
async fn what_would_be_cut_off_or_spoilt_is_refused_before() {
    let service = service().await;
    let channel = service.channel();
    for (text, why) in [
        ("x".repeat(481), "481 characters"),
        ("Feliz día 🎂".to_owned(), "after the first 10"),
        ("“Feliz día”".to_owned(), "after the first 0"),
    ] {
        let error = channel.send(&outbound(1, &text)).await.unwrap_err();
        assert_eq!(error.fate(), Fate::Rejected);
        let told = printed(&error);
        assert!(told.contains(why) && !told.contains("Feliz"), "{told}");
    }
    for (number, taken) in [
        ("+12025550123", true),
        ("+4915112345678", true),
        ("+881612345678901", false),
        ("+6781234567", false),
    ] {
        let mut out = outbound(1, "Hola");
        out.message.to = PhoneNumber::parse(number).unwrap();
        let sent = channel.send(&out).await.map_err(|error| error.fate());
        assert_eq!(sent.is_ok(), taken, "{number}");
        assert!(taken || sent == Err(Fate::Rejected), "{number}");
    }
    assert_eq!(service.paths().len(), 2, "the others were not called for");
}

#[tokio::test]
async fn a_text_can_be_made_plain() {
    let service = service().await;
    let config = service.config().with_characters(Characters::Transliterate);
    let channel = Redvoiss::new(config).unwrap();
    channel
        .send(&outbound(1, "“Mañana” a las 3 – José…"))
        .await
        .unwrap();
    assert_eq!(
        service.desk().taken()[0].text,
        "\"Mañana\" a las 3 - José..."
    );
    let error = channel.send(&outbound(2, "🎂")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Rejected);
}

/// What the service swallows without replies, it fails with when it collects them.
#[tokio::test]
async fn a_spent_balance_and_the_blacklist() {
    let service = service().await;
    let without = service.config().with_replies(Replies::Ignore);
    let without = Redvoiss::new(without).unwrap();
    let with = service.channel();
    *service.desk().balance.lock().unwrap() = Some(1);
    assert!(without.send(&outbound(1, "Hola")).await.is_ok());
    assert_eq!(service.paths(), ["POST /services/rest/send_v2"]);
    let error = without.send(&outbound(2, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::NotSent);
    assert!(printed(&error).contains("balance"), "{}", printed(&error));
    let error = with.send(&outbound(3, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Unknown);
    *service.desk().balance.lock().unwrap() = None;
    service
        .desk()
        .blacklist
        .lock()
        .unwrap()
        .insert("56958655810".to_owned());
    let error = without.send(&outbound(4, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::NotSent);
    assert_eq!(service.desk().taken().len(), 1);
}

#[tokio::test]
async fn a_wrong_password_is_the_channels_fault_and_is_not_shown() {
    let service = service().await;
    let config =
        RedvoissConfig::new(Secret::new("spa"), Secret::new("otra")).with_url(service.url());
    let channel = Redvoiss::new(config).unwrap();
    let error = channel.send(&outbound(1, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::ChannelDown);
    let told = format!("{} {channel:?}", printed(&error));
    let canaries = ["otra", "spa:", "c3BhOm90cmE"];
    assert!(
        canaries.iter().all(|canary| !told.contains(canary)),
        "{told}"
    );
}

#[test]
fn configurations_that_cannot_send() {
    let base = || RedvoissConfig::new(Secret::new("spa"), Secret::new("abracadabra"));
    let credential = |user: &str, password: &str| {
        let config = RedvoissConfig::new(Secret::new(user), Secret::new(password));
        Redvoiss::new(config).err()
    };
    for (user, password, wrong) in [
        ("", "x", "user name"),
        ("a:b", "x", "user name"),
        ("a\n", "x", "user name"),
        ("a", "", "password"),
        ("a", "x\r\nHost: y", "password"),
    ] {
        assert_eq!(
            credential(user, password),
            Some(ConfigError::Credential(wrong))
        );
    }
    assert_eq!(credential("ñandú", "con:dos ñ"), None);
    for (url, wrong) in [
        ("http://sms.example.org", ConfigError::PlainHttp),
        ("https://a:b@sms.example.org", ConfigError::CredentialsInUrl),
        (
            "ftp://sms.example.org",
            ConfigError::Url("ftp://sms.example.org".to_owned()),
        ),
        (
            "https://x/?a=b",
            ConfigError::Url("https://x/?a=b".to_owned()),
        ),
        ("sms", ConfigError::Url("sms".to_owned())),
    ] {
        assert_eq!(Redvoiss::new(base().with_url(url)).err(), Some(wrong));
    }
    let plain = base().with_url("http://sms.example.org").allow_plain_http();
    assert!(Redvoiss::new(plain).is_ok());
    for label in ["", "  ", "a\nb", &"x".repeat(51)] {
        let wrong = Redvoiss::new(base().with_label(label)).err();
        assert!(matches!(wrong, Some(ConfigError::Form { .. })), "{label:?}");
    }
    let pem = Redvoiss::new(base().with_root_certificate("nada"));
    assert_eq!(pem.err(), Some(ConfigError::RootCertificate));
}

/// Whatever names and answers there are, nobody calls where the provider's process is started anew.
#[test]
fn no_other_path_is_ever_called() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let service = runtime.block_on(service());
    let timeouts = Timeouts {
        answer: Duration::from_secs(5),
        ..Timeouts::default()
    };
    let name = prop_oneof![
        "[0-9]{1,22}",
        "\\PC{0,12}",
        "[./?#%0-9a-z]{0,16}",
        "\\.\\./initsms"
    ];
    let config = ProptestConfig::with_cases(200);
    proptest!(config, |(name in name, slash in any::<bool>(), at in 0..3_u8)| {
        let url = format!("{}{}", service.url(), if slash { "/" } else { "" });
        let config = service.config().with_url(url).with_timeouts(timeouts);
        let now = outbound(1, "").now;
        runtime.block_on(async {
            // The service's own answers lead nowhere either.
            let told = serde_json::json!({ "batchId": &name, "failedIds": "-1" });
            service.next(Fault::Says(crate::support::Answer::json(200, &told)));
            let channel = Redvoiss::new(config).unwrap();
            let sent = channel.send(&outbound(at, "Hola")).await;
            let reference = sent.ok().and_then(|receipt| receipt.reference);
            for name in [Some(name.clone()), reference].into_iter().flatten() {
                if let Some(batch) = BatchId::parse(&name) {
                    let _ = channel.deliveries(&batch, now).await;
                    let _ = channel.replies(&batch, now).await;
                }
            }
        });
        for path in service.paths() {
            let path = path.replace("/services/rest/", "");
            let words: Vec<&str> = path.split([' ', '/']).collect();
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            let allowed = match words[..] {
                ["POST", "sendWithReply_v2" | "send_v2"] => true,
                ["GET", batch, id, "status" | "replies"] => batch == "batch" && digits(id),
                _ => false,
            };
            prop_assert!(allowed, "{path}");
        }
    });
}
