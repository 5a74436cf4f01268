//! `check --watch`: files change under a running program, and what it says of that.
//!
//! Nothing here waits for a time to pass: a test waits for lines, and gives up after so long that only a program that says
//! nothing can be the reason.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use solvet::Error;
use solvet::report::watch::{Difference, Memory};
use solvet::report::{CheckReport, Entry};
use support::program::{program, run};
use support::{check_one, pack, project};
use tempfile::TempDir;

const ENOUGH: Duration = Duration::from_mins(2);
const UAT: &str = "samples/targets/contoso-uat.json";
const PROD: &str = "samples/targets/contoso-prod.json";
/// The last line of everything that is said of one check.
const LAST: &str = "Ctrl+C ends.";

/// A folder of packages, of which one is a folder and one a zip, and a target.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(TempDir::new().unwrap());
        desk.unpack("all/leads");
        fs::write(desk.path("all/second.zip"), zip()).unwrap();
        fs::copy(project(PROD), desk.path("target.json")).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn unpack(&self, name: &str) {
        let folder = self.path(name);
        for (file, content) in pack::files(&project("samples/sequence-apac-leads")) {
            let file = folder.join(file);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, content).unwrap();
        }
    }

    /// Changes a text in a file, which must have it.
    fn edit(&self, name: &str, from: &str, to: &str) {
        let path = self.path(name);
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name} has no {from}");
        fs::write(path, text.replace(from, to)).unwrap();
    }

    fn watch(&self, arguments: &[&str]) -> Watched {
        let mut command = program(&[&["check", "--watch", "--no-config"], arguments].concat());
        command.current_dir(self.0.path());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = lines(child.stdout.take().unwrap());
        let stderr = lines(child.stderr.take().unwrap());
        Watched {
            child,
            stdout,
            stderr,
        }
    }
}

fn zip() -> Vec<u8> {
    pack::zip_folder(&project("samples/sequence-apac-leads"))
}

fn lines(from: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    thread::spawn(move || {
        for line in BufReader::new(from).lines().map_while(Result::ok) {
            if send.send(line).is_err() {
                break;
            }
        }
    });
    receive
}

/// The program while it watches. It ends with the test.
struct Watched {
    child: Child,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

impl Watched {
    /// What is said up to the end of one check.
    fn check(&self) -> String {
        until(&self.stdout, LAST)
    }

    /// What is said up to the end of the first check that says so.
    fn check_with(&self, wanted: &str) -> String {
        loop {
            let said = self.check();
            if said.contains(wanted) {
                return said;
            }
        }
    }
}

fn until(lines: &Receiver<String>, wanted: &str) -> String {
    let mut said = String::new();
    loop {
        let line = lines.recv_timeout(ENOUGH);
        let line = line.unwrap_or_else(|error| panic!("{error} after:\n{said}"));
        said.push_str(&line);
        said.push('\n');
        if line.contains(wanted) {
            return said;
        }
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_edit_is_checked_again_and_says_what_became_better_and_worse() {
    let desk = Desk::new();
    let watched = desk.watch(&["all", "--target", "target.json"]);
    let first = watched.check();
    assert!(first.contains("SequenceAPACLeads 1.0.0.1"), "{first}");
    assert!(
        first.ends_with("Watching 2 packages; Ctrl+C ends.\n"),
        "{first}"
    );
    desk.edit("all/leads/solution.xml", "fab_leadscore", "fab_other");
    let second = watched.check_with("fab_other");
    let changed = "Changed: all/leads/solution.xml. 1 package was read again, 1 was kept.";
    for said in [
        changed,
        "1 finding gone, 2 new.",
        "  gone error required-component-absent",
    ] {
        assert!(second.contains(said), "{said} is not in:\n{second}");
    }
    assert!(second.contains("────────"), "{second}");
}

#[test]
fn another_target_is_asked_without_opening_a_package() {
    let desk = Desk::new();
    let options = ["all", "--target", "target.json", "--timings"];
    let watched = desk.watch(&options);
    watched.check();
    assert!(until(&watched.stderr, "phase rules").contains("phase open"));
    fs::copy(project(UAT), desk.path("target.json")).unwrap();
    let second = watched.check_with("Contoso UAT");
    assert!(
        second.contains("0 packages were read again, 2 were kept"),
        "{second}"
    );
    let timings = until(&watched.stderr, "phase rules");
    assert!(!timings.contains("phase open"), "{timings}");
}

#[test]
fn a_zip_that_is_written_half_is_told_and_watched_until_it_is_whole() {
    let desk = Desk::new();
    let watched = desk.watch(&["all/second.zip", "--target", "target.json", "--quiet"]);
    watched.check();
    let whole = zip();
    fs::write(desk.path("all/second.zip"), &whole[..whole.len() / 2]).unwrap();
    let half = watched.check_with("1 unreadable");
    assert!(half.contains("was before: all/second.zip"), "{half}");
    fs::write(desk.path("all/second.zip"), &whole).unwrap();
    let again = watched.check_with("No finding is gone, none is new.");
    assert!(!again.contains("unreadable"), "{again}");
}

#[test]
fn a_file_and_a_folder_that_go_are_awaited() {
    let desk = Desk::new();
    let watched = desk.watch(&["all/leads", "all/second.zip", "--quiet"]);
    watched.check();
    fs::remove_file(desk.path("all/second.zip")).unwrap();
    watched.check_with("1 unreadable");
    fs::remove_dir_all(desk.path("all/leads")).unwrap();
    watched.check_with("2 unreadable");
    desk.unpack("all/leads");
    watched.check_with("2 packages, 1 unreadable");
    fs::write(desk.path("all/second.zip"), zip()).unwrap();
    watched.check_with("2 packages: ");
    // The folder is another one than before, and watched all the same.
    desk.edit(
        "all/leads/solution.xml",
        "<Version>1.0.0.1",
        "<Version>none",
    );
    watched.check_with("solution-version");
}

#[test]
fn a_package_that_appears_in_a_watched_folder_is_checked_too() {
    let desk = Desk::new();
    let watched = desk.watch(&["all", "--quiet"]);
    assert!(watched.check().contains("2 packages"));
    fs::write(desk.path("all/third.zip"), zip()).unwrap();
    let second = watched.check_with("3 packages: ");
    assert!(second.contains("2 were kept"), "{second}");
    fs::remove_file(desk.path("all/third.zip")).unwrap();
    watched.check_with("2 packages: ");
}

#[test]
fn reports_in_files_are_written_again_and_lead_to_no_check() {
    let desk = Desk::new();
    let formats = [
        "--format",
        "human",
        "--format",
        "json=all/leads/report.json",
    ];
    let options = ["all", "--target", "target.json", "--quiet"];
    let watched = desk.watch(&[&options[..], &formats].concat());
    watched.check();
    let report = || fs::read_to_string(desk.path("all/leads/report.json")).unwrap();
    assert!(!report().contains("fab_other"));
    // The report was written before the watch was told of it: if it led to a check, that would come first.
    desk.edit("all/leads/solution.xml", "fab_leadscore", "fab_other");
    let second = watched.check();
    assert!(
        second.contains("Changed: all/leads/solution.xml."),
        "{second}"
    );
    assert!(report().contains("fab_other"));
    fs::write(desk.path("all/third.zip"), zip()).unwrap();
    let third = watched.check();
    assert!(third.contains("Changed: all/third.zip."), "{third}");
}

#[test]
fn a_stream_into_a_watched_folder_leads_to_no_check() {
    let desk = Desk::new();
    let out = desk.path("all/leads/out.txt");
    let mut command = program(&["check", "--watch", "--no-config", "all", "--timings"]);
    command.current_dir(desk.0.path());
    command.stdout(File::create(&out).unwrap());
    command.stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stderr = lines(child.stderr.take().unwrap());
    let watched = Watched {
        child,
        stdout: channel().1,
        stderr,
    };
    // Each check tells its times once, and what it writes lies in the folder by then.
    until(&watched.stderr, "phase rules");
    until(&watched.stderr, "rule ");
    desk.edit(
        "all/leads/solution.xml",
        "<Version>1.0.0.1",
        "<Version>none",
    );
    until(&watched.stderr, "phase rules");
    until(&watched.stderr, "rule ");
    fs::write(desk.path("all/third.zip"), zip()).unwrap();
    until(&watched.stderr, "phase rules");
    let text = fs::read_to_string(&out).unwrap();
    assert!(!text.contains("Changed: all/leads/out.txt"), "{text}");
}

#[test]
fn what_cannot_be_watched_is_refused_with_a_remedy() {
    for (arguments, said) in [
        (&["-"][..], "standard input cannot be watched"),
        (&["samples", "--format", "json"], "json=report.json"),
        (
            &["samples", "--write-baseline", "b.json"],
            "--write-baseline",
        ),
        (&["samples", "--target", "nowhere.json"], "nowhere.json"),
    ] {
        let run = run(&[&["check", "--watch"], arguments].concat());
        assert_eq!((run.status, &*run.stdout), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(said), "{}", run.stderr);
    }
}

fn report(entry: Entry) -> CheckReport {
    CheckReport {
        packages: vec![entry],
        target: None,
        configuration: Vec::new(),
    }
}

fn sample(path: &str) -> CheckReport {
    report(Entry::Checked(Box::new(check_one(Path::new(path), None))))
}

fn numbers(difference: &Difference) -> (usize, usize, usize) {
    let Difference { gone, new, lost } = difference;
    (gone.len(), new.len(), lost.len())
}

#[test]
fn findings_of_a_package_that_cannot_be_read_are_neither_gone_nor_new() {
    let bad = project("samples/rules/publisher-prefix/bad");
    let bad = bad.to_str().unwrap();
    let found = sample(bad).findings().count();
    let mut memory = Memory::default();
    assert_eq!(numbers(&memory.renew(&sample(bad))), (0, 0, 0), "the first");
    let lost = report(Entry::Failed(Error::Unreadable {
        path: bad.into(),
        what: "is empty".into(),
        remedy: "Wait.".into(),
        platform: None,
    }));
    assert_eq!(numbers(&memory.renew(&lost)), (0, 0, 1));
    assert_eq!(numbers(&memory.renew(&sample(bad))), (0, 0, 0));
    let none = CheckReport {
        packages: Vec::new(),
        target: None,
        configuration: Vec::new(),
    };
    assert_eq!(numbers(&memory.renew(&none)), (found, 0, 0), "without it");
    assert_eq!(numbers(&memory.renew(&sample(bad))), (0, found, 0));
}

#[test]
fn a_package_that_is_named_twice_has_nothing_new_when_nothing_changed() {
    let bad = project("samples/rules/publisher-prefix/bad");
    let bad = bad.to_str().unwrap();
    let twice = || {
        let (mut one, other) = (sample(bad), sample(bad));
        one.packages.extend(other.packages);
        one
    };
    let mut memory = Memory::default();
    memory.renew(&twice());
    assert_eq!(numbers(&memory.renew(&twice())), (0, 0, 0));
}
