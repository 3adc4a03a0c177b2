//! Waiting without sleeping, for what is over in a moment.
//!
//! A small turn on SQLite waits for the engine's thread some twenty times, mostly for less than it takes to put a thread
//! to sleep and to wake it again. Who writes alone spends half of its time on that.

use std::future::{Future, poll_fn};
use std::hint::spin_loop;
use std::pin::pin;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

/// What takes longer is slept through: a commit waits for the disk.
const AWAKE: Duration = Duration::from_micros(100);
/// How often to look before the clock is asked.
const LOOKS: u32 = 50;
/// Calls in a row after which others on this thread have their turn.
const CALLS: u32 = 64;

const WATCHING: u8 = 0;
const CALLED: u8 = 1;
const ASLEEP: u8 = 2;

/// Who waits: watching for a call, called, or asleep and to be woken by it.
#[derive(Debug, Default)]
struct Sleeper {
    state: AtomicU8,
    bed: Mutex<Option<Waker>>,
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if self.state.swap(CALLED, Ordering::AcqRel) == ASLEEP {
            let waker = self.bed.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(waker) = waker {
                waker.wake();
            }
        }
    }
}

impl Sleeper {
    /// Watches for a call for a while; whether it came.
    fn is_called(&self) -> bool {
        let until = Instant::now() + AWAKE;
        loop {
            for _ in 0..LOOKS {
                if self.state.load(Ordering::Acquire) == CALLED {
                    return true;
                }
                spin_loop();
            }
            if Instant::now() >= until {
                return false;
            }
        }
    }

    /// Goes to sleep, unless the call has come at the last moment.
    fn sleeps(&self, cx: &Context<'_>) -> bool {
        *self.bed.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
        self.state
            .compare_exchange(WATCHING, ASLEEP, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

/// Runs a future on this thread, which stays awake for a while each time it waits.
pub(super) async fn awake<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let sleeper = Arc::new(Sleeper::default());
    let waker = Waker::from(Arc::clone(&sleeper));
    poll_fn(move |cx| {
        for _ in 0..CALLS {
            // Read and written at once: a call that comes now has been seen, or will be.
            sleeper.state.swap(WATCHING, Ordering::AcqRel);
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return Poll::Ready(output);
            }
            if !sleeper.is_called() && sleeper.sleeps(cx) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::awake;
    use std::time::Duration;
    use tokio::sync::mpsc;
    use tokio::time::sleep;

    /// Calls that come while it watches, while it falls asleep and while it sleeps are all heard.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_call_is_missed() {
        let (calls, mut heard) = mpsc::channel(1);
        let calling = tokio::spawn(async move {
            for call in 0..2_000_u64 {
                calls.send(call).await.unwrap();
                let pause = [0, 20, 95, 100, 105, 300][usize::try_from(call % 6).unwrap()];
                let began = std::time::Instant::now();
                while began.elapsed() < Duration::from_micros(pause) {
                    std::hint::spin_loop();
                }
            }
        });
        let hearing = awake(async move {
            let mut last = None;
            while let Some(call) = heard.recv().await {
                last = Some(call);
            }
            last
        });
        let last = tokio::time::timeout(Duration::from_secs(60), hearing).await.unwrap();
        assert_eq!(last, Some(1_999));
        calling.await.unwrap();
    }

    #[tokio::test]
    async fn what_takes_long_is_slept_through() {
        let (long, short) = (awake(sleep(Duration::from_millis(20))), sleep(Duration::from_millis(1)));
        // On one thread: the short one is over first, so the long one does not keep it.
        tokio::select! {
            () = long => panic!("the thread was kept awake"),
            () = short => {}
        }
    }
}
