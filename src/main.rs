//! Yangpin.
fn main() {}
