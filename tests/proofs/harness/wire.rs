//! A wire between the service and PostgreSQL that can be made slow: what the database says arrives late.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The wire; it goes with the proof.
#[derive(Debug)]
pub struct Wire {
    /// The database's URL at the near end.
    pub url: String,
    delay_ms: Arc<AtomicU64>,
}

impl Wire {
    /// Lays a wire to the server of this URL.
    pub async fn to(url: &str) -> Self {
        let (head, rest) = url.split_once('@').expect("a URL with a user");
        let (place, name) = rest.split_once('/').expect("a URL with a database");
        let far: SocketAddr = place.replace("localhost", "127.0.0.1").parse().expect("a server at an address");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("loopback has a free port");
        let near = listener.local_addr().expect("a bound socket has an address");
        let delay_ms = Arc::new(AtomicU64::new(0));
        let delay = Arc::clone(&delay_ms);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(carry(stream, far, Arc::clone(&delay)));
            }
        });
        Self {
            url: format!("{head}@{near}/{name}"),
            delay_ms,
        }
    }

    /// From now on what the database says comes so late.
    pub fn delay(&self, delay: Duration) {
        self.delay_ms
            .store(u64::try_from(delay.as_millis()).unwrap_or(u64::MAX), Ordering::SeqCst);
    }
}

async fn carry(near: TcpStream, far: SocketAddr, delay_ms: Arc<AtomicU64>) {
    let Ok(far) = TcpStream::connect(far).await else { return };
    for stream in [&near, &far] {
        let _ = stream.set_nodelay(true);
    }
    let (mut from_near, mut to_near) = near.into_split();
    let (mut from_far, mut to_far) = far.into_split();
    let there = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_near, &mut to_far).await;
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = from_far.read(&mut buffer).await {
        let delay = delay_ms.load(Ordering::SeqCst);
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        if read == 0 || to_near.write_all(&buffer[..read]).await.is_err() {
            break;
        }
    }
    there.abort();
}
