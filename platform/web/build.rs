//! A new or removed asset must rebuild the crate; the embedding macro alone sees only changed ones.

fn main() {
    // Cargo's build-script protocol is spoken on standard output.
    #[allow(clippy::print_stdout)]
    {
        println!("cargo::rerun-if-changed=assets");
        println!("cargo::rerun-if-changed=templates");
    }
}
