//! Passkeys, with a device by somebody else's implementation.

use jiff::SignedDuration;
use serde_json::{Value, json};
use staff::{Actor, Method, SignedIn, Step};

use crate::house::{Device, House, ORIGIN, in_a_house, in_a_house_with, refused, secret, visit};

async fn sign_in(house: &House, device: &mut Device) -> kernel::Result<SignedIn> {
    let (ticket, options) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await?;
    let response = device.get(ORIGIN, &options).await.unwrap();
    house.staff.finish_passkey_sign_in(ticket.expose(), &response, &visit("192.0.2.1")).await
}

#[tokio::test]
async fn a_passkey_signs_its_owner_in_without_a_name() {
    in_a_house(async |house| {
        let (mut device, first) = house.with_passkey("ana", "administrator").await;
        assert_eq!(first.caller.method, Method::Passkey);
        let signed_in = sign_in(house, &mut device).await.unwrap();
        assert_eq!(signed_in.caller.member, first.caller.member);
        assert!(house.caller(&signed_in).await.is_some());
        let passkeys = house.staff.factors(first.caller.member).await.unwrap().passkeys;
        assert_eq!(passkeys[0].label.expose(), "Laptop");
        assert!(passkeys[0].used_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn the_options_ask_for_a_key_that_the_device_finds_by_itself_and_for_a_finger() {
    in_a_house(async |house| {
        let member = house.member("ana", "administrator").await;
        let caller = house.by_link(member).await.caller;
        let (_, create) = house.staff.start_passkey(&caller).await.unwrap();
        let selection = &create["publicKey"]["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(create["publicKey"]["rp"], json!({ "id": "desk.example.com", "name": "Lender Bank" }));
        let (_, get) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        assert_eq!(get["publicKey"]["userVerification"], "required");
        assert_eq!(get["publicKey"]["allowCredentials"], json!([]));
        assert_eq!(get.get("mediation"), None);
    })
    .await;
}

#[tokio::test]
async fn an_answer_works_once_and_only_for_its_own_question() {
    in_a_house(async |house| {
        let (mut device, _) = house.with_passkey("ana", "administrator").await;
        let from = visit("192.0.2.1");
        let (ticket, options) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        let (other, _) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        let response = device.get(ORIGIN, &options).await.unwrap();
        let elsewhere = house.staff.finish_passkey_sign_in(other.expose(), &response, &from).await;
        assert_eq!(refused(elsewhere), "staff.passkey_rejected");
        house.staff.finish_passkey_sign_in(ticket.expose(), &response, &from).await.unwrap();
        let replayed = house.staff.finish_passkey_sign_in(ticket.expose(), &response, &from).await;
        assert_eq!(refused(replayed), "staff.took_too_long");
        let (late, options) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        let response = device.get(ORIGIN, &options).await.unwrap();
        house.pass(SignedDuration::from_mins(10));
        let late = house.staff.finish_passkey_sign_in(late.expose(), &response, &from).await;
        assert_eq!(refused(late), "staff.took_too_long");
    })
    .await;
}

#[tokio::test]
async fn a_phishing_page_gets_nothing_that_works_here() {
    in_a_house(async |house| {
        let (mut device, _) = house.with_passkey("ana", "administrator").await;
        let (ticket, mut options) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        assert!(device.get("https://desk.example.net", &options).await.is_err(), "the browser refuses");
        // A browser on another page of the same domain would answer, and is told so.
        options["publicKey"]["rpId"] = "desk.example.com".into();
        let response = device.get("https://evil.desk.example.com", &options).await.unwrap();
        let told = house.staff.finish_passkey_sign_in(ticket.expose(), &response, &visit("192.0.2.1")).await;
        assert_eq!(refused(told), "staff.passkey_rejected");
        assert_eq!(house.last_audited(1).await, ["staff.sign_in refused"]);
    })
    .await;
}

#[tokio::test]
async fn a_touch_without_a_finger_or_pin_is_not_enough() {
    in_a_house(async |house| {
        let (mut device, _) = house.with_passkey("ana", "administrator").await;
        device.is_verified = false;
        let (ticket, mut options) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        // An attacker's browser asks the device for less than the server did.
        options["publicKey"]["userVerification"] = "discouraged".into();
        let response = device.get(ORIGIN, &options).await.unwrap();
        let told = house.staff.finish_passkey_sign_in(ticket.expose(), &response, &visit("192.0.2.1")).await;
        assert_eq!(refused(told), "staff.passkey_rejected");
    })
    .await;
}

#[tokio::test]
async fn a_copied_key_is_noticed_by_its_counter() {
    in_a_house(async |house| {
        let (mut device, _) = house.with_passkey("ana", "administrator").await;
        let mut copy = device.clone();
        sign_in(house, &mut device).await.unwrap();
        assert_eq!(refused(sign_in(house, &mut copy).await), "staff.passkey_rejected");
        sign_in(house, &mut device).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_answer_in_somebody_elses_name_is_rejected() {
    in_a_house(async |house| {
        let (mut device, _) = house.with_passkey("ana", "administrator").await;
        let (_, eva) = house.with_passkey("eva", "administrator").await;
        let (ticket, options) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        let mut response = device.get(ORIGIN, &options).await.unwrap();
        let handle = staff_handle(&eva);
        assert!(response["response"]["userHandle"].is_string());
        response["response"]["userHandle"] = handle;
        let told = house.staff.finish_passkey_sign_in(ticket.expose(), &response, &visit("192.0.2.1")).await;
        assert_eq!(refused(told), "staff.passkey_rejected");
    })
    .await;
}

fn staff_handle(signed_in: &SignedIn) -> Value {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(signed_in.caller.member.uuid().as_bytes()).into()
}

#[tokio::test]
async fn nonsense_from_a_browser_is_refused() {
    in_a_house(async |house| {
        let member = house.member("ana", "administrator").await;
        let caller = house.by_link(member).await.caller;
        let (create, _) = house.staff.start_passkey(&caller).await.unwrap();
        let (get, _) = house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await.unwrap();
        for nonsense in
            [Value::Null, json!({}), json!([1]), json!({ "id": "x", "rawId": "!", "response": {} })]
        {
            let added = house.staff.finish_passkey(&caller, create.expose(), &secret("X"), &nonsense).await;
            assert_eq!(refused(added), "staff.passkey_rejected");
            let signed_in =
                house.staff.finish_passkey_sign_in(get.expose(), &nonsense, &visit("192.0.2.1")).await;
            assert_eq!(refused(signed_in), "staff.passkey_rejected");
        }
    })
    .await;
}

#[tokio::test]
async fn a_set_up_belongs_to_whoever_began_it() {
    in_a_house(async |house| {
        let (ana, eva) =
            (house.member("ana", "administrator").await, house.member("eva", "administrator").await);
        let (hers, others) = (house.by_link(ana).await.caller, house.by_link(eva).await.caller);
        let (ticket, options) = house.staff.start_passkey(&hers).await.unwrap();
        let response = Device::new().create(ORIGIN, &options).await.unwrap();
        let stolen = house.staff.finish_passkey(&others, ticket.expose(), &secret("X"), &response).await;
        assert_eq!(refused(stolen), "staff.took_too_long");
        let unnamed = house.staff.finish_passkey(&hers, ticket.expose(), &secret(" "), &response).await;
        assert_eq!(refused(unnamed), "staff.label_malformed");
    })
    .await;
}

#[tokio::test]
async fn several_passkeys_are_named_renamed_and_removed() {
    in_a_house(async |house| {
        let (mut laptop, first) = house.with_passkey("ana", "administrator").await;
        let caller = first.caller;
        let mut phone = Device::new();
        house.pass(SignedDuration::from_secs(1));
        let (ticket, options) = house.staff.start_passkey(&caller).await.unwrap();
        assert_eq!(options["publicKey"]["excludeCredentials"].as_array().unwrap().len(), 1);
        let response = phone.create(ORIGIN, &options).await.unwrap();
        let added =
            house.staff.finish_passkey(&caller, ticket.expose(), &secret("Phone"), &response).await.unwrap();
        assert!(added.signed_in.is_none(), "a full session stays what it is");
        house.staff.rename_passkey(&caller, added.id, &secret("New phone")).await.unwrap();
        let on_phone = sign_in(house, &mut phone).await.unwrap();
        let passkeys = house.staff.factors(caller.member).await.unwrap().passkeys;
        let labels: Vec<_> = passkeys.iter().map(|one| one.label.expose().as_str()).collect();
        assert_eq!(labels, ["Laptop", "New phone"]);
        house.staff.remove_passkey(&caller, added.id).await.unwrap();
        assert!(house.caller(&on_phone).await.is_none(), "a lost phone's session ends with its key");
        assert_eq!(refused(sign_in(house, &mut phone).await), "staff.passkey_rejected");
        sign_in(house, &mut laptop).await.unwrap();
        let last = house.staff.remove_passkey(&caller, passkeys[0].id).await;
        assert_eq!(refused(last), "staff.last_way_in");
        let gone = house.staff.rename_passkey(&caller, added.id, &secret("X")).await;
        assert!(matches!(gone, Err(kernel::Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_suspended_members_passkey_opens_nothing() {
    in_a_house(async |house| {
        house.member("eva", "administrator").await;
        let (mut device, first) = house.with_passkey("ana", "representative").await;
        let member = house.staff.member(first.caller.member).await.unwrap();
        house.staff.change(member.id, member.version, Step::Suspend, &Actor::CommandLine).await.unwrap();
        assert_eq!(refused(sign_in(house, &mut device).await), "staff.passkey_rejected");
    })
    .await;
}

#[tokio::test]
async fn guessing_at_passwords_does_not_stop_passkeys() {
    in_a_house(async |house| {
        let (mut device, _) = house.with_passkey("ana", "administrator").await;
        for _ in 0..110 {
            let _ =
                house.staff.check_password("ana@example.com", &secret("wrong"), &visit("192.0.2.1")).await;
        }
        sign_in(house, &mut device).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_desk_without_a_name_says_that_it_needs_one() {
    in_a_house_with(
        |settings| settings.origin = "http://127.0.0.1:8080".parse().unwrap(),
        async |house| {
            assert_eq!(
                refused(house.staff.start_passkey_sign_in(&visit("192.0.2.1")).await),
                "staff.passkeys_need_a_name"
            );
        },
    )
    .await;
}

#[tokio::test]
async fn one_address_cannot_take_all_the_places_of_those_who_begin() {
    testkit::on_sqlite(async |store| {
        let house = House::open(store, |_| ()).await;
        let begin = async |address: &str, times: usize| {
            let mut all = tokio::task::JoinSet::new();
            for _ in 0..times {
                let (staff, from) = (house.staff.clone(), visit(address));
                all.spawn(async move { staff.start_passkey_sign_in(&from).await });
            }
            all.join_all().await.into_iter().flatten().count()
        };
        assert_eq!(begin("192.0.2.1", 1_010).await, 1_001, "one past the free ones begins the wait");
        assert_eq!(begin("192.0.2.2", 1).await, 1, "others are not held up");
        house.pass(SignedDuration::from_mins(1));
        assert_eq!(begin("192.0.2.1", 1).await, 1, "the wait is short");
        house.store.close().await.unwrap();
    })
    .await;
}
