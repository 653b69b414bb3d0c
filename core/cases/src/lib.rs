//! Matters that have to be resolved: the flow, the deadlines that law and institution set, the proof.

pub mod deadline;
pub mod flow;
