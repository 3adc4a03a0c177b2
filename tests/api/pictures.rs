//! Pictures of products: taken in by their bytes, shown in sizes, and what is no picture is refused with nothing done.

use crate::support::{Answer, Member, TestApp};
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder, ImageFormat, Rgb, RgbImage};
use poem::http::Method;
use serde_json::{Value, json};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use yangpin::jobs::{Job, Step};
use yangpin::pictures::{SupplierBounds, SweepPictures, missing};

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
    paths(app).len()
}

fn paths(app: &TestApp) -> Vec<PathBuf> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { collect(&path, into) } else { into.push(path) }
        }
    }
    let mut found = Vec::new();
    collect(&app.pictures(), &mut found);
    found.sort();
    found
}

/// As a camera writes it that knows where it is, with an archive behind its end.
fn telling(shade: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new(&mut bytes);
    encoder
        .set_exif_metadata(b"II*\0\x08\0\0\0\0\0\0\0\0\0GPSLatitude 32.3911".to_vec())
        .unwrap();
    let image = RgbImage::from_pixel(300, 300, Rgb([shade, 1, 2]));
    DynamicImage::from(image).write_with_encoder(encoder).unwrap();
    bytes.extend_from_slice(b"PK\x03\x04 appended");
    bytes
}

/// As if a file had been written so many hours before now.
fn age(app: &TestApp, path: &Path, hours: i64) {
    let at = app.app().desk.clock.now() - chrono::TimeDelta::hours(hours);
    std::fs::File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(at.into())
        .unwrap();
}

/// Runs the sweep once, from its beginning to its end.
async fn sweep(app: &TestApp) {
    let (job, mut progress) = (SweepPictures::new(app.app().gallery.clone()), Value::Null);
    while let Step::More { progress: next } = job.step(&app.app().desk, &progress).await.unwrap() {
        progress = next;
    }
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
        assert_eq!(kept, 2, "two sizes, and not as it came");
        add(&app, &s.supplier, &tea.id.to_string(), "application/octet-stream", jpeg(1)).await.is(201);
        assert_eq!(files(&app), kept);
        assert_eq!(app.number("SELECT COUNT(*) FROM pictures").await, 1);
        let twice = add(&app, &s.supplier, &tea.id.to_string(), "image/jpeg", jpeg(1)).await;
        assert_eq!(twice.problem(409), "picture_shown_already");
        let (gallery, desk) = (&app.app().gallery, &app.app().desk);
        assert_eq!(missing(desk.read(), gallery, true).await.unwrap(), (1, vec![]));
        std::fs::write(&paths(&app)[0], jpeg(2)).unwrap();
        assert_eq!(missing(desk.read(), gallery, false).await.unwrap(), (1, vec![]));
        assert_eq!(missing(desk.read(), gallery, true).await.unwrap().1.len(), 1, "other bytes than were entered");
        std::fs::remove_dir_all(app.pictures()).unwrap();
        assert_eq!(missing(desk.read(), gallery, false).await.unwrap().1.len(), 1);
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
            (b"GIF89a....".to_vec(), "Image/JPEG; name=\"a.gif\"", "picture_kind"),
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

    async fn a_picture_tells_nothing_beside_its_pixels(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        let made = add(&app, &s.supplier, &rice, "image/jpeg", telling(1)).await.body(201);
        let kept = paths(&app);
        assert_eq!(kept.len(), 2);
        for path in kept {
            let bytes = std::fs::read(&path).unwrap();
            for word in [&b"GPS"[..], b"Exif", b"PK\x03\x04", b"appended"] {
                assert!(!bytes.windows(word.len()).any(|part| part == word), "{}", path.display());
            }
        }
        let url = made["sizes"][1]["url"].as_str().unwrap();
        assert_eq!(image::load_from_memory(&app.get(url).by(&s.school).await.is(200).bytes).unwrap().width(), 300);
    }

    async fn a_picture_whose_sides_cannot_be_written_is_refused(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        for (width, height) in [(1, 66_000), (66_000, 1)] {
            let mut bytes = Cursor::new(Vec::new());
            DynamicImage::from(RgbImage::new(width, height)).write_to(&mut bytes, ImageFormat::Png).unwrap();
            let refused = add(&app, &s.supplier, &rice, "image/png", bytes.into_inner()).await;
            assert_eq!(refused.problem(422), "picture_size");
        }
        assert_eq!(files(&app), 0);
    }

    async fn nothing_is_kept_of_what_is_refused(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        for shade in 0..12 {
            add(&app, &s.supplier, &rice, "image/jpeg", jpeg(shade)).await.is(201);
        }
        let kept = files(&app);
        assert_eq!(kept, 24);
        for shade in 20..25 {
            assert_eq!(add(&app, &s.supplier, &rice, "image/jpeg", telling(shade)).await.problem(422), "limit_reached");
        }
        assert_eq!(add(&app, &s.supplier, &rice, "image/jpeg", jpeg(1)).await.problem(409), "picture_shown_already");
        let tea = app.given().a_product("TE01", &s.supplier).of_category("tea").await.id.to_string();
        let small = app.with_room_for(SupplierBounds { pictures: 12, mebibytes: 1 }).await;
        let full = add(&small, &s.supplier, &tea, "image/jpeg", telling(1)).await;
        assert_eq!(full.problem(409), "pictures_full");
        let values = &full.json["errors"][0]["values"];
        assert_eq!((&values["pictures"], &values["most_pictures"], &values["most_bytes"]), (&json!("12"), &json!("12"), &json!("1048576")));
        // One that is there already takes no more room; another supplier has room of its own.
        add(&small, &s.supplier, &tea, "image/jpeg", jpeg(1)).await.is(201);
        let none = app.with_room_for(SupplierBounds { pictures: 100, mebibytes: 0 }).await;
        assert_eq!(add(&none, &s.supplier, &tea, "image/jpeg", telling(2)).await.problem(409), "pictures_full");
        let other = app.given().a_supplier().called("别家").await;
        let honey = app.given().a_product("HO01", &other).of_category("tea").await.id.to_string();
        assert_eq!(files(&app), kept);
        add(&small, &other, &honey, "image/jpeg", telling(3)).await.is(201);
        assert_eq!(files(&app), kept + 2);
        small.close().await;
        none.close().await;
    }

    async fn files_that_no_row_knows_are_swept(app) {
        let s = app.scene().await;
        let rice = s.rice.id.to_string();
        let made = add(&app, &s.supplier, &rice, "image/jpeg", telling(1)).await.body(201);
        let digest = made["picture"].as_str().unwrap();
        let of = |digest: &str, name: &str| app.pictures().join(&digest[..2]).join(digest).join(name);
        let put = |path: PathBuf, hours: i64| {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, telling(1)).unwrap();
            age(&app, &path, hours);
            path
        };
        let (nobody, upload) = ("0f".repeat(32), "f0".repeat(32));
        let gone = [
            put(of(&nobody, "thumb"), 25),
            put(of(&nobody, "original"), 25),
            put(of(digest, "original"), 25),
            put(of(digest, ".half"), 25),
        ];
        let stays = [
            put(of(&upload, "thumb"), 23),
            put(of(digest, "other"), 1_000),
            put(app.pictures().join("README"), 1_000),
            put(app.pictures().join("0f/elsewhere"), 1_000),
        ];
        // A size was lost while the picture as it came was there.
        std::fs::remove_file(of(digest, "thumb")).unwrap();
        age(&app, &of(digest, "medium"), 1_000);
        app.spoil("UPDATE pictures SET kept_bytes = NULL, kept_digest = NULL").await;
        sweep(&app).await;
        assert!(gone.iter().all(|path| !path.exists()), "{:?}", paths(&app));
        assert!(stays.iter().all(|path| path.exists()), "{:?}", paths(&app));
        assert!(!of(&nobody, "thumb").parent().unwrap().exists());
        let (gallery, desk) = (&app.app().gallery, &app.app().desk);
        assert_eq!(missing(desk.read(), gallery, true).await.unwrap(), (1, vec![]));
        assert_eq!(app.number("SELECT count(*) FROM pictures WHERE kept_digest IS NOT NULL AND kept_bytes > 0").await, 1);
        app.get(made["sizes"][0]["url"].as_str().unwrap()).by(&s.school).await.is(200);
        // Of another database's place nothing is taken.
        std::fs::write(app.pictures().join("owner"), "another").unwrap();
        let theirs = put(of(&nobody, "thumb"), 1_000);
        sweep(&app).await;
        assert!(theirs.exists());
    }

    async fn a_place_without_a_picture_of_ours_is_left_alone(app) {
        let path = app.pictures().join("0f").join("0f".repeat(32)).join("thumb");
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, "somebody's").unwrap();
        age(&app, &path, 1_000);
        sweep(&app).await;
        assert_eq!(paths(&app), [path]);
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
