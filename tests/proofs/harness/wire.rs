//! A wire between the service and PostgreSQL that can be made slow, so that what the database says arrives late, and that
//! can go dark: connections stand, and no byte moves on them.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What a turn ends with.
const COMMIT: &[u8] = b"COMMIT";
/// What the service's pulse calls itself.
const PULSE: &[u8] = b"yangpin pulse";

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// The wire; it goes with the proof.
#[derive(Debug)]
pub struct Wire {
    /// The database's URL at the near end.
    pub url: String,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    delay_ms: AtomicU64,
    light: watch::Sender<Light>,
    /// Connections so far.
    born: AtomicUsize,
    /// Those of them that are a pulse.
    pulses: Mutex<BTreeSet<usize>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Light {
    is_dark: bool,
    /// Goes dark with the next commit, which still goes through; its answer does not.
    ends_at_commit: bool,
    /// Connections born before this one stay dark for good, as with a balancer that has forgotten them.
    forgotten: usize,
    /// But not the pulse's.
    spares_pulse: bool,
}

// Bench, proofs and tests each use some of it.
#[allow(dead_code, reason = "each of those that share this file uses some of it")]
impl Wire {
    /// Lays a wire to the server of this URL.
    pub async fn to(url: &str) -> Self {
        let (head, rest) = url.split_once('@').expect("a URL with a user");
        let (place, name) = rest.split_once('/').expect("a URL with a database");
        let far: SocketAddr = place.replace("localhost", "127.0.0.1").parse().expect("a server at an address");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let near = listener.local_addr().expect("a bound socket has an address");
        let shared = Arc::new(Shared {
            delay_ms: AtomicU64::new(0),
            light: watch::Sender::default(),
            born: AtomicUsize::new(0),
            pulses: Mutex::default(),
        });
        let carried = Arc::clone(&shared);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, far, Arc::clone(&carried)));
            }
        });
        Self {
            url: format!("{head}@{near}/{name}"),
            shared,
        }
    }

    /// From now on what the database says comes so late.
    pub fn delay(&self, delay: Duration) {
        let delay_ms = u64::try_from(delay.as_millis()).unwrap_or(u64::MAX);
        self.shared.delay_ms.store(delay_ms, Ordering::SeqCst);
    }

    /// From now on no byte moves, and nothing says so.
    pub fn darken(&self) {
        self.shared.light.send_modify(|light| light.is_dark = true);
    }

    /// The same as soon as a commit is on its way.
    pub fn darken_at_commit(&self) {
        self.shared.light.send_modify(|light| light.ends_at_commit = true);
    }

    /// Bytes move again; on connections of before, only if they are remembered.
    pub fn lighten(&self, remembers: bool) {
        let born = self.shared.born.load(Ordering::SeqCst);
        self.shared.light.send_modify(|light| {
            light.is_dark = false;
            light.forgotten = if remembers { light.forgotten } else { born };
            light.spares_pulse &= remembers;
        });
    }

    /// Connections of before are forgotten, all but the pulse's, if they are not encrypted; others are as they should be.
    pub fn forget_all_but_the_pulse(&self) {
        let born = self.shared.born.load(Ordering::SeqCst);
        self.shared
            .light
            .send_modify(|light| (light.forgotten, light.spares_pulse) = (born, true));
    }
}

impl Shared {
    fn passes(&self, light: &Light, number: usize) -> bool {
        let is_spared = || light.spares_pulse && self.pulses.lock().expect("no panic").contains(&number);
        !light.is_dark && (light.forgotten <= number || is_spared())
    }

    /// Waits until bytes of this connection may move.
    async fn is_light(&self, number: usize) {
        let mut light = self.light.subscribe();
        let _ = light.wait_for(|light| self.passes(light, number)).await;
    }

    /// Takes note of what the service says.
    fn heed(&self, number: usize, bytes: &[u8]) {
        if contains(bytes, PULSE) {
            self.pulses.lock().expect("no panic").insert(number);
        }
        let ends = self.light.borrow().ends_at_commit && contains(bytes, COMMIT);
        if ends {
            self.light.send_modify(|light| {
                light.is_dark = true;
                light.ends_at_commit = false;
            });
        }
    }
}

async fn carry(near: TcpStream, far: SocketAddr, shared: Arc<Shared>) {
    let number = shared.born.fetch_add(1, Ordering::SeqCst);
    shared.is_light(number).await;
    let Ok(far) = TcpStream::connect(far).await else { return };
    for stream in [&near, &far] {
        let _ = stream.set_nodelay(true);
    }
    let (from_near, to_near) = near.into_split();
    let (from_far, to_far) = far.into_split();
    let there = tokio::spawn(ask(from_near, to_far, number, Arc::clone(&shared)));
    answer(from_far, to_near, number, &shared).await;
    there.abort();
}

/// Carries what the service says.
async fn ask(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, number: usize, shared: Arc<Shared>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer).await {
        // A goodbye does not get through the dark either.
        shared.is_light(number).await;
        shared.heed(number, &buffer[..read]);
        if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
}

/// Carries what the database says.
async fn answer(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, number: usize, shared: &Shared) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer).await {
        let delay = shared.delay_ms.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        shared.is_light(number).await;
        if read == 0 || to.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
}
