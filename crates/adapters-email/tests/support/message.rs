//! Small messages.

use pregon_adapters_email::Sender;
use pregon_core::{Address, Class, DispatchId, Email, EmailAddress, Outbound, Purpose};

/// `Renovaciones`, with an address to unsubscribe at.
pub(crate) fn sender() -> Sender {
    let sender = Sender::parse("Renovaciones <avisos@example.org>").unwrap();
    sender.with_unsubscribe_mailto("baja@example.org").unwrap()
}

/// A renewal to Ana whose key is made of the number.
pub(crate) fn outbound(n: u8) -> Outbound<Email> {
    outbound_to("ana@example.org", n)
}

/// A renewal whose key is made of the number.
pub(crate) fn outbound_to(to: &str, n: u8) -> Outbound<Email> {
    Outbound {
        message: Email {
            to: EmailAddress::parse(to).unwrap(),
            subject: "Su plan vence mañana".to_owned(),
            html: Some("<p>Renueve hoy.</p>".to_owned()),
            text: Some("Renueve hoy.\n.\n..y mañana\n".to_owned()),
        },
        id: DispatchId::from_bytes([n; 16]),
        row: i64::from(n),
        again: false,
        purpose: Purpose::new("renewal").unwrap(),
        class: Class::Promotional,
        unsubscribe: Some("v1.k.Zm9v".to_owned()),
        now: "2026-11-20T06:00:00Z".parse().unwrap(),
    }
}
