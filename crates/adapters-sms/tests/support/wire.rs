//! As much of HTTP/1.1 as one client needs.

use std::collections::BTreeMap;
use std::io;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;

/// A call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with its parameters, as sent.
    pub(crate) target: String,
    /// Header values by name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn page(status: u16) -> Self {
        let body = format!("<html><body><h1>HTTP Status {status}</h1></body></html>");
        Self::new(status, "text/html;charset=utf-8", body)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The bytes of its head and all of its bytes.
    pub(crate) fn bytes(&self) -> (usize, Vec<u8>) {
        let mut bytes = format!("HTTP/1.1 {} Status\r\n", self.status).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend(format!("{name}: {value}\r\n").bytes());
        }
        if self.status != 204 {
            bytes.extend(format!("Content-Length: {}\r\n", self.body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        let head = bytes.len();
        bytes.extend(&self.body);
        (head, bytes)
    }
}

/// The next call of a connection; `None` when there is none.
pub(crate) async fn read(
    stream: &mut TcpStream,
    rest: &mut Vec<u8>,
) -> io::Result<Option<Request>> {
    let head = loop {
        if let Some(at) = rest.windows(4).position(|four| four == b"\r\n\r\n") {
            let body = rest.split_off(at + 4);
            break String::from_utf8_lossy(&std::mem::replace(rest, body)).into_owned();
        }
        // Whoever speaks TLS to us is not understood.
        if rest.first().is_some_and(|byte| !byte.is_ascii_uppercase()) {
            return Ok(None);
        }
        if stream.read_buf(rest).await? == 0 {
            return Ok(None);
        }
    };
    let mut lines = head.lines();
    let mut words = lines
        .next()
        .unwrap_or_default()
        .split(' ')
        .map(str::to_owned);
    let mut request = Request {
        method: words.next().unwrap_or_default(),
        target: words.next().unwrap_or_default(),
        ..Request::default()
    };
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        let (name, value) = (name.to_lowercase(), value.trim().to_owned());
        request.headers.insert(name, value);
    }
    let length: usize = request.header("content-length").parse().unwrap_or(0);
    while rest.len() < length {
        if stream.read_buf(rest).await? == 0 {
            return Ok(None);
        }
    }
    let after = rest.split_off(length);
    request.body = std::mem::replace(rest, after);
    Ok(Some(request))
}
