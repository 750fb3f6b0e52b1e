//! Relative dates at their edges.

use super::{check, place, run};

/// Checks which dates a condition holds for, on a day.
#[track_caller]
fn on(today: &str, condition: &str, expected: &[&str], dates: &[&str]) {
    let rows: String = dates
        .iter()
        .map(|date| format!("{date},{date}\n"))
        .collect();
    let place = place(format!("id,d\n{rows}"));
    let rule = format!("d {condition}");
    let said = run(&place, &["--today", today, "--rule", &rule, "--ids"]).succeeds();
    assert_eq!(
        said.out.lines().collect::<Vec<_>>(),
        expected,
        "{condition} on {today}"
    );
}

#[test]
fn days() {
    let dates = [
        "2026-11-10",
        "2026-11-11",
        "2026-11-21",
        "2026-12-01",
        "2026-12-02",
    ];
    let today = "2026-11-21";
    on(today, "older than 10 days", &dates[..1], &dates);
    on(today, "at least 10 days ago", &dates[..2], &dates);
    on(today, "within the last 10 days", &dates[1..3], &dates);
    on(today, "within the next 10 days", &dates[2..4], &dates);
    on(today, "on this day", &dates[2..3], &dates);
    on(
        today,
        "between 2026-11-11 and 2026-12-01",
        &dates[1..4],
        &dates,
    );
}

#[test]
fn months_are_those_of_the_calendar() {
    let dates = ["2026-02-27", "2026-02-28", "2026-03-01"];
    on("2026-05-31", "older than 3 months", &dates[..1], &dates);
    on("2026-05-31", "at least 3 months ago", &dates[..2], &dates);
    on(
        "2026-05-31",
        "within the last 1 quarter",
        &dates[1..],
        &dates,
    );
    on(
        "2028-02-29",
        "older than 1 year",
        &["2027-02-27"],
        &["2027-02-27", "2027-02-28"],
    );
}

#[test]
fn the_leap_day_has_an_anniversary_each_year() {
    let born = ["2000-02-29"];
    on("2027-02-28", "anniversary within 0 days", &born, &born);
    on("2027-03-01", "anniversary within 0 days", &[], &born);
    on("2028-02-28", "anniversary within 0 days", &[], &born);
    on("2028-02-29", "anniversary within 0 days", &born, &born);
    let turn = ["1990-12-30", "1990-01-02"];
    on("2026-12-30", "anniversary within 3 days", &turn, &turn);
}

const ZONES: &str =
    "id,zone,d\nA,Pacific/Kiritimati,2026-11-21\nB,America/Bogota,2026-11-21\nC,,2026-11-21\n";

#[test]
fn an_instant_is_another_day_elsewhere() {
    let place = place(ZONES);
    let ids = |flags: &[&str]| {
        let all = [&["--rule", "d on this day", "--ids"], flags].concat();
        run(&place, &all).succeeds().out
    };
    assert_eq!(ids(&["--now", "2026-11-21T03:00:00Z"]), "A\nC\n");
    assert_eq!(ids(&["--now", "2026-11-21T12:00:00Z"]), "B\nC\n");
    let bogota = ["--now", "2026-11-21T03:00:00Z", "--zone", "America/Bogota"];
    assert_eq!(ids(&bogota), "A\n");
}

#[test]
fn a_day_is_today_for_everybody() {
    let place = place(ZONES);
    for zone in ["UTC", "Pacific/Pago_Pago"] {
        let flags = [
            "--rule",
            "d on this day",
            "--today",
            "2026-11-21",
            "--zone",
            zone,
        ];
        assert_eq!(run(&place, &flags).succeeds().out, "3\n", "{zone}");
    }
}

#[test]
fn instants_fall_on_the_day_of_the_zone() {
    let csv = "id,seen\nA,2026-11-21T03:00:00Z\nB,2026-11-21T06:00:00Z\n";
    let place = place(csv);
    let flags = [
        "--rule",
        "seen on this day",
        "--today",
        "2026-11-21",
        "--ids",
    ];
    let ids = |zone| {
        run(&place, &[&flags[..], &["--zone", zone]].concat())
            .succeeds()
            .out
    };
    assert_eq!(ids("America/Bogota"), "B\n");
    assert_eq!(ids("UTC"), "A\nB\n");
}

#[test]
fn to_date() {
    check(
        "id,d\nA,2026-11-01\nB,2026-10-31\n",
        "d within the month to date",
        &["A"],
    );
}
