//! How full a limit was for a dispatch, read from the books alone.

use chrono::{DateTime, Utc};
use pregon::Zone;

use super::house::Spa;

/// How full a limit was.
pub(crate) struct Fill {
    pub(crate) alert: Option<u32>,
    /// When there is a place again; `None` when there is one.
    pub(crate) frees: Option<DateTime<Utc>>,
}

/// Asserts how many places of a limit were taken in the window of a dispatch once it had begun, or
/// was refused.
pub(crate) async fn explained(spa: &Spa, who: &str, named: &str, rule: &str, count: u32) -> Fill {
    let it = spa.dispatch(who, named).await;
    let zone: Zone = match who {
        "Bea" => "Pacific/Easter".parse().unwrap(),
        _ => super::house::santiago(),
    };
    // Who never began has no zone in the books: it is known from the source.
    let known = pregon::BookEntry {
        zone: it.zone.or(Some(zone)),
        ..it.clone()
    };
    let (candidate, at) = (
        known.candidate().unwrap(),
        it.first_at.unwrap_or(it.view.at),
    );
    let mut quotas = spa.limits.iter().filter_map(|it| it.quota(&candidate, at));
    let quota = quotas.find(|quota| quota.rule.as_str() == rule).unwrap();
    let (from, to) = quota.window.bounds(at);
    let page = spa.store.places_of(&quota.subject, None, 1000).await;
    let mut taken = page.unwrap().items;
    taken.retain(|place| {
        place.rules.contains(&quota.rule) && from <= place.at && place.at < to && place.at <= at
    });
    assert_eq!(taken.len(), count as usize, "{who}, {named}: {rule}");
    let nth = taken.len().checked_sub(quota.most as usize);
    Fill {
        alert: quota.alert,
        frees: nth.map(|nth| quota.window.frees_at(taken[nth].at)),
    }
}
