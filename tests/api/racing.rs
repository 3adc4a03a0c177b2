//! Many at once: nothing is sold twice and nothing is lost.

use crate::support::steps::order_of;
use futures_util::future::join_all;
use rand::prelude::*;

both_engines! {
    async fn the_last_bags_are_sold_once(app) {
        let s = app.scene().await;
        let hot = app.given().a_product("HOT", &s.supplier).with_stock("20").await;
        let asks = (0..32).map(|_| {
            let (app, school) = (app.clone(), s.school.clone());
            tokio::spawn(async move { app.post("/v1/orders").by(&school).json(&order_of(&[("HOT", "1")])).await.status })
        });
        let mut statuses: Vec<u16> = join_all(asks).await.into_iter().map(Result::unwrap).collect();
        statuses.sort_unstable();
        assert_eq!(statuses, [vec![201; 20], vec![409; 12]].concat());
        assert_eq!((app.held(&hot).await, app.written().await[3]), (20_000, 20));
    }

    async fn two_processes_do_not_oversell(app) {
        let s = app.scene().await;
        let hot = app.given().a_product("HOT", &s.supplier).with_stock("20").await;
        let other = app.another_process().await;
        let asks = (0..48).map(|at| {
            let (app, school) = (if at % 2 == 0 { app.clone() } else { other.clone() }, s.school.clone());
            tokio::spawn(async move { app.post("/v1/orders").by(&school).json(&order_of(&[("HOT", "1")])).await.status })
        });
        let statuses: Vec<u16> = join_all(asks).await.into_iter().map(Result::unwrap).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 20, "{statuses:?}");
        assert!(statuses.iter().all(|status| [201, 409].contains(status)), "{statuses:?}");
        assert_eq!(app.held(&hot).await, 20_000);
        other.close().await;
    }

    async fn hot_goods_with_cancels_between_add_up(app) {
        let s = app.scene().await;
        let mut goods = Vec::new();
        for at in 0..5 {
            goods.push(app.given().a_product(&format!("HOT{at}"), &s.supplier).with_stock("30").await);
        }
        let tasks = (0..12).map(|seed| {
            let (app, school) = (app.clone(), s.school.clone());
            tokio::spawn(async move {
                let mut chance = StdRng::seed_from_u64(seed);
                let (mut kept, mut mine) = (0, Vec::new());
                for _ in 0..6 {
                    let mut skus: Vec<String> = (0..5).map(|at| format!("HOT{at}")).collect();
                    skus.shuffle(&mut chance);
                    let lines: Vec<(&str, &str)> = skus.iter().take(3).map(|sku| (sku.as_str(), "1")).collect();
                    let answer = app.post("/v1/orders").by(&school).json(&order_of(&lines)).await;
                    match answer.status {
                        201 => {
                            kept += 3_000;
                            mine.push(answer.json["orders"][0]["id"].as_str().unwrap().to_owned());
                        }
                        409 => assert_eq!(answer.value_of_fault(0, "left"), "0"),
                        other => panic!("{other}: {}", answer.text()),
                    }
                    if chance.random_bool(0.3) && let Some(id) = mine.pop() {
                        app.cancel(&school, &id).await.is(200);
                        kept -= 3_000;
                    }
                }
                kept
            })
        });
        let kept: i64 = join_all(tasks).await.into_iter().map(Result::unwrap).sum();
        let mut held = 0;
        for goods in &goods {
            held += app.held(goods).await;
        }
        assert_eq!(held, kept);
    }

    async fn confirming_and_cancelling_at_once_leaves_one_outcome(app) {
        let s = app.scene().await;
        for _ in 0..5 {
            let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
            let (confirmed, declined, cancelled) = futures_util::join!(
                app.confirm(&s.supplier, &id), app.decline(&s.supplier, &id), app.cancel(&s.school, &id),
            );
            let done = [confirmed.status, declined.status, cancelled.status];
            assert!(done.iter().all(|status| [200, 409].contains(status)), "{done:?}");
            let state = app.read_order(&s.school, &id).await.body(200)["status"].clone();
            assert!(state == "declined" && done == [409, 200, 409] || state == "cancelled" && done[2] == 200 && declined.status == 409, "{state} {done:?}");
        }
        assert_eq!(app.held(&s.rice).await, 0);
    }
}
