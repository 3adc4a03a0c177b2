use super::*;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt as _;

fn line(request_id: &str, key: Option<Uuid>) -> Line<'_> {
    Line {
        why: Why::Denied,
        request_id,
        address: Some("192.0.2.7".parse().unwrap()),
        key,
        person: None,
        organisation: None,
        role: None,
        method: "GET",
        operation: "get_order",
        ids: BTreeMap::from([("order_id", "7")]),
        status: 401,
        problem: Some("unauthenticated"),
    }
}

/// The files of the log, by name, with their lines.
fn files(folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            (path.file_name().unwrap().to_str().unwrap().to_owned(), lines)
        })
        .collect()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_day_in_shanghai_has_a_file_that_only_its_owner_reads() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("access-log");
    let clock = Clock::fixed("2026-11-23T15:59:59Z".parse().unwrap());
    let log = AccessLog::open(&folder, clock.clone()).unwrap();
    log.note(&line("first", None));
    clock.advance(chrono::TimeDelta::seconds(1));
    log.note(&line("second", None));
    log.close();
    log.note(&line("too late", None));
    let process = std::process::id();
    let found = files(&folder);
    let days: Vec<&String> = found.keys().collect();
    assert_eq!(
        days,
        [
            &format!("access-2026-11-23-{process}.jsonl"),
            &format!("access-2026-11-24-{process}.jsonl")
        ]
    );
    let first = &found[days[0]][0];
    assert_eq!(first["at"], "2026-11-23T15:59:59+00:00");
    let told = (&first["why"], &first["address"], &first["ids"]["order_id"], &first["problem"]);
    assert_eq!(
        told,
        (&json!("denied"), &json!("192.0.2.7"), &json!("7"), &json!("unauthenticated"))
    );
    assert_eq!(found[days[1]][0]["request_id"], "second");
    assert_eq!((mode(&folder), mode(&folder.join(days[0]))), (0o700, 0o600));
}

#[test]
fn what_is_older_than_twelve_months_goes() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "access-2025-11-22-1.jsonl",
        "access-2025-11-23-1.jsonl",
        "access-x.jsonl",
        "2020-01-01.jsonl",
    ] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    let log = AccessLog::open(folder.path(), Clock::fixed("2026-11-23T02:00:00Z".parse().unwrap())).unwrap();
    log.close();
    let left = files(folder.path());
    assert!(!left.contains_key("access-2025-11-22-1.jsonl"), "{left:?}");
    assert_eq!(left.len(), 4, "{left:?}");
}

#[test]
fn lost_lines_are_counted_and_strangers_do_not_fill_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::fixed("2026-11-23T02:00:00Z".parse().unwrap());
    let lost = Arc::new(AtomicU64::new(5));
    let mut writer = Writer {
        folder: folder.path().to_owned(),
        lost: Arc::clone(&lost),
        clock: clock.clone(),
        open: None,
        swept: None,
        complained: false,
    };
    let today = clock.today();
    writer.file_of(today).unwrap().bytes = MOST_STRANGERS_BYTES + 1;
    writer.take(today, b"{\"who\":\"stranger\"}\n", true);
    writer.take(today, b"{\"who\":\"official\"}\n", false);
    writer.flush();
    let found = files(folder.path());
    let lines = found.values().next().unwrap();
    assert_eq!(lines[0]["who"], "official");
    assert_eq!((&lines[1]["why"], &lines[1]["lines"]), (&json!("lost"), &json!(6)));
    assert_eq!((lines.len(), lost.load(Ordering::Relaxed)), (2, 0));
}

#[test]
fn a_folder_that_cannot_be_made_is_said_at_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(AccessLog::open(&file.path().join("log"), Clock::system()).is_err());
}
