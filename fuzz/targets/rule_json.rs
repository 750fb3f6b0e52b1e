//! No document that is given as a rule may panic, hang or exhaust the stack.

#![no_main]

#[path = "../shared/ask.rs"]
mod ask;

use libfuzzer_sys::fuzz_target;
use pregon_core::rule::Rule;

fuzz_target!(|input: &[u8]| {
    let Ok(source) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(rule) = Rule::from_json(source) else {
        return;
    };
    // What was understood must be kept as what means the same, and print as a text that does.
    let json = rule.to_json();
    assert_eq!(Rule::from_json(&json).ok().as_ref(), Some(&rule), "{json}");
    let printed = rule.to_string();
    assert_eq!(
        Rule::parse(&printed).ok().as_ref(),
        Some(&rule),
        "{printed}"
    );
    // Whoever is asked whenever, there is an answer.
    let somebody = ask::Somebody::new();
    for moment in ask::moments() {
        let _ = rule.eval(&&somebody, &moment);
    }
});
