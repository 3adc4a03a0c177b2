//! Other words for goods: whoever types the word also finds what has the other in its name. The first set is what people
//! of both sides call the goods of the demo; operators add to it.

use crate::dialect::Sql;
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseBackend};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &str = r"
CREATE TABLE search_synonyms (
  id {uuid} PRIMARY KEY,
  word text NOT NULL CHECK (length(word) BETWEEN 2 AND 40),
  means text NOT NULL CHECK (length(means) BETWEEN 2 AND 40),
  created_at {instant} NOT NULL,
  archived_at {instant},
  CHECK (word <> means)
);
CREATE UNIQUE INDEX search_synonyms_once ON search_synonyms (word, means) WHERE archived_at IS NULL;
";

/// Who types the first finds the second.
const FIRST: [(&str, &str); 41] = [
    ("大米", "籼米"),
    ("大米", "香米"),
    ("大米", "糯米"),
    ("大米", "粳米"),
    ("菜油", "菜籽油"),
    ("菜子油", "菜籽油"),
    ("油菜籽油", "菜籽油"),
    ("马铃薯", "土豆"),
    ("洋芋", "土豆"),
    ("土豆", "马铃薯"),
    ("土豆", "洋芋"),
    ("红苕", "红薯"),
    ("地瓜", "红薯"),
    ("甘薯", "红薯"),
    ("番薯", "红薯"),
    ("红薯", "红苕"),
    ("红薯", "地瓜"),
    ("奇异果", "猕猴桃"),
    ("猕猴桃", "奇异果"),
    ("苞谷", "玉米"),
    ("包谷", "玉米"),
    ("玉米", "苞谷"),
    ("番茄", "西红柿"),
    ("西红柿", "番茄"),
    ("核桃肉", "核桃仁"),
    ("胡桃", "核桃"),
    ("栗子", "板栗"),
    ("莲菜", "莲藕"),
    ("江米", "糯米"),
    ("薏仁", "薏米"),
    ("薏苡仁", "薏米"),
    ("面粉", "小麦粉"),
    ("冬菇", "香菇"),
    ("蒜头", "大蒜"),
    ("桔子", "蜜桔"),
    ("橘子", "蜜桔"),
    ("柑橘", "蜜桔"),
    ("柿子饼", "柿饼"),
    ("走地鸡", "土鸡"),
    ("蒟蒻", "魔芋"),
    ("山萸肉", "山茱萸肉"),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let sql = Sql::new(manager);
        sql.run(UP).await?;
        sql.retain("reference", &["search_synonyms"]).await?;
        let postgres = manager.get_database_backend() == DatabaseBackend::Postgres;
        for (no, (word, means)) in (1..).zip(FIRST) {
            // The same on every machine, before all that are made later.
            let id = format!("0193643c400070008000{no:012x}");
            let id = if postgres { format!("'{id}'") } else { format!("x'{id}'") };
            let row = format!(
                "INSERT INTO search_synonyms (id, word, means, created_at) VALUES ({id}, '{word}', '{means}', '2026-11-29T00:00:00+00:00')"
            );
            manager.get_connection().execute_unprepared(&row).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        Sql::new(manager).drop(&["search_synonyms"]).await
    }
}
