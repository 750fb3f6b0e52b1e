//! The built-in limit: at most N per window for what its scope names.

use chrono::{DateTime, Utc};

use super::{Period, Quota, Share, WhenFull};
use crate::{BrandId, CampaignId, Candidate, ChannelName, Class, JourneyId, LimitId, Purpose};

/// Which dispatches a limit counts; what it does not name, it does not ask for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Only this brand.
    pub brand: Option<BrandId>,
    /// Only this channel.
    pub channel: Option<ChannelName>,
    /// Only this purpose.
    pub purpose: Option<Purpose>,
    /// Only this campaign.
    pub campaign: Option<CampaignId>,
    /// Only this journey.
    pub journey: Option<JourneyId>,
    /// Only promotional messages, or only transactional ones.
    pub class: Option<Class>,
}

impl Scope {
    fn covers(&self, it: &Candidate) -> bool {
        fn same<T: PartialEq>(wanted: Option<&T>, is: Option<&T>) -> bool {
            wanted.is_none() || wanted == is
        }
        same(self.brand.as_ref(), it.brand.as_ref())
            && same(self.channel.as_ref(), Some(&it.channel))
            && same(self.purpose.as_ref(), Some(&it.purpose))
            && same(self.campaign.as_ref(), Some(&it.campaign))
            && same(self.journey.as_ref(), Some(&it.journey))
            && same(self.class.as_ref(), Some(&it.class))
    }
}

/// A limit that makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CapError {
    /// `most` is zero: to write to nobody, pause the campaign.
    #[error("a limit of 0 would refuse everything; pause the campaign instead")]
    Zero,
}

/// At most so many dispatches of a scope per window, for each person or each address.
///
/// Transactional messages are counted but not refused, unless `transactional_too` is said.
///
/// ```
/// # use pregon_core::{Cap, LimitId};
/// let weekly: Cap = serde_json::from_str(
///     r#"{ "id": "un-correo-por-semana", "channel": "email", "most": 1, "per": "week" }"#,
/// )?;
/// assert_eq!(weekly.id, Some(LimitId::new("un-correo-por-semana")?));
/// let misspelt = serde_json::from_str::<Cap>(r#"{ "chanel": "email", "most": 1, "per": "day" }"#);
/// assert!(misspelt.is_err(), "it would have counted every channel");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct Cap {
    /// Its name, under which its counts are kept; without one it is named after what it says.
    pub id: Option<LimitId>,
    /// Which dispatches it counts.
    pub scope: Scope,
    /// How many there may be.
    pub most: u32,
    /// In which window.
    pub per: Period,
    /// What happens to one too many.
    pub when_full: WhenFull,
    /// Whether addresses are counted instead of people.
    pub by_address: bool,
    /// Whether transactional messages are refused as well.
    pub transactional_too: bool,
    /// At which part of it somebody is told.
    pub alert_at: Option<Share>,
}

/// A cap as it is written: flat. `serde(flatten)` would let misspelt keys pass, and a limit that
/// silently counts more than was meant is worse than none.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    id: Option<LimitId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    brand: Option<BrandId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<ChannelName>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    campaign: Option<CampaignId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    journey: Option<JourneyId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    class: Option<Class>,
    most: u32,
    per: Period,
    #[serde(default)]
    when_full: WhenFull,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    by_address: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    transactional_too: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alert_at: Option<Share>,
}

impl From<Written> for Cap {
    fn from(it: Written) -> Self {
        let scope = Scope {
            brand: it.brand,
            channel: it.channel,
            purpose: it.purpose,
            campaign: it.campaign,
            journey: it.journey,
            class: it.class,
        };
        Self {
            id: it.id,
            scope,
            most: it.most,
            per: it.per,
            when_full: it.when_full,
            by_address: it.by_address,
            transactional_too: it.transactional_too,
            alert_at: it.alert_at,
        }
    }
}

impl From<Cap> for Written {
    fn from(it: Cap) -> Self {
        Self {
            id: it.id,
            brand: it.scope.brand,
            channel: it.scope.channel,
            purpose: it.scope.purpose,
            campaign: it.scope.campaign,
            journey: it.scope.journey,
            class: it.scope.class,
            most: it.most,
            per: it.per,
            when_full: it.when_full,
            by_address: it.by_address,
            transactional_too: it.transactional_too,
            alert_at: it.alert_at,
        }
    }
}

impl Cap {
    /// Whether the numbers make sense.
    ///
    /// # Errors
    /// When the limit is zero.
    pub fn check(&self) -> Result<(), CapError> {
        if self.most == 0 {
            Err(CapError::Zero)
        } else {
            Ok(())
        }
    }

    /// The name under which it counts.
    #[must_use]
    pub fn name(&self) -> LimitId {
        if let Some(id) = &self.id {
            return id.clone();
        }
        let scope = &self.scope;
        let parts = [
            scope.brand.as_ref().map(BrandId::as_str),
            scope.campaign.as_ref().map(CampaignId::as_str),
            scope.journey.as_ref().map(JourneyId::as_str),
            scope.channel.as_ref().map(ChannelName::as_str),
            scope.purpose.as_ref().map(Purpose::as_str),
            scope.class.map(Class::as_str),
        ];
        let mut name: Vec<&str> = parts.into_iter().flatten().collect();
        let tail = format!("{}-per-{}", self.most, self.per);
        name.push(&tail);
        // Ids have at most 64 characters; the end says most about a limit.
        let long: Vec<char> = name.join("-").chars().collect();
        let short: String = long[long.len().saturating_sub(64)..].iter().collect();
        LimitId::new(short).expect("parts of ids joined by a dash are an id")
    }
}

impl crate::Limit for Cap {
    fn quota(&self, it: &Candidate, at: DateTime<Utc>) -> Option<Quota> {
        if !self.scope.covers(it) {
            return None;
        }
        let [person, address] = it.subjects();
        let counted_only = it.class == Class::Transactional && !self.transactional_too;
        Some(Quota {
            rule: self.name(),
            subject: if self.by_address { address } else { person },
            most: self.most,
            window: self.per.window(at, it.zone),
            when_full: if counted_only {
                WhenFull::Count
            } else {
                self.when_full
            },
            alert: self.alert_at.map(|share| share.of(self.most)),
            takes: true,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limit as _;
    use crate::testing::candidate;

    fn quota(written: &str, it: &Candidate) -> Option<Quota> {
        let cap: Cap = serde_json::from_str(written).unwrap();
        let again = serde_json::to_string(&cap).unwrap();
        assert_eq!(serde_json::from_str::<Cap>(&again).unwrap(), cap, "{again}");
        cap.quota(it, "2026-11-20T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn the_alert_is_the_ceiling_of_the_share() {
        let alert = |written: &str| quota(written, &candidate()).unwrap().alert;
        assert_eq!(alert(r#"{ "most": 8, "per": "month" }"#), None);
        for (most, share, count) in [
            (8, "\"80%\"", 7),
            (10, "0.8", 8),
            (1, "\"1%\"", 1),
            (3, "\"100%\"", 3),
        ] {
            let text = format!(r#"{{ "most": {most}, "per": "month", "alert_at": {share} }}"#);
            assert_eq!(alert(&text), Some(count), "{text}");
        }
        let wrong = r#"{ "most": 8, "per": "month", "alert_at": "8" }"#;
        let error = serde_json::from_str::<Cap>(wrong).unwrap_err().to_string();
        assert!(error.contains("80%"), "it says how: {error}");
    }

    #[test]
    fn a_class_is_counted_by_itself() {
        let written = r#"{ "class": "promotional", "most": 1, "per": "day" }"#;
        let mut it = candidate();
        let name = quota(written, &it).unwrap().rule;
        assert_eq!(name.as_str(), "promotional-1-per-day");
        it.class = Class::Transactional;
        assert_eq!(quota(written, &it), None);
        let both = quota(r#"{ "most": 1, "per": "day" }"#, &it).unwrap();
        assert_eq!((both.when_full, both.takes), (WhenFull::Count, true));
    }
}
