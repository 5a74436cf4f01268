//! Whole JSON reports, byte for byte, and whether the places they name are where they say.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;

use serde_json::Value;
use solvet::report::{CheckReport, Entry, Inventory, InventoryFilter, json};
use solvet::target;
use support::{check_one, open_one, parse_one, project};

/// The unzipped sample, and how reports are to call it.
const FOLDER: &str = "samples/sequence-apac-leads";

/// The report of the sample against a target, with the path that any machine would write.
fn report(target: &str) -> String {
    let target = target::load(project(target).to_str().unwrap()).unwrap();
    let mut checked = check_one(&project(FOLDER), Some(&target));
    checked.path = FOLDER.into();
    json::check(&CheckReport {
        configuration: Vec::new(),
        packages: vec![Entry::Checked(Box::new(checked))],
        target: target.manifest().environment.name.clone(),
    })
}

fn inventory() -> String {
    let package = open_one(&project(FOLDER));
    let parsed = parse_one(&project(FOLDER));
    let inventory = Inventory::new(FOLDER, package.layout(), parsed);
    Inventory::json(&[Ok(inventory)], &InventoryFilter::default())
}

/// The text that begins at a place; columns count characters.
fn text_at(place: &Value) -> String {
    let file = place["file"].as_str().unwrap();
    assert!(!file.contains('\\') && !file.starts_with('/'), "{file}");
    let number = |name: &str| usize::try_from(place[name].as_u64().unwrap()).unwrap();
    let (line, column) = (number("line"), number("column"));
    assert!(line >= 1 && column >= 1, "{place}");
    let text = fs::read_to_string(project(FOLDER).join(file)).unwrap();
    let rest = text.lines().nth(line - 1).unwrap().chars().skip(column - 1);
    rest.collect()
}

#[test]
fn the_report_against_production_reads_as_it_did() {
    insta::assert_snapshot!("check_prod", report("samples/targets/contoso-prod.json"));
}

#[test]
fn the_report_against_uat_reads_as_it_did() {
    insta::assert_snapshot!("check_uat", report("samples/targets/contoso-uat.json"));
}

#[test]
fn the_inventory_reads_as_it_did() {
    insta::assert_snapshot!("inspect", inventory());
}

#[test]
fn a_finding_about_a_requirement_points_at_its_element() {
    let report: Value = serde_json::from_str(&report("samples/targets/contoso-prod.json")).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let errors: Vec<_> = findings
        .filter(|finding| finding["severity"] == "error")
        .collect();
    assert_eq!(errors.len(), 2);
    for (finding, name) in errors
        .into_iter()
        .zip(["Lead score", "Fabrikam first touch"])
    {
        assert_eq!(finding["file"], "solution.xml");
        let text = text_at(finding);
        assert!(text.starts_with("<Required "), "{text}");
        assert!(text.contains(&format!("displayName=\"{name}\"")), "{text}");
    }
}

#[test]
fn a_finding_ends_behind_the_last_character_of_its_element() {
    let report: Value = serde_json::from_str(&report("samples/targets/contoso-prod.json")).unwrap();
    for finding in report["findings"].as_array().unwrap() {
        let before = |column: &Value| column.as_u64().unwrap() - 1;
        let last = serde_json::json!({
            "file": finding["file"],
            "line": finding["endLine"],
            "column": before(&finding["endColumn"]),
        });
        let text = text_at(&last);
        assert!(text.starts_with('>'), "{text}");
    }
}

#[test]
fn a_component_of_the_inventory_points_at_its_element() {
    let report: Value = serde_json::from_str(&inventory()).unwrap();
    let components = report["packages"][0]["content"]["components"]
        .as_array()
        .unwrap();
    assert!(components.len() > 30);
    for component in components {
        let text = text_at(component);
        let element = match component["component"]["typeName"].as_str().unwrap() {
            "Entity" => "<Entity>",
            "Attribute" => "<attribute ",
            "EntityRelationship" => "<EntityRelationship ",
            "SavedQuery" => "<savedquery>",
            "Workflow" => "<Workflow ",
            "EmailTemplate" => "<emailtemplate>",
            "SystemForm" => "<systemform>",
            _ => "<",
        };
        assert!(text.starts_with(element), "{element}: {text}");
    }
}
