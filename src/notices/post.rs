//! The one door through which letters leave the house.

use super::letter::Letter;

/// Why a letter was not sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSent {
    /// The other side will not have this letter, today or ever.
    #[error("refused: {0}")]
    Refused(String),
    /// The other side will not have this letter now.
    #[error("not now: {0}")]
    Later(String),
    /// There is no other side: other letters need not be tried now.
    #[error("nobody there: {0}")]
    Unreachable(String),
}

/// Carries letters. It keeps its own time limit, well below a minute, and says nothing of a letter's content or
/// address in its errors: they are logged.
#[async_trait::async_trait]
pub trait Post: Send + Sync + 'static {
    /// Hands a letter on. May be asked for the same letter again, when nobody knows whether it arrived.
    ///
    /// # Errors
    /// [`NotSent`], with what was said, in the words of the protocol.
    async fn send(&self, letter: &Letter) -> Result<(), NotSent>;
}
