//! Limits that stand in the surroundings, by the names that a business gave them.

use pregon::{Cap, ChannelName, LimitId, Scope, WhenFull};

use super::secrets::variable;
use crate::output::Failure;

/// The variables, with the channel and the period that each limits.
const LIMITS: [(&str, &str, &str); 3] = [
    ("SMS_DAILY_LIMIT", "sms", "day"),
    ("SMS_MONTHLY_LIMIT", "sms", "month"),
    ("EMAIL_WEEKLY_LIMIT", "email", "week"),
];

/// The limits of the variables that are set, beside those of the file: of two over the same the
/// smaller one holds. They are named as their variables, in the way of names: `sms-daily-limit`.
pub(super) fn limits(written: &[Cap]) -> Result<Vec<Cap>, Failure> {
    let mut caps = Vec::new();
    for (name, channel, period) in LIMITS {
        let Some(text) = variable(name) else {
            continue;
        };
        let most = text.trim().parse().ok().filter(|most| *most > 0);
        let most: u32 = most.ok_or_else(|| {
            let message = format!("{name} is not a number of messages: a whole number from 1 on");
            Failure::configuration(message)
        })?;
        let id = name.to_ascii_lowercase().replace('_', "-");
        if written.iter().any(|cap| cap.name().as_str() == id) {
            let message = format!("there is a limit {id} in the file, and {name} is set: say one");
            return Err(Failure::configuration(message));
        }
        let inner = |what: String| Failure::configuration(format!("{name}: {what}"));
        let channel = ChannelName::new(channel).map_err(|error| inner(error.to_string()))?;
        let per = period.parse().map_err(|_| inner(period.to_owned()))?;
        let scope = Scope {
            channel: Some(channel),
            ..Scope::default()
        };
        let id = LimitId::new(&id).map_err(|error| inner(error.to_string()))?;
        caps.push(Cap {
            id: Some(id),
            scope,
            most,
            per,
            when_full: WhenFull::default(),
            by_address: false,
            transactional_too: false,
            alert_at: None,
        });
    }
    Ok(caps)
}
