//! A journey: a trigger, an audience and steps.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Freeze;
use crate::{
    ChannelName, CustomName, DateSpec, IdError, JourneyId, RecordKind, StepId, TriggerSpec,
};

/// Who is written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum AudienceSpec {
    /// Those whom a rule, in its text form, matches.
    Rule(String),
    /// Those whom the host's own audience of this name holds.
    Custom {
        /// The name.
        custom: CustomName,
    },
}

/// A trigger, an audience and steps. One action is the shortest journey.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Journey {
    /// Written once, never used for another journey of the campaign.
    pub id: JourneyId,
    /// When.
    pub trigger: TriggerSpec,
    /// Who; everybody without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<AudienceSpec>,
    /// Whether who belongs is settled once, when the campaign is published, and what is kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freeze: Option<Freeze>,
    /// What.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

impl Journey {
    /// A journey of a trigger, for everybody, without steps.
    ///
    /// # Errors
    /// When the id is not one.
    pub fn new(id: &str, trigger: TriggerSpec) -> Result<Self, IdError> {
        Ok(Self {
            id: JourneyId::new(id)?,
            trigger,
            audience: None,
            freeze: None,
            steps: Vec::new(),
        })
    }

    /// A journey so many days before a date of a record.
    ///
    /// # Errors
    /// When one of the ids is not one.
    pub fn before_date(id: &str, record: &str, date: &str, days: u32) -> Result<Self, IdError> {
        let spec = DateSpec {
            record: RecordKind::new(record)?,
            date: date.to_owned(),
            days: Some(days),
            hours: None,
            cron: None,
            not_after: None,
            catch_up: None,
        };
        Self::new(id, TriggerSpec::BeforeDate(spec))
    }

    /// Only for those whom the rule matches.
    #[must_use]
    pub fn audience(mut self, rule: &str) -> Self {
        self.audience = Some(AudienceSpec::Rule(rule.to_owned()));
        self
    }

    /// Only for those who belong when the campaign is published.
    #[must_use]
    pub fn frozen(mut self, freeze: Freeze) -> Self {
        self.freeze = Some(freeze);
        self
    }

    /// With a step more.
    #[must_use]
    pub fn step(mut self, step: Step) -> Self {
        self.steps.push(step);
        self
    }
}

/// The text of a part: one for all, or one a language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PartText {
    /// For every language.
    One(String),
    /// By language; the campaign's first language is `es` unless only others are there.
    ByLanguage(BTreeMap<String, String>),
}

impl PartText {
    /// The text for a language: its own, else Spanish, else the first there is.
    #[must_use]
    pub fn for_language(&self, language: &str) -> Option<&str> {
        match self {
            Self::One(text) => Some(text),
            Self::ByLanguage(texts) => {
                let found = texts.get(language).or_else(|| texts.get("es"));
                found.or_else(|| texts.values().next()).map(String::as_str)
            }
        }
    }

    /// The languages that have a text of their own; empty when one text serves all.
    #[must_use]
    pub fn languages(&self) -> Vec<&str> {
        match self {
            Self::One(_) => Vec::new(),
            Self::ByLanguage(texts) => texts.keys().map(String::as_str).collect(),
        }
    }
}

impl From<&str> for PartText {
    fn from(text: &str) -> Self {
        Self::One(text.to_owned())
    }
}

/// What a step does: a message of a kind, by the name of its table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepAction {
    /// The name of the table: the kind of message, looked up among what the host registered.
    pub kind: ChannelName,
    /// The texts of its parts.
    pub parts: BTreeMap<String, PartText>,
}

/// A step of a journey. In files: `{ "id": "correo", "email": { "subject": …, "text": … } }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Written once, never used for another step of the journey.
    pub id: StepId,
    /// What it does.
    pub action: StepAction,
}

impl Step {
    /// A step that carries a message of a kind with these parts.
    ///
    /// # Errors
    /// When one of the ids is not one.
    pub fn message(id: &str, kind: &str, parts: &[(&str, &str)]) -> Result<Self, IdError> {
        let texts = parts
            .iter()
            .map(|(name, text)| ((*name).to_owned(), PartText::from(*text)));
        let action = StepAction {
            kind: ChannelName::new(kind)?,
            parts: texts.collect(),
        };
        Ok(Self {
            id: StepId::new(id)?,
            action,
        })
    }

    /// A step that sends an e-mail with a plain body.
    ///
    /// # Errors
    /// When the id is not one.
    pub fn email(id: &str, subject: &str, text: &str) -> Result<Self, IdError> {
        Self::message(id, "email", &[("subject", subject), ("text", text)])
    }

    /// A step that sends a short message.
    ///
    /// # Errors
    /// When the id is not one.
    pub fn sms(id: &str, text: &str) -> Result<Self, IdError> {
        Self::message(id, "sms", &[("text", text)])
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap as _;
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry(&self.action.kind, &self.action.parts)?;
        map.end()
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut table: BTreeMap<String, serde_json::Value> = BTreeMap::deserialize(deserializer)?;
        let id = table
            .remove("id")
            .ok_or_else(|| D::Error::missing_field("id"))?;
        let id: StepId = serde_json::from_value(id).map_err(D::Error::custom)?;
        let mut rest = table.into_iter();
        let (Some((kind, parts)), None) = (rest.next(), rest.next()) else {
            let message = format!("step {id} must have exactly one action, as email = {{ … }}");
            return Err(D::Error::custom(message));
        };
        let kind = ChannelName::new(kind).map_err(D::Error::custom)?;
        let parts = serde_json::from_value(parts).map_err(|_| {
            D::Error::custom(format!(
                "{kind}: a part is a text, or a text for each language"
            ))
        })?;
        Ok(Self {
            id,
            action: StepAction { kind, parts },
        })
    }
}
