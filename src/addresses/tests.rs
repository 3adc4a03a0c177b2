//! No part of a secret is ever in what is shown, wherever it stands and however badly it is escaped.

use super::*;
use proptest::prelude::*;

#[test]
fn a_password_is_masked_wherever_it_stands() {
    for (address, shown) in [
        ("postgres://u:secret@127.0.0.1:5432/x", "postgres://u:***@127.0.0.1:5432/x"),
        ("postgres://u@127.0.0.1/x", "postgres://u@127.0.0.1/x"),
        (
            "postgresql://h/x?password=secret&sslmode=require",
            "postgresql://h/x?password=***&sslmode=require",
        ),
        ("postgres://h/x?user=u&passfile=/secret", "postgres://h/x?user=u&passfile=***"),
        ("postgres://h/x?p%61ssword=secret", "postgres://h/x?***"),
        ("postgres://u:se:cr@et@h/x", "postgres://u:***@h/x"),
        ("postgres://u:se/cret@h/x", "postgres://***"),
        ("postgres://u:se?cret@h/x", "postgres://***"),
        ("postgres://u:secret/x", "postgres://***"),
        (
            "postgres://a:5432,b:5433/x?target_session_attrs=read-write",
            "postgres://a:5432,b:5433/x?target_session_attrs=read-write",
        ),
        ("postgres://%2Frun%2Fpostgresql/x", "postgres://%2Frun%2Fpostgresql/x"),
        ("postgres://u:secret@[::1]:5432/x", "postgres://u:***@[::1]:5432/x"),
        ("https://key:secret@s3.example/a", "https://***@s3.example/a"),
        ("https://secret@s3.example", "https://***@s3.example"),
        ("https://s3.example/a?X-Amz-Signature=secret#secret", "https://s3.example/a?***#***"),
        ("secret", "***"),
        ("u:secret@h", "***"),
    ] {
        assert_eq!(masked(address), shown, "{address}");
    }
}

#[test]
fn what_is_secret_is_taken_out() {
    for (address, without, variables) in [
        (
            "postgres://u:se%40cret@h:5432/x",
            "postgres://u@h:5432/x",
            &[("PGPASSWORD", "se@cret")][..],
        ),
        ("postgres://u@h/x?sslmode=require", "postgres://u@h/x?sslmode=require", &[]),
        (
            "postgres://u:old@h/x?password=a+b&sslmode=require&sslpassword=c&passfile=%2Fp&nobody=knows",
            "postgres://u@h/x?sslmode=require",
            &[("PGPASSFILE", "/p"), ("PGPASSWORD", "a b")],
        ),
        ("postgres://h/x?p%61ssword=secret", "postgres://h/x", &[("PGPASSWORD", "secret")]),
        ("postgres://a,b/x?statement-cache-capacity=1", "postgres://a,b/x", &[]),
    ] {
        let apart = apart(address).unwrap();
        let taken: Vec<(&str, &str)> = apart.variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!((apart.address.as_str(), taken.as_slice()), (without, variables), "{address}");
    }
    for address in ["postgres://u:a/b@h/x", "postgres://u:%zz@h/x", "postgres://u:%4@h/x", "nothing"] {
        assert_eq!(apart(address), None, "{address}");
    }
}

/// Words that stand nowhere else, with signs between them that mean something in an address.
fn secret() -> impl Strategy<Value = (Vec<String>, String)> {
    let word = "zq[a-z]{4}vx";
    (
        prop::collection::vec(word, 1..4),
        prop::collection::vec(r"[@/?#:&=%+,;\[\] \\é]{1,2}", 4),
    )
        .prop_map(|(words, signs)| {
            let joined = words
                .iter()
                .zip(signs)
                .fold(String::new(), |so_far, (word, sign)| match so_far.is_empty() {
                    true => word.clone(),
                    false => format!("{so_far}{sign}{word}"),
                });
            (words, joined)
        })
}

/// As a careful person writes it.
fn escaped(text: &str) -> String {
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

/// Where a secret stands in an address.
const PLACES: [&str; 12] = [
    "postgres://user:{}@db.example:5432/yangpin",
    "postgres://user:{}@db.example/yangpin?sslmode=require",
    "postgresql://user:{}@a.example:5432,b.example:5433/yangpin?target_session_attrs=read-write",
    "postgres://db.example/yangpin?user=u&password={}",
    "postgres://db.example/yangpin?password={}&sslmode=require",
    "postgres://u:{}@db.example/yangpin?password={}",
    "postgres://db.example/yangpin?passfile={}",
    "postgres://db.example/yangpin?sslpassword={}",
    "https://{}@s3.example/prefix",
    "https://key:{}@s3.example",
    "https://{}:key@s3.example",
    "http://s3.example/prefix?token={}",
];

proptest! {
    #[test]
    fn no_part_of_a_secret_is_shown((words, secret) in secret(), place in prop::sample::select(&PLACES[..]), careful: bool) {
        let written = if careful { escaped(&secret) } else { secret.clone() };
        let address = place.replace("{}", &written);
        let shown = masked(&address);
        for word in &words {
            prop_assert!(!shown.contains(word), "{address} is shown as {shown}");
        }
        if careful {
            prop_assert!(shown.contains(".example"), "{shown}");
        }
        if let Some(apart) = apart(&address).filter(|_| place.starts_with("postgres")) {
            for word in &words {
                prop_assert!(!apart.address.contains(word), "{address} becomes {}", apart.address);
            }
        }
    }

    #[test]
    fn a_careful_address_gives_its_password_back((_, secret) in secret()) {
        let address = format!("postgres://u:{}@db.example/yangpin", escaped(&secret));
        let apart = apart(&address).unwrap();
        prop_assert_eq!(apart.address, "postgres://u@db.example/yangpin");
        prop_assert_eq!(apart.variables.get("PGPASSWORD"), Some(&secret));
    }
}
