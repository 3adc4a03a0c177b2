//! Threads of their own. One writes: whoever writes waits for the engine a dozen times a turn: on the threads that serve requests,
//! each of these waits would wake one of them to run what another could run as well, and both would look for more. Another
//! keeps the pulse, whose answers must not wait for anybody's work.

use super::Engine;
use std::future::Future;
use std::io;
use std::sync::mpsc;
use std::thread;
use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A thread with a runtime of its own; it ends when this is dropped.
#[derive(Debug)]
pub(super) struct Writer {
    runtime: Handle,
    _until_dropped: oneshot::Sender<()>,
}

impl Writer {
    /// Starts it. SQLite is no further away than another thread, and who waits for no socket is woken more cheaply.
    pub(super) fn start(name: &str, engine: Engine) -> io::Result<Self> {
        let (until_dropped, dropped) = oneshot::channel::<()>();
        let (started, runtime) = mpsc::channel();
        thread::Builder::new().name(name.to_owned()).spawn(move || {
            let mut builder = Builder::new_current_thread();
            let runtime = match engine {
                Engine::Sqlite => builder.enable_time().build(),
                Engine::Postgres => builder.enable_all().build(),
            };
            let running = runtime.as_ref().map(|runtime| runtime.handle().clone());
            // Nobody listens any more where the start was given up.
            let _ = started.send(running.map_err(|e| io::Error::new(e.kind(), e.to_string())));
            if let Ok(runtime) = runtime {
                let _ = runtime.block_on(dropped);
            }
        })?;
        let runtime = runtime.recv().map_err(io::Error::other)??;
        Ok(Self {
            runtime,
            _until_dropped: until_dropped,
        })
    }

    /// Runs a task there.
    pub(super) fn spawn<F>(&self, task: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send + 'static,
    {
        self.runtime.spawn(task)
    }
}
