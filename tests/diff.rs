//! Two packages compared: what differs, how much it matters, and what does not count.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed"
)]

mod support;
#[path = "support/unpack.rs"]
mod unpack;
#[path = "support/versions.rs"]
mod versions;
#[path = "support/yaml.rs"]
mod yaml;

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use solvet::diff::{Change, Class, Version, diff};
use support::{pack, program, project};
use tempfile::TempDir;
use versions::{Files, OLD, compared, told, version};

const NEW: &str = "samples/versions/new";

fn json(arguments: &[&str]) -> Value {
    let run = program::run(&[arguments, &["--format", "json"]].concat());
    assert_eq!(run.status, 0, "{}", run.stderr);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_report_of_two_versions_reads_as_it_did() {
    let run = program::run(&["diff", OLD, NEW]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    insta::assert_snapshot!("diff_versions", run.stdout);
    let run = program::run(&["diff", OLD, NEW, "--format", "json"]);
    insta::assert_snapshot!("diff_versions_json", run.stdout);
}

#[test]
fn the_status_is_1_where_nothing_may_break_and_something_does() {
    assert_eq!(
        program::run(&["diff", OLD, NEW, "--require-additive"]).status,
        1
    );
    assert_eq!(
        program::run(&["diff", OLD, OLD, "--require-additive"]).status,
        0
    );
    assert_eq!(program::run(&["diff", OLD, "samples/none.zip"]).status, 3);
    assert_eq!(program::run(&["diff", "-", "-"]).status, 2);
}

#[test]
fn a_package_in_another_layout_is_the_same() {
    let folders = fs::read_dir(project("samples/rules")).unwrap();
    let sound = folders.map(|rule| rule.unwrap().path().join("ok"));
    let sound = sound.filter(|folder| folder.join("solution.xml").is_file());
    let more = [OLD, NEW, "samples/sequence-apac-leads"].map(project);
    for folder in sound.chain(more) {
        let desk = TempDir::new().unwrap();
        let zip = desk.path().join("package.zip");
        fs::write(&zip, pack::zip_folder(&folder)).unwrap();
        let source = desk.path().join("source");
        unpack::to_solution_packager(&folder, &source);
        let repository = desk.path().join("repository");
        yaml::to_yaml_source(&folder, &repository);
        let versions: Vec<Version> = [zip, folder.clone(), source, repository]
            .iter()
            .map(|path: &PathBuf| version(path))
            .collect();
        for (a, old) in versions.iter().enumerate() {
            for (b, new) in versions.iter().enumerate() {
                let diff = diff(old, new);
                assert!(diff.is_empty(), "{} {a} {b}: {diff:#?}", folder.display());
            }
        }
    }
}

#[test]
fn stamps_order_formatting_and_the_form_of_identifiers_do_not_count() {
    let text = Files::of(OLD)
        .custom(
            "OrganizationVersion=\"9.2.26111.132\"",
            "OrganizationVersion=\"9.2.1.1\"",
        )
        .custom("<IntroducedVersion>1.0.0.0<", "<IntroducedVersion>1.1<")
        .custom("<Type>nvarchar</Type>", "\n\n  <Type>nvarchar</Type>")
        .custom(
            "{11111111-2222-4333-8444-0000000000aa}",
            "11111111-2222-4333-8444-0000000000AA",
        )
        .custom(
            "<OptionSetType>picklist</OptionSetType>\n      <IsGlobal>1</IsGlobal>",
            "<IsGlobal>1</IsGlobal><OptionSetType>picklist</OptionSetType>",
        )
        .with("solution.xml", "<Version>1.2.0.0<", "<Version>1.2.0.1<");
    assert_eq!(told(&text), [""; 0]);
    assert!(compared(&Files::of(OLD), &text).is_empty());
}

/// A text of customizations.xml, what takes its place, and what is told.
const CASES: [(&str, &str, &str); 13] = [
    (
        "<Type>int</Type>",
        "<Type>decimal</Type>",
        "changed column cts_order.cts_rating breaking: Type",
    ),
    (
        "<MaxLength>100<",
        "<MaxLength>99<",
        "changed column cts_order.cts_note breaking: MaxLength",
    ),
    (
        "<MaxLength>100<",
        "<MaxLength>101<",
        "changed column cts_order.cts_note additive: MaxLength",
    ),
    (
        ">none</RequiredLevel>",
        ">required</RequiredLevel>",
        "changed column cts_order.cts_rating breaking: RequiredLevel",
    ),
    (
        ">none</RequiredLevel>",
        ">recommended</RequiredLevel>",
        "changed column cts_order.cts_rating changed: RequiredLevel",
    ),
    (
        ">required</RequiredLevel>",
        ">none</RequiredLevel>",
        "changed column cts_order.cts_name additive: RequiredLevel",
    ),
    (
        "description=\"Note\"",
        "description=\"Text\"",
        "changed column cts_order.cts_note cosmetic: displaynames/displayname[1033]@description",
    ),
    (
        ">Account</ReferencedEntityName>",
        ">Contact</ReferencedEntityName>",
        "changed relationship cts_account_order breaking: ReferencedEntityName relationship-table relationship-table",
    ),
    (
        ">RemoveLink<",
        ">Cascade<",
        "changed relationship cts_account_order changed: CascadeDelete",
    ),
    (
        "<EntitySetName>cts_orders<",
        "<EntitySetName>cts_orderset<",
        "changed table cts_order breaking: EntityInfo/entity[cts_Order]/EntitySetName",
    ),
    (
        ">UserOwned<",
        ">OrganizationOwned<",
        "changed table cts_order breaking: EntityInfo/entity[cts_Order]/OwnershipTypeMask",
    ),
    (
        "<option value=\"104710001\"",
        "<option value=\"104710005\"",
        "changed choice cts_priority breaking: options/option[104710001] options/option[104710005]",
    ),
    (
        "<tab name=\"general\"",
        "<tab name=\"first\"",
        "changed form \"Information\" of cts_order changed: form/tabs/tab[11111111-2222-4333-8444-0000000000aa]@name",
    ),
];

#[test]
fn each_change_has_its_class() {
    let of = |from: &str, to: &str| {
        let mut told = told(&Files::of(OLD).custom(from, to));
        assert_eq!(told.len(), 1, "{from} -> {to}: {told:#?}");
        told.remove(0)
    };
    for (from, to, expected) in CASES {
        assert_eq!(of(from, to), expected);
    }
}

#[test]
fn arguments_of_custom_apis_and_actions_count() {
    const PARAMETER: &str = "customapis/cts_ShipOrder/customapirequestparameters/OrderNumber/customapirequestparameter.xml";
    const ACTION: &str = "Workflows/Rateorder-11111111-2222-4333-8444-0000000000C1.xaml";
    let class = |new: &Files| {
        let diff = compared(&Files::of(OLD), new);
        assert_eq!(diff.components.len(), 1, "{diff:#?}");
        diff.components[0].class
    };
    let old = || Files::of(OLD);
    assert_eq!(
        class(&old().with(PARAMETER, "<type>10<", "<type>7<")),
        Class::Breaking
    );
    let optional = old().with(PARAMETER, "<isoptional>0<", "<isoptional>1<");
    assert_eq!(class(&optional), Class::Additive);
    let diff = compared(&optional, &old());
    assert_eq!(diff.components[0].class, Class::Breaking);
    assert_eq!(
        class(&old().with(ACTION, "Name=\"Rating\"", "Name=\"Grade\"")),
        Class::Breaking
    );
    assert_eq!(
        class(&old().with(ACTION, "x:Int32", "x:String")),
        Class::Breaking
    );
    assert_eq!(
        class(&old().with(ACTION, "Name=\"CreatedEntities\"", "Name=\"Made\"")),
        Class::Changed
    );
}

#[test]
fn values_that_may_be_secrets_are_not_shown() {
    let with = |value: &str| {
        Files::of(OLD).custom(
            "<CascadeDelete>RemoveLink<",
            &format!(
                "<ConnectionDefinition>{value}</ConnectionDefinition><CascadeDelete>RemoveLink<"
            ),
        )
    };
    let diff = compared(&with("Password=a"), &with("Password=b"));
    let text = format!("{diff:?}");
    assert!(!diff.is_empty() && !text.contains("Password="), "{text}");
}

#[test]
fn what_an_upgrade_removes_is_what_a_simulation_deletes_and_what_blocks_it() {
    const SAMPLE: &str = "samples/rules/removed-component-in-use";
    let path = |name: &str| format!("{SAMPLE}/{name}");
    let (old, bad, target) = (path("installed"), path("bad"), path("target-bad.json"));
    let plain = json(&["diff", &old, &bad]);
    assert_eq!(
        plain["upgrade"]["removes"][0]["component"]["schemaName"],
        "cts_rating"
    );
    assert_eq!(plain["upgrade"]["removes"][0]["losesData"], true);
    assert!(plain["upgrade"]["target"].is_null());
    let report = json(&["diff", &old, &bad, "--target", &target]);
    let upgrade = &report["upgrade"];
    assert_eq!(upgrade["removes"], plain["upgrade"]["removes"]);
    assert_eq!(upgrade["target"]["verdict"], "fails");
    assert_eq!(
        upgrade["target"]["blocking"][0]["rule"],
        "removed-component-in-use"
    );
    let run = program::run(&["diff", &old, &bad, "--target", &target]);
    insta::assert_snapshot!("diff_blocked", run.stdout);
}

#[test]
fn another_version_than_the_target_has_is_refused() {
    const SAMPLE: &str = "samples/rules/removed-component-in-use";
    let path = |name: &str| format!("{SAMPLE}/{name}");
    let (ok, bad, target) = (path("ok"), path("bad"), path("target-bad.json"));
    let run = program::run(&["diff", &ok, &bad, "--target", &target]);
    assert_eq!(run.status, 2, "{}", run.stdout);
    assert!(
        run.stderr.contains("the target has 1.2.0.0"),
        "{}",
        run.stderr
    );
}

#[test]
fn two_solutions_are_compared_and_are_no_upgrade() {
    let report = json(&["diff", OLD, "samples/rules/removed-component-in-use/ok"]);
    assert!(report["upgrade"].is_null());
    let note = report["notes"][0].as_str().unwrap();
    assert!(note.contains("two solutions"), "{note}");
}

#[test]
fn components_that_share_everything_are_paired_in_their_order() {
    let twice = "      <EntityMap><EntitySource>account</EntitySource><EntityTarget>cts_order</EntityTarget></EntityMap>";
    let maps = format!("<EntityMaps>{twice}{twice}</EntityMaps>");
    let files = Files::of(OLD).custom("<EntityMaps />", &maps);
    assert!(compared(&files, &files).is_empty());
    let diff = compared(&Files::of(OLD), &files);
    assert_eq!(diff.count(Change::Added), diff.components.len());
}

#[test]
fn the_schema_describes_the_report() {
    let run = program::run(&["schema", "diff"]);
    let schema: Value = serde_json::from_str(&run.stdout).unwrap();
    let report = json(&["diff", OLD, NEW]);
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    let mut described = keys(&schema["properties"]);
    let mut written = keys(&report);
    described.sort();
    written.sort();
    assert_eq!(described, written);
    let of = |name: &str| {
        let mut keys = keys(&schema["$defs"][name]["properties"]);
        keys.sort();
        keys
    };
    let mut difference = keys(&report["components"][0]);
    difference.sort();
    assert_eq!(of("Difference"), difference);
}

/// Many components of one name and many values of one place, in time that grows with their number.
#[test]
fn hostile_packages_cost_linear_time() {
    let of = |count: usize, last: &str| {
        let option = |number| {
            format!("<option value='1'><labels><label description='{number}'/></labels></option>")
        };
        let options: String = (0..count).map(option).collect();
        let sets: String = (0..count)
            .map(|_| "<optionset Name='cts_same'><OptionSetType>picklist</OptionSetType></optionset>")
            .collect();
        Files::of(OLD).custom(
            "<optionsets>",
            &format!("<optionsets><optionset Name='cts_x'><options>{options}{last}</options></optionset>{sets}"),
        )
    };
    let timed = |count| {
        let (old, new) = (of(count, ""), of(count, "<option value='2'/>"));
        let folder = TempDir::new().unwrap();
        let (old, new) = (
            old.version(folder.path(), "old.zip"),
            new.version(folder.path(), "new.zip"),
        );
        let start = std::time::Instant::now();
        let diff = diff(&old, &new);
        assert_eq!(diff.components.len(), 1, "{diff:#?}");
        start.elapsed()
    };
    let (few, many) = (timed(1_000), timed(8_000));
    assert!(
        many < few * 40 + std::time::Duration::from_millis(200),
        "{few:?} {many:?}"
    );
}
