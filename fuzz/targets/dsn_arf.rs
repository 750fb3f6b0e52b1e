//! No mail that comes back may panic or hang, or speak of a mail that it does not name.

#![no_main]

use std::panic::Location;
use std::sync::Once;

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use pregon_adapters_email::{Bounces, Verp};
use pregon_core::{About, HashKey};

/// Lets what the parser of mails asserts in builds such as this one reach the caller, who expects
/// it; every other panic is a finding.
fn expect_the_parser() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let finding = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let is_theirs = |at: &Location<'_>| at.file().contains("mail-parser");
            if !panic.location().is_some_and(is_theirs) {
                finding(panic);
            }
        }));
    });
}

fuzz_target!(|input: &[u8]| {
    expect_the_parser();
    let now: DateTime<Utc> = "2026-11-21T00:00:00Z".parse().expect("an instant");
    let verp = Verp::new("bounces.example.org", HashKey::new([7; 32])).expect("a domain");
    let Ok(report) = Bounces::new().with_verp(verp).read(input, now) else {
        return;
    };
    assert!(report.at <= now, "nobody reports from the future");
    let told = report.feedback();
    assert!(told.len() <= 100);
    assert!(report.message.is_some() || told.is_empty());
    let key = HashKey::new([7; 32]);
    for one in &told {
        assert_eq!(
            report.message.map(About::Dispatch).as_ref(),
            Some(&one.about)
        );
        let _ = (one.id(&key), one.word(None, &key));
    }
    let shown = format!("{report:?}{told:?}");
    assert!(!shown.contains("ana@example.net"), "{shown}");
});
