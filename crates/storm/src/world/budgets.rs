//! What campaigns may cost: each budget once, for the engine and for the verdict.

use pregon::{Budget, Decimal};

use super::World;
use crate::Result;

/// What a message costs, in whole units of the currency.
const PRICE: u32 = 25;

const CURRENCY: &str = "CLP";

/// The budget of a campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purse {
    /// How many messages.
    Messages(u64),
    /// How much money, in whole units of the currency.
    Money(u64),
}

impl World {
    /// The budget of a campaign, if it has one: less than it would spend otherwise.
    ///
    /// The reminder has enough messages for three in four people, the offer money for half of them
    /// and for most of another message, which must not be taken for a whole one.
    pub(crate) fn purse(&self, campaign: &str) -> Option<Purse> {
        let people = u64::from(self.people);
        match campaign {
            "aviso" => Some(Purse::Messages(people * 3 / 4)),
            "oferta" => Some(Purse::Money(
                people / 2 * u64::from(PRICE) + u64::from(PRICE) - 1,
            )),
            _ => None,
        }
    }
}

impl Purse {
    /// How many messages it pays for.
    pub(crate) fn pays_for(self) -> u64 {
        match self {
            Self::Messages(messages) => messages,
            Self::Money(money) => money / u64::from(PRICE),
        }
    }

    /// As the engine is told of it.
    pub(crate) fn budget(self) -> Result<Budget> {
        let mut budget = Budget::default();
        match self {
            Self::Messages(messages) => budget.messages = Some(messages),
            Self::Money(money) => {
                budget.total = Some(Decimal::from(i64::try_from(money)?));
                budget.currency = Some(CURRENCY.to_owned());
            }
        }
        Ok(budget)
    }
}

/// What the engine is told that a message costs.
pub(crate) fn price() -> Decimal {
    Decimal::from(i64::from(PRICE))
}
