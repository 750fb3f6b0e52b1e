//! Customers, and where they can be reached.

use pregon_core::{
    AddressKind, Customer, CustomerId, CustomerQuery, CustomerSource, Unusable, Value,
};
use serde_json::json;

use crate::Shop;
use crate::server::recorded_site;

const ANDREA: &str = "Andrea Mendoza Cevallos";
/// A customer without a primary contact and without an address.
const JORGE: &str = "Jorge Paredes Alvarado";

async fn find(shop: &Shop, id: &str) -> Option<Customer> {
    let id = CustomerId::new(id).unwrap();
    CustomerSource::find(&shop.source, &[id])
        .await
        .unwrap()
        .pop()
}

fn address<'c>(customer: &'c Customer, kind: &str) -> Result<&'c str, Unusable> {
    customer.contacts.get(&AddressKind::new(kind).unwrap())
}

fn contact(
    name: &str,
    customer: &str,
    email: &str,
    primary: u8,
    unsubscribed: u8,
) -> crate::server::Site {
    let mut site = recorded_site();
    add_contact(&mut site, name, customer, email, primary, unsubscribed);
    site
}

fn add_contact(
    site: &mut crate::server::Site,
    name: &str,
    customer: &str,
    email: &str,
    primary: u8,
    unsubscribed: u8,
) {
    let row = json!({
        "name": name, "email_id": email, "mobile_no": null, "phone": "+593900000099",
        "is_primary_contact": primary, "unsubscribed": unsubscribed,
        "links": [{"link_doctype": "Customer", "link_name": customer}],
    });
    site.table("Contact").push(row.as_object().unwrap().clone());
}

#[tokio::test]
async fn a_customer_is_read_with_its_contact() {
    let shop = Shop::open(recorded_site()).await;
    let andrea = find(&shop, ANDREA).await.unwrap();
    assert_eq!(andrea.name.as_deref(), Some(ANDREA));
    assert_eq!(andrea.language.as_deref(), Some("es"));
    assert_eq!(address(&andrea, "email"), Ok("cliente004@example.ec"));
    assert_eq!(address(&andrea, "phone"), Ok("+593900000004"));
    assert_eq!(
        andrea.attributes.get("customer_type"),
        Some(&Value::from("Individual"))
    );
    assert_eq!(andrea.attributes.get("market_segment"), None);
    assert!(andrea.permissions.is_empty());
}

#[tokio::test]
async fn the_address_is_the_contacts_and_not_the_old_copy() {
    let shop = Shop::open(recorded_site()).await;
    let contact = format!("{ANDREA}-{ANDREA}");
    let new = json!("nueva@example.ec");
    shop.server
        .site()
        .row("Contact", &contact)
        .insert("email_id".to_owned(), new);
    assert_eq!(
        address(&find(&shop, ANDREA).await.unwrap(), "email"),
        Ok("nueva@example.ec")
    );
    // Taken away: the copy in Customer still has the old one, and nobody may write to it.
    shop.server
        .site()
        .row("Contact", &contact)
        .insert("email_id".to_owned(), json!(""));
    let andrea = find(&shop, ANDREA).await.unwrap();
    assert_eq!(address(&andrea, "email"), Err(Unusable::Missing));
    let expiring = shop.expiring().await;
    let own = expiring
        .iter()
        .filter(|(_, customer)| customer.id.as_str() == ANDREA);
    assert!(own.clone().count() > 0);
    assert!(
        own.clone().all(|(_, customer)| *customer == andrea),
        "both ways read the same"
    );
}

#[tokio::test]
async fn who_unsubscribed_refuses_promotional_mail() {
    let shop = Shop::open(recorded_site()).await;
    let contact = format!("{ANDREA}-{ANDREA}");
    shop.server
        .site()
        .row("Contact", &contact)
        .insert("unsubscribed".to_owned(), json!(1));
    let andrea = find(&shop, ANDREA).await.unwrap();
    let [refusal] = &andrea.permissions[..] else {
        panic!("{:?}", andrea.permissions)
    };
    assert_eq!(
        refusal.channel.as_ref().map(|channel| channel.as_str()),
        Some("email")
    );
    assert_eq!((refusal.purpose.as_ref(), refusal.granted), (None, false));
}

#[tokio::test]
async fn without_a_primary_contact_the_linked_ones_count() {
    let shop = Shop::open(recorded_site()).await;
    let jorge = find(&shop, JORGE).await.unwrap();
    assert_eq!(address(&jorge, "email"), Err(Unusable::Missing));

    let mut site = contact("A", JORGE, "", 0, 0);
    add_contact(&mut site, "B", JORGE, "b@example.ec", 0, 0);
    add_contact(&mut site, "C", JORGE, "c@example.ec", 0, 1);
    let jorge = find(&Shop::open(site).await, JORGE).await.unwrap();
    assert_eq!(
        address(&jorge, "email"),
        Ok("b@example.ec"),
        "the first by name that has one"
    );
    assert_eq!(address(&jorge, "phone"), Ok("+593900000099"));
    assert_eq!(jorge.permissions.len(), 1, "one of them unsubscribed");

    let mut site = contact("A", JORGE, "a@example.ec", 0, 0);
    add_contact(&mut site, "B", JORGE, "b@example.ec", 1, 0);
    let jorge = find(&Shop::open(site).await, JORGE).await.unwrap();
    assert_eq!(
        address(&jorge, "email"),
        Ok("b@example.ec"),
        "the one that is ticked"
    );
}

#[tokio::test]
async fn a_primary_contact_without_a_link_costs_a_call_more() {
    let mut site = recorded_site();
    let contact = format!("{ANDREA}-{ANDREA}");
    site.row("Contact", &contact)
        .insert("links".to_owned(), json!([]));
    let shop = Shop::open(site).await;
    let andrea = find(&shop, ANDREA).await.unwrap();
    assert_eq!(address(&andrea, "email"), Ok("cliente004@example.ec"));
    assert_eq!(shop.server.calls().len(), 3);
    // It cannot be read at all: nobody knows whether it unsubscribed.
    shop.server
        .site()
        .table("Contact")
        .retain(|row| row["name"] != contact);
    let andrea = find(&shop, ANDREA).await.unwrap();
    assert_eq!(address(&andrea, "email"), Err(Unusable::Missing));
}

#[tokio::test]
async fn disabled_customers_are_not_given() {
    let shop = Shop::open(recorded_site()).await;
    let before = shop.expiring().await.len();
    shop.server
        .site()
        .row("Customer", ANDREA)
        .insert("disabled".to_owned(), json!(1));
    assert!(find(&shop, ANDREA).await.is_none());
    let after = shop.expiring().await;
    assert!(after.len() < before);
    assert!(
        after
            .iter()
            .all(|(_, customer)| customer.id.as_str() != ANDREA)
    );
    let query = CustomerQuery::default();
    let page = CustomerSource::page(&shop.source, &query, None, 1000)
        .await
        .unwrap();
    assert_eq!(page.items.len(), 39);
}

#[tokio::test]
async fn ids_count_as_they_were_returned() {
    let shop = Shop::open(recorded_site()).await;
    assert!(find(&shop, "andrea mendoza cevallos").await.is_none());
    assert!(find(&shop, "Nadie").await.is_none());
    // A link that was typed in another case is still the customer's.
    let typed = json!("ANDREA MENDOZA CEVALLOS");
    shop.server
        .site()
        .row("Serial No", "STR-00004")
        .insert("customer".to_owned(), typed);
    let customers = shop.server.site().table("Customer").len();
    assert_eq!(customers, 40);
}

#[tokio::test]
async fn pages_hold_when_customers_come_and_go() {
    let shop = Shop::open(recorded_site()).await;
    let query = CustomerQuery::default();
    let (mut ids, mut next) = (Vec::new(), None);
    for page in 0.. {
        let found = CustomerSource::page(&shop.source, &query, next.as_ref(), 7)
            .await
            .unwrap();
        assert!(found.items.len() <= 7);
        ids.extend(found.items.iter().map(|customer| customer.id.to_string()));
        next = found.next;
        if page == 1 {
            let mut site = shop.server.site();
            let first = ids[0].clone();
            site.table("Customer").retain(|row| row["name"] != first);
            let mut new = site.table("Customer")[0].clone();
            new.insert("name".to_owned(), json!("Aaron"));
            site.table("Customer").push(new);
        }
        if next.is_none() {
            break;
        }
    }
    assert_eq!(ids.len(), 40, "each that was there all the time, once");
    let mut once = ids.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), 40);
}
