//! The rules again, written as a person would count them on a calendar, and without a line of the
//! product's.

use chrono::{
    DateTime, Datelike, Duration, NaiveDate, NaiveDateTime, NaiveTime, TimeZone, Timelike, Utc,
};
use chrono_tz::Tz;
use pregon_core::{
    AddressHash, ChannelName, Class, CustomerId, Hours, Period, Preference, Purpose, PurposeScope,
    Subject, Word, Zone,
};

/// The wall clock of a zone.
pub(super) fn local(zone: Zone, at: DateTime<Utc>) -> NaiveDateTime {
    let zone: Tz = zone.name().parse().expect("a zone of the database");
    zone.from_utc_datetime(&at.naive_utc()).naive_local()
}

/// Whether a message of an earlier instant counts in the window of a later one.
pub(super) fn counts(
    period: Period,
    zone: Zone,
    earlier: DateTime<Utc>,
    at: DateTime<Utc>,
) -> bool {
    let (before, today) = (local(zone, earlier).date(), local(zone, at).date());
    let quarter = |day: NaiveDate| (day.year(), day.month0() / 3);
    match period {
        Period::Rolling(length) => at - earlier < length.duration(),
        Period::Day => before == today,
        Period::Week => before.iso_week() == today.iso_week(),
        Period::Month => (before.year(), before.month()) == (today.year(), today.month()),
        Period::Quarter => quarter(before) == quarter(today),
        Period::Year => before.year() == today.year(),
        other => panic!("nobody taught the witness to count per {other}"),
    }
}

/// What a message is, as hours and words speak of it.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) channel: ChannelName,
    pub(super) purpose: Purpose,
    pub(super) class: Class,
}

/// Whether these hours forbid to write now.
pub(super) fn closed(hours: &Hours, it: &Kind, zone: Zone, at: DateTime<Utc>) -> bool {
    let speaks = hours
        .channel
        .as_ref()
        .is_none_or(|channel| *channel == it.channel)
        && match &hours.purpose {
            Some(purpose) => *purpose == it.purpose,
            None => it.class == Class::Promotional,
        };
    if !speaks {
        return false;
    }
    let now = local(zone, at);
    let own = match now.weekday().num_days_from_monday() {
        5 => &hours.sat,
        6 => &hours.sun,
        _ => &hours.mon_fri,
    };
    let Some(open) = own.as_ref().or(hours.every_day.as_ref()) else {
        return true;
    };
    let minute = |text: &str| {
        let (hour, minute) = text.split_once(':').expect("hours as 09:00");
        let number = |text: &str| text.parse::<u32>().expect("a number");
        number(hour) * 60 + number(minute)
    };
    let (from, to) = open.split_once('-').expect("hours as 09:00-20:00");
    let now = now.hour() * 60 + now.minute();
    now < minute(from) || now >= minute(to)
}

/// What the person's words say: whether they refuse it, and whether they agreed to it.
pub(super) fn said(
    words: &[Preference],
    customer: &CustomerId,
    address: AddressHash,
    it: &Kind,
) -> (bool, bool) {
    let (mut refuses, mut agrees) = (false, false);
    for (n, word) in words.iter().enumerate() {
        let theirs = match &word.subject {
            Subject::Customer(id) => id == customer,
            Subject::Address(hash) => *hash == address,
            _ => false,
        };
        let about = word
            .scope
            .channel
            .as_ref()
            .is_none_or(|channel| *channel == it.channel)
            && match &word.scope.purpose {
                PurposeScope::Everything => true,
                PurposeScope::Promotional => it.class == Class::Promotional,
                PurposeScope::One(purpose) => *purpose == it.purpose,
                _ => true,
            };
        // The latest word on exactly this scope holds.
        let same = |later: &Preference| later.subject == word.subject && later.scope == word.scope;
        if theirs && about && !words[n + 1..].iter().any(same) {
            refuses |= word.word == Word::OptOut;
            agrees |= word.word == Word::OptIn;
        }
    }
    (refuses, agrees)
}

/// The first instant of a date, found by trying.
pub(super) fn first_instant(zone: Zone, day: NaiveDate) -> DateTime<Utc> {
    let mut at = day.and_time(NaiveTime::MIN).and_utc() - Duration::hours(15);
    while local(zone, at).date() < day {
        at += Duration::minutes(15);
    }
    at
}

/// Every instant of a month at which a local hour begins on some weekdays.
pub(super) fn hours_of(
    zone: Zone,
    days: &[NaiveDate],
    weekdays: &[u32],
    hour: u32,
) -> Vec<DateTime<Utc>> {
    let wanted = days
        .iter()
        .filter(|day| weekdays.contains(&day.weekday().num_days_from_monday()));
    let at = |day: &NaiveDate| {
        let mut at = first_instant(zone, *day);
        while local(zone, at).hour() < hour {
            at += Duration::minutes(15);
        }
        at
    };
    wanted.map(at).collect()
}
