//! Nothing that a mail server says may panic or hang, and what it means at each phase keeps to the
//! table.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| pregon_adapters_email::fuzzing::smtp_reply(input));
