//! Questions about civil dates, asked of dates and of instants.

use chrono::{DateTime, Datelike, Duration, NaiveDate};

use crate::Zone;
use crate::rule::{Condition, Moment, Period, Relation, has_anniversary};
use crate::time::Before;

use super::super::code_set::CodeSet;
use super::super::population::{Coding, Column};
use super::Notes;

/// The codes whose civil date the condition holds of; nothing when they have none.
pub(super) fn codes(
    condition: &Condition,
    column: &Column,
    moment: &Moment,
    notes: &mut Notes,
) -> Option<CodeSet> {
    let of_days = |days: CodeSet| match column.coding {
        Coding::Days => Some(days),
        Coding::Micros => Some(instants(&days, moment.zone())),
        _ => None,
    };
    let today = number(moment.today());
    match condition {
        Condition::Relative(relation, period) => of_days(related(*relation, *period, moment)),
        Condition::OnThisDay => of_days(CodeSet::range(today, today)),
        Condition::ToDate(unit) => of_days(CodeSet::range(number(moment.start_of(*unit)), today)),
        Condition::Anniversary(period) => {
            let (first, last) = years(column, moment, notes)?;
            of_days(anniversaries(*period, first, last, moment))
        }
        _ => None,
    }
}

/// Days since 1 January 1970.
pub(super) fn number(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

/// The instants, in microseconds, whose civil dates are among the days.
pub(super) fn instants(days: &CodeSet, zone: Zone) -> CodeSet {
    CodeSet::of(days.ranges().iter().flat_map(|(first, last)| {
        let until = last
            .checked_add(1)
            .map_or_else(CodeSet::all, |next| before(next, zone));
        let from = before(*first, zone).complement();
        until.and(&from).ranges().to_vec()
    }))
}

/// The instants whose civil date is before the day of that number.
fn before(day: i64, zone: Zone) -> CodeSet {
    let found = Duration::try_days(day).and_then(|n| NaiveDate::default().checked_add_signed(n));
    let Some(day) = found else {
        // Before and after the calendar there are no instants either.
        return super::when(day > 0);
    };
    let Before { until, again } = zone.before(day);
    // The codes that are less; changes of clocks fall on whole seconds.
    let last = |end: DateTime<_>| end.timestamp_micros().saturating_sub(1);
    let first = (i64::MIN, last(until));
    let again = again.map(|again| (again.start.timestamp_micros(), last(again.end)));
    CodeSet::of([first].into_iter().chain(again))
}

/// A bound beyond the calendar has every day on its near side.
fn related(relation: Relation, period: Period, moment: &Moment) -> CodeSet {
    let today = number(moment.today());
    let ago = moment.ago(period).map(number);
    match relation {
        Relation::OlderThan => {
            ago.map_or_else(CodeSet::none, |day| CodeSet::range(i64::MIN, day - 1))
        }
        Relation::AtLeastAgo => ago.map_or_else(CodeSet::none, |day| CodeSet::range(i64::MIN, day)),
        Relation::WithinLast => CodeSet::range(ago.unwrap_or(i64::MIN), today),
        Relation::WithinNext => {
            let ahead = moment.ahead(period).map(number);
            CodeSet::range(today, ahead.unwrap_or(i64::MAX))
        }
    }
}

/// The years that the dates of a column are of.
fn years(column: &Column, moment: &Moment, notes: &mut Notes) -> Option<(i32, i32)> {
    let day = |code| match column.coding {
        Coding::Days => {
            Duration::try_days(code).and_then(|days| NaiveDate::default().checked_add_signed(days))
        }
        Coding::Micros => DateTime::from_timestamp_micros(code).map(|at| moment.zone().date(at)),
        _ => None,
    };
    let Some((least, greatest)) = notes.bounds(column) else {
        return day(0).map(|_| (1, 0)); // A column of dates, but without any.
    };
    // The calendar ends where no date is found.
    let first = day(least).unwrap_or(NaiveDate::MIN);
    let last = day(greatest).unwrap_or(NaiveDate::MAX);
    day(0).map(|_| (first.year(), last.year()))
}

/// The days of some years that have an anniversary within a period from today.
fn anniversaries(period: Period, first: i32, last: i32, moment: &Moment) -> CodeSet {
    // What a day of a year is, only its month and day decide: two years, one of them with a
    // 29 February, stand for all.
    let runs = [2001, 2000].map(|year| runs(year, period, moment));
    CodeSet::of(
        (first..=last)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1))
            .flat_map(|begin| {
                let leap = usize::from(begin.leap_year());
                let begin = number(begin);
                runs[leap]
                    .iter()
                    .map(move |(from, to)| (begin + from, begin + to))
            }),
    )
}

/// The stretches of days of a year that have one, counted from its first.
fn runs(year: i32, period: Period, moment: &Moment) -> Vec<(i64, i64)> {
    let days = NaiveDate::from_ymd_opt(year, 1, 1)
        .into_iter()
        .flat_map(|day| day.iter_days());
    let those = days
        .take_while(|day| day.year() == year)
        .filter(|day| has_anniversary(*day, period, moment))
        .map(|day| i64::from(day.ordinal0()));
    CodeSet::of(those.map(|day| (day, day))).ranges().to_vec()
}
