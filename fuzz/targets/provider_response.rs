//! No answer of a provider may panic or hang, or be taken for more than it says.
//!
//! The first line of the input: status, `Retry-After`, `X-RateLimit-Reset`; the rest is the body.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == b'\n');
    let Some(end) = end else {
        return;
    };
    let (head, body) = (&input[..end], &input[end + 1..]);
    let mut fields = head.splitn(3, |byte| *byte == b'|');
    let status = fields
        .next()
        .and_then(|text| std::str::from_utf8(text).ok());
    let Some(status) = status.and_then(|text| text.parse().ok()) else {
        return;
    };
    let waits = [
        fields.next().unwrap_or_default(),
        fields.next().unwrap_or_default(),
    ];
    let now = "2026-11-20T12:00:00Z".parse().expect("an instant");
    pregon_adapters_email::fuzzing::provider_response(status, waits, body, now);
    pregon_adapters_sms::fuzzing::provider_response(status, body);
});
