//! One customer of whom something is known under every name, to ask rules of.

use std::borrow::Cow;

use pregon_core::rule::{Facts, LeapDay, Moment};
use pregon_core::{Activity, Attributes, CustomerId, Value, Zone};

/// The customer; what is known under a name depends on the name.
pub struct Somebody(Vec<Activity>);

impl Somebody {
    pub fn new() -> Self {
        let days = ["2024-02-29", "2026-02-28", "2026-11-20", "2026-12-31"];
        let activity = |(n, day): (usize, &&str)| Activity {
            id: n.to_string(),
            customer: CustomerId::new("C-1").expect("an id"),
            kind: ["visit", "purchase"][n % 2].to_owned(),
            at: format!("{day}T12:00:00Z").parse().expect("an instant"),
            attributes: Attributes::new().with("amount", 3).with("product", "fibra"),
        };
        Self(days.iter().enumerate().map(activity).collect())
    }
}

impl<'r> Facts<'r> for &'r Somebody {
    fn value(&self, name: &str) -> Option<Cow<'r, Value>> {
        let number = name.bytes().map(usize::from).sum::<usize>();
        let value = match number % 8 {
            0 => Value::Integer(i64::MIN),
            1 => Value::Decimal("79228162514264337593543950335".parse().expect("a number")),
            2 => Value::from("Ñandú"),
            3 => Value::Date("2024-02-29".parse().expect("a date")),
            4 => Value::Instant("9999-12-31T23:59:59Z".parse().expect("an instant")),
            5 => Value::Texts(["vip".to_owned()].into()),
            6 => Value::Bool(true),
            _ => return None,
        };
        Some(Cow::Owned(value))
    }

    fn activities(&self) -> Cow<'r, [Activity]> {
        Cow::Borrowed(&self.0)
    }
}

/// Days on which months, years and the calendar of the language end.
pub fn moments() -> [Moment; 3] {
    let at = |instant: &str, zone: &str| {
        let zone: Zone = zone.parse().expect("a zone");
        Moment::new(instant.parse().expect("an instant"), zone)
    };
    [
        at("2026-02-28T23:00:00Z", "America/Santiago").with_leap_day(LeapDay::March1),
        at("2024-03-31T12:00:00Z", "UTC"),
        at("9999-12-31T23:59:59Z", "Pacific/Kiritimati"),
    ]
}
