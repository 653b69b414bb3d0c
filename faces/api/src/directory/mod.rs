//! The directory for programs.

mod answers;

use std::collections::BTreeMap;
use std::sync::Arc;

use ::directory::{About, Address, Directories, Published, Question, read_moment};
use axum::Json;
use axum::extract::{Path, State};
use axum::middleware::map_response;
use axum::response::Response;
use http::{HeaderValue, header};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::{Error, LocalText, Refusal, Result};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::UtoipaMethodRouterExt as _;
use utoipa_axum::routes;
use web::{Access, Failure, Visitor, VisitorZone};

use self::answers::{
    Contact, EditionNote, Meant, Menu, Named, Ship, UnitDetails, Who, Whole, named, topic_name,
};
use crate::asked::Asked;
use crate::promise::Described;

pub(crate) fn table() -> Vec<Described<Directories>> {
    let table = [
        routes!(whole),
        routes!(who),
        routes!(topics),
        routes!(units),
        routes!(unit),
        routes!(menu),
        routes!(ship),
        routes!(editions),
    ];
    let kept = table.map(|line| line.layer(map_response(of_this_moment)));
    kept.into_iter().map(|line| Described(Access::Public, line)).collect()
}

/// Whether somebody is there is true for a moment, and told in the asker's language: nobody may keep it
/// for others or for later.
async fn of_this_moment(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-cache"));
    headers.append(header::VARY, HeaderValue::from_static("cookie, accept-language"));
    response
}

/// The moment asked about, and the moment whose knowledge counts.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct When {
    /// The moment to answer for; now without it. Without an offset, by the institution's own clock.
    #[param(example = "2026-11-23T10:00")]
    at: Option<String>,
    /// Answer by what was on record at this moment, instead of by what is known now.
    #[param(example = "2026-11-20T00:00:00Z")]
    known_at: Option<String>,
    /// The caller's time zone (IANA), for hours in "local time"; the institution's own without it.
    #[param(example = "America/Los_Angeles")]
    zone: Option<String>,
    /// Language of names: `en` or `es`.
    #[param(example = "en")]
    #[allow(dead_code)] // the shell reads it
    lang: Option<String>,
}

/// A directory at hand, and for whom and when it is read.
struct Reading {
    published: Arc<Published>,
    moment: Timestamp,
    zone: TimeZone,
}

impl Reading {
    async fn new(directories: &Directories, visitor: &Visitor, when: &When) -> Result<Self> {
        // The clock of an institution is that of its newest edition; they hardly ever move.
        let newest = directories.editions().last().map(|edition| edition.id);
        let home = match newest {
            Some(id) => directories.edition(&id).await?.directory.institution.zone.clone(),
            None => TimeZone::UTC,
        };
        let read = |text: &Option<String>| text.as_deref().map(|text| read_moment(text, &home)).transpose();
        let moment = read(&when.at)?.unwrap_or(visitor.now);
        let published = directories.at(moment, read(&when.known_at)?).await?;
        let zone = match &when.zone {
            None => published.directory.institution.zone.clone(),
            Some(name) => {
                VisitorZone::read(name, true)
                    .ok_or_else(|| Refusal::new("api.zone_unknown").with("zone", name))?
                    .zone
            }
        };
        Ok(Self { published, moment, zone })
    }

    fn edition(&self) -> EditionNote {
        note(&self.published.edition)
    }
}

fn note(edition: &::directory::Edition) -> EditionNote {
    EditionNote {
        id: edition.id.to_string(),
        valid_from: edition.valid_from,
        valid_to: edition.valid_to,
        recorded_at: edition.recorded_at,
        recorded_by: edition.recorded_by.clone(),
        note: edition.note.clone(),
    }
}

/// The whole directory: every unit with every contact
#[utoipa::path(get, path = "/directory", tag = "directory", params(When), responses((status = 200, body = Whole)))]
async fn whole(
    State(directories): State<Directories>,
    visitor: Visitor,
    Asked(when): Asked<When>,
) -> Result<Json<Whole>, Failure> {
    let reading = Reading::new(&directories, &visitor, &when).await?;
    let (directory, words) = (&reading.published.directory, &visitor.words);
    let institution = &directory.institution;
    Ok(Json(Whole {
        edition: reading.edition(),
        at: reading.moment,
        institution: Named { id: institution.id.clone(), name: institution.name.clone() },
        audiences: named(&directory.audiences, words),
        regions: named(&directory.regions, words),
        units: directory.units.iter().filter_map(|unit| details(&reading, &unit.id, &visitor)).collect(),
    }))
}

fn details(reading: &Reading, unit: &str, visitor: &Visitor) -> Option<UnitDetails> {
    let directory = &reading.published.directory;
    let contacts = directory.contacts(unit, reading.moment, &reading.zone)?;
    let unit = directory.unit(unit)?;
    Some(UnitDetails::of(directory, unit, &contacts, reading.moment, &reading.zone, &visitor.words))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct WhoAsked {
    /// What is needed, in somebody's own words.
    q: Option<String>,
    /// A topic's id, instead of words.
    topic: Option<String>,
    /// An audience's id: only ways for them.
    audience: Option<String>,
    /// A region's id: regional ways only of this one.
    region: Option<String>,
    at: Option<String>,
    known_at: Option<String>,
    zone: Option<String>,
    #[allow(dead_code)] // the shell reads it
    lang: Option<String>,
}

/// Who handles it, and by which ways, best first
#[utoipa::path(
    get, path = "/directory/who", tag = "directory", params(WhoAsked),
    responses((status = 200, body = Who), (status = 422, description = "Neither `q` nor `topic`, or an unknown id"))
)]
async fn who(
    State(directories): State<Directories>,
    visitor: Visitor,
    Asked(asked): Asked<WhoAsked>,
) -> Result<Json<Who>, Failure> {
    let about = match (&asked.topic, &asked.q) {
        (Some(topic), None) => About::Topic(topic),
        (None, Some(words)) => About::Words(words),
        _ => return Err(Refusal::new("api.ask_one").into()),
    };
    let when =
        When { at: asked.at.clone(), known_at: asked.known_at.clone(), zone: asked.zone.clone(), lang: None };
    let reading = Reading::new(&directories, &visitor, &when).await?;
    let answer = reading.published.directory.who(&Question {
        about,
        audience: asked.audience.as_deref(),
        region: asked.region.as_deref(),
        moment: reading.moment,
        caller_zone: &reading.zone,
        language: visitor.language(),
    })?;
    let words = &visitor.words;
    Ok(Json(Who {
        edition: reading.edition(),
        at: reading.moment,
        topics: answer.topics.iter().map(|topic| topic_name(topic, words)).collect(),
        contacts: answer.ways.iter().map(|way| Contact::of(way, words)).collect(),
        suggestions: answer.suggestions.iter().map(|meant| Meant::of(meant, words)).collect(),
    }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct TopicsAsked {
    /// Only what this audience may ask about.
    audience: Option<String>,
    at: Option<String>,
    known_at: Option<String>,
    #[allow(dead_code)] // the shell reads it
    lang: Option<String>,
}

/// Every topic
#[utoipa::path(get, path = "/directory/topics", tag = "directory", params(TopicsAsked), responses((status = 200, body = Vec<Named>)))]
async fn topics(
    State(directories): State<Directories>,
    visitor: Visitor,
    Asked(asked): Asked<TopicsAsked>,
) -> Result<Json<Vec<Named>>, Failure> {
    let when = When { at: asked.at.clone(), known_at: asked.known_at.clone(), ..When::default() };
    let reading = Reading::new(&directories, &visitor, &when).await?;
    let topics = reading.published.directory.topics_for(asked.audience.as_deref());
    Ok(Json(topics.map(|topic| topic_name(topic, &visitor.words)).collect()))
}

/// Every unit
#[utoipa::path(get, path = "/directory/units", tag = "directory", params(When), responses((status = 200, body = Vec<UnitDetails>)))]
async fn units(
    State(directories): State<Directories>,
    visitor: Visitor,
    Asked(when): Asked<When>,
) -> Result<Json<Vec<UnitDetails>>, Failure> {
    let reading = Reading::new(&directories, &visitor, &when).await?;
    let units = reading.published.directory.units.iter();
    Ok(Json(units.filter_map(|unit| details(&reading, &unit.id, &visitor)).collect()))
}

/// One unit with every contact it has
#[utoipa::path(
    get, path = "/directory/units/{id}", tag = "directory",
    params(("id" = String, Path, description = "A unit's id"), When),
    responses((status = 200, body = UnitDetails), (status = 404, description = "No unit has this id"))
)]
async fn unit(
    State(directories): State<Directories>,
    visitor: Visitor,
    Path(id): Path<String>,
    Asked(when): Asked<When>,
) -> Result<Json<UnitDetails>, Failure> {
    let reading = Reading::new(&directories, &visitor, &when).await?;
    Ok(Json(details(&reading, &id, &visitor).ok_or(Error::NotFound)?))
}

/// What a telephone number offers
#[utoipa::path(
    get, path = "/directory/menus/{number}", tag = "directory",
    params(("number" = String, Path, description = "With or without its country code, however it is written"), When),
    responses((status = 200, body = Menu), (status = 404, description = "Not a number of this directory"))
)]
async fn menu(
    State(directories): State<Directories>,
    visitor: Visitor,
    Path(number): Path<String>,
    Asked(when): Asked<When>,
) -> Result<Json<Menu>, Failure> {
    let reading = Reading::new(&directories, &visitor, &when).await?;
    let directory = &reading.published.directory;
    let number = directory.number_typed(&number).ok_or(Error::NotFound)?;
    let menu = directory.menu(number, reading.moment).ok_or(Error::NotFound)?;
    Ok(Json(Menu::of(reading.edition(), &menu, &visitor.words)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ShipAsked {
    /// Who carries it, by id or by name.
    courier: String,
    /// What is sent, by id or by name.
    document: Option<String>,
    at: Option<String>,
    known_at: Option<String>,
    #[allow(dead_code)] // the shell reads it
    lang: Option<String>,
}

/// Where to send documents by a courier
#[utoipa::path(
    get, path = "/directory/ship", tag = "directory", params(ShipAsked),
    responses((status = 200, body = Ship), (status = 422, description = "Documents that the directory does not know"))
)]
async fn ship(
    State(directories): State<Directories>,
    visitor: Visitor,
    Asked(asked): Asked<ShipAsked>,
) -> Result<Json<Ship>, Failure> {
    let when = When { at: asked.at.clone(), known_at: asked.known_at.clone(), ..When::default() };
    let reading = Reading::new(&directories, &visitor, &when).await?;
    let directory = &reading.published.directory;
    if asked.courier.trim().is_empty() {
        return Err(Refusal::new("api.courier_missing").into());
    }
    let answer =
        directory.ship(&asked.courier, asked.document.as_deref(), reading.moment, visitor.language())?;
    Ok(Json(Ship::of(reading.edition(), &answer, &visitor.words)))
}

/// Every edition on record, in the order of recording
#[utoipa::path(get, path = "/directory/editions", tag = "directory", responses((status = 200, body = Vec<EditionNote>)))]
async fn editions(State(directories): State<Directories>) -> Json<Vec<EditionNote>> {
    Json(directories.editions().iter().map(note).collect())
}

/// Values that can be tried as they stand, from what is really in the directory.
pub(crate) async fn examples(directories: &Directories) -> Result<BTreeMap<&'static str, String>> {
    let Some(newest) = directories.editions().last().map(|edition| edition.id) else {
        return Ok(BTreeMap::new());
    };
    let published = directories.edition(&newest).await?;
    let directory = &published.directory;
    let language = directory.default_language().cloned();
    let name = |text: &LocalText| language.as_ref().map(|language| text.get(language).to_owned());
    let number = directory.units.iter().flat_map(|unit| &unit.ways).find_map(|way| match &way.address {
        Address::Phone { number, .. } => Some(number.e164().to_owned()),
        _ => None,
    });
    let found = [
        ("q", directory.topics.first().and_then(|topic| name(&topic.name))),
        ("topic", directory.topics.first().map(|topic| topic.id.clone())),
        ("audience", directory.audiences.first().map(|audience| audience.id.clone())),
        ("region", directory.regions.first().map(|region| region.id.clone())),
        ("id", directory.units.first().map(|unit| unit.id.clone())),
        ("number", number),
        ("courier", directory.couriers.first().and_then(|courier| name(&courier.name))),
        ("document", directory.documents.first().and_then(|paper| name(&paper.name))),
    ];
    Ok(found.into_iter().filter_map(|(name, value)| Some((name, value?))).collect())
}
