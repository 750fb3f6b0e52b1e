use super::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Fails unless a year's holidays are these, as `01-01`.
#[track_caller]
fn check(calendar: &str, year: i32, days: &str) {
    let calendar = Holidays::named(calendar).unwrap();
    let found = calendar.of_year(year).into_keys();
    let found: Vec<String> = found.map(|it| it.format("%m-%d").to_string()).collect();
    assert_eq!(found.join(" "), days, "{year}");
    for text in days.split(' ') {
        assert!(calendar.holds(day(&format!("{year}-{text}"))), "{text}");
    }
}

// Every year from 2007 to 2060 was compared with the calendars of the open library holidays 0.108
// (PyPI) in November 2026. One thing differs: a Saturday, 3 November, which it does not move.

// Colombia: the calendars that the newspapers print each December. In 2011 two holidays fell on
// 4 July, in 2025 on 30 June; in 2026 the law of that June added one in July.
#[test]
fn colombia() {
    check(
        "co",
        2011,
        "01-01 01-10 03-21 04-21 04-22 05-01 06-06 06-27 07-04 07-20 08-07 08-15 10-17 11-07 \
         11-14 12-08 12-25",
    );
    check(
        "co",
        2024,
        "01-01 01-08 03-25 03-28 03-29 05-01 05-13 06-03 06-10 07-01 07-20 08-07 08-19 10-14 \
         11-04 11-11 12-08 12-25",
    );
    check(
        "co",
        2025,
        "01-01 01-06 03-24 04-17 04-18 05-01 06-02 06-23 06-30 07-20 08-07 08-18 10-13 11-03 \
         11-17 12-08 12-25",
    );
    check(
        "co",
        2026,
        "01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 06-29 07-13 07-20 08-07 08-17 10-12 \
         11-02 11-16 12-08 12-25",
    );
}

// Ecuador: the calendars of the ministry of tourism; November of 2018 by the text of the law, which
// moves a Saturday after a Friday to Thursday.
#[test]
fn ecuador() {
    check(
        "ec",
        2019,
        "01-01 03-04 03-05 04-19 05-03 05-24 08-09 10-11 11-01 11-04 12-25",
    );
    check(
        "ec",
        2021,
        "01-01 02-15 02-16 04-02 04-30 05-24 08-09 10-08 11-01 11-02 12-24 12-31",
    );
    check(
        "ec",
        2022,
        "02-28 03-01 04-15 05-02 05-23 08-12 10-10 11-03 11-04 12-26",
    );
    check(
        "ec",
        2025,
        "01-01 03-03 03-04 04-18 05-02 05-23 08-11 10-10 11-03 11-04 12-25",
    );
    let of_2018 = Holidays::named("ec").unwrap();
    assert_eq!(
        of_2018.on(day("2018-11-01")),
        Some("Independencia de Cuenca")
    );
    assert_eq!(of_2018.on(day("2018-11-02")), Some("Día de los Difuntos"));
}

// Chile: the calendars of mundapi.cl and of feriadoschilenos.cl.
#[test]
fn chile() {
    check(
        "cl",
        2017,
        "01-01 01-02 04-14 04-15 04-19 05-01 05-21 06-26 07-16 08-15 09-18 09-19 10-09 10-27 \
         11-01 12-08 12-25",
    );
    check(
        "cl",
        2018,
        "01-01 03-30 03-31 05-01 05-21 07-02 07-16 08-15 09-17 09-18 09-19 10-15 11-01 11-02 \
         12-08 12-25",
    );
    check(
        "cl",
        2021,
        "01-01 04-02 04-03 05-01 05-21 06-21 06-28 07-16 08-15 09-17 09-18 09-19 10-11 10-31 \
         11-01 12-08 12-25",
    );
    check(
        "cl",
        2024,
        "01-01 03-29 03-30 05-01 05-21 06-20 06-29 07-16 08-15 09-18 09-19 09-20 10-12 10-31 \
         11-01 12-08 12-25",
    );
    check(
        "cl",
        2026,
        "01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 \
         12-08 12-25",
    );
}

#[test]
fn what_is_reckoned_once_is_what_is_reckoned_each_time() {
    for calendar in Holidays::all() {
        assert!(!calendar.sources().is_empty(), "{}", calendar.name());
        let mut it = day("2018-01-01");
        while it < day("2063-01-01") {
            let named = calendar.on(it).is_some();
            assert_eq!(calendar.holds(it), named, "{} {it}", calendar.name());
            it = it.succ_opt().unwrap();
        }
    }
}

#[test]
fn before_the_law_nothing_is_known_and_the_ends_of_time_do_not_panic() {
    let ecuador = Holidays::named("ec").unwrap();
    assert!(ecuador.of_year(2016).is_empty());
    for calendar in Holidays::all() {
        assert!(!calendar.holds(NaiveDate::MIN) && !calendar.holds(NaiveDate::MAX));
        let _ = calendar.of_year(i32::MIN);
        let _ = calendar.of_year(i32::MAX);
    }
}

#[test]
fn a_host_writes_its_own() {
    let text = r#"{ "v": 1, "name": "taller", "since": 2026,
        "rules": [{ "name": "San Eloy", "on": { "day": "12-01" }, "until": 2027 }],
        "days": [{ "day": "2026-12-24", "name": "Inventario" }] }"#;
    let shop: Holidays = serde_json::from_str(text).unwrap();
    assert_eq!(shop.on(day("2027-12-01")), Some("San Eloy"));
    assert!(!shop.holds(day("2028-12-01")) && !shop.holds(day("2025-12-01")));
    assert!(shop.holds(day("2026-12-24")));
    let none = Holidays::new("vacio".parse().unwrap());
    assert!(none.of_year(2026).is_empty());
    assert!(
        none.with_day(day("2100-01-01"), "Siglo")
            .holds(day("2100-01-01"))
    );
}

#[test]
fn nonsense_is_refused_with_its_place() {
    #[track_caller]
    fn refused(rule: &str, message: &str) {
        let text = format!(r#"{{ "v": 1, "name": "x", "since": 2020, "rules": [{rule}] }}"#);
        let error = serde_json::from_str::<Holidays>(&text).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
    refused(r#"{ "name": "a", "on": { "day": "02-30" } }"#, "02-30");
    refused(r#"{ "name": "a", "on": { "day": "1-1-1" } }"#, "1-1-1");
    refused(
        r#"{ "name": "a", "on": { "day": "01-01" }, "moves": "monday" }"#,
        "monday",
    );
    refused(
        r#"{ "name": "a", "on": { "day": "01-01" }, "only": ["domingo"] }"#,
        "domingo",
    );
    refused(
        r#"{ "name": "a", "on": { "day": "01-01" }, "from": 2026, "until": 2025 }"#,
        "2025",
    );
    refused(r#"{ "name": "a", "on": { "pascua": 1 } }"#, "pascua");
    let later = r#"{ "v": 2, "name": "x", "since": 2020 }"#;
    assert!(serde_json::from_str::<Holidays>(later).is_err());
    let near = Holidays::named("ecu").unwrap_err();
    assert_eq!(
        near.to_string(),
        "there is no calendar of holidays named \"ecu\"; did you mean \"ec\"?"
    );
}
