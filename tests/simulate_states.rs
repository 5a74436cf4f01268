//! What a simulated import leaves for the next one, and what it must not claim to know.

#![expect(clippy::unwrap_used, reason = "everything here runs in tests")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::desk::{CHOICE, Desk, NEEDING, fresh, report, simulate, with_orders, zip};
use support::pack;

/// A managed package of a table; [`OLD`] had a column and a choice, `cts_priority`, beside.
const NEW: &str = "removed-component-in-use/bad";
const OLD: &str = "removed-component-in-use/installed";

/// The old version is installed, and everything that needs components is listed.
fn installed(more: &Value) -> Value {
    let mut target = with_orders("1.2.0.0");
    target["solutions"][1]["publisher"] = json!("contoso");
    target["coverage"] = json!({"solutions": "complete", "dependencies": "complete"});
    for (key, value) in more.as_object().unwrap() {
        target[key] = value.clone();
    }
    target
}

fn priority(more: &Value) -> Value {
    let mut row = json!({"type": 9, "name": "cts_priority", "managed": true});
    for (key, value) in more.as_object().unwrap() {
        row[key] = value.clone();
    }
    json!({"components": [row]})
}

/// Simulates the upgrade from the old to the new version.
fn upgraded(target: &Value) -> Value {
    let desk = Desk::new();
    let (new, old) = (
        desk.package("new.zip", NEW, &[]),
        desk.package("old.zip", OLD, &[]),
    );
    let target = desk.target("target.json", target);
    report(&[&new, "--target", &target, "--installed", &old])
}

fn step(report: &Value) -> &Value {
    &report["steps"][0]
}

#[test]
fn what_is_not_known_of_one_package_is_not_known_of_the_next() {
    let desk = Desk::new();
    let one = desk.package("one.zip", NEEDING, &[]);
    let two = desk.package(
        "two.zip",
        NEEDING,
        &[("ContosoOrders", "ContosoSales"), ("cts_order", "cts_sale")],
    );
    let target = desk.target("target.json", &json!({"manifestVersion": 1}));
    let report = report(&[&one, &two, "--target", &target]);
    assert_eq!(
        report["steps"][1]["unknown"][0]["required"]["schemaName"],
        "fab_region"
    );
    assert_eq!(report["target"]["choices"], Value::Null);
}

#[test]
fn a_package_that_cannot_be_read_fails_in_every_report() {
    let desk = Desk::new();
    let broken = desk.path("broken.zip");
    fs::write(
        &broken,
        pack::zip_of(&[("readme.txt".into(), b"x".to_vec())]),
    )
    .unwrap();
    let target = desk.target("target.json", &fresh());
    let run = simulate(&[&broken, "--target", &target, "--format", "json"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["verdict"], run.status), (&json!("fails"), 3));
}

#[test]
fn a_layer_on_somebody_elses_base_goes_and_the_component_stays() {
    let layers = json!({"layers": [
        {"solution": "ContosoOrders", "publisher": "contoso"},
        {"solution": "FabrikamBase", "publisher": "fabrikam"},
    ]});
    let report = upgraded(&installed(&priority(&layers)));
    assert_eq!(report["verdict"], "succeeds");
    assert_eq!(step(&report)["counts"]["keep"], 1);
}

#[test]
fn a_layer_of_a_publisher_that_nobody_knows_leaves_the_upgrade_open() {
    let layers =
        json!({"layers": [{"solution": "FabrikamRatings"}, {"solution": "ContosoOrders"}]});
    assert_eq!(
        upgraded(&installed(&priority(&layers)))["verdict"],
        "unknown"
    );
}

#[test]
fn what_a_patch_brought_goes_with_the_upgrade() {
    let desk = Desk::new();
    let mut target = installed(&priority(&json!({"solution": "ContosoOrders_Patch_7f2a"})));
    let patch = json!({"name": "ContosoOrders_Patch_7f2a", "version": "1.2.1.0", "managed": true});
    target["solutions"].as_array_mut().unwrap().push(patch);
    let new = desk.package("new.zip", NEW, &[("1.2.0.3", "1.3.0.0")]);
    let old = desk.package("old.zip", OLD, &[]);
    let target = desk.target("target.json", &target);
    let report = report(&[&new, "--target", &target, "--installed", &old]);
    assert_eq!(step(&report)["counts"]["delete"], 2);
    assert_eq!(
        report["verdict"], "unknown",
        "what the patch consists of is not known"
    );
    let because = step(&report)["because"].as_str().unwrap();
    assert!(because.contains("ContosoOrders_Patch_7f2a"), "{because}");
    let solutions = report["target"]["solutions"].to_string();
    assert!(!solutions.contains("_Patch_"), "{solutions}");
}

#[test]
fn an_upgrade_does_not_remove_what_its_own_version_needs() {
    let desk = Desk::new();
    let needs = "<MissingDependencies><MissingDependency><Required type=\"9\" schemaName=\"cts_priority\" solution=\"ContosoOrders \
                 (1.2.0.0)\" /><Dependent type=\"1\" schemaName=\"cts_order\" /></MissingDependency></MissingDependencies>";
    let new = desk.package("new.zip", NEW, &[("<MissingDependencies />", needs)]);
    let old = desk.package("old.zip", OLD, &[]);
    let target = desk.target("target.json", &installed(&json!({})));
    let report = report(&[&new, "--target", &target, "--installed", &old]);
    assert_eq!(step(&report)["stopsAt"], "apply-upgrade");
}

#[test]
fn what_an_update_keeps_is_there_for_the_next_package() {
    let desk = Desk::new();
    let (new, old) = (
        desk.package("new.zip", NEW, &[]),
        desk.package("old.zip", OLD, &[]),
    );
    let edits = [
        ("ContosoOrders", "FabrikamSales"),
        ("fab_region", "cts_priority"),
        ("FabrikamRegions (1.0.0.0)", "ContosoOrders (1.2.0.0)"),
        ("cts_order", "fab_order"),
    ];
    let next = desk.package("next.zip", NEEDING, &edits);
    let target = desk.target("target.json", &installed(&json!({})));
    let arguments = [
        &*new,
        &next,
        "--target",
        &target,
        "--operation",
        "update",
        "--in-order",
    ];
    let known = report(&[&arguments[..], &["--installed", &old]].concat());
    assert_eq!(known["steps"][1]["missing"], json!([]));
    assert_eq!(known["steps"][1]["unknown"], json!([]));
    let not_known = report(&arguments);
    assert_eq!(not_known["steps"][1]["missing"], json!([]));
}

#[test]
fn a_forced_import_removes_the_unmanaged_layer_from_the_saved_target() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let layers = json!({"layers": [{"solution": "Active"}, {"solution": "ContosoOrders"}]});
    let target = desk.target("target.json", &installed(&priority(&layers)));
    let report = report(&[&package, "--target", &target, "--operation", "update", "-f"]);
    assert_eq!(step(&report)["actions"][0]["losesCustomizations"], true);
    let layers = &report["target"]["components"][0]["layers"];
    assert_eq!(layers.as_array().unwrap().len(), 1, "{layers}");
}

#[test]
fn a_form_is_not_hidden_by_its_unmanaged_layer() {
    let desk = Desk::new();
    let package = desk.package("new.zip", NEW, &[]);
    let form = json!({"components": [{"type": 60, "id": "11111111-2222-4333-8444-0000000000f1", "managed": true,
        "layers": [{"solution": "Active"}, {"solution": "ContosoOrders"}]}]});
    let target = desk.target("target.json", &installed(&form));
    let report = report(&[&package, "--target", &target, "--operation", "update"]);
    assert_eq!(report["verdict"], "succeeds");
    let actions = step(&report)["actions"].to_string();
    assert!(
        !actions.contains("\"hiddenByActiveLayer\":true"),
        "{actions}"
    );
}

#[test]
fn what_was_staged_belongs_to_the_solution_once_it_is_applied() {
    let desk = Desk::new();
    let (new, old) = (
        desk.package("new.zip", NEW, &[]),
        desk.package("old.zip", OLD, &[]),
    );
    let target = desk.target("target.json", &installed(&json!({})));
    let staged = desk.path("staged.json");
    simulate(&[
        &new,
        "--target",
        &target,
        "--import-as-holding",
        "--save-target",
        &staged,
    ]);
    let by_package = [
        "--operation",
        "apply-upgrade",
        "--target",
        &staged,
        "--installed",
        &old,
    ];
    let applied = report(&[&[&*new][..], &by_package].concat());
    assert_eq!(applied["verdict"], "succeeds");
    assert_eq!(step(&applied)["counts"]["delete"], 2);
    assert!(
        !applied["target"].to_string().contains("_Upgrade"),
        "{}",
        applied["target"]
    );
    let by_name = report(&[
        "--solution",
        "ContosoOrders",
        "--operation",
        "apply-upgrade",
        "--target",
        &staged,
    ]);
    assert!(!by_name["target"].to_string().contains("_Upgrade"));
}

#[test]
fn a_staged_upgrade_is_applied_without_asking_for_requirements_again() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", NEEDING, &[]);
    let mut target = with_orders("1.0.0.0");
    let holding = json!({"name": "ContosoOrders_Upgrade", "version": "1.2.0.3", "managed": true});
    target["solutions"].as_array_mut().unwrap().push(holding);
    let target = desk.target("target.json", &target);
    let report = report(&[
        &package,
        "--target",
        &target,
        "--operation",
        "apply-upgrade",
    ]);
    assert_eq!(
        report["verdict"], "unknown",
        "what the old version consists of is not known"
    );
    assert_eq!(step(&report)["findings"], json!([]));
}

#[test]
fn partial_lists_leave_open_what_they_may_leave_out() {
    let desk = Desk::new();
    let partial = |version: &str, more: &[Value]| {
        let mut target = with_orders(version);
        target["coverage"]["solutions"] = json!("partial");
        target["solutions"]
            .as_array_mut()
            .unwrap()
            .extend(more.iter().cloned());
        target
    };
    let package = desk.package("orders.zip", CHOICE, &[]);
    let patch = desk.package("patch.zip", "patch-exists/ok", &[]);
    let cases: [(&str, &str, Value, &str); 4] = [
        (&package, "update", partial("1.2.0.0", &[]), "pending"),
        (&package, "apply-upgrade", partial("1.2.0.0", &[]), "staged"),
        (
            &patch,
            "auto",
            json!({"manifestVersion": 1}),
            "is a patch, is not known",
        ),
        (
            &package,
            "apply-upgrade",
            partial(
                "1.2.0.0",
                &[json!({"name": "ContosoOrders_Upgrade", "version": "1.2.0.1", "managed": true})],
            ),
            "what is applied is not the package",
        ),
    ];
    for (package, operation, target, said) in cases {
        let target = desk.target("target.json", &target);
        let report = report(&[package, "--target", &target, "--operation", operation]);
        assert_eq!(report["verdict"], "unknown", "{operation}");
        let doubts = step(&report)["doubts"].to_string();
        assert!(doubts.contains(said), "{operation}: {doubts}");
    }
}

#[test]
fn a_patch_is_known_by_the_name_that_the_platform_gives_it() {
    let desk = Desk::new();
    let patch = desk.package("patch.zip", "patch-exists/ok", &[]);
    let mut target = with_orders("1.2.0.0");
    let other = json!({"name": "ContosoOrders_Patch_9", "version": "1.2.7.0", "managed": true});
    target["solutions"].as_array_mut().unwrap().push(other);
    let target = desk.target("target.json", &target);
    let report = report(&[&patch, "--target", &target]);
    assert_eq!(step(&report)["findings"][0]["rule"], "patch-not-newest");
}

#[test]
fn package_deployer_passes_over_a_patch_that_is_there_and_updates_what_is_unmanaged() {
    let desk = Desk::new();
    let config = "<configdatastorage><solutions><configsolutionfile solutionpackagefilename=\"a.zip\" /></solutions></configdatastorage>";
    let deploy = |sample: &str, edits: &[(&str, &str)], target: &Value| {
        let files = [
            ("P/ImportConfig.xml".to_owned(), config.as_bytes().to_vec()),
            ("P/a.zip".to_owned(), zip(sample, edits)),
        ];
        let path = desk.path("package.zip");
        fs::write(&path, pack::zip_of(&files)).unwrap();
        let target = desk.target("target.json", target);
        report(&[&path, "--target", &target])
    };
    let mut target = with_orders("1.2.0.0");
    let patch = json!({"name": "ContosoOrders_Patch_7f2a", "version": "1.2.2.0", "managed": true, "patchOf": "ContosoOrders"});
    target["solutions"].as_array_mut().unwrap().push(patch);
    let skipped = deploy("patch-exists/ok", &[], &target);
    assert_eq!(step(&skipped)["operation"], "skip");
    assert_eq!(skipped["shoppingList"], json!([]));
    let mut unmanaged = fresh();
    let row = json!({"name": "ContosoOrders", "managed": false});
    unmanaged["solutions"].as_array_mut().unwrap().push(row);
    let updated = deploy(CHOICE, &[("<Managed>1<", "<Managed>0<")], &unmanaged);
    assert_eq!(step(&updated)["operation"], "update");
}

#[test]
fn what_manifests_seldom_say_is_assumed_and_told() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let target = desk.target("target.json", &with_orders("1.2.0.3"));
    let report = report(&[&package, "--target", &target]);
    assert_eq!(
        (&report["verdict"], &report["evidence"]),
        (&json!("succeeds"), &json!("fair"))
    );
    let assumed = step(&report)["assumed"][0].as_str().unwrap();
    assert!(
        assumed.starts_with("The publisher of ContosoOrders"),
        "{assumed}"
    );
}

#[test]
fn a_wrong_setting_leaves_the_import_open() {
    let desk = Desk::new();
    let settings = desk.path("settings.json");
    fs::write(&settings, r#"{"ConnectionReferences": [{"LogicalName": "cts_other", "ConnectionId": "x", "ConnectorId": "y"}]}"#).unwrap();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let target = desk.target("target.json", &fresh());
    let run = simulate(&[
        &package,
        "--target",
        &target,
        "--settings-file",
        &settings,
        "--format",
        "json",
    ]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&report["verdict"], run.status), (&json!("unknown"), 1));
}
