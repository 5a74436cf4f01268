//! What pipelines are given: the action, the template of steps, the hooks and the image. Each is read, names options that there
//! are, and its scripts run.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use serde_json::Value;
use support::document::yaml;
use support::program::{Run, finish, run};
use support::project;
use tempfile::TempDir;

const ACTION: &str = "action.yml";
const TEMPLATE: &str = "pipelines/solvet.yml";
const HOOKS: &str = ".pre-commit-hooks.yaml";

const PACKAGE: &str = "samples/SequenceAPACleads_1_0_0_1.zip";
const PROD: &str = "samples/targets/contoso-prod.json";
const UAT: &str = "samples/targets/contoso-uat.json";

fn text(path: &str) -> String {
    fs::read_to_string(project(path)).unwrap()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || "\"'()`|,=".contains(c))
}

/// The steps of a document, those under a condition too.
fn steps(document: &Value) -> Vec<Value> {
    let list = document.pointer("/runs/steps").or(document.get("steps"));
    let mut found = Vec::new();
    for step in list.unwrap().as_array().unwrap() {
        let under = step
            .as_object()
            .unwrap()
            .iter()
            .find(|(key, _)| key.starts_with("${{ if"));
        match under {
            Some((_, inner)) => found.extend(inner.as_array().unwrap().iter().cloned()),
            None => found.push(step.clone()),
        }
    }
    found
}

/// The script of the step that runs solvet itself.
fn script(path: &str) -> String {
    let steps = steps(&yaml(&text(path)));
    let scripts = steps.iter().filter_map(|step| {
        let script = step.get("run").or(step.get("bash"))?;
        Some(script.as_str().unwrap().to_owned())
    });
    let mut own = scripts.filter(|script| !script.contains("cargo"));
    own.next().unwrap()
}

/// The options of a command, and the formats that it has.
fn known(command: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let help = run(&[command, "--help"]).stdout;
    let options = words(&help).filter(|word| word.starts_with("--"));
    let options = options.map(str::to_owned).collect();
    let formats = run(&[command, "--format", "none", "x"]).stderr;
    let (_, formats) = formats.split_once("the formats are ").unwrap();
    let formats = formats.lines().next().unwrap().replace(" and ", ", ");
    let formats = formats.split(", ").map(|name| name.trim().to_owned());
    (options, formats.collect())
}

/// Runs the script of a pipeline with its values in a folder with the samples.
fn run_script(path: &str, desk: &TempDir, values: &[(&str, &str)]) -> Run {
    run_text(&script(path), desk, values)
}

fn run_text(script: &str, desk: &TempDir, values: &[(&str, &str)]) -> Run {
    let samples = desk.path().join("samples");
    if !samples.exists() {
        std::os::unix::fs::symlink(project("samples"), samples).unwrap();
    }
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-c", script]);
    bash.current_dir(desk.path()).env_clear();
    bash.env("PATH", std::env::var_os("PATH").unwrap());
    bash.env("SOLVET_BINARY", env!("CARGO_BIN_EXE_solvet"));
    bash.env("SOLVET_COMMAND", "check");
    for name in ["TARGET", "FAIL_ON", "FORMATS", "ARGS", "PACKAGES"] {
        bash.env(format!("SOLVET_{name}"), "");
    }
    bash.env("GITHUB_OUTPUT", desk.path().join("output"));
    bash.env("RUNNER_TEMP", desk.path());
    bash.env("AGENT_TEMPDIRECTORY", desk.path());
    for (name, value) in values {
        bash.env(format!("SOLVET_{name}"), value);
    }
    finish(bash)
}

#[test]
fn every_value_of_the_action_is_declared_and_used() {
    let document = yaml(&text(ACTION));
    assert_eq!(document["runs"]["using"], "composite");
    let declared = document["inputs"].as_object().unwrap();
    let text = text(ACTION);
    let used: BTreeSet<&str> = text
        .split("inputs.")
        .skip(1)
        .map(|rest| {
            rest.split(|c: char| !(c.is_alphanumeric() || c == '-'))
                .next()
                .unwrap()
        })
        .collect();
    assert_eq!(
        declared.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        used
    );
    for step in steps(&document) {
        assert_eq!(step["shell"], "bash", "{step}");
        let script = step["run"].as_str().unwrap();
        assert!(
            !script.contains("${{"),
            "a value is part of the script: {script}"
        );
    }
}

#[test]
fn every_parameter_of_the_template_is_declared_and_used() {
    let document = yaml(&text(TEMPLATE));
    let declared = document["parameters"].as_array().unwrap().iter();
    let declared: BTreeSet<&str> = declared.map(|one| one["name"].as_str().unwrap()).collect();
    let text = text(TEMPLATE);
    let used: BTreeSet<&str> = text
        .split("parameters.")
        .skip(1)
        .map(|rest| rest.split(|c: char| !c.is_alphanumeric()).next().unwrap())
        .collect();
    assert_eq!(declared, used);
    for step in steps(&document) {
        let script = step["bash"].as_str().unwrap_or_default();
        assert!(
            !script.contains("${{"),
            "a value is part of the script: {script}"
        );
    }
}

#[test]
fn scripts_use_options_and_formats_that_there_are() {
    for command in ["check", "simulate"] {
        let (options, formats) = known(command);
        for path in [ACTION, TEMPLATE] {
            let script = script(path);
            let used = words(&script).filter(|word| word.len() > 2 && word.starts_with("--"));
            let missing: Vec<_> = used.filter(|word| !options.contains(*word)).collect();
            assert!(missing.is_empty(), "{command} of {path}: {missing:?}");
            let named = script.split("--format ").skip(1);
            let named = named.filter_map(|rest| words(rest).find(|word| !word.is_empty()));
            let missing: Vec<_> = named
                .filter(|name| !name.starts_with('$') && !formats.contains(*name))
                .collect();
            assert!(missing.is_empty(), "{command} of {path}: {missing:?}");
        }
    }
}

#[test]
fn the_documentation_names_every_value() {
    let page = text("docs/ci.md");
    let action = yaml(&text(ACTION));
    let template = yaml(&text(TEMPLATE));
    let inputs = action["inputs"].as_object().unwrap().keys().cloned();
    let outputs = action["outputs"].as_object().unwrap().keys().cloned();
    let parameters = template["parameters"].as_array().unwrap().iter();
    let parameters = parameters.map(|one| one["name"].as_str().unwrap().to_owned());
    let hooks = yaml(&text(HOOKS));
    let hooks = hooks.as_array().unwrap().iter();
    let hooks = hooks.map(|hook| hook["id"].as_str().unwrap().to_owned());
    for name in inputs.chain(outputs).chain(parameters).chain(hooks) {
        assert!(
            page.contains(&format!("`{name}`")),
            "docs/ci.md lacks {name}"
        );
    }
}

#[test]
fn the_action_says_what_solvet_says_and_ends_with_its_status() {
    let desk = TempDir::new().unwrap();
    for (target, status) in [(PROD, 1), (UAT, 0)] {
        let values = [
            ("PACKAGES", PACKAGE),
            ("TARGET", target),
            ("FORMATS", "json=report.json"),
        ];
        let run = run_script(ACTION, &desk, &values);
        assert_eq!(run.status, status, "{}", run.stderr);
        assert!(run.stdout.contains("1 package: "), "{}", run.stdout);
        let output = fs::read_to_string(desk.path().join("output")).unwrap();
        assert!(output.ends_with(&format!("status={status}\n")), "{output}");
        assert!(desk.path().join("report.json").is_file());
    }
}

#[test]
fn the_template_writes_test_results_and_ends_with_the_status_of_solvet() {
    let desk = TempDir::new().unwrap();
    let values = [("PACKAGES", PACKAGE), ("TARGET", PROD)];
    let run = run_script(TEMPLATE, &desk, &values);
    assert_eq!(run.status, 1, "{}", run.stderr);
    let results = fs::read_to_string(desk.path().join("solvet.junit.xml")).unwrap();
    assert!(results.contains("<testsuites"), "{results}");
}

#[test]
fn values_are_taken_line_by_line_and_never_as_part_of_a_script() {
    for path in [ACTION, TEMPLATE] {
        let desk = TempDir::new().unwrap();
        fs::copy(
            project(PACKAGE),
            desk.path().join("two words $(touch x).zip"),
        )
        .unwrap();
        let packages = format!("  two words $(touch x).zip\n\n{PACKAGE}\n");
        let values = [
            ("PACKAGES", packages.as_str()),
            ("ARGS", "--unknown=note\n--only=required-component-absent\n"),
            ("FAIL_ON", "warning"),
        ];
        let run = run_script(path, &desk, &values);
        assert_eq!(run.status, 0, "{path}: {}\n{}", run.stdout, run.stderr);
        assert!(run.stdout.contains("2 packages: "), "{}", run.stdout);
        assert!(!desk.path().join("x").exists(), "{path}");
    }
}

#[test]
fn both_scripts_simulate_too() {
    for path in [ACTION, TEMPLATE] {
        let desk = TempDir::new().unwrap();
        let values = [
            ("COMMAND", "simulate"),
            ("PACKAGES", PACKAGE),
            ("TARGET", PROD),
        ];
        let run = run_script(path, &desk, &values);
        assert_eq!(run.status, 1, "{path}: {}\n{}", run.stdout, run.stderr);
    }
}

#[test]
fn hooks_run_what_there_is() {
    let hooks = yaml(&text(HOOKS));
    for hook in hooks.as_array().unwrap() {
        assert_eq!(hook["language"], "rust");
        let entry = hook["entry"].as_str().unwrap();
        let mut arguments: Vec<&str> = entry.split(' ').collect();
        assert_eq!(arguments.remove(0), "solvet");
        arguments.push(PACKAGE);
        let run = run(&arguments);
        assert_eq!(run.status, 0, "{entry}: {}", run.stderr);
    }
}

#[test]
fn values_that_are_missing_are_empty_ones() {
    let desk = TempDir::new().unwrap();
    for path in [ACTION, TEMPLATE] {
        let without = format!(
            "unset SOLVET_TARGET SOLVET_FAIL_ON SOLVET_FORMATS SOLVET_ARGS\n{}",
            script(path)
        );
        let run = run_text(&without, &desk, &[("PACKAGES", PACKAGE)]);
        assert_eq!(run.status, 0, "{path}: {}", run.stderr);
    }
}

#[test]
fn results_of_an_earlier_step_are_not_published_for_one_that_wrote_none() {
    let desk = TempDir::new().unwrap();
    let results = desk.path().join("solvet.junit.xml");
    run_script(TEMPLATE, &desk, &[("PACKAGES", PACKAGE)]);
    assert!(results.is_file());
    let values = [("PACKAGES", PACKAGE), ("ARGS", "--no-such-option")];
    assert_eq!(run_script(TEMPLATE, &desk, &values).status, 2);
    assert!(!results.exists());
}

#[test]
fn zips_of_one_commit_are_checked_together() {
    let hooks = yaml(&text(HOOKS));
    let hooks = hooks.as_array().unwrap().iter();
    for hook in hooks.filter(|hook| hook["pass_filenames"] != "false") {
        assert_eq!(hook["require_serial"], "true", "{}", hook["id"]);
    }
}

#[test]
fn the_image_runs_solvet_as_nobody_and_is_built_with_the_rust_that_is_promised() {
    let dockerfile = text("Dockerfile");
    let (_, last) = dockerfile.rsplit_once("\nFROM ").unwrap();
    let (_, user) = last.split_once("\nUSER ").unwrap();
    assert!(
        user.starts_with(|c: char| c.is_ascii_digit() && c != '0'),
        "{user}"
    );
    assert!(
        last.contains("ENTRYPOINT [\"/usr/local/bin/solvet\"]"),
        "{last}"
    );
    let manifest = text("Cargo.toml");
    let (_, rust) = manifest.split_once("rust-version = \"").unwrap();
    let (rust, _) = rust.split_once('"').unwrap();
    assert!(dockerfile.contains(&format!("FROM rust:{rust}-")), "{rust}");
    for line in dockerfile.lines().filter(|line| line.starts_with("FROM ")) {
        let image = line.split(' ').nth(1).unwrap();
        assert!(
            !image.contains(['/', '.']) || image.starts_with("rust:"),
            "{image} names a host"
        );
    }
}
