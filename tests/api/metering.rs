//! Telemetry: what an operator watches is there, by name and unit, and moves.

use crate::support::TestApp;
use crate::support::steps::order_of;
use std::path::PathBuf;

/// The metrics as they are read now, by name with labels.
async fn read(app: &TestApp, metrics: &yangpin::http::metrics::Metrics) -> Vec<(String, String)> {
    metrics.look().await;
    let text = String::from_utf8(metrics.text()).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let told = lines.filter_map(|line| line.rsplit_once(' '));
    let told: Vec<_> = told.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    assert!(!told.is_empty(), "{:?}", app.engine());
    told
}

both_engines! {
    async fn gate_turns_head_jobs_letters_pools_and_disk_are_watched(app) {
        let scene = app.scene().await;
        let (_, _, metrics) = app.app().routes().unwrap();
        let metrics = app.app().watched(metrics, vec![("database", PathBuf::from(".")), ("pictures", PathBuf::from("not-made-yet"))]).unwrap();
        app.place(&scene.school, &order_of(&[("GR02", "1")])).await;
        let refused = app.post("/v1/orders").by(&scene.school).json(&order_of(&[("GR02", "1000")])).await;
        assert_eq!(refused.problem(409), "stock_short");
        let due = app.now();
        yangpin::jobs::enter_job(&app.app().desk, "purge_repeats", serde_json::Value::Null, due).await.unwrap();
        let told = read(&app, &metrics).await;
        let value = |name: &str| -> i64 {
            let found = told.iter().find(|(one, _)| one == name);
            found.unwrap_or_else(|| panic!("{name} is not there: {told:?}")).1.parse().unwrap()
        };
        assert_eq!(value("journal_entries"), app.entries().await);
        assert_eq!(value("gate_requests_waiting"), 0);
        assert!(value("gate_requests_total{outcome=\"refused\"}") >= 1);
        assert_eq!(value("gate_wait_seconds_count"), ["answered", "refused", "unavailable", "broken"].iter()
            .map(|outcome| value(&format!("gate_requests_total{{outcome=\"{outcome}\"}}"))).sum::<i64>());
        assert!(value("turns_total{outcome=\"committed\"}") >= 1 && value("turn_requests_total") >= 1);
        assert!(value("turn_duration_seconds_count") >= 1 && value("head_wait_seconds_count") >= 1);
        assert_eq!((value("jobs{state=\"waiting\"}"), value("jobs{state=\"failed\"}")), (1, 0));
        assert_eq!((value("letters_waiting"), value("letters_overdue_seconds")), (0, 0));
        assert!(value("database_pool_connections{pool=\"write\",state=\"idle\"}") + value("database_pool_connections{pool=\"write\",state=\"busy\"}") >= 1);
        assert!(value("database_size_bytes") > 0 && value("disk_free_bytes{of=\"database\"}") > 0);
        assert!(value("disk_free_bytes{of=\"pictures\"}") > 0, "the first picture makes its folder");
        app.days_pass(1);
        let told = read(&app, &metrics).await;
        let overdue = told.iter().find(|(one, _)| one == "jobs_overdue_seconds").unwrap().1.parse::<i64>().unwrap();
        assert!(overdue >= 86_400, "{overdue}");
    }
}
