//! What a face answers to: each route with its method, its path and what it takes to come in.
//!
//! The shell is made from such tables and from nothing else, so that a route without a permission cannot
//! exist, and whoever wants to know what is reachable asks [`Routes::entries`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::convert::Infallible;
use std::net::SocketAddr;

use axum::Router;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Request};
use axum::handler::Handler;
#[cfg(debug_assertions)]
use axum::middleware::map_response;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use http::{HeaderMap, Method};
use kernel::Error;
use tower_http::limit::RequestBodyLimitLayer;

use crate::failure::Failure;

/// What it takes to come in. `P` is the face's own kind of permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access<P = Infallible> {
    /// Anybody, signed in or not.
    Public,
    /// Anybody with a session, even one that came by a link.
    SignedIn,
    May(P),
    /// Whoever runs the machine that we run on.
    ThisMachine,
}

impl<P> Access<P> {
    fn map<Q>(self, name: impl FnOnce(P) -> Q) -> Access<Q> {
        match self {
            Self::Public => Access::Public,
            Self::SignedIn => Access::SignedIn,
            Self::May(permission) => Access::May(name(permission)),
            Self::ThisMachine => Access::ThisMachine,
        }
    }
}

/// One line of a face's table.
pub struct Route<S, P = Infallible> {
    pub method: Method,
    pub path: Cow<'static, str>,
    pub access: Access<P>,
    handler: MethodRouter<S>,
    body_bytes: Option<usize>,
}

impl<S, P> Route<S, P> {
    /// For handlers that come with their method, as those described by `OpenAPI` do.
    pub fn new(
        method: Method,
        path: impl Into<Cow<'static, str>>,
        access: Access<P>,
        handler: MethodRouter<S>,
    ) -> Self {
        Self { method, path: path.into(), access, handler, body_bytes: None }
    }

    /// Takes bodies of so many bytes, instead of the house's usual.
    #[must_use]
    pub fn taking(self, bytes: usize) -> Self {
        Self { body_bytes: Some(bytes), ..self }
    }
}

pub fn get<S, P, H, T>(path: &'static str, access: Access<P>, handler: H) -> Route<S, P>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S>,
    T: 'static,
{
    Route::new(Method::GET, path, access, routing::get(handler))
}

pub fn post<S, P, H, T>(path: &'static str, access: Access<P>, handler: H) -> Route<S, P>
where
    S: Clone + Send + Sync + 'static,
    H: Handler<T, S>,
    T: 'static,
{
    Route::new(Method::POST, path, access, routing::post(handler))
}

/// What a route is, for those who look at all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub method: Method,
    pub path: Cow<'static, str>,
    pub access: Access<&'static str>,
}

/// Routes behind their guards, ready for the shell.
#[derive(Default)]
pub struct Routes(Vec<Ready>);

struct Ready {
    entry: Entry,
    body_bytes: Option<usize>,
    handler: MethodRouter,
}

impl Routes {
    /// Routes of a face that nobody signs in to. One that asks for a session stays shut.
    pub fn open<S: Clone + Send + Sync + 'static>(table: Vec<Route<S>>, state: S) -> Self {
        let guard = |access, handler: MethodRouter<S>| match access {
            Access::SignedIn => {
                handler.route_layer(from_fn(async |_: Request, _: Next| nothing_here().await))
            }
            Access::Public | Access::ThisMachine => handler,
            Access::May(never) => match never {},
        };
        Self(table.into_iter().map(|route| ready(route, &state, guard, |never| match never {})).collect())
    }

    /// Routes of a face that knows who asks: `guard` puts itself before each handler.
    pub fn guarded<S, P>(
        table: Vec<Route<S, P>>,
        state: S,
        guard: impl Fn(Access<P>, MethodRouter<S>) -> MethodRouter<S>,
    ) -> Self
    where
        S: Clone + Send + Sync + 'static,
        P: Copy + Into<&'static str>,
    {
        Self(table.into_iter().map(|route| ready(route, &state, &guard, P::into)).collect())
    }

    /// These and those of another face.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// Everything there is, in the order of the tables.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(|route| &route.entry)
    }

    /// The router. Bodies may have `body_bytes`, unless their route says otherwise.
    pub(crate) fn router(self, body_bytes: usize) -> Router {
        let closed = self.entries().filter(|entry| entry.access != Access::Public);
        let mut closed: HashSet<_> = closed.map(|entry| entry.path.clone()).collect();
        self.0.into_iter().fold(Router::new(), |router, route| {
            let limit = RequestBodyLimitLayer::new(route.body_bytes.unwrap_or(body_bytes));
            // The framework's own limit is lower than what some routes take.
            let handler: MethodRouter = route.handler.layer(DefaultBodyLimit::disable());
            let mut handler: MethodRouter = handler.layer(limit);
            // That something is there under another method would be known from a 405.
            if closed.remove(&route.entry.path) {
                handler = routing::any(nothing_here).merge(handler);
            }
            router.route(&route.entry.path, handler)
        })
    }
}

fn ready<S: Clone + Send + Sync + 'static, P: Copy>(
    route: Route<S, P>,
    state: &S,
    guard: impl Fn(Access<P>, MethodRouter<S>) -> MethodRouter<S>,
    name: impl FnOnce(P) -> &'static str,
) -> Ready {
    #[cfg(debug_assertions)]
    let route = Route { handler: route.handler.layer(map_response(entered)), ..route };
    let mut handler = guard(route.access, route.handler).with_state(state.clone());
    if matches!(route.access, Access::ThisMachine) {
        handler = handler.route_layer(from_fn(only_near));
    }
    let entry = Entry { method: route.method, path: route.path, access: route.access.map(name) };
    Ready { entry, body_bytes: route.body_bytes, handler }
}

/// Among the extensions of a response: the request came past every guard, as far as its handler. Only in
/// debug builds, for the test that tries all doors; nothing of it is sent.
#[cfg(debug_assertions)]
#[derive(Debug, Clone, Copy)]
pub struct Entered;

#[cfg(debug_assertions)]
async fn entered(mut response: Response) -> Response {
    response.extensions_mut().insert(Entered);
    response
}

async fn nothing_here() -> Failure {
    Error::NotFound.into()
}

async fn only_near(request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let near = peer.is_some_and(|ConnectInfo(address)| address.ip().to_canonical().is_loopback());
    if near && !is_forwarded(request.headers()) {
        next.run(request).await
    } else {
        nothing_here().await.into_response()
    }
}

/// A proxy on this machine is a loopback peer too, and speaks for somebody else.
fn is_forwarded(headers: &HeaderMap) -> bool {
    ["forwarded", "x-forwarded-for", "x-real-ip", "via"].iter().any(|name| headers.contains_key(*name))
}
