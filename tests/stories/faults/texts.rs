//! A32: a text is changed between plan and sending.

use std::sync::Arc;

use pregon::Fate;
use pregon::testing::{Recording, Reply};

use super::house::{House, campaign};

#[tokio::test]
async fn a32_a_text_that_changes_on_the_way_is_sent_once_as_it_is_by_then() {
    let dir = tempfile::tempdir().unwrap();
    let email = Recording::email();
    // Two of three are taken at once, and one is not taken yet.
    let down = Reply::Refuse(Fate::NotSent);
    email.reply([Reply::Accept, down, Reply::Accept]);
    let house = House::open(dir.path(), 3, Arc::new(email.clone())).await;
    house.begin(campaign("promotion", "El texto viejo")).await;
    let report = house.passes().await;
    assert_eq!((report.accepted, report.retry), (2, 1));

    let changed = campaign("promotion", "El texto nuevo");
    house.engine.activate(changed).await.unwrap();
    house.clock.advance(chrono::Duration::hours(1));
    let report = house.passes().await;
    assert_eq!((report.planned, report.accepted), (0, 1), "no new occasion");
    let texts: Vec<String> = email
        .sent()
        .into_iter()
        .map(|sent| sent.parts["text"].clone())
        .collect();
    let old = "El texto viejo";
    assert_eq!(texts, [old, old, "El texto nuevo"]);
}
