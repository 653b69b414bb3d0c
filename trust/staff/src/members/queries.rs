//! Reads of members for screens and the command line.

use kernel::id::StaffMember;
use kernel::{Error, Id, Result};
use vault::Email;

use super::model::Member;
use super::store::{self, MemberByEmail};
use crate::staff::Staff;

impl Staff {
    pub async fn member(&self, id: Id<StaffMember>) -> Result<Member> {
        self.read(move |staff, tx| {
            let row = store::find(tx, id)?.ok_or(Error::NotFound)?;
            store::open(tx, staff.vault(), row)
        })
        .await
    }

    /// The member who works here under this address.
    pub async fn member_by_email(&self, email: &str) -> Result<Member> {
        let email = Email::parse(email)?;
        self.read(move |staff, tx| {
            let hash = staff.vault().lookups().hash::<MemberByEmail>(&email);
            let row = store::find_by_email(tx, &hash)?.ok_or(Error::NotFound)?;
            store::open(tx, staff.vault(), row)
        })
        .await
    }

    /// A page of members, those who left included, in the order they were added.
    pub async fn members(&self, after: Option<Id<StaffMember>>, limit: u16) -> Result<Vec<Member>> {
        self.read(move |staff, tx| {
            let rows = store::page(tx, after, limit)?;
            rows.into_iter().map(|row| store::open(tx, staff.vault(), row)).collect()
        })
        .await
    }
}
