//! A customer's side of the chat, for programs: those that measure, and those that lose connections on
//! purpose to see that nothing else is lost. It keeps no more than a socket needs, because a program may
//! hold thousands.

use std::error::Error;

use futures_util::{SinkExt as _, StreamExt as _};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

pub type Failure = Box<dyn Error + Send + Sync>;

/// Bytes of a connection's buffers; frames are small.
const BUFFER: usize = 2 * 1024;

/// A browser with its cookie, once its chat has begun.
#[derive(Debug, Clone)]
pub struct Customer {
    /// Host and port.
    place: String,
    cookie: String,
}

/// What fills the form before a chat.
#[derive(Debug, Clone, Copy)]
pub struct Start<'s> {
    pub name: &'s str,
    pub topic: &'s str,
    pub text: &'s str,
}

/// The HTTP client that begins chats; it follows nowhere and keeps no cookies of its own.
pub fn http() -> Result<reqwest::Client, Failure> {
    Ok(reqwest::Client::builder().no_proxy().redirect(Policy::none()).build()?)
}

impl Customer {
    /// Fills the form as a person does. `address` is such as `http://127.0.0.1:8080`.
    pub async fn begin(http: &reqwest::Client, address: &str, start: Start<'_>) -> Result<Self, Failure> {
        let page = http.get(format!("{address}/chat")).send().await?;
        let cookie = cookie_of(&page).ok_or("the form sets no cookie")?;
        let text = page.text().await?;
        let proof = between(&text, "data-proof=\"", "\"").ok_or("the form has no proof")?;
        let form: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("proof", proof)
            .append_pair("topic", start.topic)
            .append_pair("name", start.name)
            .append_pair("email", "")
            .append_pair("text", start.text)
            .finish();
        let begun = http
            .post(format!("{address}/chat"))
            .header(COOKIE, &cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await?;
        if !begun.status().is_redirection() {
            return Err(format!("the chat did not begin: {}", begun.status()).into());
        }
        let cookie = cookie_of(&begun).unwrap_or(cookie);
        let place = address.trim_start_matches("http://").to_owned();
        Ok(Self { place, cookie })
    }

    /// The same browser, with the centre at another node.
    pub fn at(&self, address: &str) -> Self {
        Self { place: address.trim_start_matches("http://").to_owned(), ..self.clone() }
    }

    /// Takes up the line again after the last entry one has.
    pub async fn dial(&self, last: u64) -> Result<Line, Failure> {
        let mut request = format!("ws://{}/chat/socket", self.place).into_client_request()?;
        request.headers_mut().insert("cookie", self.cookie.parse()?);
        request.headers_mut().insert("origin", format!("http://{}", self.place).parse()?);
        let stream = TcpStream::connect(&self.place).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(BUFFER).write_buffer_size(0);
        let (socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        let mut line = Line { socket };
        line.send(&json!({ "t": "hello", "last": last })).await?;
        Ok(line)
    }
}

/// One connection.
pub struct Line {
    socket: WebSocketStream<TcpStream>,
}

impl Line {
    pub async fn say(&mut self, key: &str, text: &str) -> Result<(), Failure> {
        self.send(&json!({ "t": "say", "key": key, "text": text })).await
    }

    pub async fn send(&mut self, frame: &Value) -> Result<(), Failure> {
        Ok(self.socket.send(Message::text(frame.to_string())).await?)
    }

    /// The next frame; nothing when the other side has hung up. Dropping this future loses nothing.
    pub async fn next(&mut self) -> Result<Option<Value>, Failure> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(Some(serde_json::from_str(&text)?)),
                Some(Ok(Message::Close(_))) | None => return Ok(None),
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }
}

fn cookie_of(response: &reqwest::Response) -> Option<String> {
    let set = response.headers().get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pair = set.filter_map(|cookie| cookie.split(';').next()).find(|pair| pair.starts_with("chat="))?;
    Some(pair.to_owned())
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(start)?;
    Some(rest.split_once(end)?.0)
}
