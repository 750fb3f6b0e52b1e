//! `pregon erase`: a person is forgotten.

use super::optout::{now, tell_in_flight};
use super::{customer_id, find_config};
use crate::args::Common;
use crate::config::{Config, StorePlace, hash_key};
use crate::output::{Failure, Object, Out, Phrase};

/// Forgets a person, whoever sends from the store. What had begun may still arrive.
pub(crate) async fn erase(customer: &str, common: &Common, out: Out) -> Result<u8, Failure> {
    let id = customer_id(customer)?;
    let config = Config::alone(&find_config(common)?)?;
    let store = StorePlace::of(&config)?.open_to_say(hash_key()?).await?;
    let keeper = store.keeper();
    let erased = keeper.erase(&id, now(common).await?).await;
    let erased = erased.map_err(|error| Failure::port(&error))?;
    drop(keeper);
    store.close().await?;
    out.human(out.say(Phrase::Forgotten));
    tell_in_flight(erased.in_flight, out);
    let document = Object::new()
        .with("dispatches", erased.dispatches)
        .with("withdrawn", erased.withdrawn)
        .with("in_flight", erased.in_flight)
        .with("words", erased.words)
        .with("audiences", erased.audiences);
    out.document(document);
    Ok(0)
}
