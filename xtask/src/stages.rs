//! The stages of a long task and the seconds each of them took.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::Result;

/// Runs stages one after the other and remembers their times.
pub(crate) struct Stages {
    done: Vec<(&'static str, Duration)>,
}

impl Stages {
    /// No stage run yet.
    pub(crate) fn new() -> Self {
        Self { done: Vec::new() }
    }

    /// Runs a stage; its time is kept whether it succeeds or not.
    pub(crate) fn run<T>(
        &mut self,
        name: &'static str,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        self.announce(name);
        let began = now();
        let outcome = work();
        self.done.push((name, began.elapsed()));
        outcome.map_err(|failure| format!("stage {name}: {failure}\n{}", self.table()))
    }

    /// Says how long the last stage took and that `name` begins.
    pub(crate) fn announce(&self, name: &str) {
        if let Some((last, took)) = self.done.last() {
            eprintln!("== {last}: {:.1} s", took.as_secs_f64());
        }
        eprintln!("== {name}");
    }

    /// A line for each stage so far, and their sum.
    pub(crate) fn table(&self) -> String {
        let mut table = String::from("stage           seconds\n");
        for (name, took) in &self.done {
            let _ = writeln!(table, "{name:<15} {:>7.1}", took.as_secs_f64());
        }
        let sum: Duration = self.done.iter().map(|(_, took)| *took).sum();
        let _ = write!(table, "{:<15} {:>7.1}", "so far", sum.as_secs_f64());
        table
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "times the checks; no engine runs here"
)]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_stage_and_the_sum() {
        let done = vec![
            ("lint", Duration::from_millis(1500)),
            ("docs", Duration::from_secs(61)),
        ];
        let expected = "\
stage           seconds
lint                1.5
docs               61.0
so far             62.5";
        assert_eq!(Stages { done }.table(), expected);
    }

    #[test]
    fn a_failing_stage_is_named_and_timed() {
        let mut stages = Stages::new();
        let failure = stages
            .run("docs", || Err::<(), _>("broken link".to_owned()))
            .unwrap_err();
        assert!(
            failure.starts_with("stage docs: broken link\n"),
            "{failure}"
        );
        assert_eq!(stages.done.len(), 1);
    }
}
