//! What the simulation says of each known way in which an import fails, by the ids of docs/platform-codes.md: a package made
//! of a sample, a target, an operation, and the verdict, the code and the actions that are expected.
//!
//! Every failure of low confidence must not decide a verdict, and no verdict is a success while something is not known.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "everything here runs in tests"
)]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::{pack, program, project};
use tempfile::TempDir;

/// A package: a folder of samples/rules, with texts replaced in its files.
#[derive(Clone, Copy)]
struct Made<'a> {
    sample: &'a str,
    edits: &'a [(&'a str, &'a str)],
}

/// A sample as it is.
const fn sample(sample: &str) -> Made<'_> {
    Made { sample, edits: &[] }
}

/// A sample with other words.
const fn edited<'a>(sample: &'a str, edits: &'a [(&'a str, &'a str)]) -> Made<'a> {
    Made { sample, edits }
}

impl Made<'_> {
    fn zip(&self) -> Vec<u8> {
        let files = pack::files(&project(&format!("samples/rules/{}", self.sample)));
        let files: Vec<_> = files
            .into_iter()
            .map(|(name, content)| match String::from_utf8(content) {
                Ok(mut text) => {
                    for (from, to) in self.edits {
                        text = text.replace(from, to);
                    }
                    (name, text.into_bytes())
                }
                Err(error) => (name, error.into_bytes()),
            })
            .collect();
        pack::zip_of(&files)
    }
}

/// What is expected of a simulation.
struct Expected<'a> {
    operation: &'a str,
    verdict: &'a str,
    stops_at: Option<&'a str>,
    code: Option<&'a str>,
    actions: &'a [(&'a str, u64)],
}

const fn fails<'a>(
    operation: &'a str,
    stops_at: &'a str,
    code: Option<&'a str>,
    actions: &'a [(&'a str, u64)],
) -> Expected<'a> {
    Expected {
        operation,
        verdict: "fails",
        stops_at: Some(stops_at),
        code,
        actions,
    }
}

const fn passes<'a>(
    operation: &'a str,
    verdict: &'a str,
    code: Option<&'a str>,
    actions: &'a [(&'a str, u64)],
) -> Expected<'a> {
    Expected {
        operation,
        verdict,
        stops_at: None,
        code,
        actions,
    }
}

/// Simulates and returns the report.
fn simulate(
    package: Made<'_>,
    installed: Option<Made<'_>>,
    target: &Value,
    more: &[&str],
) -> Value {
    let folder = TempDir::new().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (zip, manifest, old) = (path("new.zip"), path("target.json"), path("old.zip"));
    fs::write(&zip, package.zip()).unwrap();
    fs::write(&manifest, target.to_string()).unwrap();
    let mut arguments = vec!["simulate", &zip, "--target", &manifest, "--format", "json"];
    if let Some(installed) = installed {
        fs::write(&old, installed.zip()).unwrap();
        arguments.extend(["--installed", &old]);
    }
    arguments.extend(more);
    let run = program::run(&arguments);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr))
}

fn assert_expected(row: &str, report: &Value, expected: &Expected<'_>) {
    let step = &report["steps"][0];
    assert_eq!(step["operation"], expected.operation, "{row}: {step:#}");
    assert_eq!(step["verdict"], expected.verdict, "{row}: {step:#}");
    assert_eq!(step["stopsAt"], json!(expected.stops_at), "{row}: {step:#}");
    let findings = step["findings"].as_array().unwrap();
    if let Some(code) = expected.code {
        let has = |finding: &Value| finding["platform"]["code"] == code;
        assert!(
            findings.iter().any(has),
            "{row} lacks {code}: {findings:#?}"
        );
    }
    for (action, count) in expected.actions {
        let actual = step["counts"][action].as_u64().unwrap_or_default();
        assert_eq!(actual, *count, "{row}: {action} in {}", step["counts"]);
    }
}

/// A target with a complete list of solutions.
#[expect(
    clippy::needless_pass_by_value,
    reason = "scenarios write their targets where they use them"
)]
fn target(solutions: Value, more: Value) -> Value {
    let mut target = json!({
        "manifestVersion": 1,
        "environment": {"name": "Test", "version": "9.2.26111.132", "languages": [1033]},
        "coverage": {"solutions": "complete"},
        "solutions": [{"name": "System", "version": "5.0", "managed": true}],
    });
    let list = target["solutions"].as_array_mut().unwrap();
    list.extend(solutions.as_array().unwrap().clone());
    for (key, value) in more.as_object().unwrap() {
        match (&mut target[key], value) {
            (Value::Object(known), Value::Object(value)) => known.extend(value.clone()),
            (known, value) => *known = value.clone(),
        }
    }
    target
}

fn orders(version: &str, managed: bool) -> Value {
    json!({"name": "ContosoOrders", "version": version, "managed": managed, "publisher": "contoso"})
}

/// A managed package of a table, a column, a view or a form; the version is 1.2.0.3.
const TABLE: &str = "removed-component-in-use/ok";
/// The version of it that had a choice, too; 1.2.0.0.
const OLD: &str = "removed-component-in-use/installed";
/// A managed package of one choice; 1.2.0.3.
const CHOICE: &str = "version-not-higher/ok";
const PATCH: &str = "patch-exists/ok";

fn check(row: &str, package: Made<'_>, target: &Value, more: &[&str], expected: &Expected<'_>) {
    let report = simulate(package, None, target, more);
    assert_expected(row, &report, expected);
}

#[test]
fn a_package_of_a_later_format_is_refused_at_the_platform_version() {
    let package = edited(
        CHOICE,
        &[(
            "SolutionPackageVersion=\"9.2\"",
            "SolutionPackageVersion=\"9.3\"",
        )],
    );
    let target = target(json!([]), json!({}));
    for row in ["VER-01", "VER-02"] {
        let expected = fails(
            "install",
            "platform-version",
            Some("0x80048068"),
            &[("create", 1)],
        );
        check(row, package, &target, &[], &expected);
    }
}

#[test]
fn a_package_of_an_earlier_format_is_transformed_and_succeeds() {
    let package = edited(
        CHOICE,
        &[(
            "SolutionPackageVersion=\"9.2\"",
            "SolutionPackageVersion=\"9.0\"",
        )],
    );
    let expected = passes("install", "succeeds", Some("0x80048067"), &[("create", 1)]);
    check(
        "VER-03",
        package,
        &target(json!([]), json!({})),
        &[],
        &expected,
    );
}

#[test]
fn a_package_from_the_cloud_is_refused_on_premises() {
    let target = target(json!([]), json!({"environment": {"cloud": "OnPremises"}}));
    let expected = fails("install", "platform-version", Some("0x8004806B"), &[]);
    check("VER-04", sample(CHOICE), &target, &[], &expected);
}

#[test]
fn a_later_build_and_a_larger_schema_are_warned_of_and_succeed() {
    let newer = edited(
        CHOICE,
        &[(
            "OrganizationVersion=\"9.2.26111.132\"",
            "OrganizationVersion=\"9.2.26120.1\"",
        )],
    );
    let expected = passes("install", "succeeds-with-warnings", None, &[("create", 1)]);
    check(
        "VER-06",
        newer,
        &target(json!([]), json!({})),
        &[],
        &expected,
    );
    let full = edited(
        CHOICE,
        &[("SchemaType=\"Standard\"", "SchemaType=\"Full\"")],
    );
    let standard = target(
        json!([]),
        json!({"environment": {"schemaType": "Standard"}}),
    );
    check("VER-07", full, &standard, &[], &expected);
}

#[test]
fn an_upgrade_needs_a_higher_version_compared_as_numbers() {
    for (installed, operation) in [("1.10.0.0", "upgrade"), ("1.2.0.3", "stage")] {
        let target = target(json!([orders(installed, true)]), json!({}));
        let expected = fails(operation, "solution-manifest", Some("0x80048541"), &[]);
        check(
            "VER-08",
            sample(CHOICE),
            &target,
            &["--operation", operation],
            &expected,
        );
    }
}

#[test]
fn an_update_takes_the_same_and_a_lower_version() {
    let same = target(json!([orders("1.2.0.3", true)]), json!({}));
    let expected = passes("update", "succeeds", None, &[]);
    check("VER-08", sample(CHOICE), &same, &[], &expected);
    let higher = target(json!([orders("1.10.0.0", true)]), json!({}));
    let expected = passes("update", "succeeds-with-warnings", None, &[]);
    check("VER-08", sample(CHOICE), &higher, &[], &expected);
}

#[test]
fn an_upgrade_with_an_unmanaged_package_is_refused() {
    let package = edited(CHOICE, &[("<Managed>1<", "<Managed>0<")]);
    let target = target(json!([orders("1.0.0.0", false)]), json!({}));
    let expected = fails("upgrade", "solution-manifest", None, &[]);
    check(
        "VER-09",
        package,
        &target,
        &["--stage-and-upgrade"],
        &expected,
    );
}

#[test]
fn a_solution_keeps_its_mode() {
    let unmanaged = target(json!([orders("1.0.0.0", false)]), json!({}));
    let expected = fails("upgrade", "solution-manifest", Some("0x80048040"), &[]);
    check("VER-10", sample(CHOICE), &unmanaged, &[], &expected);
    let package = edited(CHOICE, &[("<Managed>1<", "<Managed>0<")]);
    let managed = target(json!([orders("1.0.0.0", true)]), json!({}));
    let expected = fails("update", "solution-manifest", Some("0x80048041"), &[]);
    check("VER-11", package, &managed, &[], &expected);
}

#[test]
fn a_managed_solution_keeps_its_publisher() {
    let mut row = orders("1.0.0.0", true);
    row["publisher"] = json!("fabrikam");
    let expected = fails("update", "solution-manifest", Some("0x8004801C"), &[]);
    let target = target(json!([row]), json!({}));
    let report = simulate(sample(CHOICE), None, &target, &["--operation", "update"]);
    assert_expected("PUB-01", &report, &expected);
    let message = &report["steps"][0]["findings"][0]["platform"]["message"];
    let said = "cannot be imported: ContosoOrders. The publisher name cannot be changed from fabrikam to contoso";
    assert!(message.as_str().unwrap().contains(said), "{message}");
}

#[test]
fn new_columns_and_controls_have_the_publishers_prefix() {
    let empty = target(
        json!([]),
        json!({"coverage": {"customControls": "complete"}}),
    );
    let expected = fails("install", "components", Some("0x80048062"), &[]);
    check(
        "PUB-03",
        sample("new-column-without-prefix/bad"),
        &empty,
        &[],
        &expected,
    );
    let expected = fails("install", "components", None, &[]);
    check(
        "PUB-04",
        sample("foreign-custom-control/bad"),
        &empty,
        &[],
        &expected,
    );
}

fn patch_row(name: &str, version: &str) -> Value {
    json!({"name": name, "version": version, "managed": true, "patchOf": "ContosoOrders"})
}

#[test]
fn a_patch_fits_its_parent_and_is_newer_than_other_patches() {
    let base = orders("1.2.0.0", true);
    let own = |version| patch_row("ContosoOrders_Patch_7f2a", version);
    let other = |version| patch_row("ContosoOrders_Patch_11aa", version);
    let cases = [
        (
            "PAT-01",
            json!([orders("1.3.0.0", true)]),
            Some("0x80048539"),
        ),
        (
            "PAT-01",
            json!([orders("1.2.9.0", true)]),
            Some("0x80048539"),
        ),
        (
            "PAT-02",
            json!([base, other("1.2.2.0")]),
            Some("0x80061771"),
        ),
        (
            "PAT-02",
            json!([base, other("1.2.7.0")]),
            Some("0x80061771"),
        ),
        ("PAT-03", json!([base, own("1.2.2.0")]), Some("0x8004F042")),
        ("PAT-04", json!([]), Some("0x80048540")),
        ("PAT-05", json!([orders("1.2.0.0", false)]), None),
    ];
    for (row, solutions, code) in cases {
        let expected = fails("patch", "solution-manifest", code, &[]);
        check(
            row,
            sample(PATCH),
            &target(solutions, json!({})),
            &[],
            &expected,
        );
    }
    let fitting = target(json!([base, other("1.2.1.9")]), json!({}));
    let expected = passes("patch", "succeeds", None, &[("create", 1), ("delete", 0)]);
    check("PAT", sample(PATCH), &fitting, &[], &expected);
}

#[test]
fn a_pending_upgrade_stops_every_other_import_of_the_solution() {
    let holding = json!({"name": "ContosoOrders_Upgrade", "version": "1.2.0.1", "managed": true});
    let pending = target(json!([orders("1.0.0.0", true), holding]), json!({}));
    let cases = [
        ("UPG-01", CHOICE, "upgrade", "0x80048539"),
        ("UPG-01", CHOICE, "stage", "0x80048539"),
        ("UPG-01b", CHOICE, "update", "0x8004F086"),
        ("UPG-01b", "patch-exists/bad", "patch", "0x8004F086"),
    ];
    for (row, package, operation, code) in cases {
        let arguments = if operation == "patch" {
            "auto"
        } else {
            operation
        };
        let expected = fails(operation, "solution-manifest", Some(code), &[]);
        check(
            row,
            sample(package),
            &pending,
            &["--operation", arguments],
            &expected,
        );
    }
}

#[test]
fn staging_needs_a_base_and_stage_and_upgrade_without_one_is_not_known() {
    let empty = target(json!([]), json!({}));
    let expected = fails("stage", "solution-manifest", None, &[]);
    check(
        "UPG-02",
        sample(CHOICE),
        &empty,
        &["--import-as-holding"],
        &expected,
    );
    let expected = passes("install", "unknown", None, &[("create", 1)]);
    check(
        "UPG-02",
        sample(CHOICE),
        &empty,
        &["--stage-and-upgrade"],
        &expected,
    );
}

/// The old version is installed, and the new one lacks a column and a choice.
fn upgraded(more: Value) -> Value {
    target(json!([orders("1.2.0.0", true)]), more)
}

const WITHOUT_COLUMN: Made<'_> = sample("removed-component-in-use/bad");

fn upgrade(row: &str, package: Made<'_>, target: &Value, expected: &Expected<'_>) -> Value {
    let report = simulate(package, Some(sample(OLD)), target, &[]);
    assert_expected(row, &report, expected);
    report
}

#[test]
fn an_upgrade_that_removes_what_is_in_use_leaves_both_versions() {
    let dependent = json!([{
        "dependent": {"type": 29, "name": "Rate orders", "id": "11111111-2222-4333-8444-0000000000d1"},
        "required": {"type": 2, "name": "cts_rating", "parent": "cts_order"},
    }]);
    let in_use = upgraded(json!({"dependencies": dependent}));
    for row in ["UPG-03", "UPG-04", "UPG-05"] {
        let actions = [("delete", 2), ("create", 0)];
        let expected = fails("upgrade", "apply-upgrade", Some("0x8004F046"), &actions);
        let report = upgrade(row, WITHOUT_COLUMN, &in_use, &expected);
        let step = &report["steps"][0];
        let left = step["left"].as_str().unwrap();
        assert!(left.contains("ContosoOrders_Upgrade"), "{left}");
        let message = step["findings"][0]["platform"]["message"].as_str().unwrap();
        assert!(message.contains("0x8004F01D"), "{message}");
        let solutions = report["target"]["solutions"].as_array().unwrap();
        let version = |name: &str| {
            let mut solutions = solutions.iter();
            let row = solutions.find(|row| row["name"] == name);
            row.map(|row| row["version"].clone())
        };
        assert_eq!(version("ContosoOrders"), Some(json!("1.2.0.0")));
        assert_eq!(version("ContosoOrders_Upgrade"), Some(json!("1.2.0.3")));
    }
}

#[test]
fn an_upgrade_of_which_nothing_needs_what_is_removed_succeeds_and_says_what_goes() {
    let known = upgraded(json!({"coverage": {"dependencies": "complete"}}));
    let expected = passes("upgrade", "succeeds", None, &[("delete", 2), ("keep", 0)]);
    let report = upgrade("UPG-04", WITHOUT_COLUMN, &known, &expected);
    let actions = report["steps"][0]["actions"].as_array().unwrap();
    let removed: Vec<_> = actions
        .iter()
        .filter(|one| one["action"] == "delete")
        .collect();
    assert_eq!(removed[0]["component"]["schemaName"], "cts_rating");
    assert_eq!(removed[0]["losesData"], true);
    assert_eq!(removed[1]["component"]["schemaName"], "cts_priority");
    assert_eq!(removed[1]["losesData"], false);
}

#[test]
fn an_upgrade_is_not_known_without_the_edges_or_without_the_installed_content() {
    let expected = passes("upgrade", "unknown", None, &[("delete", 2)]);
    upgrade("UPG-04", WITHOUT_COLUMN, &upgraded(json!({})), &expected);
    let known = upgraded(json!({"coverage": {"dependencies": "complete"}}));
    let report = simulate(WITHOUT_COLUMN, None, &known, &[]);
    let expected = passes("upgrade", "unknown", None, &[("delete", 0)]);
    assert_expected("UPG-04", &report, &expected);
    let settle = report["steps"][0]["doubts"][0]["settle"].as_str().unwrap();
    assert!(settle.contains("--installed"), "{settle}");
}

#[test]
fn a_base_below_another_publishers_layer_is_not_removed() {
    let layers = |publisher: &str| {
        json!({
            "coverage": {"dependencies": "complete"},
            "components": [{"type": 9, "name": "cts_priority", "managed": true, "layers": [
                {"solution": "FabrikamRatings", "publisher": publisher},
                {"solution": "ContosoOrders", "publisher": "contoso"},
            ]}],
        })
    };
    let package = sample(TABLE);
    let expected = fails(
        "upgrade",
        "apply-upgrade",
        Some("0x8004F046"),
        &[("delete", 1)],
    );
    upgrade("UPG-06", package, &upgraded(layers("fabrikam")), &expected);
    let expected = passes("upgrade", "succeeds", None, &[("delete", 0), ("keep", 1)]);
    upgrade("UPG-06", package, &upgraded(layers("contoso")), &expected);
}

#[test]
fn a_fallback_form_that_may_be_the_last_leaves_it_open() {
    let known = upgraded(json!({"coverage": {"dependencies": "complete"}}));
    let expected = passes("upgrade", "unknown", Some("0x8004F046"), &[("delete", 2)]);
    upgrade(
        "UPG-07",
        sample("removed-fallback-form/bad"),
        &known,
        &expected,
    );
}

#[test]
fn a_system_column_is_not_removed() {
    let known = upgraded(json!({"coverage": {"dependencies": "complete"}}));
    let expected = fails("upgrade", "apply-upgrade", Some("0x8004F046"), &[]);
    upgrade(
        "UPG-08",
        sample("removed-system-column/bad"),
        &known,
        &expected,
    );
}

#[test]
fn an_upgrade_that_was_not_staged_cannot_be_applied() {
    let base = target(json!([orders("1.0.0.0", true)]), json!({}));
    let expected = fails("apply-upgrade", "apply-upgrade", Some("0x8004853B"), &[]);
    check(
        "UPG-10",
        sample(CHOICE),
        &base,
        &["--operation", "apply-upgrade"],
        &expected,
    );
}

#[test]
fn managed_packages_do_not_take_over_views_apps_parts_of_forms_and_mappings() {
    let held = |kind: u32, name: &str, parent: &str, id: &str| {
        let mut row = json!({"type": kind, "managed": false});
        for (key, value) in [("name", name), ("parent", parent), ("id", id)] {
            if !value.is_empty() {
                row[key] = json!(value);
            }
        }
        target(json!([]), json!({"components": [row]}))
    };
    let view = held(26, "", "cts_order", "11111111-2222-4333-8444-0000000000e1");
    let expected = fails(
        "install",
        "components",
        Some("0x8004F016"),
        &[("convert", 1)],
    );
    check(
        "UPG-12",
        sample("unmanaged-base/bad"),
        &view,
        &[],
        &expected,
    );
    let expected = passes("install", "unknown", None, &[("convert", 1)]);
    check(
        "UPG-12",
        sample("unmanaged-base/bad"),
        &view,
        &["--convert-to-managed"],
        &expected,
    );
    let form = held(60, "", "cts_order", "11111111-2222-4333-8444-0000000000f1");
    let expected = fails("install", "components", Some("0x80040242"), &[]);
    check(
        "UPG-13",
        sample("partial-form-over-unmanaged/bad"),
        &form,
        &[],
        &expected,
    );
    let map = held(47, "name.cts_name", "account.cts_order", "");
    let expected = fails("install", "components", Some("0x8004F223"), &[]);
    check(
        "UPG-13b",
        sample("unmanaged-column-mapping/bad"),
        &map,
        &[],
        &expected,
    );
}

#[test]
fn a_choice_that_was_made_by_hand_becomes_managed() {
    let by_hand = json!({"components": [{"type": 9, "name": "cts_priority", "managed": false}]});
    let expected = passes("install", "succeeds", None, &[("convert", 1)]);
    check(
        "UPG-12",
        sample(CHOICE),
        &target(json!([]), by_hand),
        &[],
        &expected,
    );
}

#[test]
fn a_managed_package_does_not_rely_on_an_unmanaged_component() {
    let regions = json!([{"name": "FabrikamRegions", "version": "1.0.0.0", "managed": false}]);
    let region = json!({"components": [{"type": 9, "name": "fab_region", "managed": false}]});
    let expected = fails("install", "dependencies", Some("0x8004803B"), &[]);
    check(
        "UPG-14",
        sample("requires-unmanaged-component/bad"),
        &target(regions, region),
        &[],
        &expected,
    );
}

#[test]
fn what_is_declared_and_absent_stops_the_import_at_the_manifest() {
    let lacking = target(json!([]), json!({"coverage": {"choices": "complete"}}));
    for row in ["DEP-01", "DEP-02", "DEP-03"] {
        let expected = fails("install", "solution-manifest", Some("0x8004801D"), &[]);
        let report = simulate(
            sample("requires-unmanaged-component/ok"),
            None,
            &lacking,
            &[],
        );
        assert_expected(row, &report, &expected);
        assert_eq!(
            report["steps"][0]["missing"][0]["required"]["schemaName"],
            "fab_region"
        );
        assert_eq!(report["shoppingList"][0]["kind"], "import-solution");
    }
}

#[test]
fn what_was_unmanaged_at_export_is_not_known_until_the_target_is_known_to_lack_it() {
    let package = edited(
        "requires-unmanaged-component/ok",
        &[("FabrikamRegions (1.0.0.0)", "Active")],
    );
    let expected = passes("install", "unknown", Some("0x8004801D"), &[]);
    check(
        "DEP-04",
        package,
        &target(json!([]), json!({})),
        &[],
        &expected,
    );
    let lacking = target(json!([]), json!({"coverage": {"choices": "complete"}}));
    let expected = fails("install", "solution-manifest", Some("0x8004801D"), &[]);
    check("DEP-04", package, &lacking, &[], &expected);
}

#[test]
fn what_is_not_declared_and_absent_stops_the_import_when_dependencies_are_computed() {
    let lacking = target(json!([]), json!({"coverage": {"webResources": "complete"}}));
    for row in ["DEP-05", "DEP-07", "DEP-08"] {
        let expected = fails("install", "dependencies", Some("0x8004F036"), &[]);
        check(
            row,
            sample("undeclared-component-absent/bad"),
            &lacking,
            &[],
            &expected,
        );
    }
}

#[test]
fn a_view_of_an_absent_column_is_an_invalid_query() {
    let package = edited(
        "unmanaged-base/ok",
        &[(
            "cts_orderid\" />",
            "cts_orderid\" /><link-entity name=\"fab_region\" from=\"fab_regionid\" to=\"cts_orderid\" />",
        )],
    );
    let lacking = target(
        json!([]),
        json!({"coverage": {"tables": "complete", "columns": "complete"}}),
    );
    let expected = fails("install", "dependencies", Some("0x8004F037"), &[]);
    check("DEP-06", package, &lacking, &[], &expected);
}

#[test]
fn a_root_that_is_nowhere_stops_the_import_after_the_components() {
    let package = edited(
        CHOICE,
        &[(
            "<RootComponent type=\"9\" schemaName=\"cts_priority\" behavior=\"0\" />",
            "<RootComponent type=\"9\" schemaName=\"cts_priority\" behavior=\"0\" /><RootComponent type=\"80\" schemaName=\"cts_app\" behavior=\"0\" />",
        )],
    );
    let lacking = target(json!([]), json!({"coverage": {"apps": "complete"}}));
    for row in ["PKG-16", "PKG-15c"] {
        let expected = fails("install", "root-components", Some("0x8004801F"), &[]);
        check(row, package, &lacking, &[], &expected);
    }
    let expected = passes("install", "unknown", Some("0x8004801F"), &[]);
    check(
        "PKG-16",
        package,
        &target(json!([]), json!({})),
        &[],
        &expected,
    );
}
