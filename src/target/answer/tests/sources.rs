//! Facts about where a row comes from and how old it is.

use super::{Evidence, Presence, ask, column, manifest, supplier};
use crate::model::{ComponentType, Identity};
use crate::target::time;

fn table(name: &str) -> Identity {
    Identity::of(ComponentType::Number(1)).named(name)
}

/// A manifest made of a package of Core, with the installed solution as somebody else lists it.
fn with_package(installed: &str, of_package: &str) -> String {
    format!(
        r#"{{"captured":{{"sources":[{{"id":"s1","kind":"pac-solution-list"}},
             {{"id":"s2","kind":"solution-zip","solution":"Core","version":"{of_package}","managed":true}}]}},
            "solutions":[{{"name":"Core","version":"{installed}","src":"s1"}}],
            "tables":[{{"name":"cts_order","src":"s2"}}]}}"#
    )
}

fn asked(json: &str, name: &str) -> (Presence, Evidence) {
    ask(&manifest(json), &table(name), &supplier("Core", "1.0"))
}

#[test]
fn what_the_package_of_the_installed_version_holds_is_surely_there() {
    let json = with_package("1.4.0.12", "1.4.0.12");
    assert_eq!(
        asked(&json, "cts_order"),
        (Presence::Present, Evidence::Strong)
    );
}

#[test]
fn what_the_package_of_the_installed_version_lacks_is_absent_with_fair_evidence() {
    let json = with_package("1.4.0.12", "1.4.0.12");
    assert_eq!(
        asked(&json, "cts_other"),
        (Presence::Absent, Evidence::Fair)
    );
}

#[test]
fn a_column_of_a_package_is_as_sure_as_the_package_though_others_list_its_table() {
    let json = with_package("1.5.0.0", "1.4.0.12").replace(
        r#""tables":[{"name":"cts_order","src":"s2"}]"#,
        r#""tables":[{"name":"cts_order","columns":["a",{"name":"b","src":"s2"}],"keys":[{"name":"k","src":"s2"}],"src":"s1"}]"#,
    );
    let evidence = |wanted: &Identity| ask(&manifest(&json), wanted, &supplier("Core", "1.0"));
    let key = Identity::of(ComponentType::Number(14)).named("k");
    let key = key.in_table(Some("cts_order".into()));
    for (wanted, expected) in [
        (column("cts_order", "a"), Evidence::Strong),
        (column("cts_order", "b"), Evidence::Fair),
        (key, Evidence::Fair),
    ] {
        assert_eq!(evidence(&wanted), (Presence::Present, expected), "{wanted}");
    }
}

#[test]
fn a_package_alone_proves_no_absence() {
    // Only the package says that its solution is installed; another package of it says no more.
    let json = with_package("1.4.0.12", "1.4.0.12");
    let alone = json.replace(r#""src":"s1"}],"#, r#""src":"s2"}],"#);
    let twice = json.replace(
        r#"{"id":"s1","kind":"pac-solution-list"}"#,
        r#"{"id":"s1","kind":"solution-folder","solution":"Core","version":"1.4.0.12"}"#,
    );
    for json in [alone, twice] {
        assert_eq!(asked(&json, "cts_other").0, Presence::Unknown);
        assert_eq!(
            asked(&json, "cts_order"),
            (Presence::Present, Evidence::Fair)
        );
    }
}

#[test]
fn a_solution_that_somebody_wrote_down_is_no_word_of_its_package() {
    let json = with_package("1.4.0.12", "1.4.0.12").replace(r#","src":"s1"}],"#, "}],");
    assert_eq!(
        asked(&json, "cts_other"),
        (Presence::Absent, Evidence::Fair)
    );
    assert_eq!(
        asked(&json, "cts_order"),
        (Presence::Present, Evidence::Strong)
    );
}

#[test]
fn what_an_older_package_lacks_may_have_come_since() {
    let json = with_package("1.5.0.0", "1.4.0.12");
    assert_eq!(
        asked(&json, "cts_order"),
        (Presence::Present, Evidence::Fair)
    );
    assert_eq!(
        asked(&json, "cts_other"),
        (Presence::Present, Evidence::Fair)
    );
}

#[test]
fn a_package_newer_than_what_is_installed_says_nothing() {
    let json = with_package("1.3.0.0", "1.4.0.12");
    let answer = ask(
        &manifest(&json),
        &table("cts_order"),
        &supplier("Core", "1.4"),
    );
    assert_eq!(answer.0, Presence::Unknown);
}

#[test]
fn a_patch_may_have_brought_what_the_package_lacks() {
    let json = with_package("1.4.0.12", "1.4.0.12").replace(
        r#""solutions":["#,
        r#""solutions":[{"name":"Core_Patch_1","version":"1.4.1.0","patchOf":"Core"},"#,
    );
    assert_eq!(asked(&json, "cts_other").0, Presence::Unknown);
}

#[test]
fn a_component_known_by_a_metadata_id_has_the_name_that_the_manifest_gives_that_id() {
    let id = "11111111-2222-4333-8444-555555555555";
    let json = format!(
        r#"{{"components":[{{"type":2,"id":"{id}"}}],"tables":[{{"name":"account","columns":[{{"name":"cts_tier","id":"{id}"}}]}}]}}"#
    );
    let answer = ask(
        &manifest(&json),
        &column("account", "cts_tier"),
        &supplier("", ""),
    );
    assert_eq!(answer.0, Presence::Present);
}

#[test]
fn an_inventory_s_own_type_number_does_not_matter_where_the_id_is_the_same() {
    let id = "11111111-2222-4333-8444-555555555555";
    let json = format!(r#"{{"components":[{{"type":10112,"id":"{id}"}}]}}"#);
    let bot = Identity::of(ComponentType::parse("botcomponent")).with_id(id.parse().ok());
    assert_eq!(
        ask(&manifest(&json), &bot, &supplier("", "")).0,
        Presence::Present
    );
}

#[test]
fn what_metadata_does_not_show_is_absent_with_fair_evidence_and_parties_are_unknown() {
    let json = r#"{"coverage":{"tables":{"state":"complete","of":"metadata"},"columns":{"state":"complete","of":"metadata"}},
                   "tables":[{"name":"cts_call","columns":["cts_name"]}]}"#;
    let presence = |name: &str| {
        ask(
            &manifest(json),
            &column("cts_call", name),
            &supplier("Core", "1"),
        )
    };
    assert_eq!(presence("cts_gone"), (Presence::Absent, Evidence::Fair));
    assert_eq!(presence("to").0, Presence::Unknown);
}

#[test]
fn a_complete_list_proves_nothing_of_what_it_names_otherwise() {
    const ID: &str = "11111111-2222-4333-8444-555555555555";
    let presence = |family: &str, row: &str, wanted: Identity| {
        let json = format!(r#"{{"coverage":{{"{family}":"complete"}},"components":[{row}]}}"#);
        ask(&manifest(&json), &wanted, &supplier("", "")).0
    };
    let of = |kind: &str| Identity::of(ComponentType::parse(kind));
    let other = "21111111-2222-4333-8444-555555555555".parse().ok();
    let by_id = |kind: &str| format!(r#"{{"type":"{kind}","id":"{ID}"}}"#);
    let by_name = |kind: &str| format!(r#"{{"type":"{kind}","name":"cts_Api"}}"#);
    for (family, row, wanted, expected) in [
        (
            "webResources",
            by_id("61"),
            of("61").named("cts_/a.js"),
            Presence::Unknown,
        ),
        (
            "webResources",
            by_name("61"),
            of("61").named("cts_/a.js"),
            Presence::Absent,
        ),
        (
            "webResources",
            by_name("61"),
            of("61").with_id(other),
            Presence::Unknown,
        ),
        (
            "customApis",
            by_id("customapi"),
            of("customapi").named("cts_Other"),
            Presence::Unknown,
        ),
        (
            "customApis",
            by_name("customapi"),
            of("customapi").with_id(other),
            Presence::Unknown,
        ),
        (
            "customApis",
            by_name("customapi"),
            of("customapi").named("cts_Other"),
            Presence::Absent,
        ),
        (
            "customApis",
            by_id("customapi"),
            of("customapi").with_id(other),
            Presence::Absent,
        ),
    ] {
        assert_eq!(
            presence(family, &row, wanted.clone()),
            expected,
            "{row} and {wanted}"
        );
    }
}

#[test]
fn how_another_source_names_components_does_not_matter_to_a_complete_list() {
    let json = r#"{"captured":{"sources":[{"id":"s1","kind":"webapi"},{"id":"s2","kind":"webapi"}]},
        "coverage":{"webResources":{"state":"complete","src":"s1"}},
        "components":[{"type":61,"name":"cts_/a.js","src":"s1"},
            {"type":61,"id":"11111111-2222-4333-8444-555555555555","src":"s2"}]}"#;
    let wanted = Identity::of(ComponentType::Number(61)).named("cts_/b.js");
    let answer = ask(&manifest(json), &wanted, &supplier("", ""));
    assert_eq!(answer.0, Presence::Absent);
}

#[test]
fn what_a_complete_list_named_otherwise_may_since_be_told_by_another_source() {
    let json = r#"{"captured":{"sources":[{"id":"s1","kind":"webapi"},{"id":"s2","kind":"webapi"}]},
        "coverage":{"customApis":{"state":"complete","src":"s1"}},
        "components":[{"type":"customapi","id":"11111111-2222-4333-8444-555555555555","src":"s2"}]}"#;
    let wanted = Identity::of(ComponentType::parse("customapi")).named("cts_Api");
    let answer = ask(&manifest(json), &wanted, &supplier("", ""));
    assert_eq!(answer.0, Presence::Unknown);
}

#[test]
fn absence_is_less_sure_once_the_capture_is_old() {
    let json = r#"{"captured":{"at":"2026-01-01T00:00:00Z"},"coverage":{"tables":"complete"}}"#;
    let evidence = |now: &str| {
        let target = manifest(json).aged(30, time::parse(now).unwrap());
        ask(&target, &table("cts_order"), &supplier("Core", "1")).1
    };
    assert_eq!(evidence("2026-01-31"), Evidence::Strong);
    assert_eq!(evidence("2026-02-01"), Evidence::Fair);
}

#[test]
fn the_age_of_a_source_goes_before_that_of_the_manifest() {
    let json = r#"{"captured":{"at":"2026-01-01","sources":[{"id":"s1","kind":"webapi","at":"2026-03-01"}]},
                   "coverage":{"tables":{"state":"complete","src":"s1"}}}"#;
    let target = manifest(json).aged(30, time::parse("2026-03-02").unwrap());
    assert_eq!(
        ask(&target, &table("cts_order"), &supplier("Core", "1")).1,
        Evidence::Strong
    );
    assert!(target.ageing().is_some());
}

#[test]
fn presence_does_not_age() {
    let json = r#"{"captured":{"at":"2020-01-01"},"tables":[{"name":"cts_order"}]}"#;
    let target = manifest(json).aged(30, time::parse("2026-01-01").unwrap());
    let answer = ask(&target, &table("cts_order"), &supplier("Core", "1"));
    assert_eq!(answer, (Presence::Present, Evidence::Strong));
}
