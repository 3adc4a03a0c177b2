//! Finding the secret at start, making it where there is none yet, and refusing any other than the database knows.

use super::master::{MasterSecret, VARIABLE, WeakSecret};
use super::place::{Place, beside, put_beside, secret_file};
use crate::db::{Db, Target, statement};
use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, DbErr};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// How long cursors of the release before are taken where there are any.
const OLD_CURSORS_TAKEN: TimeDelta = TimeDelta::days(180);

/// Why there is no secret to work with.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// What was given is none.
    #[error(transparent)]
    Weak(#[from] WeakSecret),
    /// The file holds something else.
    #[error("{0} holds no secret: put the one of this database back")]
    Unreadable(PathBuf),
    /// The database knows another one.
    #[error(
        "the secret in {0} is another one than this database was made with: put that one back, from the place where the data lay before"
    )]
    Another(String),
    /// The database knows one that is not here.
    #[error("the master secret of this database is not here: put it into {0} as it lay beside the data before")]
    Missing(String),
    /// No randomness.
    #[error("the system gives no randomness to make a secret of")]
    NoRandomness,
    /// The disk.
    #[error("{0}: {1}")]
    Disk(PathBuf, std::io::Error),
    /// A statement.
    #[error("the database says: {0}")]
    Database(#[from] DbErr),
}

/// The secret in force.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The secret.
    pub secret: MasterSecret,
    /// Where it lies.
    pub at: Place,
    /// Until when cursors of the release before are taken; none where the database began with this one.
    pub old_cursors_until: Option<DateTime<Utc>>,
}

impl Kept {
    /// No secret at all, for describing the API.
    #[must_use]
    pub fn nowhere() -> Self {
        Self {
            secret: MasterSecret::of_nothing(),
            at: Place::Variable,
            old_cursors_until: None,
        }
    }
}

struct Row {
    fingerprint: Vec<u8>,
    secret: Option<Zeroizing<String>>,
    old_cursors_until: Option<DateTime<Utc>>,
}

/// The secret of this database: `given`, or where it lies, or made now. Several processes may do so at once: all of them
/// come to the same.
///
/// # Errors
/// There is none, or it is another one than the database knows.
pub async fn keep(db: &Db, target: &Target, given: Option<MasterSecret>, now: DateTime<Utc>) -> Result<Kept, SecretError> {
    if read(db).await?.is_none() {
        begin(db, target, given.as_ref(), now).await?;
    }
    let row = read(db)
        .await?
        .ok_or_else(|| DbErr::Custom("the secret's row is gone".to_owned()))?;
    let (secret, at) = match (given, target) {
        (Some(given), _) => (Some(given), Place::Variable),
        (None, Target::Sqlite(path)) => (beside(path)?, Place::File(secret_file(path))),
        (None, Target::Postgres(_)) => (row.secret.as_ref().map(|text| text.parse()).transpose()?, Place::Row),
    };
    let Some(secret) = secret else {
        return Err(SecretError::Missing(match target {
            Target::Sqlite(path) => format!("{} or {VARIABLE}", secret_file(path).display()),
            Target::Postgres(_) => VARIABLE.to_owned(),
        }));
    };
    if secret.fingerprint() != row.fingerprint {
        return Err(SecretError::Another(at.to_string()));
    }
    Ok(Kept {
        secret,
        at,
        old_cursors_until: row.old_cursors_until,
    })
}

async fn read(db: &Db) -> Result<Option<Row>, DbErr> {
    let sql = "SELECT fingerprint, secret, old_cursors_until FROM master_secrets WHERE id = 1";
    let row = db.write().query_one_raw(statement(db.engine(), sql, Vec::new())).await?;
    row.map(|row| {
        Ok(Row {
            fingerprint: row.try_get("", "fingerprint")?,
            secret: row.try_get::<Option<String>>("", "secret")?.map(Zeroizing::new),
            old_cursors_until: row.try_get("", "old_cursors_until")?,
        })
    })
    .transpose()
}

/// Writes down the first secret, unless another process was faster.
async fn begin(db: &Db, target: &Target, given: Option<&MasterSecret>, now: DateTime<Utc>) -> Result<(), SecretError> {
    let (secret, in_row) = match (given, target) {
        (Some(given), _) => (given.clone(), false),
        (None, Target::Sqlite(path)) => {
            if beside(path)?.is_none() {
                put_beside(path, &MasterSecret::make().ok_or(SecretError::NoRandomness)?)?;
            }
            // Whoever was first wrote the one that holds.
            let secret = beside(path)?.ok_or_else(|| SecretError::Unreadable(secret_file(path)))?;
            (secret, false)
        }
        (None, Target::Postgres(_)) => (MasterSecret::make().ok_or(SecretError::NoRandomness)?, true),
    };
    // Only a database that has events may have given cursors for them.
    let sql = "INSERT INTO master_secrets (id, fingerprint, secret, made_at, old_cursors_until) \
        VALUES (1, $1, $2, $3, CASE WHEN EXISTS (SELECT 1 FROM entries) THEN $4 END) ON CONFLICT (id) DO NOTHING";
    let values = vec![
        secret.fingerprint().into(),
        in_row.then(|| secret.text().to_owned()).into(),
        now.into(),
        (now + OLD_CURSORS_TAKEN).into(),
    ];
    db.write().execute_raw(statement(db.engine(), sql, values)).await?;
    Ok(())
}
