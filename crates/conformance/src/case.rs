//! A case, and how a list of them is run against an adapter.

use std::any::Any;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

/// Makes a fresh instance of what is under test; it is called once for each case.
pub type Make<'a, I> = dyn Fn() -> BoxFuture<'static, I> + 'a;

/// What became of each case, by its name, in the order of the list.
pub type Verdicts = Vec<(&'static str, Result<(), String>)>;

type Run<I> = Box<dyn Fn(I) -> BoxFuture<'static, ()> + Send + Sync>;

/// One sentence of a contract, and the code that panics where it does not hold.
pub struct Case<I> {
    /// Its name, unique in its suite.
    pub name: &'static str,
    /// The sentence.
    pub sentence: &'static str,
    run: Run<I>,
}

impl<I: 'static> Case<I> {
    /// A case of this name for this sentence. Its future must be `Send`, as every port's is.
    pub fn new<F>(name: &'static str, sentence: &'static str, run: fn(I) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let run = Box::new(move |instance| run(instance).boxed());
        Self {
            name,
            sentence,
            run,
        }
    }

    /// Runs the case against a fresh instance and says what it complained of.
    ///
    /// # Errors
    /// With the complaint.
    pub async fn verdict(&self, instance: I) -> Result<(), String> {
        let run = AssertUnwindSafe(async { (self.run)(instance).await });
        run.catch_unwind().await.map_err(|panic| complaint(&*panic))
    }
}

impl<I> fmt::Debug for Case<I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Case")
            .field("name", &self.name)
            .field("sentence", &self.sentence)
            .finish_non_exhaustive()
    }
}

fn complaint(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it panicked without a text".to_owned())
}

/// What becomes of each of these cases, each with an instance of its own.
pub(crate) async fn verdicts_of<I: 'static>(cases: &[Case<I>], make: &Make<'_, I>) -> Verdicts {
    let mut verdicts = Vec::with_capacity(cases.len());
    for case in cases {
        let verdict = case.verdict(make().await).await;
        verdicts.push((case.name, verdict));
    }
    verdicts
}

/// Runs all cases and panics with every one that does not hold: its name, sentence and complaint.
///
/// # Panics
/// When a case does not hold.
pub(crate) async fn hold_all<I: 'static>(cases: &[Case<I>], make: &Make<'_, I>) {
    let verdicts = verdicts_of(cases, make).await;
    let broken: Vec<String> = cases
        .iter()
        .zip(verdicts)
        .filter_map(|(case, (name, verdict))| {
            let why = verdict.err()?;
            Some(format!("{name}: \"{}\"\n    {why}", case.sentence))
        })
        .collect();
    let count = cases.len();
    assert!(
        broken.is_empty(),
        "{} of {count} cases do not hold:\n  {}",
        broken.len(),
        broken.join("\n  ")
    );
}

/// A list of cases, each named after its function: `"The sentence." => function`.
macro_rules! cases {
    ($($sentence:literal => $case:ident),+ $(,)?) => {
        vec![$($crate::case::Case::new(stringify!($case), $sentence, $case)),+]
    };
}
pub(crate) use cases;

/// The two ways in which adapters and saboteurs run the `cases()` of a module.
macro_rules! suite {
    ($instance:ty) => {
        /// Runs every case against an instance of its own.
        ///
        /// # Panics
        /// With the names and sentences of the cases that do not hold.
        pub async fn suite(make: &$crate::Make<'_, $instance>) {
            $crate::case::hold_all(&cases(), make).await;
        }

        /// What becomes of each case, for tests that expect some of them to fail.
        pub async fn verdicts(make: &$crate::Make<'_, $instance>) -> $crate::Verdicts {
            $crate::case::verdicts_of(&cases(), make).await
        }
    };
}
pub(crate) use suite;
