//! What the program says of itself: the help of every command, the manual pages, and what shells complete.
//!
//! The help is as wide as COLUMNS says; neither it nor these snapshots name the version.

mod support;

use std::collections::BTreeSet;
use std::fs;

use support::program::{finish, program, run};
use tempfile::TempDir;

/// The help of a command at a fixed width.
fn help(command: &[String], long: bool) -> String {
    let mut arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    arguments.push(if long { "--help" } else { "-h" });
    let mut program = program(&arguments);
    program.env("COLUMNS", "100");
    let run = finish(program);
    assert_eq!(run.status, 0, "{arguments:?}: {}", run.stderr);
    assert!(!run.stdout.contains(env!("CARGO_PKG_VERSION")));
    let lines: Vec<_> = run.stdout.lines().map(str::trim_end).collect();
    lines.join("\n")
}

/// The names below `Commands:` in a help.
fn below(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:");
    let lines = lines.skip(1).take_while(|line| !line.is_empty());
    let names = lines.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names = names.filter_map(|line| line.split_whitespace().next());
    let names = names.filter(|name| *name != "help");
    names.map(str::to_owned).collect()
}

/// Every command, the program itself first.
fn commands() -> Vec<Vec<String>> {
    let mut commands = vec![Vec::new()];
    let mut next = 0;
    while let Some(command) = commands.get(next).cloned() {
        let names = below(&help(&command, true)).into_iter();
        commands.extend(names.map(|name| [command.clone(), vec![name]].concat()));
        next += 1;
    }
    commands
}

#[test]
fn the_help_of_every_command_reads_as_it_did() {
    let commands = commands();
    assert!(commands.len() > 20, "{commands:?}");
    for command in commands {
        let name = [&["help".to_owned()][..], &command].concat().join("_");
        let text = format!(
            "{}\n== short ==\n{}",
            help(&command, true),
            help(&command, false)
        );
        let same = help(&command, true) == help(&command, false);
        let text = if same { help(&command, true) } else { text };
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn every_shell_gets_a_script_that_knows_every_command() {
    let commands = commands();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = run(&["completions", shell]);
        assert_eq!((run.status, run.stderr.as_str()), (0, ""), "{shell}");
        for name in commands.iter().flatten() {
            assert!(run.stdout.contains(name.as_str()), "{shell} lacks {name}");
        }
    }
}

#[cfg(unix)]
#[test]
fn bash_completes_a_command() {
    let mut bash = std::process::Command::new("bash");
    bash.args(["--norc", "--noprofile", "-c"]).arg(
        "eval \"$1\"; COMP_WORDS=(solvet sim); COMP_CWORD=1; _solvet solvet sim solvet; echo \"${COMPREPLY[@]}\"",
    );
    bash.args(["bash", &run(&["completions", "bash"]).stdout]);
    let run = finish(bash);
    assert_eq!(
        (run.status, run.stdout.as_str()),
        (0, "simulate\n"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_shell_that_is_not_known_is_refused_with_those_that_are() {
    let run = run(&["completions", "tcsh"]);
    assert_eq!(run.status, 2);
    assert!(
        run.stderr.contains("bash, elvish, fish, powershell, zsh"),
        "{}",
        run.stderr
    );
}

#[test]
fn man_prints_the_page_of_the_program() {
    let page = run(&["man"]);
    assert_eq!((page.status, page.stderr.as_str()), (0, ""));
    let version = env!("CARGO_PKG_VERSION");
    let title = format!(".TH solvet 1  \"solvet {version}\"");
    assert!(page.stdout.contains(&title), "{}", page.stdout);
    assert!(page.stdout.contains("solvet\\-check(1)"), "{}", page.stdout);
}

#[test]
fn man_writes_a_page_for_every_command() {
    let desk = TempDir::new().unwrap();
    let folder = desk.path().join("share/man1");
    let run = run(&["man", "--output-dir", folder.to_str().unwrap()]);
    assert_eq!((run.status, run.stderr.as_str()), (0, ""));
    let written = fs::read_dir(&folder).unwrap();
    let written: BTreeSet<_> = written
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    let expected: BTreeSet<_> = commands()
        .iter()
        .map(|command| [&["solvet".to_owned()][..], command].concat().join("-") + ".1")
        .collect();
    assert_eq!(written, expected);
}

#[test]
fn man_overwrites_no_page_unless_it_is_told_to() {
    let desk = TempDir::new().unwrap();
    let page = desk.path().join("solvet-why.1");
    fs::write(&page, "mine").unwrap();
    let folder = desk.path().to_str().unwrap();
    let refused = run(&["man", "--output-dir", folder]);
    assert_eq!(refused.status, 2);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 1);
    assert_eq!(fs::read_to_string(&page).unwrap(), "mine");
    let forced = run(&["man", "--output-dir", folder, "--force"]);
    assert_eq!((forced.status, forced.stderr.as_str()), (0, ""));
    assert!(fs::read_to_string(&page).unwrap().starts_with(".ie"));
}
