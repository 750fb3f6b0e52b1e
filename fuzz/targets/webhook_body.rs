//! No call of a provider may panic or hang, past its signature too.
//!
//! The first byte of the input says whose call it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pregon_adapters_email::{ApiKey, MailgunWebhook, SendGridEvents};
use pregon_core::{Feedback, HashKey, StopWords};

/// By the key `clave-de-prueba`.
const SIGNED: &str = concat!(
    r#"{"timestamp":"1600112492","token":"ficha-de-prueba","signature":""#,
    "fed7a104f8c943f02bdd6f663665696353c19e3b00e6ac83388f520fecaa9bc3\"}",
);

fuzz_target!(|input: &[u8]| {
    let Some((whose, body)) = input.split_first() else {
        return;
    };
    let now = "2020-09-14T19:41:32Z".parse().expect("an instant");
    let told: Vec<Feedback> = match whose {
        b's' => match SendGridEvents::parse(body) {
            Ok(read) => read.feedback(),
            Err(_) => return,
        },
        b'm' => {
            let Ok(event) = std::str::from_utf8(body) else {
                return;
            };
            let posted = format!(r#"{{"signature":{SIGNED},"event-data":{event}}}"#);
            let webhook = MailgunWebhook::new(ApiKey::new("clave-de-prueba")).expect("a key");
            match webhook.read(posted.as_bytes(), now) {
                Ok(event) => event.feedback().into_iter().collect(),
                Err(_) => return,
            }
        }
        b't' => {
            let end = body
                .iter()
                .position(|byte| *byte == b'\n')
                .unwrap_or(body.len());
            let (url, body) = body.split_at(end);
            let url = String::from_utf8_lossy(url);
            let call = pregon_adapters_sms::fuzzing::twilio_call(&url, body.trim_ascii_start());
            let words = StopWords::default();
            call.map(|call| call.feedback(&words, now))
                .into_iter()
                .collect()
        }
        _ => return,
    };
    let key = HashKey::new([7; 32]);
    for one in &told {
        assert_eq!(one.id(&key), one.clone().id(&key));
        let _ = one.word(None, &key);
    }
});
