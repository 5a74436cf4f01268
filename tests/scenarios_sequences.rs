//! Sequences of Dynamics 365 Sales on their way into another environment: each scenario names the row of the known import
//! failures that it shows (`solvet explain ROW`), what `check` and `simulate` say of it, and that both are silent once the
//! remedy has been applied to the target or the package.
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
use support::project;
use tempfile::TempDir;

/// What a rule says of a package, and that it says nothing after its remedy.
struct Scenario {
    /// The row of the known import failures.
    row: &'static str,
    /// The rule that tells it, whose samples are used.
    rule: &'static str,
    /// The sample that breaks it.
    bad: &'static str,
    /// The package and the target after the remedy.
    ok: (&'static str, &'static str),
    /// How bad the rule says it is.
    severity: &'static str,
    /// What its message tells.
    tells: &'static str,
}

/// The remedy is applied to the target: the same package meets another one.
const fn in_target(
    row: &'static str,
    rule: &'static str,
    bad: &'static str,
    target: &'static str,
    tells: &'static str,
) -> Scenario {
    Scenario {
        row,
        rule,
        bad,
        ok: (bad, target),
        severity: "warning",
        tells,
    }
}

/// The remedy is applied to the package.
const fn in_package(
    row: &'static str,
    rule: &'static str,
    bad: &'static str,
    tells: &'static str,
) -> Scenario {
    Scenario {
        ok: ("ok", "ok"),
        ..in_target(row, rule, bad, "ok", tells)
    }
}

static SCENARIOS: [Scenario; 18] = [
    in_package("SEQ-01", "sequence-managed", "bad", "is managed"),
    in_package(
        "SEQ-03",
        "sequence-definition-unsound",
        "bad",
        "cannot be read",
    ),
    in_package(
        "SEQ-03",
        "sequence-definition-unsound",
        "bad-copies",
        "copy",
    ),
    in_target(
        "SEQ-05",
        "sequence-column-absent",
        "bad",
        "ok",
        "Step 2 \"Score of 60 or more?\"",
    ),
    in_package(
        "SEQ-05",
        "sequence-column-absent",
        "bad-assignment",
        "The assignment of the sequence \"Spring leads\"",
    ),
    in_target(
        "SEQ-06",
        "sequence-template-absent",
        "bad",
        "ok",
        "Steps 3 \"Send the price list\" and 4 \"Reminder\" of the sequence \"Spring leads\"",
    ),
    in_target(
        "SEQ-07",
        "sequence-process-absent",
        "bad",
        "ok",
        "Step 2 \"Move to Propose\"",
    ),
    in_target(
        "SEQ-07",
        "sequence-process-absent",
        "bad-draft",
        "ok",
        "is a draft in the target",
    ),
    in_package(
        "SEQ-07",
        "sequence-process-absent",
        "bad-draft-here",
        "is a draft in the package",
    ),
    in_package(
        "SEQ-08",
        "nested-sequence-absent",
        "bad",
        "Step 2 \"Go on with nurturing\"",
    ),
    in_package(
        "SEQ-08",
        "nested-sequence-absent",
        "bad-table",
        "which is for rows of contact",
    ),
    in_target(
        "SEQ-12",
        "sequence-without-sales-accelerator",
        "bad",
        "ok",
        "Sales accelerator is off",
    ),
    in_package("SEQ-13", "sequence-feature-off", "bad", "e-mail engagement"),
    Scenario {
        severity: "note",
        ..in_target(
            "SEQ-13",
            "sequence-feature-off",
            "bad-telephony",
            "ok",
            "telephony",
        )
    },
    Scenario {
        severity: "note",
        ..in_package(
            "SEQ-15",
            "sequence-part-unknown",
            "bad",
            "user, team or queue",
        )
    },
    in_package("SEQ-16", "sequence-too-long", "bad", "41 tasks"),
    in_package("SEQ-16", "sequence-too-long", "bad-counted", "41 tasks"),
    Scenario {
        severity: "note",
        ..in_package("SEQ-17", "sequence-segments-apart", "bad", "msdyn_segment")
    },
];

/// A target in a file of its own.
struct Written {
    _folder: TempDir,
    path: String,
}

fn written(manifest: &Value) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("target.json");
    fs::write(&path, manifest.to_string()).unwrap();
    let path = path.to_str().unwrap().to_owned();
    Written {
        _folder: folder,
        path,
    }
}

/// The target of a sample, or one that says nothing, made to list every solution.
fn target(rule: &str, sample: &str) -> Written {
    let beside = project("samples/rules").join(rule);
    let own = beside.join(format!("target-{sample}.json"));
    let mut paths = [own, beside.join("target.json")].into_iter();
    let text = paths.find(|path| path.exists()).map(fs::read_to_string);
    let mut manifest = text.map_or_else(
        || json!({"manifestVersion": 1}),
        |text| serde_json::from_str(&text.unwrap()).unwrap(),
    );
    manifest["coverage"]["solutions"] = "complete".into();
    written(&manifest)
}

fn sample(rule: &str, name: &str) -> String {
    format!("samples/rules/{rule}/{name}")
}

fn report(arguments: &[&str]) -> Value {
    let run = run(&[arguments, &["--format", "json"]].concat());
    serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{arguments:?}: {}", run.stderr))
}

/// What a rule finds when a package is checked, and when its import is simulated.
fn found(rule: &str, package: &str, target: &Written) -> [Vec<Value>; 2] {
    let checked = report(&["check", package, "--target", &target.path]);
    let simulated = report(&["simulate", package, "--target", &target.path]);
    let of_rule = |findings: &Value| -> Vec<Value> {
        let findings = findings.as_array().unwrap().iter();
        let own = findings.filter(|finding| finding["rule"] == rule);
        own.cloned().collect()
    };
    [
        of_rule(&checked["findings"]),
        of_rule(&simulated["steps"][0]["findings"]),
    ]
}

#[test]
fn each_scenario_is_told_by_a_check_and_by_a_simulation() {
    for scenario in &SCENARIOS {
        let label = format!("{} {}/{}", scenario.row, scenario.rule, scenario.bad);
        let package = sample(scenario.rule, scenario.bad);
        let target = target(scenario.rule, scenario.bad);
        for findings in found(scenario.rule, &package, &target) {
            let told = findings.iter().any(|finding| {
                finding["severity"] == scenario.severity
                    && finding["message"]
                        .as_str()
                        .unwrap()
                        .contains(scenario.tells)
            });
            assert!(told, "{label}: {findings:#?}");
        }
    }
}

#[test]
fn each_scenario_is_silent_after_its_remedy() {
    for scenario in &SCENARIOS {
        let label = format!("{} {}/{}", scenario.row, scenario.rule, scenario.bad);
        let (package, of_target) = scenario.ok;
        let target = target(scenario.rule, of_target);
        for findings in found(scenario.rule, &sample(scenario.rule, package), &target) {
            assert!(findings.is_empty(), "{label}: {findings:#?}");
        }
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
fn steps_that_break_later_make_no_import_fail() {
    for scenario in &SCENARIOS {
        let package = sample(scenario.rule, scenario.bad);
        let target = target(scenario.rule, scenario.bad);
        let report = report(&["simulate", &package, "--target", &target.path]);
        assert_ne!(report["verdict"], "fails", "{}: {report:#}", scenario.rule);
    }
}

/// The sequence sample, with a target that lists all tables and solutions but these.
fn without(tables: &[&str]) -> Written {
    let all = [
        "account",
        "lead",
        "contact",
        "msdyn_sequence",
        "msdyn_salestag",
    ];
    let there = all.iter().filter(|name| !tables.contains(name));
    let there: Vec<_> = there.map(|name| json!({"name": name})).collect();
    written(&json!({
        "manifestVersion": 1,
        "coverage": {"tables": "complete", "solutions": "complete"},
        "tables": there,
    }))
}

#[test]
fn seq_02_a_target_without_the_table_of_sequences_needs_a_licence_and_a_switch() {
    let package = sample("sequence-managed", "ok");
    let rule = "rows-of-absent-table";
    let [_, findings] = found(rule, &package, &without(&["msdyn_sequence"]));
    let help = findings[0]["help"].as_str().unwrap();
    assert!(help.contains("Enable Sales accelerator"), "{help}");
    assert!(help.contains("cannot be installed by hand"), "{help}");
    assert!(!help.contains("Install"), "{help}");
    let [_, findings] = found(rule, &package, &without(&[]));
    assert!(findings.is_empty(), "{findings:#?}");
}

#[test]
fn seq_04_a_target_without_the_table_that_a_sequence_is_for_fails_the_import() {
    let package = sample("sequence-managed", "ok");
    let rule = "undeclared-component-absent";
    for findings in found(rule, &package, &without(&["lead"])) {
        assert_eq!(findings[0]["component"]["schemaName"], "lead");
        assert_eq!(findings[0]["severity"], "error");
    }
    for findings in found(rule, &package, &without(&[])) {
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn seq_10_a_template_in_a_language_that_is_not_enabled_warns() {
    let rule = "template-language-not-enabled";
    let row = failures().iter().find(|failure| failure.id == "SEQ-10");
    assert!(row.unwrap().predicted.contains(&rule));
    let target = target(rule, "bad");
    let [_, findings] = found(rule, &sample(rule, "bad"), &target);
    assert_eq!(findings[0]["severity"], "warning");
    let german = written(&json!({
        "manifestVersion": 1,
        "environment": {"languages": [1033, 1031]},
        "coverage": {"solutions": "complete"},
    }));
    let [_, findings] = found(rule, &sample(rule, "bad"), &german);
    assert!(findings.is_empty(), "{findings:#?}");
}

/// A package with one file of records, and a target that knows one of them to be absent or present.
fn related(file: &str, text: &str, table: &str, id: &str, key: &str) -> [Vec<Value>; 2] {
    let folder = tempfile::tempdir().unwrap();
    let own = project(&sample("sequence-managed", "ok"));
    for (name, content) in support::pack::files(&own) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let path = folder.path().join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    let target = written(&json!({
        "manifestVersion": 1,
        "coverage": {"solutions": "complete"},
        key: [{"type": table, "id": id}],
    }));
    let package = folder.path().to_str().unwrap();
    found("undeclared-component-absent", package, &target)
}

#[test]
fn seq_09_a_parent_that_the_target_lacks_fails_the_import() {
    let id = "6f0d2b8e-41c7-4a93-8e5d-2b7f9c0a1d35";
    let text = format!(
        "<msdyn_sequence msdyn_sequenceid=\"c8a1e2f4-7b36-4d09-a5e8-0f1d3c6b9e27\"><msdyn_name>Summer leads</msdyn_name>\
         <msdyn_parentsequence><msdyn_sequenceid>{id}</msdyn_sequenceid></msdyn_parentsequence></msdyn_sequence>"
    );
    let file = "msdyn_sequences/c8a1e2f4-7b36-4d09-a5e8-0f1d3c6b9e27/msdyn_sequence.xml";
    for findings in related(file, &text, "msdyn_sequence", id, "absent") {
        assert_eq!(findings[0]["component"]["objectId"], id, "{findings:#?}");
    }
    for findings in related(file, &text, "msdyn_sequence", id, "components") {
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn seq_11_a_parent_tag_that_the_target_lacks_fails_the_import() {
    let id = "2d9e7c41-5f08-4b6a-93d1-e7a0b4c8f652";
    let text = format!(
        "<msdyn_salestag msdyn_salestagid=\"b7c3f19a-0e42-4d85-8c6f-1a5d9e2b7034\"><msdyn_tagname>Spring</msdyn_tagname>\
         <msdyn_parenttag><msdyn_salestagid>{id}</msdyn_salestagid></msdyn_parenttag></msdyn_salestag>"
    );
    let file = "msdyn_salestags/b7c3f19a-0e42-4d85-8c6f-1a5d9e2b7034/msdyn_salestag.xml";
    for findings in related(file, &text, "msdyn_salestag", id, "absent") {
        assert_eq!(findings[0]["component"]["objectId"], id, "{findings:#?}");
    }
    for findings in related(file, &text, "msdyn_salestag", id, "components") {
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn seq_11_a_pair_of_tag_and_sequence_comes_with_its_relationship() {
    let tables = ["lead", "msdyn_sequence", "msdyn_salestag"];
    let target = written(&json!({
        "manifestVersion": 1,
        "coverage": {"tables": "complete"},
        "tables": tables.map(|name| json!({"name": name})),
    }));
    for findings in found(
        "rows-of-absent-table",
        "samples/sequence-apac-leads",
        &target,
    ) {
        assert!(findings.is_empty(), "{findings:#?}");
    }
}

#[test]
fn seq_14_a_solution_of_sales_accelerator_that_is_missing_or_old_is_never_to_be_installed() {
    let sample = "samples/sequence-apac-leads";
    let with = |solutions: Value| {
        let target = written(&json!({
            "manifestVersion": 1,
            "coverage": {"solutions": "complete", "tables": "complete"},
            "solutions": solutions,
            "tables": [{"name": "lead"}, {"name": "msdyn_salestag"}],
        }));
        let rule = "required-component-absent";
        let [findings, _] = found(rule, sample, &target);
        let mut findings = findings.into_iter();
        let own = findings.find(|finding| finding["component"]["schemaName"] == "msdyn_sequence");
        own.unwrap()["help"].as_str().unwrap().to_owned()
    };
    let missing = with(json!([]));
    assert!(
        missing.starts_with("Enable Sales accelerator (licence: "),
        "{missing}"
    );
    let old = with(json!([{"name": "msdyn_Sequence", "version": "9.1.2.0", "managed": true}]));
    assert!(
        old.starts_with("Wait until Microsoft updates Sales accelerator"),
        "{old}"
    );
}

#[test]
fn seq_06_a_template_that_an_earlier_package_brings_is_there() {
    let rule = "sequence-template-absent";
    let folder = tempfile::tempdir().unwrap();
    let brings = folder.path();
    for (name, content) in support::pack::files(&project(&sample(rule, "bad"))) {
        if name.contains("msdyn_sequence") {
            continue;
        }
        let text = String::from_utf8(content).unwrap();
        let template = "<Templates><EmailTemplates><emailtemplate>\
                        <templateid>{c9f2f7b0-1d7e-4c55-8a0f-6f3f0c1b2a04}</templateid>\
                        <languagecode>1033</languagecode></emailtemplate></EmailTemplates></Templates>";
        let text = text.replace("<Templates />", template);
        let text = text.replace("ContosoSequences", "ContosoTemplates");
        fs::write(brings.join(name), text).unwrap();
    }
    let brings = brings.to_str().unwrap();
    let package = sample(rule, "bad");
    let target = target(rule, "bad");
    for command in ["check", "simulate"] {
        let report = report(&[command, brings, &package, "--target", &target.path]);
        let text = report.to_string();
        let told = format!("\"rule\":\"{rule}\"");
        assert!(!text.contains(&told), "{command}: {report:#}");
    }
}

#[test]
fn seq_06_what_is_declared_as_missing_names_the_steps_that_need_it() {
    let target = written(
        &serde_json::from_slice(&fs::read(project("samples/targets/contoso-prod.json")).unwrap())
            .unwrap(),
    );
    let rule = "required-component-absent";
    let [findings, _] = found(rule, "samples/sequence-apac-leads", &target);
    let helps: Vec<_> = findings
        .iter()
        .map(|finding| finding["help"].to_string())
        .collect();
    let helps = helps.join("\n");
    for step in [
        "step 4 \\\"First touch\\\"",
        "step 2 \\\"Reminder\\\"",
        "step 6 \\\"Score of 60 or more?\\\"",
    ] {
        assert!(helps.contains(step), "{step}: {helps}");
    }
}

#[test]
fn seq_05_a_column_of_a_feature_is_never_to_be_installed() {
    let folder = tempfile::tempdir().unwrap();
    let own = project(&sample("sequence-column-absent", "bad"));
    for (name, content) in support::pack::files(&own) {
        let text = String::from_utf8(content).unwrap();
        let text = text.replace("cts_score", "msdyn_currentstepname").replace(
            "\"entity\":\"lead\",\"column\"",
            "\"entity\":\"msdyn_sequencetarget\",\"column\"",
        );
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let target = written(&json!({
        "manifestVersion": 1,
        "coverage": {"solutions": "complete"},
        "tables": [
            {"name": "lead"}, {"name": "msdyn_sequence"},
            {"name": "msdyn_sequencetarget", "columnsComplete": true, "columns": ["msdyn_sequencetargetid"]},
        ],
    }));
    let rule = "sequence-column-absent";
    for findings in found(rule, folder.path().to_str().unwrap(), &target) {
        let help = findings[0]["help"].as_str().unwrap();
        assert!(help.contains("cannot be installed by hand"), "{help}");
    }
}

#[test]
fn seq_17_data_of_the_configuration_migration_tool_is_named_for_what_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let schema = "<entities>\r\n  <entity name=\"msdyn_segment\" displayname=\"Segment\">\r\n    <fields>\r\n      \
                  <field displayname=\"Name\" name=\"msdyn_name\" type=\"string\" /></fields></entity></entities>";
    let data = "<?xml version=\"1.0\"?><entities timestamp=\"2026-11-02T08:00:00Z\"><entity name=\"msdyn_segment\">\
                <records /></entity></entities>";
    let zip = support::pack::zip_of(&[
        ("data.xml".into(), data.into()),
        ("data_schema.xml".into(), schema.into()),
    ]);
    for (name, content) in [
        ("segments.zip", zip),
        ("data_schema.xml", schema.into()),
        ("data.xml", data.into()),
        // The folder that both are in now.
        (".", Vec::new()),
    ] {
        let path = folder.path().join(name);
        if name == "." {
            fs::remove_file(folder.path().join("segments.zip")).unwrap();
        } else {
            fs::write(&path, content).unwrap();
        }
        let run = run(&["check", path.to_str().unwrap()]);
        assert_eq!(run.status, 3, "{name}");
        let text = format!("{}{}", run.stdout, run.stderr);
        assert!(text.contains("Configuration Migration"), "{name}: {text}");
        assert!(
            text.contains("segments and assignment rules"),
            "{name}: {text}"
        );
    }
}

#[test]
fn what_the_package_declares_as_missing_is_told_once() {
    let rule = "sequence-template-absent";
    let package = sample("sequence-part-unknown", "ok-declared");
    let target = target(rule, "bad");
    for findings in found(rule, &package, &target) {
        assert!(findings.is_empty(), "{findings:#?}");
    }
    for findings in found("required-component-absent", &package, &target) {
        assert_eq!(findings.len(), 1, "{findings:#?}");
    }
}

#[test]
fn without_a_target_nothing_of_a_sequence_is_absent() {
    // What the package alone tells, and what nobody knows.
    let told_by_package = ["which is for rows of contact", "is a draft in the package"];
    for scenario in &SCENARIOS {
        let report = report(&["check", &sample(scenario.rule, scenario.bad)]);
        for finding in report["findings"].as_array().unwrap() {
            let message = finding["message"].as_str().unwrap();
            let is_told = told_by_package.iter().any(|told| message.contains(told));
            assert!(
                finding["severity"] != "error"
                    && (is_told || !message.contains("after the import")),
                "{}: {message}",
                scenario.rule
            );
        }
    }
}
