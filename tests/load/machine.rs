//! What the machine did meanwhile: the share that others took, from `/proc`. Where there is none, nothing is said.

use std::collections::HashMap;
use std::time::Instant;

/// A clock tick is a hundredth of a second on every Linux there is.
const TICKS_A_SECOND: f64 = 100.0;

/// Process trees of ours, watched over a run.
#[derive(Debug)]
pub struct Watch {
    roots: Vec<u32>,
    busy: Option<u64>,
    ours: Vec<Process>,
    began: Instant,
}

#[derive(Clone, Debug)]
struct Process {
    id: u32,
    parent: u32,
    name: String,
    /// Its own ticks, and those of children that have ended.
    ticks: u64,
}

impl Watch {
    /// Begins to watch this process and those named, each with all its children.
    pub fn begin(others: &[u32]) -> Self {
        let mut roots = vec![std::process::id()];
        roots.extend(others);
        Self {
            busy: busy(),
            ours: trees(&roots),
            roots,
            began: Instant::now(),
        }
    }

    /// The share of the machine that others took, and the share of one processor of ours by name, per cent.
    pub fn end(self) -> (f64, Vec<(String, f64)>) {
        let ticks = self.began.elapsed().as_secs_f64() * TICKS_A_SECOND;
        let (Some(before), Some(after)) = (self.busy, busy()) else {
            return (f64::NAN, Vec::new());
        };
        let (mut mine, mut shares) = (0_i64, HashMap::<String, f64>::new());
        for process in &self.ours {
            mine -= process.ticks.cast_signed();
        }
        for process in trees(&self.roots) {
            mine += process.ticks.cast_signed();
            let before = self.ours.iter().find(|known| known.id == process.id).map_or(0, |known| known.ticks);
            *shares.entry(process.name).or_default() += process.ticks.saturating_sub(before) as f64 / ticks * 100.0;
        }
        let processors = std::thread::available_parallelism().map_or(1.0, |count| count.get() as f64);
        let foreign = ((after - before).cast_signed() - mine).max(0) as f64 / (ticks * processors) * 100.0;
        let mut shares: Vec<_> = shares.into_iter().filter(|(_, share)| *share >= 1.0).collect();
        shares.sort_by(|a, b| b.1.total_cmp(&a.1));
        (foreign, shares)
    }
}

/// Ticks that all processors were busy.
fn busy() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/stat").ok()?;
    let ticks: Vec<u64> = text
        .lines()
        .next()?
        .split_whitespace()
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    // user, nice, system, idle, iowait, irq, softirq, steal
    Some([0, 1, 2, 5, 6, 7].iter().filter_map(|at| ticks.get(*at)).sum())
}

/// These processes and all below them. A child that ends hands its ticks to its parent, so the sum stays.
fn trees(roots: &[u32]) -> Vec<Process> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut rest: Vec<Process> = entries
        .filter_map(|entry| process(entry.file_name().to_str()?.parse().ok()?))
        .collect();
    let mut found: Vec<Process> = Vec::new();
    loop {
        let known: Vec<u32> = roots.iter().copied().chain(found.iter().map(|process| process.id)).collect();
        let (more, others): (Vec<_>, Vec<_>) = rest
            .into_iter()
            .partition(|process| known.contains(&process.id) || known.contains(&process.parent));
        if more.is_empty() {
            return found;
        }
        found.extend(more);
        rest = others;
    }
}

fn process(id: u32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let (head, rest) = stat.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| fields.get(at).and_then(|word| word.parse::<u64>().ok()).unwrap_or(0);
    let name = head.split_once('(').map_or("", |(_, name)| name).to_owned();
    Some(Process {
        id,
        parent: u32::try_from(number(1)).ok()?,
        name: if id == std::process::id() { "clients".to_owned() } else { name },
        ticks: (11..15).map(number).sum(),
    })
}

/// Resident memory of a process, mebibytes.
pub fn memory_mib(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kib: f64 = line
        .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(f64::NAN);
    kib / 1_024.0
}

/// What the machine is, in a line.
pub fn described() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    let model = model.map_or("unknown processor", |(_, name)| name.trim());
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib: f64 = memory
        .lines()
        .next()
        .and_then(|line| line.split_whitespace().nth(1)?.parse().ok())
        .unwrap_or(0.0);
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{model}, {processors} processors, {:.0} GiB", kib / 1_048_576.0)
}
