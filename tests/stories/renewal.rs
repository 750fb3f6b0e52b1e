//! Programme A: renewal of subscription pins on ERPNext, with the recorded answers of a real site
//! on one side and files, or a real SMTP server, on the other.

use std::collections::BTreeMap;

use pregon::{DispatchLog, DispatchQuery, Reason};
use serde_json::{Value, json};

use crate::erpnext::{Site, recorded_site};
use crate::post::Post;
use crate::shop::{Shop, shipped};

/// How many letters each address is owed for pins that expire on these days, read straight from the
/// site's tables: the oracle shares nothing with the engine.
fn owed(site: &mut Site, days: &[&str]) -> BTreeMap<String, usize> {
    let text = |row: &serde_json::Map<String, Value>, key: &str| {
        row.get(key)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let customers: BTreeMap<String, String> = site
        .table("Customer")
        .iter()
        .map(|row| (text(row, "name"), text(row, "email_id")))
        .collect();
    let mut owed = BTreeMap::new();
    for row in site.table("Serial No") {
        let due = days.contains(&text(row, "warranty_expiry_date").as_str());
        let address = customers
            .get(&text(row, "customer"))
            .cloned()
            .unwrap_or_default();
        if due && text(row, "status") == "Delivered" && !address.is_empty() {
            *owed.entry(address).or_default() += 1;
        }
    }
    owed
}

fn sum(owed: &BTreeMap<String, usize>) -> u64 {
    owed.values().map(|n| *n as u64).sum()
}

/// Every customer's address moves to a domain of the story's own, so that a server that several
/// tests share can tell whose letters are whose.
fn moved_to(mut site: Site, domain: &str) -> Site {
    for doctype in ["Customer", "Contact"] {
        for row in site.table(doctype) {
            if let Some(address) = row.get("email_id").and_then(Value::as_str)
                && let Some((name, _)) = address.split_once('@')
            {
                let moved = json!(format!("{name}@{domain}"));
                row.insert("email_id".to_owned(), moved);
            }
        }
    }
    site
}

async fn the_story(site: Site, post: Post, dir: &std::path::Path) {
    let shop = Shop::open(site, post, dir).await;
    shop.engine.activate(shipped()).await.unwrap();
    night(&shop).await;
    let english = meanwhile(&shop);
    morning(&shop, &english).await;
    two_nights_missed(&shop).await;
    a_year_later(&shop).await;
}

/// 01:00: the night's plan. Nothing leaves before the hours open.
async fn night(shop: &Shop) {
    let night = shop.passes().await;
    let first = owed(&mut shop.server.site(), &["2026-12-20"]);
    assert_eq!((night.planned, night.accepted), (sum(&first), 0));
    assert_eq!(
        night.unreachable, 3,
        "three customers of that day have no address"
    );
    assert_eq!(night.deferred[&Reason::QuietHours], sum(&first));
}

/// Before the hours open a pin comes back, one is no longer delivered, and a customer turns out to
/// be English, whose address is given.
fn meanwhile(shop: &Shop) -> String {
    let (came_back, stopped, english) = ("STR-00005", "STR-00014", "STR-00023");
    shop.server.site().take_back(came_back, "2026-11-20");
    shop.server
        .site()
        .row("Serial No", stopped)
        .insert("status".to_owned(), json!("Inactive"));
    let customer = shop.server.site().row("Serial No", english)["customer"].clone();
    let customer = customer.as_str().unwrap().to_owned();
    let row = shop.server.site().row("Customer", &customer).clone();
    let english = row["email_id"].as_str().unwrap().to_owned();
    shop.server
        .site()
        .row("Customer", &customer)
        .insert("language".to_owned(), json!("en"));
    english
}

/// The hours are open: what still holds is written, in each one's language, and the rest is told.
async fn morning(shop: &Shop, english: &str) {
    let morning = shop.at("2026-11-20T15:00:00Z").await;
    let due = owed(&mut shop.server.site(), &["2026-12-20"]);
    assert_eq!(
        shop.post.copies(),
        due,
        "exactly the pins of the window, each once"
    );
    assert_eq!(
        morning.refused[&Reason::RecordGone],
        1,
        "the one that came back"
    );
    assert_eq!(
        morning.refused[&Reason::NotInAudience],
        1,
        "the one that is not delivered"
    );
    assert!(
        due.values().any(|copies| *copies == 2),
        "a second pin of one customer is written to"
    );
    for letter in shop.post.letters() {
        let language = if letter.to == english {
            "expires"
        } else {
            "vence"
        };
        assert!(letter.subject.contains(language), "{}", letter.subject);
    }

    // The same instant again sends nothing.
    let again = shop.passes().await;
    assert_eq!((again.planned, again.accepted), (0, 0));
}

/// Two nights are missed; the next morning catches both up.
async fn two_nights_missed(shop: &Shop) {
    let caught = shop.at("2026-11-22T16:00:00Z").await;
    let missed = owed(&mut shop.server.site(), &["2026-12-21", "2026-12-22"]);
    assert_eq!(caught.accepted, sum(&missed));
    let all = owed(
        &mut shop.server.site(),
        &["2026-12-20", "2026-12-21", "2026-12-22"],
    );
    assert_eq!(shop.post.copies(), all);
}

/// A year later the same pin, renewed, is another occasion.
async fn a_year_later(shop: &Shop) {
    let renewed = "STR-00086";
    let date = json!("2027-12-20");
    shop.server
        .site()
        .row("Serial No", renewed)
        .insert("warranty_expiry_date".to_owned(), date);
    let before = shop.post.letters().len();
    let year = shop.at("2027-11-20T15:00:00Z").await;
    assert_eq!((year.planned, year.accepted), (1, 1));
    assert_eq!(shop.post.letters().len(), before + 1);
}

#[tokio::test]
async fn the_programme_over_files() {
    let dir = tempfile::tempdir().unwrap();
    let post = Post::outbox(dir.path()).await;
    the_story(recorded_site(), post, dir.path()).await;
}

#[tokio::test]
async fn the_programme_over_a_real_smtp_server() {
    let domain = format!("story-{}.example.org", std::process::id());
    let Some(post) = Post::smtp(&domain) else {
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    the_story(moved_to(recorded_site(), &domain), post, dir.path()).await;
}

#[tokio::test]
async fn an_opt_out_in_the_contact_is_honoured_and_told() {
    let dir = tempfile::tempdir().unwrap();
    let post = Post::outbox(dir.path()).await;
    let mut site = recorded_site();
    let customer = site.row("Serial No", "STR-00032")["customer"].clone();
    let contact =
        site.row("Customer", customer.as_str().unwrap())["customer_primary_contact"].clone();
    site.row("Contact", contact.as_str().unwrap())
        .insert("unsubscribed".to_owned(), json!(1));
    let shop = Shop::open(site, post, dir.path()).await;
    shop.engine.activate(shipped()).await.unwrap();
    let report = shop.at("2026-11-20T15:00:00Z").await;
    assert_eq!(report.refused[&Reason::OptedOut], 1);
    let query = DispatchQuery::all().of_customer(customer.as_str().unwrap().parse().unwrap());
    let store: std::sync::Arc<dyn DispatchLog> = shop.engine.store().clone();
    let told = store.dispatches(&query, None, 10).await.unwrap().items;
    assert_eq!(
        told[0].reason,
        Some(Reason::OptedOut),
        "and can be asked for"
    );
}

#[tokio::test]
async fn ten_thousand_pins_cost_two_calls_a_thousand_to_plan_and_two_to_send_later() {
    let dir = tempfile::tempdir().unwrap();
    let post = Post::outbox(dir.path()).await;
    let mut site = recorded_site();
    for row in site.table("Serial No") {
        row.insert("warranty_expiry_date".to_owned(), json!("2026-12-20"));
    }
    site.multiply(10_000);
    let shop = Shop::open(site, post, dir.path()).await;
    shop.engine.activate(shipped()).await.unwrap();
    shop.server.calls();
    let night = shop.passes().await;
    let calls = shop.server.calls().len();
    assert_eq!(night.planned + night.unreachable, 10_000);
    assert!(calls <= 20, "{calls} calls to plan 10,000");
    let morning = shop.at("2026-11-20T15:00:00Z").await;
    let calls = shop.server.calls().len();
    assert_eq!(morning.accepted, night.planned);
    // A claim holds one pin a person, so second pins make the last claims less full: a figure for
    // ten thousand, not for each thousand.
    assert!(calls <= 20, "{calls} calls to send 10,000");
}
