//! How facts are written: plain JSON of ids, names and numbers, and read back from it.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{
    AddressHash, CampaignId, ChannelName, CustomerId, DispatchId, DispatchKey, DispatchView,
    FeedbackKind, JourneyId, LimitId, OccurrenceId, Purpose, Reason, Standing, State, StepId,
    Subject,
};

/// A dispatch, part by part.
#[derive(Serialize, Deserialize)]
struct Line {
    #[serde(with = "id")]
    dispatch: DispatchId,
    campaign: CampaignId,
    journey: JourneyId,
    step: StepId,
    trigger: String,
    occurrence: OccurrenceId,
    customer: CustomerId,
    channel: ChannelName,
    purpose: Purpose,
    #[serde(with = "dispatch_state")]
    state: State,
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    in_doubt: bool,
    #[serde(with = "reason", skip_serializing_if = "Option::is_none", default)]
    reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    rule: Option<LimitId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    until: Option<chrono::DateTime<chrono::Utc>>,
    attempts: u32,
    changed_at: chrono::DateTime<chrono::Utc>,
}

pub(super) mod dispatch {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        it: &DispatchView,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let key = it.key.clone();
        let line = Line {
            dispatch: it.id,
            campaign: key.campaign,
            journey: key.journey,
            step: key.step,
            trigger: key.trigger,
            occurrence: key.occurrence,
            customer: key.customer,
            channel: key.channel,
            purpose: it.purpose.clone(),
            state: it.standing.state,
            in_doubt: it.standing.in_doubt,
            reason: it.reason,
            rule: it.rule.clone(),
            until: it.until,
            attempts: it.attempts,
            changed_at: it.at,
        };
        line.serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<DispatchView, D::Error> {
        let line = Line::deserialize(from)?;
        Ok(DispatchView {
            id: line.dispatch,
            key: DispatchKey {
                campaign: line.campaign,
                journey: line.journey,
                step: line.step,
                trigger: line.trigger,
                occurrence: line.occurrence,
                customer: line.customer,
                channel: line.channel,
            },
            purpose: line.purpose,
            standing: Standing {
                state: line.state,
                in_doubt: line.in_doubt,
            },
            reason: line.reason,
            rule: line.rule,
            until: line.until,
            attempts: line.attempts,
            at: line.changed_at,
        })
    }
}

/// What is written by its name.
macro_rules! by_name {
    ($module:ident: $type:ty, $name:expr, $parse:expr) => {
        pub(super) mod $module {
            use super::*;

            pub(in super::super) fn serialize<S: Serializer>(
                it: &$type,
                to: S,
            ) -> Result<S::Ok, S::Error> {
                let name: fn(&$type) -> String = $name;
                to.serialize_str(&name(it))
            }

            pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
                from: D,
            ) -> Result<$type, D::Error> {
                let parse: fn(&str) -> Option<$type> = $parse;
                let text = String::deserialize(from)?;
                parse(&text)
                    .ok_or_else(|| D::Error::custom(concat!("unknown ", stringify!($module))))
            }
        }
    };
}

by_name!(id: DispatchId, |id| id.to_string(), DispatchId::parse);
by_name!(feedback: FeedbackKind, |it| it.as_str().to_owned(), FeedbackKind::parse);
by_name!(dispatch_state: State, |state| state.as_str().to_owned(), State::parse);
pub(super) mod reason {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        it: &Option<Reason>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        it.map(Reason::as_str).serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Reason>, D::Error> {
        let name: Option<String> = Option::deserialize(from)?;
        let known =
            |name: String| Reason::parse(&name).ok_or_else(|| D::Error::custom("unknown reason"));
        name.map(known).transpose()
    }
}

/// Whom a fact speaks of: an address by its hash.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Whom {
    Customer(CustomerId),
    Address(String),
    Named(String),
}

pub(super) mod subject {
    use super::*;

    pub(in super::super) fn serialize<S: Serializer>(
        it: &Subject,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let hex = |hash: &AddressHash| data_encoding::HEXLOWER.encode(hash.as_bytes());
        let whom = match it {
            Subject::Customer(id) => Whom::Customer(id.clone()),
            Subject::Address(hash) => Whom::Address(hex(hash)),
            Subject::Named(name) => Whom::Named(name.clone()),
        };
        whom.serialize(to)
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Subject, D::Error> {
        Ok(match Whom::deserialize(from)? {
            Whom::Customer(id) => Subject::Customer(id),
            Whom::Named(name) => Subject::Named(name),
            Whom::Address(hex) => {
                let bytes = data_encoding::HEXLOWER.decode(hex.as_bytes()).ok();
                let bytes = bytes.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
                let wrong = || D::Error::custom("an address is no hash");
                Subject::Address(AddressHash::from_bytes(bytes.ok_or_else(wrong)?))
            }
        })
    }
}
