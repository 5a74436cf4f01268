//! What happens inside GitHub Actions and Azure Pipelines: the format that is chosen by itself, annotations, summaries.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::all_formats;
use super::read::{azure_command, github_command, told, told_by_markdown};
use super::support::hostile_names::Hostile;
use super::support::program::{self, Run};
use super::support::{pack, project};

/// A run in a pipeline.
fn in_pipeline(arguments: &[&str], variables: &[(&str, &Path)]) -> Run {
    let mut command = program::program(arguments);
    for (name, value) in variables {
        command.env(name, value);
    }
    program::finish(command)
}

const CHECK: [&str; 4] = [
    "check",
    "samples/SequenceAPACleads_1_0_0_1.zip",
    "--target",
    "samples/targets/contoso-prod.json",
];
const TRUE: &str = "true";

fn is(text: &str) -> &Path {
    Path::new(text)
}

#[test]
fn inside_a_pipeline_its_format_follows_the_report_for_people() {
    let human = program::run(&CHECK).stdout;
    for (variable, value, format) in [
        ("GITHUB_ACTIONS", TRUE, "github"),
        ("TF_BUILD", "True", "azure"),
    ] {
        let own = program::run(&[&CHECK[..], &["--format", format]].concat());
        assert!(!own.stdout.is_empty());
        let both = in_pipeline(&CHECK, &[(variable, is(value))]);
        assert_eq!(both.stdout, format!("{human}{}", own.stdout));
        assert_eq!(both.status, own.status);
    }
}

#[test]
fn a_named_format_is_the_only_one_inside_a_pipeline_too() {
    for format in ["human", "json"] {
        let arguments = [&CHECK[..], &["--format", format]].concat();
        let inside = in_pipeline(&arguments, &[("GITHUB_ACTIONS", is(TRUE))]);
        assert_eq!(inside, program::run(&arguments));
    }
}

#[test]
fn only_the_verdict_is_only_the_verdict_inside_a_pipeline_too() {
    let arguments = [&CHECK[..], &["--quiet"]].concat();
    let inside = in_pipeline(&arguments, &[("TF_BUILD", is("True"))]);
    assert_eq!(inside, program::run(&arguments));
}

#[test]
fn other_commands_do_not_know_of_pipelines() {
    let arguments = ["inspect", CHECK[1]];
    let inside = in_pipeline(&arguments, &[("GITHUB_ACTIONS", is(TRUE))]);
    assert_eq!(inside, program::run(&arguments));
}

#[test]
fn a_log_may_hold_the_report_for_people_and_annotations() {
    let both = program::run(&[&CHECK[..], &["--format", "human", "--format", "github"]].concat());
    let human = program::run(&CHECK).stdout;
    assert!(both.stdout.starts_with(&human));
    assert!(both.stdout[human.len()..].starts_with("::error "));
}

#[test]
fn two_other_formats_do_not_share_standard_output() {
    for pair in [
        ["json", "junit"],
        ["human", "markdown"],
        ["github", "json"],
        ["github", "github"],
    ] {
        let run = program::run(&[&CHECK[..], &["--format", pair[0], "--format", pair[1]]].concat());
        assert_eq!(run.status, 2, "{pair:?}");
        assert!(
            run.stderr
                .contains("more than one format is to go to standard output")
        );
    }
}

#[test]
fn the_summary_of_a_step_on_github_gets_the_page_behind_what_is_there() {
    let desk = TempDir::new().unwrap();
    let summary = desk.path().join("summary.md");
    fs::write(&summary, "# Before").unwrap();
    let run = in_pipeline(
        &CHECK,
        &[
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &summary),
        ],
    );
    assert_eq!(run.stderr, "");
    let page = program::run(&[&CHECK[..], &["--format", "markdown"]].concat()).stdout;
    let written = fs::read_to_string(&summary).unwrap();
    assert_eq!(written, format!("# Before\n{page}"));
}

#[test]
fn annotations_in_a_file_leave_the_summary_alone() {
    let desk = TempDir::new().unwrap();
    let summary = desk.path().join("summary.md");
    let file = format!("github={}", desk.path().join("annotations").display());
    in_pipeline(
        &[&CHECK[..], &["--format", &file]].concat(),
        &[("GITHUB_STEP_SUMMARY", &summary)],
    );
    assert!(!summary.exists());
}

#[test]
fn a_summary_that_github_would_refuse_is_cut_between_findings() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let summary = desk.path().join("summary.md");
    let limit = 1024 * 1024;
    let taken = limit - 40_000;
    fs::write(&summary, "x".repeat(taken)).unwrap();
    let arguments = &hostile.runs()[2];
    let run = in_pipeline(
        arguments,
        &[
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &summary),
        ],
    );
    assert_eq!(run.stderr, "");
    let written = fs::read_to_string(&summary).unwrap();
    assert!(written.len() <= limit, "{} bytes", written.len());
    let page = &written[taken..];
    let (texts, _) = all_formats(arguments, &[]);
    let all = told(&serde_json::from_str(&texts["json"]).unwrap());
    let kept = told_by_markdown(page);
    assert!(!kept.is_empty() && kept.len() < all.len());
    assert!(
        kept.iter().all(|one| all.contains(one)),
        "a finding is whole"
    );
    let left_out = format!("left out: {} findings", all.len() - kept.len());
    assert!(page.contains(&left_out), "{}", &page[page.len() - 400..]);
}

#[test]
fn a_summary_without_room_is_left_as_it_is_and_told_of() {
    let desk = TempDir::new().unwrap();
    let summary = desk.path().join("summary.md");
    fs::write(&summary, "x".repeat(1024 * 1024)).unwrap();
    let run = in_pipeline(
        &CHECK,
        &[
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &summary),
        ],
    );
    assert_eq!(fs::metadata(&summary).unwrap().len(), 1024 * 1024);
    assert!(run.stderr.contains("has no room left"), "{}", run.stderr);
    assert_eq!(run.status, 1);
}

#[test]
fn azure_is_given_the_page_as_a_file_of_its_own() {
    let desk = TempDir::new().unwrap();
    let variables = [
        ("TF_BUILD", is("True")),
        ("AGENT_TEMPDIRECTORY", desk.path()),
    ];
    let run = in_pipeline(&CHECK, &variables);
    let last = azure_command(run.stdout.lines().last().unwrap()).unwrap();
    assert_eq!(last.name, "task.uploadsummary");
    let page = program::run(&[&CHECK[..], &["--format", "markdown"]].concat()).stdout;
    assert_eq!(fs::read_to_string(&last.data).unwrap(), page);
    // The same report has the same name, another report another one.
    assert_eq!(in_pipeline(&CHECK, &variables), run);
    in_pipeline(&["check", CHECK[1]], &variables);
    assert_eq!(fs::read_dir(desk.path()).unwrap().count(), 2);
}

#[test]
fn a_summary_that_cannot_be_written_fails_no_run() {
    let nowhere = Path::new("samples/nowhere");
    for variables in [
        [
            ("GITHUB_ACTIONS", is(TRUE)),
            ("GITHUB_STEP_SUMMARY", &nowhere.join("x")),
        ],
        [("TF_BUILD", is("True")), ("AGENT_TEMPDIRECTORY", nowhere)],
    ] {
        let run = in_pipeline(&CHECK, &variables);
        assert_eq!(run.status, 1);
        assert!(run.stderr.contains("the summary cannot be written to"));
        assert!(!run.stdout.contains("uploadsummary"));
    }
}

#[test]
fn a_case_fails_from_the_threshold_on() {
    let sample = "samples/rules/missing-content-type/bad";
    let failures = |more: &[&str]| {
        let arguments = [&["check", sample, "--format", "junit"], more].concat();
        let text = program::run(&arguments).stdout;
        let document = roxmltree::Document::parse(&text).unwrap();
        document
            .root_element()
            .attribute("failures")
            .unwrap()
            .to_owned()
    };
    assert_eq!(failures(&[]), "0");
    assert_eq!(failures(&["--fail-on", "warning"]), "1");
}

#[test]
fn a_place_in_a_folder_is_the_annotations_place_and_one_in_an_archive_is_told() {
    let sample = "samples/rules/required-component-absent";
    let target = format!("{sample}/target-bad.json");
    let folder = format!("{sample}/bad");
    let desk = TempDir::new().unwrap();
    let zip = desk.path().join("a.zip");
    fs::write(&zip, pack::zip_folder(&project(&folder))).unwrap();
    let zip = zip.to_str().unwrap();
    let annotation = |package: &str| {
        let arguments = ["check", package, "--target", &target, "--format", "github"];
        let text = program::run(&arguments).stdout;
        github_command(text.lines().next().unwrap()).unwrap()
    };
    let found = annotation(&folder);
    assert_eq!(found.properties["file"], format!("{folder}/solution.xml"));
    let line = &found.properties["line"];
    let inside = annotation(zip);
    assert_eq!(inside.properties["file"], zip);
    assert!(!inside.properties.contains_key("line"));
    assert!(inside.data.starts_with(&format!("solution.xml:{line}:")));
    assert!(inside.data.ends_with(&found.data));
}

#[test]
fn more_annotations_than_github_shows_are_told() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let run = program::run(&[&hostile.runs()[2][..], &["--format", "github"]].concat());
    let notes = run
        .stdout
        .lines()
        .filter(|line| line.starts_with("::notice "));
    let more = notes.count() - 10;
    let line = format!("GitHub shows 10 annotations of each severity: {more} more in the summary.");
    assert!(run.stdout.lines().any(|found| found == line));
}

#[test]
fn a_pipeline_is_told_why_a_command_could_not_do_its_work() {
    let arguments = ["check", CHECK[1], "--target", "no,such;file]%.json"];
    let outside = program::run(&arguments);
    assert_eq!(outside.status, 2);
    let inside = in_pipeline(&arguments, &[("GITHUB_ACTIONS", is(TRUE))]);
    let command = inside.stderr.strip_prefix(&outside.stderr).unwrap();
    let command = github_command(command.trim_end()).unwrap();
    assert_eq!(command.name, "error");
    assert!(command.data.contains("no,such;file]%.json"), "{command:?}");
    let inside = in_pipeline(&arguments, &[("TF_BUILD", is("True"))]);
    let command = inside.stderr.strip_prefix(&outside.stderr).unwrap();
    let command = azure_command(command.trim_end()).unwrap();
    assert_eq!(command.name, "task.logissue");
    assert!(command.data.contains("no,such;file]%.json"), "{command:?}");
}
