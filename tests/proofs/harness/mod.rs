//! What all proofs stand on: the client, the child processes, a small world, and how figures are printed.

pub mod client;
pub mod cluster;
pub mod load;
pub mod look;
pub mod postgres;
pub mod server;
pub mod wire;
pub mod world;

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use std::fmt::Display;
use std::path::{Path, PathBuf};

/// A key for one request.
pub fn fresh_key() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// So many, or the share of it that was asked for; never none.
pub fn count(whole: usize) -> usize {
    let percent = std::env::var("YANGPIN_PROOF_PERCENT").map_or(100, |text| text.parse().expect("YANGPIN_PROOF_PERCENT is a number"));
    (whole * percent).div_ceil(100).max(1)
}

/// Dice that fall the same way each time; `salt` tells the throwers apart.
pub fn dice(salt: u64) -> StdRng {
    let seed: u64 = std::env::var("YANGPIN_PROOF_SEED").map_or(20_261_123, |text| text.parse().expect("YANGPIN_PROOF_SEED is a number"));
    StdRng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(salt))
}

/// Begins a proof's figures.
pub fn title(text: &str) {
    println!("\n== {text}");
}

/// One figure.
pub fn figure(name: &str, value: impl Display) {
    println!("   {name:<52} {value}");
}

/// A folder of a proof's own; removed when dropped, unless the proof failed.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(purpose: &str) -> Self {
        let path = std::env::temp_dir().join(format!("yangpin-proof-{purpose}-{}", std::process::id()));
        // What an earlier run with the same number left.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("the system's temp folder can be written");
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("   left for a look: {}", self.0.display());
        } else {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}
