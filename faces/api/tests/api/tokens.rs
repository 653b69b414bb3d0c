//! Which program comes in, and how far.

use axum::body::Body;
use http::{Request, StatusCode, header};
use jiff::SignedDuration;
use staff::{Actor, Permission};

use crate::house::{ask, at_both_houses};

#[tokio::test]
async fn without_a_good_token_there_is_nothing_but_what_everybody_may_see() {
    at_both_houses(async |house| {
        let program = house.any_program().await;
        let forged = format!("Bearer {}x", &program.token[..program.token.len() - 1]);
        for value in [None, Some("Bearer"), Some("Bearer swb_"), Some("Basic abc"), Some(forged.as_str())] {
            let mut request = Request::get("/api/v1/conversations");
            if let Some(value) = value {
                request = request.header(header::AUTHORIZATION, value);
            }
            let reply = ask(&house.app, request.body(Body::empty()).unwrap()).await;
            assert_eq!((reply.status, reply.code()), (StatusCode::UNAUTHORIZED, "api.token_needed"));
            assert_eq!(reply.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"switchboard\"");
        }
        assert_eq!(program.get("/conversations").await.status, StatusCode::OK);
        let directory = Request::get("/api/v1/directory/editions").body(Body::empty()).unwrap();
        assert_eq!(ask(&house.app, directory).await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn a_token_opens_only_what_its_scopes_say_and_only_while_it_lasts() {
    at_both_houses(async |house| {
        let program = house.program(&[Permission::CONVERSATION_READ], &[]).await;
        assert_eq!(program.get("/conversations").await.status, StatusCode::OK);
        let refused = program.get("/customers?q=ana").await;
        assert_eq!((refused.status, refused.code()), (StatusCode::FORBIDDEN, "api.scope_missing"));
        assert!(refused.text("detail").contains("customer.read"));

        let other = house.any_program().await;
        house.programs.staff.revoke_api_token(other.id, &Actor::CommandLine).await.unwrap();
        assert_eq!(other.get("/conversations").await.code(), "api.token_needed");
        house.clock.advance(SignedDuration::from_hours(24));
        assert_eq!(program.get("/conversations").await.code(), "api.token_needed");
    })
    .await;
}

#[tokio::test]
async fn the_description_says_which_scope_each_route_needs() {
    at_both_houses(async |house| {
        let request = Request::get("/api/v1/openapi.json").body(Body::empty()).unwrap();
        let document = ask(&house.app, request).await.body;
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        let paths = document["paths"].as_object().unwrap();
        let operations = paths.values().flat_map(|item| item.as_object().unwrap());
        let names: Vec<_> = operations.filter_map(|(_, one)| one["operationId"].as_str()).collect();
        let unique: std::collections::BTreeSet<_> = names.iter().collect();
        assert!(names.len() > 20 && unique.len() == names.len(), "programs are made from names: {names:?}");
        let scope = |path: &str, method: &str| paths[path][method]["security"][0]["token"][0].clone();
        assert_eq!(scope("/api/v1/conversations", "get"), "conversation.read");
        assert_eq!(scope("/api/v1/conversations", "post"), "conversation.reply");
        assert!(scope("/api/v1/directory", "get").is_null());
        let page = Request::get("/api").header("accept", "text/html").body(Body::empty()).unwrap();
        assert_eq!(ask(&house.app, page).await.status, StatusCode::OK);
    })
    .await;
}
