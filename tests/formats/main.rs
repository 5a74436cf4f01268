//! The formats for pipelines and pages: each carries the findings of the JSON report, none lets a name of a package become
//! syntax, and all are the same bytes every time.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod pipelines;
mod read;
mod real;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;

use read::{
    Told, azure_command, counting, github_command, is_weightless, lines, told, told_by_azure,
    told_by_github, told_by_junit, told_by_markdown, told_by_page, told_by_sarif,
};
use serde_json::Value;
use support::hostile_names::{self, Hostile};
use support::program::{self, Run};
use support::project;
use tempfile::TempDir;

const FORMATS: [&str; 7] = [
    "json", "sarif", "junit", "github", "azure", "markdown", "html",
];

/// Runs a command with every format written to a file; the texts, by format, and what the program said.
fn all_formats(arguments: &[&str], more: &[&str]) -> (BTreeMap<&'static str, String>, Run) {
    let desk = TempDir::new().unwrap();
    let path = |format: &str| desk.path().join(format);
    let options: Vec<_> = FORMATS
        .iter()
        .map(|format| format!("--format={format}={}", path(format).display()))
        .collect();
    let options = options.iter().map(String::as_str);
    let arguments: Vec<&str> = arguments
        .iter()
        .chain(more)
        .copied()
        .chain(options)
        .collect();
    let run = program::run(&arguments);
    let texts = FORMATS.map(|format| {
        let text = fs::read_to_string(path(format));
        (
            format,
            text.unwrap_or_else(|_| panic!("{arguments:?}: {}", run.stderr)),
        )
    });
    (texts.into(), run)
}

/// Every format tells the findings of the JSON report, whole.
fn agree(texts: &BTreeMap<&str, String>) {
    let json: Value = serde_json::from_str(&texts["json"]).unwrap();
    let all = told(&json);
    are_same(&told_by_junit(&texts["junit"]), &all);
    are_same(&told_by_markdown(&texts["markdown"]), &all);
    let counting = counting(&all);
    same_ends(&told_by_github(&texts["github"]), &counting);
    same_ends(&told_by_azure(&texts["azure"]), &counting);
    let found = told_by_sarif(&texts["sarif"]);
    same_kinds(found.iter().map(kind), counting.iter().map(kind));
    let on_page = told_by_page(&texts["html"]);
    let is_finding = |one: &&Told| one.rule != "unreadable-package";
    same_kinds(on_page, all.iter().filter(is_finding).map(kind));
}

/// The same findings; the first that differs is shown.
fn are_same(found: &[Told], wanted: &[Told]) {
    for (one, other) in found.iter().zip(wanted) {
        assert_eq!(one, other);
    }
    assert_eq!(found.len(), wanted.len());
}

/// The same findings, where a place may stand before a message and its help behind it.
fn same_ends(found: &[Told], wanted: &[Told]) {
    let mut left: Vec<&Told> = found.iter().collect();
    for one in wanted {
        let at = left.iter().position(|other| {
            (&other.severity, &other.rule) == (&one.severity, &one.rule)
                && other.message.contains(&*one.message)
        });
        left.swap_remove(at.unwrap_or_else(|| panic!("{one:?} is not told")));
    }
    assert!(left.is_empty(), "{left:?}");
}

/// The severity and the rule.
fn kind(told: &Told) -> (String, String) {
    (told.severity.clone(), told.rule.clone())
}

/// The same severities and rules, each as often; formats that cut long messages have these.
fn same_kinds<T: Ord + std::fmt::Debug>(
    found: impl IntoIterator<Item = T>,
    wanted: impl IntoIterator<Item = T>,
) {
    let mut found: Vec<T> = found.into_iter().collect();
    let mut wanted: Vec<T> = wanted.into_iter().collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn hostile_names_stay_text_in_every_format() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    for run in hostile.runs() {
        let (texts, _) = all_formats(&run, &[]);
        agree(&texts);
    }
}

#[test]
fn the_hostile_package_is_found_fault_with() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    for run in hostile.runs() {
        let (texts, _) = all_formats(&run, &[]);
        let json: Value = serde_json::from_str(&texts["json"]).unwrap();
        let found = told(&json);
        assert!(found.len() > hostile_names::names().len(), "{run:?}");
    }
}

/// Asserts that no line of an output is a command of a pipeline.
fn is_text_alone(output: &str, what: &str) {
    let visible: String = output
        .chars()
        .filter(|c| *c == '\n' || *c == '\r' || !is_weightless(*c))
        .collect();
    for line in lines(&visible) {
        assert_eq!(github_command(line), None, "{what}: {line}");
        assert_eq!(
            azure_command(&line.to_ascii_lowercase()),
            None,
            "{what}: {line}"
        );
    }
}

#[test]
fn no_name_gives_a_command_to_a_pipeline_in_any_other_output() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let mut runs: Vec<Vec<&str>> = Vec::new();
    for run in hostile.runs() {
        for format in ["human", "json", "sarif", "junit", "markdown", "html"] {
            runs.push([&run[..], &["--format", format]].concat());
        }
        runs.push([&run[..], &["--verbose"]].concat());
        runs.push([&run[..], &["--quiet"]].concat());
    }
    for format in ["human", "json", "dot", "graphml", "mermaid", "html"] {
        runs.push(vec!["graph", &hostile.package, "--format", format]);
    }
    for command in ["inspect", "order"] {
        runs.push(vec![command, &hostile.package]);
        runs.push(vec![command, &hostile.package, "--format", "json"]);
    }
    runs.push(vec!["settings", "new", &hostile.package]);
    runs.push(vec!["target", "show", &hostile.target]);
    runs.push(vec!["check", "::error::x ##vso[a.b]"]);
    for run in runs {
        let ran = program::run(&run);
        is_text_alone(&ran.stdout, &run.join(" "));
        is_text_alone(&ran.stderr, &run.join(" "));
    }
}

#[test]
fn json_keeps_the_names_that_would_be_commands() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let run = program::run(&[&hostile.runs()[2][..], &["--format", "json"]].concat());
    let json: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    let name = "##vso[task.setvariable variable=forged]forged";
    let has_name = |one: &Value| one["message"].as_str().unwrap().contains(name);
    assert!(findings.iter().any(has_name));
}

/// Packages of samples with what they are checked against: the arguments of commands.
fn samples() -> Vec<Vec<String>> {
    let mut runs = Vec::new();
    for rule in fs::read_dir(project("samples/rules")).unwrap() {
        let rule = rule.unwrap().path();
        if !rule.is_dir() {
            continue;
        }
        for package in fs::read_dir(&rule).unwrap() {
            let package = package.unwrap().path();
            let name = package.file_name().unwrap().to_str().unwrap();
            if !package.is_dir() || name == "ok" {
                continue;
            }
            let beside = |sort: &str| {
                let path = rule.join(format!("{sort}-{name}.json"));
                path.exists().then(|| path.to_str().unwrap().to_owned())
            };
            runs.extend(commands(
                package.to_str().unwrap(),
                beside("target"),
                beside("settings"),
            ));
        }
    }
    runs.sort();
    runs
}

fn commands(package: &str, target: Option<String>, settings: Option<String>) -> Vec<Vec<String>> {
    let target: Vec<_> = target
        .into_iter()
        .flat_map(|path| ["--target".to_owned(), path])
        .collect();
    let run = |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_owned());
        words.chain(target.iter().cloned()).collect::<Vec<_>>()
    };
    let mut runs = vec![run(&["check", package, "--no-config"])];
    if !target.is_empty() {
        runs.push(run(&["simulate", package, "--no-config"]));
    }
    if let Some(settings) = settings {
        runs.push(run(&[
            "settings",
            "check",
            &settings,
            package,
            "--no-config",
        ]));
    }
    runs
}

#[test]
fn every_format_tells_what_the_json_report_tells_of_every_sample() {
    let samples = samples();
    assert!(samples.len() > 150, "{} samples", samples.len());
    for sample in samples {
        let sample: Vec<&str> = sample.iter().map(String::as_str).collect();
        let (texts, _) = all_formats(&sample, &[]);
        agree(&texts);
    }
}

#[test]
fn every_format_is_the_same_bytes_on_one_thread_and_on_many() {
    let desk = TempDir::new().unwrap();
    let hostile = Hostile::write(desk.path());
    let sales = "samples/SequenceAPACleads_1_0_0_1.zip";
    let mut runs: Vec<Vec<&str>> = hostile.runs().into();
    runs.push(vec![
        "check",
        sales,
        sales,
        "--target",
        "samples/targets/contoso-prod.json",
    ]);
    for run in runs {
        let (first, _) = all_formats(&run, &[]);
        assert_eq!(first, all_formats(&run, &[]).0);
        assert_eq!(first, all_formats(&run, &["--threads", "1"]).0);
    }
}
