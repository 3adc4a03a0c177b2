//! The least a poem server over sea-orm can do: the same rows as JSON, without keys, checks, pages or words. It is
//! this program again, as a process of its own; answers are filled up to the size that the service's have.

use poem::listener::TcpListener;
use poem::web::{Data, Json, Path};
use poem::{EndpointExt as _, Route, Server, get, handler};
use sea_orm::{
    ColumnTrait as _, ConnectOptions, Database, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};

use entity::tables::products;

/// The word by which this program knows that it is to serve.
pub const FLAG: &str = "--bare-server";

/// A running bare server; stopped when dropped.
#[derive(Debug)]
pub struct Bare(Child);

impl Bare {
    pub fn start(database: &str, address: std::net::SocketAddr) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program has a place"));
        command.args([FLAG, database, &address.to_string()]);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Self(child.expect("this program can be started again"))
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn filled(rows: Value, size: usize) -> Json<Value> {
    let missing = size.saturating_sub(rows.to_string().len() + 24);
    Json(json!({"items": rows, "fill": "x".repeat(missing)}))
}

#[handler]
async fn page(Path(size): Path<usize>, Data(db): Data<&DatabaseConnection>) -> Json<Value> {
    let rows = products::Entity::find()
        .order_by_asc(products::Column::Id)
        .limit(51)
        .into_json()
        .all(db)
        .await;
    filled(json!(rows.expect("the rows can be read")), size)
}

#[handler]
async fn one(Path((size, id)): Path<(usize, entity::ProductId)>, Data(db): Data<&DatabaseConnection>) -> Json<Value> {
    let row = products::Entity::find_by_id(id).into_json().one(db).await;
    filled(json!(row.expect("the row can be read")), size)
}

#[handler]
async fn word(Path((size, word)): Path<(usize, String)>, Data(db): Data<&DatabaseConnection>) -> Json<Value> {
    let named = products::Column::Name.contains(word);
    let rows = products::Entity::find()
        .filter(named)
        .order_by_asc(products::Column::Id)
        .limit(51)
        .into_json()
        .all(db)
        .await;
    filled(json!(rows.expect("the rows can be read")), size)
}

/// Serves until it is killed.
pub async fn serve(database: &str, address: &str) {
    let url = database.to_owned();
    let mut options = ConnectOptions::new(url);
    options.max_connections(4).sqlx_logging(false);
    let db = Database::connect(options).await.expect("the database opens");
    let app = Route::new()
        .at("/page/:size", get(page))
        .at("/one/:size/:id", get(one))
        .at("/word/:size/:word", get(word))
        .data(db);
    let server = Server::new(TcpListener::bind(address.to_owned())).run(app);
    server.await.expect("the bare server serves");
}
