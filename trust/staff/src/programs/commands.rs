//! Making, using and revoking tokens.

use jiff::SignedDuration;
use kernel::id::ApiToken;
use kernel::{Error, Id, Result, id};

use super::model::{ApiTokenInfo, IssuedToken, NewApiToken, Program, parse};
use super::store;
use crate::actor::Actor;
use crate::staff::Staff;
use crate::token::Token;
use crate::trail::Deed;
use crate::visit::Visit;

/// Tokens that a list shows.
const LISTED: u16 = 500;
/// Use is noted once in so long, so that reading does not become writing.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(1);

impl Staff {
    /// Makes a token. Its text is in the answer and nowhere else.
    pub async fn issue_api_token(&self, new: NewApiToken, by: &Actor) -> Result<IssuedToken> {
        let (new, by) = (new.check(self.now())?, by.clone());
        self.write(move |staff, tx| {
            let (now, token) = (staff.now(), Token::random()?);
            let id = id::new(now);
            store::insert(tx, id, &token.hash(), &new, by.member(), now)?;
            let scopes: Vec<_> = new.scopes.iter().map(|scope| scope.name()).collect();
            let queues = new.queues.iter().flatten().cloned().collect::<Vec<_>>().join(" ");
            Deed::new(&by, "staff.issue_api_token", id)
                .with("scopes", scopes.join(" "))
                .with("queues", if new.queues.is_some() { queues } else { "*".to_owned() })
                .with("expires_at", new.expires_at)
                .record(staff, tx)?;
            Ok(IssuedToken::new(id, token))
        })
        .await
    }

    /// All tokens, the newest first, those that ended too.
    pub async fn api_tokens(&self) -> Result<Vec<ApiTokenInfo>> {
        self.read(|_, tx| store::list(tx, LISTED)).await
    }

    /// Makes a token worthless from now on, on every node.
    pub async fn revoke_api_token(&self, token: Id<ApiToken>, by: &Actor) -> Result<()> {
        let by = by.clone();
        self.write(move |staff, tx| {
            if !store::revoke(tx, token, staff.now())? {
                return Err(Error::NotFound);
            }
            Deed::new(&by, "staff.revoke_api_token", token).record(staff, tx)
        })
        .await
    }

    /// The program that sent this bearer token; none if it is forged, expired or revoked.
    pub async fn program(&self, bearer: &str, visit: Visit) -> Result<Option<Program>> {
        let Some(token) = parse(bearer) else { return Ok(None) };
        // Read each time, so that a revoked token stops at once.
        let found = self.read(move |_, tx| store::find(tx, &token.hash())).await?;
        let now = self.now();
        let Some(info) = found.filter(|info| info.works(now)) else { return Ok(None) };
        if info.used_at.is_none_or(|used| now.duration_since(used) >= NOTED_EVERY) {
            let id = info.id;
            self.write(move |_, tx| store::touch(tx, id, now)).await?;
        }
        Ok(Some(Program { token: info.id, scopes: info.scopes, queues: info.queues, visit }))
    }
}
