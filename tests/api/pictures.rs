//! Pictures of products: taken in by their bytes, shown in sizes, and what is no picture is refused with nothing done.

use crate::support::{Answer, Member, TestApp};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use poem::http::Method;
use serde_json::{Value, json};
use std::io::Cursor;

fn jpeg(shade: u8) -> Vec<u8> {
    let image = RgbImage::from_pixel(1000, 500, Rgb([shade.wrapping_mul(19), 20, 30]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::from(image).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

async fn add(app: &TestApp, by: &Member, product: &str, kind: &str, bytes: Vec<u8>) -> Answer {
    let path = format!("/v1/products/{product}/pictures?alt=%E9%BB%91%E7%B1%B3");
    app.post(path).by(by).header("content-type", kind).raw(bytes).await
}

async fn shown(app: &TestApp, by: &Member, product: &str) -> (Vec<String>, String) {
    let read = app.get(format!("/v1/products/{product}")).by(by).await.is(200);
    let names = read.json["pictures"].as_array().unwrap().iter();
    let names = names.map(|one| one["picture"].as_str().unwrap().to_owned()).collect();
    (names, read.etag().to_owned())
}

fn files(app: &TestApp) -> usize {
    fn count(folder: &std::path::Path) -> usize {
        let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
        let paths = entries.map(|entry| entry.unwrap().path());
        paths.map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    count(&app.pictures())
}

both_engines! {
    async fn a_picture_is_shown_in_its_sizes(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        // The header says another kind: what counts is the bytes.
        let made = add(&app, &s.supplier, &rice, "image/png", jpeg(200)).await.body(201);
        assert_eq!(made["alt"], "黑米");
        let sizes: Vec<(&str, i64, i64)> = made["sizes"].as_array().unwrap().iter()
            .map(|one| (one["size"].as_str().unwrap(), one["width"].as_i64().unwrap(), one["height"].as_i64().unwrap())).collect();
        assert_eq!(sizes, [("thumb", 200, 100), ("medium", 800, 400)]);
        for (at, width) in [(0, 200), (1, 800)] {
            let url = made["sizes"][at]["url"].as_str().unwrap();
            let answer = app.get(url).by(&s.school).await.is(200);
            assert_eq!(answer.header("content-type"), Some("image/jpeg"));
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
            assert_eq!(answer.header("content-security-policy"), Some("default-src 'none'; sandbox"));
            assert_eq!(answer.header("cache-control"), Some("private, max-age=31536000, immutable"));
            assert_eq!(image::load_from_memory(&answer.bytes).unwrap().width(), width);
            let again = app.get(url).by(&s.school).header("if-none-match", answer.etag()).await;
            assert_eq!(again.status, 304);
        }
        let read = app.get(format!("/v1/products/{rice}")).by(&s.school).await.body(200);
        assert_eq!(read["pictures"], json!([made]));
        let list = app.get("/v1/products").by(&s.school).await.body(200);
        assert_eq!(list["items"][0]["pictures"], json!([made]));
        app.place(&s.school, &crate::support::steps::order_of(&[("GR02", "1")])).await;
    }

    async fn the_same_bytes_are_one_picture(app) {
        let s = app.scene().await;
        let tea = app.given().a_product("TE01", &s.supplier).of_category("tea").await;
        add(&app, &s.supplier, &s.rice.id.to_string(), "image/jpeg", jpeg(1)).await.is(201);
        let kept = files(&app);
        assert_eq!(kept, 3, "as it came, and two sizes");
        add(&app, &s.supplier, &tea.id.to_string(), "application/octet-stream", jpeg(1)).await.is(201);
        assert_eq!(files(&app), kept);
        assert_eq!(app.number("SELECT COUNT(*) FROM pictures").await, 1);
        let twice = add(&app, &s.supplier, &tea.id.to_string(), "image/jpeg", jpeg(1)).await;
        assert_eq!(twice.problem(409), "picture_shown_already");
        let (gallery, desk) = (&app.app().gallery, &app.app().desk);
        assert_eq!(yangpin::pictures::missing(desk.read(), gallery).await.unwrap(), (1, vec![]));
        std::fs::remove_dir_all(app.pictures()).unwrap();
        assert_eq!(yangpin::pictures::missing(desk.read(), gallery).await.unwrap().1.len(), 1);
        // Sent again, it is kept again.
        let oil = app.given().a_product("OI01", &s.supplier).of_category("oil").await;
        add(&app, &s.supplier, &oil.id.to_string(), "image/jpeg", jpeg(1)).await.is(201);
        assert_eq!(files(&app), kept);
    }

    async fn a_request_sent_twice_adds_once(app) {
        let s = app.scene().await;
        let path = format!("/v1/products/{}/pictures", s.rice.id);
        let send = |bytes: Vec<u8>| app.post(&path).by(&s.supplier).idempotency_key("one").header("content-type", "image/jpeg").raw(bytes);
        let first = send(jpeg(1)).await.is(201);
        let second = send(jpeg(1)).await.is(201);
        assert!(second.is_replay() && second.json == first.json);
        assert_eq!(send(jpeg(2)).await.problem(422), "idempotency_key_reused");
        assert_eq!(shown(&app, &s.school, &s.rice.id.to_string()).await.0.len(), 1);
    }

    async fn what_is_no_picture_leaves_nothing_behind(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        let entries = app.entries().await;
        let whole = jpeg(9);
        for (bytes, kind, slug) in [
            (b"<svg onload=alert(1)>".to_vec(), "image/png", "picture_kind"),
            (b"GIF89a....".to_vec(), "image/jpeg", "picture_kind"),
            (whole[..whole.len() / 2].to_vec(), "image/jpeg", "picture_cut_short"),
            (whole[..30].to_vec(), "image/webp", "picture_cut_short"),
        ] {
            assert_eq!(add(&app, &s.supplier, &rice, kind, bytes).await.problem(422), slug);
        }
        assert_eq!(add(&app, &s.supplier, &rice, "text/html", whole.clone()).await.problem(415), "unsupported_media_type");
        assert_eq!(add(&app, &s.supplier, &rice, "image/jpeg", vec![0; (8 << 20) + 1]).await.problem(413), "body_too_large");
        assert_eq!(add(&app, &s.supplier, &rice, "image/jpeg", vec![]).await.faults(400), ["missing_field"]);
        assert_eq!((files(&app), app.entries().await, app.number("SELECT COUNT(*) FROM pictures").await), (0, entries, 0));
        // Eight mebibytes are read, whatever they are.
        let mut padded = whole;
        padded.resize(8 << 20, 0);
        add(&app, &s.supplier, &rice, "image/jpeg", padded).await.is(201);
    }

    async fn pictures_are_arranged_and_come_back(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        for shade in [1, 2, 3] {
            add(&app, &s.supplier, &rice, "image/jpeg", jpeg(shade)).await.is(201);
        }
        let (names, tag) = shown(&app, &s.school, &rice).await;
        let path = format!("/v1/products/{rice}/pictures");
        let arrange = |tag: &str, body: Value| app.call(Method::PUT, &path).by(&s.supplier).if_match(tag).json(&body);
        let body = json!({"pictures": [{"picture": names[2], "alt": "正面"}, {"picture": names[0]}]});
        let arranged = arrange(&tag, body.clone()).await.is(200);
        let pictures = &arranged.json["pictures"];
        assert_eq!((&pictures[0]["alt"], &pictures[1]["alt"]), (&json!("正面"), &json!("黑米")));
        assert_eq!(shown(&app, &s.school, &rice).await.0, [names[2].clone(), names[0].clone()]);
        assert_eq!(arrange(&tag, body).await.status, 412);
        let tag = arranged.etag();
        let unknown = json!({"pictures": [{"picture": "0".repeat(64)}, {"picture": names[0]}, {"picture": names[0]}]});
        assert_eq!(arrange(tag, unknown).await.faults(422), ["picture_of_other_product /pictures/0/picture", "picture_twice /pictures/2/picture"]);
        let url = format!("/v1/pictures/{}/thumb", names[1]);
        app.get(&url).by(&s.school).await.is(200);
        let back = json!({"pictures": [{"picture": names[1]}]});
        arrange(tag, back).await.is(200);
        assert_eq!(shown(&app, &s.school, &rice).await.0, [names[1].clone()]);
        let other = app.given().a_supplier().called("别家").await;
        assert_eq!(add(&app, &other, &rice, "image/jpeg", jpeg(4)).await.status, 404);
    }

    async fn a_product_shows_at_most_twelve(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        for shade in 0..12 {
            add(&app, &s.supplier, &rice, "image/jpeg", jpeg(shade)).await.is(201);
        }
        assert_eq!(add(&app, &s.supplier, &rice, "image/jpeg", jpeg(99)).await.problem(422), "limit_reached");
        for path in ["/v1/pictures/../../etc/passwd", "/v1/pictures/ABC/thumb", "/v1/pictures/%2e%2e/thumb"] {
            assert!([400, 404].contains(&app.get(path).by(&s.school).await.status), "{path}");
        }
    }
}
