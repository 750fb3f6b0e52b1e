//! Customers by the days of what happened to them.

use super::super::population::{ActivityTable, Population};
use super::day_index::{CHUNK, Chunk, DayIndex, MOVED};
use crate::Value;

/// Customers by when something of a kind happened to them, or by a date of it.
///
/// It finds who may be concerned, and sometimes a few more.
#[derive(Debug)]
pub(crate) struct ActivityIndex {
    pub(crate) kind: String,
    /// The attribute by whose dates they are; nothing when by the instants of the activities.
    pub(crate) attribute: Option<String>,
    chunks: Vec<Chunk>,
    /// What came later, by chunk.
    late: Vec<Vec<(i64, u16)>>,
}

impl ActivityIndex {
    pub(crate) fn new(kind: &str, attribute: Option<&str>, population: &Population) -> Self {
        let mut index = Self {
            kind: kind.to_owned(),
            attribute: attribute.map(str::to_owned),
            chunks: Vec::new(),
            late: Vec::new(),
        };
        for chunk in 0..population.len().div_ceil(CHUNK) {
            let sorted = index.sorted(chunk, population);
            index.chunks.push(sorted);
            index.late.push(Vec::new());
        }
        index
    }

    /// How many chunks there are.
    pub(crate) fn chunks(&self) -> usize {
        self.chunks.len()
    }

    /// Takes note of a row's last activity.
    pub(crate) fn note(&mut self, row: usize, population: &Population) {
        let Some(table) = population.activity_table(&self.kind) else {
            return;
        };
        let chunk = row / CHUNK;
        if chunk >= self.late.len() {
            self.chunks.resize_with(chunk + 1, Chunk::default);
            self.late.resize_with(chunk + 1, Vec::new);
        }
        if let Some(key) = table.of(row).last().and_then(|one| self.key(table, one)) {
            self.late[chunk].push((key, (row % CHUNK) as u16));
        }
        if self.late[chunk].len() > MOVED.max(self.chunks[chunk].len() / 8) {
            self.chunks[chunk] = self.sorted(chunk, population);
            self.late[chunk].clear();
        }
    }

    /// Calls `see` with every row of a chunk that has something in the range, perhaps more than
    /// once, and perhaps with others.
    pub(crate) fn each(&self, chunk: usize, (low, high): (i64, i64), see: &mut impl FnMut(usize)) {
        let (Some(sorted), Some(late)) = (self.chunks.get(chunk), self.late.get(chunk)) else {
            return;
        };
        let row = |local: &u16| chunk * CHUNK + usize::from(*local);
        sorted.around(low, high).iter().map(row).for_each(&mut *see);
        let late = late.iter().filter(|(key, _)| low <= *key && *key <= high);
        late.map(|(_, local)| row(local)).for_each(see);
    }

    /// About how many rows of a chunk have something in the range; never fewer than there are.
    pub(crate) fn about(&self, chunk: usize, (low, high): (i64, i64)) -> usize {
        let late = self.late.get(chunk).map_or(0, Vec::len);
        self.chunks
            .get(chunk)
            .map_or(0, |sorted| sorted.around(low, high).len())
            + late
    }

    /// The first and the last of its dates.
    pub(crate) fn bounds(&self) -> Option<(i64, i64)> {
        let late = self.late.iter().flatten().map(|(key, _)| (*key, *key));
        let ends = self.chunks.iter().filter_map(Chunk::bounds).chain(late);
        ends.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
    }

    /// How many bytes it takes.
    pub(crate) fn bytes(&self) -> usize {
        let late: usize = self.late.iter().map(|late| late.capacity() * 16).sum();
        self.chunks.iter().map(Chunk::bytes).sum::<usize>() + late
    }

    fn sorted(&self, chunk: usize, population: &Population) -> Chunk {
        let Some(table) = population.activity_table(&self.kind) else {
            return Chunk::default();
        };
        let mut pairs = Vec::new();
        for row in DayIndex::rows_of(chunk, population.len()) {
            let keys = table.of(row).filter_map(|one| self.key(table, one));
            pairs.extend(keys.map(|key| (key, (row % CHUNK) as u16)));
        }
        Chunk::of(pairs)
    }

    /// Days of dates, microseconds of instants, whatever the column's codes are.
    fn key(&self, table: &ActivityTable, one: usize) -> Option<i64> {
        let column = match &self.attribute {
            None => table.at(),
            Some(name) => table.column(table.column_of(name)?),
        };
        Some(match column.value(one)?.as_ref() {
            Value::Date(day) => day.to_epoch_days().into(),
            // Of an instant between two microseconds the first: ranges are asked a bit wider.
            Value::Instant(at) => at.timestamp_micros(),
            _ => return None,
        })
    }
}
