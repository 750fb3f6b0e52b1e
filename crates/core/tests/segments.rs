//! The segments that ship as files: each is read, goes with its attributes, and draws its lines
//! where its words say.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use pregon_core::rule::Moment;
use pregon_core::{AttributeType, Attributes, Schema, Segments, SegmentsDocument, Value, Zone};

/// Every file, with the attributes that it says to read.
fn files() -> BTreeMap<&'static str, Schema> {
    use AttributeType as T;
    let schema = |attributes: &[(&str, T)]| {
        let each = attributes.iter().cloned();
        each.fold(Schema::new(), |schema, (name, r#type)| {
            schema.with(name, r#type).unwrap()
        })
    };
    let visits = [
        ("visits", T::Integer),
        ("spend", T::Decimal),
        ("last_visit", T::Date),
    ];
    let genders = ["M", "F"].map(str::to_owned).into();
    let profile = [
        ("gender", T::Choice(genders)),
        ("income", T::Decimal),
        ("birth_date", T::Date),
        ("province", T::Text),
        ("city", T::Text),
    ];
    BTreeMap::from([
        ("spa", schema(&visits)),
        ("rfm", schema(&visits)),
        ("profile", schema(&profile)),
        ("tenure", schema(&[("customer_since", T::Date)])),
    ])
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../segments")
}

fn read(file: &str) -> Segments {
    let text = std::fs::read_to_string(folder().join(file).with_extension("toml")).unwrap();
    let document: SegmentsDocument = toml::from_str(&text).unwrap();
    document.into_segments().unwrap()
}

/// The segments of a customer on 21 November 2026 in Guayaquil, by a row as `visits=6 spend=1.5`.
#[track_caller]
fn check(file: &str, row: &str, expected: &[&str]) {
    let schema = &files()[file];
    let mut attributes = Attributes::new();
    for cell in row.split_whitespace() {
        let (name, text) = cell.split_once('=').unwrap();
        let value = match schema.get(name).expect(name) {
            AttributeType::Integer => Value::Integer(text.parse().unwrap()),
            AttributeType::Decimal => Value::Decimal(text.parse().unwrap()),
            AttributeType::Date => Value::Date(text.parse().unwrap()),
            _ => Value::from(text),
        };
        attributes.insert(name, value);
    }
    let zone: Zone = "America/Guayaquil".parse().unwrap();
    let moment = Moment::new("2026-11-21T15:00:00Z".parse().unwrap(), zone);
    let segments = read(file);
    let mut found: Vec<_> = segments.of(&&attributes, &moment);
    found.sort();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    let found: Vec<&str> = found.iter().map(|name| name.as_str()).collect();
    assert_eq!(found, expected, "{row}");
}

#[test]
fn every_file_goes_with_its_attributes_and_with_json() {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let segments = read(&name);
        let schema = &files()[&*name];
        let wrong = segments.check(schema).err();
        assert_eq!(wrong, None, "{name}");
        let read: Vec<&str> = segments
            .iter()
            .flat_map(|one| one.rule.attributes())
            .collect();
        for (attribute, _) in schema.iter() {
            assert!(read.contains(&attribute), "{name} reads {attribute}");
        }
        let json = SegmentsDocument::from(&segments).to_json();
        let back = SegmentsDocument::from_json(&json).unwrap().into_segments();
        assert_eq!(back.unwrap(), segments);
        found.push(name);
    }
    found.sort();
    assert_eq!(found, Vec::from_iter(files().into_keys()));
}

/// What lies on a line of the table of nine segments.
#[test]
fn visits_and_spend() {
    let row = |visits: u32, spend: &str, segment: &str| {
        let mut all = vec![segment];
        all.extend((segment != "zero_spend").then_some("birthday_sms"));
        let newsletter = ["vip_high_spend", "regular_high_spend"].contains(&segment);
        all.extend(newsletter.then_some("loyalty_newsletter"));
        check("spa", &format!("visits={visits} spend={spend}"), &all);
    };
    row(0, "0", "zero_spend");
    row(0, "1", "new_low_spend");
    row(1, "0", "new_low_spend");
    row(1, "49999.99", "new_low_spend");
    row(0, "50000", "new_medium_spend");
    row(1, "149999.99", "new_medium_spend");
    row(1, "150000", "new_high_spend");
    row(2, "0", "regular_low_spend");
    row(5, "49999.99", "regular_low_spend");
    row(2, "50000", "regular_medium_spend");
    row(5, "149999.99", "regular_medium_spend");
    row(2, "150000", "regular_high_spend");
    row(5, "99999999", "regular_high_spend");
    row(6, "49999.99", "vip_low_spend");
    row(6, "50000", "vip_medium_spend");
    row(99, "149999.99", "vip_medium_spend");
    row(6, "150000", "vip_high_spend");
}

#[test]
fn who_may_be_written_to() {
    check("spa", "last_visit=2026-08-23", &["win_back_email"]);
    check("spa", "last_visit=2026-08-24", &[]);
    check("spa", "last_visit=2020-01-01", &["win_back_email"]);
    // Nothing is known of who has no visits and no spend written down.
    check("spa", "", &[]);
    check("spa", "visits=0", &[]);
    // Whatever was spent, it is not zero_spend.
    check("spa", "visits=3", &["birthday_sms"]);
}

#[test]
fn rfm() {
    let row = |row: &str, expected: &[&str]| check("rfm", row, expected);
    row("visits=0", &["Pre-sistema"]);
    row(
        "visits=0 spend=900000 last_visit=2026-11-20",
        &["Pre-sistema"],
    );
    row("visits=5 spend=300000 last_visit=2026-11-21", &["Campeón"]);
    // 90 and 91 days.
    row(
        "visits=5 spend=300000 last_visit=2026-08-23",
        &["Campeón", "contactable"],
    );
    row(
        "visits=5 spend=300000 last_visit=2026-08-22",
        &["Leal", "contactable"],
    );
    row("visits=5 spend=299999.99 last_visit=2026-11-21", &["Leal"]);
    row("visits=4 spend=900000 last_visit=2026-11-21", &["Leal"]);
    // 180, 181, 365 and 366 days.
    row(
        "visits=4 spend=1 last_visit=2026-05-25",
        &["Leal", "contactable"],
    );
    row("visits=4 spend=1 last_visit=2026-05-24", &["En Riesgo"]);
    row("visits=2 spend=1 last_visit=2025-11-21", &["En Riesgo"]);
    row("visits=2 spend=1 last_visit=2025-11-20", &["Dormido"]);
    let big = "Gran Gastador Ocasional";
    row(
        "visits=4 spend=500000 last_visit=2026-05-24",
        &[big, "contactable"],
    );
    row("visits=1 spend=500000 last_visit=2026-11-21", &[big]);
    row(
        "visits=5 spend=500000 last_visit=2026-05-24",
        &["En Riesgo"],
    );
    row("visits=3 spend=499999 last_visit=2026-11-21", &["Regular"]);
    row(
        "visits=2 spend=1 last_visit=2026-05-25",
        &["Regular", "contactable"],
    );
    row("visits=1 spend=1 last_visit=2026-08-23", &["En Prueba"]);
    row("visits=1 spend=1 last_visit=2026-08-22", &[]);
    row("visits=1 spend=1 last_visit=2025-11-20", &["Dormido"]);
}

#[test]
fn rfm_contacts() {
    let row = |row: &str, expected: &[&str]| check("rfm", row, expected);
    let big = "Gran Gastador Ocasional";
    // A champion of whom the last visit is missing is not told that it is missed.
    row("visits=9 spend=900000", &[]);
    // Days between contacts: 45, 60, 45 and 30.
    row(
        "visits=5 spend=300000 last_visit=2026-10-07",
        &["Campeón", "contactable"],
    );
    row("visits=5 spend=300000 last_visit=2026-10-08", &["Campeón"]);
    row(
        "visits=4 spend=1 last_visit=2026-09-22",
        &["Leal", "contactable"],
    );
    row("visits=4 spend=1 last_visit=2026-09-23", &["Leal"]);
    row(
        "visits=1 spend=500000 last_visit=2026-10-07",
        &[big, "contactable"],
    );
    row("visits=1 spend=500000 last_visit=2026-10-08", &[big]);
    row(
        "visits=2 spend=1 last_visit=2026-10-22",
        &["Regular", "contactable"],
    );
    row("visits=2 spend=1 last_visit=2026-10-23", &["Regular"]);
}

#[test]
fn profile() {
    let age =
        |born: &str, expected: &[&str]| check("profile", &format!("birth_date={born}"), expected);
    age("2026-11-21", &["age_under_20"]);
    age("2006-11-22", &["age_under_20"]);
    age("2006-11-21", &["age_20_34"]);
    age("2001-11-22", &["age_20_34"]);
    age("2001-11-21", &["age_20_34", "profile_age"]);
    age("1991-11-21", &["age_35_49", "profile_age"]);
    age("1980-11-22", &["age_35_49", "profile_age"]);
    age("1980-11-21", &["age_35_49"]);
    age("1976-11-21", &["age_50_70"]);
    age("1955-11-22", &["age_50_70"]);
    age("1955-11-21", &["age_over_70"]);
    let income = |n: &str, expected: &[&str]| check("profile", &format!("income={n}"), expected);
    income("499.99", &["income_low"]);
    income("500", &["income_medium"]);
    income("899.99", &["income_medium"]);
    income("900", &["income_medium", "profile_income"]);
    income("1500", &["income_high", "profile_income"]);
    income("2500", &["income_high", "profile_income"]);
    income("2500.01", &["income_high"]);
    check("profile", "gender=M province=Guayas city=Quito", &[]);
    check(
        "profile",
        "gender=F province=guayas city=Guayaquil",
        &["profile_gender"],
    );
    let all = [
        "age_35_49",
        "income_high",
        "profile",
        "profile_age",
        "profile_gender",
    ];
    check(
        "profile",
        "gender=F income=1500 birth_date=1990-05-15 province=Manabí city=GUAYAQUIL",
        &[&all[..], &["profile_income", "profile_place"]].concat(),
    );
}

#[test]
fn tenure() {
    let row = |since: &str, segment: &str| {
        check("tenure", &format!("customer_since={since}"), &[segment]);
    };
    row("2016-11-20", "loyal");
    row("2016-11-21", "regular");
    row("2023-11-21", "regular");
    row("2023-11-22", "new");
    row("2026-11-21", "new");
    check("tenure", "", &[]);
}
