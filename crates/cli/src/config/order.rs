//! Which providers carry a channel, and which of them is asked first.

use std::sync::Arc;

use pregon::{Action, FailOver};

use super::{Config, only_one};
use crate::output::{Failure, FailureKind, nearest};

/// The names of the tables under a channel, in the order in which they are asked.
pub(super) fn of(config: &Config, path: &str, order: &[String]) -> Result<Vec<String>, Failure> {
    let (channel, _) = config.document.root.nearest(path);
    let tables = channel.entries().iter().filter(|it| it.key != "order");
    let tables: Vec<&str> = tables.map(|it| it.key.as_str()).collect();
    if channel.get("order").is_none() {
        only_one(config, path)?;
        return Ok(tables.into_iter().map(str::to_owned).collect());
    }
    for (n, name) in order.iter().enumerate() {
        let place = format!("{path}.order[{n}]");
        if !tables.contains(&name.as_str()) {
            let hint = nearest(name, tables.iter().copied());
            let wrong = config.wrong(&place, format!("there is no [{path}.{name}]"));
            return Err(wrong.hinted(hint));
        }
        if order[..n].contains(name) {
            return Err(config.wrong(&place, format!("{name} stands there twice")));
        }
    }
    match tables
        .iter()
        .find(|name| !order.iter().any(|it| it == *name))
    {
        None => Ok(order.to_vec()),
        Some(left) => {
            let message = format!("{left} is not in the order, so it would never be asked");
            Err(config.wrong(&format!("{path}.order"), message))
        }
    }
}

/// The one action that asks them in their order.
pub(super) fn one(providers: Vec<Arc<dyn Action>>) -> Result<Arc<dyn Action>, Failure> {
    let mut providers = providers.into_iter();
    let none = || Failure::new(FailureKind::Failed, "a channel without a provider");
    let first = providers.next().ok_or_else(none)?;
    if providers.len() == 0 {
        return Ok(first);
    }
    let wrong = |error: pregon::FailOverError| Failure::configuration(error.to_string());
    let all = providers.try_fold(FailOver::new(first), |all, next| {
        all.then(next).map_err(wrong)
    });
    Ok(Arc::new(all?))
}
