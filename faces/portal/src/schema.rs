//! The same facts for search engines and assistants: schema.org in JSON-LD.

use directory::{Address, WayAnswer};
use serde_json::{Map, Value, json};

use crate::hours::{self, Span};
use crate::inquiry::Inquiry;

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The institution with these ways as its contact points; empty when none of them can be dialled or
/// written to. Safe inside a `<script>`: nothing in it can end the element.
pub fn of_ways(ways: &[WayAnswer<'_>], inquiry: &Inquiry) -> String {
    let points: Vec<Value> = ways.iter().filter_map(|way| point(way, inquiry)).collect();
    if points.is_empty() {
        return String::new();
    }
    let document = json!({
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": inquiry.directory().institution.name,
        "contactPoint": points,
    });
    document.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

fn point(answer: &WayAnswer<'_>, inquiry: &Inquiry) -> Option<Value> {
    let language = inquiry.visitor.language();
    let (property, value) = match &answer.way.address {
        Address::Phone { number, .. } => ("telephone", number.e164()),
        Address::Fax { number } => ("faxNumber", number.e164()),
        Address::Email { address } => ("email", address.as_str()),
        Address::Mail(_) | Address::Web { .. } | Address::Unpublished => return None,
    };
    let mut point = Map::new();
    let kind = answer.way.label.as_ref().unwrap_or(&answer.unit.name).get(language);
    point.insert("@type".into(), json!("ContactPoint"));
    point.insert("contactType".into(), json!(kind));
    point.insert(property.into(), json!(value));
    if let Some(region) = answer.region {
        point.insert("areaServed".into(), json!(region.name.get(language)));
    }
    let spans =
        answer.way.schedule.as_ref().map_or_else(Vec::new, |schedule| hours::spans(schedule, inquiry));
    if !spans.is_empty() {
        let hours: Vec<Value> = spans.iter().map(specification).collect();
        point.insert("hoursAvailable".into(), json!(hours));
    }
    Some(Value::Object(point))
}

/// Times are by the desk's clock, as schema.org has them.
fn specification(span: &Span) -> Value {
    let day = usize::try_from(span.day.to_monday_zero_offset()).ok().and_then(|day| DAYS.get(day));
    json!({
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": day,
        "opens": span.from.strftime("%H:%M").to_string(),
        "closes": span.until.strftime("%H:%M").to_string(),
    })
}
