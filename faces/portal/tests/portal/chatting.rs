//! The chat's pages without any script, as a browser that keeps cookies sees them.

use std::sync::Arc;

use audit::{Actor, Trail};
use axum::Router;
use axum::body::Body;
use chat::{Chat, Host, Parts};
use conversations::{Conversations, Dispositions};
use customers::Customers;
use directory::{Directories, Import};
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use kernel::{Clock as _, SystemClock};
use routing::{QueueFile, Routing};
use testkit::{TestStore, on_sqlite};
use tower::ServiceExt as _;
use vault::{KeyRing, MasterKey, Secret, Vault};
use web::{Draining, Operations, Readiness, Settings, Web};
use words::Catalogue;

use crate::house::example;

const QUEUES: &str = r#"
[[queue]]
id = "cards"
name = { en = "Cards" }
unit = "card-service"
channels = ["chat"]
hours = { own = "24/7" }
fallback = true

[[queue]]
id = "disputes"
name = { en = "Disputes" }
unit = "card-service"
topics = ["charge-dispute"]
channels = ["chat"]
hours = { own = "Mo 03:00-03:01 off" }
when_closed = ["message", "callback"]
"#;

const SECRET: [u8; 32] = [7; 32];

struct House {
    app: Router,
    conversations: Conversations,
}

/// One browser: it has a cookie, and the proof of the page it saw last.
#[derive(Default)]
struct Browser {
    cookie: String,
    proof: String,
    key: String,
}

struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn with_house(public_url: Option<&str>, test: impl AsyncFn(House)) {
    on_sqlite(async |store: &TestStore| {
        let store = (**store).clone();
        let key = MasterKey::parse(&"11".repeat(32)).unwrap();
        let vault = Vault::open(&store, KeyRing::new(key, Vec::new())).await.unwrap();
        let trail = Trail::open(&store, &vault).await.unwrap();
        let customers = Customers::new(store.clone(), vault.clone(), trail.clone());
        let directories = Directories::open(store.clone()).await.unwrap();
        directories.import(&example(), Import::default()).await.unwrap();
        let routing = Routing::open(store.clone(), directories.clone(), trail.clone()).await.unwrap();
        routing.load(QueueFile::parse(QUEUES).unwrap(), Actor::system()).await.unwrap();
        let conversations = Conversations::new(
            store.clone(),
            vault.clone(),
            trail,
            customers.clone(),
            routing.clone(),
            Dispositions::default(),
        );
        let catalogue = Catalogue::load().unwrap();
        let parts = Parts {
            store,
            vault,
            customers,
            conversations: conversations.clone(),
            routing,
            directories: directories.clone(),
            names: Arc::new(|_| Box::pin(async { Ok("Sam".to_owned()) })),
            words: catalogue.words(&"en".parse().unwrap()),
        };
        let secret = Secret::new(SECRET.to_vec());
        let settings = chat::Settings {
            origin: "https://help.example".into(),
            secure: public_url.is_some(),
            hosts: vec![Host::new("https://www.bank.example", Some(secret)).unwrap()],
            region: "US".into(),
            ..chat::Settings::default()
        };
        let chat = Chat::new(parts, settings);
        let public_url = public_url.map(str::to_owned);
        let settings = Settings { brand: "Ally".into(), public_url, ..Settings::default() };
        let web = Web::new(settings, catalogue, Arc::new(SystemClock)).unwrap();
        let readiness: Readiness = Arc::new(|| Box::pin(async { Ok(()) }));
        let operations = Operations::new(readiness, Draining::default());
        let faces = portal::chat::routes(chat.clone(), directories).and(chat.routes());
        test(House { app: web.shell(faces, operations), conversations }).await;
    })
    .await;
}

impl House {
    async fn send(&self, browser: &mut Browser, request: Request<Body>) -> Reply {
        let (mut parts, body) = request.into_parts();
        if !browser.cookie.is_empty() {
            parts.headers.insert(header::COOKIE, browser.cookie.parse().unwrap());
        }
        let response = self.app.clone().oneshot(Request::from_parts(parts, body)).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8_lossy(&bytes).into_owned();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE) {
            cookie.to_str().unwrap().split(';').next().unwrap().clone_into(&mut browser.cookie);
        }
        let value = |name: &str| {
            let rest = body.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
            Some(rest.split('"').next()?.to_owned())
        };
        browser.proof = value("proof").unwrap_or_else(|| browser.proof.clone());
        browser.key = value("key").unwrap_or_else(|| browser.key.clone());
        Reply { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, browser: &mut Browser, path: &str) -> Reply {
        self.send(browser, Request::get(path).body(Body::empty()).unwrap()).await
    }

    async fn post(&self, browser: &mut Browser, path: &str, fields: &[(&str, &str)]) -> Reply {
        let proof = [("proof", browser.proof.clone())];
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(&proof).extend_pairs(fields);
        let request = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
        self.send(browser, request.body(Body::from(form.finish())).unwrap()).await
    }

    /// Somebody in a chat that they began with these words.
    async fn chatting(&self, words: &str) -> Browser {
        let mut browser = Browser::default();
        self.get(&mut browser, "/chat").await;
        let begun = self.post(&mut browser, "/chat", &[("name", "Ana Ruiz"), ("text", words)]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.body);
        self.get(&mut browser, "/chat").await;
        browser
    }

    async fn attach(&self, browser: &mut Browser, name: &str, content: &str) -> Reply {
        let proof = &browser.proof;
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"proof\"\r\n\r\n{proof}\r\n--x\r\n\
             content-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--x--\r\n"
        );
        let request = Request::post("/chat/files").header("content-type", "multipart/form-data; boundary=x");
        self.send(browser, request.body(Body::from(body)).unwrap()).await
    }
}

#[tokio::test]
async fn a_chat_is_had_with_forms_alone_and_a_form_sent_twice_says_it_once() {
    with_house(None, async |house| {
        let mut ana = house.chatting("My card was <b>eaten</b> & gone").await;
        let key = ana.key.clone();
        for _ in 0..2 {
            let said = house.post(&mut ana, "/chat/say", &[("key", &key), ("text", "Please help")]).await;
            assert_eq!(said.status, StatusCode::SEE_OTHER);
        }
        let page = house.get(&mut ana, "/chat").await.body;
        assert!(page.contains("My card was &#60;b&#62;eaten&#60;/b&#62; &#38; gone"), "{page}");
        assert_eq!(page.matches("Please help").count(), 1);
        let empty = house.post(&mut ana, "/chat/say", &[("key", "another-key"), ("text", " ")]).await;
        assert!(empty.body.contains("There is nothing to send yet."));
        let text = house.get(&mut ana, "/chat/transcript").await;
        assert!(text.body.contains("You: Please help"), "{}", text.body);
        house.post(&mut ana, "/chat/end", &[]).await;
        assert!(house.get(&mut ana, "/chat").await.body.contains("This chat has ended."));
        assert_eq!(house.post(&mut ana, "/chat/rate", &[("stars", "5")]).await.status, StatusCode::SEE_OTHER);
        assert!(house.get(&mut ana, "/chat").await.body.contains("Thank you for your rating."));
        house.post(&mut ana, "/chat/forget", &[]).await;
        assert!(house.get(&mut ana, "/chat").await.body.contains("How can we help?"), "cleared");
    })
    .await;
}

#[tokio::test]
async fn a_form_that_no_page_of_ours_made_for_this_browser_is_refused() {
    with_house(None, async |house| {
        let (mut ana, mut eve) = (house.chatting("Hello").await, house.chatting("Hi").await);
        let key = ana.key.clone();
        std::mem::swap(&mut ana.proof, &mut eve.proof);
        for path in ["/chat/say", "/chat/end", "/chat/forget", "/chat", "/chat/identity"] {
            let fields = [("key", key.as_str()), ("text", "forged"), ("name", "x"), ("token", "x")];
            let reply = house.post(&mut ana, path, &fields).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert!(!house.get(&mut ana, "/chat").await.body.contains("forged"));
    })
    .await;
}

#[tokio::test]
async fn who_finds_nobody_there_leaves_word_and_keeps_what_was_typed() {
    with_house(None, async |house| {
        let mut ana = Browser::default();
        house.get(&mut ana, "/chat").await;
        let asked = [("topic", "charge-dispute"), ("name", "Ana Ruiz"), ("text", "Not mine")];
        let away = house.post(&mut ana, "/chat", &asked).await;
        assert_eq!(away.status, StatusCode::OK);
        assert!(away.body.contains("Leave us a message") && away.body.contains("Not mine"), "{}", away.body);
        let mut fields = asked.to_vec();
        fields.push(("want", "callback"));
        let unreachable = house.post(&mut ana, "/chat/leave-word", &fields).await;
        assert_eq!(unreachable.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(unreachable.body.contains("Without a number we cannot call you back."));
        fields.push(("phone", "(212) 555-0123"));
        assert_eq!(house.post(&mut ana, "/chat/leave-word", &fields).await.status, StatusCode::SEE_OTHER);
        let page = house.get(&mut ana, "/chat").await.body;
        assert!(page.contains("We have your message."), "{page}");
        let reference = page.split("data-chat=\"").nth(1).unwrap().split('"').next().unwrap();
        let reference = reference.parse().unwrap();
        let left = house.conversations.get_by_reference(&reference).await.unwrap();
        assert_eq!((left.tags, left.topic.as_deref()), (vec!["callback".to_owned()], Some("charge-dispute")));
    })
    .await;
}

#[tokio::test]
async fn only_named_sites_may_frame_the_chat_and_its_cookie_is_kept_apart() {
    with_house(Some("https://help.example"), async |house| {
        let page = house.get(&mut Browser::default(), "/chat").await.headers;
        let policy = |headers: &HeaderMap| headers["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy(&page).contains("frame-ancestors 'none'"));
        let cookie = page[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("__Host-chat="), "{cookie}");
        for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        let frame = house.get(&mut Browser::default(), "/chat/frame").await.headers;
        assert!(policy(&frame).contains("frame-ancestors 'self' https://www.bank.example"));
        assert!(policy(&frame).contains("default-src 'none'") && !frame.contains_key("x-frame-options"));
        let cookie = frame[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.starts_with("__Host-chat-frame="), "{cookie}");
        assert!(cookie.contains("SameSite=None") && cookie.contains("Partitioned"), "{cookie}");
        let widget = house.get(&mut Browser::default(), "/chat/widget.js").await;
        assert_eq!(widget.headers["cross-origin-resource-policy"], "cross-origin");
        assert!(widget.body.contains("Chat con Ally") && !widget.body.contains("WORDS"));
    })
    .await;
}

#[tokio::test]
async fn a_file_is_its_own_browsers_only_and_a_page_is_not_taken_for_one() {
    with_house(None, async |house| {
        let mut ana = house.chatting("Hello").await;
        assert_eq!(house.attach(&mut ana, "letter.txt", "a letter").await.status, StatusCode::SEE_OTHER);
        let page = house.get(&mut ana, "/chat").await.body;
        let href = page.split("class=\"said-file\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let file = house.get(&mut ana, href).await;
        assert_eq!(file.body, "a letter");
        let way = file.headers[header::CONTENT_DISPOSITION].to_str().unwrap();
        assert_eq!(way, "attachment; filename*=UTF-8''letter.txt");
        let mut eve = house.chatting("Hi").await;
        assert_eq!(house.get(&mut eve, href).await.status, StatusCode::NOT_FOUND);
        let evil = house.attach(&mut ana, "x.png", "<html><script>alert(1)</script>").await;
        assert_eq!(evil.status, StatusCode::UNPROCESSABLE_ENTITY);
        eve.proof.clone_from(&ana.proof);
        assert_eq!(house.attach(&mut eve, "letter.txt", "forged").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_hosts_word_opens_one_browser() {
    with_house(None, async |house| {
        let now = SystemClock.now().as_second();
        let claims = serde_json::json!({
            "iss": "https://www.bank.example", "aud": "https://help.example", "sub": "4711",
            "jti": "0123456789", "iat": now, "exp": now + 300, "name": "Ana Ruiz",
        });
        let key = jsonwebtoken::EncodingKey::from_secret(&SECRET);
        let word = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
        let mut ana = Browser::default();
        house.get(&mut ana, "/chat").await;
        for (status, why) in [(StatusCode::CREATED, "it is news"), (StatusCode::OK, "it is known")] {
            let reply = house.post(&mut ana, "/chat/identity", &[("token", &word)]).await;
            assert_eq!(reply.status, status, "{why}");
        }
        let page = house.get(&mut ana, "/chat").await.body;
        assert!(page.contains("You are signed in at www.bank.example."), "{page}");
        assert!(!page.contains("id=\"name\""), "what the host told is not asked again");
        let mut eve = Browser::default();
        house.get(&mut eve, "/chat").await;
        let stolen = house.post(&mut eve, "/chat/identity", &[("token", &word)]).await;
        assert_eq!(stolen.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(!house.get(&mut eve, "/chat").await.body.contains("You are signed in"));
    })
    .await;
}
