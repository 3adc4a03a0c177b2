//! Work that takes much memory for a moment, done on a thread of its own: what such a thread has given back goes back to
//! the system, while the main thread's would lie between what stays and be kept.

use std::{panic, thread};

/// Does it there, and waits for it.
pub fn elsewhere<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.unwrap_or_else(|cause| panic::resume_unwind(cause))
}
