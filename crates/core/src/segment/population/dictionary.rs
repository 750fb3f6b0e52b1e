//! Values by the order in which they first appeared.

use std::fmt;

use super::hash::Seed;
use super::index::Index;
use crate::{Cell, Value};

/// Distinct values; the code of one is its place.
///
/// Its `Debug` says how many there are and not which: they are people's.
#[derive(Clone, Default)]
pub(crate) struct Dictionary {
    values: Vec<Value>,
    index: Index,
    seed: Seed,
}

impl Dictionary {
    /// The value of a code.
    pub(crate) fn value(&self, code: i64) -> Option<&Value> {
        self.values.get(usize::try_from(code).ok()?)
    }

    /// All values, by code.
    pub(crate) fn values(&self) -> &[Value] {
        &self.values
    }

    /// The code of a text, when it has one.
    #[inline]
    pub(crate) fn code_of_text(&self, text: &str) -> Option<i64> {
        let same = |n: usize| matches!(&self.values[n], Value::Text(own) if equal(own, text));
        Some(self.index.find(self.seed.text(text), same).ok()? as i64)
    }

    /// The code of a value, which is given one when it has none yet; none for a missing one.
    pub(super) fn enter(&mut self, value: Cell<'_>) -> Option<i64> {
        let Self {
            values,
            index,
            seed,
        } = self;
        index.reserve(values.len() + 1, |n| hash(seed, Cell::from(&values[n])));
        let hash = hash(seed, value);
        match index.find(hash, |n| same(&values[n], value)) {
            Ok(n) => Some(n as i64),
            Err(gap) => {
                values.push(value.to_value()?);
                index.fill(gap, hash);
                Some(values.len() as i64 - 1)
            }
        }
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.values.shrink_to_fit();
    }

    /// How many bytes it takes; what the allocator adds to sets of texts is not known.
    pub(super) fn bytes(&self) -> usize {
        let heap = |value: &Value| match value {
            Value::Text(text) => text.capacity(),
            Value::Texts(set) => set
                .iter()
                .map(|text| size_of::<String>() + text.capacity())
                .sum(),
            _ => 0,
        };
        self.values.capacity() * size_of::<Value>()
            + self.values.iter().map(heap).sum::<usize>()
            + self.index.bytes()
    }
}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dictionary({} values)", self.values.len())
    }
}

/// The hash of what dictionaries hold: equal values have the same.
#[inline]
fn hash(seed: &Seed, value: Cell<'_>) -> u64 {
    match value {
        Cell::Text(text) => seed.text(text),
        Cell::Decimal(decimal) => seed.any(decimal),
        Cell::Instant(at) => seed.any(at),
        Cell::Texts(set) => seed.any(set),
        _ => 0,
    }
}

#[inline]
fn same(own: &Value, value: Cell<'_>) -> bool {
    match (own, value) {
        (Value::Text(own), Cell::Text(text)) => own == text,
        (Value::Decimal(own), Cell::Decimal(decimal)) => *own == decimal,
        (Value::Instant(own), Cell::Instant(at)) => *own == at,
        (Value::Texts(own), Cell::Texts(set)) => own == set,
        _ => false,
    }
}

/// Whether two texts are the same: most are so short that calling the general comparison takes
/// longer than comparing.
#[inline]
fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    if a.len() != b.len() {
        return false;
    }
    if let (Some(a0), Some(a1), Some(b0), Some(b1)) = (
        a.first_chunk::<8>(),
        a.last_chunk::<8>(),
        b.first_chunk::<8>(),
        b.last_chunk::<8>(),
    ) && a.len() <= 16
    {
        return a0 == b0 && a1 == b1;
    }
    a == b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_compared_whole() {
        let text = "Provincia de Santo Domingo de los Tsáchilas";
        for length in (0..=text.len()).filter(|length| text.is_char_boundary(*length)) {
            let own = &text[..length];
            assert!(equal(own, &own.to_owned()));
            for (at, c) in own.char_indices().filter(|(_, c)| c.is_ascii()) {
                let other = if c == 'x' { "y" } else { "x" };
                let bent = format!("{}{other}{}", &own[..at], &own[at + 1..]);
                assert!(!equal(own, &bent), "{own} {bent}");
            }
            assert_eq!(equal(own, text), own == text);
        }
    }

    #[test]
    fn equal_values_have_one_code() {
        let mut dictionary = Dictionary::default();
        let decimal = |text: &str| Cell::Decimal(text.parse().unwrap());
        let (none, some) = (Default::default(), ["a".to_owned()].into());
        let cells = [
            Cell::Text(""),
            decimal("1.50"),
            decimal("-0"),
            Cell::Texts(&none),
            Cell::Texts(&some),
            Cell::Instant("2016-12-31T23:59:60Z".parse().unwrap()),
            Cell::Instant("2017-01-01T00:00:00Z".parse().unwrap()),
        ];
        for (code, cell) in cells.into_iter().enumerate() {
            assert_eq!(dictionary.enter(cell), Some(code as i64));
            assert_eq!(dictionary.enter(cell), Some(code as i64));
        }
        assert_eq!(dictionary.enter(decimal("1.5")), Some(1));
        assert_eq!(dictionary.enter(decimal("0.00")), Some(2));
        assert_eq!(dictionary.code_of_text(""), Some(0));
        assert_eq!(dictionary.code_of_text("1.5"), None);
        assert_eq!(dictionary.enter(Cell::Missing), None);
        assert_eq!(dictionary.values().len(), cells.len());
        assert_eq!(format!("{dictionary:?}"), "Dictionary(7 values)");
    }
}
