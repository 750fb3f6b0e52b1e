//! A campaign as it is written.

use chrono::{DateTime, Utc};

use super::Journey;
use crate::{BrandId, CampaignId, Cap, Decimal, Purpose, Zone};

/// What kind of campaign it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CampaignType {
    /// Afiliación.
    Affiliation,
    /// Influencer.
    Influencer,
    /// Lealtad.
    Loyalty,
    /// B2B.
    B2b,
    /// Mixta.
    Mixed,
}

/// What a campaign is to bring.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Objective {
    /// Ventas.
    Sales,
    /// Reconocimiento de la marca.
    BrandAwareness,
    /// Engagement.
    Engagement,
    /// Generación de contactos.
    LeadGeneration,
    /// Conversión.
    Conversion,
}

/// What a campaign may cost: money, messages, or both. When it is spent nothing more begins.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// The sum, against which each message counts with the price of its channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<Decimal>,
    /// Its currency, as ISO 4217 writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How many messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub messages: Option<u64>,
}

/// What a campaign is measured by.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Goals {
    /// So many sales.
    pub sales: Option<u64>,
    /// So many reactions.
    pub engagement: Option<u64>,
}

/// A campaign as it is written: the JSON form of this is what stores keep.
///
/// ```
/// # use pregon_core::Campaign;
/// let campaign: Campaign = serde_json::from_str(r#"{
///     "id": "renovacion", "name": "Renovación", "purpose": "renewal",
///     "journey": [{
///         "id": "aviso-30-dias",
///         "trigger": { "before_date": { "record": "pin", "date": "expiry_date", "days": 30 } },
///         "audience": "status = \"Delivered\"",
///         "step": [{ "id": "correo", "email": { "subject": "Su pin vence", "text": "Hola" } }]
///     }]
/// }"#)?;
/// assert_eq!(campaign.journeys[0].steps[0].id.as_str(), "correo");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// Written once, never used for another campaign.
    pub id: CampaignId,
    /// Up to 255 characters.
    pub name: String,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Why it writes, declared once.
    pub purpose: Purpose,
    /// In whose name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brand: Option<BrandId>,
    /// What kind it is.
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    pub r#type: Option<CampaignType>,
    /// What it is to bring.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<Objective>,
    /// When it starts by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    /// What it may cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Budget>,
    /// What it is measured by.
    #[serde(default)]
    pub goals: Goals,
    /// Terms and conditions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<String>,
    /// Which comes first when two campaigns want the last place; smaller is more important.
    #[serde(default)]
    pub priority: i32,
    /// The zone of its calendar; the engine's without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<Zone>,
    /// The currency in which its templates print money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Its journeys.
    #[serde(default, rename = "journey")]
    pub journeys: Vec<Journey>,
    /// Limits that count this campaign's messages only.
    #[serde(default, rename = "limit", skip_serializing_if = "Vec::is_empty")]
    pub limits: Vec<Cap>,
    /// Texts that several parts share: `{{> pie}}` reads `pie`.
    #[serde(
        default,
        rename = "partial",
        skip_serializing_if = "std::collections::BTreeMap::is_empty"
    )]
    pub partials: std::collections::BTreeMap<String, String>,
}

impl Campaign {
    /// A campaign without journeys.
    ///
    /// # Errors
    /// When id or purpose is not one.
    pub fn new(id: &str, purpose: &str) -> Result<Self, crate::IdError> {
        Ok(Self {
            id: CampaignId::new(id)?,
            name: id.to_owned(),
            description: None,
            purpose: Purpose::new(purpose)?,
            brand: None,
            r#type: None,
            objective: None,
            starts_at: None,
            ends_at: None,
            budget: None,
            goals: Goals::default(),
            terms: None,
            priority: 0,
            zone: None,
            currency: None,
            journeys: Vec::new(),
            limits: Vec::new(),
            partials: std::collections::BTreeMap::new(),
        })
    }

    /// With a journey more.
    #[must_use]
    pub fn with(mut self, journey: Journey) -> Self {
        self.journeys.push(journey);
        self
    }

    /// With a limit more, which counts this campaign's messages only.
    #[must_use]
    pub fn limited(mut self, limit: Cap) -> Self {
        self.limits.push(limit);
        self
    }
}
