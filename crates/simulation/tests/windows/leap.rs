//! Whoever was born on 29 February, or on any other day, has one birthday in each civil year, by
//! the rule and through the whole engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use pregon_core::memory::{MemorySource, MemoryStore};
use pregon_core::rule::{LeapDay, Moment, Rule};
use pregon_core::testing::{ManualClock, Recording, poll_times};
use pregon_core::{
    AttributeType, Campaign, Consent, CustomName, Customer, Engine, Journey, RuleAudience, Schema,
    TriggerSpec, Value, Zone,
};

const FIRST: i32 = 1950;
const YEARS: i32 = 100;
const RULE: &str = "birth anniversary within 0 days";

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The days on which the birthday of somebody born then is held, over a hundred years.
fn birthdays(birth: NaiveDate, leap_day: LeapDay) -> BTreeMap<i32, Vec<NaiveDate>> {
    let rule = Rule::parse(RULE).expect("a rule");
    let person = Customer::new("C-1").expect("an id").with("birth", birth);
    let row = pregon_core::Row::of(person);
    let mut found: BTreeMap<i32, Vec<NaiveDate>> = BTreeMap::new();
    let mut today = day(&format!("{FIRST}-01-01"));
    while today.year() < FIRST + YEARS {
        let noon = today.and_hms_opt(12, 0, 0).expect("noon").and_utc();
        let moment = Moment::new(noon, Zone::UTC).with_leap_day(leap_day);
        if rule.eval(&&row, &moment) == Some(true) {
            found.entry(today.year()).or_default().push(today);
        }
        today = today + Days::new(1);
    }
    found
}

#[test]
fn a_rule_finds_each_birthday_once_in_each_civil_year() {
    let births = [
        "1948-02-29",
        "1948-02-28",
        "1949-03-01",
        "1949-12-31",
        "1949-01-01",
    ];
    for leap_day in [LeapDay::February28, LeapDay::March1] {
        for birth in births.map(day) {
            let found = birthdays(birth, leap_day);
            assert_eq!(found.len(), 100, "{birth}: a year without a birthday");
            for (year, days) in found {
                let expected = birth.with_year(year).unwrap_or_else(|| match leap_day {
                    LeapDay::March1 => day(&format!("{year}-03-01")),
                    _ => day(&format!("{year}-02-28")),
                });
                assert_eq!(days, [expected], "{birth} in {year}");
            }
        }
    }
}

/// A business that congratulates people in their zones; `C-0` was born on 29 February.
struct Party {
    clock: ManualClock,
    email: Recording,
    engine: Engine,
}

impl Party {
    fn new(leap_day: LeapDay) -> Self {
        let zone: Zone = "America/Santiago".parse().expect("a zone");
        let schema = Schema::new().with("birth", AttributeType::Date);
        let births = ["1948-02-29", "1948-02-28", "1949-03-01", "1949-12-31"];
        let people = births.iter().enumerate().map(|(n, birth)| {
            Customer::new(format!("C-{n}"))
                .expect("an id")
                .email(&format!("c-{n}@example.org"))
                .with("birth", Value::Date(day(birth)))
        });
        let source = MemorySource::new().with_schema(schema.expect("a schema"));
        let source = Arc::new(source.with_customers(people));
        let clock = ManualClock::new(at_noon(day("1950-01-01")));
        let email = Recording::email();
        let rule = Rule::parse(RULE).expect("a rule");
        let audience = RuleAudience::new(Arc::<MemorySource>::clone(&source), rule, zone)
            .with_leap_day(leap_day);
        let name = CustomName::new("cumplen").expect("a name");
        let engine = Engine::builder()
            .store(Arc::new(MemoryStore::new()))
            .clock(Arc::new(clock.clone()))
            .customers(source)
            .consent(Consent::OptOut)
            .zone(zone)
            .audience(name, Arc::new(audience))
            .action(Arc::new(email.clone()));
        let engine = engine.build().expect("an engine");
        Self {
            clock,
            email,
            engine,
        }
    }
}

/// The next day on which the engine runs: each day around the birthdays and the new year; with
/// all zones asked for, each day of all years.
fn next_look(today: NaiveDate) -> NaiveDate {
    let next = today + Days::new(1);
    let every = std::env::var("PREGON_SIMULATION_ZONES").is_ok();
    let near = matches!(
        (next.month(), next.day()),
        (2, 25..) | (3, ..5) | (12, 28..) | (1, ..4)
    );
    if every || near { next } else { next_look(next) }
}

fn at_noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_hms_opt(15, 30, 0).expect("a time").and_utc()
}

fn birthday_campaign() -> Campaign {
    let spec = serde_json::json!({ "calendar": { "cron": "0 9 * * *" } });
    let trigger: TriggerSpec = serde_json::from_value(spec).expect("a trigger");
    let step = pregon_core::Step::email("saludo", "Feliz cumpleaños", "Hoy es su día.");
    let mut journey = Journey::new("saludo", trigger).expect("a journey");
    journey.audience = Some(pregon_core::AudienceSpec::Custom {
        custom: CustomName::new("cumplen").expect("a name"),
    });
    let campaign = Campaign::new("cumple", "birthday").expect("a campaign");
    campaign.with(journey.step(step.expect("a step")))
}

#[test]
fn the_engine_congratulates_each_once_in_each_civil_year_for_a_hundred_years() {
    for leap_day in [LeapDay::February28, LeapDay::March1] {
        let party = Party::new(leap_day);
        let activated = party.engine.activate(birthday_campaign());
        poll_times(1000, activated)
            .expect("no wait")
            .expect("active");
        let mut sent: BTreeMap<(String, i32), u32> = BTreeMap::new();
        let mut seen = 0;
        let mut today = day("1950-01-01");
        while today.year() < FIRST + YEARS {
            party.clock.set(at_noon(today));
            let pass = poll_times(100_000, party.engine.pass()).expect("the memory never waits");
            let report = pass.expect("a pass");
            assert!(report.troubles.is_empty(), "{today}: {:?}", report.troubles);
            let messages = party.email.sent();
            for message in &messages[seen..] {
                *sent.entry((message.to.clone(), today.year())).or_default() += 1;
            }
            seen = messages.len();
            today = next_look(today);
        }
        assert_eq!(sent.len(), 4 * 100, "a person without a birthday in a year");
        assert!(sent.values().all(|count| *count == 1), "twice in a year");
    }
}
