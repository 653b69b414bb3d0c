//! A customer's page, as far as the protocol goes.

use std::net::SocketAddr;
use std::time::Duration;

use chat::Token;
use futures_util::{SinkExt as _, StreamExt as _};
use kernel::id::{Conversation, Id};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

const PATIENCE: Duration = Duration::from_secs(10);

pub struct Browser {
    address: SocketAddr,
    pub cookie: String,
    pub conversation: Id<Conversation>,
}

pub struct Socket(pub WebSocketStream<TcpStream>);

impl Browser {
    pub fn new(address: SocketAddr, token: &Token, conversation: Id<Conversation>) -> Self {
        Self { address, cookie: format!("chat={}", token.expose()), conversation }
    }

    /// The same browser, at another node.
    pub fn at(&self, address: SocketAddr) -> Self {
        Self { address, cookie: self.cookie.clone(), conversation: self.conversation }
    }

    pub async fn dial_with(&self, headers: &[(&'static str, &str)]) -> Result<Socket, Error> {
        let mut request = format!("ws://{}/chat/socket", self.address).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        let stream = TcpStream::connect(self.address).await.unwrap();
        client_async(request, stream).await.map(|(socket, _)| Socket(socket))
    }

    pub async fn dial(&self) -> Socket {
        self.dial_with(&[("cookie", &self.cookie)]).await.unwrap()
    }

    /// Dials, says what it has, and takes the welcome and everything up to the newest entry.
    pub async fn join(&self, last: u64) -> (Socket, Value, Vec<Value>) {
        let mut socket = self.dial().await;
        socket.send(&json!({"t": "hello", "last": last})).await;
        let welcome = socket.next("welcome").await;
        let newest = welcome["last"].as_u64().unwrap();
        let mut entries = Vec::new();
        for _ in last..newest {
            entries.push(socket.next("entry").await);
        }
        (socket, welcome, entries)
    }
}

impl Socket {
    pub async fn send(&mut self, frame: &Value) {
        self.send_text(frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: impl Into<String>) {
        self.0.send(Message::text(text.into())).await.unwrap();
    }

    pub async fn say(&mut self, key: &str, text: &str) {
        self.send(&json!({"t": "say", "key": key, "text": text})).await;
    }

    /// The next frame or close code of any kind.
    pub async fn take(&mut self) -> Result<Value, u16> {
        loop {
            let message = timeout(PATIENCE, self.0.next()).await.expect("something comes in time");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => return Err(frame.code.into()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The next frame of a kind; others, which tell of something else, are passed over.
    pub async fn next(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.take().await.unwrap_or_else(|code| panic!("closed with {code}"));
            if frame["t"] == kind {
                return frame;
            }
        }
    }

    /// Until the other side hangs up: with which code.
    pub async fn closed(&mut self) -> u16 {
        loop {
            if let Err(code) = self.take().await {
                return code;
            }
        }
    }
}
