//! What pages of docs/ show is what the program prints: every `$ solvet …` line of a console block is run by a shell, in order,
//! in a folder with the samples, and its output compared. A line `…` stands for any lines. Commands of other programs are not
//! run; what they would have written lies in the folder. A block of TOML that names solvet.toml behind the word toml is written to that file first. And the pages are a book:
//! each is in its table of contents, and every link leads somewhere.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "everything here runs in tests")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use pulldown_cmark::{Event, Tag, TagEnd};
use support::program::{Run, finish};
use support::{pack, project};
use tempfile::TempDir;

/// The pages below a folder, and the README, whose blocks are run; each has a folder of its own beside the samples.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![project("README.md")];
    pages.extend(book());
    pages
}

/// The pages of the book, without its table of contents.
fn book() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    for (name, _) in pack::files(&project("docs")) {
        let is_page = Path::new(&name)
            .extension()
            .is_some_and(|extension| extension == "md");
        if is_page && name != "SUMMARY.md" {
            pages.push(project("docs").join(name));
        }
    }
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

/// Runs a line as a reader would, with solvet on the path and an environment that says nothing.
fn in_shell(line: &str, folder: &Path) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_solvet"));
    let path = std::env::var_os("PATH").unwrap();
    let folders = std::env::split_paths(&path).collect::<Vec<_>>().into_iter();
    let own = program.parent().unwrap().to_owned();
    let path = std::env::join_paths(std::iter::once(own).chain(folders)).unwrap();
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", line]);
    bash.current_dir(folder).env_clear().env("PATH", path);
    bash.stdin(std::process::Stdio::null());
    finish(bash)
}

#[test]
fn pages_show_what_the_program_prints() {
    for page in pages() {
        let desk = TempDir::new().unwrap();
        std::os::unix::fs::symlink(project("samples"), desk.path().join("samples")).unwrap();
        // What other programs write, which are not run here.
        for source in fs::read_dir(project("samples/targets/sources")).unwrap() {
            let source = source.unwrap();
            fs::copy(source.path(), desk.path().join(source.file_name())).unwrap();
        }
        for Shown {
            command,
            output,
            configuration,
        } in commands(&page)
        {
            if !configuration.is_empty() {
                fs::write(desk.path().join("solvet.toml"), configuration).unwrap();
            }
            if !command.starts_with("solvet ") {
                continue;
            }
            // A watched check has no end of its own; the check itself is run.
            let run = in_shell(&command.replace(" --watch", ""), desk.path());
            let page = page.display();
            assert!(run.status < 2, "{page}: {command}: {}", run.stderr);
            if output.is_empty() {
                continue;
            }
            let lines: Vec<&str> = run.stdout.trim_end().lines().collect();
            assert!(
                matches(&output, &lines),
                "{page}: {command}\n{}\n{}",
                run.stdout,
                run.stderr
            );
        }
    }
}

/// The links of a page: what stands in the parentheses, outside of code.
fn links(text: &str) -> Vec<String> {
    let parser = pulldown_cmark::Parser::new(text);
    let found = parser.filter_map(|event| {
        if let Event::Start(Tag::Link { dest_url, .. }) = event {
            Some(dest_url.into_string())
        } else {
            None
        }
    });
    found.collect()
}

/// The names of a page's headings in links, as pages of repositories and mdBook make them.
fn anchors(text: &str) -> BTreeSet<String> {
    let mut anchors = BTreeSet::new();
    let mut heading = None;
    for event in pulldown_cmark::Parser::new(text) {
        if let Event::Start(Tag::Heading { .. }) = event {
            heading = Some(String::new());
        } else if let Event::End(TagEnd::Heading(_)) = event {
            let words: String = heading.take().unwrap_or_default().to_lowercase();
            let kept = words
                .chars()
                .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
            let name: String = kept.map(|c| if c == ' ' { '-' } else { c }).collect();
            let mut numbered = (1..).map(|number| format!("{name}-{number}"));
            if !anchors.insert(name.clone()) {
                while !anchors.insert(numbered.next().unwrap()) {}
            }
        } else if let (Event::Text(text) | Event::Code(text), Some(heading)) = (event, &mut heading)
        {
            heading.push_str(&text);
        }
    }
    anchors
}

#[test]
fn the_table_of_contents_lists_every_page_once() {
    let summary = fs::read_to_string(project("docs/SUMMARY.md")).unwrap();
    let mut listed = links(&summary);
    listed.sort();
    let pages = book().into_iter();
    let mut pages: Vec<_> = pages
        .map(|page| {
            let page = page.strip_prefix(project("docs")).unwrap().to_owned();
            page.to_str().unwrap().to_owned()
        })
        .collect();
    pages.sort();
    assert_eq!(listed, pages);
}

#[test]
fn the_book_is_made_of_the_pages() {
    let text = fs::read_to_string(project("book.toml")).unwrap();
    let book: toml::Table = toml::from_str(&text).unwrap();
    assert_eq!(book["book"]["src"].as_str(), Some("docs"));
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let at_root = [
        "README.md",
        "ARCHITECTURE.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ];
    let pages = book().into_iter().chain(at_root.map(project));
    let mut lost = Vec::new();
    let mut seen = 0;
    for page in pages {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text).iter().filter(|link| !link.contains("://")) {
            seen += 1;
            let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() {
                page.clone()
            } else {
                page.parent().unwrap().join(path)
            };
            let text = fs::read_to_string(&target).unwrap_or_default();
            let leads = target.exists() && (anchor.is_empty() || anchors(&text).contains(anchor));
            if !leads {
                lost.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(seen > 100, "only {seen} links were found");
    assert!(lost.is_empty(), "{lost:#?}");
}

#[test]
fn every_link_of_the_book_stays_within_it_or_names_a_folder_of_the_project() {
    let docs = project("docs").canonicalize().unwrap();
    let mut outside = Vec::new();
    for page in book() {
        let text = fs::read_to_string(&page).unwrap();
        for link in links(&text) {
            let path = link.split('#').next().unwrap();
            let target = page.parent().unwrap().join(path);
            let is_inside = target
                .canonicalize()
                .is_ok_and(|target| target.starts_with(&docs));
            if !path.is_empty() && !path.contains("://") && !is_inside {
                outside.push(format!("{}: {link}", page.display()));
            }
        }
    }
    assert!(outside.is_empty(), "a book has no such page: {outside:#?}");
}
