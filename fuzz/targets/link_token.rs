//! No text is taken for a token but those that we signed, and none panics.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pregon_core::{DispatchId, DispatchRef, HashKey, LinkKeys, LinkUse};

fuzz_target!(|input: &[u8]| {
    let Ok(text) = std::str::from_utf8(input) else {
        return;
    };
    let keys = LinkKeys::of(&HashKey::new([7; 32]));
    let uses = [
        LinkUse::Unsubscribe,
        LinkUse::Preferences,
        LinkUse::Open,
        LinkUse::Click(text),
        LinkUse::Click("https://example.org/"),
    ];
    for asked in uses {
        // What is taken is what signing that dispatch gives, to the letter: a seed may be.
        if let Ok(name) = keys.verify(asked, text) {
            assert_eq!(keys.sign(asked, &name), text);
        }
    }
    // What is signed for any target is taken for it, and for no other use.
    let mut id = [0; 16];
    let given = input.len().min(16);
    id[..given].copy_from_slice(&input[..given]);
    let row = i64::from_be_bytes([0, 0, 0, 0, id[0], id[1], id[2], id[3]]);
    let name = DispatchRef {
        id: DispatchId::from_bytes(id),
        row,
    };
    let token = keys.sign(LinkUse::Click(text), &name);
    assert_eq!(keys.verify(LinkUse::Click(text), &token), Ok(name));
    assert!(keys.verify(LinkUse::Open, &token).is_err());
});
