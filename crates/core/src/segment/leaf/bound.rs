//! Where a value lies between the codes of a column.

use crate::Value;
use crate::rule::Comparison;

use super::super::code_set::CodeSet;
use super::super::population::Coding;

/// The place of a value among codes: on one of them, or between two.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bound {
    /// The greatest code that is not greater than the value; it may lie beyond all codes.
    below: i128,
    /// Whether that code is the value.
    exact: bool,
}

impl Bound {
    /// On a code.
    pub(super) fn whole(code: i128) -> Self {
        Self {
            below: code,
            exact: true,
        }
    }

    /// The place of a value; nothing when the column's values cannot be compared with it.
    pub(super) fn of(coding: &Coding, value: &Value) -> Option<Self> {
        match (coding, value) {
            (Coding::Integer, Value::Integer(n)) => Some(Self::whole((*n).into())),
            (Coding::Integer, Value::Decimal(d)) => Some(Self::scaled(d.parts(), 0)),
            (Coding::Scaled(scale), Value::Integer(n)) => {
                Some(Self::scaled(((*n).into(), 0), (*scale).into()))
            }
            (Coding::Scaled(scale), Value::Decimal(d)) => {
                Some(Self::scaled(d.parts(), (*scale).into()))
            }
            (Coding::Days, Value::Date(day)) => {
                Some(Self::whole(super::calendar::number(*day).into()))
            }
            (Coding::Micros, Value::Instant(at)) => Some(match at.timestamp_subsec_nanos() {
                // Within a leap second: after all of its minute and before the next.
                1_000_000_000.. => Self {
                    below: i128::from(at.timestamp() + 1) * 1_000_000 - 1,
                    exact: false,
                },
                nanos => Self {
                    below: at.timestamp_micros().into(),
                    exact: nanos.is_multiple_of(1000),
                },
            }),
            _ => None,
        }
    }

    /// The number `units` × 10^-`from` among codes × 10^-`to`.
    fn scaled((units, from): (i128, u32), to: u32) -> Self {
        if to >= from {
            let factor = 10_i128.checked_pow(to - from);
            let code = factor.and_then(|factor| units.checked_mul(factor));
            // What is too great for any number of ours is beyond all codes.
            let beyond = if units < 0 { i128::MIN } else { i128::MAX };
            return Self::whole(code.unwrap_or(beyond));
        }
        let divisor = 10_i128.pow(from - to);
        Self {
            below: units.div_euclid(divisor),
            exact: units.rem_euclid(divisor) == 0,
        }
    }

    /// The codes that compare so with the value.
    pub(super) fn codes(self, how: Comparison) -> CodeSet {
        let at_most = || up_to(self.below);
        let less = || up_to(self.below.saturating_sub(i128::from(self.exact)));
        let equal = || match i64::try_from(self.below) {
            Ok(code) if self.exact => CodeSet::range(code, code),
            _ => CodeSet::none(),
        };
        match how {
            Comparison::Eq => equal(),
            Comparison::Ne => equal().complement(),
            Comparison::Lt => less(),
            Comparison::Le => at_most(),
            Comparison::Gt => at_most().complement(),
            Comparison::Ge => less().complement(),
        }
    }
}

/// All codes that are no greater.
fn up_to(last: i128) -> CodeSet {
    match i64::try_from(last) {
        Ok(last) => CodeSet::range(i64::MIN, last),
        Err(_) if last < 0 => CodeSet::none(),
        Err(_) => CodeSet::all(),
    }
}
