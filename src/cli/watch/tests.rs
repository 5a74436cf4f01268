//! What a watched check does with changes, without a watch over files.

use std::fs;

use clap::Parser;
use tempfile::TempDir;

use super::*;
use crate::cli::{Arguments, Command};

const SAMPLE: &str = "samples/sequence-apac-leads";
const TARGET: &str = "samples/targets/contoso-prod.json";

/// A folder with two packages, a target, and a check of them that is watched.
struct Desk {
    root: TempDir,
    check: Check,
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
        }
    }
}

impl Desk {
    fn new(options: &[&str]) -> Self {
        let root = TempDir::new().unwrap();
        let project = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in ["all/a", "all/b"] {
            copy(&project.join(SAMPLE), &root.path().join(name));
        }
        fs::copy(project.join(TARGET), root.path().join("target.json")).unwrap();
        let at = |name: &str| root.path().join(name).to_string_lossy().into_owned();
        fs::write(root.path().join("solvet.toml"), "").unwrap();
        let (all, target, config) = (at("all"), at("target.json"), at("solvet.toml"));
        let options = options.iter().map(|option| option.replace("DESK", &at("")));
        let mut arguments = vec!["solvet".into(), "check".into(), all, "--watch".into()];
        arguments.extend(["--target".into(), target, "--config".into(), config]);
        arguments.extend(options);
        let parsed = Arguments::try_parse_from(arguments).unwrap();
        let Command::Check(check) = parsed.command else {
            unreachable!("the arguments are those of a check");
        };
        Self { root, check }
    }

    /// A session after its first check.
    fn session(&self) -> Session<'_> {
        let mut session = Session::new(&self.check, self.check.given().unwrap());
        let Next::Report(renewal) = session.renew(&Changes::everything()) else {
            panic!("the first check has a report");
        };
        assert_eq!((renewal.read, renewal.kept), (2, 0));
        session.report().unwrap();
        session
    }

    fn changes(&self, names: &[&str]) -> Changes {
        let root = self.root.path().canonicalize().unwrap();
        Changes {
            paths: names.iter().map(|name| root.join(name)).collect(),
            is_everything: false,
        }
    }

    fn write(&self, name: &str, content: &str) {
        fs::write(self.root.path().join(name), content).unwrap();
    }
}

fn read_and_kept(next: &Next) -> Option<(usize, usize)> {
    match next {
        Next::Report(renewal) => Some((renewal.read, renewal.kept)),
        Next::Failure(_) | Next::Nothing => None,
    }
}

#[test]
fn only_the_package_of_a_changed_file_is_read_again() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    // Nobody tells of the change in the other one, so it must not be seen.
    desk.write("all/a/solution.xml", "<");
    desk.write("all/b/solution.xml", "<");
    let next = session.renew(&desk.changes(&["all/b/solution.xml"]));
    assert_eq!(read_and_kept(&next), Some((1, 1)));
    let (report, _) = session.report().unwrap();
    let read = report.checked().map(|checked| checked.path.to_string());
    let read: Vec<_> = read.collect();
    assert!(read.len() == 1 && read[0].ends_with("/a"), "{read:?}");
}

#[test]
fn another_target_is_asked_without_reading_packages() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    desk.write("all/a/solution.xml", "<");
    desk.write("target.json", "{\"manifestVersion\": 1}");
    let changes = desk.changes(&["target.json"]);
    session.read_given(&changes);
    assert_eq!(read_and_kept(&session.renew(&changes)), Some((0, 2)));
    let (_, difference) = session.report().unwrap();
    assert!(!difference.gone.is_empty() && difference.lost.is_empty());
}

#[test]
fn other_levels_judge_again_and_another_policy_reads_again() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    let changes = desk.changes(&["solvet.toml"]);
    let mut configured = |text: &str| {
        desk.write("solvet.toml", text);
        session.read_given(&changes);
        let read = read_and_kept(&session.renew(&changes));
        (read, session.report().unwrap().1)
    };
    let (read, difference) = configured("[rules]\nrequired-component-absent = \"off\"\n");
    assert_eq!(read, Some((0, 2)));
    let gone = difference.gone.len();
    assert!(gone > 0 && difference.new.is_empty());
    let (read, difference) = configured("");
    assert_eq!((read, difference.new.len()), (Some((0, 2)), gone));
    let (read, difference) = configured("[policy]\ndenied-kinds = [\"sequence\"]\n");
    assert_eq!(read, Some((2, 0)));
    assert!(!difference.new.is_empty());
}

#[test]
fn a_target_that_is_half_written_is_told_and_what_changed_meanwhile_is_not_forgotten() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    let whole = fs::read_to_string(desk.root.path().join("target.json")).unwrap();
    let of_target = desk.changes(&["target.json"]);
    desk.write("target.json", "{");
    session.read_given(&of_target);
    assert!(matches!(session.renew(&of_target), Next::Failure(_)));
    let of_package = desk.changes(&["all/a/solution.xml"]);
    session.read_given(&of_package);
    assert!(matches!(session.renew(&of_package), Next::Nothing));
    desk.write("target.json", &whole);
    session.read_given(&of_target);
    assert_eq!(read_and_kept(&session.renew(&of_target)), Some((1, 1)));
}

#[test]
fn a_package_that_appears_is_read_and_the_others_are_kept() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    copy(
        &desk.root.path().join("all/a"),
        &desk.root.path().join("all/c"),
    );
    let next = session.renew(&desk.changes(&["all/c"]));
    assert_eq!(read_and_kept(&next), Some((1, 2)));
    fs::remove_dir_all(desk.root.path().join("all/c")).unwrap();
    let next = session.renew(&desk.changes(&["all/c"]));
    assert_eq!(read_and_kept(&next), Some((0, 2)));
}

#[test]
fn what_belongs_to_no_package_leads_to_nothing() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    for name in ["notes.txt", "all/notes.txt", "all/.git/index"] {
        let next = session.renew(&desk.changes(&[name]));
        assert!(matches!(next, Next::Nothing), "{name}");
    }
}

#[test]
fn a_folder_that_vanishes_is_told_and_read_when_it_comes_back() {
    let desk = Desk::new(&[]);
    let mut session = desk.session();
    let (all, away) = (desk.root.path().join("all"), desk.root.path().join("away"));
    fs::rename(&all, &away).unwrap();
    assert_eq!(
        read_and_kept(&session.renew(&desk.changes(&["all"]))),
        Some((0, 0))
    );
    let (report, difference) = session.report().unwrap();
    assert_eq!((report.packages.len(), difference.lost.len()), (1, 2));
    fs::rename(&away, &all).unwrap();
    assert_eq!(
        read_and_kept(&session.renew(&desk.changes(&["all"]))),
        Some((2, 0))
    );
    let (_, difference) = session.report().unwrap();
    assert!(difference.new.is_empty() && difference.gone.is_empty());
}

#[test]
fn a_page_has_the_graph_that_a_single_check_gives_it() {
    let desk = Desk::new(&["--format", "html=DESKreport.html"]);
    let mut session = desk.session();
    let (report, _) = session.report().unwrap();
    let mut checked = report.checked();
    assert!(checked.all(|checked| checked.graph.is_some()));
}

#[test]
fn a_report_that_is_written_is_no_change() {
    let desk = Desk::new(&["--format", "json=DESKall/a/report.json"]);
    desk.write("all/a/report.json", "{}");
    let told = desk.changes(&["all/a/report.json", "all/a/other.json"]);
    let left = without_own(told, &desk.check);
    assert_eq!(left, desk.changes(&["all/a/other.json"]));
}
