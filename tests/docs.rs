//! What pages of docs/ show is what the program prints: every `$ solvet …` line of a console block is run, in order, and its
//! output compared. A line `…` stands for any lines. Commands of other programs are not run. A block of TOML that names
//! solvet.toml behind the word toml is written to that file first.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "everything here runs in tests")]

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use support::{program, project};
use tempfile::TempDir;

/// Pages whose blocks are run; each has a folder of its own beside the samples.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![
        project("docs/simulate.md"),
        project("docs/diff.md"),
        project("docs/configuration.md"),
        project("docs/formats.md"),
    ];
    if let Ok(guides) = fs::read_dir(project("docs/guides")) {
        pages.extend(guides.map(|guide| guide.unwrap().path()));
    }
    pages.sort();
    pages
}

/// A command with what the page shows of its output.
struct Shown {
    command: String,
    output: Vec<String>,
    /// The configuration that is there by then.
    configuration: String,
}

fn commands(page: &Path) -> Vec<Shown> {
    let text = fs::read_to_string(page).unwrap();
    let mut commands: Vec<Shown> = Vec::new();
    let mut configuration = String::new();
    // Every second part lies between fences.
    for block in text.split("\n```").skip(1).step_by(2) {
        let (name, block) = block.split_once('\n').unwrap_or_default();
        if name == "toml solvet.toml" {
            block.clone_into(&mut configuration);
        }
        for line in block.lines().filter(|_| name == "console") {
            if let Some(command) = line.strip_prefix("$ ") {
                commands.push(Shown {
                    command: command.to_owned(),
                    output: Vec::new(),
                    configuration: configuration.clone(),
                });
            } else if let Some(last) = commands.last_mut() {
                last.output.push(line.to_owned());
            }
        }
    }
    commands
}

/// Whether lines match what is shown, where `…` stands for any of them.
fn matches(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "…" => {
            (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines.first() == Some(&&**first) && matches(rest, &lines[1..]),
    }
}

#[test]
fn pages_show_what_the_program_prints() {
    for page in pages() {
        let desk = TempDir::new().unwrap();
        std::os::unix::fs::symlink(project("samples"), desk.path().join("samples")).unwrap();
        for Shown {
            command,
            output,
            configuration,
        } in commands(&page)
        {
            if !configuration.is_empty() {
                fs::write(desk.path().join("solvet.toml"), configuration).unwrap();
            }
            let Some(arguments) = command.strip_prefix("solvet ") else {
                continue;
            };
            let arguments = arguments.split("  #").next().unwrap();
            let arguments: Vec<&str> = arguments.split_whitespace().collect();
            let mut run = program::program(&arguments);
            run.current_dir(desk.path());
            let run = program::finish(run);
            if output.is_empty() {
                assert!(run.status < 2, "{command}: {}", run.stderr);
                continue;
            }
            let lines: Vec<&str> = run.stdout.trim_end().lines().collect();
            let page = page.display();
            assert!(
                matches(&output, &lines),
                "{page}: {command}\n{}\n{}",
                run.stdout,
                run.stderr
            );
        }
    }
}
