//! A database that answers late: who waits is told soon, and orders go on by themselves.

use super::{Orderers, WORKERS, answers_again};
use crate::harness::server::Server;
use crate::harness::wire::Wire;
use crate::harness::world::World;
use crate::harness::{count, figure, title};
use std::time::Duration;

/// The promise to who waits for a turn.
const REFUSED_WITHIN: Duration = Duration::from_secs(3);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_late_database_is_said_and_outlived() {
    title("faults · PostgreSQL · a database that answers after 5 s");
    let Some(world) = World::postgres("late").await else { return };
    let wire = Wire::to(&world.database).await;
    let mut server = Server::start(&wire.url, &world.log("a")).await;
    let goods = world.goods(&[server.address], WORKERS, 900_000).await;
    let key = world.keys.school_buyer.clone();
    let (mut slowest, mut said, mut resumed) = (Duration::ZERO, 0, Duration::ZERO);
    for _ in 0..count(10) {
        let orderers = Orderers::begin(server.address, &key, &goods);
        tokio::time::sleep(Duration::from_millis(500)).await;
        wire.delay(Duration::from_secs(5));
        tokio::time::sleep(Duration::from_secs(8)).await;
        wire.delay(Duration::ZERO);
        let (took, others) = orderers.end().await;
        slowest = slowest.max(took.last().copied().unwrap_or_default());
        said += others.len();
        for reply in &others {
            assert_eq!(reply.status, 503, "{}", reply.text());
            assert!(reply.head.to_ascii_lowercase().contains("retry-after"), "{}", reply.head);
        }
        resumed = resumed.max(answers_again(&server, &key, &goods).await);
    }
    figure("answered 503 with Retry-After", said);
    figure("slowest answer", format!("{slowest:?}"));
    figure("orders again after, at most", format!("{resumed:?}"));
    assert!(said > 0, "the database was late");
    assert!(slowest < REFUSED_WITHIN + Duration::from_secs(3), "who waits is told: {slowest:?}");
    server.stop();
    figure("verify", world.verify());
}
