//! How many mails a second go to SendGrid, one a request.
//!
//! `cargo bench -p pregon-adapters-email --bench sendgrid --features sendgrid,smtp -- [mails]`. The
//! other side is the double of the tests, in the same process: it parses every request and checks
//! it by SendGrid's rules. Mails have 5 kB of HTML, which differ from one to the next.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::unwrap_used, reason = "it shares the servers of the tests")]

#[path = "../tests/sendgrid/double.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod double;
#[path = "../tests/sendgrid/rules.rs"]
mod rules;
#[path = "../tests/sendgrid/shapes.rs"]
mod shapes;
mod support;

use std::time::Instant;

use double::{Double, KEY};
use futures_util::StreamExt as _;
use pregon_adapters_email::{ApiKey, SendGrid, SendGridConfig, Sender, UnsubscribeUrl};
use pregon_core::{Address, Channel, Class, DispatchId, Email, EmailAddress, Outbound, Purpose};

const IN_FLIGHT: usize = 64;

fn main() {
    let number = std::env::args().find_map(|it| it.parse().ok());
    // `cargo test` runs it too, to see that it runs.
    let measured = std::env::args().any(|it| it == "--bench");
    let mails: usize = number.unwrap_or(if measured { 40_000 } else { 640 });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.expect("a runtime").block_on(run(mails));
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
async fn run(mails: usize) {
    let double = Double::forgetful().await;
    let url = UnsubscribeUrl::parse("https://m.example/u/{token}").expect("a URL");
    let sender = Sender::parse("Renovaciones <avisos@example.org>").expect("a sender");
    let config = SendGridConfig::new(ApiKey::new(KEY), sender.with_unsubscribe_url(url));
    let sendgrid = SendGrid::new(config.with_url(double.web.url())).expect("a channel");
    let (began, cpu) = (Instant::now(), processor());
    let sends = (0..mails).map(|n| {
        let sendgrid = &sendgrid;
        async move { sendgrid.send(&mail(n)).await.map(drop) }
    });
    let mut sends = futures_util::stream::iter(sends).buffer_unordered(IN_FLIGHT);
    while let Some(sent) = sends.next().await {
        sent.expect("the double takes it");
    }
    let took = began.elapsed();
    assert_eq!(double.count(), mails, "each arrived once");
    let rate = mails as f64 / took.as_secs_f64();
    let cpu = (processor() - cpu) as f64 / mails as f64;
    let connections = double.web.connections();
    println!("sendgrid: {mails} mails, {IN_FLIGHT} in flight, {connections} connections");
    println!("sendgrid: {rate:.0}/s; {cpu:.0} µs of processor a mail, the double's included");
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
        unsubscribe: Some(format!("v1.k.{n}")),
        now: "2026-11-20T06:00:00Z".parse().expect("an instant"),
    }
}

/// Processor time of all threads of this process so far, in microseconds.
fn processor() -> u64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten();
    let nanos = threads.flatten().filter_map(|thread| {
        let text = std::fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    nanos.sum::<u64>() / 1_000
}
