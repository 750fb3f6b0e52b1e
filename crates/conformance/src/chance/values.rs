//! Values by chance: a few for each attribute, of which people have one and rules name others.

use std::collections::BTreeSet;

use chrono::{DateTime, Days, Duration, NaiveDate, TimeDelta, Utc};
use pregon_core::{AttributeType, Decimal, Value, Zone};

use super::Dice;

/// Texts with accents composed and decomposed, with letters that fold to two, with quotes, signs
/// that patterns of databases know, and nothing at all.
pub(super) const TEXTS: [&str; 24] = [
    "",
    "Bogotá",
    "BOGOTA",
    "Bogota\u{301}",
    "bogo",
    "Peña",
    "n\u{303}A",
    "straße",
    "STRASSE 5",
    "ßs",
    "œuvre",
    "OEUVRE",
    "O'Hara",
    "dijo \"sí\"",
    "100%",
    "a_b*c?[d]",
    "back\\slash",
    "línea\nnueva",
    "İstanbul",
    "istanbul",
    "Σοφός",
    "日本",
    "😀",
    " espacio ",
];

/// Days around which much changes: ends of months and years, leap days, nights in which a clock
/// was changed.
const DAYS: [&str; 12] = [
    "2024-02-29",
    "2026-02-28",
    "2026-03-01",
    "2026-12-31",
    "2027-01-01",
    "2026-11-20",
    "2024-09-08",
    "2024-04-06",
    "2005-10-30",
    "2026-01-31",
    "2028-02-28",
    "2026-10-01",
];

/// One of the days around which much changes.
pub(super) fn turning_day(dice: &mut Dice) -> NaiveDate {
    let day: Result<NaiveDate, _> = dice.pick(&DAYS).parse();
    day.expect("the days are written as dates")
}

/// When and where values lie.
#[derive(Debug, Clone)]
pub(super) struct Around {
    pub(super) now: DateTime<Utc>,
    pub(super) zones: Vec<Zone>,
}

/// A few values of a type.
pub(super) fn some(kind: &AttributeType, around: &Around, dice: &mut Dice) -> Vec<Value> {
    let flavour = dice.below(4);
    let many = 4 + dice.below(5);
    let one = |dice: &mut Dice| match kind {
        AttributeType::Bool => Value::Bool(dice.one_in(2)),
        AttributeType::Integer => Value::Integer(integer(flavour, dice)),
        AttributeType::Decimal => Value::Decimal(decimal(flavour, dice)),
        AttributeType::Text => Value::from(*dice.pick(&TEXTS)),
        AttributeType::Choice(set) => {
            let set: Vec<&String> = set.iter().collect();
            Value::from(dice.pick(&set).as_str())
        }
        AttributeType::Date => Value::Date(date(flavour, around, dice)),
        AttributeType::Instant => Value::Instant(instant(flavour, around, dice)),
        _ => Value::Texts(texts(dice)),
    };
    (0..many).map(|_| one(dice)).collect()
}

fn texts(dice: &mut Dice) -> BTreeSet<String> {
    let many = dice.below(4);
    (0..many).map(|_| (*dice.pick(&TEXTS)).to_owned()).collect()
}

fn integer(flavour: usize, dice: &mut Dice) -> i64 {
    const ENDS: [i64; 8] = [
        i64::MIN,
        i64::MAX,
        i64::MIN + 1,
        (1 << 53) + 1,
        1 << 53,
        -(1 << 53) - 1,
        i64::MAX - 1,
        0,
    ];
    match flavour {
        0 => *dice.pick(&ENDS),
        1 => dice.between(-1_000_000, 1_000_000),
        _ => dice.between(-3, 6),
    }
}

fn decimal(flavour: usize, dice: &mut Dice) -> Decimal {
    const ODD: [&str; 8] = [
        "7922816251426433759354395033",
        "-7922816251426433759354395033",
        "0.000000000000000000000000001",
        "-0.5",
        "9007199254740993",
        "0.333333333333333333333333333",
        "123456789012345678.0000000001",
        "0",
    ];
    let made = match flavour {
        0 => dice.pick(&ODD).parse().ok(),
        1 => Decimal::from_f64(f64::from(i32::try_from(dice.between(-40, 40)).unwrap_or(0)) / 8.0),
        _ => Decimal::from_parts(dice.between(-300, 300), 2),
    };
    made.unwrap_or_default()
}

fn date(flavour: usize, around: &Around, dice: &mut Dice) -> NaiveDate {
    let far = [
        // Next to the ends of the calendar, so that each day has one before and after.
        NaiveDate::MIN + Days::new(3),
        NaiveDate::MAX - Days::new(3),
        ymd(-4711, 1, 1),
        ymd(-4712, 11, 30),
        ymd(0, 1, 1),
        ymd(-1, 12, 31),
        ymd(9999, 12, 31),
        ymd(10_000, 1, 1),
        ymd(1, 1, 1),
    ];
    match flavour {
        0 => *dice.pick(&far),
        1 => {
            let year = i32::try_from(dice.between(1930, 2010)).unwrap_or(2000);
            let leap = ymd(year / 4 * 4, 2, 29);
            let birth = ymd(year, 1, 1) + TimeDelta::days(dice.between(0, 364));
            if dice.one_in(4) { leap } else { birth }
        }
        2 => turning_day(dice),
        _ => around.now.date_naive() + TimeDelta::days(dice.between(-400, 60) / step(dice)),
    }
}

/// Most lie near, some far.
fn step(dice: &mut Dice) -> i64 {
    *dice.pick(&[1, 10, 100])
}

fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
}

fn instant(flavour: usize, around: &Around, dice: &mut Dice) -> DateTime<Utc> {
    let midnight = |day: NaiveDate, dice: &mut Dice| dice.pick(&around.zones).start_of(day);
    match flavour {
        0 => {
            let day = date(0, around, dice);
            day.and_hms_opt(12, 0, 0).expect("noon is a time").and_utc()
        }
        1 => {
            let day = turning_day(dice);
            let off = *dice.pick(&[0, -1, 1, 500_000_000, 1_000, -1_000, 123_456_789]);
            midnight(day, dice) + Duration::nanoseconds(off)
        }
        2 => {
            let day = date(3, around, dice);
            midnight(day, dice) + Duration::seconds(*dice.pick(&[0, -1, 1, 59, -3600, 1800]))
        }
        _ => around.now + Duration::seconds(dice.between(-90 * 86_400, 30 * 86_400)),
    }
}

/// A value next to another one: the same, or a little more or less.
pub(super) fn near(value: &Value, dice: &mut Dice) -> Value {
    if dice.one_in(2) {
        return value.clone();
    }
    match value {
        Value::Integer(n) if dice.one_in(3) => {
            let text = format!("{n}.5");
            text.parse().map_or(value.clone(), Value::Decimal)
        }
        Value::Integer(n) => Value::Integer(n.saturating_add(dice.between(-1, 1))),
        Value::Decimal(d) => {
            let step = Decimal::from_parts(dice.between(-1, 1), 2);
            let moved = step.and_then(|step| d.checked_add(step));
            Value::Decimal(moved.unwrap_or(*d))
        }
        Value::Date(day) => {
            let moved = day.checked_add_signed(TimeDelta::days(dice.between(-1, 1)));
            Value::Date(moved.unwrap_or(*day))
        }
        Value::Instant(at) if dice.one_in(2) => Value::Date(at.date_naive()),
        Value::Instant(at) => {
            let by = Duration::nanoseconds(*dice.pick(&[1, -1, 1_000, -1_000, 1_000_000_000]));
            Value::Instant(at.checked_add_signed(by).unwrap_or(*at))
        }
        Value::Text(_) if dice.one_in(8) => Value::from("with a zero\0"),
        Value::Text(_) => Value::from(*dice.pick(&TEXTS)),
        other => other.clone(),
    }
}
