//! Members in the database. Names and addresses are sealed with the member's own key.

use jiff::Timestamp;
use kernel::id::StaffMember;
use kernel::{Id, Language, Result};
use store::{Row, Tx, params};
use vault::{Lookup, Sealed, Secret, Subject, Vault};

use super::model::{Member, Status};
use crate::caller::{Role, Roles, Theme};

vault::field!(pub MemberName: String = "staff_member"."name");
vault::field!(pub MemberEmail: String = "staff_member"."email");
vault::lookup!(pub MemberByEmail: vault::Email = "staff_member"."email_hash");

/// A row as it stands, with its sealed columns closed.
pub(crate) struct Stored {
    pub id: Id<StaffMember>,
    pub name: Sealed<MemberName>,
    pub email: Sealed<MemberEmail>,
    pub status: Status,
    pub language: Language,
    pub theme: Theme,
    pub version: i64,
    pub added_at: Timestamp,
}

const COLUMNS: &str = "id, name, email, status, language, theme, version, added_at";

fn decode(row: &mut Row) -> Result<Stored> {
    Ok(Stored {
        id: row.take(0)?,
        name: row.take(1)?,
        email: row.take(2)?,
        status: row.take::<String>(3)?.parse()?,
        language: row.take(4)?,
        theme: row.take::<String>(5)?.parse()?,
        version: row.take(6)?,
        added_at: row.take(7)?,
    })
}

pub(crate) fn insert(
    tx: &mut Tx<'_>,
    vault: &Vault,
    member: &Member,
    hash: &Lookup<MemberByEmail>,
) -> Result<()> {
    let key = vault.key_or_new(tx, &Subject::of(&member.id), member.added_at)?;
    let name = key.seal::<MemberName>(member.id, &member.name)?;
    let email = key.seal::<MemberEmail>(member.id, &member.email)?;
    tx.execute(
        "INSERT INTO staff_member (id, name, email, email_hash, status, language, theme, version, added_at) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            member.id,
            name,
            email,
            *hash,
            member.status.name(),
            member.language,
            member.theme.name(),
            member.version,
            member.added_at,
        ],
    )?;
    set_roles(tx, member.id, &member.roles)
}

pub(crate) fn find(tx: &mut Tx<'_>, id: Id<StaffMember>) -> Result<Option<Stored>> {
    tx.query_opt(&format!("SELECT {COLUMNS} FROM staff_member WHERE id = ?1"), params![id], decode)
}

/// The member who works here under this address.
pub(crate) fn find_by_email(tx: &mut Tx<'_>, hash: &Lookup<MemberByEmail>) -> Result<Option<Stored>> {
    tx.query_opt(
        &format!("SELECT {COLUMNS} FROM staff_member WHERE email_hash = ?1 AND status <> 'left'"),
        params![*hash],
        decode,
    )
}

/// A page of members in the order they were added.
pub(crate) fn page(tx: &mut Tx<'_>, after: Option<Id<StaffMember>>, limit: u16) -> Result<Vec<Stored>> {
    tx.query(
        &format!("SELECT {COLUMNS} FROM staff_member WHERE id > ?1 ORDER BY id LIMIT ?2"),
        params![after.map(|id| id.to_string()).unwrap_or_default(), i64::from(limit)],
        decode,
    )
}

/// Opens a row's sealed columns.
pub(crate) fn open(tx: &mut Tx<'_>, vault: &Vault, row: Stored) -> Result<Member> {
    let key = vault.key(tx, &Subject::of(&row.id))?;
    let erased = || Secret::new(String::new());
    Ok(Member {
        id: row.id,
        name: key.open(row.id, &row.name)?.plain().unwrap_or_else(erased),
        email: key.open(row.id, &row.email)?.plain().unwrap_or_else(erased),
        status: row.status,
        roles: roles(tx, row.id)?,
        language: row.language,
        theme: row.theme,
        version: row.version,
        added_at: row.added_at,
    })
}

/// Writes what changed. The row was read in the same transaction, so nobody else changed it meanwhile.
pub(crate) fn update(tx: &mut Tx<'_>, row: &Stored) -> Result<()> {
    tx.execute(
        "UPDATE staff_member SET name = ?1, status = ?2, language = ?3, theme = ?4, version = version + 1 \
         WHERE id = ?5 AND version = ?6",
        params![row.name, row.status.name(), row.language, row.theme.name(), row.id, row.version],
    )?;
    Ok(())
}

pub(crate) fn update_email(
    tx: &mut Tx<'_>,
    member: Id<StaffMember>,
    email: &Sealed<MemberEmail>,
    hash: &Lookup<MemberByEmail>,
) -> Result<()> {
    tx.execute(
        "UPDATE staff_member SET email = ?1, email_hash = ?2, version = version + 1 WHERE id = ?3",
        params![*email, *hash, member],
    )?;
    Ok(())
}

pub(crate) fn roles(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<Roles> {
    let roles = tx.query("SELECT role FROM staff_role WHERE member = ?1", params![member], |row| {
        Ok(row.take::<String>(0)?.parse::<Role>()?)
    })?;
    Ok(Roles::new(roles)?)
}

pub(crate) fn set_roles(tx: &mut Tx<'_>, member: Id<StaffMember>, roles: &Roles) -> Result<()> {
    tx.execute("DELETE FROM staff_role WHERE member = ?1", params![member])?;
    for role in roles.iter() {
        tx.execute("INSERT INTO staff_role (member, role) VALUES (?1, ?2)", params![member, role.name()])?;
    }
    Ok(())
}

/// Whether this member is an active administrator and there is no other.
pub(crate) fn is_last_administrator(tx: &mut Tx<'_>, member: Id<StaffMember>) -> Result<bool> {
    let administrators = tx.query(
        "SELECT m.id FROM staff_role r JOIN staff_member m ON m.id = r.member \
         WHERE r.role = 'administrator' AND m.status = 'active' ORDER BY m.id LIMIT 2",
        params![],
        |row| row.take::<Id<StaffMember>>(0),
    )?;
    Ok(administrators == [member])
}
