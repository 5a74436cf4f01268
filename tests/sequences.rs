//! Sequences: what their definitions name is found in the package, and shown as people see it.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

#[path = "support/mod.rs"]
mod support;

use std::fs;

use solvet::graph::Graph;
use solvet::model::{Solution, StepSort, UseOf};
use support::program;
use tempfile::TempDir;

const PACKAGE: &str = "samples/SequenceAPACleads_1_0_0_1.zip";
const A: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const B: &str = "bbbbbbbb-0000-4000-8000-00000000000b";
const PROCESS: &str = "cccccccc-0000-4000-8000-00000000000c";
const TEMPLATE: &str = "dddddddd-0000-4000-8000-00000000000d";

/// What the package declares as missing.
const MISSING: &str = r#"<MissingDependency><Required type="2" schemaName="fab_score" parentSchemaName="fab_deal" solution="Fabrikam (1.0.0.0)"/><Dependent type="1" schemaName="x_y"/></MissingDependency><MissingDependency><Required type="1" schemaName="fab_deal" solution="Fabrikam (1.0.0.0)"/><Dependent type="1" schemaName="x_y"/></MissingDependency><MissingDependency><Required type="36" displayName="Welcome" id="{dddddddd-0000-4000-8000-00000000000d}" solution="Fabrikam (1.0.0.0)"/><Dependent type="1" schemaName="x_y"/></MissingDependency>"#;

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// A row of a sequence.
fn row(id: &str, name: &str, columns: &str, definition: &str) -> String {
    format!(
        "<msdyn_sequence msdyn_sequenceid=\"{id}\"><msdyn_name>{name}</msdyn_name>\
         <msdyn_regardingentityname>fab_deal</msdyn_regardingentityname>{columns}\
         <msdyn_definition>{}</msdyn_definition></msdyn_sequence>",
        escaped(definition)
    )
}

/// An unzipped export of these sequences, inline or in folders.
fn package(rows: &[(&str, String)], is_inline: bool) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "solution.xml",
        &format!(
            "<ImportExportXml><SolutionManifest><UniqueName>a</UniqueName><Version>1.0.0.0</Version><Managed>0</Managed>\
             <RootComponents/><MissingDependencies>{MISSING}</MissingDependencies></SolutionManifest></ImportExportXml>"
        ),
    );
    let inline: String = rows.iter().map(|(_, row)| &**row).collect();
    let inline = format!("<msdyn_sequences>{inline}</msdyn_sequences>");
    let inline = if is_inline { &*inline } else { "" };
    write(
        "customizations.xml",
        &format!("<ImportExportXml>{inline}</ImportExportXml>"),
    );
    for (id, row) in rows.iter().filter(|_| !is_inline) {
        write(&format!("msdyn_sequences/{id}/msdyn_sequence.xml"), row);
    }
    folder
}

fn solution(rows: &[(&str, String)]) -> Solution {
    support::parse_one(package(rows, false).path()).solution
}

/// The references of the graph that sequences have, as `kind: target`.
fn edges(solution: &Solution) -> Vec<String> {
    let graph = Graph::build(solution);
    let name = |node| graph.identity(solution, node).unwrap().to_string();
    let edges = graph.references();
    let edges = edges.filter(|(.., edge)| edge.kind.id().starts_with("sequence-"));
    edges
        .map(|(_, to, edge)| format!("{}: {}", edge.kind.id(), name(to)))
        .collect()
}

#[test]
fn identifiers_name_whatever_the_package_knows_and_nothing_else() {
    let definition = format!(
        r#"{{"steps":[{{"id":"1","kind":"automatedEmail","name":"Mail","template":"{TEMPLATE}"}},
        {{"id":"2","kind":"command","name":"Move","process":"{PROCESS}"}},
        {{"id":"3","kind":"connect","name":"Go on","to":"{B}"}}]}}"#
    );
    let empty = "{}".to_owned();
    let solution = solution(&[
        (A, row(A, "A", "", &definition)),
        (B, row(B, "B", "", &empty)),
    ]);
    assert_eq!(
        edges(&solution),
        [
            "sequence-record: e-mail template \"Welcome\"",
            "sequence-record: sequence \"B\""
        ]
    );
    let steps = &solution.sequences[0].definitions[0].steps;
    let sorts: Vec<_> = steps.iter().map(|step| step.sort).collect();
    assert_eq!(
        sorts,
        [
            StepSort::AutomatedEmail,
            StepSort::Command,
            StepSort::ConnectSequence
        ]
    );
    // What nobody knows stays with its step.
    assert_eq!(
        steps[1].uses[0].what,
        UseOf::Record(PROCESS.parse().unwrap())
    );
    assert_eq!(&*steps[1].uses[0].path, "$.steps[1].process");
}

#[test]
fn names_are_tables_and_columns_where_they_are_known_or_stand_as_such() {
    let definition = r#"{"steps":[
        {"kind":"condition","name":"One","what":"fab_score","how":"fab_unheard"},
        {"kind":"condition","name":"Two","test":{"table":"contact","what":"emailaddress1","other":"fab_score"}},
        {"kind":"condition","name":"Three","test":{"column":"fab_new"}},
        {"kind":"condition","name":"Four","test":{"field":"contact.fullname"},"set":{"item/fab_score":5,"item/fab_none":6}},
        {"kind":"email","name":"contact","channel":"email","text":"account or contact"}]}"#;
    let solution = solution(&[(A, row(A, "A", "", definition))]);
    let steps = &solution.sequences[0].definitions[0].steps;
    let column = |table: &str, column: &str| UseOf::Column(table.into(), column.into());
    let uses = |at: usize| {
        let uses = steps[at].uses.iter();
        uses.map(|one| one.what.clone()).collect::<Vec<_>>()
    };
    let score = column("fab_deal", "fab_score");
    assert_eq!(uses(0), std::slice::from_ref(&score));
    assert_eq!(
        uses(1),
        [
            UseOf::Table("contact".into()),
            column("contact", "emailaddress1"),
            score.clone()
        ]
    );
    // What another step names says nothing of this one.
    assert_eq!(uses(2), [column("fab_deal", "fab_new")]);
    assert_eq!(uses(3), [column("contact", "fullname"), score]);
    assert_eq!(uses(4), []);
    let edges = edges(&solution);
    assert!(
        edges.contains(&"sequence-column: column fab_deal.fab_score".to_owned()),
        "{edges:?}"
    );
    assert!(
        edges.contains(&"sequence-table: table contact".to_owned()),
        "{edges:?}"
    );
}

#[test]
fn other_columns_of_a_sequence_name_its_parent_its_template_and_who_gets_the_records() {
    let columns = format!(
        "<msdyn_parentsequence><msdyn_sequenceid>{B}</msdyn_sequenceid></msdyn_parentsequence><msdyn_template>{TEMPLATE}</msdyn_template>\
         <msdyn_workflowid>{PROCESS}</msdyn_workflowid><msdyn_assignsequencetype>1</msdyn_assignsequencetype>\
         <msdyn_assignsequencefieldname>fab_owner</msdyn_assignsequencefieldname>"
    );
    let solution = solution(&[(A, row(A, "A", &columns, "{}")), (B, row(B, "B", "", "{}"))]);
    let mut edges = edges(&solution);
    edges.sort();
    assert_eq!(
        edges,
        [
            "sequence-assign-column: column fab_deal.fab_owner",
            "sequence-parent: sequence \"B\"",
            "sequence-template: e-mail template \"Welcome\""
        ]
    );
}

#[test]
fn a_broken_definition_says_so_and_the_rest_of_the_package_is_read() {
    let good = r#"{"steps":[{"kind":"task","name":"Do it"}]}"#;
    let solution = solution(&[
        (A, row(A, "A", "", "{\"steps\":[")),
        (B, row(B, "B", "", good)),
    ]);
    assert_eq!(solution.flaws, []);
    let [a, b] = solution.sequences.as_slice() else {
        panic!("{:?}", solution.sequences);
    };
    assert!(a.definitions[0].broken.is_some() && a.definitions[0].steps.is_empty());
    assert_eq!(b.definitions[0].steps.len(), 1);
}

#[test]
fn a_sequence_is_the_same_inline_and_in_a_folder_of_its_own() {
    let definition = r#"{"steps":[{"kind":"task","name":"Do it","column":"fab_score"}]}"#;
    let rows = [(A, row(A, "A", "", definition))];
    let read = |is_inline| {
        let folder = package(&rows, is_inline);
        let mut sequences = support::parse_one(folder.path()).solution.sequences;
        let definition = sequences.remove(0).definitions.remove(0);
        (definition.steps, definition.uses)
    };
    assert_eq!(read(true), read(false));
}

#[test]
fn the_sequences_of_the_sample_are_shown_step_by_step() {
    let run = program::run(&["inspect", PACKAGE, "--sequences"]);
    assert_eq!((run.status, &*run.stderr), (0, ""));
    insta::assert_snapshot!("inspect_sequences", run.stdout);
    let run = program::run(&["inspect", PACKAGE, "--sequences", "--format", "json"]);
    insta::assert_snapshot!("inspect_sequences_json", run.stdout);
}

#[test]
fn sequences_that_lead_to_each_other_are_shown_once() {
    let to = |other: &str| format!(r#"[{{"kind":"connect","name":"Go on","sequence":"{other}"}}]"#);
    let folder = package(
        &[(A, row(A, "A", "", &to(B))), (B, row(B, "B", "", &to(A)))],
        false,
    );
    let shown = program::run(&["inspect", folder.path().to_str().unwrap(), "--sequences"]).stdout;
    assert_eq!(
        shown.matches("connect to sequence \"Go on\"").count(),
        2,
        "{shown}"
    );
    assert_eq!(
        shown
            .matches("sequence \"A\", in the package, shown above")
            .count(),
        1,
        "{shown}"
    );
}

#[test]
fn a_long_chain_of_sequences_is_shown_in_pieces() {
    let id = |number: u32| format!("aaaaaaaa-0000-4000-8000-{number:012}");
    let rows: Vec<_> = (0..40_u32)
        .map(|number| {
            let next = id(number + 1);
            let definition =
                format!(r#"[{{"kind":"connect","name":"Go on","sequence":"{next}"}}]"#);
            (
                id(number),
                row(&id(number), &format!("S{number}"), "", &definition),
            )
        })
        .collect();
    let rows: Vec<_> = rows.iter().map(|(id, row)| (&**id, row.clone())).collect();
    let folder = package(&rows, false);
    let shown = program::run(&["inspect", folder.path().to_str().unwrap(), "--sequences"]).stdout;
    assert_eq!(
        shown.matches("connect to sequence \"Go on\"").count(),
        40,
        "{shown}"
    );
    assert!(shown.contains("shown below"), "{shown}");
}

#[test]
fn the_steps_that_use_a_component_are_named_among_the_dependencies() {
    let run = program::run(&["dependencies", PACKAGE, "msdyn_sequence:APAC Leads"]);
    insta::assert_snapshot!("dependencies_of_sequence", run.stdout);
}
