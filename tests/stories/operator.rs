//! What the person who runs the centre relies on.

use serde_json::Value;

use crate::centre::Centre;

async fn editions(centre: &Centre) -> Value {
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    let address = format!("{}/api/v1/directory/editions", centre.address);
    let answer = client.get(address).send().await.expect("an answer").error_for_status().expect("a good one");
    serde_json::from_slice(&answer.bytes().await.expect("a body")).expect("JSON")
}

#[tokio::test]
async fn a_second_start_keeps_everything() {
    let folder = tempfile::tempdir().expect("a folder");
    let centre = Centre::start(&folder).await;
    let first = editions(&centre).await;
    centre.stop().await;

    let centre = Centre::start(&folder).await;
    assert_eq!(editions(&centre).await, first);
    assert_ne!(first, Value::Null);
    centre.stop().await;
}
