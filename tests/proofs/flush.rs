//! No answer leaves the process before the flush that covers it: a tracer looks over its shoulder.

use crate::harness::client::Ask;
use crate::harness::load::{order, placed};
use crate::harness::server::Server;
use crate::harness::world::World;
use crate::harness::{count, figure, title};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const CONNECTIONS: usize = 8;
/// What is traced: everything by which SQLite writes and flushes, and by which an answer can leave.
const CALLS: &str = "trace=fsync,fdatasync,sync_file_range,pwrite64,pwritev,write,writev,sendto,sendmsg";

/// A tracer attached to a server started here; it ends with it.
struct Tracer(Child);

impl Drop for Tracer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Attaches a tracer, or says aloud that there is none.
fn attach(server: &Server, to: &Path) -> Option<Tracer> {
    let words = to.with_extension("said");
    let said = std::fs::File::create(&words).expect("a file can be written");
    let spawned = Command::new("strace")
        .args(["-f", "-yy", "-s", "4300", "-e", CALLS, "-o"])
        .arg(to)
        .args(["-p", &server.id().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(said)
        .spawn();
    let mut tracer = match spawned {
        Ok(child) => Tracer(child),
        Err(error) => {
            println!("SKIPPED: strace cannot be started ({error})");
            return None;
        }
    };
    let began = Instant::now();
    loop {
        let text = std::fs::read_to_string(&words).unwrap_or_default();
        if text.contains("attached") {
            return Some(tracer);
        }
        if tracer.0.try_wait().expect("a child of ours can be asked").is_some() || began.elapsed() > Duration::from_secs(10) {
            println!("SKIPPED: strace cannot look into a process here ({})", text.trim());
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// What a line of the trace says, as far as it matters here.
#[derive(Debug, PartialEq, Eq)]
enum Seen<'a> {
    /// Bytes go to the write-ahead log.
    Write(&'a str),
    /// A flush of the log has begun.
    FlushBegins(&'a str),
    /// A call of this thread has ended well.
    Ends(&'a str),
    /// Bytes leave through a socket.
    Send(&'a str),
    Other,
}

fn read(line: &str) -> (Seen<'_>, bool) {
    let (thread, call) = line.trim_start().split_once(' ').unwrap_or((line, ""));
    let call = call.trim_start();
    let whole = !call.contains("<unfinished ...>");
    if call.starts_with("<... f") {
        return (if call.contains("= 0") { Seen::Ends(thread) } else { Seen::Other }, true);
    }
    let to_log = call.split_once('>').is_some_and(|(before, _)| before.ends_with("-wal"));
    let seen = match call.split('(').next().unwrap_or_default() {
        "fsync" | "fdatasync" if to_log => Seen::FlushBegins(thread),
        "write" | "pwrite64" | "pwritev" if to_log => Seen::Write(call),
        "write" | "writev" | "sendto" | "sendmsg" if call.contains("<TCP") => Seen::Send(call),
        _ => Seen::Other,
    };
    (seen, whole)
}

#[derive(Default)]
struct Verdict {
    flushes: usize,
    in_time: usize,
    early: Vec<String>,
}

/// Follows one group's id: into the log, through the next flush, out of the socket.
fn follow(lines: &[&str], group: &str) -> Result<(), String> {
    let mut written = false;
    let mut flushing: Option<&str> = None;
    for line in lines {
        let (seen, whole) = read(line);
        match seen {
            Seen::Write(bytes) if bytes.contains(group) => written = true,
            Seen::FlushBegins(_) if written && whole => return left_later(lines, line, group),
            Seen::FlushBegins(thread) if written && flushing.is_none() => flushing = Some(thread),
            Seen::Ends(thread) if flushing == Some(thread) => return left_later(lines, line, group),
            Seen::Send(bytes) if bytes.contains(group) => return Err(format!("{group} left before its flush (written: {written})")),
            _ => {}
        }
    }
    Err(format!("{group}: no flush was seen (written: {written})"))
}

/// After its flush, the answer must really have left.
fn left_later(lines: &[&str], flush: &&str, group: &str) -> Result<(), String> {
    let after = lines.iter().position(|line| std::ptr::eq(*line, *flush)).unwrap_or(0);
    let left = lines
        .iter()
        .skip(after)
        .any(|line| matches!(read(line).0, Seen::Send(bytes) if bytes.contains(group)));
    if left {
        Ok(())
    } else {
        Err(format!("{group} was never seen to leave"))
    }
}

fn judge(trace: &str, groups: &[String]) -> Verdict {
    let lines: Vec<&str> = trace.lines().collect();
    let mut verdict = Verdict {
        flushes: lines.iter().filter(|line| matches!(read(line).0, Seen::FlushBegins(_))).count(),
        ..Verdict::default()
    };
    for group in groups {
        match follow(&lines, group) {
            Ok(()) => verdict.in_time += 1,
            Err(what) => verdict.early.push(what),
        }
    }
    verdict
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long proof, run by .ci/full"]
async fn no_answer_leaves_before_its_flush() {
    title("flush · SQLite · under strace");
    let world = World::sqlite("flush").await;
    let mut server = world.serve("a").await;
    let goods = world.goods(&[server.address], 4, 900_000).await;
    let path = world.folder.file("trace.txt");
    let Some(mut tracer) = attach(&server, &path) else { return };
    let answers = count(200);
    let mut tasks = Vec::new();
    for at in 0..CONNECTIONS {
        let (mut client, key, goods) = (server.client(), world.keys.school_buyer.clone(), goods.clone());
        let mine = answers / CONNECTIONS + usize::from(at < answers % CONNECTIONS);
        tasks.push(tokio::spawn(async move {
            let mut groups = Vec::new();
            for turn in 0..mine {
                let sku = goods.get((at + turn) % goods.len()).expect("a good").sku.clone();
                let ask = Ask::post("/v1/orders", &key, &order(&[(sku.as_str(), 1)]));
                groups.push(placed(&client.ask(&ask).await.expect("an answer comes").expect(201)).0);
            }
            groups
        }));
    }
    let mut groups = Vec::new();
    for task in tasks {
        groups.extend(task.await.expect("a client ends well"));
    }
    server.stop();
    tracer.0.wait().expect("the tracer ends with what it traced");
    let trace = std::fs::read(&path).expect("the trace can be read");
    let verdict = judge(&String::from_utf8_lossy(&trace), &groups);
    figure("answers", groups.len());
    figure("flushes of the log while they were given", verdict.flushes);
    figure("left after the flush that covers them", verdict.in_time);
    figure("left before it, or not seen", verdict.early.len());
    figure("verify", world.verify());
    assert!(verdict.early.is_empty(), "{:?}", verdict.early);
    assert_eq!(verdict.in_time, answers);
}

#[test]
fn the_judge_knows_early_from_in_time() {
    let write = "7  pwrite64(9</d/y.db-wal>, \"..G1..\", 4096, 32) = 4096";
    let flush = "7  fdatasync(9</d/y.db-wal>) = 0";
    let send = "8  sendto(12<TCP:[127.0.0.1:1->127.0.0.1:2]>, \"HTTP/1.1 201 G1\", 10, MSG_NOSIGNAL, NULL, 0) = 10";
    let (begins, ends) = ("7  fdatasync(9</d/y.db-wal> <unfinished ...>", "7  <... fdatasync resumed>) = 0");
    let groups = ["G1".to_owned()];
    let judged = |lines: &[&str]| judge(&lines.join("\n"), &groups).in_time;
    assert_eq!(judged(&[write, flush, send]), 1);
    assert_eq!(judged(&[write, begins, ends, send]), 1);
    assert_eq!(judged(&[flush, write, send, flush]), 0);
    assert_eq!(judged(&[write, begins, send, ends]), 0);
    assert_eq!(judged(&[write, flush]), 0);
}
