use std::collections::VecDeque;

use super::*;

fn rates(table: &str) -> Rates {
    Rates::new(serde_json::from_str(table).unwrap())
}

fn channel(name: &str) -> ChannelName {
    ChannelName::new(name).unwrap()
}

fn ms(ms: u64) -> Duration {
    Duration::from_millis(ms)
}

#[test]
fn no_stretch_sees_more_than_its_rate_and_nothing_is_wasted() {
    for (written, most, per) in [
        ("1/s", 1, 1_000),
        ("7/s", 7, 1_000),
        ("100/s", 100, 1_000),
        ("600/m", 600, 60_000),
    ] {
        let mut rates = rates(&format!(r#"{{ "channel": {{ "email": "{written}" }} }}"#));
        let email = channel("email");
        let it = Traffic {
            channel: &email,
            sender: None,
            recipient: None,
        };
        let (mut taken, mut recent) = (0, VecDeque::new());
        let mut seed = 7_u64;
        let (mut now, end) = (5_u64, per * 20);
        while now < end {
            // Uneven arrivals: several at once, then a pause.
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            if rates.take(&it, ms(now)).is_ok() {
                taken += 1;
                recent.push_back(now);
            } else {
                now += 1 + (seed >> 33) % (per / 50);
            }
            while recent.front().is_some_and(|at| at + per <= now) {
                recent.pop_front();
            }
            assert!(
                recent.len() as u64 <= most,
                "{written}: {} at {now}",
                recent.len()
            );
        }
        // Twenty stretches, of which gaps and slots cost a small part.
        assert!(taken >= most * 20 * 94 / 100, "{written}: only {taken}");
        assert!(rates.channels[&email].memory() <= 66, "{written}");
    }
}

#[test]
fn several_are_taken_together_or_none() {
    let mut rates = rates(
        r#"{ "channel": { "email": "10/s" }, "sender": { "a.org": "5/s" },
             "recipient": { "gmail.com": "1/s" } }"#,
    );
    let email = channel("email");
    let to = |sender, recipient| Traffic {
        channel: &email,
        sender: Some(sender),
        recipient: Some(recipient),
    };
    let now = ms(1_000);
    assert_eq!(rates.take(&to("a.org", "gmail.com"), now), Ok(()));
    for _ in 0..50 {
        assert_eq!(rates.take(&to("a.org", "gmail.com"), now), Err(ms(1_000)));
    }
    // Refusals took nothing: of the sender's five, four are left; of the channel's ten, nine.
    for _ in 0..4 {
        assert_eq!(rates.take(&to("a.org", "x.org"), now), Ok(()));
    }
    assert!(rates.take(&to("a.org", "x.org"), now).is_err());
    for _ in 0..5 {
        assert_eq!(rates.take(&to("b.org", "x.org"), now), Ok(()));
    }
    assert!(rates.take(&to("b.org", "x.org"), now).is_err());
}

#[test]
fn the_longest_wait_is_told_and_is_enough() {
    let table = r#"{ "channel": { "email": "1/s" }, "recipient": { "default": "1/m" } }"#;
    let mut rates = rates(table);
    let email = channel("email");
    let it = Traffic {
        channel: &email,
        sender: None,
        recipient: Some("x.org"),
    };
    assert_eq!(rates.take(&it, ms(0)), Ok(()));
    let wait = rates.take(&it, ms(100)).unwrap_err();
    assert_eq!(wait, ms(59_900));
    rates.queue();
    assert_eq!(rates.stand(&it, ms(100), wait), wait);
    assert_eq!(rates.stand(&it, ms(100), wait), wait + ms(60_000));
    assert_eq!(rates.take(&it, ms(100) + wait), Ok(()));
}

#[test]
fn what_is_given_back_can_be_taken_again() {
    let mut rates = rates(r#"{ "channel": { "email": "2/m" } }"#);
    let email = channel("email");
    let it = Traffic {
        channel: &email,
        sender: None,
        recipient: None,
    };
    assert_eq!(rates.take(&it, ms(0)), Ok(()));
    assert_eq!(rates.take(&it, ms(30_000)), Ok(()));
    rates.give_back(&it, ms(30_000));
    assert_eq!(rates.take(&it, ms(31_000)), Ok(()));
    rates.give_back(&it, ms(30_000));
    assert_eq!(
        rates.take(&it, ms(31_000)),
        Err(ms(29_000)),
        "nothing that was taken then is left, so nothing is given back"
    );
}

#[test]
fn domains_at_rest_are_forgotten() {
    let mut rates = rates(r#"{ "recipient": { "default": "1/s" } }"#);
    let email = channel("email");
    for n in 0..3 * MANY as u64 {
        let domain = format!("d{n}.org");
        let it = Traffic {
            channel: &email,
            sender: None,
            recipient: Some(&domain),
        };
        assert_eq!(rates.take(&it, ms(n)), Ok(()));
    }
    assert!(
        rates.recipients.len() <= MANY + 1,
        "{}",
        rates.recipients.len()
    );
}

#[test]
fn domains_are_read_without_case_and_nonsense_is_refused() {
    let read = |text: &str| serde_json::from_str::<DomainRates>(text);
    let table = read(r#"{ "GMail.com": "5/s", "default": "9/s" }"#).unwrap();
    assert_eq!(table.of("gmail.com").unwrap().to_string(), "5/s");
    let again = serde_json::to_string(&table).unwrap();
    assert_eq!(read(&again).unwrap(), table);
    for text in [
        r#"{ "": "5/s" }"#,
        r#"{ "ana@gmail.com": "5/s" }"#,
        r#"{ "gmail .com": "5/s" }"#,
        r#"{ "Gmail.com": "5/s", "gmail.com": "6/s" }"#,
        r#"{ "gmail.com": 5 }"#,
    ] {
        assert!(read(text).is_err(), "{text}");
    }
    let wrong = serde_json::from_str::<RateTable>(r#"{ "chanel": {} }"#);
    assert!(wrong.is_err());
}

#[test]
fn no_domain_is_in_debug() {
    let mut rates = rates(r#"{ "recipient": { "default": "1/s" } }"#);
    let email = channel("email");
    let it = Traffic {
        channel: &email,
        sender: None,
        recipient: Some("ana-perez.example"),
    };
    assert_eq!(rates.take(&it, ms(0)), Ok(()));
    assert!(!format!("{rates:?} {it:?}").contains("perez"));
}

#[test]
fn a_queue_foresees_when_each_gets_its_place() {
    let mut rates = rates(r#"{ "channel": { "email": "10/s" } }"#);
    let email = channel("email");
    let it = Traffic {
        channel: &email,
        sender: None,
        recipient: None,
    };
    for at in [40, 43, 49, 160, 290, 480, 700] {
        assert_eq!(rates.take(&it, ms(at)), Ok(()));
    }
    // Further from the last than places are remembered together.
    let now = ms(720);
    rates.queue();
    let foreseen: Vec<Duration> = (0..200)
        .map(|_| now + rates.stand(&it, now, Duration::ZERO))
        .collect();
    assert_eq!(foreseen[..4], [now, now, now, ms(1_049)]);
    let mut before = now;
    for (n, at) in foreseen.into_iter().enumerate() {
        if at > before {
            before = at;
            let early = rates.take(&it, at - ms(1));
            assert!(early.is_err(), "{n}: a millisecond before {at:?}");
        }
        assert_eq!(rates.take(&it, at), Ok(()), "{n}: at {at:?}");
    }
}

#[test]
fn one_that_waits_long_does_not_lengthen_the_queue_of_others() {
    let table = r#"{ "channel": { "email": "1/s" }, "recipient": { "gmail.com": "1/h" } }"#;
    let mut rates = rates(table);
    let email = channel("email");
    let to = |recipient| Traffic {
        channel: &email,
        sender: None,
        recipient: Some(recipient),
    };
    assert_eq!(rates.take(&to("gmail.com"), ms(0)), Ok(()));
    rates.queue();
    let patience = ms(30_000);
    for n in 1..=100 {
        let wait = rates.stand(&to("gmail.com"), ms(0), patience);
        assert_eq!(wait, ms(3_600_000 * n), "each an hour after the other");
    }
    assert_eq!(rates.stand(&to("example.org"), ms(0), patience), ms(1_000));
    assert_eq!(rates.stand(&to("example.org"), ms(0), patience), ms(2_000));
    rates.queue();
    assert_eq!(
        rates.stand(&to("example.org"), ms(0), patience),
        ms(1_000),
        "a new queue"
    );
}
