//! Letters: sent through a real server that speaks SMTP, tried again, given up, and never broken by what names say.

use crate::support::letterbox::{Letterbox, Manner, Received};
use crate::support::steps::{Scene, order_of, with};
use crate::support::{Member, TestApp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::http::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;
use yangpin::jobs::{Job, Step};
use yangpin::notices::{Codes, FollowNotices, Letter, MailServer, MailTls, NotSent, Post, SendLetters, Smtp};
use yangpin::organisations::Register;

/// Wants letters of new orders, and nothing else by letter; the address is confirmed by what `posting` sent there.
async fn wants_letters(app: &TestApp, by: &Member, language: &str, (letterbox, posting): (&Letterbox, &TestApp)) {
    let body = json!({"language": language, "mail_address": "shop@supplier.example",
        "kinds": [{"kind": "order_placed", "inbox": true, "mail": true}]});
    let path = "/v1/notices/preferences";
    let etag = app.get(path).by(by).await.etag().to_owned();
    app.call(Method::PUT, path).by(by).if_match(&etag).json(&body).await.is(200);
    posting.a_minute_passes().await;
    let code = letterbox.letters()[0].code();
    app.post("/v1/notices/address/confirm")
        .by(by)
        .json(&json!({"code": code}))
        .await
        .is(200);
    letterbox.forget();
}

/// Follows the journal to its head.
async fn told(app: &TestApp) {
    let follower = FollowNotices::new(Register::new());
    while follower.step(&app.app().desk, &Value::Null).await.unwrap() != Step::Done {}
}

/// A world with a person at the supplier who wants letters, and a process that sends them to a letterbox.
struct Office {
    s: Scene,
    seller: Member,
    letterbox: Letterbox,
    posting: TestApp,
}

async fn office(app: &TestApp, language: &str, manner: Manner) -> Office {
    let s = app.scene().await;
    let seller = app.given().a_colleague_of(&s.supplier).await;
    let letterbox = Letterbox::open(Manner::Takes).await;
    let posting = app.with_mail(letterbox.settings()).await;
    wants_letters(app, &seller, language, (&letterbox, &posting)).await;
    letterbox.now(manner);
    Office {
        s,
        seller,
        letterbox,
        posting,
    }
}

impl Office {
    async fn order(&self, app: &TestApp) -> String {
        let later = with(order_of(&[("GR02", "1")]), "deliver_on", "2027-03-01");
        app.place_one(&self.s.school, &later).await
    }

    /// A minute passes, in which what happened is told before letters are sent.
    async fn a_minute_passes(&self) {
        told(&self.posting).await;
        self.posting.a_minute_passes().await;
    }
}

/// State and attempts of the only letter.
async fn mailing(app: &TestApp) -> (i64, i64) {
    let of = async |state: &str| {
        app.number(&format!("SELECT COUNT(*) FROM notices WHERE mail_state = '{state}'"))
            .await
    };
    let state = match (of("waiting").await, of("sent").await, of("given_up").await) {
        (1, 0, 0) => 0,
        (0, 1, 0) => 1,
        (0, 0, 1) => 2,
        other => panic!("not one letter: {other:?}"),
    };
    let attempts = app.number("SELECT CAST(MAX(mail_attempts) AS bigint) FROM notices").await;
    (state, attempts)
}

const WAITS: i64 = 0;
const IS_SENT: i64 = 1;
const IS_GIVEN_UP: i64 = 2;

/// Encoded words (RFC 2047, base64) in plain.
fn in_plain(header: &str) -> String {
    let mut bytes = Vec::new();
    for word in header.split(' ') {
        match word.strip_prefix("=?utf-8?b?").and_then(|word| word.strip_suffix("?=")) {
            Some(encoded) => bytes.extend(STANDARD.decode(encoded).unwrap()),
            None => bytes.extend(word.as_bytes()),
        }
    }
    String::from_utf8(bytes).unwrap()
}

const HEADERS: [&str; 9] = [
    "Auto-Submitted",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
];

both_engines! {
    async fn a_letter_goes_out_in_the_language_that_was_chosen(app) {
        let o = office(&app, "zh", Manner::Takes).await;
        let id = o.order(&app).await;
        o.a_minute_passes().await;
        let [letter] = <[Received; 1]>::try_from(o.letterbox.letters()).unwrap();
        assert_eq!(letter.to, ["shop@supplier.example"]);
        assert_eq!(letter.names(), HEADERS);
        assert_eq!(letter.header("To"), "shop@supplier.example");
        assert_eq!(letter.header("Auto-Submitted"), "auto-generated");
        assert!(in_plain(letter.header("Subject")).starts_with("新订单"), "{}", letter.header("Subject"));
        let notice = app.get("/v1/notices").by(&o.seller).await.body(200)["items"][0]["notice_id"].as_str().unwrap().to_owned();
        assert_eq!(letter.header("Message-ID"), format!("<{notice}@yangpin.example>"));
        let text = letter.text();
        assert!(text.contains("205.00") && text.contains(&format!("https://yangpin.example/v1/orders/{id}")), "{text}");
        assert_eq!(mailing(&app).await, (IS_SENT, 1));
        o.a_minute_passes().await;
        assert_eq!(o.letterbox.asked(), 1);
        o.posting.close().await;
    }

    async fn what_cannot_be_taken_now_is_tried_again_ever_later_as_the_same_letter(app) {
        let o = office(&app, "en", Manner::SaysLater).await;
        o.order(&app).await;
        o.a_minute_passes().await;
        assert_eq!((mailing(&app).await, o.letterbox.asked()), ((WAITS, 1), 1));
        o.letterbox.now(Manner::HangsUp);
        o.a_minute_passes().await;
        assert_eq!((mailing(&app).await, o.letterbox.asked()), ((WAITS, 2), 2));
        // The next attempt is after four minutes: taken, but the word of it is lost, so it is sent again.
        o.letterbox.now(Manner::TakesAndHangsUp);
        for asked in [2, 2, 2, 3] {
            o.a_minute_passes().await;
            assert_eq!(o.letterbox.asked(), asked);
        }
        o.letterbox.now(Manner::Takes);
        app.days_pass(1);
        o.a_minute_passes().await;
        let letters = o.letterbox.letters();
        assert_eq!((letters.len(), mailing(&app).await), (2, (IS_SENT, 4)));
        assert_eq!(letters[0].header("Message-ID"), letters[1].header("Message-ID"));
        assert_eq!(letters[0].content, letters[1].content);
        o.posting.close().await;
    }

    async fn what_is_refused_or_was_tried_often_enough_is_given_up(app) {
        let o = office(&app, "en", Manner::Refuses).await;
        o.order(&app).await;
        o.a_minute_passes().await;
        assert_eq!((mailing(&app).await, o.letterbox.asked()), ((IS_GIVEN_UP, 1), 1));
        app.days_pass(1);
        o.a_minute_passes().await;
        assert_eq!(o.letterbox.asked(), 1);
        o.letterbox.now(Manner::SaysLater);
        o.order(&app).await;
        for _ in 0..9 {
            o.a_minute_passes().await;
            app.at(&(app.now() + chrono::TimeDelta::hours(5)).to_rfc3339());
        }
        app.at(&(app.now() + chrono::TimeDelta::hours(18)).to_rfc3339());
        o.a_minute_passes().await;
        assert_eq!(o.letterbox.asked(), 1 + 7);
        assert_eq!(app.number("SELECT COUNT(*) FROM notices WHERE mail_state = 'given_up'").await, 2);
        assert_eq!(app.get("/v1/notices").by(&o.seller).await.body(200)["items"].as_array().unwrap().len(), 2);
        o.posting.close().await;
    }

    async fn old_news_and_forgotten_addresses_get_no_letter(app) {
        let o = office(&app, "en", Manner::SaysLater).await;
        o.order(&app).await;
        o.a_minute_passes().await;
        assert_eq!(mailing(&app).await, (WAITS, 1));
        app.days_pass(4);
        o.letterbox.now(Manner::Takes);
        o.a_minute_passes().await;
        assert_eq!((mailing(&app).await.0, o.letterbox.letters().len()), (IS_GIVEN_UP, 0));
        // Placed long before anybody followed the journal: in the inbox, but no letter.
        o.order(&app).await;
        app.days_pass(4);
        o.a_minute_passes().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM notices WHERE mail_state = 'none'").await, 1);
        // Noted to be sent, and then the address is gone.
        o.letterbox.now(Manner::SaysLater);
        o.order(&app).await;
        o.a_minute_passes().await;
        let path = "/v1/notices/preferences";
        app.call(Method::PUT, path).by(&o.seller).if_match("\"v3\"").json(&json!({"language": "en", "kinds": []})).await.is(200);
        o.letterbox.now(Manner::Takes);
        o.a_minute_passes().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM notices WHERE mail_state = 'none'").await, 2);
        assert_eq!(o.letterbox.letters().len(), 0);
        o.posting.close().await;
    }

    async fn of_many_senders_one_sends(app) {
        let o = office(&app, "en", Manner::Takes).await;
        for _ in 0..5 {
            o.order(&app).await;
        }
        told(&app).await;
        assert_eq!((o.letterbox.asked(), app.number("SELECT COUNT(*) FROM notices WHERE mail_state = 'waiting'").await), (0, 5));
        let codes = Codes::of(&app.app().secret.secret);
        let sender = || SendLetters::new(Arc::new(Smtp::new(&o.letterbox.server()).unwrap()), None, codes.clone());
        let (first, second) = (sender(), sender());
        let steps = (0..3).flat_map(|_| [(&first, &app), (&second, &o.posting)]);
        let done = futures_util::future::join_all(steps.map(|(sender, app)| sender.step(&app.app().desk, &Value::Null))).await;
        assert!(done.iter().all(Result::is_ok), "{done:?}");
        let mut ids: Vec<String> = o.letterbox.letters().iter().map(|letter| letter.header("Message-ID").to_owned()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((o.letterbox.letters().len(), ids.len()), (5, 5));
        o.posting.close().await;
    }

    async fn hostile_names_break_no_header(app) {
        let s = app.scene().await;
        let seller = app.given().a_colleague_of(&s.supplier).await;
        let letterbox = Letterbox::open(Manner::Takes).await;
        let posting = app.with_mail(letterbox.settings()).await;
        wants_letters(&app, &seller, "en", (&letterbox, &posting)).await;
        let names = [
            "\", Bcc: <everybody@else.example>",
            "=?utf-8?q?x=0D=0ABcc:_everybody@else.example?=",
            "小学\u{2028}Bcc: everybody@else.example\u{202e}",
            "{order_no}{party}%0d%0aBcc:x@else.example",
            &"很长的名字".repeat(24),
        ];
        for name in names {
            let school = app.given().a_school_canteen().called(name).await;
            app.place_one(&school, &order_of(&[("GR02", "1")])).await;
        }
        told(&app).await;
        posting.a_minute_passes().await;
        let letters = letterbox.letters();
        assert_eq!(letters.len(), names.len());
        for letter in &letters {
            assert_eq!(letter.names(), HEADERS, "{}", letter.content);
            assert_eq!(letter.to, ["shop@supplier.example"]);
            assert!(letter.content.is_ascii() && letter.content.lines().all(|line| line.len() < 998));
        }
        posting.close().await;
    }
}

fn a_letter(subject: &str) -> Letter {
    Letter {
        id: Uuid::nil(),
        to: "shop@supplier.example".parse().unwrap(),
        subject: subject.to_owned(),
        text: "一\n.\nQUIT\n".to_owned(),
        at: "2026-11-23T02:00:00Z".parse().unwrap(),
    }
}

async fn sent_to(letterbox: &Letterbox, change: impl FnOnce(&mut MailServer)) -> Result<(), NotSent> {
    let mut server = letterbox.server();
    change(&mut server);
    let smtp = Smtp::new(&server).unwrap().within(Duration::from_millis(500));
    smtp.send(&a_letter("新订单")).await
}

#[tokio::test]
async fn each_manner_of_a_server_is_understood() {
    let letterbox = Letterbox::open(Manner::Takes).await;
    assert_eq!(sent_to(&letterbox, |_| {}).await, Ok(()));
    letterbox.now(Manner::SaysLater);
    assert_eq!(sent_to(&letterbox, |_| {}).await, Err(NotSent::Later("451".to_owned())));
    letterbox.now(Manner::Refuses);
    assert_eq!(sent_to(&letterbox, |_| {}).await, Err(NotSent::Refused("550".to_owned())));
    for manner in [Manner::HangsUp, Manner::TakesAndHangsUp, Manner::IsMute] {
        letterbox.now(manner);
        let sent = sent_to(&letterbox, |_| {}).await;
        assert!(matches!(sent, Err(NotSent::Unreachable(_))), "{manner:?}: {sent:?}");
    }
    let nobody = sent_to(&letterbox, |server| server.port = 1).await;
    assert!(matches!(nobody, Err(NotSent::Unreachable(_))), "{nobody:?}");
}

#[tokio::test]
async fn a_server_that_offers_no_starttls_gets_no_letter_where_it_is_wanted() {
    let letterbox = Letterbox::open(Manner::Takes).await;
    let sent = sent_to(&letterbox, |server| {
        server.host = "localhost".to_owned();
        server.tls = MailTls::Starttls;
    })
    .await;
    assert!(matches!(sent, Err(NotSent::Unreachable(_))), "{sent:?}");
    assert_eq!(letterbox.letters().len(), 0);
}

#[tokio::test]
async fn even_a_subject_of_many_lines_makes_one_header() {
    let letterbox = Letterbox::open(Manner::Takes).await;
    let smtp = Smtp::new(&letterbox.server()).unwrap();
    let hostile = a_letter("x\r\nBcc: everybody@else.example\r\n\r\nbody");
    // Taken as one line or refused; never two headers.
    let sent = smtp.send(&hostile).await;
    for letter in letterbox.letters() {
        assert_eq!(letter.names(), HEADERS, "{sent:?} {}", letter.content);
    }
    assert!(smtp.send(&a_letter("plain")).await.is_ok());
    let plain = letterbox.letters().pop().unwrap();
    assert_eq!(plain.text().replace('\r', ""), "一\n.\nQUIT\n");
}
