//! Two packages compared with an environment in view: what an upgrade removes there, and which of the two is the newer one.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed"
)]

mod support;
#[path = "support/versions.rs"]
mod versions;

use std::fs;

use serde_json::Value;
use support::{program, project};
use tempfile::TempDir;
use versions::{Files, OLD, compared};

const NEW: &str = "samples/versions/new";
const SAMPLE: &str = "samples/rules/removed-component-in-use";

fn upgrade(arguments: &[&str]) -> Value {
    let all = [&["diff"], arguments, &["--format", "json"]].concat();
    let run = program::run(&all);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    report["upgrade"].clone()
}

fn note(upgrade: &Value) -> &str {
    upgrade["notes"][0].as_str().unwrap_or_default()
}

#[test]
fn a_target_without_the_solution_changes_nothing_of_what_is_listed() {
    let plain = upgrade(&[OLD, NEW]);
    let target = "samples/targets/contoso-prod.json";
    let there = upgrade(&[OLD, NEW, "--target", target]);
    assert_eq!(there["removes"].as_array().unwrap().len(), 1);
    assert_eq!(there["removes"], plain["removes"]);
    let note = note(&there);
    assert!(note.contains("does not have ContosoShipping"), "{note}");
}

#[test]
fn the_usual_target_may_have_another_version() {
    let folder = TempDir::new().unwrap();
    let config = folder.path().join("solvet.toml");
    let target = project(SAMPLE).join("target-bad.json");
    fs::write(
        &config,
        format!("target = {:?}\n", target.to_str().unwrap()),
    )
    .unwrap();
    let [installed, ok, bad] = ["installed", "ok", "bad"].map(|name| format!("{SAMPLE}/{name}"));
    let config = ["--config", config.to_str().unwrap()];
    let other = upgrade(&[&[&*ok, &*bad], &config[..]].concat());
    assert!(other["target"].is_null());
    assert!(note(&other).contains("ContosoOrders 1.2.0.0"), "{other}");
    // The installed one is upgraded there, as where the command line names the target.
    let installed = upgrade(&[&[&*installed, &*bad], &config[..]].concat());
    assert_eq!(installed["target"]["verdict"], "fails");
}

#[test]
fn a_lower_version_is_told_whatever_is_removed() {
    let notes = |files: &Files| {
        compared(
            files,
            &files.clone().with("solution.xml", "1.2.0.0", "1.1.0.0"),
        )
        .notes
    };
    let managed = Files::of(OLD);
    let unmanaged = managed
        .clone()
        .with("solution.xml", "<Managed>1<", "<Managed>0<");
    assert_eq!(
        notes(&managed),
        [
            "The new package has the lower version (1.1.0.0 after 1.2.0.0): the platform refuses such an upgrade."
        ]
    );
    assert_eq!(
        notes(&unmanaged),
        ["The new package has the lower version (1.1.0.0 after 1.2.0.0)."]
    );
}
