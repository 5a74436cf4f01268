//! Facts about what every environment has, and what applications bring.

use super::{Evidence, Presence, Question, Target, ask, column, manifest, supplier};
use crate::model::{ComponentType, Identity};
use crate::target::Basis;

fn table(name: &str) -> Identity {
    Identity::of(ComponentType::Number(1)).named(name)
}

fn asked(json: &str, required: &Identity) -> (Presence, Evidence) {
    ask(&manifest(json), required, &supplier("", ""))
}

#[test]
fn every_environment_has_a_table_of_the_platform() {
    let target = Target::default();
    let answer = target.answer(&Question {
        required: &table("account"),
        supplier: None,
        own_prefix: None,
        own_solution: "Contoso",
    });
    assert_eq!(
        (answer.presence, answer.basis),
        (Presence::Present, Basis::Baseline)
    );
}

#[test]
fn the_manifest_goes_before_what_every_environment_has() {
    let answer = asked(
        r#"{"absent":[{"type":1,"name":"account"}]}"#,
        &table("account"),
    );
    assert_eq!(answer, (Presence::Absent, Evidence::Strong));
}

#[test]
fn a_complete_list_that_lacks_a_table_of_the_platform_is_not_believed() {
    let json = r#"{"coverage":{"tables":"complete"},"tables":[{"name":"cts_order"}]}"#;
    assert_eq!(asked(json, &table("account")).0, Presence::Unknown);
    assert_eq!(asked(json, &table("cts_other")).0, Presence::Absent);
}

#[test]
fn without_a_baseline_nothing_is_known_of_the_platform() {
    let json = r#"{"baseline":{"use":"none"}}"#;
    assert_eq!(asked(json, &table("account")).0, Presence::Unknown);
}

#[test]
fn knowledge_older_than_asked_for_does_not_count() {
    let since = |date: &str| format!(r#"{{"baseline":{{"minDate":"{date}"}}}}"#);
    assert_eq!(
        asked(&since("2026-01-01"), &table("account")).0,
        Presence::Present
    );
    assert_eq!(
        asked(&since("2026-06-01"), &table("account")).0,
        Presence::Unknown
    );
}

#[test]
fn in_another_cloud_everything_is_a_step_less_sure() {
    let json = r#"{"environment":{"cloud":"GCC"}}"#;
    assert_eq!(
        asked(json, &table("contact")),
        (Presence::Present, Evidence::Fair)
    );
}

#[test]
fn a_plain_environment_of_ones_own_stands_for_every_environment_and_never_proves_absence() {
    let plain = r#"{"coverage":{"tables":"complete"},"tables":[{"name":"cts_base"}]}"#;
    let target = manifest(r#"{"baseline":{"use":"file","file":"plain.json"}}"#)
        .with_baseline(serde_json::from_str(plain).ok());
    let presence = |name: &str| ask(&target, &table(name), &supplier("", "")).0;
    assert_eq!(presence("cts_base"), Presence::Present);
    assert_eq!(presence("cts_other"), Presence::Unknown);
}

#[test]
fn a_table_of_dynamics_365_apps_is_unknown_until_the_manifest_says_how_the_environment_was_made() {
    assert_eq!(asked("{}", &table("lead")).0, Presence::Unknown);
    let with = r#"{"environment":{"dynamics365AppsEnabled":true}}"#;
    assert_eq!(
        asked(with, &table("lead")),
        (Presence::Present, Evidence::Weak)
    );
    let without = r#"{"environment":{"dynamics365AppsEnabled":false}}"#;
    assert_eq!(
        asked(without, &table("lead")),
        (Presence::Absent, Evidence::Fair)
    );
}

#[test]
fn an_environment_made_without_apps_may_have_had_one_installed_since() {
    let json = r#"{"environment":{"dynamics365AppsEnabled":false},"applications":[{"name":"msdyn_Other"}]}"#;
    assert_eq!(asked(json, &table("lead")).0, Presence::Unknown);
    let json = r#"{"environment":{"dynamics365AppsEnabled":false},"solutions":[{"name":"msdynce_Sales"}]}"#;
    assert_eq!(asked(json, &table("lead")).0, Presence::Unknown);
}

#[test]
fn a_custom_table_does_not_depend_on_how_the_environment_was_made() {
    let json = r#"{"environment":{"dynamics365AppsEnabled":false}}"#;
    assert_eq!(asked(json, &table("cts_order")).0, Presence::Unknown);
}

#[test]
fn an_application_that_is_installed_brings_its_tables() {
    let json = r#"{"applications":[{"name":"FieldService_Anchor","state":"Installed"}]}"#;
    let answer = ask(
        &manifest(json),
        &table("msdyn_workorder"),
        &supplier("FieldService", "8.8"),
    );
    assert_eq!(answer, (Presence::Present, Evidence::Weak));
}

#[test]
fn an_application_named_in_the_baseline_brings_its_tables() {
    let json = r#"{"baseline":{"apps":["Dynamics 365 Sales"]}}"#;
    assert_eq!(
        asked(json, &table("lead")),
        (Presence::Present, Evidence::Weak)
    );
}

#[test]
fn who_trusts_strong_evidence_only_hears_nothing_of_applications() {
    let json = r#"{"baseline":{"trust":"strong"},"environment":{"dynamics365AppsEnabled":true}}"#;
    assert_eq!(asked(json, &table("lead")).0, Presence::Unknown);
}

#[test]
fn a_complete_list_of_solutions_against_an_application_leaves_it_open() {
    let json =
        r#"{"environment":{"dynamics365AppsEnabled":true},"coverage":{"solutions":"complete"}}"#;
    let answer = ask(
        &manifest(json),
        &table("lead"),
        &supplier("msdynce_LeadManagement", "9.0"),
    );
    assert_eq!(answer.0, Presence::Unknown);
}

#[test]
fn a_solution_of_a_lower_version_is_not_outweighed_by_an_application() {
    let json = r#"{"environment":{"dynamics365AppsEnabled":true},"solutions":{"msdynce_LeadManagement":"8.0"}}"#;
    let answer = ask(
        &manifest(json),
        &column("lead", "subject"),
        &supplier("msdynce_LeadManagement", "9.0"),
    );
    assert_eq!(answer.0, Presence::Unknown);
}
