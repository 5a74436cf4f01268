//! Imports of tables, columns and their like that the target has otherwise: each scenario names the row of the known import
//! failures that it shows (`solvet explain ROW`), with what the simulation makes of it.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use solvet::catalog::failures;
use support::program::run;
use support::{pack, project};

/// The row, the rule that tells it, the sample of it, the code of the platform.
type Scenario = (&'static str, &'static str, &'static str, &'static str);

/// Imports that stop at the components.
static STOPS: [Scenario; 17] = [
    ("SCH-01", "column-type-differs", "bad", "0x80041A06"),
    ("SCH-02", "column-name-taken", "bad", "0x80047013"),
    ("SCH-03", "column-casing-differs", "bad", "0x8004F043"),
    ("SCH-04", "table-name-taken", "bad", "0x8004810C"),
    ("SCH-04", "table-name-taken", "bad-virtual", "0x8004810C"),
    ("SCH-05", "entity-set-taken", "bad", "0x8006088E"),
    ("SCH-06", "relationship-name-taken", "bad", "0x8004432B"),
    ("SCH-07", "key-name-taken", "bad", "0x80060893"),
    ("SCH-08", "key-columns-taken", "bad", "0x80060894"),
    ("SCH-09", "table-without-primary-name", "bad", "0x80044355"),
    ("SCH-11", "too-many-columns", "bad", "0x8004841A"),
    ("SCH-14c", "table-ownership-differs", "bad", "0x80072018"),
    ("PUB-04b", "new-name-without-prefix", "bad", "0x80044366"),
    (
        "PUB-04b",
        "new-name-without-prefix",
        "bad-keyword",
        "0x80044362",
    ),
    ("UI-10", "identifier-of-another-table", "bad", "0x80048004"),
    (
        "UI-11",
        "identifier-of-another-table",
        "bad-chart",
        "0x8004E014",
    ),
    ("UI-12", "second-quick-find-view", "bad", "0x8004853A"),
];

/// Imports of which it is not known that they stop.
static WARNS: [Scenario; 3] = [
    ("SCH-18", "too-many-tables", "bad", "0x8004B043"),
    ("SEC-02", "privilege-of-absent-table", "bad", "0x80048058"),
    ("UPG-09", "solutions-need-each-other", "bad", "0x80071157"),
];

fn sample(rule: &str, name: &str) -> String {
    format!("samples/rules/{rule}/{name}")
}

fn simulated(arguments: &[&str]) -> Value {
    let fixed = ["simulate", "--format", "json"];
    let run = run(&[&fixed, arguments].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", run.stderr))
}

/// What a rule found in the first step of a simulation.
fn found<'a>(report: &'a Value, rule: &str) -> Vec<&'a Value> {
    let findings = report["steps"][0]["findings"].as_array().unwrap().iter();
    findings.filter(|finding| finding["rule"] == rule).collect()
}

fn against_its_target((_, rule, name, _): &Scenario) -> Value {
    let target = sample(rule, &format!("target-{name}.json"));
    simulated(&[&sample(rule, name), "--target", &target])
}

#[test]
fn what_the_target_has_otherwise_stops_the_import_at_the_components() {
    for scenario in &STOPS {
        let report = against_its_target(scenario);
        let (row, rule, name, code) = scenario;
        assert_eq!(
            report["verdict"], "fails",
            "{row} {rule}/{name}: {report:#}"
        );
        assert_eq!(report["steps"][0]["stopsAt"], "components", "{row} {name}");
        let finding = found(&report, rule)[0];
        assert_eq!(finding["platform"]["code"], *code, "{row}: {finding:#}");
    }
}

#[test]
fn what_is_not_known_to_stop_the_import_is_warned_of() {
    for scenario in &WARNS {
        let report = against_its_target(scenario);
        let (row, rule, name, code) = scenario;
        assert_ne!(
            report["verdict"], "fails",
            "{row} {rule}/{name}: {report:#}"
        );
        let finding = found(&report, rule)[0];
        assert_eq!(finding["severity"], "warning", "{row}: {finding:#}");
        assert_eq!(finding["platform"]["code"], *code, "{row}");
    }
}

#[test]
fn each_scenario_is_of_a_row_that_its_rule_predicts() {
    for (row, rule, ..) in STOPS.iter().chain(&WARNS) {
        let failure = failures().iter().find(|failure| failure.id == *row);
        assert!(failure.unwrap().predicted.contains(rule), "{row}");
    }
}

#[test]
fn a_target_that_says_nothing_takes_every_table() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("target.json");
    fs::write(&target, r#"{"manifestVersion": 1}"#).unwrap();
    for (row, rule, name, _) in STOPS.iter().chain(&WARNS) {
        // What the package says itself needs no target.
        if *rule == "new-name-without-prefix" {
            continue;
        }
        let report = simulated(&[&sample(rule, name), "--target", target.to_str().unwrap()]);
        assert!(found(&report, rule).is_empty(), "{row} {rule}: {report:#}");
    }
}

/// A package of one sample with other words.
fn package(folder: &std::path::Path, file: &str, name: &str, edits: &[(&str, &str)]) -> String {
    let files = pack::files(&project(&format!("samples/rules/{name}")));
    let files: Vec<_> = files
        .into_iter()
        .map(|(name, content)| {
            let mut text = String::from_utf8(content).unwrap();
            for (from, to) in edits {
                text = text.replace(from, to);
            }
            (name, text.into_bytes())
        })
        .collect();
    let path = folder.join(file);
    fs::write(&path, pack::zip_of(&files)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn upg_09_two_packages_that_need_each_other_are_told_at_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let orders = package(
        folder.path(),
        "orders.zip",
        "solutions-need-each-other/bad",
        &[],
    );
    let other = [
        ("ContosoOrders", "FabrikamCore"),
        ("cts_Customs", "fab_Customs"),
        ("cts_customs", "fab_customs"),
        ("fab_region", "cts_customs"),
        (
            "type=\"9\" schemaName=\"cts_customs\"",
            "type=\"1\" schemaName=\"cts_customs\"",
        ),
        (
            "<optionsets />",
            "<optionsets><optionset Name=\"fab_region\"><OptionSetType>picklist</OptionSetType></optionset></optionsets>",
        ),
        ("FabrikamCore (1.4)", "ContosoOrders (1.2)"),
    ];
    let fabrikam = package(
        folder.path(),
        "fabrikam.zip",
        "solutions-need-each-other/bad",
        &other,
    );
    let run = run(&["check", "--format", "json", &orders, &fabrikam]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let told: Vec<_> = findings
        .filter(|finding| finding["rule"] == "solutions-need-each-other")
        .map(|finding| (&finding["package"], &finding["message"]))
        .collect();
    let message = json!(
        "ContosoOrders needs the choice fab_region of FabrikamCore, and FabrikamCore needs the table cts_customs of \
         ContosoOrders."
    );
    assert_eq!(told, [(&json!(0), &message)], "{report:#}");
}

#[test]
fn what_only_a_package_shows_of_the_target_is_less_sure() {
    let folder = tempfile::tempdir().unwrap();
    let rule = "column-type-differs";
    let path = project(&sample(rule, "target-bad.json"));
    let mut manifest: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    manifest["captured"] = json!({"sources": [{"id": "s1", "kind": "solution-zip"}]});
    manifest["tables"][0]["src"] = "s1".into();
    let target = folder.path().join("target.json");
    fs::write(&target, manifest.to_string()).unwrap();
    let report = simulated(&[&sample(rule, "bad"), "--target", target.to_str().unwrap()]);
    assert_eq!(found(&report, rule)[0]["evidence"], "fair", "{report:#}");
}
