//! What one HTML mail costs: rendering it with ten variables, inlining its styles, cleaning it.
//!
//! `cargo bench -p pregon-content --bench content`. The goal is five microseconds for rendering a
//! mail of 5 kB. `cargo test --benches` runs it too, to see that it runs.
#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
#![expect(clippy::disallowed_methods, reason = "a bench measures real time")]

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use pregon_content::{check, clean, inline_css, inline_rendered, text_of};
use pregon_core::Class;
use pregon_core::template::{Escape, Library, Locale, Source, Template, VarKind, Vars, compile};

const KIB: usize = 1024;

fn main() {
    let measured = std::env::args().any(|it| it == "--bench");
    let (rounds, times) = if measured { (101, 100) } else { (1, 2) };
    let html = mail(5 * KIB);
    let template = template(&html);
    let data = values();
    let locale = Locale::new("es");
    let len = template.render(&data, &locale).expect("values")["html"].len();
    let took = timed(rounds, times, || template.render(black_box(&data), &locale));
    println!("render {len} bytes, 10 variables: {took:.1} µs");
    for size in [2 * KIB, 5 * KIB, 20 * KIB, 100 * KIB] {
        let html = mail(size);
        let sent = self::template(&html)
            .render(&data, &locale)
            .expect("values")["html"]
            .clone();
        let times = times / 10 + 1;
        let publish = timed(rounds / 4 + 1, times, || inline_css(black_box(&html)));
        let send = timed(rounds / 4 + 1, times, || inline_rendered(black_box(&sent)));
        let text = timed(rounds / 4 + 1, times, || text_of(black_box(&html)));
        let cleaned = timed(rounds / 4 + 1, times, || clean(black_box(&html)));
        let checked = timed(rounds / 4 + 1, times, || {
            check(black_box(&html), Class::Promotional)
        });
        println!(
            "{} bytes; µs: inlined at publish {publish:.0}, at send {send:.0}, text {text:.0}, \
             cleaned {cleaned:.0}, checked {checked:.0}",
            html.len(),
        );
    }
}

/// A mail of about this size with ten variables and rows like those of a newsletter.
fn mail(size: usize) -> String {
    let mut html =
        "<!doctype html><html lang=\"es\"><head><meta charset=\"utf-8\"><title>Hola</title>\
        <style>body{margin:0}p{font-size:16px;line-height:25px}.a{color:#0f766e}td.b{padding:8px}\
        @media (max-width:600px){p{font-size:15px}}</style></head><body>"
            .to_owned();
    for n in 0..10 {
        let _ = write!(html, "<p class=\"a\">Dato {n}: {{{{v{n}}}}}</p>");
    }
    html.push_str("<table>");
    while html.len() < size {
        html.push_str(
            "<tr><td class=\"b\"><p>Una fila de texto como cualquiera, con <b>algo</b> y un \
             <a class=\"a\" href=\"https://example.org/pagina\">enlace</a> al final.</p></td></tr>\
             ",
        );
    }
    html.push_str("</table></body></html>");
    html
}

fn template(html: &str) -> Template {
    let vars = (0..10).fold(Vars::new(), |vars, n| {
        vars.with(&format!("v{n}"), VarKind::Text)
    });
    let source = Source {
        part: "html",
        escape: Escape::Html,
        text: html,
        most_output: 1024 * KIB,
    };
    compile(&[source], &Library::new(), &vars).expect("a template")
}

fn values() -> serde_json::Value {
    let values = (0..10).map(|n| {
        (
            format!("v{n}"),
            format!("Valor número {n} de O'Higgins").into(),
        )
    });
    serde_json::Value::Object(values.collect())
}

/// Microseconds of one, in the fastest of all rounds: the others were disturbed.
fn timed<T>(rounds: usize, times: u32, work: impl Fn() -> T) -> f64 {
    let found = (0..rounds).map(|_| {
        let began = Instant::now();
        for _ in 0..times {
            black_box(work());
        }
        began.elapsed().as_secs_f64() * 1e6 / f64::from(times)
    });
    found.fold(f64::MAX, f64::min)
}
