//! `seed divisions`: the public divisions and categories, for a city that begins.

use super::Stop;
use super::serve::options;
use super::start::{close_to_others, lock};
use crate::app::App;
use crate::config::{Flags, Settings};
use crate::founding::{Seeded, seed as enter};
use entity::Clock;
use std::process::ExitCode;

/// What to enter.
#[derive(Clone, Copy, Debug, clap::Subcommand)]
pub enum SeedCommand {
    /// Enter the public divisions of Yang County and Rugao and the categories of goods, where they are missing.
    Divisions,
}

pub(super) async fn seed(command: SeedCommand, flags: &Flags) -> Result<ExitCode, Stop> {
    let SeedCommand::Divisions = command;
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    close_to_others(&settings);
    let _lock = lock(&settings.target)?;
    let app = App::open(options(&settings, Clock::system())).await.map_err(Stop::because)?;
    let seeded = enter(&app.desk, &app.register).await;
    app.desk.db.clone().close().await;
    let (divisions, categories) = seeded.map_err(Stop::because)?;
    print!("{}{}", said("divisions", &divisions), said("categories", &categories));
    Ok(ExitCode::SUCCESS)
}

/// What was done, for a person to read.
fn said(what: &str, seeded: &Seeded) -> String {
    let mut text = format!("{what}: {} entered, {} were there\n", seeded.entered.len(), seeded.there);
    for (code, there, public) in &seeded.otherwise {
        text += &format!("  {code} stays {there}; its public name is {public}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_it_did_and_what_it_left() {
        let seeded = Seeded {
            entered: vec!["A1".to_owned()],
            there: 1,
            otherwise: vec![("B1".to_owned(), "旧名".to_owned(), "新名".to_owned())],
        };
        let text = said("divisions", &seeded);
        assert_eq!(
            text,
            "divisions: 1 entered, 1 were there\n  B1 stays 旧名; its public name is 新名\n"
        );
    }
}
