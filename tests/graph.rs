//! The graph of small packages: what is one component, what refers to what, and what the commands say of it.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

#[path = "support/mod.rs"]
mod support;

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use solvet::graph::PackageGraph;
use solvet::model::Origin;
use support::pack::zip_of;
use support::program::run as solvet;
use tempfile::TempDir;

const FORM: &str = "11111111-1111-1111-1111-111111111111";
const VIEW: &str = "22222222-2222-2222-2222-222222222222";
const FLOW: &str = "33333333-3333-3333-3333-333333333333";

/// A package while a test writes it.
#[derive(Clone)]
struct Made {
    name: &'static str,
    managed: u8,
    roots: String,
    missing: String,
    entities: String,
    relationships: String,
    rest: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Made {
    fn new(name: &'static str) -> Self {
        Self {
            name,
            managed: 0,
            roots: String::new(),
            missing: String::new(),
            entities: String::new(),
            relationships: String::new(),
            rest: String::new(),
            files: Vec::new(),
        }
    }

    /// A table with its columns, given as (name, type, more), and what else it has.
    fn table(
        mut self,
        name: &str,
        behavior: u8,
        columns: &[(&str, &str, &str)],
        rest: &str,
    ) -> Self {
        let _ = write!(
            self.roots,
            r#"<RootComponent type="1" schemaName="{name}" behavior="{behavior}" />"#
        );
        let mut attributes = String::new();
        for (name, kind, more) in columns {
            let _ = write!(
                attributes,
                r#"<attribute PhysicalName="{name}"><Type>{kind}</Type><Name>{name}</Name><LogicalName>{name}</LogicalName>{more}</attribute>"#
            );
        }
        let set = if behavior == 0 {
            format!("<EntitySetName>{name}set</EntitySetName>")
        } else {
            String::new()
        };
        let _ = write!(
            self.entities,
            r#"<Entity><Name LocalizedName="{name}" OriginalName="{name}">{name}</Name><EntityInfo><entity Name="{name}"><attributes>{attributes}</attributes>{set}</entity></EntityInfo>{rest}</Entity>"#
        );
        self
    }

    fn relationship(mut self, name: &str, from: &str, column: &str, to: &str) -> Self {
        let _ = write!(
            self.relationships,
            r#"<EntityRelationship Name="{name}"><EntityRelationshipType>OneToMany</EntityRelationshipType><ReferencingEntityName>{from}</ReferencingEntityName><ReferencedEntityName>{to}</ReferencedEntityName><ReferencingAttributeName>{column}</ReferencingAttributeName></EntityRelationship>"#
        );
        self
    }

    fn flow(mut self, actions: &str) -> Self {
        let _ = write!(
            self.roots,
            r#"<RootComponent type="29" id="{{{FLOW}}}" behavior="0" />"#
        );
        let _ = write!(
            self.rest,
            r#"<Workflows><Workflow WorkflowId="{{{FLOW}}}" Name="Send orders"><JsonFileName>/Workflows/Send.json</JsonFileName><Type>1</Type><Category>5</Category></Workflow></Workflows>"#
        );
        let flow = format!(
            r#"{{"properties":{{"connectionReferences":{{}},"definition":{{"actions":{{{actions}}}}}}}}}"#
        );
        self.files.push(("Workflows/Send.json".into(), flow.into()));
        self
    }

    fn missing(mut self, row: &str) -> Self {
        self.missing += row;
        self
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        let Self {
            name,
            managed,
            roots,
            missing,
            entities,
            relationships,
            rest,
            ..
        } = self;
        let manifest = format!(
            r#"<ImportExportXml version="9.2" SolutionPackageVersion="9.2" languagecode="1033"><SolutionManifest><UniqueName>{name}</UniqueName><Version>1.0.0.0</Version><Managed>{managed}</Managed><Publisher><UniqueName>contoso</UniqueName><CustomizationPrefix>cts</CustomizationPrefix><CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix></Publisher><RootComponents>{roots}</RootComponents><MissingDependencies>{missing}</MissingDependencies></SolutionManifest></ImportExportXml>"#
        );
        let customizations = format!(
            "<ImportExportXml>\n<Entities>{entities}</Entities>\n<EntityRelationships>{relationships}</EntityRelationships>\n{rest}</ImportExportXml>"
        );
        let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>"#;
        let mut files = vec![
            ("[Content_Types].xml".to_owned(), types.into()),
            ("customizations.xml".to_owned(), customizations.into()),
            ("solution.xml".to_owned(), manifest.into()),
        ];
        files.extend(self.files.clone());
        files
    }

    fn write(&self, folder: &Path) -> PathBuf {
        let path = folder.join(format!("{}.zip", self.name));
        fs::write(&path, zip_of(&self.files())).unwrap();
        path
    }

    fn graph(&self) -> PackageGraph {
        let folder = tempfile::tempdir().unwrap();
        let package = support::open_one(&self.write(folder.path()));
        let parsed = solvet::parse::parse(&package).unwrap();
        PackageGraph::new(package.path(), package.layout(), parsed)
    }

    /// The references, as `kind strength sources: from > to`.
    fn edges(&self) -> Vec<String> {
        let package = self.graph();
        let name = |node| {
            package
                .identity(node)
                .map_or_else(String::new, ToString::to_string)
        };
        package
            .graph
            .references()
            .map(|(from, to, edge)| {
                let sources = match (edge.derived, edge.declared) {
                    (true, true) => "both",
                    (true, false) => "derived",
                    (false, true) => "declared",
                    (false, false) => "unknown",
                };
                format!(
                    "{} {} {sources}: {} > {}",
                    edge.kind.id(),
                    edge.strength.name(),
                    name(from),
                    name(to)
                )
            })
            .collect()
    }

    fn json(&self) -> Value {
        let folder = tempfile::tempdir().unwrap();
        let path = self.write(folder.path());
        let run = solvet(&["graph", text(&path), "--format", "json"]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        serde_json::from_str(&run.stdout).unwrap()
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn written(made: &Made) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = made.write(folder.path());
    (folder, path)
}

/// A form of a table with these controls.
fn form(table_controls: &str) -> String {
    format!(
        r#"<FormXml><forms type="main"><systemform><formid>{{{FORM}}}</formid><form><tabs><tab><columns><column><sections><section><rows><row><cell>{table_controls}</cell></row></rows></section></sections></column></columns></tab></tabs></form><LocalizedNames><LocalizedName description="Main" languagecode="1033" /></LocalizedNames></systemform></forms></FormXml>"#
    )
}

fn control(column: &str) -> String {
    format!(r#"<control id="{column}" datafieldname="{column}" />"#)
}

/// A view with this query.
fn view(fetch: &str) -> String {
    format!(
        r#"<SavedQueries><savedqueries><savedquery><savedqueryid>{{{VIEW}}}</savedqueryid><fetchxml>{fetch}</fetchxml><LocalizedNames><LocalizedName description="All" languagecode="1033" /></LocalizedNames></savedquery></savedqueries></SavedQueries>"#
    )
}

/// A table of its own with a lookup to `account`.
fn orders() -> Made {
    let columns = [
        ("cts_orderid", "primarykey", ""),
        (
            "cts_name",
            "nvarchar",
            "<DisplayMask>PrimaryName|ValidForForm</DisplayMask>",
        ),
        ("cts_customer", "lookup", ""),
        ("ownerid", "owner", ""),
    ];
    Made::new("Orders")
        .table(
            "cts_order",
            0,
            &columns,
            &form(&(control("cts_customer") + &control("ownerid"))),
        )
        .relationship("cts_account_order", "cts_order", "cts_customer", "account")
}

#[track_caller]
fn has(edges: &[String], wanted: &str) {
    assert!(
        edges.iter().any(|edge| edge == wanted),
        "no {wanted}\n{}",
        edges.join("\n")
    );
}

#[track_caller]
fn lacks(edges: &[String], part: &str) {
    assert!(
        !edges.iter().any(|edge| edge.contains(part)),
        "{part}\n{}",
        edges.join("\n")
    );
}

#[test]
fn a_derived_and_a_declared_reference_to_one_thing_are_one_edge() {
    let made = orders().missing(
        r#"<MissingDependency><Required type="1" schemaName="account" displayName="Account" solution="System (9.2)" /><Dependent type="10" schemaName="cts_account_order" displayName="cts_account_order" parentSchemaName="cts_order" /></MissingDependency>"#,
    );
    let edges = made.edges();
    has(
        &edges,
        "relationship-table required both: relationship cts_account_order > table account",
    );
    lacks(&edges, "declared required");
}

#[test]
fn what_only_the_platform_recorded_is_an_edge_of_its_own() {
    let made = orders().missing(
        r#"<MissingDependency><Required type="61" schemaName="fab_/icon.svg" displayName="Icon" solution="Fabrikam (1.0)" /><Dependent type="1" schemaName="cts_order" displayName="Order" /></MissingDependency>"#,
    );
    has(
        &made.edges(),
        "declared required declared: table cts_order > web resource fab_/icon.svg",
    );
}

#[test]
fn a_lookup_column_on_a_form_leads_to_its_relationship() {
    let edges = orders()
        .relationship("owner_cts_order", "cts_order", "ownerid", "owner")
        .edges();
    has(
        &edges,
        "form-lookup required derived: form \"Main\" of cts_order > relationship cts_account_order",
    );
    has(
        &edges,
        "form-lookup runtime derived: form \"Main\" of cts_order > relationship owner_cts_order",
    );
}

#[test]
fn a_relationship_needs_the_primary_columns_of_the_table_it_points_at() {
    let edges = orders().edges();
    for (kind, column) in [("id", "accountid"), ("name", "name")] {
        has(
            &edges,
            &format!(
                "relationship-primary-{kind} required derived: relationship cts_account_order > column account.{column}"
            ),
        );
    }
    // Those of a table of the package are told by its columns.
    let own = orders()
        .relationship("cts_order_order", "cts_order", "cts_parent", "cts_order")
        .edges();
    for (kind, column) in [("id", "cts_orderid"), ("name", "cts_name")] {
        has(
            &own,
            &format!(
                "relationship-primary-{kind} required derived: relationship cts_order_order > column cts_order.{column}"
            ),
        );
    }
}

#[test]
fn columns_that_come_with_a_lookup_need_its_relationship_where_the_lookup_is_not_here() {
    let made = Made::new("Shadows")
        .table("contact", 1, &[], "")
        .relationship("cts_account_contact", "contact", "cts_customer", "account");
    let edges = made.edges();
    for ending in ["name", "yominame"] {
        has(
            &edges,
            &format!(
                "column-relationship required derived: column contact.cts_customer{ending} > relationship cts_account_contact"
            ),
        );
    }
}

#[test]
fn a_column_that_a_layered_table_lacks_is_outside_the_package() {
    for behavior in [1, 2] {
        let made = Made::new("Layers").table(
            "account",
            behavior,
            &[("cts_colour", "nvarchar", "")],
            &form(&(control("cts_colour") + &control("fab_score"))),
        );
        let edges = made.edges();
        has(
            &edges,
            "form-column required derived: form \"Main\" of account > column account.fab_score",
        );
        has(
            &edges,
            "base-layer required derived: table account > table account",
        );
        let package = made.graph();
        let origin = |name: &str| {
            let nodes = package.graph.named(&package.solution, name);
            let [node] = nodes.as_slice() else {
                panic!("{name}: {nodes:?}")
            };
            package.graph.origin(&package.solution, *node)
        };
        assert_eq!(origin("account.fab_score"), None);
        assert_eq!(origin("account.cts_colour"), Some(Origin::Package));
        assert_eq!(origin("account"), Some(Origin::Layered));
    }
}

#[test]
fn an_alias_of_a_query_means_the_table_it_joins() {
    let fetch = r#"<fetch><entity name="cts_order"><link-entity name="account" from="accountid" to="cts_customer" alias="a"><attribute name="name"/></link-entity><filter><condition entityname="a" attribute="creditlimit" operator="not-null"/></filter><order entityname="a" attribute="telephone1"/></entity></fetch>"#;
    let mut made = orders();
    made.entities = made
        .entities
        .replace("</Entity>", &(view(fetch) + "</Entity>"));
    let edges = made.edges();
    for column in [
        "account.name",
        "account.accountid",
        "account.creditlimit",
        "account.telephone1",
        "cts_order.cts_customer",
    ] {
        has(
            &edges,
            &format!(
                "view-fetch-column required derived: view \"All\" of cts_order > column {column}"
            ),
        );
    }
    lacks(&edges, "column a.");
}

/// An action of a flow on a set.
fn action(set: &str) -> String {
    format!(
        r#""List_{set}":{{"type":"OpenApiConnection","inputs":{{"host":{{"apiId":"/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps","connectionName":"shared_commondataserviceforapps","operationId":"ListRecords"}},"parameters":{{"entityName":"{set}"}}}}}}"#
    )
}

#[test]
fn an_entity_set_means_a_table_of_the_package_or_of_the_platform_or_one_named_in_the_singular() {
    let sets = [
        "cts_orderset",
        "accounts",
        "opportunities",
        "fab_categories",
        "fab_boxes",
        "fab_items",
    ];
    let edges = orders().flow(&sets.map(action).join(",")).edges();
    for table in [
        "cts_order",
        "account",
        "opportunity",
        "fab_category",
        "fab_box",
        "fab_item",
    ] {
        has(
            &edges,
            &format!("flow-table required derived: process \"Send orders\" > table {table}"),
        );
    }
}

#[test]
fn what_is_removed_or_left_empty_names_nothing() {
    let controls = control("cts_customer")
        + r#"<control id="x" datafieldname="" /><control id="y" datafieldname="fab_gone" solutionaction="Removed" /><control id="z" datafieldname="   " />"#;
    let libraries = r#"<formLibraries><Library name="$webresource:" /><Library name="fab_/gone.js" solutionaction="Removed" /></formLibraries><DisplayConditions><Role Id="{00000000-0000-0000-0000-000000000000}" /></DisplayConditions>"#;
    let form = form(&controls).replace("</tabs>", &("</tabs>".to_owned() + libraries));
    let edges = Made::new("Nothing")
        .table("cts_order", 0, &[("cts_customer", "nvarchar", "")], &form)
        .edges();
    // A form that is written as a difference is a layer.
    assert_eq!(
        edges,
        [
            "form-column required derived: form \"Main\" of cts_order > column cts_order.cts_customer",
            "base-layer required derived: form \"Main\" of cts_order > form \"Main\" of cts_order",
        ]
    );
}

#[test]
fn an_unmodified_component_is_a_layer_and_what_it_holds_names_what_it_needs() {
    let placeholder =
        form(&control("fab_score")).replace("<systemform>", r#"<systemform unmodified="1">"#);
    let made = Made::new("Placeholder").table("account", 2, &[], &placeholder);
    let edges = made.edges();
    has(
        &edges,
        "base-layer required derived: form \"Main\" of account > form \"Main\" of account",
    );
    has(
        &edges,
        "form-column required derived: form \"Main\" of account > column account.fab_score",
    );
}

#[test]
fn the_names_and_the_identifier_of_a_component_are_one_node() {
    const RECORD: &str = "44444444-4444-4444-4444-444444444444";
    let row = |dependent: &str| {
        format!(
            r#"<MissingDependency><Required type="connectionreference" {dependent} displayName="R" solution="Fabrikam (1.0)" /><Dependent type="29" id="{{{FLOW}}}" displayName="Send orders" /></MissingDependency>"#
        )
    };
    let made = orders()
        .flow(&action("accounts"))
        .missing(&row(&format!(r#"id="{{{RECORD}}}" schemaName="fab_mail""#)))
        .missing(&row(&format!(r#"id="{{{RECORD}}}""#)))
        .missing(&row(r#"id.connectionreferencelogicalname="fab_mail""#));
    let edges = made.edges();
    let found = edges
        .iter()
        .filter(|edge| edge.contains("connection reference"));
    assert_eq!(found.count(), 1, "{}", edges.join("\n"));
}

#[test]
fn a_generated_column_is_the_column_that_makes_it() {
    let controls = control("cts_total_base") + &control("cts_customername") + &control("createdon");
    let columns = [("cts_total", "money", ""), ("cts_customer", "lookup", "")];
    let edges = Made::new("Generated")
        .table("cts_order", 0, &columns, &form(&controls))
        .edges();
    for (to, what) in [
        ("column cts_order.cts_total", "amount in base currency"),
        ("column cts_order.cts_customer", "name of a lookup"),
        ("table cts_order", "column every table has"),
    ] {
        assert!(
            edges
                .iter()
                .any(|edge| edge.ends_with(&format!("form \"Main\" of cts_order > {to}"))),
            "{what}\n{}",
            edges.join("\n")
        );
    }
    lacks(&edges, "_base");
}

fn keys(value: &Value) -> Vec<&str> {
    let mut keys: Vec<_> = value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    keys.sort_unstable();
    keys
}

#[test]
fn the_json_of_a_graph_has_the_fields_of_its_contract() {
    let graph = orders().json();
    assert_eq!(
        keys(&graph),
        ["components", "packages", "references", "schemaVersion"]
    );
    assert_eq!(graph["schemaVersion"], 1);
    for component in graph["components"].as_array().unwrap() {
        assert_eq!(
            keys(component),
            [
                "baseline",
                "displayName",
                "id",
                "keys",
                "managed",
                "objectId",
                "origin",
                "package",
                "parentSchemaName",
                "schemaName",
                "supplier",
                "type",
                "typeName"
            ]
        );
    }
    for reference in graph["references"].as_array().unwrap() {
        assert_eq!(
            keys(reference),
            [
                "column", "file", "from", "kind", "line", "sources", "strength", "to"
            ]
        );
    }
    let package = &graph["packages"][0];
    assert_eq!(
        (&package["solution"], &package["version"]),
        (&"Orders".into(), &"1.0.0.0".into())
    );
    let accounts: Vec<_> = graph["components"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["schemaName"] == "account")
        .collect();
    let [account] = accounts.as_slice() else {
        panic!("{accounts:?}")
    };
    assert_eq!(
        (&account["origin"], &account["baseline"], &account["type"]),
        (&"external".into(), &true.into(), &1.into())
    );
    assert!(account["supplier"].is_null());
}

#[test]
fn a_declared_supplier_is_in_the_json_of_a_graph() {
    let graph = orders()
        .missing(r#"<MissingDependency><Required type="1" schemaName="fab_thing" displayName="Thing" solution="Fabrikam (2.1.0.0)"><package appName="Fab" version="2.0">FabAnchor (2.0)</package></Required><Dependent type="1" schemaName="cts_order" displayName="Order" /></MissingDependency>"#)
        .json();
    let components = graph["components"].as_array().unwrap();
    let thing = components
        .iter()
        .find(|one| one["schemaName"] == "fab_thing")
        .unwrap();
    assert_eq!(thing["managed"], true);
    assert_eq!(thing["supplier"]["solution"], "Fabrikam");
    assert_eq!(thing["supplier"]["version"], "2.1.0.0");
    assert_eq!(thing["supplier"]["packages"][0]["name"], "FabAnchor");
}

/// The text at the place of a reference.
fn at_place(made: &Made, graph: &Value, kind: &str, wanted: &str) -> Vec<bool> {
    let components = graph["components"].as_array().unwrap();
    let name =
        |id: &Value| components.iter().find(|one| one["id"] == *id).unwrap()["schemaName"].clone();
    let references = graph["references"].as_array().unwrap().iter();
    references
        .filter(|reference| reference["kind"] == kind && name(&reference["to"]) == wanted)
        .map(|reference| {
            let file = reference["file"].as_str().unwrap();
            let (_, bytes) = made
                .files()
                .into_iter()
                .find(|(name, _)| name == file)
                .unwrap();
            let text = String::from_utf8(bytes).unwrap();
            let number = |key: &str| usize::try_from(reference[key].as_u64().unwrap()).unwrap();
            let line = text.lines().nth(number("line") - 1).unwrap();
            let rest: String = line.chars().skip(number("column") - 1).collect();
            // A text is placed at the element it is the value of.
            let value = match rest.strip_prefix('<') {
                Some(element) => element.split_once('>').unwrap().1,
                None => &rest,
            };
            value.starts_with(wanted)
        })
        .collect()
}

#[test]
fn the_place_of_a_reference_is_that_of_the_value() {
    let fetch = "<fetch>\n <entity name=\"cts_order\">\n  <!-- äöü 😀 --> <link-entity name=\"account\" from=\"accountid\" to=\"cts_customer\"/></entity></fetch>";
    let mut made = orders().flow(&action("accounts"));
    made.entities = made
        .entities
        .replace("</Entity>", &(view(fetch) + "</Entity>"));
    let graph = made.json();
    for (kind, wanted) in [
        ("form-column", "cts_customer"),
        ("view-fetch-entity", "account"),
        ("view-fetch-column", "accountid"),
        ("relationship-table", "account"),
        ("relationship-column", "cts_customer"),
        ("flow-table", "account"),
    ] {
        assert_eq!(
            at_place(&made, &graph, kind, wanted),
            [true],
            "{kind} {wanted}"
        );
    }
}

/// A solution that puts a column on a form of the table of [`orders`].
fn extension() -> Made {
    Made::new("Extension").table(
        "cts_order",
        2,
        &[("ext_note", "nvarchar", "")],
        &form(&(control("ext_note") + &control("cts_name")))
            .replace(FORM, "55555555-5555-5555-5555-555555555555"),
    )
}

#[test]
fn what_one_package_names_and_another_defines_is_one_component() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (
        orders().write(folder.path()),
        extension().write(folder.path()),
    );
    let run = solvet(&["graph", text(&one), text(&two), "--format", "json"]);
    let graph: Value = serde_json::from_str(&run.stdout).unwrap();
    let components = graph["components"].as_array().unwrap();
    let names: Vec<_> = components
        .iter()
        .filter(|one| one["schemaName"] == "cts_name")
        .map(|one| {
            (
                one["package"].as_u64().unwrap(),
                one["origin"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(names, [(0, "package")]);
    let base: Vec<_> = graph["references"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["kind"] == "base-layer")
        .collect();
    let [base] = base.as_slice() else {
        panic!("{base:?}")
    };
    let find = |id: &Value| components.iter().find(|one| one["id"] == *id).unwrap();
    assert_eq!(
        (
            &find(&base["from"])["package"],
            &find(&base["to"])["package"]
        ),
        (&1.into(), &0.into())
    );
}

#[test]
fn the_solution_that_brings_what_another_needs_is_imported_first() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (
        orders().write(folder.path()),
        extension().write(folder.path()),
    );
    for arguments in [[text(&one), text(&two)], [text(&two), text(&one)]] {
        let run = solvet(&["order", arguments[0], arguments[1]]);
        assert_eq!(run.status, 0, "{}", run.stdout);
        let at = |name: &str| {
            run.stdout
                .find(name)
                .unwrap_or_else(|| panic!("{}", run.stdout))
        };
        assert!(at("Orders") < at("Extension"), "{}", run.stdout);
        let json = solvet(&["order", arguments[0], arguments[1], "--format", "json"]);
        assert!(serde_json::from_str::<Value>(&json.stdout).is_ok());
    }
}

#[test]
fn solutions_that_need_each_other_are_named_with_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let needs = |name, own: &str, other: &str| {
        Made::new(name)
            .table(own, 0, &[("cts_x", "lookup", "")], "")
            .relationship(&format!("cts_{own}_{other}"), own, "cts_x", other)
    };
    let one = needs("First", "cts_a", "cts_b").write(folder.path());
    let two = needs("Second", "cts_b", "cts_a").write(folder.path());
    let run = solvet(&["order", text(&one), text(&two)]);
    assert_eq!(run.status, 1, "{}", run.stdout);
    assert!(
        run.stdout.contains("First") && run.stdout.contains("Second"),
        "{}",
        run.stdout
    );
    let json = solvet(&["order", text(&one), text(&two), "--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["cycles"].as_array().map(Vec::len), Some(1), "{json}");
}

#[test]
fn why_gives_the_chain_from_what_the_component_travels_with() {
    let (_folder, path) = written(&orders());
    let run = solvet(&["why", text(&path), "account.accountid"]);
    assert_eq!(run.status, 0);
    assert!(
        run.stdout
            .contains("relationship-primary-id → column account.accountid"),
        "{}",
        run.stdout
    );
    let form = solvet(&["why", text(&path), "cts_order.cts_customer"]);
    assert!(
        form.stdout.contains("table cts_order\n") && form.stdout.contains("has form \"Main\""),
        "{}",
        form.stdout
    );
    let json = solvet(&["why", text(&path), "ACCOUNT.AccountId", "--format", "json"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json["component"]["schemaName"], "accountid");
    let chain = json["chains"][0].as_array().unwrap();
    assert_eq!(chain[chain.len() - 2]["kind"], "relationship-primary-id");
    assert!(chain[chain.len() - 1]["kind"].is_null());
}

#[test]
fn dependencies_lists_both_directions_and_asks_the_target_where_there_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = extension().write(folder.path());
    let plain = solvet(&["dependencies", text(&path), "cts_order"]);
    assert_eq!(plain.status, 0);
    assert!(
        plain
            .stdout
            .contains("unknown         column cts_order.cts_name"),
        "{}",
        plain.stdout
    );
    let target = folder.path().join("target.json");
    fs::write(&target, r#"{"$schema":"urn:solvet:target:1","manifestVersion":1,"environment":{"name":"Test"},"captured":{"at":"2026-11-20T08:15:00Z","sources":[{"id":"s1","kind":"hand"}]},"coverage":{"columns":{"state":"complete","tables":["cts_order"],"src":"s1"}},"tables":[{"name":"cts_order","columns":[{"name":"cts_orderid"}],"src":"s1"}]}"#).unwrap();
    let asked = solvet(&[
        "dependencies",
        text(&path),
        "cts_order",
        "--target",
        text(&target),
    ]);
    assert_eq!(asked.status, 0, "{}{}", asked.stdout, asked.stderr);
    assert!(
        asked
            .stdout
            .contains("ABSENT          column cts_order.cts_name"),
        "{}",
        asked.stdout
    );
    let json = solvet(&[
        "dependencies",
        text(&path),
        "cts_order",
        "--target",
        text(&target),
        "--format",
        "json",
    ]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        keys(&json),
        [
            "component",
            "dependents",
            "itself",
            "package",
            "required",
            "schemaVersion",
            "unexplained"
        ]
    );
    let required = json["required"].as_array().unwrap();
    let row = required
        .iter()
        .find(|one| one["schemaName"] == "cts_name")
        .unwrap();
    assert_eq!(row["kind"], "form-column");
    assert_eq!(row["origin"], "external");
}

#[test]
fn dependencies_of_a_column_are_what_shows_it() {
    let (_folder, path) = written(&extension());
    let own = solvet(&[
        "dependencies",
        text(&path),
        "cts_order.ext_note",
        "--format",
        "json",
    ]);
    let own: Value = serde_json::from_str(&own.stdout).unwrap();
    assert_eq!(own["dependents"][0]["typeName"], "SystemForm", "{own}");
}

#[test]
fn a_name_that_means_several_components_or_none_is_a_usage_error() {
    let mut made = orders();
    made.rest += r#"<WebResources><WebResource><WebResourceId>{66666666-6666-6666-6666-666666666666}</WebResourceId><Name>cts_same</Name><WebResourceType>3</WebResourceType><FileName>/WebResources/cts_same</FileName></WebResource></WebResources><optionsets><optionset Name="cts_same"><OptionSetType>picklist</OptionSetType><IsGlobal>1</IsGlobal></optionset></optionsets>"#;
    made.files
        .push(("WebResources/cts_same".into(), b"".to_vec()));
    let (_folder, path) = written(&made);
    for command in ["why", "dependencies"] {
        let run = solvet(&[command, text(&path), "cts_same"]);
        assert_eq!((run.status, &*run.stdout), (2, ""));
        for choice in ["webresource:cts_same", "choice:cts_same"] {
            assert!(run.stderr.contains(choice), "{}", run.stderr);
            let one = solvet(&[command, text(&path), choice]);
            assert_eq!(one.status, 0, "{}", one.stderr);
        }
        let run = solvet(&[command, text(&path), "cts_nowhere"]);
        assert_eq!((run.status, &*run.stdout), (2, ""));
        assert!(run.stderr.contains("cts_nowhere"), "{}", run.stderr);
    }
    let run = solvet(&["graph", text(&path), "--focus", "cts_same"]);
    assert_eq!(run.status, 2);
}

/// A package with a name that has a meaning in every format.
fn with_a_name(name: &str) -> Made {
    let escaped = name
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
        .replace('\n', "&#10;");
    let form = form(&control("cts_name")).replace("\"Main\"", &format!("\"{escaped}\""));
    Made::new("Named").table("cts_order", 0, &[("cts_name", "nvarchar", "")], &form)
}

#[test]
fn names_cannot_break_out_of_a_drawing() {
    let (_folder, path) = written(&with_a_name("a\"]<b>\n\\&`#;end"));
    let draw = |format: &str| {
        let run = solvet(&["graph", text(&path), "--format", format]);
        assert_eq!(run.status, 0, "{}", run.stderr);
        run.stdout
    };
    let graphml = draw("graphml");
    let document = roxmltree::Document::parse(&graphml).unwrap();
    let count = |name: &str| {
        document
            .descendants()
            .filter(|node| node.has_tag_name(("http://graphml.graphdrawing.org/xmlns", name)))
            .count()
    };
    let json: Value = serde_json::from_str(&draw("json")).unwrap();
    assert_eq!(count("node"), json["components"].as_array().unwrap().len());
    assert_eq!(count("edge"), json["references"].as_array().unwrap().len());
    let label = document
        .descendants()
        .find_map(|node| node.text().filter(|text| text.contains("end\"")))
        .unwrap();
    assert_eq!(label, "form \"a\"]<b> \\&`#;end\" of cts_order");

    let mermaid = draw("mermaid");
    let line = mermaid.lines().find(|line| line.contains("end")).unwrap();
    assert!(line.ends_with("]:::package"), "{line}");
    assert_eq!(line.matches('"').count(), 2, "{line}");
    assert!(!line.contains("<b>") && !line.contains('`'), "{line}");

    let dot = draw("dot");
    let line = dot.lines().find(|line| line.contains(";end")).unwrap();
    assert!(line.contains(r#"label="form \"a\"]<b>"#), "{line}");
    assert!(line.contains(r"\\&`#;end\"), "{line}");
}

#[test]
fn focus_and_depth_limit_a_graph() {
    let (_folder, path) = written(&orders());
    let names = |more: &[&str]| {
        let mut arguments = vec!["graph", text(&path), "--format", "json"];
        arguments.extend(more);
        let run = solvet(&arguments);
        let json: Value =
            serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr));
        let components = json["components"].as_array().unwrap().iter();
        let mut names: Vec<_> = components
            .map(|one| one["schemaName"].as_str().unwrap_or("form").to_owned())
            .collect();
        names.sort();
        let ids = json["references"].as_array().unwrap().iter();
        for end in ids.flat_map(|one| [one["from"].clone(), one["to"].clone()]) {
            let components = json["components"].as_array().unwrap();
            assert!(components.iter().any(|one| one["id"] == end));
        }
        names
    };
    let at = |depth: &str| names(&["--focus", "account.accountid", "--depth", depth]);
    assert_eq!(at("0"), ["accountid"]);
    assert_eq!(at("1"), ["accountid", "cts_account_order"]);
    assert!(at("2").contains(&"cts_customer".into()));
    assert!(names(&[]).len() > at("1").len());
}

#[test]
fn a_graph_is_the_same_bytes_with_any_number_of_threads_and_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (
        orders().flow(&action("accounts")).write(folder.path()),
        extension().write(folder.path()),
    );
    for format in ["human", "json", "dot", "mermaid", "graphml"] {
        let run = |threads: &str| {
            solvet(&[
                "graph",
                text(&one),
                text(&two),
                "--format",
                format,
                "--threads",
                threads,
            ])
        };
        let first = run("1");
        assert_eq!(first.status, 0, "{}", first.stderr);
        for threads in ["1", "2", "7"] {
            assert_eq!(run(threads), first, "{format} with {threads} threads");
        }
    }
}

#[test]
fn a_package_that_cannot_be_read_has_its_status_in_every_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("broken.zip");
    fs::write(&path, b"PK nothing").unwrap();
    for arguments in [
        vec!["graph", text(&path)],
        vec!["order", text(&path)],
        vec!["why", text(&path), "account"],
        vec!["dependencies", text(&path), "account"],
    ] {
        assert_eq!(solvet(&arguments).status, 3, "{arguments:?}");
    }
}

/// A relationship between many orders and many of a table of its own, with the table between them.
fn many_to_many() -> Made {
    let mut made = orders().table("cts_tag", 0, &[("cts_tagid", "primarykey", "")], "");
    made.relationships += r#"<EntityRelationship Name="cts_order_tag"><EntityRelationshipType>ManyToMany</EntityRelationshipType><FirstEntityName>cts_order</FirstEntityName><SecondEntityName>cts_tag</SecondEntityName><IntersectEntityName>cts_ordertag</IntersectEntityName></EntityRelationship>"#;
    made
}

#[test]
fn the_table_between_two_others_is_the_relationship_that_makes_it() {
    let query = view(
        r#"<fetch><entity name="cts_tag"><link-entity name="cts_ordertag" from="cts_tagid" to="cts_tagid"><attribute name="cts_orderid" /></link-entity></entity></fetch>"#,
    );
    let edges = many_to_many().table("cts_box", 0, &[], &query).edges();
    lacks(&edges, "table cts_ordertag");
    lacks(&edges, "column cts_ordertag");
    has(
        &edges,
        "view-fetch-entity required derived: view \"All\" of cts_box > relationship cts_order_tag",
    );
}

#[test]
fn a_relationship_between_many_needs_the_keys_of_both_tables() {
    let edges = many_to_many().edges();
    for key in ["cts_order.cts_orderid", "cts_tag.cts_tagid"] {
        has(
            &edges,
            &format!(
                "relationship-primary-id required derived: relationship cts_order_tag > column {key}"
            ),
        );
    }
}

#[test]
fn a_column_is_made_by_another_only_where_that_one_makes_such_columns() {
    let columns = [
        ("cts_orderid", "primarykey", ""),
        ("cts_first", "nvarchar", ""),
        ("cts_amount", "money", ""),
        ("cts_picture", "image", ""),
    ];
    let controls = ["cts_firstname", "cts_amount_base", "cts_picture_url"].map(control);
    let edges = Made::new("Made")
        .table("cts_order", 0, &columns, &form(&controls.concat()))
        .edges();
    has(
        &edges,
        "form-column required derived: form \"Main\" of cts_order > column cts_order.cts_firstname",
    );
    has(
        &edges,
        "form-column required derived: form \"Main\" of cts_order > column cts_order.cts_amount",
    );
    has(
        &edges,
        "form-column required derived: form \"Main\" of cts_order > column cts_order.cts_picture",
    );
    lacks(&edges, "cts_amount_base");
    lacks(&edges, "cts_picture_url");
}

#[test]
fn a_guessed_name_is_never_said_to_be_absent() {
    let flow = r#""List":{"type":"OpenApiConnection","inputs":{"host":{"connectionName":"d","operationId":"ListRecords","apiId":"/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps"},"parameters":{"entityName":"fab_boxes"}}}"#;
    let (folder, path) = written(&orders().flow(flow));
    let target = folder.path().join("target.json");
    fs::write(
        &target,
        r#"{"manifestVersion":1,"coverage":{"tables":{"state":"complete","of":"all"}},"tables":[{"name":"account","columns":[]}]}"#,
    )
    .unwrap();
    let run = solvet(&[
        "check",
        text(&path),
        "--target",
        text(&target),
        "--format",
        "json",
    ]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let requirements = report["requirements"].as_array().unwrap();
    let boxes = requirements.iter().find(|one| {
        let name = one["required"]["schemaName"].as_str();
        name.is_some_and(|name| name.starts_with("fab_box"))
    });
    assert_eq!(boxes.unwrap()["state"], "unknown", "{}", run.stdout);
}

#[test]
fn a_set_names_the_same_table_whatever_was_read_before() {
    let action = |name: &str, set: &str| {
        format!(
            r#""{name}":{{"type":"OpenApiConnection","inputs":{{"host":{{"connectionName":"d","operationId":"ListRecords","apiId":"/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps"}},"parameters":{{"entityName":"{set}"}}}}}}"#
        )
    };
    let [one, other] = [action("A", "fab_boxes"), action("B", "fab_boxeses")];
    let tables = |actions: String| {
        let mut edges = orders().flow(&actions).edges();
        edges.retain(|edge| edge.starts_with("flow-table"));
        edges.sort();
        edges
    };
    assert_eq!(
        tables(format!("{one},{other}")),
        tables(format!("{other},{one}"))
    );
}

#[test]
fn why_goes_back_to_where_a_chain_begins() {
    let depends = |on: &str| {
        format!(
            "<DependencyXml>&lt;Dependencies&gt;&lt;Dependency componentType=\"WebResource\"&gt;&lt;Library name=\"{on}\"/&gt;&lt;/Dependency&gt;&lt;/Dependencies&gt;</DependencyXml>"
        )
    };
    let script = |name: &str, more: &str| {
        format!(
            "<WebResource><Name>{name}</Name><WebResourceType>3</WebResourceType>{more}</WebResource>"
        )
    };
    let library = form(
        r#"<control id="x" /></cell></row></rows></section></sections></column></columns></tab></tabs><formLibraries><Library name="cts_a.js" /></formLibraries><tabs><tab><columns><column><sections><section><rows><row><cell>"#,
    );
    let mut made = Made::new("Scripts").table("cts_order", 0, &[], &library);
    made.rest = format!(
        "<WebResources>{}{}</WebResources>",
        script("cts_a.js", &depends("cts_b.js")),
        script("cts_b.js", &depends("cts_c.js"))
    );
    let (_folder, path) = written(&made);
    let run = solvet(&["why", text(&path), "webresource:cts_c.js"]);
    let order = [
        "table cts_order",
        "form \"Main\"",
        "cts_a.js",
        "cts_b.js",
        "cts_c.js",
    ];
    let places: Vec<_> = order.iter().map(|name| run.stdout.rfind(name)).collect();
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{}",
        run.stdout
    );
}

#[test]
fn packages_that_ship_what_every_environment_has_do_not_need_each_other() {
    let whole = |name, table, other: &str| {
        Made::new(name).table(table, 0, &[("fullname", "nvarchar", "")], &form(&format!(
            "<control id=\"g\"><parameters><TargetEntityType>{other}</TargetEntityType></parameters></control>"
        )))
    };
    let folder = tempfile::tempdir().unwrap();
    let one = whole("One", "account", "contact").write(folder.path());
    let other = whole("Other", "contact", "account").write(folder.path());
    let run = solvet(&["order", text(&one), text(&other)]);
    assert_eq!(run.status, 0, "{}", run.stdout);
}

#[test]
fn roles_that_every_environment_makes_from_a_template_are_no_requirement() {
    let roles = form(r#"<control id="x" />"#).replace(
        "</tabs></form>",
        r#"</tabs><DisplayConditions><Role Id="{627090ff-40a3-4053-8790-584edc5be201}" /></DisplayConditions></form>"#,
    );
    let (_folder, path) = written(&Made::new("Roles").table("cts_order", 0, &[], &roles));
    let run = solvet(&["check", text(&path)]);
    assert!(!run.stdout.contains("627090ff"), "{}", run.stdout);
}
