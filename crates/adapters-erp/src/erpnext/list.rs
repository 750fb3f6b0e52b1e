//! Lists: the one way in which rows are read.

use serde_json::{Map, Value, json};

use super::error::{Error, Result};
use super::http::Http;

/// The application server refuses lines above 4094 bytes; from here on we post the question.
const LONGEST_LINE: usize = 2048;

/// A question for rows.
#[derive(Debug)]
pub(super) struct List {
    pub(super) of: &'static str,
    /// Fields, joined ones with an alias: `customer.disabled as customer_disabled`. One level at
    /// most, because two are left out of the answer without a word.
    pub(super) fields: Vec<String>,
    pub(super) filters: Vec<Value>,
    /// Always said: without an order, pages would repeat rows and leave out others.
    pub(super) order: &'static str,
    pub(super) limit: u32,
}

impl List {
    /// The rows, each with every field that was asked for.
    pub(super) async fn rows(&self, http: &Http) -> Result<Vec<Row>> {
        let fields = json!(self.fields).to_string();
        let filters = json!(self.filters).to_string();
        let limit = self.limit.to_string();
        let query = [
            ("fields", fields.as_str()),
            ("filters", filters.as_str()),
            ("order_by", self.order),
            ("limit_page_length", limit.as_str()),
        ];
        let url = http.url(&["api", "resource", self.of], &query)?;
        let (answer, under) = if url.as_str().len() <= LONGEST_LINE {
            (http.get(url, self.of).await?, "data")
        } else {
            let url = http.url(&["api", "method", "frappe.client.get_list"], &[])?;
            let body = json!({
                "doctype": self.of, "fields": self.fields, "filters": self.filters,
                "order_by": self.order, "limit_page_length": self.limit,
            });
            (http.post(url, &body, self.of).await?, "message")
        };
        let Value::Object(mut answer) = answer else {
            return Err(self.shape("the answer is no object"));
        };
        // No row at all is, by some versions, no list either.
        let rows = match answer.remove(under) {
            Some(Value::Array(rows)) => rows,
            Some(Value::Null) if under == "message" => Vec::new(),
            _ => return Err(self.shape("the answer has no list")),
        };
        if rows.len() > self.limit as usize {
            return Err(self.shape("the answer has more rows than were asked for"));
        }
        rows.into_iter().map(|row| self.row(row)).collect()
    }

    /// A page of the rows and the name of its last, when there are more. It is one row more that is
    /// asked for, so that a last page which is full costs no call to learn that nothing follows.
    pub(super) async fn page(mut self, http: &Http) -> Result<(Vec<Row>, Option<String>)> {
        let limit = self.limit as usize;
        self.limit += 1;
        let mut rows = self.rows(http).await?;
        if rows.len() <= limit {
            return Ok((rows, None));
        }
        rows.truncate(limit);
        let last = rows.last().map(|row| row.name("name")).transpose()?;
        let last = last.map(str::to_owned);
        Ok((rows, last))
    }

    fn row(&self, row: Value) -> Result<Row> {
        let Value::Object(fields) = row else {
            return Err(self.shape("a row is no object"));
        };
        let mut keys = self.fields.iter().map(|field| key(field));
        match keys.find(|key| !fields.contains_key(*key)) {
            Some(key) => Err(Error::LeftOut {
                of: self.of,
                field: key.to_owned(),
            }),
            None => Ok(Row {
                of: self.of,
                fields,
            }),
        }
    }

    fn shape(&self, what: &'static str) -> Error {
        Error::Shape { of: self.of, what }
    }
}

/// The key under which a field comes back: its alias, or its name.
fn key(field: &str) -> &str {
    field.split_once(" as ").map_or(field, |(_, alias)| alias)
}

/// A row of an answer.
#[derive(Debug)]
pub(super) struct Row {
    of: &'static str,
    fields: Map<String, Value>,
}

impl Row {
    /// The value of a field; what is null or empty is missing.
    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        let value = self.fields.get(key)?;
        let missing = value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty());
        (!missing).then_some(value)
    }

    /// The text of a field, when it is not missing.
    pub(super) fn text(&self, key: &str) -> Result<Option<&str>> {
        match self.value(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(key)),
        }
    }

    /// The text of a field that every row has.
    pub(super) fn name(&self, key: &str) -> Result<&str> {
        self.text(key)?.ok_or_else(|| self.wrong(key))
    }

    /// A tick; missing is none.
    pub(super) fn ticked(&self, key: &str) -> Result<bool> {
        match self.value(key) {
            None => Ok(false),
            Some(Value::Bool(tick)) => Ok(*tick),
            Some(value) => match value.as_i64() {
                Some(number) => Ok(number != 0),
                None => Err(self.wrong(key)),
            },
        }
    }

    pub(super) fn wrong(&self, key: &str) -> Error {
        Error::Value {
            of: self.of,
            field: key.to_owned(),
        }
    }
}
