//! No text that a person gives as a template may panic, hang or exhaust the stack.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pregon_core::template::{compile, prescan};

fuzz_target!(|input: &[u8]| {
    let Ok(source) = std::str::from_utf8(input) else { return };
    // A refusal is a right answer. What the cheap scan lets through, the compiler must survive.
    if prescan(source).is_ok() {
        let _ = compile(source);
    }
});
