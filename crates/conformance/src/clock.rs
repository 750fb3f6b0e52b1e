//! The suite of [`pregon_core::Clock`].

use std::sync::Arc;
use std::time::Duration;

use pregon_core::Clock;

use crate::Case;
use crate::case::{cases, suite};

/// Every case.
#[must_use]
pub fn cases() -> Vec<Case<Arc<dyn Clock>>> {
    cases![
        "The present instant" => it_says_the_present,
        "which never goes back" => monotonic_time_never_goes_back,
        "Returns when the monotonic time has grown by the duration."
            => sleep_lasts_as_long_as_it_says,
        "the present passes while one sleeps" => the_present_passes_meanwhile,
    ]
}

suite!(Arc<dyn Clock>);

/// Long enough for any clock to notice.
const NAP: Duration = Duration::from_millis(3);

async fn it_says_the_present(clock: Arc<dyn Clock>) {
    let first = clock.now().await.expect("the clock answers");
    let year_2000 = crate::desk::instant("2000-01-01T00:00:00Z");
    assert!(first > year_2000, "a clock that was set: {first}");
}

async fn monotonic_time_never_goes_back(clock: Arc<dyn Clock>) {
    let mut last = clock.monotonic();
    for _ in 0..1000 {
        let now = clock.monotonic();
        assert!(now >= last, "from {last:?} back to {now:?}");
        last = now;
    }
}

async fn sleep_lasts_as_long_as_it_says(clock: Arc<dyn Clock>) {
    for nap in [Duration::ZERO, NAP, NAP * 2] {
        let before = clock.monotonic();
        clock.sleep(nap).await;
        let slept = clock.monotonic().saturating_sub(before);
        assert!(slept >= nap, "slept {slept:?} instead of {nap:?}");
    }
}

async fn the_present_passes_meanwhile(clock: Arc<dyn Clock>) {
    let before = clock.now().await.expect("the clock answers");
    clock.sleep(NAP).await;
    let after = clock.now().await.expect("the clock answers");
    assert!(after > before, "{after} is not after {before}");
}
