//! What reports look like where they are read: signs, colour and links, as the environment asks for them. What is decided from
//! which variable is tested beside the functions that decide.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;
use std::process::Command;

use support::program::{Run, finish, program};
use support::project;
use tempfile::TempDir;

const PACKAGE: &str = "samples/SequenceAPACleads_1_0_0_1.zip";
const PROD: &str = "samples/targets/contoso-prod.json";

fn with(arguments: &[&str], variables: &[(&str, &str)]) -> Run {
    let mut command: Command = program(arguments);
    command.envs(variables.iter().copied());
    finish(command)
}

#[test]
fn a_locale_without_utf_8_gets_a_report_in_ascii() {
    for arguments in [
        &["check", PACKAGE, "--target", PROD, "--verbose"][..],
        &["simulate", PACKAGE, "--target", PROD, "--verbose"],
        &["diff", PACKAGE, PACKAGE],
        &["inspect", PACKAGE],
        &["inspect", PACKAGE, "--sequences"],
        &["dependencies", PACKAGE, "msdyn_sequence:APAC Leads"],
        &["why", PACKAGE, "lead.companyname"],
        &["graph", PACKAGE],
        &["order", PACKAGE],
        &["target", "show", PROD],
        &["rules"],
        &["explain", "0x8004801D"],
        &["check", "nothing.zip"],
    ] {
        let run = with(arguments, &[("LC_ALL", "C")]);
        let text = run.stdout.clone() + &run.stderr;
        let strange: String = text
            .chars()
            .filter(|character| !character.is_ascii())
            .collect();
        assert_eq!(strange, "", "{arguments:?}");
        assert!(!text.is_empty(), "{arguments:?}");
    }
}

#[test]
fn names_of_the_data_stay_as_they_are_in_a_report_in_ascii() {
    let desk = TempDir::new().unwrap();
    let target = desk.path().join("t.json");
    let text = fs::read_to_string(project(PROD)).unwrap();
    fs::write(&target, text.replace("Contoso production", "Zürich … test")).unwrap();
    let run = with(
        &["check", PACKAGE, "--target", target.to_str().unwrap()],
        &[("LC_ALL", "C")],
    );
    assert!(
        run.stdout
            .contains("The import into Zürich ... test would fail."),
        "{}",
        run.stdout
    );
}

#[test]
fn json_and_files_are_the_same_in_every_locale() {
    let desk = TempDir::new().unwrap();
    let file = |name: &str| desk.path().join(name);
    let mut reports = Vec::new();
    for (name, locale) in [("c", "C"), ("utf8", "en_GB.UTF-8")] {
        let format = format!("human={}", file(name).display());
        let arguments = [
            "check", PACKAGE, "--target", PROD, "--format", "json", "--format", &format,
        ];
        let run = with(&arguments, &[("LC_ALL", locale)]);
        reports.push((run.stdout, fs::read_to_string(file(name)).unwrap()));
    }
    assert_eq!(reports[0], reports[1]);
    assert!(reports[0].1.contains('×'));
}

#[test]
fn colour_is_written_to_a_pipe_only_if_it_is_forced() {
    let arguments = ["check", PACKAGE, "--target", PROD];
    let has_color =
        |arguments: &[&str], variables: &[_]| with(arguments, variables).stdout.contains('\u{1b}');
    assert!(!has_color(&arguments, &[]));
    assert!(has_color(&arguments, &[("FORCE_COLOR", "1")]));
    assert!(has_color(&arguments, &[("CLICOLOR_FORCE", "1")]));
    assert!(!has_color(
        &arguments,
        &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]
    ));
    let always = [&arguments[..], &["--color", "always"]].concat();
    assert!(has_color(&always, &[("NO_COLOR", "1")]));
    let never = [&arguments[..], &["--color", "never"]].concat();
    assert!(!has_color(&never, &[("CLICOLOR_FORCE", "1")]));
}

/// A report with rule pages configured; links are forced, and colour is as the arguments say.
fn linked(configuration: &str, color: &str) -> Run {
    let desk = TempDir::new().unwrap();
    let path = desk.path().join("solvet.toml");
    fs::write(&path, configuration).unwrap();
    let path = path.to_str().unwrap();
    let arguments = [
        "check", PACKAGE, "--target", PROD, "--config", path, "--color", color,
    ];
    with(&arguments, &[("FORCE_HYPERLINK", "1")])
}

#[test]
fn ids_of_rules_are_linked_to_the_pages_that_the_configuration_names() {
    let pages = "rule-pages = \"https://wiki.example/{rule}.html\"\n";
    let link = "\u{1b}]8;;https://wiki.example/required-component-absent.html\u{1b}\\";
    assert!(linked(pages, "always").stdout.contains(link));
    assert!(!linked(pages, "never").stdout.contains('\u{1b}'));
}

#[test]
fn without_pages_nothing_is_linked() {
    assert!(!linked("", "always").stdout.contains("\u{1b}]8"));
}

#[test]
fn an_address_that_is_none_is_refused_with_its_place() {
    for address in ["wiki", "https://wiki.example/rules", "https://a b/{rule}"] {
        let run = linked(&format!("\nrule-pages = \"{address}\"\n"), "never");
        assert_eq!(run.status, 2, "{address}");
        assert!(
            run.stderr
                .contains("solvet.toml:2:1: rule-pages is an address"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn no_progress_is_written_to_a_pipe() {
    let run = with(&["check", "samples/rules", "--quiet"], &[]);
    assert_eq!(run.stderr, "");
}

#[test]
fn times_are_told_by_every_command_that_judges() {
    for arguments in [
        &["check", PACKAGE, "--timings"][..],
        &["simulate", PACKAGE, "--target", PROD, "--timings"],
        &["diff", PACKAGE, PACKAGE, "--timings"],
    ] {
        let run = with(arguments, &[]);
        for phase in ["open", "parse"] {
            let line = format!("note: phase {phase}: ");
            assert!(run.stderr.contains(&line), "{arguments:?}: {}", run.stderr);
        }
    }
}
