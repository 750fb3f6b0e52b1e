//! Questions that the story asks: what somebody had, and why not.

use chrono::{DateTime, Utc};
use pregon::{BookEntry, Reason, State, Zone};

use super::house::{Spa, utc};

/// The name of a dispatch in the story: `ofertas-sms s1`.
pub(crate) fn name(it: &BookEntry) -> String {
    let key = &it.view.key;
    format!("{} {}", key.campaign, key.occurrence)
}

/// The zone that somebody lives in.
fn zone_of(who: &str) -> Zone {
    let zone = match who {
        "Bea" => "Pacific/Easter",
        _ => "America/Santiago",
    };
    zone.parse().unwrap()
}

impl Spa {
    /// The dispatch of somebody whose name begins so: `recordatorio R-1` for a booking's.
    pub(crate) async fn dispatch(&self, who: &str, named: &str) -> BookEntry {
        let entries = self.entries_of(who).await;
        let mut found = entries.into_iter().filter(|it| name(it).starts_with(named));
        let first = found.next();
        let first = first.unwrap_or_else(|| panic!("{who} has no {named}"));
        assert!(found.next().is_none(), "{who} has {named} twice");
        first
    }

    /// Asserts what somebody had by a channel on a civil day of its own, in order.
    pub(crate) async fn had(&self, who: &str, channel: &str, day: &str, expected: &[&str]) {
        let zone = zone_of(who);
        let mut went = self.entries_of(who).await;
        went.retain(|it| {
            let on = it.first_at.map(|at| zone.date(at).to_string());
            let by = it.view.key.channel.as_str();
            by == channel && on.as_deref() == Some(day) && it.view.standing.state == State::Accepted
        });
        went.sort_by_key(|it| it.first_at);
        let went: Vec<String> = went.iter().map(name).collect();
        let fits = went.len() == expected.len()
            && expected
                .iter()
                .all(|begins| went.iter().any(|it| it.starts_with(begins)));
        assert!(fits, "{who} had {went:?} on {day}, not {expected:?}");
    }

    /// Asserts that a dispatch waits because a limit is full, until then.
    pub(crate) async fn full(&self, who: &str, named: &str, rule: &str, until: &str) {
        let it = self.dispatch(who, named).await.view;
        let told = it.rule.as_ref().map(|rule| rule.as_str());
        assert_eq!(it.standing.state, State::Scheduled, "{who}, {named}");
        let expected = (Some(Reason::Limit), Some(rule), Some(utc(until)));
        assert_eq!((it.reason, told, it.until), expected, "{who}, {named}");
    }

    /// Asserts that a dispatch waits for hours that open then, or at most five minutes later.
    pub(crate) async fn quiet(&self, who: &str, named: &str, opens: &str) {
        let it = self.dispatch(who, named).await.view;
        let (until, opens): (DateTime<Utc>, _) = (it.until.unwrap(), utc(opens));
        assert_eq!(it.reason, Some(Reason::QuietHours), "{who}, {named}");
        let late = until - opens;
        let spread = chrono::Duration::zero()..chrono::Duration::minutes(5);
        assert!(spread.contains(&late), "{who}, {named}: {until}");
    }

    /// Asserts that a dispatch ended without being sent, and why.
    pub(crate) async fn never(&self, who: &str, named: &str, reason: Reason, rule: Option<&str>) {
        let it = self.dispatch(who, named).await;
        // A dispatch that once waited for a limit keeps its name, whatever it ended by.
        let told = it.view.rule.as_ref().map(|rule| rule.as_str());
        let told = told.filter(|_| reason == Reason::Limit);
        assert!(it.view.standing.state.is_final(), "{who}, {named}");
        let why = (it.view.reason, told, it.first_at);
        assert_eq!(why, (Some(reason), rule, None), "{who}, {named}");
    }

    /// Asserts that somebody was not even meant.
    pub(crate) async fn not_meant(&self, who: &str, named: &str) {
        let entries = self.entries_of(who).await;
        let meant = entries.iter().any(|it| name(it).starts_with(named));
        assert!(!meant, "{who} has {named}");
    }
}
