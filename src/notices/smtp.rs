//! The post by SMTP. A connection for each letter, everything within a time limit, and answers told apart: what the
//! server will never take, and what it may take later.

use super::letter::Letter;
use super::post::{NotSent, Post};
use super::settings::{MailServer, MailTls};
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::{Duration, SystemTime};

/// How long a letter may take, from the first byte to the server's word.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Who writes, in front of the address.
const WRITER: &str = "洋品 Yangpin";
/// Words by which a server says that this letter will never do: no such mailbox, not allowed, too large, a bad name,
/// or no thanks. All others, those about our own credentials among them, may change.
const NEVER: [u16; 5] = [550, 551, 552, 553, 554];
/// The word of a server that goes away.
const CLOSING: u16 = 421;

/// The server cannot be used as it is set.
#[derive(Debug, thiserror::Error)]
#[error("letters cannot be sent: {0}")]
pub struct MailError(String);

/// A server that speaks SMTP.
#[derive(Clone)]
pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    time_limit: Duration,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Smtp").field("from", &self.from.email).finish_non_exhaustive()
    }
}

/// RFC 3834: no holiday notice answers a letter that nobody wrote.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

fn unusable(error: impl std::fmt::Display) -> MailError {
    MailError(error.to_string())
}

impl Smtp {
    /// A post that hands letters to this server. Nothing is sent yet.
    ///
    /// # Errors
    /// Where the host is no name that a certificate can be held to.
    pub fn new(server: &MailServer) -> Result<Self, MailError> {
        let tls = |wrap: fn(TlsParameters) -> Tls| TlsParameters::new(server.host.clone()).map(wrap).map_err(unusable);
        let tls = match server.tls {
            MailTls::None => Tls::None,
            MailTls::Starttls => tls(Tls::Required)?,
            MailTls::Implicit => tls(Tls::Wrapper)?,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(server.host.as_str())
            .port(server.port)
            .tls(tls)
            .timeout(Some(TIME_LIMIT));
        if let Some(login) = &server.login {
            builder = builder.credentials(Credentials::new(login.user.clone(), login.password.clone()));
        }
        let address: Address = server.from.as_str().parse().map_err(unusable)?;
        Ok(Self {
            transport: builder.build(),
            from: Mailbox::new(Some(WRITER.to_owned()), address),
            time_limit: TIME_LIMIT,
        })
    }

    /// The same with another time limit.
    #[must_use]
    pub fn within(mut self, time_limit: Duration) -> Self {
        self.time_limit = time_limit;
        self
    }

    fn message(&self, letter: &Letter) -> Result<Message, NotSent> {
        let unwritable = |error: &dyn std::fmt::Display| NotSent::Refused(format!("cannot be written: {error}"));
        let to: Address = letter.to.as_str().parse().map_err(|_| unwritable(&"the address is none"))?;
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(letter.subject.as_str())
            .date(SystemTime::from(letter.at))
            .message_id(Some(format!("<{}@{}>", letter.id, self.from.email.domain())))
            .header(AutoSubmitted)
            .header(MIME_VERSION_1_0)
            .header(ContentType::TEXT_PLAIN)
            .body(letter.text.clone())
            .map_err(|error| unwritable(&error))
    }
}

#[async_trait::async_trait]
impl Post for Smtp {
    async fn send(&self, letter: &Letter) -> Result<(), NotSent> {
        let message = self.message(letter)?;
        match tokio::time::timeout(self.time_limit, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(not_sent(&error)),
            Err(_) => Err(NotSent::Unreachable("no answer in time".to_owned())),
        }
    }
}

/// Only the code of an answer is told: its text may name the address.
fn not_sent(error: &lettre::transport::smtp::Error) -> NotSent {
    match error.status().map(u16::from) {
        Some(code) if NEVER.contains(&code) => NotSent::Refused(code.to_string()),
        Some(CLOSING) => NotSent::Unreachable(CLOSING.to_string()),
        Some(code) => NotSent::Later(code.to_string()),
        None if error.is_timeout() => NotSent::Unreachable("no answer in time".to_owned()),
        None if error.is_tls() => NotSent::Unreachable("TLS".to_owned()),
        None => NotSent::Unreachable("the connection".to_owned()),
    }
}
