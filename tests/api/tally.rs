//! The figure: exact after every write, by every dimension, for those who may see it, down to its lines.

use crate::support::given::code_of;
use crate::support::steps::{order_of, with};
use crate::support::{Member, TestApp};
use serde_json::{Value, json};

/// Groups as `code amount`.
fn groups(tally: &Value, by: &str) -> Vec<String> {
    let code = |group: &Value| group[by]["code"].as_str().or(group[by].as_str()).unwrap().to_owned();
    tally["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| format!("{} {}", code(group), group["amount"].as_str().unwrap()))
        .collect()
}

fn total(tally: &Value) -> (&str, i64) {
    (
        tally["total"]["amount"].as_str().unwrap(),
        tally["total"]["lines"].as_i64().unwrap(),
    )
}

fn fen(amount: &Value) -> i64 {
    let text = amount.as_str().unwrap();
    text.replace('.', "").parse().unwrap()
}

struct City {
    official: Member,
    school: Member,
    office: Member,
    market: Member,
    supplier: Member,
    tea_firm: Member,
}

/// Three buyers of two towns, two departments and both modes; two suppliers; rice at 205, tea at 39.90 without weight.
async fn city(app: &TestApp) -> City {
    let given = app.given();
    let city = City {
        official: given.an_official_of_the_city().await,
        school: given.a_school_canteen().under("教育局").await,
        office: given.a_government_canteen().in_town("东陈镇").under("机关事务局").await,
        market: given.a_supermarket().in_town("东陈镇").await,
        supplier: given.a_supplier().await,
        tea_firm: given.a_supplier().called("洋州茶业").await,
    };
    given.a_product("GR02", &city.supplier).priced("205.00").weighing("25").await;
    given
        .a_product("TE01", &city.tea_firm)
        .of_category("tea")
        .grown_in("马畅镇")
        .priced("39.90")
        .without_weight()
        .await;
    app.place(&city.school, &order_of(&[("GR02", "10"), ("TE01", "1")])).await;
    app.place(&city.office, &with(order_of(&[("GR02", "1")]), "fund_source", "official_reception"))
        .await;
    app.days_pass(10);
    app.place(&city.market, &with(order_of(&[("TE01", "100")]), "deliver_on", "2026-12-24"))
        .await;
    city
}

both_engines! {
    async fn the_total_is_exact_after_every_write(app) {
        let s = app.scene().await;
        let official = app.given().an_official_of_the_city().await;
        let empty = app.ordered(&official, "").await;
        assert_eq!((total(&empty), &empty["total"]["quantity_kg"]), (("0.00", 0), &Value::Null));
        let id = app.place_one(&s.school, &order_of(&[("GR02", "10")])).await;
        let one = app.ordered(&official, "").await;
        assert_eq!((total(&one), &one["total"]["quantity_kg"]), (("2050.00", 1), &json!("250")));
        assert!(one["as_of"]["sequence"].as_i64() > empty["as_of"]["sequence"].as_i64());
        assert_ne!(one["as_of"]["hash"], empty["as_of"]["hash"]);
        assert_eq!(one["as_of"]["epoch"], empty["as_of"]["epoch"]);
        app.confirm(&s.supplier, &id).await.is(200);
        assert_eq!(total(&app.ordered(&official, "").await), ("2050.00", 1));
        app.place(&s.school, &order_of(&[("GR02", "1"), ("GR02", "2")])).await;
        assert_eq!(total(&app.ordered(&official, "").await), ("2665.00", 3));
        app.cancel(&s.school, &id).await.is(200);
        assert_eq!(total(&app.ordered(&official, "").await), ("615.00", 2));
        for measure in ["shipped", "accepted", "returned"] {
            let nothing = app.get(format!("/v1/tally?measure={measure}")).by(&official).await.body(200);
            assert_eq!(total(&nothing), ("0.00", 0), "{measure}");
        }
        for measure in ["invoiced", "paid"] {
            let untold = app.get(format!("/v1/tally?measure={measure}")).by(&official).await;
            assert_eq!(untold.faults(422), ["measure_not_booked measure"], "nought would be read as a figure");
        }
    }

    async fn every_dimension_alone_and_in_pairs_adds_up_to_the_total(app) {
        let c = city(&app).await;
        let dimensions = ["month", "mode", "town", "department", "channel", "fund_source", "category", "origin", "buyer", "product", "supplier"];
        for (at, one) in dimensions.iter().enumerate() {
            let by = app.ordered(&c.official, &format!("group_by={one}")).await;
            assert_eq!(total(&by), ("6284.90", 4), "{one}");
            assert_eq!(by["groups"].as_array().unwrap().iter().map(|group| fen(&group["amount"])).sum::<i64>(), 628_490, "{one}");
            for other in &dimensions[at + 1..] {
                let by = app.ordered(&c.official, &format!("group_by={one},{other}")).await;
                let sums = by["groups"].as_array().unwrap().iter();
                let (amount, lines) = sums.fold((0, 0), |(amount, lines), group| {
                    assert!(!group[*one].is_null() && !group[*other].is_null());
                    (amount + fen(&group["amount"]), lines + group["lines"].as_i64().unwrap())
                });
                assert_eq!((amount, lines), (628_490, 4), "{one},{other}");
            }
        }
    }

    async fn groups_are_named_and_the_largest_comes_first(app) {
        let c = city(&app).await;
        let by = |word: &'static str| { let (app, official) = (&app, &c.official); async move { app.ordered(official, &format!("group_by={word}")).await } };
        assert_eq!(groups(&by("town").await, "town"), ["320682103 4195.00", "320682105 2089.90"]);
        assert_eq!(by("town").await["groups"][0]["town"]["name"], "东陈镇");
        assert_eq!(groups(&by("month").await, "month"), ["2026-11 2294.90", "2026-12 3990.00"]);
        assert_eq!(groups(&by("mode").await, "mode"), ["assisted_sale 3990.00", "purchase 2294.90"]);
        assert_eq!(groups(&by("channel").await, "channel"), ["supermarket 3990.00", "school_canteen 2089.90", "government_canteen 205.00"]);
        assert_eq!(groups(&by("fund_source").await, "fund_source"), ["trading_stock 3990.00", "canteen_meals 2089.90", "official_reception 205.00"]);
        assert_eq!(groups(&by("category").await, "category"), ["tea 4029.90", "grain 2255.00"]);
        assert_eq!(by("category").await["groups"][0]["category"]["name"], "Tea");
        let chinese = app.get("/v1/tally?measure=ordered&group_by=category").by(&c.official).header("accept-language", "zh").await.body(200);
        assert_eq!(chinese["groups"][0]["category"]["name"], "茶叶");
        assert_eq!(groups(&by("origin").await, "origin"), [format!("{} 4029.90", code_of("马畅镇")), format!("{} 2255.00", code_of("谢村镇"))]);
        assert_eq!(groups(&by("product").await, "product"), ["TE01 4029.90", "GR02 2255.00"]);
        let departments = by("department").await;
        let names: Vec<_> = departments["groups"].as_array().unwrap().iter().map(|group| group["department"]["name"].as_str().unwrap()).collect();
        assert_eq!((names.len(), names[1], names[2]), (3, "教育局", "机关事务局"));
        assert_eq!(departments["groups"][0]["department"]["code"], "unassigned");
        assert_eq!(by("supplier").await["groups"][0]["supplier"]["name"], "洋州茶业");
        assert_eq!(by("buyer").await["groups"][0]["buyer"]["name"], "文峰大世界");
        let few = app.ordered(&c.official, "group_by=channel&limit=1").await;
        assert_eq!((groups(&few, "channel").len(), &few["complete"], total(&few)), (1, &json!(false), ("6284.90", 4)));
    }

    async fn filters_narrow_alone_and_together(app) {
        let c = city(&app).await;
        let department = app.given().department("教育局").await;
        let market = c.market.id;
        for (query, amount) in [
            ("town=320682103".to_owned(), "4195.00"),
            (format!("department={department}"), "2089.90"),
            ("channel=school_canteen".to_owned(), "2089.90"),
            ("fund_source=official_reception".to_owned(), "205.00"),
            ("mode=assisted_sale".to_owned(), "3990.00"),
            ("category=tea".to_owned(), "4029.90"),
            (format!("origin={}", code_of("马畅镇")), "4029.90"),
            (format!("buyer={market}"), "3990.00"),
            (format!("supplier={}", c.supplier.id), "2255.00"),
            ("from=2026-11&to=2026-11".to_owned(), "2294.90"),
            ("from=2026-12".to_owned(), "3990.00"),
            ("to=2026-10".to_owned(), "0.00"),
            ("town=320682103&category=grain".to_owned(), "205.00"),
            (format!("town=320682103&supplier={}", c.tea_firm.id), "3990.00"),
            (format!("buyer={market}&category=grain"), "0.00"),
            ("department=unassigned".to_owned(), "3990.00"),
            ("product=TE01".to_owned(), "4029.90"),
            ("from=2026-Q4&to=2026".to_owned(), "6284.90"),
            ("from=2027".to_owned(), "0.00"),
        ] {
            let tally = app.ordered(&c.official, &query).await;
            assert_eq!(tally["total"]["amount"], amount, "{query}");
            let lines = app.get(format!("/v1/tally/lines?measure=ordered&{query}")).by(&c.official).await.body(200);
            let sum: i64 = lines["items"].as_array().unwrap().iter().map(|line| fen(&line["amount"])).sum();
            assert_eq!(sum, fen(&tally["total"]["amount"]), "the lines of {query}");
            let count: i64 = lines["items"].as_array().unwrap().iter().map(|line| line["lines"].as_i64().unwrap()).sum();
            assert_eq!(json!(count), tally["total"]["lines"], "the lines of {query}");
        }
    }

    async fn each_sees_the_figure_of_the_own_remit(app) {
        let c = city(&app).await;
        let given = app.given();
        for (member, amount) in [
            (&c.school, "2089.90"),
            (&c.office, "205.00"),
            (&c.market, "3990.00"),
            (&c.supplier, "2255.00"),
            (&c.tea_firm, "4029.90"),
            (&given.an_official_of_the_county().await, "6284.90"),
            (&given.an_official_of_town("白蒲镇").await, "2089.90"),
            (&given.an_official_of_town("东陈镇").await, "4195.00"),
            (&given.an_official_of_town("丁堰镇").await, "0.00"),
            (&given.an_official_of_department("教育局").await, "2089.90"),
            (&given.an_auditor().await, "6284.90"),
            (&given.an_operator().await, "6284.90"),
        ] {
            for query in ["", "group_by=town", "group_by=buyer", "group_by=product,town", "group_by=supplier"] {
                let tally = app.ordered(member, query).await;
                assert_eq!(tally["total"]["amount"], amount, "{} {query}", member.name);
                let sum: i64 = tally["groups"].as_array().unwrap().iter().map(|group| fen(&group["amount"])).sum();
                assert!(query.is_empty() || sum == fen(&json!(amount)), "{} {query}", member.name);
            }
        }
        let town = given.an_official_of_town("白蒲镇").await;
        let other = app.ordered(&town, "town=320682103").await;
        assert_eq!(other["total"]["amount"], "0.00", "another town's figure is not to be asked for");
        let others = app.ordered(&c.school, &format!("buyer={}", c.office.id)).await;
        assert_eq!(others["total"]["amount"], "0.00");
    }

    async fn what_is_taken_back_counts_on_its_own_day(app) {
        let s = app.scene().await;
        let official = app.given().an_official_of_the_city().await;
        let cancelled = app.place_one(&s.school, &order_of(&[("GR02", "10"), ("GR02", "1")])).await;
        let declined = app.place_one(&s.school, &order_of(&[("GR02", "3")])).await;
        app.at("2026-11-30T15:59:59.999999Z");
        app.cancel(&s.school, &cancelled).await.is(200);
        app.at("2026-11-30T16:00:00Z");
        app.decline(&s.supplier, &declined).await.is(200);
        let months = app.ordered(&official, "group_by=month").await;
        assert_eq!(groups(&months, "month"), ["2026-11 615.00", "2026-12 -615.00"]);
        assert_eq!(total(&months), ("0.00", 0));
        assert_eq!(months["groups"][1]["lines"], -1);
        let lines = app.get("/v1/tally/lines?measure=ordered&from=2026-12").by(&official).await.body(200);
        let line = &lines["items"][0];
        assert_eq!((&line["kind"], &line["amount"], &line["quantity"], &line["business_date"]),
            (&json!("order.declined"), &json!("-615.00"), &json!("-3"), &json!("2026-12-01")));
        assert_eq!(app.ordered(&official, "from=2026-12&to=2026-12&group_by=buyer").await["groups"][0]["buyer"]["code"], s.school.id.to_string());
    }

    async fn a_month_begins_at_midnight_in_shanghai(app) {
        let s = app.scene().await;
        let official = app.given().an_official_of_the_city().await;
        for (instant, month) in [
            ("2026-11-30T15:59:59.999999Z", "2026-11"),
            ("2026-11-30T16:00:00.000000Z", "2026-12"),
            ("2026-12-31T15:59:59.999999Z", "2026-12"),
            ("2026-12-31T16:00:00.000000Z", "2027-01"),
        ] {
            app.at(instant);
            let order = with(order_of(&[("GR02", "1")]), "deliver_on", "2027-02-01");
            let before = app.ordered(&official, &format!("from={month}&to={month}")).await;
            let id = app.place_one(&s.school, &order).await;
            let after = app.ordered(&official, &format!("from={month}&to={month}")).await;
            assert_eq!(fen(&after["total"]["amount"]) - fen(&before["total"]["amount"]), 20_500, "{instant}");
            let order = app.read_order(&s.school, &id).await.body(200);
            let day = order["order_no"].as_str().unwrap();
            assert_eq!(day[..6], month.replace('-', ""), "{instant}");
        }
    }

    async fn a_move_changes_later_figures_only(app) {
        use entity::DivisionCode;
        use yangpin::organisations::{keys::command_line, move_organisation::move_organisation, organisation::Move};
        let s = app.scene().await;
        let official = app.given().an_official_of_the_city().await;
        let id = app.place_one(&s.school, &order_of(&[("GR02", "1")])).await;
        let town: DivisionCode = app.given().town("东陈镇").await;
        app.days_pass(1);
        let step = Move { town_code: town, department_id: None, from_date: None };
        move_organisation(&app.app().desk, &command_line(), s.school.id, step, None).await.unwrap();
        app.place(&s.school, &order_of(&[("GR02", "2")])).await;
        assert_eq!(groups(&app.ordered(&official, "group_by=town").await, "town"), ["320682103 410.00", "320682105 205.00"]);
        app.cancel(&s.school, &id).await.is(200);
        assert_eq!(groups(&app.ordered(&official, "group_by=town").await, "town"), ["320682103 410.00", "320682105 0.00"]);
    }

    async fn a_total_goes_into_a_spreadsheet(app) {
        let c = city(&app).await;
        let answer = app.get("/v1/tally.csv?measure=ordered&group_by=town").by(&c.official).await.is(200);
        assert!(answer.header("content-disposition").unwrap().contains("tally.csv"));
        let text = answer.text();
        assert!(text.starts_with('\u{feff}'), "or Excel reads it as something else");
        let rows: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(rows[0], "town_code,town_name,amount_yuan,quantity_kg,quantity,weighed_lines,lines");
        assert_eq!(rows[1], "320682103,东陈镇,4195.00,25,,1,2");
        assert_eq!(rows[2], "320682105,白蒲镇,2089.90,250,,1,2");
        assert_eq!(rows[3], "total,,6284.90,275,,2,4");
        assert!(rows[4].starts_with("as_of sequence="));
        let own = app.get("/v1/tally.csv?measure=ordered&group_by=product").by(&c.tea_firm).await.is(200).text();
        assert!(own.contains("TE01") && !own.contains("GR02"));
    }

    async fn a_name_like_a_formula_stays_a_name(app) {
        let s = app.scene().await;
        let market = app.given().a_supermarket().called("=HYPERLINK(\"http://x\")").await;
        app.place(&market, &order_of(&[("GR02", "1")])).await;
        let text = app.get("/v1/tally.csv?measure=ordered&group_by=buyer").by(&s.supplier).await.is(200).text();
        assert!(text.contains("'=HYPERLINK") && !text.contains(",=") && !text.contains(",\"="), "{text}");
    }

    async fn the_lines_of_a_total_come_in_pages_that_add_up(app) {
        let s = app.scene().await;
        for _ in 0..3 {
            app.place(&s.school, &order_of(&[("GR02", "1"), ("GR02", "2"), ("GR02", "3")])).await;
        }
        let mut path = "/v1/tally/lines?measure=ordered&limit=2".to_owned();
        let (mut sum, mut seen) = (0, Vec::new());
        loop {
            let page = app.get(&path).by(&s.school).await.is(200);
            for line in page.json["items"].as_array().unwrap() {
                sum += fen(&line["amount"]);
                seen.push(format!("{} {}", line["order_no"], line["line_no"]));
            }
            let Some(link) = page.header("link") else { break };
            assert!(page.json["next"].is_string());
            path = link.trim_start_matches('<').split('>').next().unwrap().to_owned();
        }
        let whole = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((sum, whole, seen.len()), (369_000, 9, 9));
    }

    async fn what_cannot_be_asked_is_told_at_once(app) {
        let official = app.given().an_official_of_the_city().await;
        let ask = |query: &'static str| app.get(format!("/v1/tally?{query}")).by(&official);
        assert_eq!(ask("measure=ordered&from=2026-12&to=2026-11&group_by=town,town,moon,month,mode").await.faults(400), [
            "months_reversed from", "group_by_twice group_by", "group_by_unknown group_by", "group_by_many group_by",
        ]);
        assert_eq!(ask("").await.faults(400), ["missing_parameter measure"]);
        for query in ["measure=counted", "measure=ordered&from=2026-13", "measure=ordered&from=11-2026", "measure=ordered&as_of=3",
            "measure=ordered&limit=0", "measure=ordered&limit=10001", "measure=ordered&town=x", "measure=ordered&measure=paid"] {
            assert_eq!(ask(query).await.status, 400, "{query}");
        }
    }

    async fn an_own_write_is_in_the_total_that_the_other_process_answers_next(app) {
        let s = app.scene().await;
        let other = app.another_process().await;
        let official = app.given().an_official_of_the_city().await;
        let mut expected = 0;
        let mut placed: Vec<String> = Vec::new();
        for round in 0..12 {
            let (writer, reader) = if round % 2 == 0 { (&app, &other) } else { (&other, &app) };
            if round % 4 == 3 {
                writer.cancel(&s.school, &placed.pop().unwrap()).await.is(200);
                expected -= 20_500;
            } else {
                placed.push(writer.place_one(&s.school, &order_of(&[("GR02", "1")])).await);
                expected += 20_500;
            }
            assert_eq!(fen(&reader.ordered(&official, "").await["total"]["amount"]), expected, "round {round}");
        }
        other.close().await;
    }
}
