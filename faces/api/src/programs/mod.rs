//! What only programs with a token may do: conversations, customers, queues. Everything here asks the same
//! areas as the desk does; this is another face, not another truth.

mod body;
mod conversations;
mod customers;
mod guard;
mod once;
mod queues;
mod shapes;
mod webhooks;

use ::conversations::Conversations;
use ::customers::Customers;
use ::webhooks::Webhooks;
use axum::middleware::from_fn_with_state;
use axum::routing::MethodRouter;
use http::Method;
use routing::Routing;
use staff::{Permission, Staff};
use store::Store;
use vault::Vault;
use web::Access;

pub(crate) use guard::Caller;

use crate::promise::Described;

/// What programs' requests are answered from. Cloning shares it.
#[derive(Clone)]
pub struct Programs {
    pub store: Store,
    pub vault: Vault,
    pub trail: audit::Trail,
    pub staff: Staff,
    pub customers: Customers,
    pub routing: Routing,
    pub conversations: Conversations,
    pub webhooks: Webhooks,
    /// Reverse proxies of our own in front.
    pub proxies: usize,
    /// The country whose numbers are written without a country code, such as `US`.
    pub region: String,
}

pub(crate) fn table() -> Vec<Described<Programs, Permission>> {
    let mut table = conversations::table();
    table.extend(customers::table());
    table.extend(queues::table());
    table.extend(webhooks::table());
    table
}

impl Programs {
    /// Lets a request in, and what posts something in only once for each key.
    pub(crate) fn guard(
        &self,
        method: &Method,
        access: Access<Permission>,
        handler: MethodRouter<Self>,
    ) -> MethodRouter<Self> {
        let handler = if *method == Method::POST {
            handler.route_layer(from_fn_with_state(self.clone(), once::once))
        } else {
            handler
        };
        handler.route_layer(from_fn_with_state((self.clone(), access), guard::guard))
    }
}
