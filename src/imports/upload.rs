//! Uploading: parts in any order, each as often as needed, or one file that is cut into parts.

use super::import::{Action, next_state};
use super::row::Row;
use super::sheet::{self, Pieces};
use super::store;
use super::told::FileTold;
use crate::http::fault::{Fault, Refusal};
use crate::journal::{Answered, Desk, Turn, TurnError, UseCase};
use crate::sheets::{Asked, HiddenRows};
use entity::tables::{import_parts, imports};
use entity::{ImportId, PersonId};
use sea_orm::DbErr;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Parts of a file written in one turn.
const PARTS_A_TURN: usize = 4;

/// A part as it is kept.
pub fn part_of((import_id, by): (ImportId, PersonId), no: i32, first_row: i64, rows: &[Row]) -> Result<import_parts::Model, Refusal> {
    let content = serde_json::to_string(rows).map_err(Refusal::broken)?;
    Ok(import_parts::Model {
        import_id,
        no,
        uploaded_by: Some(by),
        row_count: i32::try_from(rows.len()).unwrap_or(i32::MAX),
        first_row,
        hash: Sha256::digest(content.as_bytes()).to_vec(),
        content,
    })
}

/// What has become of parts.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Uploaded {
    /// How many were new.
    pub new: i32,
}

/// Keeps parts; those that are there already with the same content stay as they are.
#[derive(Clone, Debug)]
pub struct PutParts {
    /// The import.
    pub import: ImportId,
    /// The parts.
    pub parts: Vec<import_parts::Model>,
    /// The file they were cut from.
    pub file: Option<Vec<u8>>,
}

#[async_trait::async_trait]
impl UseCase for PutParts {
    type Answer = Uploaded;

    async fn run(&self, turn: &mut Turn) -> Result<Uploaded, TurnError> {
        let (tx, engine) = (turn.tx(), turn.engine());
        let mut import = store::import(tx, self.import).await?.ok_or_else(|| Fault::of("not_found"))?;
        let numbers = || self.parts.iter().map(|part| part.no);
        let (from, to) = (numbers().min().unwrap_or(0), numbers().max().unwrap_or(0));
        let there = store::part_heads(tx, import.id, from, to).await?;
        let mut new = Vec::new();
        for part in &self.parts {
            match there.iter().find(|head| head.no == part.no) {
                None => new.push(part.clone()),
                Some(head) if head.hash == part.hash => {}
                Some(_) => return Err(Fault::of("import_part_taken").with("no", part.no).into()),
            }
        }
        let answer = Uploaded {
            new: i32::try_from(new.len()).unwrap_or(i32::MAX),
        };
        if new.is_empty() {
            return Ok(answer);
        }
        may_upload(&import)?;
        if import.file_hash != self.file {
            return Err(Fault::of("import_has_file").into());
        }
        store::insert_parts(tx, engine, &new).await?;
        import.parts += answer.new;
        import.row_count += new.iter().map(|part| i64::from(part.row_count)).sum::<i64>();
        save(turn, &import).await?;
        Ok(answer)
    }
}

fn may_upload(import: &imports::Model) -> Result<(), Fault> {
    match next_state(import.state, Action::Upload) {
        Some(_) => Ok(()),
        None => Err(Fault::of("import_state").with("state", import.state)),
    }
}

async fn save(turn: &Turn, import: &imports::Model) -> Result<(), DbErr> {
    if store::change(turn.tx(), turn.engine(), import).await? {
        Ok(())
    } else {
        Err(DbErr::Custom("an import moved under its turn".to_owned()))
    }
}

/// Says that the parts of a file are coming, or that all have come: how many they are, and what is told of the file.
#[derive(Clone, Debug)]
struct NoteFile {
    import: ImportId,
    hash: Vec<u8>,
    whole: Option<(i32, FileTold)>,
}

#[async_trait::async_trait]
impl UseCase for NoteFile {
    type Answer = ();

    async fn run(&self, turn: &mut Turn) -> Result<(), TurnError> {
        let import = store::import(turn.tx(), self.import).await?;
        let mut import = import.ok_or_else(|| Fault::of("not_found"))?;
        let same = import.file_hash.as_ref() == Some(&self.hash);
        let parts = self.whole.as_ref().map(|(parts, _)| *parts);
        if same && (parts.is_none() || import.expected_parts == parts) {
            return Ok(());
        }
        may_upload(&import)?;
        if !same && (import.file_hash.is_some() || import.parts > 0) {
            return Err(Fault::of("import_has_parts").into());
        }
        import.file_hash = Some(self.hash.clone());
        import.expected_parts = parts;
        if let Some((_, told)) = &self.whole {
            store::keep_told(turn.tx(), import.id, told).await?;
        }
        save(turn, &import).await?;
        Ok(())
    }
}

/// Keeps a part; whether it was new.
pub async fn put_part(desk: &Desk, (import, by): (ImportId, PersonId), no: i32, rows: &[Row]) -> Result<Answered<Uploaded>, Refusal> {
    let put = PutParts {
        import,
        parts: vec![part_of((import, by), no, 1, rows)?],
        file: None,
    };
    desk.gate.run(put, None).await
}

/// Cuts a file into parts and keeps them. Sent again after it was cut off half way, it goes on where it was.
pub async fn put_file(desk: &Desk, (import, by): (ImportId, PersonId), bytes: Vec<u8>, asked: Asked) -> Result<(), Refusal> {
    let known = store::import(desk.read(), import).await?;
    let known = known.ok_or_else(|| Refusal::fault("not_found"))?;
    let hash = hash_of(&bytes, &asked);
    if known.file_hash.as_ref() != Some(&hash) {
        may_upload(&known)?;
    } else if known.expected_parts.is_some() {
        return Ok(());
    }
    let mut pieces = sheet::read(bytes, asked).await?;
    let mut no = 0;
    let mut cut = cut_some(&mut pieces, (import, by), &mut no)?;
    if cut.is_empty() {
        let all_hidden = pieces.told.hidden.count > 0;
        return Err(Refusal::fault(if all_hidden { "sheet_all_hidden" } else { "sheet_empty" }));
    }
    let note = |whole| NoteFile {
        import,
        hash: hash.clone(),
        whole,
    };
    desk.gate.run(note(None), None).await?;
    while !cut.is_empty() {
        let put = PutParts {
            import,
            parts: cut,
            file: Some(hash.clone()),
        };
        desk.gate.run(put, None).await?;
        cut = cut_some(&mut pieces, (import, by), &mut no)?;
    }
    desk.gate.run(note(Some((no, pieces.told))), None).await?;
    Ok(())
}

/// What a file is told from another by: its bytes, and what is read of them where that is not the usual.
fn hash_of(bytes: &[u8], asked: &Asked) -> Vec<u8> {
    let mut hasher = Sha256::new_with_prefix(bytes);
    if asked.hidden == HiddenRows::Include {
        hasher.update(b"hidden rows");
    }
    if let Some(sheet) = &asked.sheet {
        hasher.update(sheet.as_bytes());
    }
    hasher.finalize().to_vec()
}

/// The next parts of a file, as many as are written in one turn; none at its end.
fn cut_some(pieces: &mut Pieces, whose: (ImportId, PersonId), no: &mut i32) -> Result<Vec<import_parts::Model>, Refusal> {
    let mut cut = Vec::with_capacity(PARTS_A_TURN);
    for piece in pieces.by_ref().take(PARTS_A_TURN) {
        *no += 1;
        cut.push(part_of(whose, *no, piece.first_row, &piece.rows)?);
    }
    Ok(cut)
}
