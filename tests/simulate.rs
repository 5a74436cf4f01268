//! Simulated imports: several packages, operations, the target afterwards, reports, bad input.

#![expect(clippy::unwrap_used, reason = "everything here runs in tests")]

mod support;

use std::fs;

use serde_json::{Value, json};
use support::desk::{
    CHOICE, Desk, NEEDING, fresh, names, regions, report, simulate, with_orders, zip,
};
use support::pack;

#[test]
fn packages_are_imported_in_the_order_that_works() {
    let desk = Desk::new();
    let (needing, regions) = (desk.package("orders.zip", NEEDING, &[]), regions(&desk));
    let target = desk.target("target.json", &fresh());
    let report = report(&[&needing, &regions, "--target", &target]);
    assert_eq!(names(&report), ["FabrikamRegions", "ContosoOrders"]);
    assert_eq!(report["verdict"], "succeeds");
    assert_eq!(report["steps"][0]["package"], 1);
    let note = report["notes"][0].as_str().unwrap();
    assert!(
        note.contains("FabrikamRegions 1.0.0.0, ContosoOrders 1.2.0.3"),
        "{note}"
    );
}

#[test]
fn the_order_given_counts_where_that_is_asked_for() {
    let desk = Desk::new();
    let (needing, regions) = (desk.package("orders.zip", NEEDING, &[]), regions(&desk));
    let target = desk.target("target.json", &fresh());
    let run = simulate(&[&needing, &regions, "--target", &target, "--in-order"]);
    assert_eq!(run.status, 1);
    let report = report(&[&needing, &regions, "--target", &target, "--in-order"]);
    assert_eq!(names(&report), ["ContosoOrders", "FabrikamRegions"]);
    assert_eq!(report["steps"][0]["verdict"], "fails");
    assert_eq!(
        report["steps"][0]["findings"][0]["platform"]["code"],
        "0x8004801D"
    );
    assert_eq!(report["steps"][1]["verdict"], "succeeds");
    assert_eq!(report["shoppingList"][0]["kind"], "import-package");
}

#[test]
fn a_package_after_one_that_fails_meets_the_target_as_it_was() {
    let desk = Desk::new();
    let needing = desk.package("orders.zip", NEEDING, &[]);
    let regions = regions(&desk);
    let mut target = fresh();
    let row = json!({"name": "FabrikamRegions", "version": "0.9.0.0", "managed": false});
    target["solutions"].as_array_mut().unwrap().push(row);
    let target = desk.target("target.json", &target);
    let report = report(&[&regions, &needing, "--target", &target]);
    assert_eq!(report["steps"][0]["verdict"], "fails");
    assert_eq!(report["steps"][1]["verdict"], "fails");
    assert_eq!(report["target"]["choices"], Value::Null);
}

/// UPG-09: two solutions that need each other.
#[test]
fn packages_that_need_each_other_are_told() {
    let desk = Desk::new();
    let row = |what: &str, from: &str, by: &str| {
        format!(
            "<MissingDependencies><MissingDependency><Required type=\"9\" schemaName=\"{what}\" solution=\"{from} (1.0.0.0)\" />\
             <Dependent type=\"9\" schemaName=\"{by}\" /></MissingDependency></MissingDependencies>"
        )
    };
    let none = "<MissingDependencies />";
    let first = row("fab_region", "FabrikamRegions", "cts_priority");
    let orders = desk.package("orders.zip", CHOICE, &[(none, &first)]);
    let second = row("cts_priority", "ContosoOrders", "fab_region");
    let edits = [
        (none, "<None />"),
        ("ContosoOrders", "FabrikamRegions"),
        ("cts_priority", "fab_region"),
        ("<None />", second.as_str()),
    ];
    let regions = desk.package("regions.zip", CHOICE, &edits);
    let target = desk.target("target.json", &fresh());
    let simulated = report(&[&orders, &regions, "--target", &target]);
    assert_eq!(simulated["verdict"], "fails");
    let told = simulated["notes"][0].as_str().unwrap();
    assert!(told.starts_with("No order imports all of"), "{told}");
}

#[test]
fn auto_chooses_as_the_import_page_does() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    for (version, operation) in [
        ("1.2.0.2", "upgrade"),
        ("1.2.0.3", "update"),
        ("2.0", "update"),
    ] {
        let target = desk.target("target.json", &with_orders(version));
        let report = report(&[&package, "--target", &target]);
        assert_eq!(report["steps"][0]["operation"], operation, "over {version}");
    }
    let target = desk.target("target.json", &fresh());
    assert_eq!(
        report(&[&package, "--target", &target])["steps"][0]["operation"],
        "install"
    );
}

#[test]
fn skip_lower_version_passes_over_what_is_not_higher() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let target = desk.target("target.json", &with_orders("1.2.0.3"));
    let arguments = [&*package, "--target", &target, "--skip-lower-version"];
    let skipped = report(&arguments);
    assert_eq!(skipped["steps"][0]["operation"], "skip");
    assert_eq!(skipped["steps"][0]["counts"], json!({"skip": 1}));
    assert_eq!(skipped["verdict"], "succeeds");
    let target = desk.target("target.json", &with_orders("1.2.0.2"));
    let upgraded = report(&[&package, "--target", &target, "--skip-lower-version"]);
    assert_eq!(upgraded["steps"][0]["operation"], "upgrade");
}

#[test]
fn what_is_imported_is_in_the_saved_target_and_importing_it_again_creates_nothing() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let (target, saved) = (
        desk.target("target.json", &fresh()),
        desk.path("saved.json"),
    );
    let run = simulate(&[&package, "--target", &target, "--save-target", &saved]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    let again = report(&[&package, "--target", &saved]);
    assert_eq!(again["steps"][0]["operation"], "update");
    assert_eq!(again["steps"][0]["counts"], json!({"update": 1}));
    let refused = simulate(&[&package, "--target", &target, "--save-target", &saved]);
    assert_eq!(refused.status, 2, "a file that exists is not overwritten");
}

#[test]
fn one_run_and_two_runs_end_in_the_same_target() {
    let desk = Desk::new();
    let (needing, regions) = (desk.package("orders.zip", NEEDING, &[]), regions(&desk));
    let target = desk.target("target.json", &fresh());
    let (together, first, second) = (
        desk.path("a.json"),
        desk.path("b.json"),
        desk.path("c.json"),
    );
    simulate(&[
        &regions,
        &needing,
        "--target",
        &target,
        "--save-target",
        &together,
    ]);
    simulate(&[&regions, "--target", &target, "--save-target", &first]);
    simulate(&[&needing, "--target", &first, "--save-target", &second]);
    let read = |path: &str| fs::read_to_string(path).unwrap();
    assert_eq!(read(&together), read(&second));
}

#[test]
fn a_staged_upgrade_is_applied_without_its_package() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let (target, staged) = (
        desk.target("target.json", &with_orders("1.2.0.0")),
        desk.path("staged.json"),
    );
    let step = &report(&[
        &package,
        "--target",
        &target,
        "--import-as-holding",
        "--save-target",
        &staged,
    ])["steps"][0];
    assert_eq!(step["operation"], "stage");
    assert_eq!(step["actions"][0]["layer"], "ContosoOrders_Upgrade");
    let apply = [
        "--solution",
        "ContosoOrders",
        "--operation",
        "apply-upgrade",
        "--target",
        &staged,
    ];
    let applied = report(&apply);
    assert_eq!(applied["steps"][0]["operation"], "apply-upgrade");
    assert_eq!(
        applied["verdict"], "unknown",
        "nobody knows what is removed"
    );
    let solutions = applied["target"]["solutions"].as_array().unwrap();
    let names: Vec<_> = solutions
        .iter()
        .map(|row| (&row["name"], &row["version"]))
        .collect();
    assert!(
        names.contains(&(&json!("ContosoOrders"), &json!("1.2.0.3"))),
        "{names:?}"
    );
    assert!(
        !names
            .iter()
            .any(|(name, _)| **name == "ContosoOrders_Upgrade"),
        "{names:?}"
    );
}

#[test]
fn a_failing_import_stops_at_its_stage_unless_all_is_asked_for() {
    let desk = Desk::new();
    let edits = [(
        "SolutionPackageVersion=\"9.2\"",
        "SolutionPackageVersion=\"9.3\"",
    )];
    let package = desk.package("orders.zip", NEEDING, &edits);
    let target = desk.target("target.json", &fresh());
    let rules = |report: &Value| -> Vec<String> {
        let findings = report["steps"][0]["findings"].as_array().unwrap();
        findings
            .iter()
            .map(|one| one["rule"].as_str().unwrap().to_owned())
            .collect()
    };
    let stopped = report(&[&package, "--target", &target]);
    assert_eq!(rules(&stopped), ["package-format-too-new"]);
    let outcome =
        |report: &Value, stage: usize| report["steps"][0]["stages"][stage]["outcome"].clone();
    assert_eq!(
        (outcome(&stopped, 1), outcome(&stopped, 2)),
        (json!("fails"), json!("not-reached"))
    );
    let all = report(&[&package, "--target", &target, "--keep-going"]);
    assert!(rules(&all).contains(&"required-component-absent".to_owned()));
}

#[test]
fn layers_say_which_one_wins() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let simulated = |layers: Value, more: &[&str]| {
        let mut target = with_orders("1.2.0.2");
        target["components"] =
            json!([{"type": 9, "name": "cts_priority", "managed": true, "layers": layers}]);
        let target = desk.target("target.json", &target);
        report(
            &[
                &[&*package, "--target", &target, "--operation", "update"],
                more,
            ]
            .concat(),
        )
    };
    let under_active = json!([{"solution": "Active"}, {"solution": "ContosoOrders"}]);
    let hidden = simulated(under_active.clone(), &[]);
    assert_eq!(hidden["steps"][0]["actions"][0]["winner"], "Active");
    assert_eq!(
        hidden["steps"][0]["actions"][0]["hiddenByActiveLayer"],
        true
    );
    assert_eq!(hidden["verdict"], "succeeds-with-warnings");
    let forced = simulated(under_active, &["--force-overwrite"]);
    assert_eq!(forced["steps"][0]["actions"][0]["winner"], "ContosoOrders");
    assert_eq!(forced["verdict"], "succeeds");
    let below = simulated(
        json!([{"solution": "FabrikamRatings"}, {"solution": "ContosoOrders"}]),
        &[],
    );
    assert_eq!(below["steps"][0]["actions"][0]["winner"], "FabrikamRatings");
}

#[test]
fn an_unmanaged_package_overwrites_what_is_unmanaged() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[("<Managed>1<", "<Managed>0<")]);
    let simulated = |managed: bool| {
        let mut target = fresh();
        target["components"] = json!([{"type": 9, "name": "cts_priority", "managed": managed}]);
        let target = desk.target("target.json", &target);
        report(&[&package, "--target", &target])
    };
    assert_eq!(
        simulated(false)["steps"][0]["counts"],
        json!({"overwrite": 1})
    );
    let over_managed = simulated(true);
    assert_eq!(over_managed["steps"][0]["counts"], json!({"update": 1}));
    assert_eq!(over_managed["steps"][0]["actions"][0]["layer"], "Active");
}

/// A Package Deployer package of two solutions, in the order given.
fn deployer(desk: &Desk, inner: &[(&str, Vec<u8>)], settings: &str) -> String {
    let listed = inner.iter().map(|(name, _)| {
        format!("<configsolutionfile solutionpackagefilename=\"{name}\" {settings} />")
    });
    let config = format!(
        "<configdatastorage><solutions>{}</solutions></configdatastorage>",
        listed.collect::<String>()
    );
    let mut files = vec![("PkgAssets/ImportConfig.xml".to_owned(), config.into_bytes())];
    files.extend(
        inner
            .iter()
            .map(|(name, zip)| (format!("PkgAssets/{name}"), zip.clone())),
    );
    let path = desk.path("package.zip");
    fs::write(&path, pack::zip_of(&files)).unwrap();
    path
}

#[test]
fn a_package_deployer_package_is_imported_in_its_own_order_and_way() {
    let desk = Desk::new();
    let regions = fs::read(regions(&desk)).unwrap();
    let inner = [("orders.zip", zip(NEEDING, &[])), ("regions.zip", regions)];
    let package = deployer(&desk, &inner, "");
    let target = desk.target("target.json", &fresh());
    let wrong = report(&[&package, "--target", &target]);
    assert_eq!(names(&wrong), ["ContosoOrders", "FabrikamRegions"]);
    assert_eq!(wrong["verdict"], "fails");
    let same = desk.target("target.json", &with_orders("1.2.0.3"));
    let skipped = report(&[&package, "--target", &same]);
    assert_eq!(skipped["steps"][0]["operation"], "skip");
    let lower = desk.target("target.json", &with_orders("1.2.0.0"));
    let upgraded = report(&[&package, "--target", &lower]);
    assert_eq!(upgraded["steps"][0]["operation"], "upgrade");
}

#[test]
fn two_versions_of_one_solution_are_imported_one_after_the_other() {
    let desk = Desk::new();
    let new = desk.package("new.zip", "removed-component-in-use/bad", &[]);
    let old = desk.package("old.zip", "removed-component-in-use/installed", &[]);
    let mut target = fresh();
    target["coverage"]["dependencies"] = json!("complete");
    let target = desk.target("target.json", &target);
    let report = report(&[&new, &old, "--target", &target]);
    let versions: Vec<_> = report["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| &step["version"])
        .collect();
    assert_eq!(versions, ["1.2.0.0", "1.2.0.3"]);
    assert_eq!(report["steps"][1]["operation"], "upgrade");
    assert_eq!(report["steps"][1]["counts"]["delete"], 2);
    assert_eq!(report["verdict"], "succeeds");
}

#[test]
fn two_solutions_of_one_name_meet_each_other() {
    let desk = Desk::new();
    let one = desk.package("one.zip", CHOICE, &[]);
    let two = desk.package(
        "two.zip",
        CHOICE,
        &[(">contoso<", ">fabrikam<"), ("1.2.0.3", "1.2.0.4")],
    );
    let target = desk.target("target.json", &fresh());
    let report = report(&[&one, &two, "--target", &target]);
    assert_eq!(report["steps"][1]["verdict"], "fails");
    assert_eq!(
        report["steps"][1]["findings"][0]["rule"],
        "publisher-changed"
    );
}

#[test]
fn nothing_is_known_of_an_empty_target_and_the_verdict_says_so() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let target = desk.target("target.json", &json!({"manifestVersion": 1}));
    let run = simulate(&[&package, "--target", &target]);
    assert_eq!(run.status, 0);
    let strict = simulate(&[&package, "--target", &target, "--unknown=error"]);
    assert_eq!(strict.status, 1);
    let report = report(&[&package, "--target", &target]);
    assert_eq!(report["verdict"], "unknown");
    assert_eq!(report["steps"][0]["counts"], json!({"create-or-update": 1}));
    let settle = report["steps"][0]["doubts"][0]["settle"].as_str().unwrap();
    assert!(settle.contains("pac solution list"), "{settle}");
}

#[test]
fn the_threshold_makes_the_status_1_where_the_import_succeeds() {
    let sample = "samples/SequenceAPACleads_1_0_0_1.zip";
    let arguments = [sample, "--target", "samples/targets/contoso-uat.json"];
    let report = report(&arguments);
    let findings = report["steps"][0]["findings"].as_array().unwrap().iter();
    let mut severities = findings.map(|one| one["severity"].as_str().unwrap());
    assert_eq!(report["verdict"], "succeeds");
    assert!(severities.all(|severity| severity == "note"));
    for (threshold, status) in [("error", 0), ("warning", 0), ("note", 1)] {
        let options = [&arguments[..], &["--fail-on", threshold]].concat();
        assert_eq!(simulate(&options).status, status, "{threshold}");
    }
}

#[test]
fn bad_usage_is_refused_with_a_remedy() {
    let desk = Desk::new();
    let package = desk.package("orders.zip", CHOICE, &[]);
    let old = desk.package("old.zip", CHOICE, &[("1.2.0.3", "1.1.0.0")]);
    let target = desk.target("target.json", &with_orders("1.2.0.0"));
    let contradiction = json!({
        "manifestVersion": 1,
        "components": [{"type": 9, "name": "cts_priority"}],
        "absent": [{"type": 9, "name": "cts_priority"}],
    });
    let contradiction = desk.target("contradiction.json", &contradiction);
    let cases: [(&[&str], &str); 6] = [
        (&[&package], "no target is given"),
        (&[&package, "--target", &contradiction], "cts_priority"),
        (
            &[&package, "--target", &target, "--installed", &old],
            "ContosoOrders 1.1.0.0, and the target has",
        ),
        (
            &[&package, "--target", &target, "--operation", "patch"],
            "not the package of a patch",
        ),
        (
            &[
                "--solution",
                "ContosoOrders",
                "--operation",
                "update",
                "--target",
                &target,
            ],
            "nothing to import",
        ),
        (&["--target", &target], "PACKAGE"),
    ];
    for (arguments, said) in cases {
        let run = simulate(arguments);
        assert_eq!(run.status, 2, "{arguments:?}: {}", run.stdout);
        assert!(run.stderr.contains(said), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn a_package_that_cannot_be_read_leaves_the_verdict_open() {
    let desk = Desk::new();
    let broken = desk.path("broken.zip");
    fs::write(&broken, b"PK\x03\x04 nothing").unwrap();
    let target = desk.target("target.json", &fresh());
    let run = simulate(&[&broken, "--target", &target]);
    assert_eq!(run.status, 3);
    assert!(run.stdout.contains("could be read"), "{}", run.stdout);
    assert!(!run.stdout.contains("would succeed."), "{}", run.stdout);
}

#[test]
fn the_report_of_the_sample_reads_as_it_did() {
    let arguments = [
        "samples/SequenceAPACleads_1_0_0_1.zip",
        "--target",
        "samples/targets/contoso-prod.json",
    ];
    insta::assert_snapshot!("simulate_prod", simulate(&arguments).stdout);
    let verbose = [
        "samples/SequenceAPACleads_1_0_0_1.zip",
        "--target",
        "samples/targets/contoso-uat.json",
        "--verbose",
    ];
    insta::assert_snapshot!("simulate_uat_verbose", simulate(&verbose).stdout);
}

#[test]
fn the_same_input_gives_the_same_bytes_whatever_the_threads() {
    let package = "samples/SequenceAPACleads_1_0_0_1.zip";
    for format in ["human", "json"] {
        let with = |threads: &str| {
            let target = "samples/targets/contoso-prod.json";
            simulate(&[
                package,
                "--target",
                target,
                "--format",
                format,
                "--threads",
                threads,
            ])
            .stdout
        };
        assert_eq!(with("1"), with("4"));
    }
}
