//! The access log: who was turned away, who took lists away as files, and what officials looked at.
//!
//! Lines of JSON, a file a day in Shanghai and process, in a folder beside the data that only its owner reads; swept
//! after twelve months. Nothing of it is written to the database, and no request waits for it: lines go through a bounded
//! queue to a thread of their own, and a line that finds the queue full is lost and counted in the next that does not.

use std::collections::BTreeMap;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use chrono::Months;
use entity::{CivilDate, Clock, shanghai_date};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

/// Lines that wait to be written.
const QUEUE: usize = 8_192;
/// What strangers may make a process write in a day; those with a key are bound by its limits.
const MOST_STRANGERS_BYTES: u64 = 256 << 20;
/// Bytes that are written at a time.
const PIECE_BYTES: usize = 64 << 10;
/// How long lines are kept.
const KEPT: Months = Months::new(12);
/// How often it is looked whether a day has begun while nobody asks.
const LOOK_AGAIN: Duration = Duration::from_secs(3_600);

/// Why a line is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    /// Answered with 401 or 403.
    Denied,
    /// A list was taken away as a file.
    Export,
    /// An official read something.
    OfficialRead,
}

/// What is kept of a request: ids, never a name, a secret, a query or a body.
#[derive(Debug, Serialize)]
pub(super) struct Line<'l> {
    pub(super) why: Why,
    pub(super) request_id: &'l str,
    pub(super) address: Option<IpAddr>,
    pub(super) key: Option<Uuid>,
    pub(super) person: Option<Uuid>,
    pub(super) organisation: Option<Uuid>,
    pub(super) role: Option<&'l str>,
    pub(super) method: &'l str,
    pub(super) operation: &'l str,
    pub(super) ids: BTreeMap<&'l str, &'l str>,
    pub(super) status: u16,
    pub(super) problem: Option<&'l str>,
}

#[derive(Serialize)]
struct Dated<'l> {
    at: String,
    #[serde(flatten)]
    line: &'l Line<'l>,
}

enum Message {
    Line { day: CivilDate, text: Vec<u8>, stranger: bool },
    Stop,
}

/// The log of a process. Clones write to the same files.
#[derive(Clone, Debug)]
pub struct AccessLog {
    queue: SyncSender<Message>,
    clock: Clock,
    lost: Arc<AtomicU64>,
    writer: Arc<Mutex<Option<JoinHandle<()>>>>,
}

impl AccessLog {
    /// Begins the log in a folder, which is made if need be.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub fn open(folder: &Path, clock: Clock) -> io::Result<Self> {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let lost = Arc::new(AtomicU64::new(0));
        let mut writer = Writer {
            folder: folder.to_owned(),
            lost: Arc::clone(&lost),
            clock: clock.clone(),
            open: None,
            swept: None,
            complained: false,
        };
        // At once, so that a start says what would else be said at the first line.
        writer.file_of(clock.today())?;
        let (queue, lines) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("access-log".to_owned());
        let thread = thread.spawn(move || writer.run(&lines))?;
        Ok(Self {
            queue,
            clock,
            lost,
            writer: Arc::new(Mutex::new(Some(thread))),
        })
    }

    /// Has a line written, without waiting for it.
    pub(super) fn note(&self, line: &Line<'_>) {
        let now = self.clock.now();
        let dated = Dated {
            at: now.to_rfc3339(),
            line,
        };
        let Ok(mut text) = serde_json::to_vec(&dated) else {
            return;
        };
        text.push(b'\n');
        let message = Message::Line {
            day: shanghai_date(now),
            text,
            stranger: line.key.is_none(),
        };
        if self.queue.try_send(message).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes what waits and ends the log. Blocks until that is done.
    pub fn close(&self) {
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer
            && self.queue.send(Message::Stop).is_ok()
            && writer.join().is_err()
        {
            tracing::error!("the access log ended in a panic");
        }
    }
}

/// What the thread of the log holds.
struct Writer {
    folder: PathBuf,
    lost: Arc<AtomicU64>,
    clock: Clock,
    open: Option<Open>,
    swept: Option<CivilDate>,
    complained: bool,
}

/// The file of a day.
struct Open {
    day: CivilDate,
    file: File,
    bytes: u64,
    waiting: Vec<u8>,
}

impl Writer {
    fn run(&mut self, lines: &Receiver<Message>) {
        self.sweep(self.clock.today());
        loop {
            let message = match lines.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.flush();
                    self.sweep(self.clock.today());
                    lines.recv_timeout(LOOK_AGAIN)
                }
                other => other.map_err(|_| RecvTimeoutError::Disconnected),
            };
            match message {
                Ok(Message::Line { day, text, stranger }) => self.take(day, &text, stranger),
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Message::Stop) | Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.flush();
    }

    fn take(&mut self, day: CivilDate, text: &[u8], stranger: bool) {
        if self.open.as_ref().is_some_and(|open| open.day != day) {
            self.flush();
        }
        let full = match self.file_of(day) {
            Ok(open) if stranger && open.bytes > MOST_STRANGERS_BYTES => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Ok(open) => {
                open.waiting.extend_from_slice(text);
                open.bytes += u64::try_from(text.len()).unwrap_or_default();
                open.waiting.len() >= PIECE_BYTES
            }
            Err(error) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                self.complain(&error);
                return;
            }
        };
        if full {
            self.flush();
        }
    }

    fn file_of(&mut self, day: CivilDate) -> io::Result<&mut Open> {
        let open = match self.open.take() {
            Some(open) if open.day == day => open,
            _ => {
                let path = self.folder.join(format!("access-{day}-{}.jsonl", std::process::id()));
                let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
                Open {
                    day,
                    bytes: file.metadata()?.len(),
                    file,
                    waiting: Vec::new(),
                }
            }
        };
        Ok(self.open.insert(open))
    }

    /// Writes what waits, and how many lines were lost since.
    fn flush(&mut self) {
        let Some(open) = &mut self.open else { return };
        if open.waiting.is_empty() {
            return;
        }
        let lost = self.lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let line = json!({"at": self.clock.now().to_rfc3339(), "why": "lost", "lines": lost});
            open.waiting.extend_from_slice(format!("{line}\n").as_bytes());
        }
        let written = open.file.write_all(&open.waiting);
        let lines = open.waiting.iter().filter(|byte| **byte == b'\n').count();
        open.waiting.clear();
        match written {
            Ok(()) => self.complained = false,
            Err(error) => {
                let lines = lost + u64::try_from(lines).unwrap_or_default();
                self.lost.fetch_add(lines, Ordering::Relaxed);
                self.complain(&error);
            }
        }
    }

    /// Once for each time that it does not go well.
    fn complain(&mut self, error: &io::Error) {
        if !self.complained {
            tracing::error!(%error, folder = %self.folder.display(), "the access log cannot be written");
            self.complained = true;
        }
    }

    /// Removes the files of days that are no longer kept.
    fn sweep(&mut self, today: CivilDate) {
        if self.swept == Some(today) {
            return;
        }
        self.swept = Some(today);
        let kept_from = today
            .naive()
            .checked_sub_months(KEPT)
            .and_then(|day| CivilDate::from_naive(day).ok());
        let (Some(kept_from), Ok(files)) = (kept_from, std::fs::read_dir(&self.folder)) else {
            return;
        };
        for path in files.filter_map(|file| Some(file.ok()?.path())) {
            if day_of(&path).is_some_and(|day| day < kept_from)
                && let Err(error) = std::fs::remove_file(&path)
            {
                tracing::warn!(%error, file = %path.display(), "an old access log cannot be removed");
            }
        }
    }
}

/// The day of a file of ours.
fn day_of(path: &Path) -> Option<CivilDate> {
    let name = path.file_name()?.to_str()?.strip_prefix("access-")?.strip_suffix(".jsonl")?;
    name.get(..10)?.parse().ok()
}

#[cfg(test)]
#[path = "access_log_tests.rs"]
mod tests;
