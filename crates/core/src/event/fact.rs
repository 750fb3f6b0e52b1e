//! What an event tells.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::line;
use crate::{
    CampaignId, CampaignRecord, CampaignState, ChannelName, CustomerId, DispatchId, DispatchView,
    Feedback, FeedbackKind, LimitId, OccurrenceId, Preference, Subject, Word,
};

/// Something that happened: ids, states and counts, no address, no name and no text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fact {
    /// A dispatch was planned, begun, put off, settled or ended: how it stands since.
    #[serde(with = "line::dispatch")]
    Dispatch(DispatchView),
    /// A campaign was kept: published, moved on in its life, or changed.
    Campaign(CampaignFact),
    /// Somebody said whether they may be written to.
    Word(WordFact),
    /// So many messages were counted that somebody is to be told ([`Quota::alert`](crate::Quota)).
    Limit(LimitFact),
    /// A provider told what became of a message.
    Feedback(FeedbackFact),
    /// A person was forgotten.
    Erased(ErasedFact),
}

/// A campaign, as it stands since it was kept.
///
/// Dispatches that end because their campaign is over have no facts of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignFact {
    /// The campaign.
    pub campaign: CampaignId,
    /// Which of its versions; they count from one without a gap.
    pub version: u64,
    /// Its state before, if it was kept before.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub before: Option<CampaignState>,
    /// Its state.
    pub state: CampaignState,
}

/// A word of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordFact {
    /// Whose word it is.
    #[serde(with = "line::subject")]
    pub subject: Subject,
    /// The channel that it speaks of, or all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub channel: Option<ChannelName>,
    /// The purposes that it speaks of: one, `*promotional` or `*`.
    pub purpose: String,
    /// What it says.
    pub word: Word,
    /// How it came.
    pub source: String,
    /// The version of the text that the person agreed to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub wording: Option<String>,
}

/// A limit that comes near its end for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitFact {
    /// The limit.
    pub rule: LimitId,
    /// Whom it counts.
    #[serde(with = "line::subject")]
    pub subject: Subject,
    /// The dispatch that took the place.
    #[serde(with = "line::id")]
    pub dispatch: DispatchId,
    /// How many places are taken now.
    pub taken: u32,
    /// How many there may be.
    pub most: u32,
}

/// What a provider told of a message. What it knows of the person is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedbackFact {
    /// The message.
    #[serde(with = "line::id")]
    pub dispatch: DispatchId,
    /// Who told.
    pub provider: String,
    /// What became of it.
    #[serde(with = "line::feedback")]
    pub kind: FeedbackKind,
    /// When, as the provider says.
    pub at: DateTime<Utc>,
    /// The provider's code for the reason.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub code: Option<String>,
}

/// A person who was forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedFact {
    /// The name under which their dispatches are kept since.
    pub tombstone: CustomerId,
    /// How many dispatches they had.
    pub dispatches: u64,
    /// How many of them waited, and will not be sent.
    pub withdrawn: u64,
}

impl Fact {
    /// What is told when a campaign is kept that was in the state `before`.
    #[must_use]
    pub fn campaign(record: &CampaignRecord, before: Option<CampaignState>) -> Self {
        Self::Campaign(CampaignFact {
            campaign: record.campaign().id.clone(),
            version: record.version(),
            before,
            state: record.state(),
        })
    }

    /// What is told of a word.
    #[must_use]
    pub fn word(said: &Preference) -> Self {
        Self::Word(WordFact {
            subject: said.subject.clone(),
            channel: said.scope.channel.clone(),
            purpose: said.scope.purpose.as_str().to_owned(),
            word: said.word,
            source: said.source.clone(),
            wording: said.wording.clone(),
        })
    }

    /// What is told of a report about a dispatch.
    #[must_use]
    pub fn feedback(dispatch: DispatchId, report: &Feedback) -> Self {
        Self::Feedback(FeedbackFact {
            dispatch,
            provider: report.provider.clone().into_owned(),
            kind: report.kind,
            at: report.at,
            code: report.code.clone(),
        })
    }

    /// The kind of it, as the type of a CloudEvent: `pregon.dispatch.accepted`.
    #[must_use]
    pub fn kind(&self) -> String {
        match self {
            Self::Dispatch(view) => format!("pregon.dispatch.{}", view.standing.state),
            Self::Campaign(it) if it.before == Some(it.state) => "pregon.campaign.changed".into(),
            Self::Campaign(it) => format!("pregon.campaign.{}", it.state.as_str()),
            Self::Word(it) if it.word == Word::OptIn => "pregon.preference.opt_in".to_owned(),
            Self::Word(_) => "pregon.preference.opt_out".to_owned(),
            Self::Limit(_) => "pregon.limit.near".to_owned(),
            Self::Feedback(it) => format!("pregon.feedback.{}", it.kind),
            Self::Erased(_) => "pregon.person.erased".to_owned(),
        }
    }

    /// What it speaks of, as the subject of a CloudEvent; `None` when that is a person.
    #[must_use]
    pub fn subject(&self) -> Option<String> {
        match self {
            Self::Dispatch(view) => Some(view.id.to_string()),
            Self::Campaign(it) => Some(it.campaign.to_string()),
            Self::Limit(it) => Some(it.dispatch.to_string()),
            Self::Feedback(it) => Some(it.dispatch.to_string()),
            Self::Word(_) | Self::Erased(_) => None,
        }
    }

    /// Puts the tombstone of somebody who was forgotten in their place, where they stand.
    pub fn forget(&mut self, customer: &CustomerId, tombstone: &CustomerId) {
        let person = match self {
            Self::Dispatch(view) if view.key.customer == *customer => {
                view.key.occurrence = OccurrenceId::erased();
                &mut view.key.customer
            }
            Self::Word(WordFact { subject, .. }) | Self::Limit(LimitFact { subject, .. }) => {
                match subject {
                    Subject::Customer(id) if id == customer => id,
                    _ => return,
                }
            }
            _ => return,
        };
        person.clone_from(tombstone);
    }
}
