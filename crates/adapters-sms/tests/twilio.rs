//! What is particular to Twilio: what is sent, refusals with their reasons, calls that come back.

use pregon_adapters_sms::{
    ConfigError, Secret, Twilio, TwilioConfig, TwilioEvent, TwilioFrom, TwilioRefusal,
    TwilioStatus, TwilioWebhook,
};
use pregon_core::{Address as _, Channel, Fate, PhoneNumber, Promise, Remark};

use crate::support::{ACCOUNT, Server, Twilios, outbound, printed};

async fn service() -> Twilios {
    Server::start(Default::default()).await
}

#[tokio::test]
async fn one_form_for_one_number() {
    let service = service().await;
    let config = service
        .config()
        .with_validity_secs(3600)
        .with_smart_encoding();
    let channel = Twilio::new(config).unwrap();
    assert_eq!(channel.promise(), Promise::Webhook);
    let out = outbound(7, "¿Mañana a las 3 & 4? 100% +1 🎂\nSpa");
    let receipt = channel.send(&out).await.unwrap();
    assert_eq!(receipt.reference, Some(format!("SM{:032x}", 1)));
    let taken = service.desk().taken();
    let expected = [
        ("Body", out.message.text.clone()),
        ("From", "+56442345678".to_owned()),
        ("SmartEncoded", "true".to_owned()),
        (
            "StatusCallback",
            format!(
                "https://spa.example/twilio?canal=sms&pregon_id={}",
                out.name()
            ),
        ),
        ("To", "+56958655810".to_owned()),
        ("ValidityPeriod", "3600".to_owned()),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value));
    assert_eq!(taken[0], expected.into());
    let path = format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json");
    assert_eq!(service.paths(), [path]);
}

#[tokio::test]
async fn a_service_may_pick_the_sender_and_nobody_need_be_called_back() {
    let service = service().await;
    let sid = format!("MG{}", "a".repeat(32));
    let from = TwilioFrom::Service(sid.clone());
    let config = TwilioConfig::new(ACCOUNT, Secret::new("abracadabra"), from);
    let config = config.with_url(format!("http://{}", service.address()));
    let channel = Twilio::new(config).unwrap();
    assert_eq!(channel.promise(), Promise::Blind);
    channel.send(&outbound(1, "Hola")).await.unwrap();
    let taken = service.desk().taken();
    assert_eq!(taken[0]["MessagingServiceSid"], sid);
    assert_eq!(taken[0].len(), 3);
}

#[tokio::test]
async fn refusals_say_why() {
    let service = service().await;
    let channel = service.channel();
    let number = "+56958655810".to_owned();
    service.desk().opted_out.lock().unwrap().insert(number);
    let error = channel.send(&outbound(1, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::Rejected);
    assert_eq!(TwilioRefusal::of(&error), Some(TwilioRefusal::OptedOut));
    assert_eq!(error.port().to_string(), "twilio: send: invalid");
    assert_eq!(error.remark(), Some(&Remark::stopped()));

    let mut out = outbound(1, &"ñ".repeat(1601));
    out.message.to = PhoneNumber::parse("+593991234567").unwrap();
    let error = channel.send(&out).await.unwrap_err();
    assert_eq!(
        (error.fate(), TwilioRefusal::of(&error)),
        (Fate::Rejected, None)
    );
    assert!(printed(&error).contains("1601 characters"));
    assert_eq!(service.paths().len(), 1, "too long a text is not sent");
    out.message.text = "ñ".repeat(1600);
    assert!(channel.send(&out).await.is_ok());
}

#[tokio::test]
async fn a_wrong_token_is_the_channels_fault_and_is_not_shown() {
    let service = service().await;
    let from = TwilioFrom::Sender("Aremko".to_owned());
    let config = TwilioConfig::new(ACCOUNT, Secret::new("otra"), from);
    let config = config.with_url(format!("http://{}", service.address()));
    let channel = Twilio::new(config).unwrap();
    let error = channel.send(&outbound(1, "Hola")).await.unwrap_err();
    assert_eq!(error.fate(), Fate::ChannelDown);
    let told = format!("{} {channel:?}", printed(&error));
    assert!(!told.contains("otra"), "{told}");
}

#[test]
fn configurations_that_cannot_send() {
    let with = |account: &str, from: TwilioFrom| {
        Twilio::new(TwilioConfig::new(account, Secret::new("x"), from)).err()
    };
    let sender = |name: &str| TwilioFrom::Sender(name.to_owned());
    let is_form = |error| matches!(error, Some(ConfigError::Form { .. }));
    assert_eq!(with(ACCOUNT, sender("Aremko")), None);
    for account in ["", "AC", "AC../../x", &ACCOUNT[1..], &format!("{ACCOUNT}0")] {
        assert!(is_form(with(account, sender("Aremko"))), "{account}");
    }
    for name in ["", "nombre demasiado largo", "+12", "😀"] {
        assert!(is_form(with(ACCOUNT, sender(name))), "{name}");
    }
    let service = TwilioFrom::Service(ACCOUNT.to_owned());
    assert!(is_form(with(ACCOUNT, service)));
    let base = || TwilioConfig::new(ACCOUNT, Secret::new("x"), sender("Aremko"));
    for seconds in [0, 36_001] {
        assert!(is_form(
            Twilio::new(base().with_validity_secs(seconds)).err()
        ));
    }
    for url in [
        "",
        "spa.example",
        "ftp://spa.example",
        "https://spa.example/#x",
    ] {
        assert!(
            is_form(Twilio::new(base().with_status_callback(url)).err()),
            "{url}"
        );
    }
    let empty = TwilioConfig::new(ACCOUNT, Secret::new(""), sender("Aremko"));
    assert_eq!(
        Twilio::new(empty).err(),
        Some(ConfigError::Credential("token"))
    );
}

/// What Twilio is told to call back with is what the webhook finds our key in.
#[tokio::test]
async fn a_callback_leads_back_to_its_message() {
    let service = service().await;
    let out = outbound(9, "Hola");
    service.channel().send(&out).await.unwrap();
    let url = service.desk().taken()[0]["StatusCallback"].clone();
    let kind = "application/x-www-form-urlencoded; charset=UTF-8";
    let body = format!(
        "MessageSid=SM{:032x}&MessageStatus=delivered&To=%2B56958655810",
        1
    );
    // Signed as the service would, by other means than the reader's.
    let signature = signed("12345", &url, &body);
    let webhook = TwilioWebhook::new(Secret::new("12345"));
    let event = webhook
        .event(&url, &signature, kind, body.as_bytes())
        .unwrap();
    let Some(TwilioEvent::Update(update)) = event else {
        panic!("{event:?}");
    };
    assert_eq!(
        (update.status, update.dispatch),
        (TwilioStatus::Delivered, Some(out.name()))
    );
    assert!(
        webhook
            .event(&url, &signature, kind, b"MessageStatus=failed")
            .is_err()
    );
}

/// HMAC by its definition, with the inner and the outer hash.
fn signed(token: &str, url: &str, body: &str) -> String {
    use sha1::{Digest as _, Sha1};
    let mut pairs: Vec<(String, String)> = form_urlencoded::parse(body.as_bytes())
        .into_owned()
        .collect();
    pairs.sort();
    let words: String = pairs
        .into_iter()
        .map(|(name, value)| name + &value)
        .collect();
    let pad = |byte: u8| {
        let mut pad = [byte; 64];
        token
            .bytes()
            .zip(&mut pad)
            .for_each(|(key, byte)| *byte ^= key);
        pad
    };
    let inner = Sha1::new()
        .chain_update(pad(0x36))
        .chain_update(url)
        .chain_update(words);
    let outer = Sha1::new()
        .chain_update(pad(0x5c))
        .chain_update(inner.finalize());
    data_encoding::BASE64.encode(&outer.finalize())
}
