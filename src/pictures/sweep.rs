//! The sweep: takes away files of pictures that no row knows, and the pictures as they came that releases before this one
//! kept; notes of rows of before what is kept of them.
//!
//! A place for pictures belongs to one database, whose name is in the file `owner` there: with another database over the same
//! folder or bucket every picture would look like one that nobody knows. A place in which no picture of this database lies is
//! not taken: somebody else's may lie there.

use super::gallery::Gallery;
use super::picture::Kept;
use super::store;
use super::vault::{Part, Stored, VaultError, part_of};
use crate::http::fault::Refusal;
use crate::jobs::{Job, Step};
use crate::journal::{Desk, Turn, TurnError, UseCase};
use chrono::TimeDelta;
use entity::Digest;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// What is younger may be an upload under way, whose row comes last.
const YOUNG: TimeDelta = TimeDelta::hours(24);
/// Files looked at in a step.
const PAGE: usize = 100;
/// The file that says whose pictures lie there.
const OWNER: &str = "owner";

/// The standing job `sweep_pictures`, every day.
#[derive(Clone, Debug)]
pub struct SweepPictures {
    gallery: Gallery,
}

/// Rows of the pictures whose files are on a page: what is kept of each, where it is noted.
type Known = HashMap<Digest, Option<Kept>>;

#[async_trait::async_trait]
impl Job for SweepPictures {
    fn kind(&self) -> &'static str {
        "sweep_pictures"
    }

    fn every(&self) -> Option<Duration> {
        Some(Duration::from_secs(24 * 3_600))
    }

    /// A page of files; progress is the path of the last one.
    async fn step(&self, desk: &Desk, progress: &Value) -> Result<Step, Refusal> {
        let after = progress.get("after").and_then(Value::as_str).unwrap_or_default();
        let page = self.gallery.vault.list(after, PAGE).await?;
        let Some(last) = page.last().map(|file| file.path.clone()) else {
            return Ok(Step::Done);
        };
        let digests: Vec<Digest> = page.iter().filter_map(|file| Some(part_of(&file.path)?.0)).collect();
        let known: Known = store::kept(desk.read(), digests).await?.into_iter().collect();
        let own = store::first_epoch(desk.read()).await?.unwrap_or_default();
        let Some(owner) = self.gallery.vault.get(OWNER).await? else {
            // Looked through, and taken where something of ours lies there.
            let ours = !known.is_empty();
            if ours {
                self.gallery.vault.put(OWNER, own.into_bytes()).await?;
            }
            let after = if ours { String::new() } else { last };
            return Ok(Step::More {
                progress: json!({ "after": after }),
            });
        };
        if owner != own.as_bytes() {
            tracing::warn!("the place of pictures belongs to another database: nothing is swept there");
            return Ok(Step::Done);
        }
        self.sweep(desk, &page, &known).await?;
        Ok(Step::More {
            progress: json!({ "after": last }),
        })
    }
}

impl SweepPictures {
    /// Sweeps the place of these pictures.
    #[must_use]
    pub fn new(gallery: Gallery) -> Self {
        Self { gallery }
    }

    async fn sweep(&self, desk: &Desk, page: &[Stored], known: &Known) -> Result<(), Refusal> {
        let before = desk.clock.now() - YOUNG;
        let old: Vec<&Stored> = page.iter().filter(|file| file.written_at.is_some_and(|at| at < before)).collect();
        let mut swept = 0_u32;
        for file in old {
            let takes = match part_of(&file.path) {
                Some((digest, part)) => match known.get(&digest) {
                    None => true,
                    Some(_) if part == Part::Original => self.is_spare(&digest).await?,
                    Some(_) => false,
                },
                None => is_half(&file.path),
            };
            if takes {
                self.gallery.vault.delete(&file.path).await?;
                swept += 1;
            }
        }
        let unnoted: Vec<&Digest> = known.iter().filter(|(_, kept)| kept.is_none()).map(|(digest, _)| digest).collect();
        for digest in unnoted {
            if let Some(kept) = self.gallery.kept(digest).await? {
                let digest = digest.clone();
                desk.gate.run(Note { digest, kept }, None).await?;
            }
        }
        if swept > 0 {
            tracing::info!(files = swept, "files of pictures that nobody needs are taken away");
        }
        Ok(())
    }

    /// Whether the picture as it came is needed no more: all sizes are there, or were made of it once more.
    async fn is_spare(&self, digest: &Digest) -> Result<bool, VaultError> {
        if self.gallery.has_all(digest).await? {
            return Ok(true);
        }
        let Some(bytes) = self.gallery.vault.get(&Part::Original.path(digest)).await? else {
            return Ok(false);
        };
        let Ok(developed) = self.gallery.develop(bytes).await else {
            // It stays: there is nothing else of it.
            return Ok(false);
        };
        for (size, bytes) in developed.sizes {
            self.gallery.vault.put(&Part::Size(size).path(digest), bytes).await?;
        }
        Ok(true)
    }
}

/// Half a file that a process left which ended while it wrote.
fn is_half(path: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(_, name)| name.starts_with('.'))
}

struct Note {
    digest: Digest,
    kept: Kept,
}

#[async_trait::async_trait]
impl UseCase for Note {
    type Answer = ();

    async fn run(&self, turn: &mut Turn) -> Result<(), TurnError> {
        Ok(store::note(turn, &self.digest, &self.kept).await?)
    }
}
