//! Where runs take place: a world made once on an engine, and a fresh copy of it for each run.

use crate::harness::Folder;
use crate::harness::cluster::{Cluster, hand_over};
use crate::harness::look::Look;
use crate::world::{World, found};
use std::path::PathBuf;
use std::sync::Arc;
use yangpin::db::{Engine, Target};

/// An engine with the world in it.
#[derive(Debug)]
pub struct Ground {
    pub engine: Engine,
    pub world: Arc<World>,
    /// A cluster of our own with the packaged settings: its processes can be told from others' on the machine. It stops
    /// before its folder goes.
    cluster: Option<Cluster>,
    pub folder: Folder,
}

impl Ground {
    /// On SQLite.
    pub async fn sqlite() -> Self {
        let folder = Folder::new("load-sqlite");
        let target = Target::Sqlite(folder.file("world.db"));
        let world = Arc::new(found(&target, folder.path()).await);
        Self {
            engine: Engine::Sqlite,
            world,
            folder,
            cluster: None,
        }
    }

    /// On PostgreSQL, or nothing where no cluster can be made; that is said aloud.
    pub async fn postgres() -> Option<Self> {
        let folder = Folder::new("load-postgres");
        hand_over(folder.path());
        let cluster = Cluster::create(&folder.file("cluster"))?;
        let mut ground = Self {
            engine: Engine::Postgres,
            world: Arc::default(),
            folder,
            cluster: Some(cluster),
        };
        let url = ground.create("world", None).await;
        let target = Target::Postgres(url);
        ground.world = Arc::new(found(&target, ground.folder.path()).await);
        Some(ground)
    }

    /// A fresh copy of the world; its URL.
    pub async fn copy(&self, name: &str) -> String {
        match &self.cluster {
            Some(_) => self.create(name, Some("world")).await,
            None => {
                let file = self.file(name);
                for suffix in ["-wal", "-shm", ".lock"] {
                    let _ = std::fs::remove_file(format!("{}{suffix}", file.display()));
                }
                std::fs::copy(self.file("world"), &file).expect("the world can be copied");
                format!("sqlite://{}", file.display())
            }
        }
    }

    /// The file of a copy on SQLite.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.file(&format!("{name}.db"))
    }

    async fn create(&self, name: &str, from: Option<&str>) -> String {
        let server = Look::into(&self.url("postgres")).await;
        server.change(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        let template = from.map_or_else(String::new, |from| format!(" TEMPLATE {from}"));
        server.change(&format!("CREATE DATABASE {name}{template}")).await;
        server.change("CHECKPOINT").await;
        server.close().await;
        self.url(name)
    }

    /// The URL of a database of the cluster.
    pub fn url(&self, name: &str) -> String {
        let url = self.cluster.as_ref().map_or("", |cluster| cluster.url.as_str());
        let (server, _) = url.rsplit_once('/').unwrap_or((url, ""));
        format!("{server}/{name}")
    }

    /// Processes of ours that are not children of this one.
    pub fn roots(&self) -> Vec<u32> {
        let file = self.folder.file("cluster").join("postmaster.pid");
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines().next().and_then(|line| line.parse().ok()).into_iter().collect()
    }
}
