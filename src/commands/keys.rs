//! `key create | list | revoke`, on the machine itself.

use super::Stop;
use super::serve::options;
use super::start::{close_to_others, must_be_there};
use crate::app::App;
use crate::config::{Flags, Settings};
use crate::http::fault::Refusal;
use crate::organisations::key::KeyRemit;
use crate::organisations::keys::{create_for_cli, list_keys, revoke_key};
use entity::{Clock, Name, OrganisationId, RemitKind, Role};
use std::process::ExitCode;

/// What to do with keys.
#[derive(Debug, clap::Subcommand)]
pub enum KeyCommand {
    /// Make a key and print its secret, once.
    Create {
        /// buyer, retailer, supplier, official, auditor or operator.
        #[arg(long)]
        role: Role,
        /// Whose; without it the key is for the office that runs the service.
        #[arg(long, value_name = "ID")]
        organisation: Option<OrganisationId>,
        /// What an official looks after: city, county, town:CODE or department:ID.
        #[arg(long, value_name = "KIND[:CODE]")]
        remit: Option<String>,
        /// What it is for.
        #[arg(long, default_value = "command line")]
        name: Name,
        /// For how long, 1 to 400.
        #[arg(long, default_value_t = 400)]
        days: u16,
    },
    /// List keys, never their secrets.
    List {
        /// Whose; all without it.
        #[arg(long, value_name = "ID")]
        organisation: Option<OrganisationId>,
    },
    /// Revoke a key.
    Revoke {
        /// Its id or its prefix.
        key: String,
        /// Leave the keys that it made in force; they are counted.
        #[arg(long)]
        keep_children: bool,
    },
}

pub(super) async fn keys(command: KeyCommand, flags: &Flags) -> Result<ExitCode, Stop> {
    let settings = Settings::read(flags, None).map_err(Stop::because)?;
    if !matches!(command, KeyCommand::Create { .. }) {
        must_be_there(&settings.target)?;
    }
    close_to_others(&settings);
    let app = App::open(options(&settings, Clock::system())).await.map_err(Stop::because)?;
    match command {
        KeyCommand::Create {
            role,
            organisation,
            remit,
            name,
            days,
        } => {
            let remit = remit.as_deref().map(remit_of).transpose()?;
            let secret = create_for_cli(&app.desk, organisation, Some(role), remit, name, days)
                .await
                .map_err(said)?;
            println!("{secret}");
        }
        KeyCommand::List { organisation } => {
            for key in list_keys(&app.desk, organisation).await.map_err(said)? {
                let state = if key.revoked_at.is_some() { "revoked" } else { "good" };
                println!(
                    "{}  {}  {:9}  {state:8} until {}  {}",
                    key.id,
                    key.prefix,
                    key.role,
                    key.expires_at.to_rfc3339(),
                    key.name
                );
            }
        }
        KeyCommand::Revoke { key, keep_children } => {
            let done = revoke_key(&app.desk, &key, !keep_children).await.map_err(said)?;
            println!("{} is revoked", done.key.prefix);
            for child in &done.children {
                let state = if child.revoked_at.is_some() {
                    "revoked as well"
                } else {
                    "still in force"
                };
                println!("{}  {}  {}  {state}", child.id, child.prefix, child.name);
            }
            println!(
                "of what it made: {} revoked, {} in force",
                done.children_revoked, done.children_left
            );
        }
    }
    app.desk.db.clone().close().await;
    Ok(ExitCode::SUCCESS)
}

fn remit_of(text: &str) -> Result<KeyRemit, Stop> {
    let (kind, code) = text.split_once(':').unwrap_or((text, ""));
    let kind: RemitKind = kind.parse().map_err(Stop::because)?;
    Ok(KeyRemit {
        kind,
        code: (!code.is_empty()).then(|| code.to_owned()),
    })
}

/// A refusal as one line.
fn said(refusal: Refusal) -> Stop {
    match &refusal {
        Refusal::Faults(faults) => {
            let words: Vec<String> = faults
                .iter()
                .map(|fault| format!("{} {} {:?}", fault.slug(), fault.pointer(), fault.values()))
                .collect();
            Stop::because(words.join("; "))
        }
        Refusal::Unavailable { .. } | Refusal::Broken(_) => Stop::because(refusal),
    }
}
