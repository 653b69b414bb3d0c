//! The help: found, read, gone through step by step, and measured.

use http::StatusCode;
use kernel::Language;
use knowledge::{At, Guide, Next, Path, SourceFile};

use crate::house::{FRIDAY, House, SUNDAY, texts, with_help};

fn language(tag: &str) -> Language {
    tag.parse().unwrap()
}

#[tokio::test]
async fn the_institution_has_enough_to_read_in_both_languages() {
    let count =
        |folder: &str| texts().iter().filter(|file: &&SourceFile| file.path.starts_with(folder)).count();
    assert!(count("en/") >= 60 && count("es/") >= 30 && count("guides/") >= 5);
}

#[tokio::test]
async fn the_front_page_leads_to_guides_and_subjects_in_both_languages() {
    with_help(FRIDAY, async |house: House| {
        let page = house.ask("/help").await;
        page.says("My card was declined").says("Dispute").links_to("/help/guides/card-declined");
        page.does_not_say("Verify who you speak to");
        let spanish = house.ask("/help?lang=es").await;
        spanish.says("Rechazaron mi tarjeta").says("Por tema");
        let dealers = house.ask("/help?audience=dealer").await;
        dealers.says("Payoffs for dealers").does_not_say("My card is lost or stolen");
    })
    .await;
}

#[tokio::test]
async fn a_search_shows_the_desk_and_whether_it_is_open_beside_the_articles() {
    with_help(FRIDAY, async |house: House| {
        let page = house.ask("/help/search?q=payoff").await;
        page.says("Customer payoffs")
            .says("Open, closes at 11 PM Eastern Time")
            .says("(888) 925-2559")
            .says("Pay off your vehicle loan early");
        assert!(page.body.contains("<mark>payoff</mark>"), "the words asked for are marked");
        assert!(page.body.contains("noindex"), "results are not for search engines");
        house.ask("/help/search?q=disputar+un+cargo&lang=es").await.says("Disputar un cargo de su tarjeta");
    })
    .await;
    with_help(SUNDAY, async |house: House| {
        house.ask("/help/search?q=payoff").await.says("Closed, opens tomorrow");
    })
    .await;
}

#[tokio::test]
async fn slips_are_mended_and_nothing_found_leads_to_a_person() {
    with_help(FRIDAY, async |house: House| {
        let page = house.ask("/help/search?q=disptue+a+chrage").await;
        page.says("Did you mean").says("dispute a charge").links_to("/help/search?q=dispute+a+charge");
        page.says("Dispute a charge on your card");
        let nothing = house.ask("/help/search?q=xylophone+zebra").await;
        nothing.says("We found nothing").links_to("/contact");
        assert_eq!(house.ask("/help/search").await.status, StatusCode::OK);
        let hostile = house.ask("/help/search?q=%3Cscript%3Ealert(1)%3C/script%3E").await;
        assert!(!hostile.body.contains("<script>alert"), "{}", hostile.body);
    })
    .await;
}

#[tokio::test]
async fn what_fits_is_suggested_while_somebody_types() {
    with_help(FRIDAY, async |house: House| {
        let first = |body: &str| {
            let answer: serde_json::Value = serde_json::from_str(body).unwrap();
            (answer["options"][0]["href"].as_str().unwrap_or_default().to_owned(), answer["said"].to_string())
        };
        let (href, said) = first(&house.ask("/help/suggest?q=my+card+was+dec").await.body);
        assert!(href.ends_with("card-declined") || href.ends_with("why-cards-are-declined"), "{href}");
        assert!(said.contains("suggestions"), "{said}");
        let (href, _) = first(&house.ask("/help/suggest?q=no+reconozco+un+car&lang=es").await.body);
        assert_eq!(href, "/help/articles/charge-you-do-not-recognize");
        let (href, said) = first(&house.ask("/help/suggest?q=").await.body);
        assert!(href.is_empty() && said.contains("No suggestions"));
    })
    .await;
}

#[tokio::test]
async fn an_article_says_what_to_do_next_and_who_helps_now() {
    with_help(FRIDAY, async |house: House| {
        let page = house.ask("/help/articles/pay-off-your-loan").await;
        page.says("Pay off your vehicle loan early").says("Still need help?").says("(888) 925-2559");
        page.says("What next").links_to("/help/articles/payoff-amount-explained");
        page.links_to("/help/contact/customer-payoffs");
        assert!(page.body.contains("application/ld+json") && page.body.contains("hreflang=\"es\""));
        let spanish = house.ask("/help/articles/pay-off-your-loan?lang=es").await;
        spanish.says("Liquide su préstamo").says("¿Necesita más ayuda?");
        let untranslated = house.ask("/help/articles/gap-questions?lang=es").await;
        untranslated.says("todavía no está traducido").says("GAP is a contract about that gap");
        assert!(untranslated.body.contains("<article class=\"stack\" lang=\"en\">"), "{}", untranslated.body);
    })
    .await;
}

#[tokio::test]
async fn what_is_for_staff_is_not_there_for_customers() {
    with_help(FRIDAY, async |house: House| {
        for slug in ["verify-a-customer", "handling-customer-data", "reply-first-answer", "no-such-thing"] {
            assert_eq!(
                house.ask(&format!("/help/articles/{slug}")).await.status,
                StatusCode::NOT_FOUND,
                "{slug}"
            );
        }
        house.ask("/help/search?q=verify+who+you+speak+to").await.does_not_say("Verify who you speak to");
        let body = house.ask("/help/suggest?q=verify+who+you+spe").await.body;
        assert!(!body.contains("verify-a-customer"), "{body}");
    })
    .await;
}

/// Every way through every guide, in both languages.
#[tokio::test]
async fn every_way_through_every_guide_comes_to_an_end_without_a_script() {
    with_help(FRIDAY, async |house: House| {
        let languages = [language("en"), language("es")];
        let mut ends = 0;
        for file in texts().iter().filter(|file| file.path.starts_with("guides/")) {
            let slug = file.path.trim_start_matches("guides/").trim_end_matches(".toml");
            let guide = Guide::read(&file.text, &file.path, slug, &languages, &mut Vec::new()).unwrap();
            let mut ways = vec![Path::default()];
            while let Some(way) = ways.pop() {
                let standing = guide.walk(&way).unwrap();
                for language in &languages {
                    let page = house.ask(&format!("/help/guides/{slug}?way={way}&lang={language}")).await;
                    assert_eq!(page.status, StatusCode::OK, "{slug} {way}");
                    match standing.at {
                        At::Question(step) => page.says(step.question.get(language)),
                        At::End(end) => page.says(end.title.get(language)),
                    };
                }
                match standing.at {
                    At::Question(step) => ways.extend((1..=step.answers.len()).map(|answer| way.and(answer))),
                    At::End(_) => ends += 1,
                }
                assert!(guide.steps.iter().all(|step| {
                    step.answers.iter().all(|one| matches!(one.next, Next::Step(_) | Next::End(_)))
                }));
            }
        }
        assert!(ends > 40, "{ends} ends");
        let end = house.ask("/help/guides/cannot-pay?way=1-1").await;
        end.says("Ask for an extension")
            .says("Your answers")
            .says("No, it is due soon")
            .says("(888) 925-2559");
        end.links_to("/help/guides/cannot-pay?way=1");
        let lost = house.ask("/help/guides/cannot-pay?way=9").await;
        assert_eq!(lost.status, StatusCode::UNPROCESSABLE_ENTITY);
    })
    .await;
}

#[tokio::test]
async fn a_reader_says_whether_it_helped_and_is_counted_once() {
    with_help(FRIDAY, async |house: House| {
        let visit = [("cookie", "help-visit=0191f2a5-6f6e-7c3e-8b6a-6a1f1d5c2b11")];
        let address = "/help/articles/charged-twice";
        let referer = "http://localhost/help/search?q=charged+twice";
        house.ask_with("/help/search?q=charged+twice", &visit).await;
        house.ask_with(address, &[visit[0], ("referer", referer)]).await.says("Did this help?");
        for _ in 0..2 {
            let said = house.post(&format!("{address}/feedback"), "helped=no", &visit).await;
            assert_eq!(said.status, StatusCode::SEE_OTHER);
            assert_eq!(said.headers["location"], format!("{address}?said=no#feedback").as_str());
        }
        house.ask(&format!("{address}?said=no")).await.says("Below you see who can help you now.");
        house.ask_with("/help/contact/billing-discrepancy", &visit).await;
        let knowledge = house.knowledge.as_ref().unwrap();
        knowledge.settle_counts().await.unwrap();
        let english = language("en");
        let helped = knowledge.helpfulness(400, 5).await.unwrap();
        let one = helped.iter().find(|one| one.slug == "charged-twice").unwrap();
        assert_eq!((one.seen, one.helped, one.not_helped), (1, 0, 1));
        assert!(
            knowledge.to_write(&english, 400, 5).await.unwrap().is_empty(),
            "what one asked is shown to nobody"
        );
        let strange = house.post(&format!("{address}/feedback"), "helped=maybe", &visit).await;
        assert_eq!(strange.status, StatusCode::BAD_REQUEST);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_not_to_be_counted_gets_no_number() {
    with_help(FRIDAY, async |house: House| {
        let given = house.ask("/help/articles/charged-twice").await;
        let cookie = given.headers["set-cookie"].to_str().unwrap().to_owned();
        assert!(
            cookie.starts_with("help-visit=")
                && cookie.contains("HttpOnly")
                && cookie.contains("SameSite=Lax")
        );
        let none = house.ask_with("/help/articles/charged-twice", &[("sec-gpc", "1")]).await;
        assert!(!none.headers.contains_key("set-cookie"));
    })
    .await;
}
