//! What every port that gives pages must do.

use std::future::Future;

use pregon_core::{Cursor, Page, PortError};

/// More pages than any case has: whoever needs them goes round in circles.
const MOST_PAGES: usize = 10_000;

/// Everything, page by page, of at most `limit` items each; fails where it does not end.
pub(crate) async fn all<T, F>(limit: u32, mut page: impl FnMut(Option<Cursor>) -> F) -> Vec<T>
where
    F: Future<Output = Result<Page<T>, PortError>>,
{
    let (mut items, mut after) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let got = page(after).await.expect("the page is read");
        let count = got.items.len();
        assert!(
            count <= limit as usize,
            "a page of {limit} has {count} items"
        );
        items.extend(got.items);
        let Some(next) = got.next else {
            return items;
        };
        after = Some(next);
    }
    panic!("following `next` does not end");
}

/// Fails unless both have the same names, each as often, whatever their order.
#[track_caller]
pub(crate) fn same_names(found: Vec<String>, expected: Vec<String>) {
    let sorted = |mut names: Vec<String>| {
        names.sort_unstable();
        names
    };
    assert_eq!(sorted(found), sorted(expected), "each once, and no other");
}
