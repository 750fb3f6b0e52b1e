//! Services that answer as the real ones do, on this machine, and fail when they are told to.

mod redvoiss;
mod server;
mod twilio;
mod wire;

use pregon_core::{
    Address as _, Class, DispatchId, Outbound, PhoneNumber, Purpose, SendError, Sms,
};

pub(crate) use redvoiss::{Account, Redvoisses, Taken};
pub(crate) use server::{Desk, Fault, Server};
pub(crate) use twilio::{ACCOUNT, Exchange, Twilios};
pub(crate) use wire::Answer;

/// A message with a key made of this byte.
pub(crate) fn outbound(n: u8, text: &str) -> Outbound<Sms> {
    Outbound {
        message: Sms {
            to: PhoneNumber::parse("+56958655810").expect("a number"),
            text: text.to_owned(),
        },
        id: DispatchId::from_bytes([n; 16]),
        row: i64::from(n),
        again: false,
        purpose: Purpose::new("promotion").expect("a purpose"),
        class: Class::Promotional,
        unsubscribe: None,
        now: "2026-11-20T12:00:00Z".parse().expect("an instant"),
    }
}

/// Everything that an error prints, with all its causes.
pub(crate) fn printed(error: &SendError) -> String {
    let mut text = format!("{error:?}");
    let mut cause = Some(error as &dyn std::error::Error);
    while let Some(error) = cause {
        text.push_str(&format!(" | {error}"));
        cause = error.source();
    }
    text
}
