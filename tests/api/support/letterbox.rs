//! A server that speaks SMTP, as well or as badly as a test wants, and keeps what it was given.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use yangpin::notices::{MailServer, MailSettings, MailTls};

/// How it treats a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Takes it.
    Takes,
    /// Says 451 to the recipient.
    SaysLater,
    /// Says 550 to the recipient.
    Refuses,
    /// Hangs up in the middle of the content.
    HangsUp,
    /// Takes all of it and hangs up without a word.
    TakesAndHangsUp,
    /// Says nothing after the greeting.
    IsMute,
}

/// A letter as it came.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// The recipients of the envelope.
    pub to: Vec<String>,
    /// Header lines, unfolded.
    pub headers: Vec<String>,
    /// All of it.
    pub content: String,
}

impl Received {
    /// The value of a header that stands once.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let prefix = format!("{name}: ");
        let mut found = self.headers.iter().filter_map(|line| line.strip_prefix(&prefix));
        let value = found.next().unwrap_or_else(|| panic!("no {name} in {:?}", self.headers));
        assert!(found.next().is_none(), "{name} stands twice");
        value
    }

    /// Names of the headers, in alphabetical order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.headers.iter().map(|line| line.split(':').next().unwrap()).collect();
        names.sort_unstable();
        names
    }
}

impl Received {
    /// What it says, in plain.
    pub fn text(&self) -> String {
        let body = self.content.split_once("\n\n").unwrap().1;
        match self.header("Content-Transfer-Encoding") {
            "base64" => String::from_utf8(STANDARD.decode(body.replace('\n', "")).unwrap()).unwrap(),
            _ => body.to_owned(),
        }
    }

    /// The code that it brings.
    #[track_caller]
    pub fn code(&self) -> String {
        let text = self.text();
        let is_code = |line: &&str| line.trim().len() == 11 && line.as_bytes().get(5) == Some(&b'-');
        text.lines()
            .find(is_code)
            .unwrap_or_else(|| panic!("no code in {text}"))
            .trim()
            .to_owned()
    }
}

#[derive(Debug)]
struct Inside {
    manner: Manner,
    letters: Vec<Received>,
    asked: usize,
}

/// The server.
#[derive(Clone, Debug)]
pub struct Letterbox {
    port: u16,
    inside: Arc<Mutex<Inside>>,
}

impl Letterbox {
    /// Listens on a port of its own, until the test's runtime ends.
    pub async fn open(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inside = Arc::new(Mutex::new(Inside {
            manner,
            letters: Vec::new(),
            asked: 0,
        }));
        let shared = Arc::clone(&inside);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // Whoever hangs up on it is none of its business.
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { port, inside }
    }

    /// From now on it does so.
    pub fn now(&self, manner: Manner) {
        self.inside.lock().unwrap().manner = manner;
    }

    /// What it has been given, whole.
    pub fn letters(&self) -> Vec<Received> {
        self.inside.lock().unwrap().letters.clone()
    }

    /// How often somebody came to it.
    pub fn asked(&self) -> usize {
        self.inside.lock().unwrap().asked
    }

    /// Forgets what came so far.
    pub fn forget(&self) {
        let mut inside = self.inside.lock().unwrap();
        inside.letters.clear();
        inside.asked = 0;
    }

    /// The way there.
    pub fn server(&self) -> MailServer {
        MailServer {
            host: "127.0.0.1".to_owned(),
            port: self.port,
            tls: MailTls::None,
            from: "notices@yangpin.example".parse().unwrap(),
            links: Some("https://yangpin.example".to_owned()),
            login: None,
        }
    }

    pub fn settings(&self) -> MailSettings {
        MailSettings(Some(self.server()))
    }
}

async fn serve(stream: TcpStream, inside: Arc<Mutex<Inside>>) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let manner = {
        let mut inside = inside.lock().unwrap();
        inside.asked += 1;
        inside.manner
    };
    let mut letter = Received::default();
    write.write_all(b"220 letterbox\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        if manner == Manner::IsMute {
            continue;
        }
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let said = match verb.as_str() {
            "EHLO" => "250-letterbox\r\n250 8BITMIME",
            "RCPT" if manner == Manner::SaysLater => "451 4.3.0 later",
            "RCPT" if manner == Manner::Refuses => "550 5.1.1 nobody here",
            "RCPT" => {
                letter
                    .to
                    .push(line["RCPT TO:<".len()..].split('>').next().unwrap_or_default().to_owned());
                "250 ok"
            }
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                if manner == Manner::HangsUp {
                    lines.next_line().await?;
                    return Ok(());
                }
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    letter.content += line.strip_prefix('.').unwrap_or(&line);
                    letter.content.push('\n');
                }
                letter.headers = headers_of(&letter.content);
                inside.lock().unwrap().letters.push(std::mem::take(&mut letter));
                if manner == Manner::TakesAndHangsUp {
                    return Ok(());
                }
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        write.write_all(format!("{said}\r\n").as_bytes()).await?;
    }
    Ok(())
}

/// What stands before the first empty line, folded lines put together.
fn headers_of(content: &str) -> Vec<String> {
    let mut headers: Vec<String> = Vec::new();
    for line in content.lines().take_while(|line| !line.is_empty()) {
        match headers.last_mut().filter(|_| line.starts_with([' ', '\t'])) {
            Some(header) => header.push_str(line),
            None => headers.push(line.to_owned()),
        }
    }
    headers
}
