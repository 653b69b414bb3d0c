//! Where papers go, by which courier.

use http::StatusCode;

use crate::house::{FRIDAY, at};

#[tokio::test]
async fn each_courier_gets_its_own_address() {
    at(FRIDAY, async |house| {
        let fedex = house.ask("/contact/ship?document=retail-contract&courier=fedex").await;
        fedex.says("Memphis, TN 38153").says("arrive before 4:30 AM CST").does_not_say("38118");
        for courier in ["usps", "another", "DHL", "my+cousin"] {
            let page = house.ask(&format!("/contact/ship?document=retail-contract&courier={courier}")).await;
            page.says("Memphis, TN 38118").does_not_say("38153").does_not_say("Louisville");
        }
        let chosen = house.ask("/contact/ship?courier=fedex").await;
        assert!(chosen.body.contains("<option value=\"fedex\" selected>"));
    })
    .await;
}

#[tokio::test]
async fn a_payment_goes_to_the_payment_address_and_its_courier_is_not_stated() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact/ship?document=payment&courier=usps").await;
        page.says("P.O. Box 9001951 Louisville, KY 40290-1951")
            .says("does not say which couriers deliver here")
            .does_not_say("Memphis");
    })
    .await;
}

#[tokio::test]
async fn without_a_choice_every_address_is_shown_with_what_it_takes() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact/ship").await;
        for words in
            ["38153", "38118", "40290-1951", "For: Retail contracts, Lease contracts", "For: Payments"]
        {
            page.says(words);
        }
        let one = house.ask("/contact/ship?document=payment").await;
        one.says("40290-1951").does_not_say("38153");
    })
    .await;
}

#[tokio::test]
async fn papers_that_the_directory_does_not_know_are_refused_rather_than_lost() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact/ship?document=love-letter&courier=usps").await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        page.says("“love-letter”");
    })
    .await;
}
