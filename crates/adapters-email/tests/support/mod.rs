//! What the tests of this crate share.

pub(crate) mod message;
pub(crate) mod server;
pub(crate) mod tls;
pub(crate) mod web;

use std::error::Error;

use pregon_adapters_email::{Smtp, SmtpConfig};
use pregon_core::{Fate, PortErrorKind, SendError};

pub(crate) use message::{outbound, outbound_to, sender};
pub(crate) use server::{Act, Server, say};

/// The configuration for a server of this process.
pub(crate) fn config(server: &Server) -> SmtpConfig {
    let config = SmtpConfig::parse(&server.url(), sender()).unwrap();
    config.with_hello("client.example.org")
}

/// A channel to a server of this process.
pub(crate) fn smtp(server: &Server) -> Smtp {
    Smtp::new(config(server)).unwrap()
}

/// The fate, the kind and the last cause.
pub(crate) fn told(error: &SendError) -> (Fate, PortErrorKind, String) {
    let port: &dyn Error = error.port();
    let cause = port.source().unwrap().to_string();
    (error.fate(), error.port().kind(), cause)
}

/// Everything that an error says, in every form.
pub(crate) fn everything(error: &SendError) -> String {
    let mut said = format!("{error:?} {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said.push_str(&format!(" {error}"));
        cause = error.source();
    }
    said
}
