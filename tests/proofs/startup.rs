//! Processes that start at once, and processes that must not.

use crate::harness::client::Ask;
use crate::harness::look::Look;
use crate::harness::postgres::Database;
use crate::harness::server::{Server, free_address, run, said};
use crate::harness::world::World;
use crate::harness::{Folder, count, figure, title};
use std::time::Instant;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn four_processes_start_on_an_empty_database() {
    title("start · PostgreSQL · four processes at once on an empty database");
    let rounds = count(5);
    let mut slowest = 0;
    for round in 0..rounds {
        let Some(database) = Database::create(&format!("start{round}")).await else {
            return;
        };
        let folder = Folder::new(&format!("start-{round}"));
        let began = Instant::now();
        let mut servers: Vec<Server> = (0..4)
            .map(|at| Server::spawn(&database.url, free_address(), &folder.file(&format!("{at}.log"))))
            .collect();
        for server in &mut servers {
            server.ready().await;
        }
        slowest = slowest.max(began.elapsed().as_millis());
        let look = Look::into(&database.url).await;
        let heads = look.number("SELECT COUNT(*) FROM journal_heads").await;
        let epochs = look.number("SELECT COUNT(*) FROM journal_epochs").await;
        look.close().await;
        assert_eq!((heads, epochs), (1, 1), "one head, one epoch");
        for server in &mut servers {
            let reply = server
                .client()
                .ask(&Ask::get("/openapi.json", "none"))
                .await
                .expect("an answer comes");
            assert_eq!(reply.status, 200);
            server.stop();
        }
    }
    figure("rounds, all four ready each time", rounds);
    figure("slowest round", format!("{slowest} ms"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn a_second_process_on_one_file_is_refused() {
    title("start · SQLite · a second process on the same file");
    let world = World::sqlite("second").await;
    let mut server = world.serve("a").await;
    let address = free_address().to_string();
    let second = run(&["serve", "--database", &world.database, "--listen", &address]);
    let words = said(&second);
    let last = words.lines().last().unwrap_or_default();
    figure("exit status", second.status);
    figure("says", last);
    assert!(!second.status.success() && last.contains("served by another process"), "{words}");
    let first = server
        .client()
        .ask(&Ask::get("/health/ready", "none"))
        .await
        .expect("an answer comes");
    first.expect_status(200);
    server.kill();
    let mut again = world.serve("b").await;
    figure("after kill -9 of the first, another may serve", "yes");
    again.stop();
}
