//! The table at the end: medians of ratios, beside what was asked for.

/// Whether more is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    More,
    Less,
}

/// A line: what, floor, aim, and what was found in each run.
#[derive(Debug)]
struct Line {
    what: String,
    better: Better,
    floor: f64,
    aim: f64,
    found: Vec<f64>,
}

/// All lines.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<Line>,
}

/// The middle one; NaN of none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Table {
    pub fn add(&mut self, what: impl Into<String>, better: Better, (floor, aim): (f64, f64), found: Vec<f64>) {
        if !found.is_empty() {
            let what = what.into();
            self.lines.push(Line {
                what,
                better,
                floor,
                aim,
                found,
            });
        }
    }

    pub fn print(&self) {
        println!("\n{:<84} {:>8} {:>8} {:>9}  {:<6} runs", "what", "floor", "aim", "median", "");
        for line in &self.lines {
            let value = median(&line.found);
            let holds = |bound: f64| match line.better {
                Better::More => value >= bound,
                Better::Less => value <= bound,
            };
            let word = match (holds(line.aim), holds(line.floor)) {
                (true, _) => "aim",
                (false, true) => "floor",
                (false, false) => "BELOW",
            };
            let runs: Vec<String> = line.found.iter().map(|value| format!("{value:.2}")).collect();
            println!(
                "{:<84} {:>8} {:>8} {value:>9.2}  {word:<6} {}",
                line.what,
                line.floor,
                line.aim,
                runs.join(" ")
            );
        }
    }
}
