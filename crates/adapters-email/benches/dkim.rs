//! How many mails a second go out by SMTP, unsigned and signed by each kind of key.
//!
//! `cargo bench -p pregon-adapters-email --bench dkim --features dkim -- [mails]`. The other side
//! is the mail server of the tests, in the same process. Mails have 5 kB of HTML.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "it shares the servers of the tests")]

#[path = "../tests/support/server.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod server;

use std::num::NonZeroUsize;
use std::time::Instant;

use futures_util::StreamExt as _;
use pregon_adapters_email::{Dkim, Sender, Smtp, SmtpConfig};
use pregon_core::{Address, Channel, Class, DispatchId, Email, EmailAddress, Outbound, Purpose};
use server::Server;

const CONNECTIONS: usize = 16;
/// The server keeps what it takes; after so many it forgets.
const ROUND: usize = 1_000;
const RSA: &str = include_str!("../tests/fixtures/dkim-rsa.pem");
const ED25519: &str = include_str!("../tests/fixtures/dkim-ed25519.pem");

fn main() {
    let number = std::env::args().find_map(|it| it.parse().ok());
    // `cargo test` runs it too, to see that it runs.
    let measured = std::env::args().any(|it| it == "--bench");
    let mails: usize = number.unwrap_or(if measured { 10_000 } else { 100 });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(async {
        for (name, key) in [
            ("unsigned", None),
            ("RSA-2048", Some(RSA)),
            ("Ed25519", Some(ED25519)),
        ] {
            run(name, key, mails).await;
        }
    });
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn run(name: &str, key: Option<&str>, mails: usize) {
    let server = Server::plain().await;
    let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
    let config = SmtpConfig::parse(&server.url(), sender).expect("a server");
    let connections = NonZeroUsize::new(CONNECTIONS).expect("not zero");
    let mut config = config
        .with_hello("client.example.org")
        .with_connections(connections);
    if let Some(key) = key {
        config = config.with_dkim(Dkim::new("example.org", "otono", key).expect("a key"));
    }
    let smtp = Smtp::new(config).expect("a channel");
    let began = Instant::now();
    let (mut sent, mut taken) = (0, 0);
    while sent < mails {
        let round = ROUND.min(mails - sent);
        let sends = (sent..sent + round).map(|n| {
            let smtp = &smtp;
            async move { smtp.send(&mail(n)).await.map(drop) }
        });
        let mut sends = futures_util::stream::iter(sends).buffer_unordered(64);
        while let Some(sent) = sends.next().await {
            sent.expect("the server takes it");
        }
        taken += server.mails().len();
        server.clear();
        sent += round;
    }
    let took = began.elapsed();
    assert_eq!(taken, mails, "each arrived once");
    let rate = mails as f64 / took.as_secs_f64();
    println!("smtp, {name}: {rate:.0}/s over {CONNECTIONS} connections");
}

fn mail(n: usize) -> Outbound<Email> {
    let mut id = [0; 16];
    id[..8].copy_from_slice(&(n as u64).to_be_bytes());
    let line = format!("<p>Estimada persona {n}: su suscripción vence mañana.</p>\n");
    Outbound {
        message: Email {
            to: EmailAddress::parse(&format!("p{n}@example.org")).expect("an address"),
            subject: format!("Su plan {n} vence mañana"),
            html: Some(line.repeat(5_000 / line.len())),
            text: Some(format!("Persona {n}: su suscripción vence mañana.")),
        },
        id: DispatchId::from_bytes(id),
        row: n as i64,
        again: false,
        purpose: Purpose::new("renewal").expect("a purpose"),
        class: Class::Promotional,
        unsubscribe: None,
        now: "2026-11-20T06:00:00Z".parse().expect("an instant"),
    }
}
