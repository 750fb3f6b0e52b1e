//! What a bench reads of its own process and of a file's log.

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// Processor time of all threads of this process so far, in microseconds.
pub(crate) fn processor() -> u64 {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten();
    let nanos = threads.flatten().filter_map(|thread| {
        let text = fs::read_to_string(thread.path().join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    });
    nanos.sum::<u64>() / 1_000
}

/// The most memory that this process has had, in megabytes.
pub(crate) fn peak_megabytes() -> u64 {
    number("/proc/self/status", "VmHWM:") / 1_024
}

/// The bytes that this process has written, wherever.
pub(crate) fn written() -> u64 {
    number("/proc/self/io", "wchar:")
}

fn number(file: &str, name: &str) -> u64 {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
    number.unwrap_or(0)
}

/// Counts the bytes of the log of a file, as the index of the log tells after each transaction.
#[derive(Debug)]
pub(crate) struct Log {
    /// Held until the end: closing it would give back the locks that SQLite has on it.
    index: File,
    seen: (u32, [u8; 8]),
    bytes: u64,
}

/// A frame of the log: a page of the file and its header.
const FRAME: u64 = 4_096 + 24;

impl Log {
    /// The log beside an open file.
    pub(crate) fn of(path: &Path) -> Self {
        let mut name = path.as_os_str().to_owned();
        name.push("-shm");
        let index = File::open(PathBuf::from(name)).expect("the index of the log");
        let mut log = Self {
            index,
            seen: (0, [0; 8]),
            bytes: 0,
        };
        log.look();
        log.bytes = 0;
        log
    }

    /// Counts what the transaction that has just ended wrote.
    pub(crate) fn look(&mut self) {
        let mut head = [0; 40];
        let read = self.index.read_exact_at(&mut head, 0);
        read.expect("the head of the index of the log");
        let number = |at: usize| <[u8; 4]>::try_from(&head[at..at + 4]).expect("four bytes");
        let (last, salt) = (u32::from_ne_bytes(number(16)), [number(32), number(36)]);
        let now = (
            last,
            *salt.as_flattened().first_chunk().expect("eight bytes"),
        );
        let (before, salt) = self.seen;
        let frames = if now.1 == salt { last - before } else { last };
        self.bytes += u64::from(frames) * FRAME;
        self.seen = now;
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }
}
