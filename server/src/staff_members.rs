//! `switchboard staff …`: the first administrator, and a way back in for whoever lost theirs.

use std::process::ExitCode;

use clap::Subcommand;
use kernel::{Error, Language, Refusal, Result};
use staff::{Actor, LinkKind, NewMember, Role, Roles, Staff};
use vault::Secret;

use crate::parts::Parts;
use crate::{Output, Settings, clock};

#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Add somebody and print a one-time link to set up a way to sign in
    Add {
        #[arg(long)]
        name: String,
        #[arg(long)]
        email: String,
        /// representative, supervisor, administrator or `compliance_officer`; several times for several
        #[arg(long = "role", required = true)]
        roles: Vec<String>,
        /// Language of the desk for them
        #[arg(long, default_value = "en")]
        language: String,
    },
    /// List everybody, by email address
    List,
    /// Print a new one-time link for somebody who lost every way to sign in
    Link { email: String },
}

pub(crate) async fn run(
    command: StaffCommand,
    settings: &Settings,
    output: &mut Output<'_>,
) -> Result<ExitCode> {
    let parts = Parts::open(settings, clock()).await?;
    let done = match parts.staff() {
        Ok(staff) => answer(command, settings, staff, output).await,
        Err(error) => Err(error),
    };
    parts.store.close().await?;
    done.map(|()| ExitCode::SUCCESS)
}

async fn answer(
    command: StaffCommand,
    settings: &Settings,
    staff: &Staff,
    output: &mut Output<'_>,
) -> Result<()> {
    match command {
        StaffCommand::Add { name, email, roles, language } => {
            let roles = roles.iter().map(|role| role.parse()).collect::<Result<Vec<Role>, Refusal>>()?;
            let language: Language = language.parse()?;
            let (name, email) = (Secret::new(name), Secret::new(email));
            let new = NewMember { name, email, roles: Roles::new(roles)?, language };
            let member = staff.add(new, &Actor::CommandLine).await?;
            link(member, settings, staff, output).await
        }
        StaffCommand::Link { email } => {
            let member = staff.member_by_email(&email).await.map_err(|error| match error {
                Error::NotFound => Refusal::new("cli.no_such_member").into(),
                other => other,
            })?;
            link(member.id, settings, staff, output).await
        }
        StaffCommand::List => list(staff, output).await,
    }
}

async fn link(
    member: kernel::Id<kernel::id::StaffMember>,
    settings: &Settings,
    staff: &Staff,
    output: &mut Output<'_>,
) -> Result<()> {
    let link = staff.issue_link(member, LinkKind::SetUp, &Actor::CommandLine).await?;
    let until = link.expires_at.strftime("%F %H:%M UTC").to_string();
    let message = output.words.message("staff-link").with("until", until).to_string();
    output.line(format_args!("{message}\n  {}", address(settings, &link)))
}

/// Where a link leads. It is shown this once; only its hash is kept.
pub(crate) fn address(settings: &Settings, link: &staff::Link) -> String {
    format!("{}{}{}", settings.origin(), desk::LINK, link.token.expose())
}

async fn list(staff: &Staff, output: &mut Output<'_>) -> Result<()> {
    const PAGE: u16 = 100;
    let mut after = None;
    loop {
        let page = staff.members(after, PAGE).await?;
        for member in &page {
            let roles: Vec<&str> = member.roles.iter().map(Role::name).collect();
            let (email, status) = (member.email.expose(), member.status.name());
            output.line(format_args!("{email}  {}  {status}  {}", member.name.expose(), roles.join(", ")))?;
        }
        match page.last() {
            Some(last) if page.len() == usize::from(PAGE) => after = Some(last.id),
            _ => return Ok(()),
        }
    }
}
