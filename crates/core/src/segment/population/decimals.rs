//! Decimal numbers at a common scale.

/// Units × 10^-`from` as units of 10^-`to`, when it has so few places and fits.
pub(super) fn at_scale(units: i128, from: u32, to: u32) -> Option<i64> {
    let power = 10_i128.checked_pow(from.abs_diff(to))?;
    let units = if from <= to {
        units.checked_mul(power)?
    } else if units % power == 0 {
        units / power
    } else {
        return None;
    };
    units.try_into().ok()
}

/// The least scale at which a number has no places too many.
pub(super) fn least_scale(mut units: i128, mut scale: u32) -> u32 {
    while scale > 0 && units % 10 == 0 {
        units /= 10;
        scale -= 1;
    }
    scale
}

/// The units of a float at a scale, when it prints as so many; otherwise its digits must be looked
/// at, or it is not a number.
///
/// Below 10^15 units no two decimals are the same float; the division is rounded to the nearest
/// float. So when it gives the float itself, that many units are the shortest digits that say it.
#[inline]
pub(super) fn units_of_float(value: f64, scale: u8) -> Option<i64> {
    const POWERS: [f64; 16] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
    ];
    let power = POWERS.get(usize::from(scale))?;
    let units = (value * power + 0.5_f64.copysign(value)) as i64;
    let exact = units.unsigned_abs() < 1_000_000_000_000_000 && units as f64 / power == value;
    exact.then_some(units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Decimal;
    use proptest::prelude::*;

    #[test]
    fn scales() {
        let rows = [
            (150, 2, 1, Some(15)),
            (150, 2, 0, None),
            (-15, 1, 3, Some(-1_500)),
            (0, 28, 0, Some(0)),
            (i128::from(i64::MAX) + 1, 0, 0, None),
            (i128::from(i64::MIN) * 10, 1, 0, Some(i64::MIN)),
            (i128::from(i64::MAX), 0, 28, None),
        ];
        for (units, from, to, expected) in rows {
            assert_eq!(at_scale(units, from, to), expected, "{units} {from} {to}");
        }
        assert_eq!((least_scale(1_500, 3), least_scale(0, 9)), (1, 0));
        assert_eq!(least_scale(-7, 2), 2);
    }

    proptest! {
        #[test]
        fn the_fast_way_gives_what_the_float_prints(
            units in any::<i64>(), bits in any::<u64>(), shift in 0_u32..64,
            scale in 0_u8..18, at in 0_u8..18,
        ) {
            let near = (units >> shift) as f64 / 10_f64.powi(scale.into());
            for float in [near, f64::from_bits(near.to_bits() ^ (bits & 3)), f64::from_bits(bits)] {
                if let Some(units) = units_of_float(float, at) {
                    let found = Decimal::from_parts(units, at.into());
                    prop_assert_eq!(found, Decimal::from_f64(float));
                }
            }
        }

        #[test]
        fn it_is_taken_for_numbers_of_fifteen_digits(units in any::<i64>(), scale in 0_u8..16) {
            let units = units % 1_000_000_000_000_000;
            let float: f64 = format!("{units}e-{scale}").parse().unwrap();
            prop_assert_eq!(units_of_float(float, scale), Some(units));
        }
    }
}
