//! When something happens to a customer, and somebody reports it.

use chrono::{DateTime, Utc};

use super::TriggerError;
use super::dated::USUAL_AFTER;
use super::spec::MOST_DAYS;
use crate::time::instant;
use crate::{Activity, Customer, Length, Record, RecordKind};

/// So long after something happened to a customer.
///
/// Nothing falls due by time alone: whoever learns of it reports it, in a transaction of its own
/// ([`Engine::dispatches_on`](crate::Engine::dispatches_on)) or without one
/// ([`Engine::happened`](crate::Engine::happened)).
///
/// ```
/// # use pregon_core::{ActivitySpec, TriggerSpec};
/// let written = r#"{ "on_activity": { "activity": "booking", "after": "24h" } }"#;
/// let spec: TriggerSpec = serde_json::from_str(written)?;
/// let after = Some("24h".parse().expect("a length"));
/// let same = ActivitySpec { after, ..ActivitySpec::of("booking") };
/// assert_eq!(spec, TriggerSpec::OnActivity(same));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivitySpec {
    /// What happened: `booking`, `purchase`. A kind that the source's customers have, or that the
    /// host declares ([`EngineBuilder::activities`](crate::EngineBuilder::activities)).
    pub activity: String,
    /// The kind of record that it is about. Audience and templates read it, and when it is gone
    /// before the message leaves, so is the message. Without it they read the customer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordKind>,
    /// How long after it happened it falls due; at once without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Length>,
    /// How long after it fell due it may still be sent; seven days without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Length>,
}

impl ActivitySpec {
    /// At once, whenever something of this kind happens.
    #[must_use]
    pub fn of(activity: impl Into<String>) -> Self {
        Self {
            activity: activity.into(),
            record: None,
            after: None,
            not_after: None,
        }
    }

    /// Whether its lengths are ones that can be written.
    ///
    /// # Errors
    /// When one is nothing at all, or longer than ten years.
    pub fn check(&self) -> Result<(), TriggerError> {
        let lengths = [self.after, self.not_after];
        for length in lengths.into_iter().flatten() {
            if length.secs() == 0 {
                return Err(TriggerError::Nothing);
            }
            if length.secs() > MOST_DAYS * 86_400 {
                return Err(TriggerError::TooFar);
            }
        }
        Ok(())
    }

    /// When something that happened at an instant falls due, and until when it makes sense to write
    /// about it; `None` beyond the end of time.
    #[must_use]
    pub fn due(&self, at: DateTime<Utc>) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let after = self.after.unwrap_or(Length::from_secs(0));
        let due = instant::kept(at).checked_add_signed(after.duration())?;
        let lasts = self.not_after.unwrap_or(USUAL_AFTER);
        Some((due, due.checked_add_signed(lasts.duration())?))
    }
}

/// Something that happened, as a host reports it, with whom it happened to and what it is about.
///
/// The store keeps none of this: it keeps the messages that it makes happen, and when they are
/// sent, customer and record are read again from the sources.
///
/// ```
/// # use pregon_core::{Activity, Attributes, Customer, Happening, Record};
/// let booked = Activity {
///     id: "R-77".to_owned(),
///     customer: "C-1".parse()?,
///     kind: "booking".to_owned(),
///     at: "2026-11-20T15:00:00Z".parse().expect("an instant"),
///     attributes: Attributes::new(),
/// };
/// let ana = Customer::new("C-1")?.named("Ana").email("ana@example.org");
/// let hour = Record::new("booking", "R-77", "C-1")?.with("service", "masaje");
/// let happening = Happening::new(booked, ana).about(hour);
/// assert_eq!(happening.record.map(|it| it.kind), Some("booking".parse()?));
/// # Ok::<(), pregon_core::IdError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Happening {
    /// What happened. Its id is the occasion: the same report twice makes one message.
    pub activity: Activity,
    /// Whom it happened to, as the one who reports it knows them: with their addresses.
    pub customer: Customer,
    /// What it is about.
    pub record: Option<Record>,
}

impl Happening {
    /// Something that happened to a customer.
    #[must_use]
    pub fn new(activity: Activity, customer: Customer) -> Self {
        Self {
            activity,
            customer,
            record: None,
        }
    }

    /// About a record of the customer's.
    #[must_use]
    pub fn about(mut self, record: Record) -> Self {
        self.record = Some(record);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TriggerSpec;

    /// What a trigger's table is read as, and written again; the error's words otherwise.
    #[track_caller]
    fn check(written: &str, expected: Result<&str, &str>) {
        let read: Result<TriggerSpec, _> = serde_json::from_str(written);
        match (read, expected) {
            (Ok(spec), Ok(text)) => {
                assert_eq!(serde_json::to_string(&spec).unwrap(), text);
                let again: TriggerSpec = serde_json::from_str(text).unwrap();
                assert_eq!(again, spec);
            }
            (Err(error), Err(words)) => {
                let said = error.to_string();
                assert!(said.contains(words), "{words} is not in {said}");
            }
            (read, _) => panic!("{read:?}"),
        }
    }

    #[test]
    fn is_written_as_it_is_read() {
        let all = concat!(
            r#"{"on_activity":{"activity":"booking","record":"hour","#,
            r#""after":"1d","not_after":"2d"}}"#
        );
        check(all, Ok(all));
        check(
            r#"{"on_activity": {"activity": "visit", "after": "24h"}}"#,
            Ok(r#"{"on_activity":{"activity":"visit","after":"1d"}}"#),
        );
        let least = r#"{"on_activity":{"activity":"visit"}}"#;
        check(least, Ok(least));
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        let with = |rest: &str| format!(r#"{{"on_activity": {{"activity": "visit"{rest}}}}}"#);
        for absurd in ["-1h", "0s", "", "24", "11w 3d", "600w", "99999999999d"] {
            let after = with(&format!(r#", "after": "{absurd}""#));
            check(&after, Err("is not a length of time"));
        }
        check(&with(r#", "after": 24"#), Err("invalid type"));
        check(&with(r#", "afer": "24h""#), Err("unknown field"));
        check(&with(r#", "cron": "0 1 * * *""#), Err("unknown field"));
        check(r#"{"on_activity": {}}"#, Err("missing field `activity`"));
        check(r#""on_activity""#, Err("unit variant"));
    }

    #[test]
    fn lengths_that_nobody_can_write_are_refused() {
        let with = |after: u32, not_after: u32| ActivitySpec {
            after: Some(Length::from_secs(after)),
            not_after: Some(Length::from_secs(not_after)),
            ..ActivitySpec::of("visit")
        };
        assert_eq!(ActivitySpec::of("visit").check(), Ok(()));
        assert_eq!(with(1, MOST_DAYS * 86_400).check(), Ok(()));
        assert_eq!(with(0, 1).check(), Err(TriggerError::Nothing));
        assert_eq!(with(1, 0).check(), Err(TriggerError::Nothing));
        assert_eq!(with(u32::MAX, 1).check(), Err(TriggerError::TooFar));
        let longest = format!("{}s", MOST_DAYS * 86_400);
        assert!(longest.parse::<Length>().is_ok(), "what passes can be kept");
    }

    #[test]
    fn falls_due_so_long_after_it_happened_and_lasts_a_week() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let spec = ActivitySpec::of("visit");
        let noon = at("2026-11-20T12:00:00.0000019Z");
        let (due, not_after) = spec.due(noon).unwrap();
        assert_eq!(due, at("2026-11-20T12:00:00.000001Z"));
        assert_eq!(not_after, at("2026-11-27T12:00:00.000001Z"));
        let spec = ActivitySpec {
            after: Some("24h".parse().unwrap()),
            not_after: Some("90m".parse().unwrap()),
            ..spec
        };
        let due = spec.due(at("2026-11-20T12:00:00Z")).unwrap();
        assert_eq!(
            due,
            (at("2026-11-21T12:00:00Z"), at("2026-11-21T13:30:00Z"))
        );
        assert_eq!(spec.due(DateTime::<Utc>::MAX_UTC), None);
    }
}
