//! A site made of recorded rows.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::recorded::recorded;
use super::site::{Row, Site};

const SERIALS: &str = include_str!("../../fixtures/erpnext/serials.json");
const CUSTOMERS: &str = include_str!("../../fixtures/erpnext/customers.json");
const ITEMS: &str = include_str!("../../fixtures/erpnext/items.json");
const BUNDLES: &str = include_str!("../../fixtures/erpnext/bundles.json");
const INVOICES: &str = include_str!("../../fixtures/erpnext/invoices.json");
const NOTES: &str = include_str!("../../fixtures/erpnext/delivery_notes.json");

/// The site that was recorded: 44 serial numbers that expire from 18 to 22 December 2026, their
/// customers and contacts, and the documents that sold some of them.
pub(crate) fn recorded_site() -> Site {
    let mut site = Site::new();
    for (doctype, text) in [
        ("Serial No", SERIALS),
        ("Customer", CUSTOMERS),
        ("Item", ITEMS),
        ("Sales Invoice", INVOICES),
        ("Delivery Note", NOTES),
    ] {
        site.tables.insert(doctype.to_owned(), rows(text));
    }
    let meta: Value = serde_json::from_str(&recorded("60_meta_serial_no_v2").answer().body)
        .expect("metadata is JSON");
    let fields = meta["data"]["fields"]
        .as_array()
        .expect("metadata has fields")
        .iter();
    let text = |field: &Value, key: &str| field[key].as_str().unwrap_or_default().to_owned();
    let columns: BTreeMap<String, String> = fields
        .map(|field| (text(field, "fieldname"), text(field, "fieldtype")))
        .collect();
    site.columns.insert("Serial No".to_owned(), columns);
    add_contacts(&mut site);
    add_bundles(&mut site);
    for (doctype, fields) in [
        ("Item", "brand"),
        ("Contact", "phone modified first_name last_name"),
        ("Sales Invoice", "due_date"),
        ("Delivery Note", "due_date"),
    ] {
        site.add_columns(doctype, fields);
    }
    site
}

fn rows(text: &str) -> Vec<Row> {
    serde_json::from_str(text).expect("recorded rows are objects")
}

fn row(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        _ => Row::new(),
    }
}

/// A contact for each customer that has a primary one, and the city of those that have an address.
fn add_contacts(site: &mut Site) {
    let recorded = contacts_as_recorded();
    let (mut contacts, mut addresses) = (Vec::new(), Vec::new());
    for customer in &site.tables["Customer"] {
        let text = |key: &str| customer[key].as_str();
        if let Some(name) = text("customer_primary_contact") {
            let seen = recorded.get(name);
            let seen = |key: &str| seen.and_then(|row| row.get(key)).cloned();
            contacts.push(row(json!({
                "name": name,
                "first_name": seen("first_name"),
                "last_name": seen("last_name"),
                "email_id": text("email_id"),
                "mobile_no": text("mobile_no"),
                "phone": "",
                "is_primary_contact": 1,
                "unsubscribed": 0,
                "modified": seen("modified"),
                "links": [{"link_doctype": "Customer", "link_name": text("name")}],
            })));
        }
        if let Some(name) = text("customer_primary_address") {
            let (city, state) = (text("city"), text("state"));
            addresses.push(row(json!({"name": name, "city": city, "state": state})));
        }
    }
    for customer in site.table("Customer") {
        // They were joined to the recorded rows, and are no fields of the customer's.
        customer.retain(|key, _| key != "city" && key != "state");
    }
    site.tables.insert("Contact".to_owned(), contacts);
    site.tables.insert("Address".to_owned(), addresses);
}

/// What the recordings tell of contacts alone.
fn contacts_as_recorded() -> BTreeMap<String, Row> {
    let mut found: BTreeMap<String, Row> = BTreeMap::new();
    let list = |name: &str| -> Vec<Row> {
        let answer = recorded(name).answer().body;
        let answer: Value = serde_json::from_str(&answer).expect("an answer is JSON");
        serde_json::from_value(answer["message"].clone()).expect("an answer has rows")
    };
    for contact in list("36_contacts_of_customers_post") {
        let name = contact["name"].as_str().unwrap_or_default().to_owned();
        found.insert(name, contact);
    }
    for customer in list("38_customers_contact_join_post") {
        let name = customer["name"].as_str().unwrap_or_default();
        let contact = found.entry(format!("{name}-{name}")).or_default();
        contact.insert("modified".to_owned(), customer["contact_modified"].clone());
    }
    found
}

/// The recorded movements, and one for each serial number that has none of them.
fn add_bundles(site: &mut Site) {
    let mut bundles = Vec::new();
    for mut bundle in rows(BUNDLES) {
        let serial = bundle.remove("serial_no").unwrap_or_default();
        bundle.insert("entries".to_owned(), json!([{"serial_no": serial}]));
        complete(&mut bundle);
        bundles.push(bundle);
    }
    let known = ["STR-00003", "STR-00030", "STR-00100", "STR-00121"];
    let serials = site.tables["Serial No"].clone();
    for serial in serials
        .iter()
        .filter(|s| !known.contains(&s["name"].as_str().unwrap_or("")))
    {
        let (name, customer) = (
            serial["name"].as_str().unwrap_or(""),
            serial["customer"].clone(),
        );
        let invoice = format!("SINV-{name}");
        bundles.push(sale(name, &invoice, "2026-06-01"));
        let invoice = json!({
            "name": invoice, "customer": customer, "docstatus": 1, "is_return": 0,
            "posting_date": "2026-06-01",
        });
        site.table("Sales Invoice").push(row(invoice));
    }
    site.tables
        .insert("Serial and Batch Bundle".to_owned(), bundles);
}

/// A movement out of the stock, by an invoice.
fn sale(serial: &str, invoice: &str, day: &str) -> Row {
    let mut bundle = row(json!({
        "name": format!("{day}-{serial}"), "voucher_type": "Sales Invoice", "voucher_no": invoice,
        "voucher_detail_no": null, "posting_date": day, "item_code": null,
        "type_of_transaction": "Outward", "entries": [{"serial_no": serial}],
    }));
    complete(&mut bundle);
    bundle
}

fn complete(bundle: &mut Row) {
    bundle.insert("docstatus".to_owned(), json!(1));
    bundle.insert("is_cancelled".to_owned(), json!(0));
    bundle.insert("posting_time".to_owned(), json!("10:00:00"));
    let created = format!(
        "{} 10:00:00",
        bundle["posting_date"].as_str().unwrap_or_default()
    );
    bundle.insert("creation".to_owned(), json!(created));
}

impl Site {
    /// Serial numbers, customers and contacts so often that there are `serials` of the first.
    pub(crate) fn multiply(&mut self, serials: usize) {
        let own = self.tables["Serial No"].len();
        let copies = serials.div_ceil(own.max(1));
        for (doctype, most) in [("Serial No", serials), ("Customer", usize::MAX)] {
            self.copy(doctype, copies, most);
        }
        self.copy("Contact", copies, usize::MAX);
        self.copy("Sales Invoice", copies, usize::MAX);
        self.copy("Delivery Note", copies, usize::MAX);
        self.copy("Serial and Batch Bundle", copies, usize::MAX);
    }

    fn copy(&mut self, doctype: &str, copies: usize, most: usize) {
        let rows = self.tables[doctype].clone();
        let of = |copy: usize| {
            let renamed =
                move |(key, value): (String, Value)| (key.clone(), rename(&key, value, copy));
            rows.iter()
                .map(move |row| row.clone().into_iter().map(renamed).collect())
        };
        let all = (0..copies).flat_map(of).take(most).collect();
        self.tables.insert(doctype.to_owned(), all);
    }

    /// A serial number came back: no customer, no date, a movement into the stock.
    pub(crate) fn take_back(&mut self, serial: &str, day: &str) {
        let own = self.row("Serial No", serial);
        for key in ["customer", "warranty_expiry_date"] {
            own.insert(key.to_owned(), Value::Null);
        }
        own.insert("status".to_owned(), json!("Active"));
        let mut back = sale(serial, "SINV-RET", day);
        back.insert("type_of_transaction".to_owned(), json!("Inward"));
        self.table("Serial and Batch Bundle").push(back);
    }

    /// A serial number was sold to somebody, with a date.
    pub(crate) fn sell(&mut self, serial: &str, customer: &str, day: &str, expiry: &str) {
        let own = self.row("Serial No", serial);
        own.insert("customer".to_owned(), json!(customer));
        own.insert("warranty_expiry_date".to_owned(), json!(expiry));
        own.insert("status".to_owned(), json!("Delivered"));
        let invoice = format!("SINV-{serial}-{day}");
        let sold = sale(serial, &invoice, day);
        self.table("Serial and Batch Bundle").push(sold);
        let document = json!({
            "name": invoice, "customer": customer, "docstatus": 1, "is_return": 0,
            "posting_date": day,
        });
        self.table("Sales Invoice").push(row(document));
    }
}

/// The value of a field in the n-th copy of a row; the first copy is the row itself.
fn rename(key: &str, value: Value, copy: usize) -> Value {
    let names = [
        "name",
        "customer",
        "customer_name",
        "customer_primary_contact",
        "link_name",
        "serial_no",
        "voucher_no",
    ];
    match value {
        value if copy == 0 => value,
        Value::String(text) if names.contains(&key) => json!(format!("{text} {copy:04}")),
        Value::Array(rows) => {
            let each = |row: Value| match row {
                Value::Object(row) => {
                    let row = row.into_iter();
                    row.map(|(key, value)| (key.clone(), rename(&key, value, copy)))
                        .collect()
                }
                other => other,
            };
            Value::Array(rows.into_iter().map(each).collect())
        }
        value => value,
    }
}
