//! How fast this machine reads memory.

use std::hint::black_box;
use std::thread;
use std::time::Instant;

/// As many bytes as the columns have, read once by all threads.
pub(crate) struct Memory {
    words: Vec<u64>,
    pub(crate) threads: usize,
}

impl Memory {
    pub(crate) fn new(bytes: usize, threads: usize) -> Self {
        // Not zeroed pages, which may all be the same one.
        let words = (0..bytes.div_ceil(8) as u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        Self {
            words: words.collect(),
            threads,
        }
    }

    /// The milliseconds of one reading.
    pub(crate) fn read(&self) -> f64 {
        let share = self.words.len().div_ceil(self.threads);
        let begin = Instant::now();
        thread::scope(|scope| {
            for part in self.words.chunks(share) {
                scope.spawn(move || black_box(sum(part)));
            }
        });
        begin.elapsed().as_secs_f64() * 1000.0
    }

    pub(crate) fn bytes(&self) -> usize {
        self.words.len() * 8
    }
}

/// In sixteen sums, so that no sum waits for the one before.
fn sum(words: &[u64]) -> u64 {
    let mut sums = [0_u64; 16];
    let (blocks, rest) = words.as_chunks::<16>();
    for block in blocks {
        for (sum, word) in sums.iter_mut().zip(block) {
            *sum = sum.wrapping_add(*word);
        }
    }
    sums.iter().chain(rest).fold(0, |a, b| a.wrapping_add(*b))
}
