//! No mail that comes back may panic or hang, or speak of a mail that it does not name.

#![no_main]

use chrono::{DateTime, Utc};
use libfuzzer_sys::fuzz_target;
use pregon_adapters_email::{Bounces, Verp};
use pregon_core::{About, HashKey};

fuzz_target!(|input: &[u8]| {
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
