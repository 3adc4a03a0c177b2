//! A small HTTP/1.1 client on a bare socket: it keeps its connection, and knows how far a request had come when the
//! connection broke.

use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// No answer is waited for longer than this.
const ANSWER_LIMIT: Duration = Duration::from_secs(40);

/// A request.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: &'static str,
    pub path: String,
    pub key: String,
    pub idempotency_key: Option<String>,
    pub content_type: &'static str,
    pub body: Option<Vec<u8>>,
}

/// What most bodies are.
pub const JSON: &str = "application/json";

impl Ask {
    pub fn get(path: impl Into<String>, key: &str) -> Self {
        Self {
            method: "GET",
            path: path.into(),
            key: key.to_owned(),
            idempotency_key: None,
            content_type: JSON,
            body: None,
        }
    }

    /// A POST under a key of its own: asked again, it is the same request.
    pub fn post(path: impl Into<String>, key: &str, body: &Value) -> Self {
        Self {
            method: "POST",
            path: path.into(),
            key: key.to_owned(),
            idempotency_key: Some(super::fresh_key()),
            content_type: JSON,
            body: Some(body.to_string().into_bytes()),
        }
    }

    /// As it goes over the wire: head, then body.
    pub fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer {}\r\n",
            self.method, self.path, self.key
        );
        if let Some(key) = &self.idempotency_key {
            head.push_str(&format!("idempotency-key: {key}\r\n"));
        }
        if let Some(body) = &self.body {
            head.push_str(&format!(
                "content-type: {}\r\ncontent-length: {}\r\n",
                self.content_type,
                body.len()
            ));
        }
        head.push_str("\r\n");
        (head.into_bytes(), self.body.clone().unwrap_or_default())
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    #[track_caller]
    pub fn expect_status(&self, status: u16) {
        assert_eq!(self.status, status, "{}", self.text());
    }

    /// The answer's JSON; anything but this status ends the proof.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }
}

/// A connection that is kept and, when it broke, opened anew.
#[derive(Debug)]
pub struct Client {
    address: SocketAddr,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            stream: None,
            buffer: Vec::new(),
        }
    }

    /// Asks once. An error means that it is not known whether the request was carried out.
    pub async fn ask(&mut self, ask: &Ask) -> io::Result<Reply> {
        let outcome = match timeout(ANSWER_LIMIT, self.exchange(ask)).await {
            Ok(outcome) => outcome,
            Err(_) => Err(io::ErrorKind::TimedOut.into()),
        };
        if outcome.is_err() {
            self.stream = None;
        }
        outcome
    }

    async fn exchange(&mut self, ask: &Ask) -> io::Result<Reply> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                self.buffer.clear();
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        let (mut bytes, body) = ask.bytes();
        bytes.extend_from_slice(&body);
        stream.write_all(&bytes).await?;
        let reply = self.read(&mut stream).await?;
        if !reply.head.to_ascii_lowercase().contains("connection: close") {
            self.stream = Some(stream);
        }
        Ok(reply)
    }

    async fn read(&mut self, stream: &mut TcpStream) -> io::Result<Reply> {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            self.more(stream).await?;
        };
        let head = String::from_utf8_lossy(self.buffer.get(..end).unwrap_or_default()).into_owned();
        self.buffer.drain(..end + 4);
        let status = head
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .ok_or(io::ErrorKind::InvalidData)?;
        let length = header(&head, "content-length").and_then(|value| value.parse::<usize>().ok());
        let body = match length {
            Some(length) => self.take(stream, length).await?,
            None if header(&head, "transfer-encoding").is_some() => self.chunks(stream).await?,
            None => Vec::new(),
        };
        Ok(Reply { status, head, body })
    }

    async fn more(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        if stream.read_buf(&mut self.buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(())
    }

    async fn take(&mut self, stream: &mut TcpStream, length: usize) -> io::Result<Vec<u8>> {
        while self.buffer.len() < length {
            self.more(stream).await?;
        }
        Ok(self.buffer.drain(..length).collect())
    }

    async fn chunks(&mut self, stream: &mut TcpStream) -> io::Result<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let end = loop {
                if let Some(at) = find(&self.buffer, b"\r\n") {
                    break at;
                }
                self.more(stream).await?;
            };
            let line = String::from_utf8_lossy(&self.take(stream, end + 2).await?).trim().to_owned();
            let length = usize::from_str_radix(&line, 16).map_err(|_| io::ErrorKind::InvalidData)?;
            let chunk = self.take(stream, length + 2).await?;
            if length == 0 {
                return Ok(body);
            }
            body.extend_from_slice(chunk.get(..length).unwrap_or_default());
        }
    }
}

/// A header's value, by its lower-case name.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
