//! How often it may be: each rule once, for the engine and for the verdict.

use pregon::{Cap, Length, Period, WhenFull};

use super::Sent;
use crate::Result;
use crate::args::hours;

/// In which stretch of time a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Span {
    /// The time back from now.
    Rolling(Length),
    /// A civil day where the person lives.
    Day,
    /// An ISO week where the person lives.
    Week,
}

/// A limit of the world.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Its name.
    pub(crate) id: &'static str,
    /// Only this brand.
    pub(crate) brand: Option<&'static str>,
    /// Only this campaign.
    pub(crate) campaign: Option<&'static str>,
    /// How many there may be.
    pub(crate) most: u32,
    /// In which stretch of time.
    pub(crate) span: Span,
    /// Whether one too many is given up instead of deferred.
    pub(crate) drops: bool,
    /// Whether addresses are counted instead of people.
    pub(crate) by_address: bool,
}

/// The limits of every storm: one that defers by hours, one that gives up, and one that defers to
/// the next day, counts addresses, and counts transactional messages without refusing them.
pub(crate) const LIMITS: [Rule; 3] = [
    Rule {
        id: "tienda-12h",
        brand: Some("tienda"),
        campaign: None,
        most: 2,
        span: Span::Rolling(hours(12)),
        drops: false,
        by_address: false,
    },
    Rule {
        id: "una-oferta",
        brand: None,
        campaign: Some("oferta"),
        most: 1,
        span: Span::Week,
        drops: true,
        by_address: false,
    },
    Rule {
        id: "buzon-al-dia",
        brand: None,
        campaign: None,
        most: 3,
        span: Span::Day,
        drops: false,
        by_address: true,
    },
];

impl Rule {
    /// Whether it counts a message.
    pub(crate) fn covers(&self, sent: &Sent) -> bool {
        self.brand.is_none_or(|it| it == sent.brand)
            && self.campaign.is_none_or(|it| it == sent.campaign)
    }

    /// It, as the engine takes it.
    pub(crate) fn cap(&self) -> Result<Cap> {
        // What a cap leaves out has its default; the rest is said here.
        let mut cap: Cap = serde_json::from_str(r#"{ "most": 1, "per": "day" }"#)?;
        cap.id = Some(self.id.parse()?);
        cap.scope.brand = self.brand.map(str::parse).transpose()?;
        cap.scope.campaign = self.campaign.map(str::parse).transpose()?;
        cap.most = self.most;
        cap.per = match self.span {
            Span::Rolling(length) => Period::Rolling(length),
            Span::Day => Period::Day,
            Span::Week => Period::Week,
        };
        cap.when_full = if self.drops {
            WhenFull::Drop
        } else {
            WhenFull::Defer
        };
        cap.by_address = self.by_address;
        Ok(cap)
    }
}
