//! Addresses of letters: nothing goes to one that its holder has not confirmed, and nothing but the letter tells the code.

use crate::support::letterbox::{Letterbox, Manner};
use crate::support::steps::{Scene, order_of, with};
use crate::support::{Answer, Member, TestApp};
use chrono::TimeDelta;
use futures_util::future::join_all;
use poem::http::Method;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use yangpin::db::statement;
use yangpin::jobs::{Job, Step};
use yangpin::notices::FollowNotices;
use yangpin::organisations::Register;

const PREFERENCES: &str = "/v1/notices/preferences";
const OLD: &str = "old@supplier.example";
const NEW: &str = "new@supplier.example";

/// A person at the supplier, and a process that sends letters to a letterbox.
struct Office {
    s: Scene,
    seller: Member,
    letterbox: Letterbox,
    posting: TestApp,
}

async fn office(app: &TestApp) -> Office {
    let s = app.scene().await;
    let seller = app.given().a_colleague_of(&s.supplier).await;
    let letterbox = Letterbox::open(Manner::Takes).await;
    let posting = app.with_mail(letterbox.settings()).await;
    Office {
        s,
        seller,
        letterbox,
        posting,
    }
}

impl Office {
    /// What the person has said, as it is shown.
    async fn said(&self) -> Value {
        self.posting.get(PREFERENCES).by(&self.seller).await.body(200)
    }

    async fn names(&self, address: &str) -> Answer {
        let etag = self.posting.get(PREFERENCES).by(&self.seller).await.etag().to_owned();
        let body = json!({"language": "en", "mail_address": address, "kinds": [{"kind": "order_placed", "inbox": true, "mail": true}]});
        self.posting
            .call(Method::PUT, PREFERENCES)
            .by(&self.seller)
            .if_match(&etag)
            .json(&body)
            .await
    }

    async fn confirms(&self, code: &str) -> Answer {
        let call = self.posting.post("/v1/notices/address/confirm").by(&self.seller);
        call.json(&json!({"code": code})).await
    }

    /// Letters are sent; to whom, and the code of the last one that brings one.
    async fn sent(&self) -> Vec<String> {
        self.letterbox.forget();
        self.posting.a_minute_passes().await;
        self.letterbox.letters().iter().flat_map(|letter| letter.to.clone()).collect()
    }

    /// Names an address and gets its code.
    async fn code_for(&self, address: &str) -> String {
        self.names(address).await.is(200);
        assert_eq!(self.sent().await, [address]);
        self.letterbox.letters()[0].code()
    }

    /// An order is placed and told of; to whom letters went.
    async fn told(&self) -> Vec<String> {
        let later = with(order_of(&[("GR02", "1")]), "deliver_on", "2027-03-01");
        self.posting.place_one(&self.s.school, &later).await;
        let follower = FollowNotices::new(Register::new());
        while follower.step(&self.posting.app().desk, &Value::Null).await.unwrap() != Step::Done {}
        self.sent().await
    }
}

/// Whether any text of these tables has the code.
async fn is_kept(app: &TestApp, code: &str) -> bool {
    let plain = code.replace('-', "");
    let mut kept = false;
    for (table, column) in [
        ("entries", "body"),
        ("idempotency", "answer"),
        ("notes", "text"),
        ("address_confirmations", "address"),
    ] {
        for wanted in [code, &plain] {
            let sql = format!("SELECT COUNT(*) AS n FROM {table} WHERE CAST({column} AS text) LIKE '%{wanted}%'");
            let row = app
                .app()
                .desk
                .read()
                .query_one_raw(statement(app.engine(), &sql, Vec::new()))
                .await
                .unwrap()
                .unwrap();
            kept |= row.try_get::<i64>("", "n").unwrap() > 0;
        }
    }
    kept
}

both_engines! {
    async fn letters_go_to_a_new_address_once_it_is_confirmed(app) {
        let o = office(&app).await;
        let code = o.code_for(OLD).await;
        let said = o.said().await;
        assert_eq!((&said["mail_address"], &said["pending_address"], &said["pending_state"]), (&Value::Null, &json!(OLD), &json!("waiting")));
        assert_eq!(o.told().await, [""; 0], "nobody has confirmed it");
        let confirmed = o.confirms(&code).await.is(200);
        assert_eq!((&confirmed.json["mail_address"], &confirmed.json["pending_address"]), (&json!(OLD), &Value::Null));
        assert_eq!(o.posting.get(PREFERENCES).by(&o.seller).await.etag(), confirmed.etag(), "the answer is what is read");
        assert_eq!(o.told().await, [OLD]);
        let code = o.code_for(NEW).await;
        assert_eq!(o.told().await, [OLD], "until the new one is confirmed the old one goes on");
        // Named again while its code holds, it is not written to again.
        o.names(NEW).await.is(200);
        assert_eq!(o.sent().await, [""; 0]);
        assert_eq!(o.confirms(&code.to_lowercase().replace('-', " ")).await.body(200)["mail_address"], NEW);
        assert_eq!(o.told().await, [NEW]);
        assert_eq!(o.confirms(&code).await.problem(409), "no_address_waits");
        assert!(!is_kept(&app, &code).await);
        assert!(!o.said().await.to_string().contains(&code));
        o.posting.close().await;
    }

    async fn a_code_holds_for_five_tries_and_a_day(app) {
        let o = office(&app).await;
        let code = o.code_for(NEW).await;
        let path = "/v1/notices/address/confirm";
        let wrong = json!({"code": "22222-22222"});
        let first = || app.post(path).by(&o.seller).idempotency_key("once").json(&wrong).into_future();
        for _ in 0..2 {
            let answer = first().await;
            assert_eq!((answer.faults(422), answer.value_of_fault(0, "left")), (vec!["address_code_wrong /code".to_owned()], "4"), "asked again, it counts once");
        }
        let guesses = join_all((0..12).map(|_| o.confirms("33333-33333"))).await;
        let of = |status: u16| guesses.iter().filter(|answer| answer.status == status).count();
        assert_eq!((of(422), of(409)), (4, 8));
        assert_eq!(o.confirms(&code).await.problem(409), "address_code_over", "even the right one");
        let said = o.said().await;
        assert_eq!((&said["mail_address"], &said["pending_state"]), (&Value::Null, &json!("tries_used")));
        let code = o.code_for(NEW).await;
        app.at(&(app.now() + TimeDelta::hours(24)).to_rfc3339());
        assert_eq!(o.confirms(&code).await.problem(409), "address_code_over");
        assert_eq!(o.said().await["pending_state"], "expired");
        let again = o.code_for(NEW).await;
        assert_ne!(again, code);
        assert_eq!(o.confirms(&code).await.faults(422), ["address_code_wrong /code"]);
        o.confirms(&again).await.is(200);
        app.days_pass(8);
        o.sent().await;
        assert_eq!(app.number("SELECT COUNT(*) FROM address_confirmations").await, 0);
        assert_eq!(o.said().await["mail_address"], NEW);
        o.posting.close().await;
    }

    async fn a_code_is_for_whom_and_for_what_it_was_asked(app) {
        let o = office(&app).await;
        let code = o.code_for(NEW).await;
        let other = app.given().a_colleague_of(&o.s.supplier).await;
        let answer = app.post("/v1/notices/address/confirm").by(&other).json(&json!({"code": code})).await;
        assert_eq!(answer.problem(409), "no_address_waits");
        // Another address is named: the code of the first confirms nothing.
        let second = o.code_for(OLD).await;
        assert_eq!(o.confirms(&code).await.faults(422), ["address_code_wrong /code"]);
        o.confirms(&second).await.is(200);
        // Naming the one in force takes the new one back, and its letter does not go out any more.
        o.names(NEW).await.is(200);
        o.names(OLD).await.is(200);
        assert_eq!(o.sent().await, [""; 0]);
        assert_eq!(o.said().await["pending_address"], Value::Null);
        for _ in 0..2 {
            o.code_for(NEW).await;
            o.names(OLD).await.is(200);
        }
        assert_eq!(o.names(NEW).await.faults(409), ["address_codes_too_many /mail_address"], "five in a day");
        assert_eq!(o.said().await["mail_address"], OLD);
        app.days_pass(1);
        o.code_for(NEW).await;
        o.posting.close().await;
    }

    async fn addresses_of_before_count_as_confirmed(app) {
        let o = office(&app).await;
        o.names(OLD).await.is(200);
        // As a database of before has it: an address, and nothing that waits.
        let db = app.app().desk.db.clone();
        db.write().execute_unprepared("INSERT INTO person_mails (person_id, address) SELECT person_id, address FROM address_confirmations").await.unwrap();
        db.write().execute_unprepared("DELETE FROM address_confirmations").await.unwrap();
        assert_eq!((o.said().await["mail_address"].clone(), o.told().await), (json!(OLD), vec![OLD.to_owned()]));
        o.names(OLD).await.is(200);
        assert_eq!(o.said().await["pending_address"], Value::Null);
        o.posting.close().await;
    }

    async fn a_letter_sent_twice_brings_the_same_code(app) {
        let o = office(&app).await;
        o.letterbox.now(Manner::TakesAndHangsUp);
        o.names(NEW).await.is(200);
        o.posting.a_minute_passes().await;
        o.letterbox.now(Manner::Takes);
        o.posting.a_minute_passes().await;
        o.posting.a_minute_passes().await;
        let letters = o.letterbox.letters();
        assert_eq!((letters.len(), letters[0].code(), letters[0].header("Message-ID")), (2, letters[1].code(), letters[1].header("Message-ID")));
        o.confirms(&letters[0].code()).await.is(200);
        o.posting.close().await;
    }
}
