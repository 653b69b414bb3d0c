//! Customers for programs. Personal data is masked unless the token may reveal it, and then every look is
//! in the audit trail.

use ::customers::{Contact, NewPoint, PersonId, PersonKind};
use audit::{Entry, Origin};
use axum::Json;
use axum::extract::{Path, State};
use kernel::{Error, Refusal, Result};
use serde::Deserialize;
use staff::{Permission, Program};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;
use vault::Secret;
use web::{Access, Failure};

use super::conversations::{CustomerOf, scope};
use super::shapes::{ConversationShape, CustomerShape, Page, Sight};
use super::{Caller, Programs};
use crate::asked::Asked;
use crate::promise::Described;

/// People that one search answers with.
const FOUND: usize = 20;
/// Rows of a list at a time.
const LISTED: u16 = 100;

pub(super) fn table() -> Vec<Described<Programs, Permission>> {
    const READ: Access<Permission> = Access::May(Permission::CUSTOMER_READ);
    vec![
        Described(READ, routes!(search)),
        Described(READ, routes!(one)),
        Described(Access::May(Permission::CONVERSATION_READ), routes!(conversations)),
    ]
}

/// Whose conversation it is: somebody known by `id`, or whoever makes contact.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomer)]
pub(super) struct CustomerAsked {
    /// A customer's id; then nothing else is needed.
    id: Option<String>,
    /// `consumer` or `dealer`.
    kind: Option<String>,
    name: Option<String>,
    #[serde(default)]
    points: Vec<PointAsked>,
}

/// A way to reach somebody.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewPoint)]
pub(super) struct PointAsked {
    kind: PointKindAsked,
    /// The network of a handle, or the site of an account.
    place: Option<String>,
    value: String,
    /// They proved it to be theirs. Only this finds somebody already known, and it needs `customer.read`.
    #[serde(default)]
    verified: bool,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PointKind)]
pub(super) enum PointKindAsked {
    Account,
    Email,
    Phone,
    Handle,
}

impl CustomerAsked {
    pub(super) fn contact(&self, programs: &Programs, program: &Program) -> Result<CustomerOf> {
        let knows = |needed: bool| {
            let may = !needed || program.may(Permission::CUSTOMER_READ);
            may.then_some(())
                .ok_or_else(|| Refusal::new("api.scope_missing").with("scope", Permission::CUSTOMER_READ))
        };
        if let Some(id) = &self.id {
            knows(true)?;
            let unknown = |_| Refusal::new("api.value_unknown").with("name", "id").with("value", id);
            return Ok(CustomerOf::Known(id.parse().map_err(unknown)?));
        }
        knows(self.points.iter().any(|point| point.verified))?;
        let kind = match self.kind.as_deref() {
            None => PersonKind::default(),
            Some(name) => {
                let found = PersonKind::ALL.into_iter().find(|kind| kind.name() == name);
                found.ok_or_else(|| {
                    Refusal::new("api.value_unknown").with("name", "kind").with("value", name)
                })?
            }
        };
        let points = self.points.iter().map(|point| point.read(&programs.region));
        Ok(CustomerOf::Contact(Box::new(Contact {
            kind,
            name: self.name.clone().map(Secret::new),
            points: points.collect::<Result<_, _>>()?,
            ..Contact::default()
        })))
    }
}

impl PointAsked {
    fn read(&self, region: &str) -> Result<NewPoint, Refusal> {
        let place = self.place.as_deref().unwrap_or_default();
        let point = match self.kind {
            PointKindAsked::Account => NewPoint::account(place, &self.value),
            PointKindAsked::Email => NewPoint::email(&self.value),
            PointKindAsked::Phone => NewPoint::phone(&self.value, region),
            PointKindAsked::Handle => NewPoint::handle(place, &self.value),
        }?;
        Ok(if self.verified { point.verified() } else { point })
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SearchAsked {
    /// An email address, a phone number, a handle, an account, or words of a name.
    #[param(example = "ana@example.com")]
    q: String,
}

/// Customers by a way to reach them or by name, the surest first
#[utoipa::path(
    get, path = "/customers", tag = "customers", params(SearchAsked),
    responses((status = 200, body = Page<CustomerShape>))
)]
async fn search(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Asked(asked): Asked<SearchAsked>,
) -> Result<Json<Page<CustomerShape>>, Failure> {
    let (sight, mut items) = (Sight::of(&program), Vec::new());
    for found in programs.customers.search(&asked.q, &programs.region, FOUND).await? {
        if exists_for(&programs, &program, found.person.id).await? {
            account(&programs, &program, sight, found.person.id).await?;
            items.push(CustomerShape::of(&found.person, sight));
        }
    }
    Ok(Json(Page { items, next: None }))
}

/// One customer, by any id that means them
#[utoipa::path(
    get, path = "/customers/{customer}", tag = "customers",
    params(("customer" = String, Path, description = "A customer's id")),
    responses((status = 200, body = CustomerShape), (status = 404, description = "None, or none for this token"))
)]
async fn one(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(id): Path<String>,
) -> Result<Json<CustomerShape>, Failure> {
    let id = known(&programs, &program, &id).await?;
    let (person, sight) = (programs.customers.person(id).await?, Sight::of(&program));
    account(&programs, &program, sight, person.id).await?;
    Ok(Json(CustomerShape::whole(&person, sight)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ConversationsAsked {
    /// What the piece before gave as `next`.
    after: Option<String>,
}

/// Everything that was ever said with a customer, the newest first
#[utoipa::path(
    get, path = "/customers/{customer}/conversations", tag = "customers",
    params(("customer" = String, Path, description = "A customer's id"), ConversationsAsked),
    responses((status = 200, body = Page<ConversationShape>))
)]
async fn conversations(
    State(programs): State<Programs>,
    Caller(program): Caller,
    Path(id): Path<String>,
    Asked(asked): Asked<ConversationsAsked>,
) -> Result<Json<Page<ConversationShape>>, Failure> {
    let id = known(&programs, &program, &id).await?;
    let before = asked.after.map(|place| {
        place
            .parse()
            .map_err(|_| Refusal::new("api.value_unknown").with("name", "after").with("value", place))
    });
    let people = programs.customers.identities(id).await?;
    let rows = programs.conversations.of_customer(people, before.transpose()?, LISTED, None).await?;
    let next =
        rows.last().filter(|_| rows.len() == usize::from(LISTED)).map(|row| row.conversation.id.to_string());
    let scope = scope(&program);
    let theirs = rows.iter().filter(|row| scope.has(&row.conversation.queue));
    let items = theirs.map(|row| ConversationShape::of(&row.conversation, row.subject.as_ref())).collect();
    Ok(Json(Page { items, next }))
}

/// A customer who exists for this program.
async fn known(programs: &Programs, program: &Program, id: &str) -> Result<PersonId> {
    let id: PersonId = id.parse().map_err(|_| Error::NotFound)?;
    if exists_for(programs, program, id).await? { Ok(id) } else { Err(Error::NotFound) }
}

/// A program that is limited to queues knows whoever has something there: need to know, as for people.
async fn exists_for(programs: &Programs, program: &Program, id: PersonId) -> Result<bool> {
    if program.queues.is_none() {
        return Ok(true);
    }
    let people = programs.customers.identities(id).await?;
    let rows = programs.conversations.of_customer(people, None, LISTED, None).await?;
    let scope = scope(program);
    Ok(rows.iter().any(|row| scope.has(&row.conversation.queue)))
}

/// Writes down that a program saw somebody's data in the clear.
async fn account(programs: &Programs, program: &Program, sight: Sight, id: PersonId) -> Result<()> {
    if !sight.is_clear() {
        return Ok(());
    }
    let origin =
        Origin { address: Some(program.visit.address), node: programs.staff.settings().node.clone() };
    let entry = Entry::new("personal.reveal", id).by(program.actor()).from(origin);
    programs.trail.record(&programs.store, entry).await?;
    Ok(())
}
