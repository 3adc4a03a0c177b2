//! The head of a journal: how long it is, which epoch it is in, and the frontier of its tree.

use super::merkle::{Frontier, Hash};
use crate::db::{Db, Engine, Writes, statement};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult};
use uuid::Uuid;

/// The pair of places this journal is of. One row today; the word is part of every trade key.
pub const PAIRING: i16 = 1;
/// How entries are written. A binary that knows less refuses to write.
pub const FORMAT: i32 = 1;
/// How facts are added to cells. A binary that knows less refuses to write.
pub const FOLD: i32 = 1;

/// The head row.
#[derive(Clone, Debug)]
pub struct Head {
    /// Number of the last entry; numbers begin at 1 and have no gap.
    pub seq: i64,
    /// A restore or a promotion that lost entries begins a new one.
    pub epoch: Uuid,
    /// The tree's frontier at `seq`.
    pub frontier: Frontier,
    /// Time of the last entry.
    pub last_at: DateTime<Utc>,
    /// Number of the last entry that changed an organisation, a product, an offer or another thing that prepared
    /// work looks up: what was looked up at this number still holds.
    pub register_seq: i64,
}

const COLUMNS: &str = "seq, epoch, format, fold, frontier, last_at, register_seq";

/// Writes the first head, if there is none. Several processes may do so at once.
pub async fn begin_journal(db: &Db, now: DateTime<Utc>) -> Result<(), DbErr> {
    let tx = db.write().begin().await?;
    let epoch = Uuid::now_v7();
    let inserted = tx
        .execute_raw(statement(
            db.engine(),
            "INSERT INTO journal_heads (pairing, seq, epoch, format, fold, frontier, last_at, register_seq) \
             VALUES ($1, 0, $2, $3, $4, $5, $6, 0) ON CONFLICT (pairing) DO NOTHING",
            vec![
                PAIRING.into(),
                epoch.into(),
                FORMAT.into(),
                FOLD.into(),
                Vec::<u8>::new().into(),
                now.into(),
            ],
        ))
        .await?;
    if inserted.rows_affected() == 1 {
        write_epoch(&tx, db.engine(), epoch, 0, now, "first").await?;
    }
    tx.commit().await
}

/// Begins a new epoch at the present head: what cursors of the old one say of later entries no longer holds.
pub async fn begin_epoch(db: &Db, now: DateTime<Utc>, reason: &str) -> Result<Uuid, DbErr> {
    let tx = db.write().begin().await?;
    let epoch = Uuid::now_v7();
    let head = read(&tx, db.engine(), false).await?;
    tx.execute_raw(statement(
        db.engine(),
        "UPDATE journal_heads SET epoch = $1 WHERE pairing = $2",
        vec![epoch.into(), PAIRING.into()],
    ))
    .await?;
    write_epoch(&tx, db.engine(), epoch, head.seq, now, reason).await?;
    tx.commit().await?;
    Ok(epoch)
}

async fn write_epoch(
    tx: &DatabaseTransaction,
    engine: Engine,
    epoch: Uuid,
    began_after: i64,
    now: DateTime<Utc>,
    reason: &str,
) -> Result<(), DbErr> {
    tx.execute_raw(statement(
        engine,
        "INSERT INTO journal_epochs (epoch, pairing, number, began_after, began_at, reason) \
         SELECT $1, $2, count(*) + 1, $3, $4, $5 FROM journal_epochs WHERE pairing = $6",
        vec![
            epoch.into(),
            PAIRING.into(),
            began_after.into(),
            now.into(),
            reason.into(),
            PAIRING.into(),
        ],
    ))
    .await?;
    Ok(())
}

/// Reads the head; with `taking` it also takes it, so that no other turn can begin before this one ends. On SQLite
/// `BEGIN IMMEDIATE` has taken it already.
pub async fn read(db: &impl ConnectionTrait, engine: Engine, taking: bool) -> Result<Head, DbErr> {
    let mut values = vec![PAIRING.into()];
    let (mut queue, mut lock) = ("", "");
    if taking && engine == Engine::Postgres {
        values.push(i32::from(PAIRING).into());
        (queue, lock) = (QUEUE, " FOR UPDATE OF h");
    }
    let sql = format!("SELECT {COLUMNS} FROM {queue}journal_heads h WHERE h.pairing = $1{lock}");
    match db.query_one_raw(statement(engine, &sql, values)).await? {
        Some(row) => Head::from_row(&row),
        None => Err(DbErr::Custom("the journal has no head: run `yangpin migrate`".to_owned())),
    }
}

/// Whether the head is where a turn took it for granted. What the turn writes of it is held to the row; a turn that writes
/// no entry does not, and may have missed on SQLite that a key was revoked from the command line.
pub(super) async fn check(tx: &DatabaseTransaction, engine: Engine, granted: &Head) -> Result<(), DbErr> {
    if engine == Engine::Postgres || read(tx, engine, false).await?.seq == granted.seq {
        Ok(())
    } else {
        Err(DbErr::Custom("the head moved under a turn".to_owned()))
    }
}

/// Processes take the head in the order they ask for it. The row's own lock does not see to that: each turn leaves a new
/// version of the row, and who has just had it comes before those who still wait for the old one, again and again with
/// the one or two requests that have come meanwhile. The row is locked after the wait, as it is then.
const QUEUE: &str = "(SELECT pg_advisory_xact_lock(('journal_heads'::regclass::oid::bigint & 2147483647)::integer, $2) OFFSET 0) queue, ";

impl Head {
    fn from_row(row: &QueryResult) -> Result<Self, DbErr> {
        let (format, fold): (i32, i32) = (row.try_get("", "format")?, row.try_get("", "fold")?);
        if format > FORMAT || fold > FOLD {
            return Err(DbErr::Custom(format!(
                "this program knows format {FORMAT} and fold {FOLD} of the journal, which is at {format} and {fold}: use a newer one"
            )));
        }
        let seq: i64 = row.try_get("", "seq")?;
        let bytes: Vec<u8> = row.try_get("", "frontier")?;
        let frontier = u64::try_from(seq)
            .ok()
            .and_then(|size| Frontier::from_bytes(size, &bytes))
            .ok_or_else(|| DbErr::Custom("the head's frontier does not fit its number: run `yangpin verify`".to_owned()))?;
        Ok(Self {
            seq,
            epoch: row.try_get("", "epoch")?,
            frontier,
            last_at: row.try_get("", "last_at")?,
            register_seq: row.try_get("", "register_seq")?,
        })
    }

    /// The root of the tree at this head.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Writes the head back; fails when somebody else moved it, which taking it makes impossible.
    pub(super) fn write(&self, writes: &mut Writes, was: i64) {
        let sql = "UPDATE journal_heads SET seq = $1, frontier = $2, last_at = $3, register_seq = $4 WHERE pairing = $5 AND seq = $6";
        let values = vec![
            self.seq.into(),
            self.frontier.to_bytes().into(),
            self.last_at.into(),
            self.register_seq.into(),
            PAIRING.into(),
            was.into(),
        ];
        writes.change(vec![(sql.to_owned(), values)], 1, "the head moved under a turn");
    }
}
