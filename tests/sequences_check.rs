//! What is said of the parts of sequences, however their definitions are written and however little a target tells.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use support::program::run;
use tempfile::TempDir;

const OWN: &str = "11111111-1111-4111-8111-111111111111";
const TEMPLATE: &str = "22222222-2222-4222-8222-222222222222";
const PROCESS: &str = "33333333-3333-4333-8333-333333333333";
const OTHER: &str = "55555555-5555-4555-8555-555555555555";

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn row(id: &str, name: &str, definition: &str) -> String {
    format!(
        "<msdyn_sequence msdyn_sequenceid=\"{id}\"><msdyn_name>{name}</msdyn_name>\
         <msdyn_regardingentityname>lead</msdyn_regardingentityname>\
         <msdyn_definition>{}</msdyn_definition><statecode>1</statecode></msdyn_sequence>",
        escaped(definition)
    )
}

/// An unzipped export of these rows, with what it declares as missing.
fn package(rows: &str, missing: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    write(
        "solution.xml",
        format!(
            "<ImportExportXml version=\"9.2\" SolutionPackageVersion=\"9.2\" languagecode=\"1033\"><SolutionManifest>\
             <UniqueName>ContosoSequences</UniqueName><LocalizedNames><LocalizedName description=\"Contoso\" languagecode=\"1033\"/>\
             </LocalizedNames><Version>1.0.0.0</Version><Managed>0</Managed><Publisher><UniqueName>contoso</UniqueName>\
             <CustomizationPrefix>cts</CustomizationPrefix><CustomizationOptionValuePrefix>10471</CustomizationOptionValuePrefix>\
             </Publisher><RootComponents/><MissingDependencies>{missing}</MissingDependencies></SolutionManifest></ImportExportXml>"
        ),
    );
    write(
        "customizations.xml",
        format!("<ImportExportXml><msdyn_sequences>{rows}</msdyn_sequences></ImportExportXml>"),
    );
    write(
        "[Content_Types].xml",
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" \
         ContentType=\"application/octet-stream\"/></Types>"
            .into(),
    );
    folder
}

fn findings(package: &Path, target: Option<&Value>) -> Vec<Value> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("target.json");
    let path = path.to_str().unwrap();
    let mut arguments = vec!["check", package.to_str().unwrap(), "--format", "json"];
    if let Some(target) = target {
        fs::write(path, target.to_string()).unwrap();
        arguments.extend(["--target", path]);
    }
    let run = run(&arguments);
    let report: Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|_| panic!("{arguments:?}: {}", run.stderr));
    report["findings"].as_array().unwrap().clone()
}

/// The messages of one rule.
fn told(findings: &[Value], rule: &str) -> Vec<String> {
    let own = findings.iter().filter(|finding| finding["rule"] == rule);
    own.map(|finding| finding["message"].as_str().unwrap().to_owned())
        .collect()
}

/// A target that has the tables and lists all there is.
fn complete() -> Value {
    json!({
        "manifestVersion": 1,
        "coverage": {"solutions": "complete", "templates": "complete", "processes": "complete"},
        "absent": [{"type": "msdyn_sequence", "id": OTHER}],
        "tables": [
            {"name": "lead", "columnsComplete": true, "columns": ["leadid", "fullname", "subject"]},
            {"name": "msdyn_sequence"},
        ],
    })
}

/// The same steps in four schemas: a list, nodes with lines between them, branches in a text, actions of a flow.
fn shapes() -> Vec<String> {
    let inner = json!({
        "criteria": {"entityName": "lead", "fieldName": "cts_region", "value": 2},
        "no": [{"msdyn_title": "Go on", "msdyn_type": "another sequence", "target": format!("{{{OTHER}}}")}],
    });
    let node = |number: u32| format!("aaaaaaaa-0000-4000-8000-00000000000{number}");
    let flow = json!({
        "Welcome": {"type": "OpenApiConnection", "runAfter": {}, "inputs": {
            "host": {"operationId": "SendAutomatedEmail"}, "parameters": {"item/templateid": TEMPLATE}}},
        "In_Asia": {"type": "If", "runAfter": {"Welcome": ["Succeeded"]},
            "expression": {"equals": ["x", 1], "entity": "lead", "attribute": "cts_region"},
            "actions": {"Move_on": {"type": "Command", "runAfter": {}, "inputs": {"process": PROCESS}}},
            "else": {"actions": {"Go_on": {"type": "ConnectToSequence", "runAfter": {}, "inputs": {"sequence": OTHER}}}}},
    });
    vec![
        json!({"id": OWN, "steps": [
            {"id": "s1", "kind": "automatedEmail", "name": "Welcome", "templateId": TEMPLATE},
            {"id": "s2", "kind": "condition", "name": "In Asia?", "source": {"entity": "lead", "column": "cts_region"}, "operator": "in"},
            {"id": "s3", "kind": "command", "name": "Move on", "command": {"type": "bpfStage", "processId": PROCESS}},
            {"id": "s4", "kind": "connectSequence", "name": "Go on", "sequenceId": OTHER},
        ]})
        .to_string(),
        json!({"nodes": {
            node(1): {"id": node(1), "data": {"label": "Welcome", "nodeType": "AutomatedEmail", "settings": {"content": format!("/templates({TEMPLATE})")}}},
            node(2): {"id": node(2), "data": {"label": "In Asia?", "nodeType": "IfElse", "expression": {"table": "lead", "conditions": [{"attributeName": "cts_region", "operator": "eq", "value": "1"}]}}},
            node(3): {"id": node(3), "data": {"label": "Move on", "nodeType": "AdvanceStage", "parameters": [{"name": "processid", "type": "guid", "value": PROCESS}]}},
            node(4): {"id": node(4), "data": {"label": "Go on", "nodeType": "NestedSequence", "next": {"id": OTHER, "entityType": "msdyn_sequence"}}},
        }})
        .to_string(),
        json!({"root": {"children": [
            {"msdyn_title": "Welcome", "msdyn_type": "auto_email", "email": {"templates": [TEMPLATE]}},
            {"msdyn_title": "Move on", "msdyn_type": "update field", "commands": [{"type": "bpf", "process": PROCESS}]},
            {"msdyn_title": "In Asia?", "msdyn_type": "condition", "details": inner.to_string()},
        ]}})
        .to_string(),
        json!({"definition": {"actions": flow}}).to_string(),
    ]
}

/// What each rule says of parts that a target lacks, with the step it says it of.
static ABSENT: [(&str, &str); 4] = [
    ("sequence-template-absent", "\"Welcome\""),
    ("sequence-column-absent", "\"In Asia"),
    ("sequence-process-absent", "\"Move on\""),
    ("nested-sequence-absent", "\"Go on\""),
];

#[test]
fn the_same_parts_are_absent_however_a_definition_is_written() {
    for shape in shapes() {
        let package = package(&row(OWN, "Spring", &shape), "");
        let all = findings(package.path(), Some(&complete()));
        for (rule, step) in ABSENT {
            let told = told(&all, rule);
            assert!(
                told.len() == 1 && told[0].contains(step),
                "{rule}: {shape}\n{told:?}"
            );
        }
    }
}

#[test]
fn what_a_target_does_not_list_completely_is_not_absent() {
    let shape = shapes().remove(0);
    let package = package(&row(OWN, "Spring", &shape), "");
    let silent = [
        json!({"manifestVersion": 1}),
        json!({
            "manifestVersion": 1,
            "coverage": {"solutions": "partial", "templates": "partial", "processes": "partial"},
            "tables": [{"name": "lead", "columns": ["leadid"]}, {"name": "msdyn_sequence"}],
            "components": [
                {"type": 36, "id": "aaaaaaaa-1111-4111-8111-111111111111", "name": "Another"},
                {"type": 29, "id": "bbbbbbbb-1111-4111-8111-111111111111", "name": "Another"},
            ],
        }),
    ];
    for target in &silent {
        let all = findings(package.path(), Some(target));
        for (rule, _) in ABSENT {
            assert!(told(&all, rule).is_empty(), "{rule}: {target}\n{all:#?}");
        }
        let unknown = told(&all, "sequence-part-unknown");
        assert!(
            unknown.len() == 1 && unknown[0].contains("lead.cts_region"),
            "{unknown:?}"
        );
    }
}

#[test]
fn a_process_that_is_declared_and_is_a_draft_in_the_target_is_told() {
    let definition = json!({"steps": [
        {"id": "s1", "kind": "command", "name": "Move on", "command": {"type": "bpf", "processId": PROCESS}},
    ]});
    let missing = format!(
        "<MissingDependency><Required type=\"29\" id=\"{{{PROCESS}}}\" displayName=\"Lead to order\" solution=\"Fabrikam (1.0.0.0)\"/>\
         <Dependent type=\"msdyn_sequence\" id=\"{{{OWN}}}\"/></MissingDependency>"
    );
    let package = package(&row(OWN, "Spring", &definition.to_string()), &missing);
    let mut target = complete();
    target["components"] =
        json!([{"type": 29, "id": PROCESS, "name": "Lead to order", "state": "Draft"}]);
    let all = findings(package.path(), Some(&target));
    let told = told(&all, "sequence-process-absent");
    assert!(
        told.len() == 1 && told[0].contains("is a draft in the target"),
        "{all:#?}"
    );
}

#[test]
fn a_row_that_takes_a_sequence_away_brings_none() {
    let definition =
        json!({"steps": [{"id": "s1", "kind": "connect", "name": "Go on", "sequenceId": OTHER}]});
    let gone = row(OTHER, "Autumn", "").replace(
        "<msdyn_sequence ",
        "<msdyn_sequence solutionaction=\"Removed\" ",
    );
    let rows = row(OWN, "Spring", &definition.to_string()) + &gone;
    let all = findings(package(&rows, "").path(), Some(&complete()));
    assert_eq!(told(&all, "nested-sequence-absent").len(), 1, "{all:#?}");
}

/// What is said of a sequence of these steps by any rule of sequences, against a target that lacks everything.
fn told_of(steps: &Value) -> Vec<String> {
    let definition = json!({ "steps": steps }).to_string();
    let all = findings(
        package(&row(OWN, "Spring", &definition), "").path(),
        Some(&complete()),
    );
    let own = all.iter().filter(|finding| {
        let rule = finding["rule"].as_str().unwrap();
        rule.contains("sequence")
    });
    own.map(|finding| finding["message"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn names_that_only_resemble_those_of_parts_make_nothing_absent() {
    for name in [
        "templateVersionId",
        "stepTemplateId",
        "smsTemplateId",
        "workflowRunId",
        "processStepId",
        "sequenceVersionId",
        "overflowCount",
    ] {
        let told = told_of(&json!([{"id": "s1", "kind": "email", "name": "Mail", name: OTHER}]));
        assert!(
            told.iter().all(|message| !message.contains("lacks")),
            "{name}: {told:?}"
        );
    }
    let told = told_of(&json!([
        {"id": "s1", "kind": "task", "name": "Look", "tenantId": OTHER, "createdBy": TEMPLATE,
         "body": format!("<a href='https://shop.example/?template={PROCESS}'>"), "sequenceId": OWN,
         "parameters": [{"name": "processid", "value": "x"}, {"dataType": "text", "name": "Full name"}],
         "what": "subject"},
    ]));
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_table_that_one_step_names_says_nothing_of_another() {
    let told = told_of(&json!([
        {"id": "s1", "kind": "condition", "name": "One", "entity": "contact", "attribute": "fullname"},
        {"id": "s2", "kind": "condition", "name": "Two", "attribute": "NW_Size"},
    ]));
    assert!(
        told.iter()
            .any(|message| message.contains("\"Two\"") && message.contains("lead.nw_size")),
        "{told:?}"
    );
}

#[test]
fn a_title_that_nobody_could_read_is_cut() {
    let title = "x".repeat(100_000);
    let told =
        told_of(&json!([{"id": "s1", "kind": "email", "name": title, "templateId": TEMPLATE}]));
    assert!(
        told.len() == 1 && told[0].chars().count() < 500,
        "{}",
        told.len()
    );
}

#[test]
fn sequences_that_lead_on_and_never_back_make_no_circle() {
    let id = |number: u32| format!("aaaaaaaa-0000-4000-8000-{number:012}");
    let mut rows = String::new();
    for number in 0..3_000_u32 {
        let next = (1..=8).map(|step| {
            json!({"id": step, "kind": "connect", "name": "Go on", "sequenceId": id(number + step)})
        });
        // Where it was made from, it does not go on to.
        let definition = json!({"sourceSequenceId": id(number.saturating_sub(1)), "steps": next.collect::<Vec<_>>()});
        rows += &row(&id(number), "One", &definition.to_string());
    }
    let all = findings(package(&rows, "").path(), None);
    assert_eq!(told(&all, "sequence-circle"), Vec::<String>::new());
}

#[test]
fn an_empty_newer_definition_beside_the_older_one_is_nothing() {
    let definition = json!({"steps": [{"id": "s1", "kind": "task", "name": "Look"}]}).to_string();
    let row = row(OWN, "Spring", &definition).replace(
        "<statecode>",
        "<msdyn_cjodefinition>{}</msdyn_cjodefinition><statecode>",
    );
    let all = findings(package(&row, "").path(), None);
    assert_eq!(
        told(&all, "sequence-definition-unsound"),
        Vec::<String>::new()
    );
}

#[test]
fn what_a_sequence_and_its_active_copy_use_is_told_once() {
    let definition =
        json!({"steps": [{"id": "s1", "kind": "email", "name": "Mail", "templateId": TEMPLATE}]});
    let original = row(OWN, "Spring", &definition.to_string());
    let copy = row(OTHER, "Spring, active", &definition.to_string()).replace(
        "<statecode>",
        &format!(
            "<msdyn_type>1</msdyn_type><msdyn_parentsequence><msdyn_sequenceid>{OWN}</msdyn_sequenceid></msdyn_parentsequence><statecode>"
        ),
    );
    let all = findings(package(&(original + &copy), "").path(), Some(&complete()));
    assert_eq!(told(&all, "sequence-template-absent").len(), 1, "{all:#?}");
}

#[test]
fn a_broken_exit_criterion_is_told() {
    let definition = json!({"steps": [{"id": "s1", "kind": "task", "name": "Look"}]}).to_string();
    let row = row(OWN, "Spring", &definition).replace(
        "<statecode>",
        "<msdyn_sequenceexitcriterion>{\"and\":[</msdyn_sequenceexitcriterion><statecode>",
    );
    let all = findings(package(&row, "").path(), None);
    let told = told(&all, "sequence-definition-unsound");
    assert!(
        told.len() == 1 && told[0].contains("msdyn_sequenceexitcriterion"),
        "{all:#?}"
    );
}

#[test]
fn a_type_number_of_the_source_is_read_as_the_table_that_the_package_shows() {
    let definition =
        json!({"steps": [{"id": "s1", "kind": "connect", "name": "Go on", "sequenceId": OTHER}]});
    let missing = format!(
        "<MissingDependency><Required type=\"10187\" id=\"{{{OTHER}}}\" displayName=\"Autumn\" solution=\"Fabrikam (1.0.0.0)\"/>\
         <Dependent type=\"10187\" id=\"{{{OWN}}}\" displayName=\"Spring\"/></MissingDependency>"
    );
    let package = package(&row(OWN, "Spring", &definition.to_string()), &missing);
    let mut target = complete();
    target["absent"] = json!([]);
    target["components"] = json!([{"type": "msdyn_sequence", "id": OTHER, "name": "Autumn"}]);
    let all = findings(package.path(), Some(&target));
    assert!(
        all.iter().all(|finding| finding["severity"] != "error"),
        "{all:#?}"
    );
}

#[test]
fn thousands_of_sequences_and_identifiers_are_checked() {
    let id = |number: u32| format!("aaaaaaaa-0000-4000-8000-{number:012}");
    let mut rows = String::new();
    // One with many parts, and many that all lead to each other.
    let parts = (0..8_000).map(|number| {
        json!({"id": number, "kind": "email", "name": format!("Mail {number}"), "templateId": id(number)})
    });
    let parts = json!({"steps": parts.collect::<Vec<_>>()}).to_string();
    rows.push_str(&row(OWN, "Long", &parts));
    for number in 0..2_000 {
        let next = (1..=5).map(|step| {
            let other = id(100_000 + (number + step) % 2_000);
            json!({"id": step, "kind": "connect", "name": "Go on", "sequenceId": other})
        });
        let next = json!({"steps": next.collect::<Vec<_>>()}).to_string();
        let _ = write!(rows, "{}", row(&id(100_000 + number), "One", &next));
    }
    let all = findings(package(&rows, "").path(), Some(&complete()));
    assert_eq!(told(&all, "sequence-template-absent").len(), 8_000);
    assert_eq!(told(&all, "sequence-circle").len(), 1);
    assert_eq!(told(&all, "sequence-too-long").len(), 2);
}
