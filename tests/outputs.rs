//! Where reports go, and what they never overwrite.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;

use support::program::run;
use support::{pack, project};
use tempfile::TempDir;

const EXPORT: &str = "samples/sequence-apac-leads";
const UAT: &str = "samples/targets/contoso-uat.json";

/// A folder with the sample as `contoso.zip` and as `src`.
fn desk() -> TempDir {
    let desk = TempDir::new().unwrap();
    let zip = pack::zip_folder(&project(EXPORT));
    fs::write(desk.path().join("contoso.zip"), zip).unwrap();
    fs::create_dir(desk.path().join("src")).unwrap();
    for (name, bytes) in pack::files(&project(EXPORT)) {
        let path = desk.path().join("src").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    desk
}

fn path(desk: &TempDir, name: &str) -> String {
    desk.path().join(name).to_str().unwrap().to_owned()
}

#[test]
fn a_report_does_not_overwrite_the_package_that_is_read() {
    for command in [
        vec!["check"],
        vec!["inspect"],
        vec!["graph"],
        vec!["simulate", "--target", UAT],
    ] {
        let desk = desk();
        let zip = path(&desk, "contoso.zip");
        let before = fs::read(&zip).unwrap();
        let format = format!("json={zip}");
        let run = run(&[&command[..], &[&zip, "--format", &format]].concat());
        assert_ne!(run.status, 0, "{command:?}");
        assert!(
            run.stderr.contains("would overwrite what is read"),
            "{}",
            run.stderr
        );
        assert_eq!(fs::read(&zip).unwrap(), before);
    }
}

#[test]
fn a_report_does_not_overwrite_a_target_or_a_file_of_the_source() {
    let desk = desk();
    let target = path(&desk, "target.json");
    fs::copy(project(UAT), &target).unwrap();
    let source = path(&desk, "src");
    for file in [target.clone(), path(&desk, "src/solution.xml")] {
        let before = fs::read(&file).unwrap();
        let format = format!("html={file}");
        let run = run(&["check", &source, "--target", &target, "--format", &format]);
        assert_eq!(run.status, 2, "{}", run.stderr);
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}

#[test]
fn reports_of_an_earlier_run_are_written_again_also_in_the_folder_that_is_read() {
    let desk = desk();
    let source = path(&desk, "src");
    let formats = ["json=src/a.json", "junit=src/b.xml", "html=src/c.html"];
    let formats = formats.map(|one| one.replace("src/", &format!("{source}/")));
    let formats = formats.iter().flat_map(|one| ["--format", one]);
    let arguments: Vec<&str> = ["check", &source].into_iter().chain(formats).collect();
    assert_eq!(run(&arguments).status, 0);
    let again = run(&arguments);
    assert_eq!(again.status, 0, "{}", again.stderr);
}

#[test]
fn formats_in_files_leave_the_printed_report_as_it_is() {
    let desk = desk();
    let zip = path(&desk, "contoso.zip");
    let format = format!("sarif={}", path(&desk, "a.sarif"));
    let printed = run(&["check", &zip]).stdout;
    assert_eq!(run(&["check", &zip, "--format", &format]).stdout, printed);
    let verdict = run(&["check", &zip, "--quiet"]).stdout;
    assert_eq!(
        run(&["check", &zip, "--quiet", "--format", &format]).stdout,
        verdict
    );
}

#[test]
fn what_is_counted_by_fail_on_is_said() {
    let run = run(&["check", EXPORT, "--quiet", "--fail-on", "note"]);
    assert_eq!(run.status, 1);
    assert!(
        run.stderr
            .contains("2 warnings and notes are at or above --fail-on note"),
        "{}",
        run.stderr
    );
}

#[test]
#[cfg(target_os = "linux")]
fn a_report_that_cannot_be_printed_is_an_error() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut command = support::program::program(&["check", EXPORT, "--format", "sarif"]);
    let output = command.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(
        said.contains("cannot be written to standard output"),
        "{said}"
    );
}
