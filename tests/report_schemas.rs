//! What is written for programs is as `solvet schema` says.
#![expect(clippy::unwrap_used, reason = "everything here runs in tests")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::desk::Desk;
use support::{program, project};

/// The samples of all rules that are found wrong.
fn samples() -> Vec<String> {
    let mut samples = vec!["samples/SequenceAPACleads_1_0_0_1.zip".to_owned()];
    for rule in fs::read_dir(project("samples/rules")).unwrap() {
        let rule = rule.unwrap();
        if !rule.path().is_dir() {
            continue;
        }
        for sample in fs::read_dir(rule.path()).unwrap() {
            let name = sample.unwrap().file_name().into_string().unwrap();
            let path = format!(
                "samples/rules/{}/{name}",
                rule.file_name().into_string().unwrap()
            );
            if name.starts_with("bad") && project(&path).is_dir() {
                samples.push(path);
            }
        }
    }
    samples.sort();
    samples
}

fn schema(name: &str) -> Value {
    let run = program::run(&["schema", name]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

/// Fails where a document is not as a schema says.
fn assert_valid(name: &str, document: &Value) {
    let schema = schema(name);
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(document);
    let errors: Vec<_> = errors
        .take(5)
        .map(|error| format!("{}: {error:.200}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

/// The report of a command over all samples.
fn report(arguments: &[&str]) -> Value {
    let samples = samples();
    let mut all = arguments.to_vec();
    all.extend(samples.iter().map(String::as_str));
    all.extend(["--no-config", "--format", "json"]);
    serde_json::from_str(&program::run(&all).stdout).unwrap()
}

const PROD: &str = "samples/targets/contoso-prod.json";

#[test]
fn the_report_of_a_check_is_as_its_schema_says() {
    let plain = report(&["check"]);
    assert!(plain["findings"].as_array().unwrap().len() > 100);
    assert_valid("check", &plain);
    assert_valid("check", &report(&["check", "--target", PROD]));
}

#[test]
fn the_report_of_a_simulation_is_as_its_schema_says() {
    let report = report(&["simulate", "--keep-going", "--target", PROD]);
    assert!(report["steps"].as_array().unwrap().len() > 50);
    assert_valid("simulate", &report);
    assert_valid("target", &report["target"]);
}

#[test]
fn a_baseline_is_as_its_schema_says() {
    let desk = Desk::new();
    let path = desk.path("known.json");
    let sample = "samples/rules/whole-table-of-another/bad";
    program::run(&["check", "--no-config", sample, "--write-baseline", &path]);
    let baseline: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    assert!(!baseline["findings"].as_array().unwrap().is_empty());
    assert_valid("baseline", &baseline);
}

#[test]
fn every_key_of_the_reports_has_a_meaning() {
    for name in ["check", "simulate", "baseline"] {
        let schema = schema(name);
        let types = schema["$defs"].as_object().unwrap().iter();
        let types = types.map(|(of, one)| (of.as_str(), one));
        for (of, one) in types.chain([(name, &schema)]) {
            for (key, value) in one["properties"].as_object().into_iter().flatten() {
                assert!(value["description"].is_string(), "{name}: {of}.{key}");
            }
        }
    }
}

#[test]
fn a_reason_that_the_program_refuses_the_schema_refuses_too() {
    let schema = schema("config");
    let validator = jsonschema::validator_for(&schema).unwrap();
    let with = |reason: &str| json!({"suppress": [{"rule": "missing-file", "component": "*", "reason": reason}]});
    assert!(validator.is_valid(&with("Meant so.")));
    for reason in ["", " "] {
        assert!(!validator.is_valid(&with(reason)), "'{reason}'");
    }
}
