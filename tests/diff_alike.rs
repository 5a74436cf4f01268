//! What two packages write otherwise and mean alike, and what must not be overlooked.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed"
)]

mod support;
#[path = "support/versions.rs"]
mod versions;

use std::fs;

use solvet::diff::{Change, Class};
use support::program;
use tempfile::TempDir;
use versions::{Files, OLD, compared, told};

/// What people read of two packages.
fn report(old: &Files, new: &Files) -> String {
    let folder = TempDir::new().unwrap();
    let [old, new] =
        [(old, "old.zip"), (new, "new.zip")].map(|(files, name)| packed(files, &folder, name));
    let run = program::run(&["diff", &old, &new, "--verbose"]);
    assert_eq!(run.status, 0, "{}", run.stderr);
    run.stdout
}

fn packed(files: &Files, folder: &TempDir, name: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, support::pack::zip_of(&files.0)).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_case_of_names_of_tables_and_columns_does_not_count() {
    let new = Files::of(OLD)
        .custom(">cts_Order</Name>", ">cts_order</Name>")
        .custom("<entity Name=\"cts_Order\"", "<entity Name=\"cts_order\"")
        .custom("PhysicalName=\"cts_Rating\"", "PhysicalName=\"cts_rating\"")
        .custom(
            ">cts_Order</ReferencingEntityName>",
            ">cts_order</ReferencingEntityName>",
        )
        .custom(
            ">cts_AccountId</ReferencingAttributeName>",
            ">cts_accountid</ReferencingAttributeName>",
        );
    assert_eq!(told(&new), [""; 0]);
    // Requests navigate by this one, and there case counts.
    let property = |name: &str| {
        Files::of(OLD).custom(
            "<CascadeDelete>",
            &format!("<NavigationPropertyName>{name}</NavigationPropertyName><CascadeDelete>"),
        )
    };
    assert_eq!(
        compared(&property("cts_A"), &property("cts_a")).count(Change::Changed),
        1
    );
}

#[test]
fn which_of_two_matching_connection_roles_is_written_first_does_not_count() {
    let [a, b] = ["a1", "b2"].map(|end| format!("{{11111111-2222-4333-8444-0000000000{end}}}"));
    let pair = |one: &str, other: &str| {
        Files::of(OLD).custom(
            "<EntityMaps />",
            &format!(
                "<EntityMaps /><ConnectionRoles><ConnectionRoles /><ConnectionRoleAssociations><ConnectionRoleAssociation>\
                 <connectionroleid>{one}</connectionroleid><associatedconnectionroleid>{other}</associatedconnectionroleid>\
                 </ConnectionRoleAssociation></ConnectionRoleAssociations></ConnectionRoles>"
            ),
        )
    };
    assert_eq!(
        compared(&Files::of(OLD), &pair(&a, &b)).count(Change::Added),
        1
    );
    assert!(compared(&pair(&a, &b), &pair(&b, &a)).is_empty());
    assert!(!compared(&pair(&a, &b), &pair(&a, &a)).is_empty());
}

#[test]
fn roots_by_identifier_are_the_variables_that_have_names() {
    let with = |root: &str| {
        let definition = "<environmentvariabledefinition schemaname=\"cts_Site\"><type>100000000</type></environmentvariabledefinition>";
        Files::of(OLD)
            .with(
                "solution.xml",
                "<RootComponents>",
                &format!("<RootComponents>{root}"),
            )
            .and(
                "environmentvariabledefinitions/cts_Site/environmentvariabledefinition.xml",
                definition,
            )
    };
    let id = |end: &str| {
        format!(
            "<RootComponent type=\"380\" id=\"{{11111111-2222-4333-8444-0000000000{end}}}\" behavior=\"0\" />"
        )
    };
    let named = "<RootComponent type=\"380\" schemaName=\"cts_Site\" behavior=\"0\" />";
    assert!(compared(&with(&id("01")), &with(named)).is_empty());
    // Two roots of one definition: one of them is something else.
    let diff = compared(&with(&[id("01"), id("02")].concat()), &with(named));
    assert!(!diff.is_empty());
}

#[test]
fn forms_as_differences_and_as_wholes_are_not_compared() {
    let managed = Files::of(OLD).custom(
        "<tab name=\"general\"",
        "<tab solutionaction=\"Modified\" name=\"first\"",
    );
    let unmanaged = Files::of(OLD).with("solution.xml", "<Managed>1<", "<Managed>0<");
    let diff = compared(&unmanaged, &managed);
    assert_eq!(diff.components, []);
    let note = diff
        .notes
        .iter()
        .find(|note| note.contains("solutionaction"));
    assert!(
        note.is_some_and(|note| note.starts_with("1 component is")),
        "{note:?}"
    );
    // Both managed: what differs is told.
    assert_eq!(compared(&Files::of(OLD), &managed).components.len(), 1);
}

#[test]
fn a_file_beside_the_parts_of_a_package_is_told() {
    let new = Files::of(OLD).and("notes.txt", "one");
    let diff = compared(&Files::of(OLD), &new);
    assert_eq!(&*diff.files[0].path, "notes.txt");
    assert_eq!(diff.files.len(), 1);
}

#[test]
fn a_byte_order_mark_does_not_count() {
    let with = |text: &str| Files::of(OLD).and("extra/empty.json", text);
    assert!(compared(&with("null"), &with("\u{feff}null")).is_empty());
}

#[test]
fn another_identifier_of_a_web_resource_is_told_once() {
    let name = |id: &str| format!("WebResources/cts_orderjs11111111-2222-4333-8444-0000000000{id}");
    let mut new = Files::of(OLD)
        .custom(
            "{11111111-2222-4333-8444-0000000000e1}",
            "{11111111-2222-4333-8444-0000000000e9}",
        )
        .custom(&name("E1"), &name("E9"));
    for (path, _) in &mut new.0 {
        *path = path.replace(&name("E1"), &name("E9"));
    }
    assert_eq!(
        told(&new),
        ["changed web resource cts_/order.js changed: WebResourceId"]
    );
}

#[test]
fn what_differs_in_a_long_value_is_seen() {
    let apps = |icon: &str| {
        let text = format!("{{\"{}\": \"{icon}\"}}", "x".repeat(400));
        Files::of(OLD).custom(
            "<CascadeDelete>",
            &format!("<Settings>{text}</Settings><CascadeDelete>"),
        )
    };
    let (old, new) = (apps("first"), apps("second"));
    let diff = compared(&old, &new);
    let field = &diff.components[0].fields[0];
    assert!(
        field.old.as_deref().unwrap().ends_with("first\"}"),
        "{field:?}"
    );
    assert!(
        field.new.as_deref().unwrap().ends_with("second\"}"),
        "{field:?}"
    );
    let report = report(&old, &new);
    assert!(
        report.contains("first") && report.contains("second"),
        "{report}"
    );
}

#[test]
fn components_of_one_name_have_their_identifiers_in_the_list() {
    let form = |id: &str| {
        format!(
            "<systemform><formid>{{11111111-2222-4333-8444-0000000000{id}}}</formid><form><tabs /></form>\
             <LocalizedNames><LocalizedName description=\"Information\" languagecode=\"1033\" /></LocalizedNames></systemform>"
        )
    };
    let forms = format!("<forms type=\"main\">{}{}", form("d1"), form("d2"));
    let new = Files::of(OLD).custom("<forms type=\"main\">", &forms);
    let report = report(&Files::of(OLD), &new);
    for id in ["d1", "d2"] {
        let line = format!(
            "+ form \"Information\" of cts_order 11111111-2222-4333-8444-0000000000{id}: additive"
        );
        assert!(report.contains(&line), "{report}");
    }
}

#[test]
fn a_root_that_is_no_longer_listed_is_told() {
    const ROOT: &str = "<RootComponent type=\"61\" schemaName=\"cts_/order.js\" behavior=\"0\" />";
    let new = Files::of(OLD).with("solution.xml", ROOT, "");
    assert_eq!(
        told(&new),
        ["changed web resource cts_/order.js changed: RootComponent"]
    );
    assert_eq!(compared(&new, &Files::of(OLD)).of_class(Class::Changed), 1);
}

#[test]
fn secrets_of_requests_are_not_shown() {
    let flow = |action: &str| Files::of(OLD).and("extra/request.json", action);
    let new = r#"{"inputs": {"method": "POST", "uri": "https://example.com/run?sig=Kiwi1&code=Kiwi2",
        "headers": {"Authorization": "Bearer Kiwi3.Kiwi4", "x-api-key": "Kiwi5", "Ocp-Apim-Subscription-Key": "Kiwi6"},
        "secretstore": 1}}"#;
    for (old, new) in [("{}", new), (new, "{}")] {
        let report = report(&flow(old), &flow(new));
        assert!(
            report.contains("(not shown)") && report.contains("POST"),
            "{report}"
        );
        assert!(report.contains("secretstore: 1"), "{report}");
        assert!(!report.contains("Kiwi"), "{report}");
    }
}
