//! The whole directory on one page, each unit, and what is saved to a phone's contacts.

use http::StatusCode;

use crate::house::{FRIDAY, at, example};

#[tokio::test]
async fn every_number_address_option_and_hour_is_on_the_page() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact/directory").await;
        assert_eq!(page.status, StatusCode::OK);
        for number in [
            "8557202559",
            "8552232559",
            "8556899434",
            "8006973337",
            "8002575023",
            "8006759387",
            "8007421722",
            "8003434541",
            "8773578477",
            "8008738528",
            "8889192559",
            "8889252559",
            "8772735572",
            "8007294622",
        ] {
            page.links_to(&format!("tel:+1{number}"));
        }
        page.links_to("mailto:CPCHelds@ally.com");
        for words in [
            "Press 3 Customer Interview",
            "Press 4 Retail Held Offerings",
            "Press 5 Lease Held Offerings",
            "Press 6 Commercial Transactions",
            "Press 7 Ally Plus",
            "(877) 357-8477 then press 6",
            "Funding Ancillary Documents (DDS) (877) 709-6084",
            "RouteOne eContract Document (866) 509-8454",
            "Suite 2070 4054 Willow Lake Blvd Memphis, TN 38153",
            "Suite 2070 4054 Willow Lake Blvd Memphis, TN 38118",
            "arrive before 4:30 AM CST",
            "By US Postal Service and all other couriers",
            "P.O. Box 9001951 Louisville, KY 40290-1951",
            "Hours of CSG Eastern Time Monday to Friday 8 AM – 6 PM",
            "Your local time Monday to Friday 8 AM – 5 PM",
            "Monday to Friday 8 AM – 11 PM Saturday 8 AM – 10 PM",
            "Monday to Friday 9:30 AM – 6:30 PM Saturday 9 AM – 6 PM Sunday closed",
            "usually 24 to 48 hours",
            "Hours on public holidays are not confirmed.",
            "In effect since August 28, 2023.",
        ] {
            page.says(words);
        }
    })
    .await;
}

#[tokio::test]
async fn every_unit_and_every_matter_is_there_in_both_languages() {
    at(FRIDAY, async |house| {
        let directory = example();
        for tag in ["en", "es"] {
            let (page, language) =
                (house.ask(&format!("/contact/directory?lang={tag}")).await, tag.parse().unwrap());
            for unit in &directory.units {
                page.says(unit.name.get(&language));
            }
            for topic in &directory.topics {
                page.links_to(&format!("/contact?topic={}", topic.id));
            }
            assert!(!page.text().contains(']'), "no text is missing");
        }
    })
    .await;
}

#[tokio::test]
async fn hours_stand_in_the_desks_time_and_in_the_visitors() {
    at(FRIDAY, async |house| {
        let page = house.ask_from("America%2FLos_Angeles", "/contact/smartcash-cpc").await;
        page.says("Eastern Time Monday to Friday 8 AM – 5 PM Saturday and Sunday closed")
            .says("Your time Monday to Friday 5 AM – 2 PM");
        let far = house.ask_from("Australia%2FSydney", "/contact/smartcash-cpc").await;
        far.says("Your time Monday to Friday 10 PM – 7 AM Saturday and Sunday closed");
    })
    .await;
}

#[tokio::test]
async fn a_unit_has_a_page_and_an_unknown_one_does_not() {
    at(FRIDAY, async |house| {
        let page = house.ask("/contact/customer-service-center").await;
        page.says("Customer Service Center (CSC)").links_to("/contact/customer-service-center.vcf");
        for address in ["/contact/nobody", "/contact/nobody.vcf", "/contact/.vcf", "/contact/a%2Fb"] {
            assert_eq!(house.ask(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_unit_is_saved_to_contacts_with_all_it_has() {
    at(FRIDAY, async |house| {
        let card = house.ask("/contact/cpc.vcf").await;
        assert_eq!(card.headers["content-type"], "text/vcard; charset=utf-8");
        assert_eq!(card.headers["content-disposition"], "attachment; filename=\"cpc.vcf\"");
        let text = card.body.replace("\r\n ", "");
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!((lines[0], lines[1]), ("BEGIN:VCARD", "VERSION:3.0"));
        assert_eq!(&lines[lines.len() - 2..], ["END:VCARD", ""]);
        for line in [
            "ORG:Ally;Contract Processing Center",
            "TEL;TYPE=WORK,VOICE:+18557202559",
            "TEL;TYPE=WORK,FAX:+18777096084",
            "EMAIL;TYPE=INTERNET,WORK:CPCHelds@ally.com",
            "ADR;TYPE=WORK:;;Ally\\, Suite 2070\\, 4054 Willow Lake Blvd;Memphis;TN;38153;",
        ] {
            assert!(lines.contains(&line), "{line} is not in {text}");
        }
        assert_eq!(
            text.matches("+18557202559").count(),
            1,
            "a number stands once, however many options it has"
        );
        let note = lines.iter().find(|line| line.starts_with("NOTE:")).unwrap();
        assert!(note.contains("(855) 720-2559 Press 3: Customer Interview"), "{note}");
        assert!(note.contains("Monday to Friday: 8 AM – 8 PM (Eastern Time)"), "{note}");
    })
    .await;
}

#[tokio::test]
async fn saved_contacts_tell_which_number_is_whose() {
    at(FRIDAY, async |house| {
        let note = async |unit: &str| {
            let card = house.ask(&format!("/contact/{unit}.vcf")).await.body.replace("\r\n ", "");
            card.lines().find(|line| line.starts_with("NOTE:")).unwrap().to_owned()
        };
        let regions = note("regional-business-centers").await;
        for said in [
            "(800) 697-3337: Central\\nMonday to Friday: 9 AM – 5 PM (Central Time)",
            "(800) 742-1722: Southeast\\nMonday to Friday: 8:30 AM – 5 PM (Eastern Time)",
        ] {
            assert!(regions.replace('\u{202f}', " ").contains(said), "{said} is not in {regions}");
        }
        let rewards = note("dealer-products-services").await;
        assert!(rewards.contains("(800) 873-8528: F&I Rewards"), "{rewards}");
        let options = note("cpc").await;
        assert_eq!(options.matches("Monday to Friday").count(), 1, "shared hours stand once: {options}");
    })
    .await;
}
