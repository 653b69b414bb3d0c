//! The facts of the published contact sheet and of the table of channels, held against the loaded file.

use directory::{
    Address, Because, ChannelKind, Couriers, Directory, Expected, ExpectedUnit, OpenState, Schedule, Unit,
    Way, Zone,
};
use jiff::civil::date;

use crate::example;

/// A row of the contact sheet: unit, way, digits and option, hours, clock, topics.
type Line = (
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
    &'static str,
    &'static [&'static str],
);

const EASTERN: &str = "America/New_York";
const CENTRAL: &str = "America/Chicago";
const FLOORPLAN: &[&str] = &["Wholesale billing", "Floorplan", "Dealer trades", "Branch entered items"];

#[rustfmt::skip]
const LINES: &[Line] = &[
    ("cpc", "phone", "8557202559", None, "Mo-Fr 08:00-20:00", EASTERN, &["General inquiries about contracts"]),
    ("cpc", "phone-3", "8557202559", Some("3"), "Mo-Fr 08:00-20:00", EASTERN, &["Customer interview"]),
    ("cpc", "phone-4", "8557202559", Some("4"), "Mo-Fr 08:00-20:00", EASTERN, &["Retail held offerings"]),
    ("cpc", "phone-5", "8557202559", Some("5"), "Mo-Fr 08:00-20:00", EASTERN, &["Lease held offerings"]),
    ("cpc", "phone-6", "8557202559", Some("6"), "Mo-Fr 08:00-20:00", EASTERN, &["Commercial transactions"]),
    ("cpc", "phone-7", "8557202559", Some("7"), "Mo-Fr 08:00-20:00", EASTERN, &["Ally Plus"]),
    ("smartcash-cpc", "phone", "8552232559", None, "Mo-Fr 08:00-17:00", EASTERN,
        &["Statement of dealer transactions", "Contract funding", "Lease agreements", "Held offerings"]),
    ("administration-cpc", "phone", "8556899434", None, "Mo-Fr 08:00-20:00", EASTERN, &["Dealer reserve (post booking)"]),
    ("regional-business-centers", "phone-central", "8006973337", None, "Mo-Fr 09:00-17:00", CENTRAL, FLOORPLAN),
    ("regional-business-centers", "phone-northeast", "8002575023", None, "Mo-Fr 09:00-17:00", EASTERN, FLOORPLAN),
    ("regional-business-centers", "phone-pac-west", "8006759387", None, "Mo-Fr 09:00-17:00", CENTRAL, FLOORPLAN),
    ("regional-business-centers", "phone-southeast", "8007421722", None, "Mo-Fr 08:30-17:00", EASTERN, FLOORPLAN),
    ("regional-business-centers", "phone-west-dallas", "8003434541", None, "Mo-Fr 09:00-17:00", CENTRAL, FLOORPLAN),
    ("dealer-products-services", "phone-6", "8773578477", Some("6"), "Mo-Fr 08:00-17:00", "caller", &["Sales support"]),
    ("dealer-products-services", "phone-fi-rewards", "8008738528", None, "Mo-Fr 09:00-18:00", EASTERN, &["F&I Rewards inquiries"]),
    ("dealer-service-center", "phone", "8889192559", None, "Mo-Fr 09:30-18:30; Sa 09:00-18:00; Su off", EASTERN,
        &["Payoffs", "Title/lien releases", "GAP", "Power of attorney", "Ally Dealer Dash (e.g. password resets)"]),
    ("customer-service-center", "phone", "8889252559", None, "Mo-Fr 08:00-23:00; Sa 08:00-22:00", EASTERN,
        &["Extensions", "Payment arrangements", "Customer payoffs"]),
    ("smartauction", "phone", "8772735572", None, "Mo-Fr 08:00-19:00", EASTERN, &["Arbitrations", "Title assistance", "SABB status"]),
    ("ally-insurance", "phone", "8007294622", None, "Mo-Fr 08:00-17:00", EASTERN, &["Insurance claims", "Coverage questions"]),
];

/// Unit, abbreviation, English name, purpose, audience.
type Desk = (&'static str, Option<&'static str>, &'static str, Option<&'static str>, Option<&'static str>);

/// Unit, way, lines, city, state, postal code.
type Letterbox =
    (&'static str, &'static str, &'static [&'static str], &'static str, &'static str, &'static str);

#[rustfmt::skip]
const UNITS: &[Desk] = &[
    ("cpc", Some("CPC"), "Contract Processing Center", Some("Customer interviews, held offerings and general inquiries"), Some("dealer")),
    ("smartcash-cpc", None, "SmartCash (CPC)", Some("Contract Funding"), Some("dealer")),
    ("administration-cpc", None, "Administration (CPC)", Some("Dealer Reserve"), Some("dealer")),
    ("regional-business-centers", None, "Regional Business Centers", None, Some("dealer")),
    ("dealer-products-services", Some("DP&S"), "Dealer Products & Services", None, Some("dealer")),
    ("dealer-service-center", Some("DSC"), "Dealer Service Center", None, Some("dealer")),
    ("customer-service-center", Some("CSC"), "Customer Service Center", Some("Consumer Help Line"), Some("consumer")),
    ("smartauction", None, "SmartAuction", None, Some("dealer")),
    ("ally-insurance", None, "Ally Insurance", None, None),
    ("card-service", None, "Credit card customer service", None, Some("cardholder")),
];

fn english(text: &kernel::LocalText) -> &str {
    text.exact(&"en".parse().unwrap()).unwrap()
}

fn unit<'d>(directory: &'d Directory, id: &str) -> &'d Unit {
    directory.unit(id).unwrap_or_else(|| panic!("no unit {id}"))
}

fn way<'d>(directory: &'d Directory, unit_id: &str, id: &str) -> &'d Way {
    let found = unit(directory, unit_id).ways.iter().find(|way| way.id == id);
    found.unwrap_or_else(|| panic!("no way {unit_id}/{id}"))
}

fn clock(schedule: &Schedule) -> &str {
    match &schedule.zone {
        Zone::Fixed(zone) => zone.iana_name().unwrap(),
        Zone::Caller => "caller",
    }
}

#[test]
fn every_line_has_its_number_option_hours_clock_and_topics() {
    let directory = example();
    for (unit_id, id, digits, option, hours, zone, topics) in LINES {
        let way = way(&directory, unit_id, id);
        let Address::Phone { number, option: own } = &way.address else {
            panic!("{unit_id}/{id} is no line")
        };
        assert_eq!(number.e164(), format!("+1{digits}"), "{unit_id}/{id}");
        assert!(number.is_valid(), "{unit_id}/{id}");
        assert_eq!(own.as_deref(), *option, "{unit_id}/{id}");
        let schedule = way.schedule.as_ref().unwrap();
        assert_eq!(schedule.hours.text(), *hours, "{unit_id}/{id}");
        assert_eq!(clock(schedule), *zone, "{unit_id}/{id}");
        let names: Vec<&str> =
            way.topics.iter().map(|topic| english(&directory.topics[*topic].name)).collect();
        assert_eq!(names, *topics, "{unit_id}/{id}");
    }
}

#[test]
fn there_are_no_lines_but_those() {
    let directory = example();
    let lines = directory.units.iter().flat_map(|unit| &unit.ways);
    let published = lines.filter(|way| matches!(way.address, Address::Phone { .. })).count();
    assert_eq!(published, LINES.len());
}

#[test]
fn every_unit_has_its_name_abbreviation_purpose_and_audience() {
    let directory = example();
    let facts: Vec<_> = directory
        .units
        .iter()
        .map(|unit| {
            let audience =
                directory.audiences_of(&unit.audiences).next().map(|audience| audience.id.as_str());
            let purpose = unit.purpose.as_ref().map(english);
            (unit.id.as_str(), unit.abbreviation.as_deref(), english(&unit.name), purpose, audience)
        })
        .collect();
    assert_eq!(facts, UNITS);
}

#[test]
fn topics_stand_under_the_headings_of_the_source() {
    let directory = example();
    let under = |id: &str| -> Vec<&str> {
        let topics = directory.topics.iter();
        let own =
            topics.filter(|topic| topic.subject.is_some_and(|subject| directory.subjects[subject].id == id));
        own.map(|topic| topic.id.as_str()).collect()
    };
    let contract_proceeds =
        ["statement-of-dealer-transactions", "contract-funding", "lease-agreements", "held-offerings"];
    assert_eq!(under("contract-proceeds"), contract_proceeds);
    assert_eq!(under("dealer-reserve"), ["dealer-reserve"]);
    assert_eq!(
        under("smartcash-floorplan"),
        ["wholesale-billing", "floorplan", "dealer-trades", "branch-entered-items"]
    );
    assert_eq!(
        under("existing-consumer-accounts"),
        ["payoffs", "title-lien-releases", "gap", "power-of-attorney"]
    );
    assert_eq!(under("dealer-dash"), ["dealer-dash"]);
    assert_eq!(under("smartauction"), ["arbitrations", "title-assistance", "sabb-status"]);
    assert_eq!(under("insurance"), ["insurance-claims", "coverage-questions"]);
}

#[test]
fn the_footnotes_group_has_its_own_hours() {
    let directory = example();
    let [group] = unit(&directory, "cpc").groups.as_slice() else { panic!("one group") };
    assert_eq!(english(&group.name), "CSG");
    assert_eq!(group.schedule.hours.text(), "Mo-Fr 08:00-18:00");
    assert_eq!(clock(&group.schedule), EASTERN);
}

#[test]
fn the_fax_lines_and_the_address_for_held_documents_are_there() {
    let directory = example();
    for (id, digits, label) in [
        ("fax-funding", "8777096084", "Funding Ancillary Documents (DDS)"),
        ("fax-routeone", "8665098454", "RouteOne eContract Document"),
    ] {
        let way = way(&directory, "cpc", id);
        let Address::Fax { number } = &way.address else { panic!("{id} is no fax") };
        assert_eq!(number.e164(), format!("+1{digits}"));
        assert_eq!(way.label.as_ref().map(english), Some(label));
        assert!(way.schedule.is_none(), "the hours are those of the people, not of the fax");
    }
    let held = way(&directory, "cpc", "email-held");
    assert_eq!(held.address, Address::Email { address: "CPCHelds@ally.com".into() });
    assert_eq!(held.label.as_ref().map(english), Some("Held Documents"));
}

#[test]
fn the_postal_addresses_are_there_to_the_digit_with_their_remark() {
    let directory = example();
    let expected: &[Letterbox] = &[
        ("cpc", "mail-fedex", &["Ally", "Suite 2070", "4054 Willow Lake Blvd"], "Memphis", "TN", "38153"),
        ("cpc", "mail-others", &["Ally", "Suite 2070", "4054 Willow Lake Blvd"], "Memphis", "TN", "38118"),
        (
            "customer-service-center",
            "mail-payments",
            &["Ally Payment Processing", "P.O. Box 9001951"],
            "Louisville",
            "KY",
            "40290-1951",
        ),
    ];
    for (unit, id, lines, city, state, postal_code) in expected {
        let Address::Mail(mail) = &way(&directory, unit, id).address else { panic!("{id} is no address") };
        assert_eq!(mail.lines, *lines);
        assert_eq!(
            (mail.city.as_str(), mail.state.as_str(), mail.postal_code.as_str()),
            (*city, *state, *postal_code)
        );
    }
    let fedex = way(&directory, "cpc", "mail-fedex");
    let remark = english(fedex.note.as_ref().unwrap());
    for fact in ["FedEx", "38153", "4:30 AM CST", "exact ZIP"] {
        assert!(remark.contains(fact), "{fact}: {remark}");
    }
    assert_eq!(fedex.couriers, Couriers::These { named: vec![0], others: false });
    let others = way(&directory, "cpc", "mail-others");
    assert_eq!(others.couriers, Couriers::These { named: vec![1], others: true });
    assert_eq!(others.documents, fedex.documents);
    let papers: Vec<&str> =
        fedex.documents.iter().map(|paper| directory.documents[*paper].id.as_str()).collect();
    assert_eq!(papers, ["retail-contract", "lease-contract", "comtrac-contract", "municipal-lease-contract"]);
}

#[test]
fn each_channel_says_how_long_an_answer_takes() {
    let directory = example();
    let expected = |kind| directory.channel(kind).unwrap().expected;
    let between = |min, max, unit| Some(Expected { min, max, unit });
    assert_eq!(expected(ChannelKind::Phone), between(5, 15, ExpectedUnit::Minutes));
    assert_eq!(expected(ChannelKind::Chat), between(1, 5, ExpectedUnit::Minutes));
    assert_eq!(expected(ChannelKind::Email), between(1, 2, ExpectedUnit::BusinessDays));
    assert_eq!(expected(ChannelKind::Social), between(24, 48, ExpectedUnit::Hours));
    assert_eq!(expected(ChannelKind::Fax), None, "the source does not say");
}

#[test]
fn what_the_source_prints_as_a_placeholder_is_not_published() {
    let directory = example();
    let card = unit(&directory, "card-service");
    let facts: Vec<_> = card.ways.iter().map(|way| (way.channel, way.is_published())).collect();
    let expected = [
        (ChannelKind::Phone, false),
        (ChannelKind::Chat, true),
        (ChannelKind::Email, false),
        (ChannelKind::Social, false),
    ];
    assert_eq!(facts, expected);
    let now = "2026-11-20T18:00:00Z".parse().unwrap();
    for way in &card.ways {
        let unknown = OpenState::Unknown { opens: None, because: Because::Unstated };
        assert_eq!(way.state_at(now, &jiff::tz::TimeZone::UTC), unknown, "no hours are given");
    }
}

#[test]
fn it_takes_effect_on_the_day_the_source_names_and_names_everything_in_both_languages() {
    let directory = example();
    assert_eq!(directory.institution.effective, date(2023, 8, 28));
    assert_eq!(directory.institution.until, None);
    assert_eq!(directory.institution.zone.iana_name(), Some(EASTERN));
    let found = directory.check();
    let codes: Vec<_> = found.iter().map(|finding| (finding.code, finding.value("topic"))).collect();
    // The links to social media are placeholders in the source.
    assert_eq!(codes, [("topic_unpublished", Some("announcements"))]);
}

#[test]
fn the_text_is_given_back_to_the_byte() {
    let text = include_str!("../../../../institutions/ally/directory.toml");
    assert_eq!(example().source(), text);
}
