//! What fuzz targets call: parts that nobody else sees, each with what must always be true of it.

use pregon_core::Fate;

use crate::http::Answer;

/// An answer of Redvoiss or Twilio, with whatever status and body.
pub fn provider_response(status: u16, body: &[u8]) {
    let answer = Answer {
        status,
        retry_after: None,
        body: Some(body.to_vec()),
    };
    let taken = (200..300).contains(&status);
    for (service, judged) in [
        ("redvoiss", crate::redvoiss::fuzzing::judge(&answer)),
        ("twilio", crate::twilio::fuzzing::judge(&answer)),
    ] {
        match judged {
            Ok(name) => {
                assert!(taken, "{service} took it with {status}");
                let name = name.unwrap_or_default();
                assert!(name.len() <= 64 && name.is_ascii(), "{service}: {name}");
            }
            Err(error) => {
                // Whoever failed may have taken it, whatever stands in the answer.
                let fate = error.fate();
                assert!(
                    status < 500 || fate == Fate::Unknown,
                    "{service}: {status} is {fate:?}"
                );
                assert!(
                    !error.to_string().contains("56958655810"),
                    "{service}: {error}"
                );
            }
        }
    }
    crate::redvoiss::fuzzing::reports(body);
}

/// A call of Twilio past its signature.
pub fn twilio_call(url: &str, body: &[u8]) -> Option<crate::TwilioEvent> {
    crate::twilio::fuzzing::call(url, body)
}
