//! What a process reads of itself.

use std::fs;

/// Processor time of all threads so far, those that have ended too, in microseconds; the system
/// counts it in hundredths of a second.
pub(crate) fn processor() -> u64 {
    const TICK_MICROS: u64 = 10_000;
    let text = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in brackets and may have spaces.
    let rest = text.rsplit_once(") ").map_or("", |(_, rest)| rest);
    let numbers = rest.split(' ').skip(11).take(2);
    numbers.filter_map(|n| n.parse::<u64>().ok()).sum::<u64>() * TICK_MICROS
}

/// The most memory that this process has had, in megabytes.
pub(crate) fn peak_megabytes() -> u64 {
    let text = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    number.unwrap_or(0) / 1_024
}
