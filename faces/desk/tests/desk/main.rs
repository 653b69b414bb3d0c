//! The desk in its shell, asked as a browser asks, over a fresh centre.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod audit;
mod browser;
// The same device that staff itself is tested with.
#[path = "../../../../trust/staff/tests/staff/house/device.rs"]
mod device;
mod house;
mod passkeys;
// And the same providers, which can do more than is asked of them here.
#[allow(dead_code)]
#[path = "../../../../trust/staff/tests/staff/provider/pretend.rs"]
mod pretend;
#[allow(dead_code)]
#[path = "../../../../trust/staff/tests/staff/provider/process.rs"]
mod process;
mod profile;
mod programs;
mod provider;
mod routes;
// The same morning that `cargo run -p desk --example show` shows.
#[allow(dead_code)]
#[path = "../../examples/show/scene.rs"]
mod scene;
mod sign_in;
mod staff;
mod workspace;
