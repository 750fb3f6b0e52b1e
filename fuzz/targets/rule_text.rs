//! No text that a person gives as a rule may panic, hang or exhaust the stack.

#![no_main]

#[path = "../shared/ask.rs"]
mod ask;

use libfuzzer_sys::fuzz_target;
use pregon_core::rule::Rule;

fuzz_target!(|input: &[u8]| {
    let Ok(source) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(rule) = Rule::parse(source) else {
        return;
    };
    // What was understood must print as a text that means the same, and its JSON must too.
    let printed = rule.to_string();
    assert_eq!(
        Rule::parse(&printed).ok().as_ref(),
        Some(&rule),
        "{printed}"
    );
    let json = rule.to_json();
    assert_eq!(Rule::from_json(&json).ok().as_ref(), Some(&rule), "{json}");
    // Whoever is asked whenever, there is an answer.
    let somebody = ask::Somebody::new();
    for moment in ask::moments() {
        let _ = rule.eval(&&somebody, &moment);
    }
});
