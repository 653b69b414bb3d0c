//! Messages written by hand, apart from the generated ones in `tests/masking`.

use super::*;

fn hidden(text: &str) -> String {
    mask(text).text.into_owned()
}

#[test]
fn cards_and_their_codes_are_hidden_however_they_are_written() {
    for (text, wanted) in [
        (
            "My visa is 4111-1111-1111-1111, expires 12/26, and the three digits on the back are 123.",
            "My visa is ••••-••••-••••-1111, expires 12/26, and the three digits on the back are •••.",
        ),
        ("4111111111111111|12|26|123", "••••••••••••1111|12|26|•••"),
        (
            "4111 1111 1111 1111 exp 12/2026 CVV2 123 zip 90210",
            "•••• •••• •••• 1111 exp 12/2026 CVV2 ••• zip 90210",
        ),
        ("card4111111111111111exp1226cvv123", "card••••••••••••1111exp1226cvv•••"),
        ("3782 822463 10005 1234", "•••• •••••• •0005 ••••"),
        (
            "Card number: 4111 1111 1111 1111\nExpiration: 12/26\nSecurity code: 123\nName: John",
            "Card number: •••• •••• •••• 1111\nExpiration: 12/26\nSecurity code: •••\nName: John",
        ),
        (
            "tarjeta 4111 1111 1111 1111 vence 12/26 cód. 123",
            "tarjeta •••• •••• •••• 1111 vence 12/26 cód. •••",
        ),
        ("my cvv 1 2 3", "my cvv • • •"),
        ("My account number is 4111 1111 1111 1111", "My account number is •••• •••• •••• 1111"),
        ("5555555555554444,4111111111111111", "••••••••••••4444,••••••••••••1111"),
        ("5555-5555-5555-4444-123", "••••-••••-••••-4444-•••"),
        ("Amex: 3714 496353 98431 CID 1234", "Amex: •••• •••••• •8431 CID ••••"),
        ("order 4111 1111 1111 1111", "order •••• •••• •••• 1111"),
        ("41 11 11 11 11 11 11 11 is my card", "•• •• •• •• •• •• 11 11 is my card"),
        ("4️⃣111 1111 1111 1111", "•\u{fe0f}\u{20e3}••• •••• •••• 1111"),
        ("٤١١١ ١١١١ ١١١١ ١١١١", "•••• •••• •••• 1111"),
        ("https://example.com/o/4539578763621486", "https://example.com/o/••••••••••••1486"),
    ] {
        assert_eq!(hidden(text), wanted);
    }
}

#[test]
fn social_security_and_bank_numbers_are_hidden_when_shape_or_words_tell_them() {
    for (text, wanted) in [
        ("078-05-1120.", "•••-••-••••."),
        ("social 078051120", "social •••••••••"),
        ("ssn:078-05-1120,dob:01/02/1990", "ssn:•••-••-••••,dob:01/02/1990"),
        ("My SS# is 078 05 1120", "My SS# is ••• •• ••••"),
        ("ssn 078-05-1120 / 219-09-9999", "ssn •••-••-•••• / •••-••-••••"),
        ("ITIN 912-70-1234", "ITIN •••-••-••••"),
        ("021000021 123456789", "021000021 •••••6789"),
        ("acct: 000123456789 aba: 021000021", "acct: ••••••••6789 aba: 021000021"),
        ("Please wire to 021000021 / 9876543210 by 5pm", "Please wire to 021000021 / ••••••3210 by 5pm"),
        ("Account 1234-567890-1", "Account ••••-•••890-1"),
        ("IBAN ES91 2100 0418 4502 0005 1332", "IBAN ES•• •••• •••• •••• •••• 1332"),
        ("DE89370400440532013000", "DE••••••••••••••••3000"),
    ] {
        assert_eq!(hidden(text), wanted);
    }
}

#[test]
fn other_numbers_stay_as_they_are() {
    for text in [
        "I need a refund of 4111 dollars for order 1111",
        "security code for my app is 482913",
        "your PIN was reset 3 times",
        "My code is 1234",
        "verification code 1234",
        "last four of my social 1120",
        "Loan 123456789 at 078 051120",
        "routing number 021000021",
        "order 021000021 qty 123456",
        "my checking ending 1234",
        "account opened 20240105",
        "account number 555-123-4567",
        "UPS 1Z999AA10123456784",
        "fedex 7489 1234 5678 9012 3456",
        "order 4539578763621486",
        "guid 45395787-6362-1486-8000-123456789012",
        "phone 650-555-0123 or 415-555-0199",
        "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
        "meeting 2026-11-20 10:30-11:30 room 204",
        "call 1-800-555-4444 ext 123 for cvv questions",
        "I never gave my CVV to anyone, but 250 was charged",
        "my cvv is on the back, I paid 450 for it",
        "mi código postal es 12345",
        "123-45-6789-1",
        "My number is 4111 1111 1111 1112",
    ] {
        assert_eq!(hidden(text), text);
        assert!(matches!(mask(text).text, Cow::Borrowed(_)), "an untouched text is not copied");
    }
}

#[test]
fn a_finding_says_what_and_where_and_only_what_is_still_shown() {
    let masked = mask("tarjeta 4111 1111 1111 1111, cvv 123");
    let card = Finding { kind: Kind::Card, range: 8..27, last_four: Some("1111".into()) };
    let code = Finding { kind: Kind::CardCode, range: 33..36, last_four: None };
    assert_eq!(masked.findings, [card, code]);
}

#[test]
fn when_it_may_be_a_long_card_or_a_card_and_its_code_nothing_is_shown() {
    // Both the first sixteen digits and all nineteen check themselves.
    assert_eq!(hidden("4665 0769 0067 5511 006"), "•••• •••• •••• •••• •••");
}

mod split_over_messages {
    use super::*;

    /// The previous messages as they are after it, and the new one.
    fn sent(previous: &[&str], new: &str) -> (Vec<String>, String) {
        let continued = mask_continued(previous, new);
        let mut texts: Vec<_> = previous.iter().map(ToString::to_string).collect();
        for again in continued.earlier {
            texts[again.index] = again.text;
        }
        (texts, continued.new.text.into_owned())
    }

    #[test]
    fn a_card_in_two_or_more_messages_is_hidden_in_all_of_them() {
        for (previous, new, wanted) in [
            (vec!["my card is 4111 1111"], "1111 1111", vec!["my card is •••• ••••", "•••• 1111"]),
            (vec!["41111111"], "11111111", vec!["••••••••", "••••1111"]),
            (vec!["4111", "1111", "1111"], "1111", vec!["••••", "••••", "••••", "1111"]),
            (vec!["411111111111"], "1111 is the rest", vec!["••••••••••••", "1111 is the rest"]),
            (
                vec!["hi", "first half is 41111"],
                "and then 11111111111",
                vec!["hi", "first half is •••••", "and then •••••••1111"],
            ),
            (vec!["Son 4111 1111"], "y luego 1111 1111", vec!["Son •••• ••••", "y luego •••• 1111"]),
            (vec!["3782 822463"], "10005, cvv 1234", vec!["•••• ••••••", "•0005, cvv ••••"]),
        ] {
            let (mut texts, last) = sent(&previous, new);
            texts.push(last);
            assert_eq!(texts, wanted);
        }
    }

    #[test]
    fn a_code_that_follows_a_hidden_card_or_its_name_is_hidden() {
        assert_eq!(sent(&["•••• •••• •••• 1111"], "123").1, "•••");
        assert_eq!(sent(&["•••• •••• •••• 1111", "12/27"], "123").1, "•••");
        assert_eq!(sent(&["the cvv is"], "123").1, "•••");
        assert_eq!(sent(&["078-05"], "1120"), (vec!["•••-••".to_owned()], "••••".to_owned()));
        assert_eq!(sent(&["mi seguro social es"], "078051120").1, "•••••••••");
    }

    #[test]
    fn messages_that_only_happen_to_follow_one_another_are_left_alone() {
        for (previous, new) in [
            (vec!["my order is 41111111"], "call 11111111 please"),
            (vec!["I paid 41111111 pesos"], "11111111"),
            (vec!["call me at 212-555-0123"], "or 415-555-0199"),
            (vec!["It costs $4111"], "1111 1111 1112"),
            (vec!["4111 1111"], "How are you?"),
            (vec!["Hello"], "123"),
        ] {
            let (texts, last) = sent(&previous, new);
            assert_eq!(texts, previous);
            assert_eq!(last, new);
        }
    }

    #[test]
    fn what_earlier_messages_say_never_brings_a_number_back() {
        // By itself it is hidden; as the answer to "order number" it would not be.
        assert_eq!(sent(&["my order number is"], "4111111111111111").1, "••••••••••••1111");
        let long = format!("{}4111 1111", "é ".repeat(400));
        let (texts, last) = sent(&[&long], "1111 1111");
        assert!(texts[0].ends_with("é •••• ••••") && texts[0].starts_with("é é é"));
        assert_eq!(last, "•••• 1111");
    }
}

mod never {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn fails_on_any_text_and_touches_nothing_but_digits(text in "\\PC{0,80}", more in "[0-9 .,:/•-]{0,60}") {
            let text = format!("{text}{more}");
            let masked = mask(&text).text.into_owned();
            let rest = |text: &str| text.chars().filter(|c| *c != '•' && digits::value(*c).is_none()).collect::<String>();
            prop_assert_eq!(rest(&masked), rest(&text));
            prop_assert_eq!(masked.chars().count(), text.chars().count());
        }

        #[test]
        fn fails_on_any_pair_of_messages(first in "[0-9 a-z•é-]{0,60}", second in "[0-9 a-z•é-]{0,60}") {
            let continued = mask_continued(&[&first], &second);
            prop_assert_eq!(continued.new.text.chars().count(), second.chars().count());
        }
    }
}
