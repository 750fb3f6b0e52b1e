//! C6 and C7: nobody makes a token, and none opens another door than its own.

use pregon_adapters_web::Request;
use pregon_core::{
    DispatchId, DispatchRef, HashKey, LinkKey, LinkKeys, LinkUse, PreferenceStore as _,
};

use crate::support::{Spa, both, now};

/// A hundred thousand in every run; `PREGON_TEST_FORGERIES=1000000` in the long one.
fn forgeries() -> u64 {
    let asked = std::env::var("PREGON_TEST_FORGERIES").ok();
    asked.and_then(|text| text.parse().ok()).unwrap_or(100_000)
}

/// Numbers that look random and are the same each time (SplitMix64).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, most: usize) -> usize {
        (self.next() % most as u64) as usize
    }
}

#[test]
fn c6_a_million_forgeries() {
    const SIGNS: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
    let keys = LinkKeys::of(&HashKey::new([7; 32]));
    let name = |byte: u8| DispatchRef {
        id: DispatchId::from_bytes([byte; 16]),
        row: 31,
    };
    let (one, other) = (
        keys.sign(LinkUse::Unsubscribe, &name(1)),
        keys.sign(LinkUse::Unsubscribe, &name(2)),
    );
    let stranger = LinkKeys::new(LinkKey::new([9; 32]));
    let mut dice = Dice(2026);
    let mut accepted = 0_u64;
    for n in 0..forgeries() {
        let forged = match n % 4 {
            // A sign of a good token, changed.
            0 => {
                let mut bytes = one.clone().into_bytes();
                let at = dice.below(bytes.len());
                bytes[at] = SIGNS[dice.below(SIGNS.len())];
                String::from_utf8(bytes).expect("signs are text")
            }
            // A signature made up.
            1 => {
                let (head, tail) = one.rsplit_once('.').expect("a signature");
                let made = tail
                    .chars()
                    .map(|_| char::from(SIGNS[dice.below(SIGNS.len())]));
                format!("{head}.{}", made.collect::<String>())
            }
            // One message's signature under another's name, or another row.
            2 => {
                let (head, _) = one.rsplit_once('.').expect("a signature");
                let (_, tail) = other.rsplit_once('.').expect("a signature");
                let head = head.rsplit_once('.').expect("a row").0;
                format!("{head}.{}.{tail}", dice.next() >> 1)
            }
            // Somebody else's key under our key's name.
            _ => {
                let id = DispatchId::from_bytes([dice.below(256) as u8; 16]);
                let token = stranger.sign(LinkUse::Unsubscribe, &DispatchRef { id, row: 31 });
                let (_, rest) = token[3..].split_once('.').expect("a key");
                let ours = one[3..].split_once('.').expect("a key").0;
                format!("v1.{ours}.{rest}")
            }
        };
        let taken = keys.verify(LinkUse::Unsubscribe, &forged).is_ok();
        accepted += u64::from(taken && forged != one && forged != other);
    }
    assert_eq!(accepted, 0, "forged tokens were taken");
    assert!(keys.verify(LinkUse::Unsubscribe, &one).is_ok());
}

#[test]
fn c6_a_forged_link_shows_nothing_and_does_nothing() {
    let spa = Spa::new().people(2);
    let (link, _) = spa.links();
    let before = spa.all();
    let (path, token) = link.rsplit_once('/').expect("a token");
    let mut last = token.to_owned();
    let changed = if last.pop() == Some('a') { 'e' } else { 'a' };
    last.push(changed);
    let encoded = token.replace('.', "%2E");
    for other in [
        last.as_str(),
        encoded.as_str(),
        "",
        "v1",
        "ana1@example.org",
        "C-1",
    ] {
        let target = format!("{path}/{other}");
        for answer in [
            spa.get(&target),
            spa.post(&target, "List-Unsubscribe=One-Click"),
        ] {
            assert_eq!(answer.status, 404, "{other}");
            let page = crate::support::html(&answer);
            assert!(
                other.is_empty() || !page.contains(other),
                "the page repeats it"
            );
        }
    }
    assert_eq!(spa.all(), before);
}

/// C7: every door with every token, of one's own store and of another.
#[test]
fn c7_no_token_opens_another_door_or_another_house() {
    let spa = Spa::new().people(1);
    let mail = spa.send("newsletter", "1");
    let (unsubscribe, _) = both(&mail[0]);
    let name = unsubscribe
        .rsplit_once('/')
        .expect("a token")
        .1
        .split('.')
        .skip(2)
        .take(2);
    let name = name.collect::<Vec<_>>().join(".");
    let name = DispatchRef::parse(&name).expect("a name");
    let own = LinkKeys::of(&now(spa.store.hash_key()).expect("a key"));
    let others = LinkKeys::of(&HashKey::new([43; 32]));
    let target = "https://spa.example.org/";
    let uses = [
        ("u", LinkUse::Unsubscribe),
        ("p", LinkUse::Preferences),
        ("o", LinkUse::Open),
        ("c", LinkUse::Click(target)),
    ];
    for (house, keys) in [("own", &own), ("another", &others)] {
        for (made_for, made) in uses {
            let token = keys.sign(made, &name);
            for (door, _) in uses {
                for method in ["GET", "HEAD", "POST"] {
                    let before = spa.all();
                    let path = format!("/x/{door}/{token}?to=https%3A%2F%2Fspa.example.org%2F");
                    let request = Request::new(method, &path).body("List-Unsubscribe=One-Click");
                    let answer = now(spa.centre.handle(&request));
                    let opens = house == "own" && made_for == door;
                    let wrong_method = method == "POST" && "oc".contains(door);
                    let at = format!("{house} {made_for} {door} {method}");
                    match (opens, wrong_method) {
                        (_, true) => assert_eq!(answer.status, 405, "{at}"),
                        (false, _) => assert_eq!(answer.status, 404, "{at}"),
                        (true, _) => assert_ne!(answer.status, 404, "{at}"),
                    }
                    assert!(opens || spa.all() == before, "{at} changed something");
                }
            }
        }
    }
}
