//! Waiting with an end.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

/// How often a wait looks whether there is still something to wait for.
pub(super) const LOOK: Duration = Duration::from_millis(200);

/// Waits for work no longer than `limit`, and no longer than until it `is_over`; `None` where it has not come by then.
///
/// The time is counted in looks: a process that stood still meanwhile, and could not have heard an answer, has not waited.
pub(super) async fn within<T>(limit: Duration, is_over: impl Fn() -> bool, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    let mut left = limit;
    loop {
        if is_over() || left.is_zero() {
            return None;
        }
        let look = left.min(LOOK);
        if let Ok(done) = tokio::time::timeout(look, work.as_mut()).await {
            return Some(done);
        }
        left = left.saturating_sub(look);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[tokio::test]
    async fn what_comes_in_time_is_had_and_nothing_is_waited_for_that_is_over() {
        assert_eq!(within(Duration::from_secs(60), || false, async { 7 }).await, Some(7));
        assert_eq!(within(Duration::from_millis(300), || false, pending::<()>()).await, None);
        assert_eq!(within(Duration::from_secs(60), || true, async { 7 }).await, None);
        let over = AtomicBool::new(false);
        let ending = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            over.store(true, Ordering::SeqCst);
        };
        let waiting = within(Duration::from_secs(3_600), || over.load(Ordering::SeqCst), pending::<()>());
        assert_eq!(tokio::join!(waiting, ending).0, None);
    }
}
