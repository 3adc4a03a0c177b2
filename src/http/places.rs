//! Places for connections: so many at a time, and whoever holds one without using it gives it up when others wait.
//!
//! There is no limit by address: an office, or a balancer in front, is one address for many. What counts is when a
//! connection moved its last byte. When no place is free, the one that has moved none for longest makes room, those
//! that wait for their client before those that wait for us. A few places more are kept for the paths under `/health`,
//! so that a balancer hears of a crowd instead of taking it for the end.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

/// How many connections there may be, and who may be asked to leave.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Places for every request.
    pub places: usize,
    /// Places beyond these, for `/health` alone.
    pub reserve: usize,
    /// A connection that waits for its client gives up its place when it has moved no byte for so long.
    pub settled: Duration,
    /// The same for one whose request is being worked on.
    pub settled_at_work: Duration,
}

/// How long ago some moment was, in milliseconds; a test says so itself.
#[derive(Clone)]
struct Ticks(Arc<dyn Fn() -> u64 + Send + Sync>);

impl fmt::Debug for Ticks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Ticks").field(&self.now_ms()).finish()
    }
}

impl Ticks {
    fn of_the_system() -> Self {
        let begun = Instant::now();
        Self(Arc::new(move || u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)))
    }

    fn now_ms(&self) -> u64 {
        (self.0)()
    }
}

/// When a connection last moved a byte, and what it waits for.
#[derive(Debug)]
pub struct Pulse {
    ticks: Ticks,
    moved_ms: AtomicU64,
    at_work: AtomicBool,
    blocked: AtomicBool,
    leave: Notify,
}

impl Pulse {
    fn new(ticks: Ticks) -> Self {
        Self {
            moved_ms: AtomicU64::new(ticks.now_ms()),
            at_work: AtomicBool::new(false),
            blocked: AtomicBool::new(false),
            leave: Notify::new(),
            ticks,
        }
    }

    /// A byte was moved now.
    pub fn moved(&self) {
        self.moved_ms.store(self.ticks.now_ms(), Ordering::Relaxed);
    }

    /// Whether there are bytes that the other side does not take.
    pub fn block(&self, blocked: bool) {
        self.blocked.store(blocked, Ordering::Relaxed);
    }

    /// A request is worked on until the guard is dropped.
    #[must_use]
    pub fn at_work(self: &Arc<Self>) -> AtWork {
        self.at_work.store(true, Ordering::Relaxed);
        AtWork(Arc::clone(self))
    }

    /// Resolves when the connection is to end, for another that takes its place.
    pub async fn told_to_leave(&self) {
        self.leave.notified().await;
    }

    /// Whether it is our turn, not the client's.
    fn waits_for_us(&self) -> bool {
        self.at_work.load(Ordering::Relaxed) && !self.blocked.load(Ordering::Relaxed)
    }
}

/// A request being worked on.
#[derive(Debug)]
pub struct AtWork(Arc<Pulse>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.at_work.store(false, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
struct Taken {
    next: u64,
    places: BTreeMap<u64, Arc<Pulse>>,
    reserve: BTreeMap<u64, Arc<Pulse>>,
}

/// All places of a listener. Clones share them.
#[derive(Clone, Debug)]
pub struct Places {
    bounds: Bounds,
    ticks: Ticks,
    taken: Arc<Mutex<Taken>>,
    left: Arc<Notify>,
}

impl Places {
    /// Places within `bounds`, all free.
    #[must_use]
    pub fn new(bounds: Bounds) -> Self {
        Self::by(bounds, Ticks::of_the_system())
    }

    fn by(bounds: Bounds, ticks: Ticks) -> Self {
        Self {
            bounds,
            ticks,
            taken: Arc::default(),
            left: Arc::default(),
        }
    }

    /// A place for a new connection: a free one, one that another gives up, or one of the reserve. None where all are in
    /// use; it is worth asking again when one was [`Places::left`] or after a moment.
    #[must_use]
    pub fn enter(&self) -> Option<Place> {
        let mut taken = self.taken();
        let pulse = Arc::new(Pulse::new(self.ticks.clone()));
        let id = taken.next;
        let Bounds { places, reserve, .. } = self.bounds;
        if self.has_room(&mut taken.places, places) {
            taken.places.insert(id, Arc::clone(&pulse));
        } else if self.has_room(&mut taken.reserve, reserve) {
            taken.reserve.insert(id, Arc::clone(&pulse));
        } else {
            return None;
        }
        taken.next += 1;
        Some(Place {
            places: self.clone(),
            id,
            pulse,
        })
    }

    /// Resolves when a connection has ended.
    pub async fn left(&self) {
        self.left.notified().await;
    }

    /// Asks the connection that has moved no byte for longest to leave: for when handles are scarcer than places.
    pub fn make_room(&self) {
        let mut taken = self.taken();
        self.has_room(&mut taken.places, 0);
    }

    /// Whether fewer than `most` are in there, if need be after one was sent away.
    fn has_room(&self, within: &mut BTreeMap<u64, Arc<Pulse>>, most: usize) -> bool {
        if within.len() < most {
            return true;
        }
        let Some(id) = self.idlest(within) else { return false };
        if let Some(pulse) = within.remove(&id) {
            pulse.leave.notify_one();
        }
        within.len() < most
    }

    /// Who has moved no byte for longest: of those that wait for their client, else of those whose request is slow.
    fn idlest(&self, within: &BTreeMap<u64, Arc<Pulse>>) -> Option<u64> {
        let now = self.ticks.now_ms();
        let idlest = |for_us: bool, settled: Duration| {
            let idle = |pulse: &Pulse| now.saturating_sub(pulse.moved_ms.load(Ordering::Relaxed));
            within
                .iter()
                .filter(|(_, pulse)| pulse.waits_for_us() == for_us && u128::from(idle(pulse)) >= settled.as_millis())
                .max_by_key(|(id, pulse)| (idle(pulse), std::cmp::Reverse(**id)))
                .map(|(id, _)| *id)
        };
        idlest(false, self.bounds.settled).or_else(|| idlest(true, self.bounds.settled_at_work))
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection's place, free again when dropped.
#[derive(Debug)]
pub struct Place {
    places: Places,
    id: u64,
    pulse: Arc<Pulse>,
}

impl Place {
    /// Its pulse.
    #[must_use]
    pub fn pulse(&self) -> &Arc<Pulse> {
        &self.pulse
    }

    /// Whether every request may be made here: from the reserve a connection moves over first, if there is room by now.
    #[must_use]
    pub fn is_for_all(&self) -> bool {
        let mut taken = self.places.taken();
        if !taken.reserve.contains_key(&self.id) {
            return true;
        }
        let room = self.places.has_room(&mut taken.places, self.places.bounds.places);
        if room && let Some(pulse) = taken.reserve.remove(&self.id) {
            taken.places.insert(self.id, pulse);
            self.places.left.notify_one();
        }
        room
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.places.remove(&self.id);
        taken.reserve.remove(&self.id);
        drop(taken);
        self.places.left.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    const SECOND: Duration = Duration::from_secs(1);

    struct Scene {
        places: Places,
        now_ms: Arc<AtomicU64>,
    }

    fn scene(places: usize, reserve: usize) -> Scene {
        let now_ms = Arc::new(AtomicU64::new(0));
        let hand = Arc::clone(&now_ms);
        let bounds = Bounds {
            places,
            reserve,
            settled: SECOND,
            settled_at_work: SECOND * 5,
        };
        let ticks = Ticks(Arc::new(move || hand.load(Ordering::SeqCst)));
        Scene {
            places: Places::by(bounds, ticks),
            now_ms,
        }
    }

    impl Scene {
        fn seconds_pass(&self, seconds: u64) {
            self.now_ms.fetch_add(seconds * 1_000, Ordering::SeqCst);
        }
    }

    fn told(place: &Place) -> bool {
        place.pulse().told_to_leave().now_or_never().is_some()
    }

    fn all_told(all: &[Place]) -> Vec<bool> {
        all.iter().map(told).collect()
    }

    #[test]
    fn who_moved_no_byte_for_longest_makes_room() {
        let scene = scene(3, 0);
        let all: Vec<Place> = (0..3).map(|_| scene.places.enter().unwrap()).collect();
        assert!(scene.places.enter().is_none(), "all have moved a byte just now");
        scene.seconds_pass(1);
        all[0].pulse().moved();
        all[2].pulse().moved();
        let new = scene.places.enter().unwrap();
        assert_eq!(all_told(&all), [false, true, false]);
        assert!(new.is_for_all() && scene.places.enter().is_none());
        drop(new);
        assert!(scene.places.enter().is_some());
    }

    #[test]
    fn who_waits_for_us_stays_longer_than_who_waits_for_its_client() {
        let scene = scene(3, 0);
        let all: Vec<Place> = (0..3).map(|_| scene.places.enter().unwrap()).collect();
        let _work: Vec<AtWork> = all[..2].iter().map(|place| place.pulse().at_work()).collect();
        all[1].pulse().block(true);
        scene.seconds_pass(2);
        all[2].pulse().moved();
        let second = scene.places.enter().unwrap();
        assert_eq!(all_told(&all), [false, true, false], "its client does not read");
        assert!(scene.places.enter().is_none());
        scene.seconds_pass(3);
        all[2].pulse().moved();
        second.pulse().moved();
        let third = scene.places.enter().unwrap();
        assert_eq!(all_told(&all), [true, false, false], "a request too slow makes room too");
        assert!(third.is_for_all());
    }

    #[test]
    fn the_reserve_is_for_health_until_there_is_room() {
        let scene = scene(1, 1);
        let first = scene.places.enter().unwrap();
        let second = scene.places.enter().unwrap();
        assert!(first.is_for_all() && !second.is_for_all());
        assert!(scene.places.enter().is_none());
        drop(first);
        assert!(second.is_for_all(), "it moves over");
        let third = scene.places.enter().unwrap();
        assert!(!third.is_for_all());
        scene.seconds_pass(1);
        third.pulse().moved();
        assert!(third.is_for_all() && told(&second));
    }

    #[test]
    fn room_is_made_where_handles_are_short() {
        let scene = scene(9, 0);
        let one = scene.places.enter().unwrap();
        scene.places.make_room();
        assert!(!told(&one), "it has just come");
        scene.seconds_pass(1);
        scene.places.make_room();
        assert!(told(&one));
    }
}
