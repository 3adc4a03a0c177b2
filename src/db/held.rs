//! A transaction that reads, and rows as they come: each wait has an end.

use super::connections::{Connections, Hold};
use super::until::LOOK;
use futures_util::Stream;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement, StreamTrait, TransactionOptions,
    TransactionTrait,
};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep};

/// A transaction of [`Connections`] that reads, each wait of which has an end as well.
#[derive(Debug)]
pub(super) struct Held {
    hold: Hold,
    tx: DatabaseTransaction,
}

impl Held {
    pub(super) async fn begin(connections: Connections, options: TransactionOptions) -> Result<Self, DbErr> {
        let ask = |hold: Hold, options| async move {
            let tx = hold.answered(hold.open().begin_with_options(options)).await?;
            Ok(Self { hold, tx })
        };
        connections.ask(options, ask).await
    }

    pub(super) async fn rollback(self) -> Result<(), DbErr> {
        self.hold.answered(self.tx.rollback()).await
    }

    pub(super) async fn rows(&self, stmt: Statement) -> Result<RowStream<'_>, DbErr> {
        let rows = self.hold.answered(self.tx.stream_raw(stmt)).await?;
        Ok(RowStream::new(self.hold.clone(), rows))
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Held {
    fn get_database_backend(&self) -> DbBackend {
        ConnectionTrait::get_database_backend(&self.tx)
    }
    async fn execute_raw(&self, stmt: Statement) -> Result<ExecResult, DbErr> {
        self.hold.answered(self.tx.execute_raw(stmt)).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.hold.answered(self.tx.execute_unprepared(sql)).await
    }
    async fn query_one_raw(&self, stmt: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.hold.answered(self.tx.query_one_raw(stmt)).await
    }
    async fn query_all_raw(&self, stmt: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.hold.answered(self.tx.query_all_raw(stmt)).await
    }
}

/// RowStream as they come; no row is waited for longer than a statement.
pub struct RowStream<'a> {
    rows: Pin<Box<dyn Stream<Item = Result<QueryResult, DbErr>> + Send + 'a>>,
    hold: Hold,
    look: Option<Pin<Box<Sleep>>>,
    left: Duration,
    has_ended: bool,
}

impl fmt::Debug for RowStream<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RowStream").finish_non_exhaustive()
    }
}

impl<'a> RowStream<'a> {
    pub(super) fn new(hold: Hold, rows: impl Stream<Item = Result<QueryResult, DbErr>> + Send + 'a) -> Self {
        let limit = hold.limit();
        Self {
            rows: Box::pin(rows),
            look: limit.map(|_| Box::pin(tokio::time::sleep(LOOK))),
            left: limit.unwrap_or_default(),
            hold,
            has_ended: false,
        }
    }
}

impl Stream for RowStream<'_> {
    type Item = Result<QueryResult, DbErr>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.has_ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(row) = this.rows.as_mut().poll_next(cx) {
            this.left = this.hold.limit().unwrap_or(this.left);
            this.hold.note_answer();
            return Poll::Ready(row);
        }
        let Some(look) = &mut this.look else { return Poll::Pending };
        loop {
            ready!(look.as_mut().poll(cx));
            this.left = this.left.saturating_sub(LOOK);
            if this.hold.is_gone() || this.left.is_zero() {
                this.has_ended = true;
                return Poll::Ready(Some(Err(this.hold.missed())));
            }
            look.as_mut().reset(Instant::now() + LOOK);
        }
    }
}
