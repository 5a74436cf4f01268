//! Facts about the order in which a question is answered.

mod baseline;
mod sources;

use super::*;
use crate::model::{Identity, Supplier};
use crate::target::{Coverage, CoverageDetails, Presence};

fn manifest(json: &str) -> Target {
    Target::new(serde_json::from_str(json).unwrap())
}

fn supplier(solution: &str, version: &str) -> Supplier {
    Supplier {
        solution: LogicalName::new(solution),
        version: version.parse().ok(),
        packages: vec![crate::model::ApplicationPackage {
            name: "FabrikamAnchor".into(),
            version: None,
            app_name: None,
        }],
    }
}

fn column(table: &str, name: &str) -> Identity {
    Identity::of(COLUMN)
        .named(name)
        .in_table(Some(table.into()))
}

fn ask(target: &Target, required: &Identity, supplier: &Supplier) -> (Presence, Evidence) {
    let answer = target.answer(&Question {
        required,
        supplier: Some(supplier),
        own_prefix: Some("cts"),
        own_solution: "Contoso",
    });
    (answer.presence, answer.evidence)
}

const ALL_SOLUTIONS: &str = r#"{"manifestVersion":1,"coverage":{"solutions":"complete"},
    "solutions":[{"name":"Other","version":"1.0","prefix":"oth"}]}"#;

#[test]
fn an_empty_manifest_knows_nothing() {
    let target = manifest(r#"{"manifestVersion":1}"#);
    let answer = ask(
        &target,
        &column("lead", "fab_score"),
        &supplier("Fabrikam", "1.0"),
    );
    assert_eq!(answer.0, Presence::Unknown);
}

#[test]
fn a_complete_list_of_solutions_makes_a_missing_one_absent_with_fair_evidence() {
    let answer = ask(
        &manifest(ALL_SOLUTIONS),
        &column("lead", "x"),
        &supplier("Fabrikam", "1.0"),
    );
    assert_eq!(answer, (Presence::Absent, Evidence::Fair));
}

#[test]
fn an_installed_anchor_of_the_solution_makes_it_unknown_not_absent() {
    let target = manifest(
        r#"{"manifestVersion":1,"coverage":{"solutions":"complete"},"applications":[{"name":"FabrikamAnchor"}]}"#,
    );
    let answer = ask(&target, &column("lead", "x"), &supplier("Fabrikam", "1.0"));
    assert_eq!(answer.0, Presence::Unknown);
}

#[test]
fn an_installed_solution_of_a_lower_release_is_unknown() {
    let target = manifest(r#"{"manifestVersion":1,"solutions":{"Fabrikam":"1.2.0.9"}}"#);
    let presence = |version: &str| {
        ask(
            &target,
            &column("lead", "x"),
            &supplier("Fabrikam", version),
        )
        .0
    };
    assert_eq!(presence("1.2.0.10"), Presence::Present);
    assert_eq!(presence("1.4"), Presence::Unknown);
}

#[test]
fn a_complete_list_of_columns_proves_absence_but_not_of_generated_ones() {
    let target = manifest(
        r#"{"manifestVersion":1,"tables":[{"name":"lead","columnsComplete":true,"columns":["leadid","cts_plain",{"name":"cts_accountid","type":"Lookup"}]}]}"#,
    );
    let presence = |name: &str| ask(&target, &column("Lead", name), &supplier("Fabrikam", "1")).0;
    assert_eq!(presence("fab_score"), Presence::Absent);
    assert_eq!(presence("cts_accountidname"), Presence::Present);
    assert_eq!(presence("createdbyyominame"), Presence::Present);
    // A column of its own may be named so as well: cts_plain and cts_plaintype.
    assert_eq!(presence("cts_plaintype"), Presence::Unknown);
}

#[test]
fn the_unmanaged_layer_is_unknown_unless_the_component_is_the_packages_own() {
    let target = manifest(ALL_SOLUTIONS);
    let presence = |name: &str| ask(&target, &column("lead", name), &supplier("Active", "")).0;
    assert_eq!(presence("fab_score"), Presence::Unknown);
    assert_eq!(presence("cts_score"), Presence::Absent);
}

#[test]
fn coverage_of_one_table_says_nothing_of_another() {
    let mut target = manifest(r#"{"manifestVersion":1}"#);
    let details = CoverageDetails {
        state: CoverageState::Complete,
        tables: vec!["lead".into()],
        ..CoverageDetails::default()
    };
    target
        .manifest
        .coverage
        .insert("columns".into(), Coverage(details));
    let presence = |table: &str| ask(&target, &column(table, "x"), &supplier("Fabrikam", "1")).0;
    assert_eq!(
        (presence("lead"), presence("account")),
        (Presence::Absent, Presence::Unknown)
    );
}

#[test]
fn hidden_solutions_of_microsoft_may_be_there_though_no_list_shows_them() {
    let target = manifest(
        r#"{"manifestVersion":1,"coverage":{"solutions":{"state":"complete","of":"visible"}}}"#,
    );
    let presence = |name: &str, solution: &str| {
        ask(&target, &column("lead", name), &supplier(solution, "1")).0
    };
    assert_eq!(presence("fab_x", "Fabrikam"), Presence::Absent);
    for (name, solution) in [
        ("fab_x", "msdyn_Hidden"),
        ("msdyn_x", "FieldService"),
        ("x", "Fabrikam"),
    ] {
        assert_eq!(
            presence(name, solution),
            Presence::Unknown,
            "{name} of {solution}"
        );
    }
}

#[test]
fn a_solution_of_the_platform_is_there_though_no_list_shows_it() {
    let answer = ask(
        &manifest(ALL_SOLUTIONS),
        &Identity::of(ComponentType::Number(61)).named("msdyn_/Images/Not_Known.png"),
        &supplier("AppModuleWebResources", "2.5"),
    );
    assert_eq!(answer, (Presence::Present, Evidence::Fair));
}

#[test]
fn a_standard_column_is_there_exactly_if_its_table_is() {
    let target = manifest(
        r#"{"manifestVersion":1,"tables":[{"name":"cts_order"}],"absent":[{"type":1,"name":"cts_gone"}]}"#,
    );
    let presence = |table: &str| ask(&target, &column(table, "ownerid"), &supplier("Active", "")).0;
    assert_eq!(presence("cts_order"), Presence::Present);
    assert_eq!(presence("cts_gone"), Presence::Absent);
    assert_eq!(presence("cts_other"), Presence::Unknown);
}

#[test]
fn a_web_resource_in_another_case_may_be_another_one() {
    let target = manifest(r#"{"components":[{"type":61,"name":"cts_/JS/order.js"}]}"#);
    let presence = |name: &str| {
        let resource = Identity::of(ComponentType::Number(61)).named(name);
        ask(&target, &resource, &supplier("Active", "")).0
    };
    assert_eq!(presence("cts_/JS/order.js"), Presence::Present);
    assert_eq!(presence("cts_/js/order.js"), Presence::Unknown);
}
