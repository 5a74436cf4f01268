//! What the shopping list says to do, from packages that require one thing each.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use solvet::check::{CheckOptions, Checked, ShoppingList, check};
use solvet::report::human::{self, HumanOptions};
use solvet::report::{CheckReport, Entry, json};
use solvet::target::{self, Target};
use support::examine_one;
use tempfile::TempDir;

/// A package: the solution's name, its version, its rows of missing dependencies, its tables.
type Package<'a> = (&'a str, &'a str, String, &'a [&'a str]);

const SALES: &str =
    r#"<package appName="Contoso Sales" version="2.0.0.0">ContosoSalesAnchor (2.0.0.0)</package>"#;

/// A row that asks a supplier for a table.
fn row(table: &str, supplier: &str, packages: &str) -> String {
    let solution = match supplier {
        "" => String::new(),
        supplier => format!(r#" solution="{supplier}""#),
    };
    format!(
        r#"<MissingDependency><Required type="1" schemaName="{table}"{solution}>{packages}</Required>
           <Dependent type="1" schemaName="cts_own" /></MissingDependency>"#
    )
}

/// A row that asks for a column of which no row names the supplier.
fn column(table: &str, name: &str) -> String {
    format!(
        r#"<MissingDependency><Required type="2" schemaName="{name}" parentSchemaName="{table}" />
           <Dependent type="1" schemaName="cts_own" /></MissingDependency>"#
    )
}

fn write(folder: &TempDir, number: usize, package: &Package<'_>) -> std::path::PathBuf {
    let (name, version, rows, tables) = package;
    let path = folder.path().join(number.to_string());
    fs::create_dir(&path).unwrap();
    let mut entities = String::new();
    let mut roots = String::new();
    for table in *tables {
        write!(
            entities,
            r#"<Entity><Name>{table}</Name><EntityInfo><entity Name="{table}"><attributes /></entity></EntityInfo></Entity>"#
        )
        .unwrap();
        write!(
            roots,
            r#"<RootComponent type="1" schemaName="{table}" behavior="0" />"#
        )
        .unwrap();
    }
    let solution = format!(
        r#"<ImportExportXml version="9.2.0.0" SolutionPackageVersion="9.2"><SolutionManifest><UniqueName>{name}</UniqueName>
           <LocalizedNames /><Version>{version}</Version><Managed>0</Managed><Publisher><UniqueName>contoso</UniqueName>
           <CustomizationPrefix>cts</CustomizationPrefix></Publisher><RootComponents>{roots}</RootComponents>
           <MissingDependencies>{rows}</MissingDependencies></SolutionManifest></ImportExportXml>"#
    );
    let customizations =
        format!("<ImportExportXml><Entities>{entities}</Entities></ImportExportXml>");
    fs::write(path.join("solution.xml"), solution).unwrap();
    fs::write(path.join("customizations.xml"), customizations).unwrap();
    fs::write(path.join("[Content_Types].xml"), "<Types />").unwrap();
    path
}

fn target_of(manifest: &str) -> Target {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("target.json");
    fs::write(&path, format!(r#"{{"manifestVersion": 1{manifest}}}"#)).unwrap();
    target::load(path.to_str().unwrap()).unwrap()
}

fn checked(packages: &[Package<'_>], manifest: &str) -> Vec<Checked> {
    let folder = TempDir::new().unwrap();
    let paths = packages.iter().enumerate();
    let paths = paths.map(|(number, package)| write(&folder, number, package));
    let examined = paths.map(|path| examine_one(&path)).collect();
    let target = target_of(manifest);
    check(examined, Some(&target), CheckOptions::default())
}

/// One package that requires something, in a target that lists nothing.
fn one(rows: String) -> Vec<Checked> {
    checked(&[("ContosoApp", "1.0.0.0", rows, &["cts_own"])], "")
}

/// The names of the actions with what tells one from others of its kind.
fn actions(checked: &[Checked]) -> Vec<String> {
    let list = ShoppingList::of(checked);
    let report = report(checked);
    let actions = report["shoppingList"].as_array().unwrap().iter();
    let texts: Vec<_> = actions
        .map(|action| {
            let kind = action["kind"].as_str().unwrap();
            let name = [
                &action["applicationPackage"]["name"],
                &action["application"],
                &action["feature"]["name"],
                &action["package"],
                &action["solutions"][0]["solution"],
            ];
            let name = name.into_iter().find(|name| !name.is_null());
            let name = name.map_or(String::new(), |name| match name.as_str() {
                Some(name) => format!(" {name}"),
                None => format!(" {name}"),
            });
            format!("{kind}{name}")
        })
        .collect();
    assert_eq!(texts.len(), list.actions.len());
    texts
}

/// The report of a run as JSON.
fn report(checked: &[Checked]) -> Value {
    let entries = checked.iter().map(again);
    let report = CheckReport {
        configuration: Vec::new(),
        packages: entries.collect(),
        target: None,
    };
    serde_json::from_str(&json::check(&report)).unwrap()
}

/// A checked package once more, as reports take it.
fn again(checked: &Checked) -> Entry {
    Entry::Checked(Box::new(Checked {
        graph: None,
        path: checked.path.clone(),
        layout: checked.layout,
        solution: checked.solution.clone(),
        requirements: checked.requirements.clone(),
        findings: Vec::new(),
    }))
}

fn human(checked: &[Checked], verbose: bool, target: Option<&str>) -> String {
    let report = CheckReport {
        configuration: Vec::new(),
        packages: checked.iter().map(again).collect(),
        target: target.map(str::to_owned),
    };
    let options = HumanOptions {
        verbose,
        ..HumanOptions::default()
    };
    human::check(&report, options)
}

#[test]
fn an_application_package_is_installed_by_command() {
    let checked = one(row("con_quote", "ContosoSales (1.0.0.0)", SALES));
    assert_eq!(
        actions(&checked),
        ["install-application ContosoSalesAnchor"]
    );
    assert_eq!(
        report(&checked)["shoppingList"][0]["command"],
        "pac application install --environment ENVIRONMENT --application-name ContosoSalesAnchor"
    );
}

#[test]
fn an_application_package_is_named_with_the_highest_version_of_all_packages() {
    let newer = SALES.replace("2.0.0.0", "2.10.0.0");
    let rows = [
        row("con_quote", "ContosoSales (1.0.0.0)", &newer),
        row("con_order", "ContosoSales (1.0.0.0)", SALES),
    ];
    let [first, second] = rows.map(|rows| ("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice()));
    let action = &report(&checked(&[first, second], ""))["shoppingList"][0];
    assert_eq!(action["applicationPackage"]["version"], "2.10.0.0");
    assert_eq!(action["neededBy"], serde_json::json!([0, 1]));
}

#[test]
fn a_row_without_the_application_package_belongs_to_the_one_that_another_row_names() {
    let rows = row("con_quote", "ContosoSales (1.0.0.0)", "")
        + &row("con_order", "ContosoSales (1.0.0.0)", SALES);
    assert_eq!(
        actions(&one(rows)),
        ["install-application ContosoSalesAnchor"]
    );
}

#[test]
fn of_several_application_packages_the_one_is_installed_that_brings_most() {
    let both =
        "<package>AaaAnchor (1.0.0.0)</package><package>ContosoSalesAnchor (2.0.0.0)</package>";
    let rows = row("con_quote", "ContosoQuotes (1.0.0.0)", both)
        + &row("con_order", "ContosoSales (1.0.0.0)", SALES);
    assert_eq!(
        actions(&one(rows)),
        ["install-application ContosoSalesAnchor"]
    );
}

#[test]
fn the_catalogue_knows_the_application_package_where_no_row_names_one() {
    let rows = row("msdyn_workorder", "FieldService (8.8.0.88)", "");
    assert_eq!(
        actions(&one(rows)),
        ["install-application FieldService_Anchor"]
    );
}

#[test]
fn an_installed_application_package_is_updated() {
    let rows = row("con_quote", "ContosoSales (1.0.0.0)", SALES);
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let manifest = r#", "applications": [{"name": "contososalesanchor", "state": "Installed"}]"#;
    let checked = checked(&packages, manifest);
    assert_eq!(actions(&checked), ["update-application ContosoSalesAnchor"]);
}

#[test]
fn a_name_that_is_unsafe_to_type_makes_no_command() {
    let package = "<package>Anchor;reboot (1.0.0.0)</package>";
    let checked = one(row("con_quote", "ContosoSales (1.0.0.0)", package));
    assert!(report(&checked)["shoppingList"][0]["command"].is_null());
    assert!(!human(&checked, true, Some("target")).contains("application install"));
}

/// Solutions and application packages that a licence and a switch provide.
const SWITCHED_ON: [(&str, &str); 14] = [
    ("msdyn_Sequence", "Sales accelerator"),
    ("msdyn_segment", "Sales accelerator"),
    ("msdyn_SalesRouting", "Sales accelerator"),
    ("msdyn_acceleratedsales", "Sales accelerator"),
    ("msdyn_acceleratedsalessitemap", "Sales accelerator"),
    ("msdyn_SalesOmniChannel", "Sales accelerator"),
    ("msdyn_AcceleratedSalesAnchor", "Sales accelerator"),
    ("msdynce_SalesInsightsAnchor", "Sales Insights"),
    ("msdynce_Talkingpoints", "Sales Insights"),
    ("msdyn_connectiongraph", "Sales Insights"),
    ("SalesInsightsAddOn", "Sales Insights"),
    ("PredictiveLeadScoring", "Sales Insights"),
    ("RelationshipAnalytics", "Sales Insights"),
    ("msdyn_SalesAgents", "Sales agents"),
];

#[test]
fn a_feature_is_enabled_and_never_installed_even_where_a_row_names_the_package() {
    let anchor = "<package>msdyn_AcceleratedSalesAnchor (9.1.0.0)</package>";
    for (solution, feature) in SWITCHED_ON {
        for packages in ["", anchor] {
            let checked = one(row("con_any", &format!("{solution} (9.1.0.0)"), packages));
            assert_eq!(actions(&checked), [format!("enable-feature {feature}")]);
            let text = human(&checked, true, Some("target"));
            assert!(!text.contains("application install"), "{text}");
            assert!(!text.contains("installed by the"), "{text}");
            let remedy = checked[0].requirements[0]
                .remedy
                .sentence(&checked[0].requirements[0].required);
            assert!(
                remedy.starts_with("Enable ") && remedy.contains("licence"),
                "{remedy}"
            );
        }
    }
}

#[test]
fn an_unknown_solution_of_a_feature_is_recognised_by_its_package() {
    let anchor = "<package>msdynce_SalesInsightsAnchor (9.3.0.0)</package>";
    let checked = one(row("con_any", "msdyn_brandnew (9.1.0.0)", anchor));
    assert_eq!(actions(&checked), ["enable-feature Sales Insights"]);
}

#[test]
fn of_a_package_and_the_package_of_a_feature_the_package_is_installed() {
    let packages = format!("<package>msdyn_AcceleratedSalesAnchor (9.1.0.0)</package>{SALES}");
    let checked = one(row("con_any", "ContosoSales (1.0.0.0)", &packages));
    assert_eq!(
        actions(&checked),
        ["install-application ContosoSalesAnchor"]
    );
    let alternatives = &report(&checked)["shoppingList"][0]["alternatives"];
    assert_eq!(alternatives.as_array().unwrap().len(), 0);
}

#[test]
fn a_feature_that_is_there_at_a_lower_version_is_updated_by_microsoft() {
    let rows = row("msdyn_sequence", "msdyn_sequence (9.1.2.0)", "");
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let checked = checked(&packages, r#", "solutions": {"msdyn_Sequence": "9.1.1.0"}"#);
    assert_eq!(actions(&checked), ["update-feature Sales accelerator"]);
}

#[test]
fn solutions_of_one_application_without_a_known_package_are_one_action() {
    let rows = row("lead", "msdynce_LeadManagement (9.0.4.0)", "")
        + &row("opportunity", "msdynce_Sales (9.0.4.0)", "")
        + &row("msdyn_siconfig", "SICommon (9.0.1.0)", "");
    let checked = one(rows);
    assert_eq!(actions(&checked), ["obtain-application Dynamics 365 Sales"]);
    let text = report(&checked)["shoppingList"][0]["text"].to_string();
    assert!(text.contains("admin centre"), "{text}");
}

#[test]
fn solutions_of_microsoft_of_no_known_application_are_one_action() {
    let rows = row("msdyn_a", "msdyn_brandnew (9.0.0.0)", "")
        + &row("msdyn_b", "msdyn_brandnewer (9.0.0.0)", "");
    let checked = one(rows);
    assert_eq!(actions(&checked), ["find-application msdyn_brandnew"]);
}

#[test]
fn a_built_in_solution_of_a_lower_version_comes_with_a_newer_platform() {
    let rows = row("con_any", "msdynce_AppCommon (9.9.0.0)", "");
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let manifest = r#", "solutions": {"msdynce_AppCommon": "9.0.0.0"}"#;
    let checked = checked(&packages, manifest);
    assert_eq!(actions(&checked), ["update-platform msdynce_AppCommon"]);
}

#[test]
fn a_solution_of_somebody_is_imported_at_the_highest_version_asked_for() {
    let rows = row("con_quote", "ContosoBase (1.2.0.0)", "")
        + &row("con_order", "contosobase (1.10.0.0)", "");
    let checked = one(rows);
    assert_eq!(actions(&checked), ["import-solution ContosoBase"]);
    let solutions = &report(&checked)["shoppingList"][0]["solutions"];
    assert_eq!(solutions[0]["version"], "1.10.0.0");
}

#[test]
fn a_solution_that_is_there_at_a_lower_version_is_updated() {
    let rows = row("con_quote", "ContosoBase (1.2.0.0)", "");
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let checked = checked(&packages, r#", "solutions": {"ContosoBase": "1.1.0.0"}"#);
    assert_eq!(actions(&checked), ["update-solution ContosoBase"]);
    let text = human(&checked, false, Some("target"));
    assert!(text.contains("from 1.1.0.0 to 1.2.0.0 or later"), "{text}");
}

#[test]
fn a_package_that_brings_the_component_and_was_given_later_is_imported_first() {
    let rows = row("con_quote", "SomethingElse (1.0.0.0)", "");
    let packages = [
        ("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice()),
        ("ContosoBase", "1.0.0.0", String::new(), &["con_quote"]),
    ];
    let checked = checked(&packages, "");
    assert_eq!(actions(&checked), ["import-package 1"]);
    let text = human(&checked, false, Some("target"));
    let wanted = "Import the package ContosoBase 1.0.0.0, given in this run, before ContosoApp";
    assert!(text.contains(wanted), "{text}");
}

#[test]
fn a_package_that_is_the_solution_at_a_sufficient_version_is_imported_first() {
    let needing = |version: &str| {
        let rows = row("con_quote", &format!("ContosoBase ({version})"), "");
        let packages = [
            ("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice()),
            ("ContosoBase", "1.5.0.0", String::new(), &["con_other"]),
        ];
        actions(&checked(&packages, ""))
    };
    assert_eq!(needing("1.5.0.0"), ["import-package 1"]);
    assert_eq!(needing("1.6.0.0"), ["import-solution ContosoBase"]);
}

#[test]
fn what_was_unmanaged_is_added_to_the_package() {
    let rows = row("cts_a", "Active", "") + &row("cts_b", "Active", "");
    let checked = one(rows);
    assert_eq!(actions(&checked), ["add-components 0"]);
    let text = human(&checked, false, Some("target"));
    assert!(text.contains("Add to ContosoApp"), "{text}");
    assert!(text.contains("for table cts_a, table cts_b"), "{text}");
}

#[test]
fn what_two_packages_lack_is_added_to_the_first() {
    let package = |name| {
        let rows = row("cts_a", "Active", "");
        (name, "1.0.0.0", rows, ["cts_own"].as_slice())
    };
    let checked = checked(&[package("ContosoBase"), package("ContosoApp")], "");
    assert_eq!(actions(&checked), ["add-components 0"]);
    let action = &report(&checked)["shoppingList"][0];
    assert_eq!(action["neededBy"], serde_json::json!([0, 1]));
}

#[test]
fn of_a_column_that_every_table_has_the_table_is_added() {
    let rows = column("cts_a", "createdon")
        .replace("parentSchemaName", r#"solution="Active" parentSchemaName"#);
    let text = human(&one(rows), false, Some("target"));
    assert!(text.contains("for table cts_a"), "{text}");
}

#[test]
fn the_catalogue_is_a_hint_where_no_row_names_the_supplier() {
    let checked = one(row("salesorder", "", ""));
    assert_eq!(actions(&checked), ["obtain-application Dynamics 365 Sales"]);
    assert_eq!(report(&checked)["shoppingList"][0]["hint"], true);
    let text = human(&checked, false, Some("target"));
    assert!(text.contains("as far as the catalogue knows"), "{text}");
}

#[test]
fn a_hint_to_a_table_of_a_feature_is_to_enable_it() {
    let checked = one(row("msdyn_sequence", "", "") + &column("msdyn_segment", "msdyn_name"));
    assert_eq!(actions(&checked), ["enable-feature Sales accelerator"]);
}

#[test]
fn a_column_that_the_catalogue_does_not_know_is_not_taken_for_the_applications() {
    let checked = one(column("lead", "con_score"));
    assert_eq!(actions(&checked), ["find-supplier"]);
}

#[test]
fn a_hint_to_what_is_installed_is_to_look_there() {
    let rows = row("salesorder", "", "");
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let checked = checked(&packages, r#", "solutions": {"msdynce_Sales": "9.0.4.0"}"#);
    assert_eq!(actions(&checked), ["look-in-target msdynce_Sales"]);
}

#[test]
fn whatever_nobody_knows_is_one_action() {
    let checked = one(row("con_a", "", "") + &row("con_b", "", "") + &column("lead", "con_c"));
    assert_eq!(actions(&checked), ["find-supplier"]);
}

#[test]
fn a_retired_solution_is_not_installed() {
    let checked = one(row("con_a", "GuidedHelp (1.2.0.2)", ""));
    assert_eq!(actions(&checked), ["find-supplier GuidedHelp"]);
}

#[test]
fn actions_stand_in_the_order_in_which_they_are_done() {
    let rows = row("con_a", "", "")
        + &row("con_b", "Active", "")
        + &row("con_c", "ContosoBase (1.0.0.0)", "")
        + &row("con_d", "msdyn_sequence (9.1.0.0)", "")
        + &row("con_e", "ContosoSales (1.0.0.0)", SALES);
    let found = actions(&one(rows));
    let expected = [
        "install-application ContosoSalesAnchor",
        "enable-feature Sales accelerator",
        "import-solution ContosoBase",
        "add-components 0",
        "find-supplier",
    ];
    assert_eq!(found, expected);
}

#[test]
fn an_action_is_certain_where_something_absent_needs_it() {
    let rows =
        row("con_a", "ContosoBase (1.0.0.0)", "") + &row("con_b", "ContosoSales (1.0.0.0)", SALES);
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let manifest = r#", "absent": [{"type": 1, "name": "con_a"}]"#;
    let checked = checked(&packages, manifest);
    let list = ShoppingList::of(&checked);
    let names = |certain: bool| {
        let actions = list
            .actions
            .iter()
            .filter(move |action| action.is_certain() == certain);
        actions.map(solvet::check::Action::name).collect::<Vec<_>>()
    };
    assert_eq!(names(true), ["import-solution"]);
    assert_eq!(names(false), ["install-application"]);
    let text = human(&checked, false, Some("target"));
    let places = [
        "To do before the import",
        "Perhaps, unless the target has them",
    ];
    let places = places.map(|title| text.find(title).unwrap());
    assert!(places[0] < places[1], "{text}");
}

#[test]
fn without_a_target_the_list_is_in_the_verbose_report_only() {
    let checked = one(row("con_quote", "ContosoBase (1.0.0.0)", ""));
    let title = "Perhaps to do before the import";
    assert!(!human(&checked, false, None).contains(title));
    assert!(human(&checked, true, None).contains(title));
}

#[test]
fn what_is_present_needs_no_action() {
    let rows = row("con_quote", "ContosoBase (1.0.0.0)", "");
    let packages = [("ContosoApp", "1.0.0.0", rows, ["cts_own"].as_slice())];
    let checked = checked(&packages, r#", "solutions": {"ContosoBase": "1.0.0.0"}"#);
    assert!(actions(&checked).is_empty());
}

#[test]
fn every_unmet_requirement_stands_in_one_action() {
    let rows = row("con_a", "", "")
        + &row("con_b", "Active", "")
        + &row("con_c", "ContosoBase (1.0.0.0)", "")
        + &row("con_d", "ContosoSales (1.0.0.0)", SALES);
    let report = report(&one(rows));
    let actions = report["shoppingList"].as_array().unwrap().iter();
    let mut numbers: Vec<_> = actions
        .flat_map(|action| action["requirements"].as_array().unwrap())
        .map(|number| number.as_u64().unwrap())
        .collect();
    numbers.sort_unstable();
    let count = report["requirements"].as_array().unwrap().len();
    assert_eq!(numbers, (0..count as u64).collect::<Vec<_>>());
}

#[test]
fn numbers_count_packages_that_could_not_be_read() {
    let checked = one(row("cts_a", "Active", ""));
    let failed = solvet::Error::Usage {
        what: "nothing".into(),
        remedy: "Give something.".into(),
    };
    let report = CheckReport {
        configuration: Vec::new(),
        packages: vec![Entry::Failed(failed), again(&checked[0])],
        target: None,
    };
    let report: Value = serde_json::from_str(&json::check(&report)).unwrap();
    let action = &report["shoppingList"][0];
    assert_eq!(
        (&action["package"], &action["neededBy"][0]),
        (&1.into(), &1.into())
    );
    assert_eq!(report["requirements"][0]["package"], 1);
}

#[test]
fn what_two_packages_need_is_named_once() {
    let package = |name| {
        let rows = row("con_quote", "ContosoBase (1.0.0.0)", "");
        (name, "1.0.0.0", rows, ["cts_own"].as_slice())
    };
    let checked = checked(&[package("ContosoApp"), package("ContosoPortal")], "");
    let text = human(&checked, false, Some("target"));
    let wanted = "for table con_quote; needed by ContosoApp, ContosoPortal";
    assert!(text.contains(wanted), "{text}");
}
