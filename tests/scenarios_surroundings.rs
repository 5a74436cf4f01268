//! Imports that meet what surrounds a solution: each scenario names the row of the known import failures that it shows
//! (`solvet explain ROW`), with what the simulation makes of it.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;

use serde_json::Value;
use solvet::catalog::failures;
use support::program::run;
use support::project;

/// An import and what is expected of it. Packages and targets are samples of rules.
struct Scenario {
    /// The row of the known import failures.
    row: &'static str,
    /// The rule that tells it, whose samples are used.
    rule: &'static str,
    /// The sample.
    sample: &'static str,
    /// What becomes of the import.
    verdict: &'static str,
    /// The stage at which it stops.
    stops_at: Option<&'static str>,
    /// How bad the rule says it is.
    severity: &'static str,
}

const fn stops(row: &'static str, rule: &'static str, sample: &'static str) -> Scenario {
    Scenario {
        row,
        rule,
        sample,
        verdict: "fails",
        stops_at: Some("components"),
        severity: "error",
    }
}

const fn warns(row: &'static str, rule: &'static str, sample: &'static str) -> Scenario {
    Scenario {
        verdict: "succeeds-with-warnings",
        stops_at: None,
        severity: "warning",
        ..stops(row, rule, sample)
    }
}

/// What is not known, and decides the import.
const fn leaves_open(row: &'static str, rule: &'static str, sample: &'static str) -> Scenario {
    Scenario {
        verdict: "unknown",
        stops_at: None,
        ..stops(row, rule, sample)
    }
}

const fn notes(row: &'static str, rule: &'static str, sample: &'static str) -> Scenario {
    Scenario {
        verdict: "succeeds",
        severity: "note",
        ..warns(row, rule, sample)
    }
}

static SCENARIOS: [Scenario; 30] = [
    Scenario {
        stops_at: Some("package"),
        ..stops("PKG-07", "package-too-large", "bad")
    },
    leaves_open("FLW-01", "process-of-another-solution", "bad"),
    stops("FLW-03", "process-name-taken", "bad"),
    warns("FLW-03", "process-name-taken", "bad-workflow"),
    notes("FLW-04", "process-replaced", "bad"),
    warns("FLW-07", "process-flow-too-large", "bad"),
    stops("FLW-08", "connector-absent", "bad"),
    warns("FLW-08", "connector-absent", "bad-standard"),
    warns("FLW-10", "connection-missing", "bad"),
    warns("FLW-10", "connection-missing", "bad-new"),
    notes("FLW-10", "connection-missing", "bad-unknown"),
    stops("FLW-12", "connection-reference-overused", "bad"),
    warns("FLW-14", "variable-without-value", "bad"),
    notes("FLW-14", "variable-without-value", "bad-unknown"),
    leaves_open("FLW-15", "variable-value-collides", "bad"),
    stops("FLW-16", "connector-exists", "bad"),
    leaves_open("FLW-16", "connector-exists", "bad-unknown"),
    stops("COD-02", "plugin-types-removed", "bad-listed"),
    stops("COD-03", "assembly-name-taken", "bad"),
    stops("COD-06b", "assembly-sdk-newer", "bad"),
    notes("COD-11", "step-replaced", "bad"),
    warns("SEC-03", "caller-without-privileges", "bad-roles"),
    warns("SEC-04", "caller-without-privileges", "bad"),
    warns("SEC-05", "role-name-taken", "bad"),
    leaves_open("ENV-04", "solution-checker-enforced", "bad"),
    notes("ENV-04", "solution-checker-enforced", "bad-warn"),
    Scenario {
        stops_at: Some("platform-version"),
        ..stops("ENV-05", "unmanaged-customizations-blocked", "bad")
    },
    stops("ENV-09", "rows-of-absent-table", "bad"),
    warns("LNG-01", "language-not-enabled", "bad"),
    warns("LNG-02", "template-language-not-enabled", "bad"),
];

/// A target that says nothing, and has no solution of the package.
const BARE: &str = r#"{"manifestVersion": 1, "coverage": {"solutions": "complete"}}"#;

/// The report of a simulation, of samples of a rule.
fn simulated(package: &str, target: &str, arguments: &[&str]) -> Value {
    let fixed = ["simulate", package, "--target", target, "--format", "json"];
    let run = run(&[&fixed, arguments].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{package}: {}", run.stderr))
}

fn sample(rule: &str, name: &str) -> String {
    format!("samples/rules/{rule}/{name}")
}

/// The target of a sample, made to say that it lists every solution.
fn target(rule: &str, sample: &str) -> (tempfile::TempDir, String) {
    let beside = project("samples/rules").join(rule);
    let own = beside.join(format!("target-{sample}.json"));
    let path = [own, beside.join("target.json")]
        .into_iter()
        .find(|path| path.exists());
    let mut manifest: Value = serde_json::from_slice(&fs::read(path.unwrap()).unwrap()).unwrap();
    manifest["coverage"]["solutions"] = "complete".into();
    written(&manifest.to_string())
}

fn written(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("target.json");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap().to_owned();
    (folder, path)
}

/// What a rule found in the one step of a simulation.
fn found<'a>(report: &'a Value, rule: &str) -> Vec<&'a Value> {
    let findings = report["steps"][0]["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["rule"] == rule).collect()
}

#[test]
fn each_scenario_ends_as_its_row_says() {
    for scenario in &SCENARIOS {
        let label = format!("{} {}/{}", scenario.row, scenario.rule, scenario.sample);
        let (_folder, target) = target(scenario.rule, scenario.sample);
        let report = simulated(&sample(scenario.rule, scenario.sample), &target, &[]);
        assert_eq!(report["verdict"], scenario.verdict, "{label}: {report:#}");
        let stops_at = &report["steps"][0]["stopsAt"];
        assert_eq!(stops_at.as_str(), scenario.stops_at, "{label}");
        let findings = found(&report, scenario.rule);
        assert!(!findings.is_empty(), "{label}");
        assert_eq!(findings[0]["severity"], scenario.severity, "{label}");
        assert!(
            findings[0]["evidence"] != "strong" || scenario.severity != "error",
            "{label}"
        );
    }
}

#[test]
fn each_scenario_is_of_a_row_that_its_rule_predicts() {
    for scenario in &SCENARIOS {
        let row = failures().iter().find(|failure| failure.id == scenario.row);
        let predicted = &row.unwrap().predicted;
        assert!(predicted.contains(&scenario.rule), "{}", scenario.row);
    }
}

#[test]
fn a_target_that_says_nothing_makes_no_package_fail_or_warn() {
    let (_folder, target) = written(BARE);
    for scenario in &SCENARIOS {
        // Five tables are the platform's limit, whatever the target.
        if scenario.rule == "process-flow-too-large" {
            continue;
        }
        let report = simulated(&sample(scenario.rule, scenario.sample), &target, &[]);
        for finding in report["steps"][0]["findings"].as_array().unwrap() {
            assert_eq!(
                finding["severity"], "note",
                "{}: {finding:#}",
                scenario.rule
            );
        }
    }
}

#[test]
fn flw_10_and_flw_14_connections_and_values_in_settings_count() {
    for (rule, bad) in [
        ("connection-missing", "bad"),
        ("variable-without-value", "bad"),
    ] {
        let (_folder, target) = target(rule, bad);
        let settings = sample(rule, "settings-ok-settings.json");
        let arguments = ["--settings-file", &settings];
        let report = simulated(&sample(rule, bad), &target, &arguments);
        assert_eq!(report["verdict"], "succeeds", "{rule}: {report:#}");
        assert!(found(&report, rule).is_empty(), "{rule}");
    }
}

#[test]
fn flw_10_tells_which_flows_stay_off() {
    let (_folder, target) = target("connection-missing", "bad");
    let report = simulated(&sample("connection-missing", "bad"), &target, &[]);
    let message = found(&report, "connection-missing")[0]["message"]
        .as_str()
        .unwrap();
    assert!(message.contains("Order reminder"), "{message}");
}

#[test]
fn flw_15_a_value_that_the_installed_version_shipped_is_no_second_one() {
    let rule = "variable-value-collides";
    let (_folder, target) = target(rule, "ok-before");
    let installed = sample(rule, "installed");
    let arguments = ["--installed", &installed];
    let report = simulated(&sample(rule, "ok-before"), &target, &arguments);
    assert!(found(&report, rule).is_empty(), "{report:#}");
}

#[test]
fn cod_02_an_upgrade_that_drops_a_type_stops_before_it_is_applied() {
    let rule = "plugin-types-removed";
    let (_folder, target) = target(rule, "bad");
    let installed = sample(rule, "installed");
    let report = simulated(&sample(rule, "bad"), &target, &["--installed", &installed]);
    assert_eq!(report["verdict"], "fails", "{report:#}");
    assert_eq!(report["steps"][0]["stopsAt"], "components");
    let finding = found(&report, rule)[0];
    assert_eq!(finding["platform"]["code"], "0x80048071");
}

#[test]
fn processes_stay_off_unless_they_are_switched_on() {
    let rule = "process-stays-off";
    let (_folder, target) = written(BARE);
    let package = sample(rule, "bad");
    let as_pac = ["--operation", "install"];
    assert_eq!(found(&simulated(&package, &target, &as_pac), rule).len(), 1);
    let on = simulated(
        &package,
        &target,
        &["--operation", "install", "--activate-plugins"],
    );
    assert!(found(&on, rule).is_empty());
    // The import page switches them on unless it is told not to.
    assert!(found(&simulated(&package, &target, &[]), rule).is_empty());
}

#[test]
fn what_is_skipped_meets_nothing() {
    let rule = "variable-value-collides";
    let manifest = r#"{"manifestVersion": 1, "coverage": {"solutions": "complete"},
        "environmentVariables": [{"name": "cts_OrderMailbox", "hasValue": true}],
        "solutions": [{"name": "ContosoOrders", "version": "9.0", "managed": false}]}"#;
    let (_folder, target) = written(manifest);
    let report = simulated(&sample(rule, "bad"), &target, &["--skip-lower-version"]);
    assert_eq!(report["steps"][0]["operation"], "skip", "{report:#}");
    assert!(found(&report, rule).is_empty());
}

#[test]
fn pkg_06_a_file_above_the_stated_limit_is_refused_first() {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("ContosoOrders.zip");
    let content = project("samples/rules/package-too-large/ok");
    fs::write(&package, support::pack::zip_folder(&content)).unwrap();
    let manifest = r#"{"manifestVersion": 1, "limits": {"solutionFileBytes": 500}}"#;
    let (_folder, target) = written(manifest);
    let report = simulated(package.to_str().unwrap(), &target, &[]);
    assert_eq!(report["steps"][0]["stopsAt"], "package", "{report:#}");
    let finding = found(&report, "package-too-large")[0];
    assert_eq!(finding["platform"]["code"], "0x80040375");
}
