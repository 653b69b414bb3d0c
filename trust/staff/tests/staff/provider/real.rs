//! Against a provider's program, spoken to over the network.

use jiff::{SignedDuration, Timestamp};
use kernel::{Clock as _, SystemClock, TestClock};
use staff::Method;
use testkit::on_both_engines;

use super::process::{Provider, parameter};
use super::settings;
use crate::house::{House, refused, visit};

/// From the sign-in at a real provider to the session that ends when the person is removed there.
#[tokio::test]
async fn a_real_provider_lets_people_in_and_puts_them_out() {
    let provider = Provider::start().await;
    on_both_engines(async |store| {
        // The provider's tokens carry the real time.
        let now = Timestamp::from_second(SystemClock.now().as_second()).unwrap();
        let house = House::open_with(store, TestClock::at(now), |all| {
            all.provider = Some(settings(&provider.issuer));
        })
        .await;
        let from = visit("192.0.2.1");
        let ana = house.member("ana", "representative").await;
        provider.person("ana", &["leads"]).await;

        let (ticket, address) = house.staff.start_provider_sign_in(&visit("192.0.2.1")).await.unwrap();
        let back = provider.approve(&address, "ana").await;
        assert!(back.as_str().starts_with("https://desk.example.com/sign-in/return?"), "{back}");
        let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
        let finish = house.staff.finish_provider_sign_in(ticket.expose(), &state, &code, &from);
        let signed_in = finish.await.unwrap();
        assert_eq!((signed_in.caller.member, signed_in.caller.method), (ana, Method::Provider));
        assert_eq!(signed_in.caller.roles.to_string(), "supervisor");

        house.pass(SignedDuration::from_mins(5));
        assert_eq!(house.staff.check_provider_sessions().await.unwrap(), 1);
        assert!(house.caller(&signed_in).await.is_some());

        provider.remove("ana").await;
        house.pass(SignedDuration::from_mins(5));
        house.staff.check_provider_sessions().await.unwrap();
        assert!(house.caller(&signed_in).await.is_none());

        provider.person("stranger", &["it"]).await;
        let (ticket, address) = house.staff.start_provider_sign_in(&visit("192.0.2.1")).await.unwrap();
        let back = provider.approve(&address, "stranger").await;
        let (state, code) = (parameter(&back, "state"), parameter(&back, "code"));
        let finish = house.staff.finish_provider_sign_in(ticket.expose(), &state, &code, &from);
        assert_eq!(refused(finish.await), "staff.provider_unknown");
        house.store.close().await.unwrap();
    })
    .await;
}
