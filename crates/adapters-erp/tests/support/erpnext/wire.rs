//! As much of HTTP/1.1 as one client needs.

use std::collections::BTreeMap;
use std::io;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A call.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with its parameters, as sent.
    pub(crate) target: String,
    /// The parts of the path.
    pub(crate) path: Vec<String>,
    pub(crate) query: BTreeMap<String, String>,
    /// Header values by name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Value>,
}

impl Request {
    /// A call of this method and target, without headers.
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            path: path
                .split('/')
                .skip(1)
                .map(|part| decode(part, false))
                .collect(),
            query: pairs
                .map(|(name, value)| (decode(name, true), decode(value, true)))
                .collect(),
            ..Self::default()
        }
    }
}

/// An answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<String>) -> Self {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self {
            status,
            headers,
            body: body.into(),
        }
    }

    pub(crate) fn json(body: &Value) -> Self {
        Self::new(200, "application/json", body.to_string())
    }

    fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let mut head = format!("HTTP/1.1 {} Recorded\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", self.body.len()));
        (head.into_bytes(), self.body.clone().into_bytes())
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
        if stream.read_buf(rest).await? == 0 {
            return Ok(None);
        }
        // Whoever speaks TLS to us waits for an answer that never comes.
        if !rest[0].is_ascii_uppercase() {
            return Ok(None);
        }
    };
    let mut lines = head.lines();
    let mut words = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (
        words.next().unwrap_or_default(),
        words.next().unwrap_or_default(),
    );
    let mut request = Request::new(method, target);
    for (name, value) in lines.filter_map(|line| line.split_once(':')) {
        request
            .headers
            .insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = request
        .headers
        .get("content-length")
        .and_then(|length| length.parse().ok());
    let length: usize = length.unwrap_or(0);
    while rest.len() < length {
        if stream.read_buf(rest).await? == 0 {
            return Ok(None);
        }
    }
    let after = rest.split_off(length);
    let body = std::mem::replace(rest, after);
    request.body = serde_json::from_slice(&body).ok();
    Ok(Some(request))
}

pub(crate) async fn write(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    let (mut head, body) = answer.bytes();
    head.extend(body);
    stream.write_all(&head).await
}

/// Says how long the body is and sends less of it.
pub(crate) async fn write_part(
    stream: &mut TcpStream,
    answer: &Answer,
    bytes: usize,
) -> io::Result<()> {
    let (mut head, body) = answer.bytes();
    head.extend(&body[..bytes.min(body.len())]);
    stream.write_all(&head).await
}

pub(crate) async fn write_slowly(stream: &mut TcpStream, answer: &Answer) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut head, body) = answer.bytes();
    head.extend(body);
    for byte in head {
        stream.write_all(&[byte]).await?;
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Takes the percent signs, and in parameters the plus signs, away.
fn decode(text: &str, plus: bool) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let hex = |byte: Option<u8>| (byte.unwrap_or(b'0') as char).to_digit(16).unwrap_or(0);
        bytes.push(match byte {
            b'+' if plus => b' ',
            b'%' => (hex(rest.next()) * 16 + hex(rest.next())) as u8,
            byte => byte,
        });
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
