//! How the command line is read.

use super::Command;
use clap::{CommandFactory as _, FromArgMatches as _, Parser};

/// Yangpin 洋品: how Rugao buys from Yang County, with every fen of the figure explained.
#[derive(Debug, Parser)]
#[command(name = "yangpin", version, propagate_version = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

/// What the command line asks for; where it asks for nothing that can be done, or for help, says so and ends the process.
#[must_use]
pub fn asked_for() -> Command {
    let line = CommandLine::from_arg_matches(&command_line().get_matches());
    match line {
        Ok(line) => line.command,
        Err(error) => error.exit(),
    }
}

/// The command line with what holds for all of it. Help tells which variables there are and never what is in them; the
/// settings of `key` and `seed` may stand before and after what is to be done.
fn command_line() -> clap::Command {
    let anywhere = |command: clap::Command| command.mut_args(|arg| arg.global(true));
    without_values(CommandLine::command())
        .mut_subcommand("key", anywhere)
        .mut_subcommand("seed", anywhere)
}

fn without_values(command: clap::Command) -> clap::Command {
    command.mut_args(|arg| arg.hide_env_values(true)).mut_subcommands(without_values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Command {
        let matches = command_line().try_get_matches_from([&["yangpin"], words].concat()).unwrap();
        CommandLine::from_arg_matches(&matches).unwrap().command
    }

    fn hold(command: &clap::Command, variables: &mut usize) {
        for argument in command.get_arguments().filter(|argument| argument.get_env().is_some()) {
            assert!(argument.is_hide_env_values_set(), "{} {}", command.get_name(), argument.get_id());
            *variables += 1;
        }
        command.get_subcommands().for_each(|one| hold(one, variables));
    }

    #[test]
    fn help_shows_the_value_of_no_variable() {
        let (mut line, mut variables) = (command_line(), 0);
        line.build();
        hold(&line, &mut variables);
        assert!(variables > 50, "{variables}");
    }

    #[test]
    fn settings_stand_where_people_put_them() {
        let create = ["create", "--role", "operator"];
        let url = ["--database", "sqlite:///tmp/a.db"];
        for words in [["seed", "divisions", url[0], url[1]], ["seed", url[0], url[1], "divisions"]] {
            let Command::Seed { flags, .. } = read(&words) else {
                panic!("{words:?}")
            };
            assert_eq!(flags.database.as_deref(), Some("sqlite:///tmp/a.db"), "{words:?}");
        }
        for words in [[&["key"], &create[..], &url].concat(), [&["key"], &url[..], &create].concat()] {
            let Command::Key { flags, .. } = read(&words) else {
                panic!("{words:?}")
            };
            assert_eq!(flags.database.as_deref(), Some("sqlite:///tmp/a.db"), "{words:?}");
        }
    }
}
