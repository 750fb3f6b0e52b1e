//! No text that a person gives as a template may panic, hang or exhaust the stack, neither when it
//! is compiled nor when it is rendered.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pregon_core::template::{Escape, Library, Locale, Source, VarKind, Vars, compile, prescan};

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    // A refusal is a right answer, of the cheap scan as of the compiler; the compiler must survive
    // also what the scan alone would have kept away from it.
    let _ = prescan(text);
    let vars = Vars::new()
        .with("customer_name", VarKind::Text)
        .with("visits", VarKind::Number)
        .with("expiry_date", VarKind::Date)
        .with("items", VarKind::List)
        .with("pin.status", VarKind::Text);
    let data = serde_json::json!({
        "customer_name": "Ana <b> {{x}} \u{202e}", "visits": 3, "expiry_date": "2026-12-20",
        "items": ["a", "b"], "pin": { "status": "Delivered" },
    });
    for escape in [Escape::Html, Escape::Text] {
        let source = Source {
            part: "text",
            escape,
            text,
            most_output: 10_000,
        };
        if let Ok(template) = compile(&[source], &Library::new(), &vars) {
            let _ = template.render(&data, &Locale::new("es").with_currency("CLP"));
        }
    }
});
