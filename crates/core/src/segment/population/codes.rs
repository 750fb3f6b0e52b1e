//! Narrow numbers, which become wider where one does not fit.

use super::column::Codes;

/// Does the same for every width.
macro_rules! each {
    ($codes:expr, $vec:ident => $body:expr) => {
        match $codes {
            Codes::U8($vec) => $body,
            Codes::U16($vec) => $body,
            Codes::I32($vec) => $body,
            Codes::I64($vec) => $body,
        }
    };
}

/// The widths, from narrow to wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    U8,
    U16,
    I32,
    I64,
}

impl Width {
    /// The narrowest that holds a code.
    fn of(code: i64) -> Self {
        match code {
            0..=0xff => Self::U8,
            0x100..=0xffff => Self::U16,
            _ if i32::try_from(code).is_ok() => Self::I32,
            _ => Self::I64,
        }
    }
}

impl Codes {
    /// Room for so many codes, which are expected to be small.
    pub(super) fn with_capacity(rows: usize) -> Self {
        Self::U8(Vec::with_capacity(rows))
    }

    /// So many zeros.
    pub(super) fn zeros(rows: usize) -> Self {
        Self::U8(vec![0; rows])
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        each!(self, codes => codes.len())
    }

    /// Adds one; all become wider when it does not fit.
    #[inline(always)]
    pub(super) fn push(&mut self, code: i64) {
        match self {
            Self::U8(codes) if code as u8 as i64 == code => codes.push(code as u8),
            Self::U16(codes) if code as u16 as i64 == code => codes.push(code as u16),
            Self::I32(codes) if code as i32 as i64 == code => codes.push(code as i32),
            Self::I64(codes) => codes.push(code),
            _ => self.push_wider(code),
        }
    }

    /// Apart, so that the usual way stays short.
    #[cold]
    #[inline(never)]
    fn push_wider(&mut self, code: i64) {
        self.widen(code);
        self.push(code);
    }

    /// Replaces one; all become wider when it does not fit.
    pub(super) fn set(&mut self, row: usize, code: i64) {
        let fits = match self {
            Self::U8(codes) => u8::try_from(code).map(|code| codes[row] = code).is_ok(),
            Self::U16(codes) => u16::try_from(code).map(|code| codes[row] = code).is_ok(),
            Self::I32(codes) => i32::try_from(code).map(|code| codes[row] = code).is_ok(),
            Self::I64(codes) => {
                codes[row] = code;
                true
            }
        };
        if !fits {
            self.widen(code);
            self.set(row, code);
        }
    }

    /// Each code × a factor; `None`, and nothing is changed, when one leaves the eight bytes.
    pub(super) fn times(&mut self, factor: i64) -> Option<()> {
        let (mut low, mut high) = (0, 0);
        each!(self, codes => for code in codes.iter() {
            low = low.min(wide(code));
            high = high.max(wide(code));
        });
        let width = self
            .width()
            .max(Width::of(low.checked_mul(factor)?))
            .max(Width::of(high.checked_mul(factor)?));
        *self = self.rewritten(width, |code| code * factor);
        Some(())
    }

    /// The codes of these rows, in this order.
    pub(super) fn gathered(&self, rows: &[u32]) -> Self {
        match self {
            Self::U8(codes) => Self::U8(gather(codes, rows)),
            Self::U16(codes) => Self::U16(gather(codes, rows)),
            Self::I32(codes) => Self::I32(gather(codes, rows)),
            Self::I64(codes) => Self::I64(gather(codes, rows)),
        }
    }

    /// Keeps the first so many.
    pub(super) fn truncate(&mut self, rows: usize) {
        each!(self, codes => codes.truncate(rows));
    }

    /// Room for so many in all.
    pub(super) fn reserve(&mut self, rows: usize) {
        each!(self, codes => codes.reserve(rows.saturating_sub(codes.len())));
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        each!(self, codes => codes.shrink_to_fit());
    }

    /// How many bytes one takes.
    pub(in super::super) fn bytes_each(&self) -> usize {
        match self {
            Self::U8(_) => 1,
            Self::U16(_) => 2,
            Self::I32(_) => 4,
            Self::I64(_) => 8,
        }
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        each!(self, codes => codes.capacity()) * self.bytes_each()
    }

    fn width(&self) -> Width {
        match self {
            Self::U8(_) => Width::U8,
            Self::U16(_) => Width::U16,
            Self::I32(_) => Width::I32,
            Self::I64(_) => Width::I64,
        }
    }

    fn widen(&mut self, code: i64) {
        *self = self.rewritten(self.width().max(Width::of(code)), |code| code);
    }

    fn rewritten(&self, width: Width, change: impl Fn(i64) -> i64) -> Self {
        each!(self, codes => {
            let room = codes.capacity();
            let changed = codes.iter().map(|code| change(wide(code)));
            match width {
                Width::U8 => Self::U8(fill(changed, room)),
                Width::U16 => Self::U16(fill(changed, room)),
                Width::I32 => Self::I32(fill(changed, room)),
                Width::I64 => Self::I64(fill(changed, room)),
            }
        })
    }
}

fn wide<T: Copy + Into<i64>>(code: &T) -> i64 {
    (*code).into()
}

fn fill<T: TryFrom<i64> + Default>(codes: impl Iterator<Item = i64>, room: usize) -> Vec<T> {
    let mut filled = Vec::with_capacity(room);
    filled.extend(codes.map(|code| T::try_from(code).unwrap_or_default()));
    filled
}

fn gather<T: Copy>(codes: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter().map(|row| codes[*row as usize]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(codes: &Codes) -> Vec<i64> {
        (0..codes.len()).map(|row| codes.get(row)).collect()
    }

    #[track_caller]
    fn check(codes: &[i64], width: Width) {
        let mut pushed = Codes::with_capacity(0);
        let mut set = Codes::zeros(codes.len());
        for (row, code) in codes.iter().enumerate() {
            pushed.push(*code);
            set.set(row, *code);
        }
        for found in [&pushed, &set] {
            assert_eq!(all(found), codes);
            assert_eq!(found.width(), width);
        }
    }

    #[test]
    fn one_byte() {
        check(&[0, 255], Width::U8);
    }
    #[test]
    fn two_bytes() {
        check(&[7, 256, 65_535], Width::U16);
    }
    #[test]
    fn a_sign_takes_four_bytes() {
        check(&[7, -1, 65_536, i32::MIN.into()], Width::I32);
    }
    #[test]
    fn from_two_bytes_to_four() {
        check(&[65_535, -1], Width::I32);
    }
    #[test]
    fn eight_bytes() {
        check(&[1, i64::MIN, i64::MAX], Width::I64);
    }

    #[test]
    fn a_factor_that_does_not_fit_changes_nothing() {
        let mut codes = Codes::zeros(2);
        codes.set(0, 200);
        codes.set(1, -3);
        assert_eq!(codes.times(1_000), Some(()));
        assert_eq!(all(&codes), [200_000, -3_000]);
        assert_eq!(codes.times(i64::MAX / 100_000), None);
        assert_eq!(all(&codes), [200_000, -3_000]);
    }
}
