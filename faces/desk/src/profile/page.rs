//! The profile: everything about oneself on one page.

use askama::Template;
use axum::response::Response;
use kernel::Language;
use serde::Deserialize;
use staff::{Factors, Member, Method, Session, Theme};
use vault::Secret;
use web::{Failure, Page, Posted};

use super::PROFILE;
use crate::door::look;
use crate::frame::Frame;
use crate::moment::{Moment, moment};
use crate::names::{self, Choice};
use crate::notice::{Notice, malformed};
use crate::seat::{Seat, done};

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage {
    page: Page,
    frame: Frame,
    name: String,
    email: String,
    version: i64,
    languages: Vec<Choice>,
    themes: Vec<Choice>,
    ways: Ways,
    sessions: Vec<SessionView>,
}

/// The ways to sign in that somebody has.
pub(super) struct Ways {
    pub passkeys: Vec<PasskeyView>,
    pub password_set: Option<Moment>,
    pub has_authenticator: bool,
    pub codes_left: String,
    pub few_codes: bool,
    pub is_linked_to_provider: bool,
}

pub(super) struct PasskeyView {
    pub id: String,
    pub label: String,
    pub added: Moment,
    pub used: Option<Moment>,
}

/// A session in a list; other people's too, on their pages.
pub(crate) struct SessionView {
    pub id: String,
    pub agent: String,
    pub network: String,
    pub method: String,
    pub signed_in: Moment,
    pub seen: Moment,
    pub is_this: bool,
}

const FEW_CODES: i64 = 3;

#[derive(Deserialize)]
pub(crate) struct About {
    name: Secret<String>,
    language: String,
    theme: String,
    version: i64,
}

pub(crate) async fn show(seat: Seat) -> Result<Response, Failure> {
    let notice = recovery_notice(&seat);
    send(&seat, None, notice).await
}

pub(crate) async fn save(seat: Seat, Posted(typed): Posted<About>) -> Result<Response, Failure> {
    let read = || Ok((typed.language.parse::<Language>()?, typed.theme.parse::<Theme>()?));
    let (language, theme) = match read() {
        Ok(read) => read,
        Err(refusal) => return Err(Failure::from(kernel::Error::Refusal(refusal))),
    };
    if !seat.visitor.speaks(&language) {
        return Err(malformed().into());
    }
    let profile = staff::Profile { name: typed.name.clone(), language: language.clone(), theme };
    let staff = seat.desk.staff();
    match staff.edit_profile(seat.caller.member, typed.version, profile, &seat.actor()).await {
        Ok(()) => {
            let mut response = done(PROFILE, "saved");
            let (theme, contrast) = look(theme);
            seat.visitor.prefer(response.headers_mut(), &language, theme, contrast);
            Ok(response)
        }
        Err(error) => {
            let notice = seat.refused(error)?;
            send(&seat, Some(typed.name.expose()), Some(notice)).await
        }
    }
}

/// The page; `typed` is a name that was not accepted.
pub(super) async fn send(
    seat: &Seat,
    typed: Option<&str>,
    notice: Option<Notice>,
) -> Result<Response, Failure> {
    let staff = seat.desk.staff();
    let member = staff.member(seat.caller.member).await?;
    let ways = ways(seat, &staff.factors(seat.caller.member).await?);
    let sessions = staff.sessions(seat.caller.member).await?;
    let sessions = sessions.iter().map(|session| session_view(seat, session)).collect();
    let words = &seat.visitor.words;
    seat.send(&words.text("desk-place-profile"), notice, |page, frame| ProfilePage {
        name: typed.unwrap_or(member.name.expose()).to_owned(),
        email: member.email.expose().clone(),
        version: member.version,
        languages: languages(&page, &member),
        themes: themes(seat, &member),
        ways,
        sessions,
        page,
        frame,
    })
    .await
}

fn languages(page: &Page, member: &Member) -> Vec<Choice> {
    let own = member.language.to_string();
    let choice =
        |tag: &str, name: &str| Choice { value: tag.to_owned(), text: name.to_owned(), chosen: tag == own };
    page.languages.iter().map(|language| choice(&language.tag, &language.name)).collect()
}

fn themes(seat: &Seat, member: &Member) -> Vec<Choice> {
    let choice = |theme: Theme| Choice {
        value: theme.name().to_owned(),
        text: names::theme(&seat.visitor.words, theme),
        chosen: theme == member.theme,
    };
    Theme::ALL.into_iter().map(choice).collect()
}

pub(super) fn ways(seat: &Seat, factors: &Factors) -> Ways {
    let (visitor, words) = (&seat.visitor, &seat.visitor.words);
    let passkeys = factors.passkeys.iter().map(|passkey| PasskeyView {
        id: passkey.id.to_string(),
        label: passkey.label.expose().clone(),
        added: moment(visitor, passkey.added_at),
        used: passkey.used_at.map(|at| moment(visitor, at)),
    });
    Ways {
        passkeys: passkeys.collect(),
        password_set: factors.password_set_at.map(|at| moment(visitor, at)),
        has_authenticator: factors.has_authenticator,
        codes_left: words.message("desk-codes-left").with("codes", factors.recovery_codes_left).to_string(),
        few_codes: factors.recovery_codes_left <= FEW_CODES,
        is_linked_to_provider: factors.is_linked_to_provider,
    }
}

pub(crate) fn session_view(seat: &Seat, session: &Session) -> SessionView {
    SessionView {
        id: session.id.to_string(),
        agent: session.agent.clone(),
        network: session.network.clone(),
        method: names::method(&seat.visitor.words, session.method),
        signed_in: moment(&seat.visitor, session.signed_in_at),
        seen: moment(&seat.visitor, session.seen_at),
        is_this: session.id == seat.caller.session,
    }
}

/// Whoever needed a recovery code has probably lost their phone.
fn recovery_notice(seat: &Seat) -> Option<Notice> {
    let words = &seat.visitor.words;
    let has_news = seat.visitor.address.query().is_some_and(|query| query.contains("done="));
    (seat.caller.method == Method::Recovery && !has_news).then(|| Notice {
        kind: "warn",
        icon: "triangle-alert",
        title: words.text("desk-recovery-used").into_owned(),
        text: words.message("desk-recovery-used").attribute("remedy").to_string(),
        again: None,
        link: None,
        status: http::StatusCode::OK,
    })
}
