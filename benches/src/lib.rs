//! Measurements. Each is in `benches/benches/`; what they found is in `docs/benchmarks.md`.

pub mod load;
pub mod program;
