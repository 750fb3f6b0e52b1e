//! Where customers live: a number for each, and only when they live in more than one zone.

use super::column::Codes;
use crate::Zone;

/// The zones of all rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Zones {
    /// The distinct ones; the number of one is its place.
    zones: Vec<Zone>,
    /// The number of each row's; nothing while all live in the first.
    numbers: Option<Codes>,
    rows: usize,
    /// The number of the zone that was met last: neighbours often share one.
    last: usize,
}

impl Zones {
    /// The distinct zones, by number.
    pub(super) fn distinct(&self) -> &[Zone] {
        &self.zones
    }

    /// The number of each row's zone; nothing when all live in the first.
    pub(super) fn numbers(&self) -> Option<&Codes> {
        self.numbers.as_ref()
    }

    /// The zone of a row.
    pub(super) fn get(&self, row: usize) -> Zone {
        let number = self.numbers.as_ref().map_or(0, |codes| codes.get(row));
        self.zones[number as usize]
    }

    /// Adds a row.
    #[inline]
    pub(super) fn push(&mut self, zone: Zone) {
        let number = self.number(zone);
        if number > 0 || self.numbers.is_some() {
            self.numbered().push(number);
        }
        self.rows += 1;
    }

    /// Replaces the zone of a row.
    pub(super) fn set(&mut self, row: usize, zone: Zone) {
        let number = self.number(zone);
        if number > 0 || self.numbers.is_some() {
            self.numbered().set(row, number);
        }
    }

    /// Room for so many rows in all.
    pub(super) fn reserve(&mut self, rows: usize) {
        if let Some(numbers) = &mut self.numbers {
            numbers.reserve(rows);
        }
    }

    /// Gives back what is not needed.
    pub(super) fn shrink(&mut self) {
        self.zones.shrink_to_fit();
        if let Some(numbers) = &mut self.numbers {
            numbers.shrink();
        }
    }

    /// How many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        self.zones.capacity() * size_of::<Zone>() + self.numbers.as_ref().map_or(0, Codes::bytes)
    }

    #[inline]
    fn number(&mut self, zone: Zone) -> i64 {
        if self.zones.get(self.last) != Some(&zone) {
            let found = self.zones.iter().position(|one| *one == zone);
            self.last = found.unwrap_or_else(|| {
                self.zones.push(zone);
                self.zones.len() - 1
            });
        }
        self.last as i64
    }

    fn numbered(&mut self) -> &mut Codes {
        self.numbers.get_or_insert_with(|| Codes::zeros(self.rows))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_zone_takes_no_byte_a_row() {
        let bogota: Zone = "America/Bogota".parse().unwrap();
        let mut zones = Zones::default();
        (0..3).for_each(|_| zones.push(bogota));
        assert!(zones.numbers().is_none());
        assert_eq!((zones.get(2), zones.distinct()), (bogota, &[bogota][..]));
        zones.push(Zone::UTC);
        zones.push(bogota);
        zones.set(0, Zone::UTC);
        let found: Vec<Zone> = (0..5).map(|row| zones.get(row)).collect();
        assert_eq!(found, [Zone::UTC, bogota, bogota, Zone::UTC, bogota]);
        assert_eq!(zones.numbers().map(Codes::len), Some(5));
    }

    #[test]
    fn more_than_a_byte_can_tell_apart() {
        let mut zones = Zones::default();
        let all: Vec<Zone> = chrono_tz::TZ_VARIANTS
            .iter()
            .map(|tz| tz.name().parse().unwrap())
            .collect();
        assert!(all.len() > 256);
        all.iter().for_each(|zone| zones.push(*zone));
        assert!(
            all.iter()
                .enumerate()
                .all(|(row, zone)| zones.get(row) == *zone)
        );
        assert_eq!(zones.numbers().map(Codes::bytes_each), Some(2));
    }
}
