//! The questions that a directory answers, asked of the example institution's.

use directory::{
    About, Address, Answer, Because, Directory, Holiday, OpenState, PhoneNumber, Question, ShipAnswer,
    WayAnswer,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use kernel::Language;

use crate::{example, load};

/// A Friday afternoon, one o'clock in New York.
const FRIDAY: &str = "2026-11-20T13:00";
const SUNDAY: &str = "2026-11-22T13:00";

fn in_new_york(text: &str) -> Timestamp {
    text.parse::<DateTime>().unwrap().in_tz("America/New_York").unwrap().timestamp()
}

fn ask<'d>(
    directory: &'d Directory,
    about: About<'_>,
    audience: Option<&str>,
    region: Option<&str>,
    at: &str,
) -> Answer<'d> {
    let question = Question {
        about,
        audience,
        region,
        moment: in_new_york(at),
        caller_zone: &TimeZone::get("America/Los_Angeles").unwrap(),
        language: &"en".parse().unwrap(),
    };
    directory.who(&question).unwrap()
}

fn topics(directory: &Directory, words: &str, audience: Option<&str>, language: &str) -> Vec<String> {
    let language: Language = language.parse().unwrap();
    let question = Question {
        about: About::Words(words),
        audience,
        region: None,
        moment: in_new_york(FRIDAY),
        caller_zone: &TimeZone::UTC,
        language: &language,
    };
    directory.who(&question).unwrap().topics.iter().map(|topic| topic.id.clone()).collect()
}

fn names(answer: &Answer<'_>) -> Vec<String> {
    answer.ways.iter().map(|way| format!("{}/{}", way.unit.id, way.way.id)).collect()
}

fn number<'d>(way: &WayAnswer<'d>) -> &'d str {
    match &way.way.address {
        Address::Phone { number, .. } => number.national(),
        other => panic!("a line and not {other:?}"),
    }
}

#[test]
fn free_words_find_what_people_mean_in_both_languages() {
    let directory = example();
    for (words, audience, expected) in [
        ("title release", None, "title-lien-releases"),
        ("reset my dealer password", None, "dealer-dash"),
        ("I forgot my password", Some("dealer"), "dealer-dash"),
        ("payoff", Some("dealer"), "payoffs"),
        ("payoff", Some("consumer"), "customer-payoffs"),
        ("10-day payoff quote?", Some("consumer"), "customer-payoffs"),
        ("Who do I talk to about floor planning", Some("dealer"), "floorplan"),
        ("power of atorney", None, "power-of-attorney"),
        ("POA", None, "power-of-attorney"),
        ("held documents", None, "held-documents"),
        ("I don't recognize a charge", Some("cardholder"), "charge-dispute"),
        ("can't make my payment", Some("consumer"), "payment-arrangements"),
        ("F&I Rewards", None, "fi-rewards"),
        ("routeone e-contract", None, "routeone-econtract"),
        ("liberación de título", None, "title-lien-releases"),
        ("LIBERACION DE GRAVAMENES", None, "title-lien-releases"),
        ("olvidé mi contraseña", Some("dealer"), "dealer-dash"),
        ("quiero liquidar mi préstamo", Some("consumer"), "customer-payoffs"),
        ("no puedo pagar", Some("consumer"), "payment-arrangements"),
        ("no reconozco un cargo", Some("cardholder"), "charge-dispute"),
    ] {
        for language in ["en", "es"] {
            assert_eq!(topics(&directory, words, audience, language), [expected], "{words} in {language}");
        }
    }
}

#[test]
fn every_topic_is_found_by_its_own_name_and_synonyms() {
    let directory = example();
    for topic in &directory.topics {
        let audience = directory.audiences_of(&topic.audiences).next().map(|audience| audience.id.as_str());
        let synonyms = topic.synonyms.iter().flat_map(|(l, all)| all.iter().map(move |s| (l, s.as_str())));
        for (language, phrase) in topic.name.iter().chain(synonyms) {
            let found = topics(&directory, phrase, audience, &language.to_string());
            assert!(found.contains(&topic.id), "{phrase} finds {found:?} and not {}", topic.id);
        }
    }
}

#[test]
fn words_that_fit_two_audiences_give_both_until_one_is_told() {
    let directory = example();
    let answer = ask(&directory, About::Words("payoff"), None, None, FRIDAY);
    let found: Vec<_> = answer.topics.iter().map(|topic| topic.id.as_str()).collect();
    assert_eq!(found, ["payoffs", "customer-payoffs"]);
    assert_eq!(names(&answer), ["dealer-service-center/phone", "customer-service-center/phone"]);
    let consumer = ask(&directory, About::Words("payoff"), Some("consumer"), None, FRIDAY);
    assert_eq!(names(&consumer), ["customer-service-center/phone"]);
}

#[test]
fn unknown_words_get_no_answer_but_what_comes_near() {
    let directory = example();
    let near = |words: &str, audience| -> Vec<(String, bool)> {
        let answer = ask(&directory, About::Words(words), audience, None, FRIDAY);
        assert!(answer.topics.is_empty() && answer.ways.is_empty(), "{words}");
        answer.suggestions.iter().map(|near| (near.topic.id.clone(), near.other_audience)).collect()
    };
    assert_eq!(near("quantum chromodynamics", None), []);
    assert_eq!(near("", None), []);
    let title = near("title", Some("dealer"));
    assert!(title.contains(&("title-lien-releases".into(), false)), "{title:?}");
    assert!(title.contains(&("title-assistance".into(), false)), "{title:?}");
    // It exists, but for others: say so instead of pretending that it does not.
    assert_eq!(near("floorplan", Some("cardholder")), [("floorplan".into(), true)]);
}

#[test]
fn an_open_line_tells_how_long_it_stays_and_how_long_an_answer_takes() {
    let directory = example();
    let answer = ask(&directory, About::Topic("customer-payoffs"), Some("consumer"), None, FRIDAY);
    let [way] = answer.ways.as_slice() else { panic!("one way") };
    assert_eq!(number(way), "(888) 925-2559");
    assert_eq!(way.time_left(), Some(SignedDuration::from_hours(10)));
    let expected = way.expected().unwrap();
    assert_eq!((expected.min, expected.max, expected.unit.as_str()), (5, 15, "minutes"));
    assert_eq!(way.topic.map(|topic| topic.id.as_str()), Some("customer-payoffs"));
}

#[test]
fn a_closed_line_tells_when_it_opens() {
    let directory = example();
    for (topic, asked, opens) in [
        ("customer-payoffs", "2026-11-20T23:00", "2026-11-21T08:00"),
        ("customer-payoffs", "2026-11-21T22:00", "2026-11-23T08:00"),
        ("payoffs", SUNDAY, "2026-11-23T09:30"),
        ("payoffs", "2026-11-21T08:59", "2026-11-21T09:00"),
        ("dealer-dash", "2026-11-20T18:30", "2026-11-21T09:00"),
    ] {
        let answer = ask(&directory, About::Topic(topic), None, None, asked);
        let state = answer.ways[0].state;
        assert!(matches!(state, OpenState::Closed { .. }), "{topic} {asked}");
        assert_eq!(state.opens(), Some(in_new_york(opens)), "{topic} {asked}");
    }
}

#[test]
fn regions_have_their_own_line_and_without_one_all_are_told_open_ones_first() {
    let directory = example();
    let southeast = ask(&directory, About::Topic("floorplan"), Some("dealer"), Some("southeast"), FRIDAY);
    assert_eq!(names(&southeast), ["regional-business-centers/phone-southeast"]);
    assert_eq!(southeast.ways[0].region.map(|region| region.id.as_str()), Some("southeast"));

    // At half past eight in the east only the southeast is open, and the northeast is next.
    let morning = ask(&directory, About::Topic("floorplan"), None, None, "2026-11-20T08:30");
    assert_eq!(
        names(&morning),
        ["southeast", "northeast", "central", "pac-west", "west-dallas"]
            .map(|id| format!("regional-business-centers/phone-{id}"))
    );
    // After five in the east the three on Central Time are still there.
    let evening = ask(&directory, About::Topic("floorplan"), None, None, "2026-11-20T17:30");
    let open: Vec<_> = evening.ways.iter().map(|way| way.state.is_open()).collect();
    assert_eq!(open, [true, true, true, false, false]);
}

#[test]
fn local_time_is_the_callers_own() {
    let directory = example();
    // Half past six in the evening in New York is half past three in Los Angeles, where the caller is.
    let answer = ask(&directory, About::Topic("sales-support"), None, None, "2026-11-20T18:30");
    assert!(answer.ways[0].state.is_open());
    assert_eq!(answer.ways[0].time_left(), Some(SignedDuration::from_mins(90)));
}

#[test]
fn the_channel_that_settles_the_matter_comes_first_and_an_unpublished_one_last() {
    let directory = example();
    let channels = |topic| -> Vec<&'static str> {
        let answer = ask(&directory, About::Topic(topic), Some("cardholder"), None, FRIDAY);
        answer.ways.iter().map(|way| way.way.channel.as_str()).collect()
    };
    assert_eq!(channels("simple-question"), ["chat", "phone", "email", "social"]);
    assert_eq!(
        channels("charge-dispute"),
        ["chat", "phone", "email"],
        "the telephone number is not published"
    );
    let text = directory.source().replacen(
        "channel = \"phone\"\npublished = false",
        "channel = \"phone\"\nnumber = \"+1 800-555-0199\"\nhours = \"24/7\"",
        1,
    );
    let published = load(&text);
    let answer = ask(&published, About::Topic("charge-dispute"), None, None, FRIDAY);
    assert_eq!(answer.ways[0].way.channel.as_str(), "phone", "once it is published and open");
}

#[test]
fn on_a_federal_holiday_the_directory_does_not_claim_to_know() {
    let directory = example();
    // Thanksgiving: open lines are not certain, and Friday's opening is.
    let answer = ask(&directory, About::Topic("payoffs"), None, None, "2026-11-26T12:00");
    let OpenState::Unknown { opens, .. } = answer.ways[0].state else { panic!("unknown") };
    assert_eq!(opens, Some(in_new_york("2026-11-27T09:30")));
}

#[test]
fn the_night_before_a_holiday_an_answer_says_why_it_opens_so_late() {
    let directory = example();
    let answer = ask(&directory, About::Topic("payoffs"), None, None, "2026-11-25T23:59");
    let OpenState::Closed { opens, because } = answer.ways[0].state else { panic!("closed") };
    assert_eq!(opens, Some(in_new_york("2026-11-27T09:30")), "the holiday is not certain");
    assert_eq!(because, Some(Because::Holiday(Holiday::Public("thanksgiving"))));
    // An ordinary night needs no reason.
    let answer = ask(&directory, About::Topic("payoffs"), None, None, "2026-11-17T23:59");
    let OpenState::Closed { because, .. } = answer.ways[0].state else { panic!("closed") };
    assert_eq!(because, None);
}

#[test]
fn insurance_is_for_anybody() {
    let directory = example();
    for audience in [None, Some("dealer"), Some("consumer"), Some("cardholder")] {
        let answer = ask(&directory, About::Words("insurance claim"), audience, None, FRIDAY);
        assert_eq!(names(&answer), ["ally-insurance/phone"], "{audience:?}");
    }
}

#[test]
fn ids_that_do_not_exist_are_refused() {
    let directory = example();
    let refused = |about, audience, region| {
        let question = Question {
            about,
            audience,
            region,
            moment: in_new_york(FRIDAY),
            caller_zone: &TimeZone::UTC,
            language: &"en".parse().unwrap(),
        };
        directory.who(&question).unwrap_err().code()
    };
    assert_eq!(refused(About::Topic("nothing"), None, None), "directory.unknown_topic");
    assert_eq!(refused(About::Topic("gap"), Some("martian"), None), "directory.unknown_audience");
    assert_eq!(refused(About::Topic("gap"), None, Some("mars")), "directory.unknown_region");
}

fn ship<'d>(directory: &'d Directory, courier: &str, papers: Option<&str>) -> ShipAnswer<'d> {
    directory.ship(courier, papers, in_new_york(FRIDAY), &"en".parse().unwrap()).unwrap()
}

fn postal_codes(answer: &ShipAnswer<'_>) -> Vec<String> {
    let codes = answer.ways.iter().map(|way| match &way.way.address {
        Address::Mail(mail) => mail.postal_code.clone(),
        other => panic!("an address and not {other:?}"),
    });
    codes.collect()
}

#[test]
fn contracts_go_by_courier_to_the_right_postal_code() {
    let directory = example();
    for (courier, papers, expected) in [
        ("fedex", "retail", "38153"),
        ("FedEx", "lease contracts", "38153"),
        ("Federal Express", "ComTRAC", "38153"),
        ("fedx", "municipal lease", "38153"),
        ("usps", "retail contract", "38118"),
        ("US Postal Service", "lease", "38118"),
        ("UPS", "retail", "38118"),
        ("DHL", "comtrac-contract", "38118"),
        ("a friend with a van", "municipal", "38118"),
    ] {
        let answer = ship(&directory, courier, Some(papers));
        assert_eq!(postal_codes(&answer), [expected], "{courier} {papers}");
        assert!(answer.ways[0].courier_stated, "{courier} {papers}");
    }
    assert!(ship(&directory, "fedex", Some("retail")).ways[0].way.note.is_some(), "the remark on arrival");
}

#[test]
fn payments_go_to_the_box_and_the_directory_says_nothing_on_couriers_there() {
    let directory = example();
    let answer = ship(&directory, "usps", Some("payment"));
    assert_eq!(postal_codes(&answer), ["40290-1951"]);
    assert!(!answer.ways[0].courier_stated);
}

#[test]
fn without_papers_every_address_of_the_courier_is_told_and_unknown_papers_are_refused() {
    let directory = example();
    assert_eq!(postal_codes(&ship(&directory, "fedex", None)), ["38153", "40290-1951"]);
    assert_eq!(postal_codes(&ship(&directory, "usps", None)), ["38118", "40290-1951"]);
    let refused = directory.ship("fedex", Some("elephants"), in_new_york(FRIDAY), &"en".parse().unwrap());
    assert_eq!(refused.unwrap_err().code(), "directory.unknown_document");
}

#[test]
fn a_number_tells_its_menu() {
    let directory = example();
    let menu = |number: &str| {
        let number = PhoneNumber::parse_typed(number, "US").unwrap();
        let menu = directory.menu(&number, in_new_york(FRIDAY))?;
        Some(
            menu.entries
                .iter()
                .map(|entry| (entry.option.unwrap_or("").to_owned(), entry.way.id.clone()))
                .collect::<Vec<_>>(),
        )
    };
    let entries = menu("1-855-720-2559").unwrap();
    let expected = [
        ("3", "phone-3"),
        ("4", "phone-4"),
        ("5", "phone-5"),
        ("6", "phone-6"),
        ("7", "phone-7"),
        ("", "phone"),
    ];
    assert_eq!(entries, expected.map(|(option, way)| (option.to_owned(), way.to_owned())));
    assert_eq!(menu("877.357.8477").unwrap(), [("6".to_owned(), "phone-6".to_owned())]);
    assert_eq!(menu("212-555-0123"), None);
}

#[test]
fn a_unit_tells_every_contact() {
    let directory = example();
    let contacts = directory.contacts("cpc", in_new_york(FRIDAY), &TimeZone::UTC).unwrap();
    assert_eq!(contacts.len(), 11);
    let open = contacts.iter().filter(|way| way.state.is_open()).count();
    assert_eq!(open, 6, "the telephone lines");
    assert!(directory.contacts("nowhere", in_new_york(FRIDAY), &TimeZone::UTC).is_none());
}

#[test]
fn a_way_that_holds_no_longer_or_not_yet_is_left_out() {
    let text = example().source().replacen(
        "[[unit.way]]\nid = \"phone\"\nchannel = \"phone\"\nnumber = \"+1 800-729-4622\"",
        "[[unit.way]]\nid = \"old\"\nchannel = \"phone\"\nnumber = \"+1 800-729-4622\"\nuntil = 2026-11-20\n\n\
         [[unit.way]]\nid = \"new\"\nchannel = \"phone\"\nnumber = \"+1 800-729-4623\"\nfrom = 2026-11-21",
        1,
    );
    let directory = load(&text);
    let way = |at| names(&ask(&directory, About::Topic("insurance-claims"), None, None, at));
    assert_eq!(way("2026-11-20T23:59"), ["ally-insurance/old"]);
    assert_eq!(way("2026-11-21T00:00"), ["ally-insurance/new"]);
}

#[test]
fn a_menu_tells_the_options_of_its_day() {
    let option = "label = { en = \"Ally Plus\", es = \"Ally Plus\" }\n";
    let text = example().source().replacen(option, &format!("{option}until = 2026-11-20\n"), 1);
    let directory = load(&text);
    let number = PhoneNumber::parse_typed("855-720-2559", "US").unwrap();
    let options = |at| directory.menu(&number, in_new_york(at)).unwrap().entries.len();
    assert_eq!((options("2026-11-20T23:59"), options("2026-11-21T00:00")), (6, 5));
}

#[test]
fn a_courier_is_known_by_its_name_whatever_service_of_it_is_meant() {
    let directory = example();
    for courier in ["FedEx Ground", "FedEx Standard Overnight", "with Federal Express Saver", "Fed-Ex"] {
        assert_eq!(postal_codes(&ship(&directory, courier, Some("retail"))), ["38153"], "{courier}");
    }
    for courier in ["UPS", "UPS Ground", "DHL Express", "USPS Ground Advantage"] {
        assert_eq!(postal_codes(&ship(&directory, courier, Some("retail"))), ["38118"], "{courier}");
    }
}

#[test]
fn a_card_that_is_lost_is_no_simple_question_about_cards() {
    let directory = example();
    assert_eq!(topics(&directory, "lost card", None, "en"), Vec::<String>::new());
    assert_eq!(topics(&directory, "my card was stolen", None, "en"), Vec::<String>::new());
    assert_eq!(topics(&directory, "I have a card question", None, "en"), ["simple-question"]);
    let payoff = topics(&directory, "I have a question about my payoff", None, "en");
    assert_eq!(payoff, ["payoffs", "customer-payoffs"]);
}
