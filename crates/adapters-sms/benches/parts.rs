//! How long the parts of a short message take to be counted.
//!
//! `cargo bench -p pregon-adapters-sms --bench parts`. The goal is a microsecond for a message of
//! 160 characters. `cargo test --benches` runs it too, to see that it runs.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::hint::black_box;
use std::time::Instant;

use pregon_core::sms::{SmsParts, split, transliterate};

fn main() {
    let measured = std::env::args().any(|it| it == "--bench");
    let (rounds, times) = if measured { (201, 1000) } else { (1, 10) };
    let cycle =
        |text: &str, characters| -> String { text.chars().cycle().take(characters).collect() };
    let plain = cycle("Hola Ana, su hora es a las 15:00. ", 160);
    let spanish = cycle("¿Mañana, señor José? 20% en el baño. ", 160);
    let long = cycle("¿Mañana, señor José? {20%} en el baño. ", 480);
    let one = format!("{}ó", &plain[..139]);
    let accents = cycle("¡Último día! Íñigo, aquí está la promoción… ", 160);
    for (what, text) in [
        ("160 characters of ASCII", &plain),
        ("160 characters of GSM-7", &spanish),
        ("480 characters, 4 parts", &long),
        ("140 characters, one offends", &one),
        ("160 characters, many offend", &accents),
    ] {
        let parts = SmsParts::of(text);
        let count = timed(rounds, times, || SmsParts::of(black_box(text)).parts);
        let cut = timed(rounds, times, || split(black_box(text)).len());
        let fold = timed(rounds, times, || transliterate(black_box(text)).len());
        println!(
            "{what}: {} in {} {}; ns: count {count:.0}, split {cut:.0}, transliterate {fold:.0}",
            parts.units, parts.parts, parts.alphabet,
        );
    }
}

/// Nanoseconds of one, in the fastest of all rounds: the others were disturbed.
fn timed<T>(rounds: usize, times: u32, work: impl Fn() -> T) -> f64 {
    let found = (0..rounds).map(|_| {
        let began = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        began.elapsed().as_secs_f64() * 1e9 / f64::from(times)
    });
    found.fold(f64::MAX, f64::min)
}
