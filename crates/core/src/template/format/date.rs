//! Dates and times in words.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::language::Language;

/// Which part of an instant is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Shape {
    Date,
    Time,
    Both,
}

const MONTHS: [[&str; 2]; 12] = [
    ["enero", "January"],
    ["febrero", "February"],
    ["marzo", "March"],
    ["abril", "April"],
    ["mayo", "May"],
    ["junio", "June"],
    ["julio", "July"],
    ["agosto", "August"],
    ["septiembre", "September"],
    ["octubre", "October"],
    ["noviembre", "November"],
    ["diciembre", "December"],
];

const DAYS: [[&str; 2]; 7] = [
    ["lunes", "Monday"],
    ["martes", "Tuesday"],
    ["miércoles", "Wednesday"],
    ["jueves", "Thursday"],
    ["viernes", "Friday"],
    ["sábado", "Saturday"],
    ["domingo", "Sunday"],
];

/// A civil date in its one accepted form, `YYYY-MM-DD`.
pub(in super::super) fn parse(text: &str) -> Option<NaiveDate> {
    (text.len() == 10)
        .then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok())
        .flatten()
}

/// A local date and time as the projection writes it.
pub(in super::super) const LOCAL: &str = "%Y-%m-%dT%H:%M:%S";

/// A projected date or instant in words; `None` if it is neither, or the format is unknown.
pub(in super::super) fn show(
    raw: &str,
    shape: Shape,
    format: &str,
    language: Language,
) -> Option<String> {
    let at = match parse(raw) {
        Some(date) => date.and_time(NaiveTime::MIN),
        None => NaiveDateTime::parse_from_str(raw, LOCAL).ok()?,
    };
    match shape {
        Shape::Date => date(at.date(), format, language),
        Shape::Time => Some(time(at.time(), language)),
        Shape::Both if format == "iso" => Some(at.format("%Y-%m-%d %H:%M").to_string()),
        Shape::Both => {
            let joint = if format == "short" { " " } else { ", " };
            Some(
                [
                    date(at.date(), format, language)?,
                    time(at.time(), language),
                ]
                .join(joint),
            )
        }
    }
}

fn date(date: NaiveDate, format: &str, language: Language) -> Option<String> {
    let english = usize::from(language == Language::English);
    let (year, day) = (date.year(), date.day());
    let month = MONTHS[date.month0() as usize][english];
    let weekday = DAYS[date.weekday().num_days_from_monday() as usize][english];
    Some(match (format, language) {
        ("", Language::Spanish) => format!("{day} de {month} de {year}"),
        ("", Language::English) => format!("{month} {day}, {year}"),
        ("long", Language::Spanish) => format!("{weekday}, {day} de {month} de {year}"),
        ("long", Language::English) => format!("{weekday}, {month} {day}, {year}"),
        ("short", Language::Spanish) => format!("{day:02}/{:02}/{year}", date.month()),
        ("short", Language::English) => format!("{:02}/{day:02}/{year}", date.month()),
        ("month", Language::Spanish) => format!("{month} de {year}"),
        ("month", Language::English) => format!("{month} {year}"),
        ("day", Language::Spanish) => format!("{day} de {month}"),
        ("day", Language::English) => format!("{month} {day}"),
        ("iso", _) => date.format("%Y-%m-%d").to_string(),
        _ => return None,
    })
}

/// 24 hours in Spanish, 12 in English.
fn time(time: NaiveTime, language: Language) -> String {
    match language {
        Language::Spanish => format!("{:02}:{:02}", time.hour(), time.minute()),
        Language::English => {
            let (afternoon, hour) = time.hour12();
            let half = if afternoon { "PM" } else { "AM" };
            format!("{hour}:{:02} {half}", time.minute())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, shape: Shape, format: &str, spanish: &str, english: &str) {
        let both = [Language::Spanish, Language::English];
        let shown = both.map(|language| show(raw, shape, format, language).unwrap_or_default());
        assert_eq!(shown, [spanish, english]);
    }

    #[test]
    fn dates() {
        let check = |format, es, en| check("2026-12-20", Shape::Date, format, es, en);
        check("", "20 de diciembre de 2026", "December 20, 2026");
        check(
            "long",
            "domingo, 20 de diciembre de 2026",
            "Sunday, December 20, 2026",
        );
        check("short", "20/12/2026", "12/20/2026");
        check("month", "diciembre de 2026", "December 2026");
        check("day", "20 de diciembre", "December 20");
        check("iso", "2026-12-20", "2026-12-20");
        check("nope", "", "");
    }

    #[test]
    fn single_digits() {
        check(
            "2027-03-01",
            Shape::Date,
            "",
            "1 de marzo de 2027",
            "March 1, 2027",
        );
        check(
            "2027-03-01",
            Shape::Date,
            "short",
            "01/03/2027",
            "03/01/2027",
        );
    }

    #[test]
    fn times() {
        check("2026-12-20T15:05:09", Shape::Time, "", "15:05", "3:05 PM");
        check("2026-12-20T00:00:00", Shape::Time, "", "00:00", "12:00 AM");
        check("2026-12-20T12:30:00", Shape::Time, "", "12:30", "12:30 PM");
        check(
            "2026-12-20T09:05:00",
            Shape::Both,
            "short",
            "20/12/2026 09:05",
            "12/20/2026 9:05 AM",
        );
        let (es, en) = (
            "20 de diciembre de 2026, 09:05",
            "December 20, 2026, 9:05 AM",
        );
        check("2026-12-20T09:05:00", Shape::Both, "", es, en);
        check(
            "2026-12-20T09:05:00",
            Shape::Both,
            "iso",
            "2026-12-20 09:05",
            "2026-12-20 09:05",
        );
    }

    #[test]
    fn what_is_no_date() {
        for raw in ["2026-02-29", "2026-1-05", "hoy", "", "20/12/2026"] {
            check(raw, Shape::Date, "", "", "");
        }
    }
}
