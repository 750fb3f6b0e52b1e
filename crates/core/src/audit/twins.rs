//! Ids that are there twice.

use std::collections::BTreeMap;

use super::{AuditReport, PAGE};
use crate::{Books, DispatchId, PortError};

/// Bits of the filter: 32 MiB, of which the system gives only what is touched.
const BITS: u64 = 1 << 28;

/// How many marks an id leaves.
const MARKS: u64 = 3;

/// How many ids are looked up again at most. Up to fifty million dispatches the filter mistakes
/// fewer than that for ids that it has seen; beyond that twins may go unnoticed.
const MOST: usize = 1_000_000;

/// Remembers ids in bounded memory: it never forgets one, and may think of a few that it has seen
/// them. Those are counted again.
#[derive(Debug)]
pub(super) struct Twins {
    bits: Vec<u64>,
    again: BTreeMap<DispatchId, u32>,
}

impl Twins {
    pub(super) fn none() -> Self {
        Self {
            bits: vec![0; (BITS / 64) as usize],
            again: BTreeMap::new(),
        }
    }

    pub(super) fn see(&mut self, id: DispatchId) {
        let bytes = id.as_bytes();
        let half = |from: usize| {
            let half = &bytes[from..from + 8];
            half.iter().fold(0u64, |n, byte| n << 8 | u64::from(*byte))
        };
        let (start, step) = (half(0), half(8) | 1);
        let mut known = true;
        for mark in 0..MARKS {
            let bit = start.wrapping_add(step.wrapping_mul(mark)) % BITS;
            let word = &mut self.bits[(bit / 64) as usize];
            known &= *word & (1 << (bit % 64)) != 0;
            *word |= 1 << (bit % 64);
        }
        if known && self.again.len() < MOST {
            self.again.insert(id, 0);
        }
    }

    /// Counts the ids that it thinks it has seen twice. Dispatches are read in the order in which
    /// they were planned, which never changes, so that one reading meets none of them twice.
    pub(super) async fn count<S: Books + ?Sized>(
        mut self,
        store: &S,
        report: &mut AuditReport,
    ) -> Result<(), PortError> {
        let mut after = None;
        while !self.again.is_empty() {
            let page = store.entries(after.as_ref(), PAGE).await?;
            for entry in &page.items {
                if let Some(times) = self.again.get_mut(&entry.view.id) {
                    *times += 1;
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        for (id, times) in self.again.into_iter().filter(|(_, times)| *times > 1) {
            report.add(
                "I1",
                format!("its id is there {times} times"),
                id.to_string(),
            );
        }
        Ok(())
    }
}
