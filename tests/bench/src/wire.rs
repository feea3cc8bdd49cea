//! As much HTTP/1.1 as a function speaks with what it calls: requests with a length, on connections that stay open.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// The value of a header, by its name in lower case; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }
}

#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

/// Answers on a free port of loopback for as long as this process lives, each connection on a thread of its own.
/// A handler without an answer hangs up.
pub(crate) fn listen(answer: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
    let address = listener.local_addr().expect("an address");
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || converse(&stream, &*answer));
        }
    });
    address
}

fn converse(stream: &TcpStream, answer: &dyn Fn(&Request) -> Option<Reply>) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut reader = BufReader::with_capacity(1 << 16, stream);
    loop {
        let reply = answer(&read(&mut reader)?)?;
        let mut head = format!("HTTP/1.1 {} -\r\ncontent-length: {}\r\n", reply.status, reply.body.len());
        for (name, value) in &reply.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut bytes = format!("{head}\r\n").into_bytes();
        bytes.extend(reply.body);
        (&*stream).write_all(&bytes).ok()?;
    }
}

/// The next request; nothing when the other side has hung up.
fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = String::new();
    let mut next = |reader: &mut dyn BufRead| {
        line.clear();
        (reader.read_line(&mut line).ok()? > 0).then(|| line.trim_end().to_owned())
    };
    let first = next(reader)?;
    let path = first.split(' ').nth(1)?.to_owned();
    let mut request = Request { path, ..Request::default() };
    loop {
        let header = next(reader)?;
        let Some((name, value)) = header.split_once(':') else { break };
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    assert_eq!(request.header("transfer-encoding"), "", "only bodies with a length are read here");
    let length = request.header("content-length").parse().unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body).ok()?;
    Some(request)
}
