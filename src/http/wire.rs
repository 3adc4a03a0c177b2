//! The bytes of a connection: when the last one was moved is noted, and a client that takes none is not waited for.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::places::Pulse;

/// A stream whose writes end in `TimedOut` where the other side takes no byte for the limit.
#[derive(Debug)]
pub struct Wire<S> {
    stream: S,
    pulse: Arc<Pulse>,
    limit: Duration,
    patience: Option<Pin<Box<Sleep>>>,
}

impl<S> Wire<S> {
    /// `stream`, which may keep a write waiting for `limit`.
    #[must_use]
    pub fn new(stream: S, pulse: Arc<Pulse>, limit: Duration) -> Self {
        Self {
            stream,
            pulse,
            limit,
            patience: None,
        }
    }

    /// What a write came to: bytes moved end the wait, none begin it.
    fn noted(&mut self, outcome: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(done) => {
                if self.patience.take().is_some() {
                    self.pulse.block(false);
                }
                if done.as_ref().is_ok_and(|bytes| *bytes > 0) {
                    self.pulse.moved();
                }
                Poll::Ready(done)
            }
            Poll::Pending => {
                let limit = self.limit;
                let pulse = &self.pulse;
                let patience = self.patience.get_or_insert_with(|| {
                    pulse.block(true);
                    Box::pin(sleep(limit))
                });
                patience.as_mut().poll(context).map(|()| Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.pulse.moved();
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.noted(outcome, context)
    }

    fn poll_write_vectored(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[IoSlice<'_>]) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.noted(outcome, context)
    }

    // Without it large bodies, which all connections share, would be copied for each of them.
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::super::places::{Bounds, Places};
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};

    fn pulse() -> Arc<Pulse> {
        let bounds = Bounds {
            places: 1,
            reserve: 0,
            settled: Duration::ZERO,
            settled_at_work: Duration::ZERO,
        };
        Arc::clone(Places::new(bounds).enter().unwrap().pulse())
    }

    #[tokio::test]
    async fn a_write_that_nobody_takes_ends() {
        let (ours, _theirs) = duplex(4);
        let mut wire = Wire::new(ours, pulse(), Duration::from_millis(20));
        wire.write_all(b"full").await.unwrap();
        assert_eq!(wire.write(b"more").await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test]
    async fn a_write_waits_for_a_client_that_takes_its_time() {
        let (ours, mut theirs) = duplex(4);
        let mut wire = Wire::new(ours, pulse(), Duration::from_secs(60));
        let writing = tokio::spawn(async move { wire.write_all(b"much more than four").await });
        let mut all = String::new();
        for _ in 0..b"much more than four".len() {
            tokio::time::sleep(Duration::from_millis(1)).await;
            all.push(char::from(theirs.read_u8().await.unwrap()));
        }
        writing.await.unwrap().unwrap();
        assert_eq!(all, "much more than four");
    }

    #[tokio::test]
    async fn large_bodies_are_not_copied() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let stream = tokio::net::TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        assert!(Wire::new(stream, pulse(), Duration::ZERO).is_write_vectored());
    }
}
