//! What the server has, and how it answers a call.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::query::{self, Question};
use super::recorded::recorded;
use super::wire::{Answer, Request};

/// A row of a doctype.
pub(crate) type Row = Map<String, Value>;

/// A site: its tables, and what its user may see.
pub(crate) struct Site {
    pub(crate) tables: BTreeMap<String, Vec<Row>>,
    /// The fields of doctypes with their types; those that rows have need not be here.
    pub(crate) columns: BTreeMap<String, BTreeMap<String, String>>,
    /// `key:secret`.
    pub(crate) token: String,
    pub(crate) zone: String,
    pub(crate) version: String,
    /// Whether it has version 2 of the interface, as from version 15 on.
    pub(crate) v2: bool,
    /// The host that it answers for, or any.
    pub(crate) host: Option<String>,
    /// Doctypes that the user's role may not read.
    pub(crate) forbidden: BTreeSet<String>,
    /// Doctypes of which the user sees only its own rows, that is none.
    pub(crate) silent: BTreeSet<String>,
    /// Customers that a User Permission hides.
    pub(crate) hidden: BTreeSet<String>,
    /// Fields above the user's level.
    pub(crate) left_out: BTreeSet<String>,
}

impl Site {
    pub(crate) fn new() -> Self {
        Self {
            tables: BTreeMap::new(),
            columns: BTreeMap::new(),
            token: "key:secret".to_owned(),
            zone: "America/Guayaquil".to_owned(),
            version: "15.99.1".to_owned(),
            v2: true,
            host: None,
            forbidden: BTreeSet::new(),
            silent: BTreeSet::new(),
            hidden: BTreeSet::new(),
            left_out: BTreeSet::new(),
        }
    }

    /// Fields more of a doctype, parted by blanks.
    pub(crate) fn add_columns(&mut self, doctype: &str, fields: &str) {
        let columns = self.columns.entry(doctype.to_owned()).or_default();
        columns.extend(
            fields
                .split(' ')
                .map(|field| (field.to_owned(), "Data".to_owned())),
        );
    }

    /// The rows of a doctype.
    pub(crate) fn table(&mut self, doctype: &str) -> &mut Vec<Row> {
        self.tables.entry(doctype.to_owned()).or_default()
    }

    /// The row of this name.
    pub(crate) fn row(&mut self, doctype: &str, name: &str) -> &mut Row {
        let rows = self.table(doctype).iter_mut();
        let mut own = rows.filter(|row| row["name"] == name);
        own.next().expect("a row of this name")
    }

    /// As before 2025: Serial No has no customer.
    pub(crate) fn forget_customers_of_serials(&mut self) {
        for row in self.table("Serial No") {
            row.remove("customer");
        }
        if let Some(columns) = self.columns.get_mut("Serial No") {
            columns.remove("customer");
        }
    }

    /// Whether a doctype has the field.
    pub(super) fn has_field(&self, doctype: &str, field: &str) -> bool {
        let standard = ["name", "creation", "modified", "owner", "docstatus"];
        let row = || self.tables.get(doctype).and_then(|rows| rows.first());
        standard.contains(&field)
            || self
                .columns
                .get(doctype)
                .is_some_and(|columns| columns.contains_key(field))
            || row().is_some_and(|row| row.get(field).is_some_and(|value| !value.is_array()))
    }

    /// The answer to a call.
    pub(crate) fn answer(&self, request: &Request) -> Answer {
        if request.target.len() + request.method.len() + " HTTP/1.1\r\n".len() > 4094 {
            return recorded("89_err_400_uri_too_long").answer();
        }
        let host = request.headers.get("host");
        if self.host.as_ref().is_some_and(|own| Some(own) != host) {
            return recorded("82_err_404_wrong_site").answer();
        }
        match request.headers.get("authorization").map(String::as_str) {
            None => self.for_guest(request),
            Some(said) if said == format!("token {}", self.token) => self.for_user(request),
            Some(_) => recorded("70_err_401_bad_secret").answer(),
        }
    }

    fn for_guest(&self, request: &Request) -> Answer {
        let name = match request.path.last().map(String::as_str) {
            Some("ping") => "01_ping",
            Some("frappe.client.get_time_zone") => "05_time_zone_guest_wrong",
            _ => "74_err_403_no_credentials",
        };
        recorded(name).answer()
    }

    /// The answer to the user whose key the adapter has.
    pub(crate) fn for_user(&self, request: &Request) -> Answer {
        let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
        match (request.method.as_str(), &path[..]) {
            ("GET", ["api", "method", method]) => self.method(method),
            ("GET", ["api", "resource", doctype]) => {
                let list = Question::of_query(doctype, &request.query);
                self.list(list, "data")
            }
            ("POST", ["api", "method", "frappe.client.get_list"]) => {
                let body = request.body.clone().unwrap_or_default();
                self.list(Question::of_body(&body), "message")
            }
            ("GET", ["api", "v2", "doctype", doctype, "meta"]) if self.v2 => self.meta(doctype),
            _ => recorded("81_err_404_route").answer(),
        }
    }

    fn method(&self, method: &str) -> Answer {
        let message = match method {
            "ping" => json!("pong"),
            "frappe.auth.get_logged_user" => json!("marketing.lector@example.com"),
            "frappe.client.get_time_zone" => json!({"time_zone": self.zone}),
            "frappe.utils.change_log.get_versions" => json!({
                "frappe": {"version": "15.101.1"}, "erpnext": {"version": self.version},
            }),
            _ => return recorded("95_err_417_unknown_method").answer(),
        };
        Answer::json(&json!({ "message": message }))
    }

    fn list(&self, question: Option<Question>, under: &str) -> Answer {
        let Some(question) = question else {
            return recorded("88_err_500_bad_json").answer();
        };
        let rows = match query::rows(self, &question) {
            Ok(rows) => rows,
            Err(case) => return recorded(case).answer(),
        };
        Answer::json(&json!({ under: rows }))
    }

    fn meta(&self, doctype: &str) -> Answer {
        if self.forbidden.contains(doctype) {
            return recorded("91_err_v2_403").answer();
        }
        let known = self.columns.get(doctype).into_iter().flatten();
        let field =
            |(name, kind): (&String, &String)| json!({"fieldname": name, "fieldtype": kind});
        let mut fields: Vec<Value> = known.map(field).collect();
        let row = self.tables.get(doctype).and_then(|rows| rows.first());
        let data = |name: &String| json!({"fieldname": name, "fieldtype": "Data"});
        fields.extend(row.into_iter().flat_map(|row| row.keys()).map(data));
        // The metadata knows the types; what only the rows know comes last and counts less.
        let mut seen = BTreeSet::new();
        fields.retain(|field| seen.insert(field["fieldname"].to_string()));
        Answer::json(&json!({"data": {"name": doctype, "fields": fields}}))
    }
}
