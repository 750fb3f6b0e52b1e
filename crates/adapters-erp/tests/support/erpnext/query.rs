//! Lists, by the rules that were seen on a running site.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use super::site::{Row, Site};

/// Which doctype a field of a doctype links to.
const LINKS: [(&str, &str); 4] = [
    ("customer", "Customer"),
    ("item_code", "Item"),
    ("customer_primary_contact", "Contact"),
    ("customer_primary_address", "Address"),
];
/// The field of a doctype that holds the rows of a child doctype.
const CHILDREN: [(&str, &str); 2] = [
    ("Dynamic Link", "links"),
    ("Serial and Batch Entry", "entries"),
];

/// A question for a list.
pub(crate) struct Question {
    doctype: String,
    fields: Vec<String>,
    filters: Vec<Value>,
    order: Option<String>,
    start: usize,
    limit: usize,
}

impl Question {
    /// The question in the parameters of an address; `None` when it is no JSON.
    pub(crate) fn of_query(doctype: &str, query: &BTreeMap<String, String>) -> Option<Self> {
        let json = |key: &str| match query.get(key) {
            Some(text) => serde_json::from_str::<Value>(text).ok(),
            None => Some(Value::Null),
        };
        let number = |key: &str| query.get(key).and_then(|text| text.parse::<usize>().ok());
        Self::of_body(&json!({
            "doctype": doctype,
            "fields": json("fields")?,
            "filters": json("filters")?,
            "order_by": query.get("order_by"),
            "limit_start": number("limit_start"),
            "limit_page_length": number("limit_page_length"),
        }))
    }

    /// The question in a body.
    pub(crate) fn of_body(body: &Value) -> Option<Self> {
        let list = |key: &str| body[key].as_array().cloned().unwrap_or_default();
        let fields = list("fields")
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        let number = |key: &str| body[key].as_u64().map(|number| number as usize);
        Some(Self {
            doctype: body["doctype"].as_str()?.to_owned(),
            fields,
            filters: list("filters"),
            order: body["order_by"].as_str().map(str::to_owned),
            start: number("limit_start").unwrap_or(0),
            limit: match number("limit_page_length") {
                Some(0) => usize::MAX,
                limit => limit.unwrap_or(20),
            },
        })
    }
}

/// The database's order: without case and without accents.
pub(crate) fn folded(text: &str) -> String {
    let plain = |c: char| match c {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' | 'ü' => 'u',
        'ñ' => 'n',
        c => c,
    };
    text.to_lowercase().chars().map(plain).collect()
}

/// The rows that answer a question, or the name of the recorded failure.
pub(crate) fn rows(site: &Site, question: &Question) -> Result<Vec<Value>, &'static str> {
    let doctype = question.doctype.as_str();
    if site.forbidden.contains(doctype) {
        return Err("75_err_403_no_role");
    }
    let Some(table) = site.tables.get(doctype) else {
        return Err("79_err_403_unknown_doctype");
    };
    let columns = columns(site, question)?;
    let filters: Vec<Filter> = question
        .filters
        .iter()
        .map(|filter| Filter::new(site, doctype, filter))
        .collect::<Result<_, _>>()?;
    let order = order(site, doctype, question.order.as_deref())?;
    if site.silent.contains(doctype) {
        return Ok(Vec::new());
    }
    let child = columns
        .iter()
        .find_map(|column| column.child)
        .or_else(|| filters.iter().find_map(|f| f.child));
    let mut found: Vec<(&Row, Option<&Value>)> = Vec::new();
    for row in table
        .iter()
        .filter(|row| doctype != "Customer" || !hidden(site, row))
    {
        let children = child.map(|key| row.get(key).and_then(Value::as_array));
        match children {
            None => found.push((row, None)),
            Some(children) => {
                found.extend(
                    children
                        .into_iter()
                        .flatten()
                        .map(|child| (row, Some(child))),
                );
            }
        }
    }
    found.retain(|(row, child)| filters.iter().all(|filter| filter.admits(row, *child)));
    match &order {
        // Without an order the database gives rows as it finds them.
        None => found.reverse(),
        Some(order) => found.sort_by_cached_key(|(row, _)| place(row, order)),
    }
    let indexes = Indexes::new(site, &columns);
    let page = found.into_iter().skip(question.start).take(question.limit);
    Ok(page
        .map(|(row, child)| answer(site, &columns, &indexes, row, child))
        .collect())
}

fn hidden(site: &Site, row: &Row) -> bool {
    row["name"]
        .as_str()
        .is_some_and(|name| site.hidden.contains(name))
}

/// A field that is asked for.
struct Column {
    key: String,
    field: String,
    /// The field of the row that links to the doctype that has the field.
    link: Option<(&'static str, &'static str)>,
    /// The field of the row that has the child rows.
    child: Option<&'static str>,
}

fn columns(site: &Site, question: &Question) -> Result<Vec<Column>, &'static str> {
    let mut columns = Vec::new();
    for asked in &question.fields {
        let (path, alias) = asked.split_once(" as ").unwrap_or((asked, ""));
        let parts: Vec<&str> = path.split('.').collect();
        let (link, child, doctype, field) = match parts[..] {
            [field] => (None, None, question.doctype.as_str(), field),
            [first, field] => match LINKS.iter().find(|(name, _)| *name == first) {
                Some((name, doctype)) => (Some((*name, *doctype)), None, *doctype, field),
                None => {
                    let own = CHILDREN.iter().find(|(_, key)| *key == first);
                    let (_, key) = own.ok_or("83_err_417_unknown_field")?;
                    (None, Some(*key), "", field)
                }
            },
            // Two levels are left out of the answer without a word.
            _ => continue,
        };
        if link.is_some() && site.forbidden.contains(doctype) {
            return Err("76_err_403_join_not_permitted");
        }
        if child.is_none() && !site.has_field(doctype, field) {
            return Err("83_err_417_unknown_field");
        }
        let key = if alias.is_empty() { field } else { alias }.to_owned();
        columns.push(Column {
            key,
            field: field.to_owned(),
            link,
            child,
        });
    }
    Ok(columns)
}

/// Rows of joined doctypes by their names.
struct Indexes<'s>(HashMap<&'static str, HashMap<&'s str, &'s Row>>);

impl<'s> Indexes<'s> {
    fn new(site: &'s Site, columns: &[Column]) -> Self {
        let mut indexes = HashMap::new();
        for (_, doctype) in columns.iter().filter_map(|column| column.link) {
            let rows = site.tables.get(doctype).into_iter().flatten();
            let named = rows.filter_map(|row| Some((row["name"].as_str()?, row)));
            indexes.entry(doctype).or_insert_with(|| named.collect());
        }
        Self(indexes)
    }
}

fn answer(
    site: &Site,
    columns: &[Column],
    indexes: &Indexes<'_>,
    row: &Row,
    child: Option<&Value>,
) -> Value {
    let mut answer = Row::new();
    for column in columns
        .iter()
        .filter(|column| !site.left_out.contains(&column.field))
    {
        let value = match (column.link, column.child) {
            (Some((link, doctype)), _) => {
                let name = row.get(link).and_then(Value::as_str);
                let target = name.and_then(|name| indexes.0.get(doctype)?.get(name));
                target.and_then(|target| target.get(&column.field))
            }
            (None, Some(_)) => child.and_then(|child| child.get(&column.field)),
            (None, None) => row.get(&column.field),
        };
        answer.insert(column.key.clone(), value.cloned().unwrap_or_default());
    }
    Value::Object(answer)
}

/// A filter, made ready.
struct Filter {
    field: String,
    child: Option<&'static str>,
    op: String,
    value: Value,
    /// The value, or each of its values, as the database compares it.
    folded: Vec<String>,
    any_of: HashSet<String>,
}

impl Filter {
    fn new(site: &Site, doctype: &str, filter: &Value) -> Result<Self, &'static str> {
        let parts = filter.as_array().ok_or("88_err_500_bad_json")?;
        let (of, [field, op, value]) = match &parts[..] {
            [of, field, op, value] => (of.as_str().unwrap_or_default(), [field, op, value]),
            [field, op, value] => (doctype, [field, op, value]),
            _ => return Err("88_err_500_bad_json"),
        };
        let field = field.as_str().unwrap_or_default().to_owned();
        let child = CHILDREN
            .iter()
            .find(|(child, _)| *child == of)
            .map(|(_, key)| *key);
        if field.contains('.') {
            return Err("87_err_500_dotted_filter");
        }
        if child.is_none() && !site.has_field(of, &field) {
            return Err("84_err_417_unknown_filter_field");
        }
        let one = std::slice::from_ref(value);
        let all = value.as_array().map_or(one, Vec::as_slice).iter();
        let all: Vec<String> = all
            .map(|text| folded(text.as_str().unwrap_or_default()))
            .collect();
        let any_of = all.iter().cloned().collect();
        let op = op.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            field,
            child,
            op,
            value: value.clone(),
            folded: all,
            any_of,
        })
    }

    fn admits(&self, row: &Row, child: Option<&Value>) -> bool {
        let null = Value::Null;
        let value = match self.child {
            Some(_) => child.and_then(|child| child.get(&self.field)),
            None => row.get(&self.field),
        };
        let value = value.unwrap_or(&null);
        let is_null = value.is_null();
        let against = || self.compare(value, 0);
        match self.op.as_str() {
            "is" => (self.value == "set") != (is_null || *value == ""),
            "in" => value
                .as_str()
                .is_some_and(|text| self.any_of.contains(&folded(text))),
            "between" => {
                !is_null && self.compare(value, 0).is_ge() && self.compare(value, 1).is_le()
            }
            "=" => !is_null && against().is_eq(),
            ">" => !is_null && against().is_gt(),
            ">=" => !is_null && against().is_ge(),
            // What is null counts as empty here, which is less than everything.
            "<" => is_null || against().is_lt(),
            "<=" => is_null || against().is_le(),
            "!=" => is_null || against().is_ne(),
            _ => false,
        }
    }

    fn compare(&self, value: &Value, with: usize) -> Ordering {
        match (value.as_f64(), self.value.as_f64()) {
            (Some(a), Some(b)) => a.total_cmp(&b),
            _ => folded(value.as_str().unwrap_or_default()).cmp(&self.folded[with]),
        }
    }
}

/// Where a row stands in an order of texts.
fn place(row: &Row, order: &[String]) -> Vec<String> {
    let text = |field: &String| row.get(field).and_then(Value::as_str).map(folded);
    order
        .iter()
        .map(|field| text(field).unwrap_or_default())
        .collect()
}

fn order(
    site: &Site,
    doctype: &str,
    said: Option<&str>,
) -> Result<Option<Vec<String>>, &'static str> {
    let Some(said) = said else {
        return Ok(None);
    };
    let mut order = Vec::new();
    for part in said.split(',') {
        let mut words = part.split_whitespace();
        let field = words.next().unwrap_or_default();
        if !site.has_field(doctype, field) {
            return Err("86_err_500_unknown_order_by");
        }
        assert_eq!(words.next(), Some("asc"), "nobody asks for another order");
        order.push(field.to_owned());
    }
    Ok(Some(order))
}
