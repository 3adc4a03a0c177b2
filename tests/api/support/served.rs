//! The app on a socket of loopback, and requests over it as they stand on the wire.

use super::app::TestApp;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use yangpin::http::config::ServeConfig;
use yangpin::http::serve::serve;

/// A test that waits for longer has failed.
const LONG: Duration = Duration::from_secs(30);

/// The app as a process serves it.
pub struct Served {
    pub address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl TestApp {
    /// Serves this app.
    pub async fn serve(&self) -> Served {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (routes, health, _) = self.app().routes().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(async move {
            let stopped = async {
                stopped.await.ok();
            };
            serve(routes, listener, &ServeConfig::default(), &health, stopped).await.unwrap();
        });
        Served { address, stop, server }
    }
}

impl Served {
    /// Sends a head and as much of a body as is given, and reads until the service ends the connection.
    pub async fn ask(&self, method_and_path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let mut text = format!("{method_and_path} HTTP/1.1\r\nhost: yangpin.example\r\n");
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{text}\r\n{body}").as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        // What was not read may end the connection less gently; the answer stands before that.
        let _ = tokio::time::timeout(LONG, stream.read_to_end(&mut answer))
            .await
            .expect("an answer comes");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// The status of what is answered to a read.
    pub async fn status(&self, path: &str, headers: &[(&str, &str)]) -> u16 {
        let mut headers = headers.to_vec();
        headers.push(("connection", "close"));
        let answer = self.ask(&format!("GET {path}"), &headers, "").await;
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.unwrap_or_else(|| panic!("no answer: {answer}"))
    }

    /// Ends it.
    pub async fn stop(self) {
        self.stop.send(()).ok();
        self.server.await.unwrap();
    }
}
