//! A service that lists JSON in every way of paging, changes while it is read, and fails when it is
//! told to.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use pregon_conformance::sample::{self, Table};
use pregon_core::{AttributeType, Schema};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

use crate::wire::{self, Answer, Request};

/// What the service does instead of answering a call.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// Answers this.
    Says(u16, &'static str),
    /// Answers this status with this header.
    Header(u16, &'static str, String),
    /// Answers rightly, one byte at a time.
    Slowly,
    /// Answers rightly and hangs up after so many bytes of the body.
    Cut(usize),
    /// Writes these bytes and hangs up.
    Bytes(Vec<u8>),
    /// Hangs up before it answers.
    HangsUp,
    /// Takes the call and never answers.
    Silent,
}

pub(crate) type Tables = BTreeMap<String, Vec<Value>>;
type Change = Box<dyn FnMut(&mut Tables) + Send>;

#[derive(Default)]
struct State {
    tables: Tables,
    faults: VecDeque<Fault>,
    calls: Vec<String>,
    /// What happens to the tables after each call.
    meanwhile: Option<Change>,
    /// The most that it gives, whatever it is asked for.
    most: Option<usize>,
    /// Whether it gives the first page whatever comes before it.
    deaf: bool,
}

/// The service; it stops when it is dropped.
pub(crate) struct Server {
    state: Arc<Mutex<State>>,
    address: SocketAddr,
    task: JoinHandle<()>,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.address.fmt(f)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    pub(crate) async fn start(tables: Tables) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = State {
            tables,
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let task = tokio::spawn(async move {
            // The connections end with the server.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                connections.spawn(serve(stream, Arc::clone(&shared), address));
            }
        });
        Self {
            state,
            address,
            task,
        }
    }

    /// With the sample.
    pub(crate) async fn sample() -> Self {
        let people = sample::customer_table();
        let mut tables = Tables::new();
        let rows = rows(&people, &sample::customer_schema());
        tables.insert("customers".to_owned(), rows);
        for (kind, schema) in sample::record_schemas() {
            let table = sample::record_table(&kind).unwrap();
            tables.insert(kind.to_string(), rows_of(&table, &schema));
        }
        Self::start(tables).await
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1/", self.address)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Tables)) {
        change(&mut self.state().tables);
    }

    pub(crate) fn meanwhile(&self, change: impl FnMut(&mut Tables) + Send + 'static) {
        self.state().meanwhile = Some(Box::new(change));
    }

    pub(crate) fn at_most(&self, most: usize) {
        self.state().most = Some(most);
    }

    pub(crate) fn is_deaf(&self) {
        self.state().deaf = true;
    }

    pub(crate) fn next(&self, fault: Fault) {
        self.state().faults.push_back(fault);
    }

    /// The targets of the calls since this was asked last.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.state().calls)
    }
}

fn rows(table: &Table, schema: &Schema) -> Vec<Value> {
    let mut rows = rows_of(table, schema);
    for row in &mut rows {
        let row = row.as_object_mut().unwrap();
        let id = row.remove("customer_id").unwrap();
        row.insert("id".to_owned(), id);
        let contact = json!({ "email": row.remove("email"), "phone": row.remove("phone") });
        row.insert("contact".to_owned(), contact);
    }
    rows
}

fn rows_of(table: &Table, schema: &Schema) -> Vec<Value> {
    let typed = |name: &str, text: &str| match schema.get(name) {
        _ if text.is_empty() => Value::Null,
        Some(AttributeType::Integer | AttributeType::Bool) => text.parse().unwrap(),
        Some(AttributeType::Decimal) => json!(text),
        _ => json!(text),
    };
    let row = |cells: &Vec<&str>| {
        let pairs = table.columns.iter().zip(cells);
        let pairs = pairs.map(|(name, text)| ((*name).to_owned(), typed(name, text)));
        Value::Object(pairs.collect())
    };
    table.rows.iter().map(row).collect()
}

async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>, address: SocketAddr) {
    let mut rest = Vec::new();
    while let Ok(Some(request)) = wire::read(&mut stream, &mut rest).await {
        let (answer, fault) = {
            let mut state = state.lock().unwrap();
            state.calls.push(request.target.clone());
            let fault = state.faults.pop_front();
            let answer = answer(&state, &request, address);
            if let Some(mut change) = state.meanwhile.take() {
                change(&mut state.tables);
                state.meanwhile = Some(change);
            }
            (answer, fault)
        };
        let sent = match fault {
            None => wire::write(&mut stream, &answer).await,
            Some(Fault::Says(status, body)) => {
                let answer = Answer::new(status, "application/json", body);
                wire::write(&mut stream, &answer).await
            }
            Some(Fault::Header(status, name, value)) => {
                let mut answer = Answer::new(status, "application/json", "{}");
                answer.headers.push((name.to_owned(), value));
                wire::write(&mut stream, &answer).await
            }
            Some(Fault::Slowly) => wire::write_slowly(&mut stream, &answer).await,
            Some(Fault::Cut(bytes)) => {
                let _ = wire::write_part(&mut stream, &answer, bytes).await;
                return;
            }
            Some(Fault::Bytes(bytes)) => {
                let _ = stream.write_all(&bytes).await;
                return;
            }
            Some(Fault::HangsUp) => return,
            Some(Fault::Silent) => return std::future::pending().await,
        };
        if sent.is_err() {
            return;
        }
    }
}

fn answer(state: &State, request: &Request, address: SocketAddr) -> Answer {
    let empty = |status| Answer::new(status, "application/json", "{}");
    if request.headers.get("authorization").map(String::as_str) != Some("Bearer una-palabra") {
        return empty(401);
    }
    let path: Vec<&str> = request.path.iter().map(String::as_str).collect();
    let find = |rows: &[Value], id: &str| rows.iter().find(|row| id_of(row) == id).cloned();
    match path[..] {
        ["v1", list] => match state.tables.get(list) {
            Some(rows) => page(state, rows, request, address),
            None => empty(404),
        },
        ["v1", list, id] => match state.tables.get(list).and_then(|rows| find(rows, id)) {
            Some(row) => Answer::json(&row),
            None => empty(404),
        },
        _ => empty(404),
    }
}

pub(crate) fn id_of(row: &Value) -> String {
    match &row["id"] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn page(state: &State, rows: &[Value], request: &Request, address: SocketAddr) -> Answer {
    let number = |name: &str| {
        request
            .query
            .get(name)
            .and_then(|text| text.parse::<usize>().ok())
    };
    let asked = number("size")
        .unwrap_or(4)
        .min(state.most.unwrap_or(usize::MAX));
    let ids = wanted(&request.target);
    if !ids.is_empty() {
        let some = rows.iter().filter(|row| ids.contains(&id_of(row)));
        return Answer::json(&json!({ "data": some.collect::<Vec<_>>() }));
    }
    let by_number = match (number("page"), number("offset")) {
        (Some(page), _) => Some((page - 1) * asked),
        (_, offset) => offset,
    };
    if let Some(from) = by_number {
        // In the order in which they stand there, as a table without keys has them.
        let some: Vec<&Value> = rows.iter().skip(from).take(asked).collect();
        return Answer::json(&json!({ "data": some, "total": rows.len() }));
    }
    let key = ["after", "cursor", "from"];
    let after = key.iter().find_map(|name| request.query.get(*name));
    let after = after.filter(|_| !state.deaf);
    let mut rest: Vec<&Value> = rows.iter().collect();
    rest.sort_by_key(|row| id_of(row));
    rest.retain(|row| after.is_none_or(|after| id_of(row) > *after));
    let more = rest.len() > asked;
    rest.truncate(asked);
    let next = rest.last().filter(|_| more).map(|row| id_of(row));
    let path = request.path.join("/");
    let link = next.as_deref().map(|id| {
        let mut query = format!("from={}", encoded(id));
        if let Some(size) = number("size") {
            query.push_str(&format!("&size={size}"));
        }
        format!("/{path}?{query}")
    });
    let whole = link
        .as_deref()
        .map(|link| format!("http://{address}{link}"));
    let body = json!({ "data": rest, "next": next, "links": { "next": whole } });
    let mut answer = Answer::json(&body);
    let header = link.map(|link| format!("</v1>; rel=\"first\", <{link}>; rel=\"next\""));
    answer
        .headers
        .extend(header.map(|header| ("Link".to_owned(), header)));
    answer
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Each value of the parameter `ids`.
fn wanted(target: &str) -> Vec<String> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let pairs = query
        .split('&')
        .filter_map(|pair| pair.strip_prefix("ids="));
    pairs
        .map(|value| Request::new("GET", &format!("/?v={value}")).query["v"].clone())
        .collect()
}
