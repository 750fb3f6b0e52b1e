//! Nothing that a host's own service answers may panic, hang or exhaust the stack.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| pregon_adapters_erp::fuzz::http_source_page(input));
