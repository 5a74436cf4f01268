//! Many components against many rows of a target and many entries of settings: each rule looks them up.
//!
//! Whoever compares each with each does not finish these tests in any time that one waits for.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use super::{CUSTOMIZATIONS, Files, file, with};
use crate::support::pack::zip_of;
use crate::support::program;

const MANY: usize = 20_000;

/// An identifier of its own for each number in a group.
fn id(group: u32, number: usize) -> String {
    format!("{group:08x}-52c1-4e0b-9d37-{number:012x}")
}

/// Something for each number.
fn each(count: usize, write: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "{}", write(number));
        all
    })
}

fn rows(row: impl Fn(usize) -> Value) -> Value {
    (0..MANY).map(row).collect()
}

/// The sound package with this in its customizations.
fn holding(content: &str) -> Files {
    let all = format!("<Entities />{content}");
    let customizations = CUSTOMIZATIONS.replace("<Entities />", &all);
    with("customizations.xml", customizations)
}

/// How many findings of each of these rules the import of a package has, in a target and with settings.
fn found<const N: usize>(
    files: &[(String, Vec<u8>)],
    mut target: Value,
    settings: Option<Value>,
    rules: [&str; N],
) -> [usize; N] {
    let folder = tempfile::tempdir().unwrap();
    let written = |name: &str, content: Vec<u8>| {
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    target["manifestVersion"] = 1.into();
    let package = written("package.zip", zip_of(files));
    let target = written("target.json", target.to_string().into());
    let settings = settings.map(|settings| written("settings.json", settings.to_string().into()));
    let mut arguments = vec![
        "simulate",
        &package,
        "--target",
        &target,
        "--keep-going",
        "--format",
        "json",
    ];
    if let Some(settings) = &settings {
        arguments.extend(["--settings-file", settings]);
    }
    let run = program::run(&arguments);
    let report: Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    let of_step = report["steps"][0]["findings"].as_array().into_iter();
    let findings: Vec<&Value> = of_step
        .chain(report["settings"].as_array())
        .flatten()
        .collect();
    rules.map(|rule| {
        let own = findings.iter().filter(|finding| finding["rule"] == rule);
        own.count()
    })
}

#[test]
fn many_roles_against_many_of_the_same_names_or_of_one_name() {
    let names: [fn(usize) -> String; 2] = [|number| format!("role {number}"), |_| "role".into()];
    for name in names {
        let role = |number| {
            format!(
                r#"<Role id="{{{}}}" name="{}" />"#,
                id(1, number),
                name(number)
            )
        };
        let package = holding(&format!("<Roles>{}</Roles>", each(MANY, role)));
        let row = |number| json!({"type": 20, "id": id(2, number), "name": name(number)});
        let target = json!({"components": rows(row)});
        let found = found(&package, target, None, ["role-name-taken"]);
        assert_eq!(found, [MANY]);
    }
}

#[test]
fn many_assemblies_against_many_types_of_the_target() {
    let full = |number| format!("cts.a{number}, Version=1.0.7.0, Culture=neutral");
    let assembly = |number| {
        format!(
            r#"<PluginAssembly FullName="{}" PluginAssemblyId="{}"><PluginTypes>
               <PluginType AssemblyQualifiedName="cts.New, {}" PluginTypeId="{}" Name="cts.New" />
               </PluginTypes></PluginAssembly>"#,
            full(number),
            id(3, number),
            full(number),
            id(4, number)
        )
    };
    let package = holding(&format!(
        "<SolutionPluginAssemblies>{}</SolutionPluginAssemblies>",
        each(MANY, assembly)
    ));
    let row = |number| json!({"type": 90, "id": id(5, number), "name": "cts.Old", "parent": full(number)});
    let target = json!({"components": rows(row)});
    let found = found(&package, target, None, ["plugin-types-removed"]);
    assert_eq!(found, [MANY]);
}

#[test]
fn many_connectors_against_many_of_one_name_and_one_id() {
    let connector = |number| {
        format!(
            "<Connector><connectorid>{}</connectorid><name>cts_orders</name></Connector>",
            id(6, number)
        )
    };
    let package = holding(&format!(
        "<Connectors>{}</Connectors>",
        each(MANY, connector)
    ));
    let row = |_| json!({"type": 372, "id": id(6, 0), "name": "cts_orders"});
    let target = json!({"components": rows(row)});
    let found = found(&package, target, None, ["connector-exists"]);
    assert_eq!(found, [MANY - 1]);
}

#[test]
fn rows_of_many_tables_against_many_requirements() {
    let table = |number| {
        let (name, id) = (format!("cts_t{number}"), id(7, number));
        format!(r#"<{name}s><{name} {name}id="{id}"><cts_name>A</cts_name></{name}></{name}s>"#)
    };
    let requirement = |number| {
        format!(
            r#"<MissingDependency><Required type="1" schemaName="cts_t{number}" solution="Active" />
               <Dependent type="1" schemaName="cts_d" /></MissingDependency>"#
        )
    };
    let mut package = holding(&each(MANY, table));
    let manifest = super::manifest("Hostile", "", &each(MANY, requirement));
    package.retain(|(name, _)| name != "solution.xml");
    package.push(file("solution.xml", manifest));
    let target = json!({"coverage": {"tables": "complete"}, "tables": [{"name": "account"}]});
    let found = found(&package, target, None, ["rows-of-absent-table"]);
    assert_eq!(found, [MANY]);
}

/// A cloud flow, and its definition with these connections.
fn flow(number: usize, connections: &str) -> (String, (String, Vec<u8>)) {
    let path = format!("Workflows/F{number}-{}.json", id(8, number).to_uppercase());
    let record = format!(
        r#"<Workflow WorkflowId="{{{}}}" Name="Flow {number}"><JsonFileName>/{path}</JsonFileName><Type>1</Type>
           <Category>5</Category><ModernFlowType>0</ModernFlowType></Workflow>"#,
        id(8, number)
    );
    let definition = format!(
        r#"{{"properties":{{"connectionReferences":{{{connections}}},"definition":{{"triggers":{{}},"actions":{{}}}}}}}}"#
    );
    (record, file(&path, definition))
}

fn connection(number: usize) -> String {
    format!(
        r#""c{number}":{{"runtimeSource":"embedded","connection":{{"connectionReferenceLogicalName":"cts_c{number}"}},"api":{{"name":"shared_sql"}}}}"#
    )
}

#[test]
fn many_connection_references_against_many_connectors_rows_settings_and_users() {
    // One flow uses all of them, and many flows use one of them.
    let all: Vec<String> = (0..MANY).map(connection).collect();
    let all = std::iter::once(all.join(","));
    let flows = all.chain((1..MANY / 2).map(|_| connection(0))).enumerate();
    let (records, definitions): (String, Files) =
        flows.map(|(number, own)| flow(number, &own)).unzip();
    let reference = |number| {
        format!(
            r#"<connectionreference connectionreferencelogicalname="cts_c{number}">
               <connectorid>/apis/shared_cts-5fa{number}-5f0f3a0001</connectorid></connectionreference>"#
        )
    };
    let references = each(MANY, reference);
    let mut package = holding(&format!(
        "<Workflows>{records}</Workflows><connectionreferences>{references}</connectionreferences>"
    ));
    package.extend(definitions);
    let target = json!({
        "coverage": {"connectors": "complete"},
        "connectors": rows(|number| format!("/apis/shared_cts-5fb{number}-5f0f3a0001").into()),
        "limits": {"flowsPerConnectionReference": 0},
        "connectionReferences": rows(|number| json!({"name": format!("cts_c{number}"), "connected": false})),
    });
    let entry = |number| json!({"LogicalName": format!("cts_other{number}"), "ConnectionId": "a"});
    let settings = json!({"ConnectionReferences": rows(entry)});
    let rules = [
        "connector-absent",
        "connection-missing",
        "connection-reference-overused",
        "settings-entry-missing",
    ];
    assert_eq!(found(&package, target, Some(settings), rules), [MANY; 4]);
}

#[test]
fn many_environment_variables_against_many_rows_and_settings() {
    // As many files as the default limits allow, with those that every package has.
    let count = MANY - 3;
    let definition = |number| {
        file(
            &format!(
                "environmentvariabledefinitions/cts_v{number}/environmentvariabledefinition.xml"
            ),
            format!(
                r#"<environmentvariabledefinition schemaname="cts_v{number}"><type>100000000</type></environmentvariabledefinition>"#
            ),
        )
    };
    let mut package = holding("");
    package.extend((0..count).map(definition));
    let row = |number| json!({"name": format!("CTS_v{number}"), "hasValue": false});
    let entry = |number| json!({"SchemaName": format!("cts_other{number}"), "Value": "a"});
    let target = json!({"environmentVariables": rows(row)});
    let settings = json!({"EnvironmentVariables": rows(entry)});
    let rules = ["variable-without-value", "settings-entry-missing"];
    assert_eq!(found(&package, target, Some(settings), rules), [count; 2]);
}

/// Scripts that all name one file of 200,000 bytes, which calls an environment by its address.
fn scripts_of_one_file() -> (String, (String, Vec<u8>)) {
    let script = |number| {
        format!(
            "<WebResource><WebResourceId>{{{}}}</WebResourceId><Name>cts_/s{number}.js</Name>\
             <WebResourceType>3</WebResourceType><FileName>/WebResources/s.js</FileName></WebResource>",
            id(9, number)
        )
    };
    let address = "https://cts-dev.crm4.dynamics.com";
    let content = format!("var Contoso = '{address}';\n{}", "x y ".repeat(50_000));
    let records = format!("<WebResources>{}</WebResources>", each(MANY, script));
    (records, file("WebResources/s.js", content))
}

#[test]
fn many_scripts_of_one_file_are_looked_through_once_for_addresses() {
    let (records, content) = scripts_of_one_file();
    let mut package = holding(&records);
    package.push(content);
    let found = found(&package, json!({}), None, ["environment-address"]);
    assert_eq!(found, [1]);
}

#[test]
fn many_scripts_of_one_file_are_looked_through_once_for_functions() {
    let (records, content) = scripts_of_one_file();
    let handler = |number| {
        format!(
            r#"<Handler functionName="Contoso.onLoad{number}" libraryName="cts_/s{number}.js" handlerUniqueId="{{{}}}" enabled="true" />"#,
            id(11, number)
        )
    };
    let form = format!(
        r#"<Entities><Entity><Name>cts_Plough</Name><FormXml><forms type="main"><systemform><formid>{{{}}}</formid><form>
           <tabs /><events><event name="onload"><Handlers>{}</Handlers></event></events></form></systemform></forms></FormXml>
           </Entity></Entities>"#,
        id(10, 0),
        each(MANY, handler)
    );
    let all = CUSTOMIZATIONS.replace("<Entities />", &format!("{form}{records}"));
    let mut package = with("customizations.xml", all);
    package.push(content);
    let found = found(&package, json!({}), None, ["form-function-undefined"]);
    assert_eq!(found, [MANY]);
}
