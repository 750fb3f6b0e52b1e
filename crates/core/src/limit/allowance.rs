//! What a campaign may spend, and what it has spent.

use crate::{Budget, Decimal};

/// What a campaign may spend and what one dispatch costs it, in millionths of the currency's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Allowance {
    /// How many messages, if that is limited.
    pub messages: Option<u64>,
    /// How much money, if that is limited.
    pub money: Option<i64>,
    /// What one dispatch costs.
    pub price: i64,
    /// The version of the campaign that says so, where another one may say something else by now.
    pub version: Option<u64>,
}

/// What a campaign has spent on dispatches that may have reached somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Spent {
    /// How many messages.
    pub messages: u64,
    /// How much money, in millionths of the currency's unit.
    pub money: i64,
}

impl Allowance {
    /// What a budget allows to dispatches of a price. What has more places than a millionth is
    /// rounded against the spender: the price up, the budget down.
    ///
    /// ```
    /// # use pregon_core::{Allowance, Budget, Spent};
    /// let budget = Budget { total: Some("10.5".parse()?), currency: Some("USD".into()), messages:
    /// None }; let allowance = Allowance::of(&budget, "3.5".parse()?);
    /// let mut spent = Spent::default();
    /// for _ in 0..3 {
    ///     assert!(allowance.fits(spent));
    ///     spent.charge(allowance.price);
    /// }
    /// assert!(!allowance.fits(spent), "all of it is spent");
    /// # Ok::<(), pregon_core::DecimalError>(())
    /// ```
    #[must_use]
    pub fn of(budget: &Budget, price: Decimal) -> Self {
        Self {
            messages: budget.messages,
            money: budget.total.map(|total| millionths(total, false)),
            price: millionths(price, true),
            version: None,
        }
    }

    /// The same for a dispatch that costs the price so many times: the parts of a short message.
    /// It is one message nevertheless.
    #[must_use]
    pub fn times(mut self, parts: u32) -> Self {
        self.price = self.price.saturating_mul(i64::from(parts));
        self
    }

    /// The same, as a version of the campaign says.
    #[must_use]
    pub fn of_version(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// Whether the version of the campaign that is kept says so.
    #[must_use]
    pub fn is_said_by(&self, kept: Option<u64>) -> bool {
        self.version.is_none_or(|version| kept == Some(version))
    }

    /// Whether one more dispatch fits beside what is spent.
    #[must_use]
    pub fn fits(&self, spent: Spent) -> bool {
        let after = spent.money.saturating_add(self.price);
        self.messages.is_none_or(|most| spent.messages < most)
            && self.money.is_none_or(|most| after <= most)
    }
}

impl Spent {
    /// Charges a dispatch that begins.
    pub fn charge(&mut self, price: i64) {
        self.messages = self.messages.saturating_add(1);
        self.money = self.money.saturating_add(price);
    }

    /// Gives back what a dispatch was charged that surely did not arrive.
    pub fn refund(&mut self, price: i64) {
        self.messages = self.messages.saturating_sub(1);
        self.money = self.money.saturating_sub(price);
    }
}

/// The number of millionths, rounded up or down; what is too large is the largest.
fn millionths(amount: Decimal, up: bool) -> i64 {
    let (units, scale) = amount.parts();
    let exact = match scale {
        0..=6 => units.saturating_mul(10_i128.pow(6 - scale)),
        _ => {
            let divisor = 10_i128.pow(scale - 6);
            let (whole, rest) = (units.div_euclid(divisor), units.rem_euclid(divisor));
            whole + i128::from(up && rest != 0)
        }
    };
    i64::try_from(exact).unwrap_or(if exact < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(amount: &str, down: i64, up: i64) {
        let amount = amount.parse().unwrap();
        assert_eq!(
            (millionths(amount, false), millionths(amount, true)),
            (down, up)
        );
    }

    #[test]
    fn whole_and_broken_amounts() {
        check("25", 25_000_000, 25_000_000);
        check("0.0000015", 1, 2);
        check("0.000001", 1, 1);
    }
    #[test]
    fn what_is_too_large_is_the_largest() {
        check("9999999999999999999999", i64::MAX, i64::MAX);
    }

    #[test]
    fn messages_are_limited_by_themselves() {
        let allowance = Allowance {
            messages: Some(1),
            ..Allowance::default()
        };
        let mut spent = Spent::default();
        assert!(allowance.fits(spent));
        spent.charge(0);
        assert!(!allowance.fits(spent));
        spent.refund(0);
        assert!(allowance.fits(spent));
    }
}
