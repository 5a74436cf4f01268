//! Facts about what is read, each with a text of its own.

use super::*;
use crate::target::manifest::{Coverage, CoverageState};

fn options(kind: &str, map: &[(&str, &str)]) -> ImportOptions {
    let columns = map
        .iter()
        .map(|(key, column)| ((*key).to_owned(), (*column).to_owned()));
    ImportOptions {
        table: Some(TableMap {
            kind: kind.to_owned(),
            columns: columns.collect(),
        }),
        ..ImportOptions::default()
    }
}

fn manifest(text: &str, options: &ImportOptions) -> TargetManifest {
    let document = Document::Plain(text);
    assert!(recognises(&document));
    read(&document, options).unwrap().remove(0).manifest
}

fn refused(text: &str, options: &ImportOptions) -> Mistake {
    read(&Document::Plain(text), options).unwrap_err()
}

const SOLUTIONS: [(&str, &str); 3] = [
    ("name", "Unique name"),
    ("version", "Version"),
    ("managed", "Managed"),
];

#[test]
fn columns_are_found_by_their_headings_whatever_the_separator() {
    for text in [
        "Display,Unique name,Version,Managed\n\"A, and B\",Core,1.0,Yes\n",
        "Display;Unique name;Version;Managed\r\nA;Core;1.0;Yes\r\n",
        "sep=;\r\nDisplay;Unique name;Version;Managed\r\nA;Core;1.0;Yes\r\n",
        "Display\tUnique name\tVersion\tManaged\nA\tCore\t1.0\tTRUE\n",
    ] {
        let manifest = manifest(text, &options("solutions", &SOLUTIONS));
        let row = &manifest.solutions[0];
        assert_eq!(
            (&*row.name, row.version.as_deref(), row.managed),
            ("Core", Some("1.0"), Some(true)),
            "{text}"
        );
    }
}

#[test]
fn rows_may_be_components_of_any_type() {
    let text = "Flow,Id\nOrder approval,b0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e\n";
    let manifest = manifest(
        text,
        &options("workflow", &[("name", "Flow"), ("id", "id")]),
    );
    assert_eq!(manifest.components[0].kind.0, ComponentType::Number(29));
    assert!(manifest.coverage.contains_key("processes"));
}

#[test]
fn columns_enter_their_tables() {
    let map = [("name", "Column"), ("parent", "Table"), ("type", "Type")];
    let manifest = manifest(
        "Table,Column,Type\naccount,cts_tier,Picklist\n",
        &options("columns", &map),
    );
    assert_eq!(
        manifest.tables[0].columns[0].0.kind.as_deref(),
        Some("Picklist")
    );
}

#[test]
fn a_family_that_is_said_to_be_complete_is() {
    let mut options = options("solutions", &SOLUTIONS);
    options.complete = Family::named("solutions").into_iter().collect();
    let manifest = manifest("Unique name,Version,Managed\nCore,1.0,1\n", &options);
    assert_eq!(
        manifest.coverage["solutions"],
        Coverage::complete(CoverageOf::All)
    );
}

/// How complete the families of a text are that are said to be complete, and what is told of it.
fn claimed(text: &str, mut options: ImportOptions, family: &str) -> (CoverageState, String) {
    options.complete = Family::named(family).into_iter().collect();
    let facts = read(&Document::Plain(text), &options).unwrap().remove(0);
    let state = facts.manifest.coverage[family].0.state;
    (state, facts.notes.join("; "))
}

#[test]
fn headings_alone_are_complete_of_nothing() {
    let reference = options("connectionReferences", &[("name", "Name")]);
    let (state, notes) = claimed("Name,Owner\n", reference, "connectionReferences");
    assert_eq!(state, CoverageState::Partial);
    assert!(
        notes.contains("it does not count as all connectionReferences"),
        "{notes}"
    );
}

#[test]
fn a_row_that_names_nothing_leaves_the_family_open() {
    let text = "Unique name,Version,Managed\nCore,1.0,1\n,1.0,1\n";
    let (state, notes) = claimed(text, options("solutions", &SOLUTIONS), "solutions");
    assert_eq!(state, CoverageState::Partial);
    assert!(notes.contains("1 of its rows names nothing"), "{notes}");
}

#[test]
fn columns_that_are_said_to_be_complete_are_those_of_their_tables() {
    let mut options = options("columns", &[("name", "Column"), ("parent", "Table")]);
    let text = "Table,Column\naccount,cts_tier\n";
    assert_eq!(
        claimed(text, options.clone(), "columns").0,
        CoverageState::Partial
    );
    options.complete = Family::named("columns").into_iter().collect();
    assert!(manifest(text, &options).tables[0].columns_complete);
    let lost = "Table,Column\naccount,cts_tier\naccount,\n";
    assert!(!manifest(lost, &options).tables[0].columns_complete);
}

#[test]
fn a_heading_that_is_not_there_is_refused_with_those_that_are() {
    let mistake = refused(
        "Name,Version\nCore,1.0\n",
        &options("solutions", &SOLUTIONS),
    );
    assert_eq!(mistake.what, "it has no column 'Unique name'");
    assert_eq!(mistake.remedy, "Its headings are: Name, Version.");
}

#[test]
fn a_key_that_rows_do_not_have_is_refused() {
    let mistake = refused(
        "Name,Version\nCore,1.0\n",
        &options("solutions", &[("nmae", "Name")]),
    );
    assert!(mistake.what.contains("'nmae' is no key of solutions"));
}

#[test]
fn a_value_that_is_neither_yes_nor_no_is_refused_with_its_line() {
    let mistake = refused(
        "Unique name,Version,Managed\nCore,1.0,perhaps\n",
        &options("solutions", &SOLUTIONS),
    );
    assert!(
        mistake
            .what
            .starts_with("its line 2 has 'perhaps' in column 'Managed'"),
        "{}",
        mistake.what
    );
}

#[test]
fn a_table_of_which_nothing_is_said_is_refused() {
    let mistake = refused("Unique name,Version\nCore,1.0\n", &ImportOptions::default());
    assert!(mistake.remedy.contains("--kind"));
}

#[test]
fn every_key_of_a_row_can_be_mapped() {
    let map = [
        ("parent", "T"),
        ("name", "C"),
        ("maxLength", "L"),
        ("targets", "To"),
        ("managed", "M"),
    ];
    let manifest = manifest(
        "T,C,L,To,M\nlead,cts_a,100,\"account, contact\",no\n",
        &options("columns", &map),
    );
    let column = &manifest.tables[0].columns[0].0;
    assert_eq!(
        (column.max_length, column.managed),
        (Some(100), Some(false))
    );
    assert_eq!(column.targets, ["account", "contact"]);
    let map = [("name", "N"), ("values", "V")];
    let choice = &self::manifest("N,V\ncts_tier,1;2;-1\n", &options("choices", &map)).choices[0];
    assert_eq!(choice.values, [1, 2, -1]);
}

#[test]
fn a_family_of_one_type_is_that_type_and_one_of_several_needs_a_column_for_it() {
    let rows = manifest(
        "N,X\ncts_/a.js,1\n",
        &options("webResources", &[("name", "N")]),
    );
    assert_eq!(rows.components[0].kind.0, ComponentType::Number(61));
    let mistake = refused("N,X\na,1\n", &options("apps", &[("name", "N")]));
    assert!(mistake.what.contains("hold the type"), "{}", mistake.what);
    let map = [("name", "N"), ("type", "X")];
    let rows = manifest("N,X\ncts_app,model-driven app\n", &options("apps", &map));
    assert_eq!(rows.components[0].kind.0, ComponentType::Number(80));
}

#[test]
fn a_word_that_means_nothing_is_refused_with_the_families() {
    let mistake = refused("N,X\na,1\n", &options("two words", &[("name", "N")]));
    assert!(mistake.what.starts_with("'two words' is no family"));
    assert!(mistake.remedy.contains("solutions, applications"));
}

#[test]
fn a_quote_that_is_not_closed_is_refused_with_its_line() {
    let text = "Unique name,Version,Managed\nCore,1.0,yes\n\"Cut,2.0,yes\nLast,3.0,no\n";
    let mistake = refused(text, &options("solutions", &SOLUTIONS));
    assert_eq!(mistake.what, "its line 3 opens a quote that is not closed");
}

#[test]
fn rows_without_a_name_are_counted_unless_there_are_no_others() {
    let text = "Unique name,Version,Managed\nCore,1.0,yes\n,2.0,yes\n";
    let document = Document::Plain(text);
    let facts = read(&document, &options("solutions", &SOLUTIONS))
        .unwrap()
        .remove(0);
    assert_eq!((facts.rows, facts.notes.len()), (1, 1));
    let mistake = refused(&text.replace("Core", ""), &options("solutions", &SOLUTIONS));
    assert!(mistake.what.starts_with("none of its 2 rows"));
}

#[test]
fn a_table_without_a_line_is_empty() {
    let mistake = refused("sep=;\r\n", &options("solutions", &SOLUTIONS));
    assert_eq!(mistake.what, "it is empty");
}
