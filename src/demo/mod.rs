//! stub
#![allow(missing_docs, reason = "stub")]
use crate::app::App;
use crate::http::fault::Refusal;
use entity::Clock;
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct DemoKeys {
    pub school_buyer: String,
    pub second_buyer: String,
    pub retailer: String,
    pub supplier: String,
    pub official: String,
    pub auditor: String,
    pub operator: String,
}
pub async fn load(_: &App, _: &Clock, _: chrono::DateTime<chrono::Utc>, _: u64, _: impl FnMut(&str)) -> Result<DemoKeys, Refusal> {
    Err(Refusal::broken("stub"))
}
