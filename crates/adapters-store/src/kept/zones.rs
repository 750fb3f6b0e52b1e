//! Zones by their numbers.

use std::collections::HashMap;

use pregon_core::Zone;

use super::flaw::Flaw;

/// Every zone in which something has begun, by its number, and the other way round.
#[derive(Debug, Default)]
pub(crate) struct Zones {
    zones: HashMap<i64, Zone>,
    numbers: HashMap<Zone, i64>,
}

impl Zones {
    /// Learns a zone by the name under which it is kept.
    pub(crate) fn know(&mut self, number: i64, name: &str) -> Result<(), Flaw> {
        let zone = name.parse();
        let zone = zone.map_err(|_| Flaw::Damaged("a zone has a name that is none"))?;
        self.zones.insert(number, zone);
        self.numbers.insert(zone, number);
        Ok(())
    }

    /// The number of a zone, once it has one.
    pub(crate) fn number(&self, zone: Zone) -> Option<i64> {
        self.numbers.get(&zone).copied()
    }

    /// The number of the zone of a row, which was given one before the row was written.
    pub(crate) fn of_row(&self, zone: Option<Zone>) -> Result<Option<i64>, Flaw> {
        let number = |zone| self.number(zone);
        let wrong = Flaw::Damaged("a zone was not kept");
        zone.map(|zone| number(zone).ok_or(wrong)).transpose()
    }

    /// The zone of a number.
    pub(crate) fn zone(&self, number: i64) -> Result<Zone, Flaw> {
        let zone = self.zones.get(&number).copied();
        zone.ok_or(Flaw::Damaged("a dispatch names no zone"))
    }

    /// Whether a number is known.
    pub(crate) fn knows(&self, number: i64) -> bool {
        self.zones.contains_key(&number)
    }
}
