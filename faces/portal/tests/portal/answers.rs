//! "Who handles it, and are they open?"

use http::StatusCode;
use serde_json::Value;

use crate::house::{FRIDAY, SUNDAY, at};

#[tokio::test]
async fn a_matter_in_ones_own_words_gets_the_number_and_whether_they_are_open() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?q=title+release").await;
        assert_eq!(page.status, StatusCode::OK);
        page.links_to("tel:+18889192559")
            .says("Dealer Service Center (DSC)")
            .says("(888) 919-2559")
            .says("Open, closes at 6:30 PM Eastern Time")
            .says("8 h 20 min left")
            .says("usually 5 to 15 minutes")
            .says("Monday to Friday 9:30 AM – 6:30 PM")
            .says("Sunday closed");
    })
    .await;
}

#[tokio::test]
async fn who_is_closed_says_when_they_open_in_the_visitors_time_and_their_own() {
    at(SUNDAY, async |house| {
        house
            .ask("/contact?q=title+release")
            .await
            .says("Closed, opens tomorrow 9:30 AM Eastern Time")
            .does_not_say("At the desk");
        house
            .ask_from("America%2FLos_Angeles", "/contact?q=title+release")
            .await
            .says("Closed, opens tomorrow 6:30 AM your time")
            .says("At the desk: tomorrow 9:30 AM Eastern Time")
            .says("Your time Monday to Friday 6:30 AM – 3:30 PM");
        house
            .ask_from("America%2FDetroit", "/contact?q=title+release")
            .await
            .says("Closed, opens tomorrow 9:30 AM your time")
            .does_not_say("At the desk");
    })
    .await;
}

#[tokio::test]
async fn from_saturday_night_a_weekday_is_named() {
    at("2023-09-09T22:00:00-04:00", async |house| {
        let page = house.ask_from("America%2FChicago", "/contact?topic=payoffs").await;
        page.says("Closed, opens Monday 8:30 AM your time");
        let spanish = house.ask_from("America%2FChicago", "/contact?topic=payoffs&lang=es").await;
        spanish.says("Cerrado; abre el lunes a las 8:30 a.m. (su hora local)");
    })
    .await;
}

#[tokio::test]
async fn the_last_half_hour_is_a_warning() {
    at("2023-09-01T18:05:00-04:00", async |house| {
        let page = house.ask("/contact?topic=payoffs").await;
        page.says("25 min left");
        assert!(page.body.contains("<div class=\"answer-state warn\">"), "{}", page.body);
    })
    .await;
}

#[tokio::test]
async fn on_a_holiday_the_page_does_not_promise_what_nobody_confirmed() {
    at("2023-09-04T10:00:00-04:00", async |house| {
        let page = house.ask("/contact?topic=payoffs").await;
        page.says("May be closed; open for certain tomorrow 9:30 AM Eastern Time").says("Labor Day");
    })
    .await;
}

#[tokio::test]
async fn words_that_fit_several_matters_are_told_apart_with_a_number_for_each() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?q=payoff").await;
        page.says("Which of these is it?")
            .links_to("tel:+18889192559")
            .links_to("tel:+18889252559")
            .links_to("/contact?topic=customer-payoffs");
        let dealer = house.ask("/contact?q=payoff&audience=dealer").await;
        dealer.says("Best way now").links_to("tel:+18889192559");
        assert!(!dealer.body.contains("tel:+18889252559"));
        assert!(dealer.body.contains("<option value=\"dealer\" selected>"));
    })
    .await;
}

#[tokio::test]
async fn words_that_fit_nothing_get_a_list_to_choose_from_and_no_dead_end() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?q=zebra").await;
        assert_eq!(page.status, StatusCode::OK);
        page.says("We found nothing for “zebra”.").links_to("/contact?topic=payoffs");
        let elsewhere = house.ask("/contact?q=extensions&audience=dealer").await;
        elsewhere.says("Did you mean").links_to("/contact?topic=extensions");
    })
    .await;
}

#[tokio::test]
async fn every_matter_that_is_offered_leads_to_an_answer() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact").await;
        let links: Vec<String> = page
            .body
            .split("href=\"/contact?topic=")
            .skip(1)
            .map(|rest| format!("/contact?topic={}", rest.split('"').next().unwrap()))
            .collect();
        assert_eq!(links.len(), crate::house::example().topics.len(), "every matter once");
        for link in links {
            let answer = house.ask(&link).await;
            assert_eq!(answer.status, StatusCode::OK, "{link}");
            let led_on =
                answer.body.contains("class=\"answer\"") || answer.body.contains("Which region is yours?");
            assert!(led_on, "{link}: {}", answer.text());
        }
    })
    .await;
}

#[tokio::test]
async fn where_each_region_has_its_desk_the_region_is_asked_first() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?topic=floorplan").await;
        page.says("Which region is yours?").links_to("/contact?topic=floorplan&region=southeast");
        for number in ["8006973337", "8002575023", "8006759387", "8007421722", "8003434541"] {
            page.links_to(&format!("tel:+1{number}"));
        }
        let one = house.ask("/contact?topic=floorplan&region=southeast").await;
        one.says("Best way now").links_to("tel:+18007421722").says("8:30 AM – 5 PM");
        assert!(!one.body.contains("tel:+18006973337"));
    })
    .await;
}

#[tokio::test]
async fn an_option_of_the_menu_is_told_with_the_number() {
    at(FRIDAY, async |house| {
        house.ask("/contact?topic=sales-support").await.links_to("tel:+18773578477").says("then press 6");
        house.ask("/contact?topic=lease-held-offerings").await.says("(855) 720-2559 then press 5");
    })
    .await;
}

#[tokio::test]
async fn hours_in_local_time_are_read_by_the_visitors_clock() {
    at("2023-09-01T16:30:00-04:00", async |house| {
        let west = house.ask_from("America%2FLos_Angeles", "/contact?topic=sales-support").await;
        west.says("Open, closes at 5 PM your time").says("3 h 30 min left").says("Your local time");
        house.ask("/contact?topic=sales-support").await.says("Open, closes at 5 PM Eastern Time");
    })
    .await;
}

#[tokio::test]
async fn what_is_not_published_is_said_to_be_so() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?topic=complex-question").await;
        page.says("The number or address is not published.").says("usually 1 to 5 minutes");
    })
    .await;
}

#[tokio::test]
async fn what_does_not_exist_is_refused_with_a_remedy() {
    at(FRIDAY, async |house| {
        for (address, words) in [
            ("/contact?topic=nonsense", "There is no topic “nonsense” in the directory."),
            ("/contact?q=payoff&audience=martians", "There is no audience “martians”"),
            ("/contact?topic=payoffs&region=moon", "There is no region “moon”"),
        ] {
            let page = house.ask(address).await;
            assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
            page.says(words);
        }
        assert_eq!(house.ask("/contact?q=a&q=b").await.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_typed_is_never_markup_and_never_ends_the_data() {
    at(FRIDAY, async |house| {
        let typed = "/contact?q=%3C%2Fscript%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E%3Cb%3E";
        let page = house.ask(typed).await;
        assert!(!page.body.contains("<script>"), "{}", page.body);
        assert!(!page.body.contains("<b>"));
        assert!(page.body.contains("<meta name=\"robots\" content=\"noindex\">"));
    })
    .await;
}

#[tokio::test]
async fn programs_find_the_same_facts_as_schema_org_data() {
    at(FRIDAY, async |house| {
        for address in ["/contact?topic=payoffs", "/contact/directory", "/contact/dealer-service-center"] {
            let page = house.ask(address).await;
            let (_, after) = page.body.split_once("<script type=\"application/ld+json\">").expect("data");
            let data: Value = serde_json::from_str(after.split_once("</script>").unwrap().0).unwrap();
            assert_eq!(data["@context"], "https://schema.org");
            assert_eq!(data["name"], "Ally");
            let points = data["contactPoint"].as_array().unwrap();
            let desk = points.iter().find(|point| point["telephone"] == "+18889192559").expect("the desk");
            assert_eq!(desk["@type"], "ContactPoint");
            let hours = desk["hoursAvailable"].as_array().unwrap();
            assert_eq!(hours.len(), 6, "Monday to Saturday");
            assert_eq!(hours[5]["dayOfWeek"], "Saturday");
            assert_eq!((&hours[5]["opens"], &hours[5]["closes"]), (&"09:00".into(), &"18:00".into()));
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_typed_is_repeated_without_characters_that_cannot_be_seen() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact?q=zzz%00%1B%E2%80%AEqqq%E2%81%A6").await;
        assert!(page.body.contains("value=\"zzzqqq\""), "{}", page.body);
        let refused = house.ask("/contact?at=%E2%80%AEsoon").await;
        assert!(refused.body.contains("“soon”"), "{}", refused.body);
    })
    .await;
}

#[tokio::test]
async fn channels_are_compared_only_where_there_is_a_choice() {
    at(FRIDAY, async |house| {
        let quicker = "a simple question is quicker elsewhere";
        let only_a_line = house.ask("/contact?topic=title-lien-releases").await;
        assert!(!only_a_line.body.contains(quicker), "there is nothing else to try");
        assert!(house.ask("/contact?topic=charge-dispute").await.body.contains(quicker));
    })
    .await;
}

#[tokio::test]
async fn the_wait_that_is_told_for_a_closed_desk_begins_when_it_opens() {
    at(FRIDAY, async |house| {
        let open = house.ask("/contact?topic=title-lien-releases&at=2026-11-23T12:00").await;
        assert!(open.body.contains("Answer time: usually"), "{}", open.body);
        let closed = house.ask("/contact?topic=title-lien-releases&at=2026-11-22T12:00").await;
        assert!(closed.body.contains("Answer time once it is open: usually"), "{}", closed.body);
    })
    .await;
}
