//! No document of segments may panic, hang or exhaust the stack, nor may asking them.

#![no_main]

#[path = "../shared/ask.rs"]
mod ask;

use libfuzzer_sys::fuzz_target;
use pregon_core::SegmentsDocument;

fuzz_target!(|input: &[u8]| {
    let Ok(source) = std::str::from_utf8(input) else {
        return;
    };
    let Ok(document) = SegmentsDocument::from_json(source) else {
        return;
    };
    let again = SegmentsDocument::from_json(&document.to_json());
    assert_eq!(again.ok().as_ref(), Some(&document));
    let Ok(segments) = document.into_segments() else {
        return;
    };
    // What is kept of them are the same segments; families follow plain ones in it from then on.
    let kept = SegmentsDocument::from(&segments).to_json();
    let back = SegmentsDocument::from_json(&kept).map(SegmentsDocument::into_segments);
    assert_eq!(back, Ok(Ok(segments.clone())), "{kept}");
    let somebody = ask::Somebody::new();
    for moment in ask::moments() {
        let members = segments.of(&&somebody, &moment);
        for one in segments.iter() {
            let is_one = segments.ask(one.name, &&somebody, &moment) == Some(true);
            assert_eq!(members.contains(&one.name), is_one, "{}", one.name);
        }
    }
});
