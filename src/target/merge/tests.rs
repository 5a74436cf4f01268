//! Facts about what becomes of two manifests.

use super::*;
use crate::target::manifest::{CoverageState, SourceKind, TableRow};

fn manifest(json: &str) -> TargetManifest {
    serde_json::from_str(json).unwrap()
}

fn imported(kind: SourceKind, at: &str, json: &str) -> Imported {
    Imported {
        path: "source.json".into(),
        label: String::new(),
        source: CapturedSource {
            kind,
            at: Some(at.into()),
            ..CapturedSource::default()
        },
        manifest: manifest(json),
        notes: Vec::new(),
        pages: None,
    }
}

fn list(at: &str, json: &str) -> Imported {
    imported(SourceKind::PacSolutionList, at, json)
}

fn package(version: &str) -> Imported {
    let rows = format!(
        r#"{{"solutions":[{{"name":"Core","version":"{version}"}}],"tables":[{{"name":"cts_order"}}]}}"#
    );
    let mut imported = imported(SourceKind::SolutionZip, "2026-01-01", &rows);
    imported.source.solution = Some("Core".into());
    imported.source.version = Some(version.into());
    imported
}

fn added(sources: Vec<Imported>) -> (TargetManifest, Conflicts) {
    let mut manifest = TargetManifest::default();
    let mut conflicts = Conflicts::new();
    for source in sources {
        conflicts.extend(add(&mut manifest, source, Contradictions::Refused).unwrap());
    }
    (manifest, conflicts)
}

const ONE: &str = r#"{"coverage":{"solutions":"complete"},"solutions":[{"name":"Core","version":"1.0"},{"name":"Old"}]}"#;
const TWO: &str =
    r#"{"coverage":{"solutions":"complete"},"solutions":[{"name":"core","version":"2.0"}]}"#;

#[test]
fn every_row_names_its_source() {
    let (manifest, _) = added(vec![list("2026-01-01", ONE)]);
    assert_eq!(manifest.solutions[0].src.as_deref(), Some("s1"));
    assert_eq!(manifest.coverage["solutions"].0.src.as_deref(), Some("s1"));
    assert_eq!(manifest.captured.at.as_deref(), Some("2026-01-01"));
}

#[test]
fn the_newer_list_counts_and_the_difference_is_told() {
    let (manifest, conflicts) = added(vec![list("2026-01-01", ONE), list("2026-02-01", TWO)]);
    assert_eq!(manifest.solutions[0].version.as_deref(), Some("2.0"));
    assert!(
        conflicts
            .iter()
            .any(|line| line.contains("\"2.0\"") && line.contains("\"1.0\"")),
        "{conflicts:?}"
    );
}

#[test]
fn an_older_list_that_comes_later_does_not_count() {
    let (manifest, _) = added(vec![list("2026-02-01", TWO), list("2026-01-01", ONE)]);
    assert_eq!(manifest.solutions[0].version.as_deref(), Some("2.0"));
}

#[test]
fn what_a_newer_complete_list_no_longer_has_is_removed() {
    let (manifest, conflicts) = added(vec![list("2026-01-01", ONE), list("2026-02-01", TWO)]);
    assert_eq!(manifest.solutions.len(), 1);
    assert_eq!(
        conflicts[0],
        "1 of solutions are no longer listed and were removed"
    );
}

#[test]
fn a_source_that_is_added_again_replaces_itself() {
    let mut once = list("2026-01-01", ONE);
    once.source.sha256 = Some("0".repeat(64));
    let (manifest, conflicts) = added(vec![once.clone(), once]);
    assert_eq!(manifest.captured.sources.len(), 1);
    assert_eq!(manifest.solutions.len(), 2);
    assert!(conflicts.is_empty());
}

#[test]
fn a_package_does_not_make_a_complete_list_of_solutions_partial() {
    let (manifest, _) = added(vec![list("2025-01-01", ONE), package("1.0")]);
    assert_eq!(
        manifest.coverage["solutions"].0.state,
        CoverageState::Complete
    );
    assert_eq!(manifest.solutions[0].src.as_deref(), Some("s1"));
}

#[test]
fn a_package_does_not_take_over_what_somebody_wrote_down() {
    let mut manifest = manifest(r#"{"solutions":[{"name":"Core","version":"1.0"}]}"#);
    add(&mut manifest, package("1.0"), Contradictions::Refused).unwrap();
    assert_eq!(manifest.solutions[0].src, None);
}

#[test]
fn a_newer_partial_source_that_knows_more_makes_a_complete_list_partial() {
    let more = r#"{"coverage":{"solutions":"partial"},"solutions":[{"name":"New"}]}"#;
    let (manifest, _) = added(vec![
        list("2026-01-01", ONE),
        imported(SourceKind::Webapi, "2026-02-01", more),
    ]);
    assert_eq!(
        manifest.coverage["solutions"].0.state,
        CoverageState::Partial
    );
}

#[test]
fn a_package_of_a_later_version_than_is_installed_is_refused_and_nothing_changes() {
    let (mut manifest, _) = added(vec![list("2026-01-01", ONE)]);
    let before = manifest.clone();
    let error = add(&mut manifest, package("1.1"), Contradictions::Refused).unwrap_err();
    assert!(error.to_string().contains("1.1"), "{error}");
    assert_eq!(manifest, before);
}

#[test]
fn a_component_that_is_there_and_not_there_is_refused() {
    let there = r#"{"tables":[{"name":"cts_order"}]}"#;
    let missing = r#"{"absent":[{"type":1,"name":"cts_Order"}]}"#;
    let (mut manifest, _) = added(vec![list("2026-01-01", there)]);
    let log = || imported(SourceKind::ImportLog, "2026-02-01", missing);
    let refused = add(&mut manifest, log(), Contradictions::Refused);
    assert!(
        refused
            .unwrap_err()
            .to_string()
            .contains("both as present and as absent")
    );
    add(&mut manifest, log(), Contradictions::NewerCounts).unwrap();
    assert!(manifest.tables.is_empty());
    assert_eq!(manifest.absent.len(), 1);
}

#[test]
fn columns_of_two_sources_are_joined_and_details_stay() {
    let names = r#"{"tables":[{"name":"account","columns":["name","cts_tier"]}]}"#;
    let details = r#"{"tables":[{"name":"Account","columns":[{"name":"cts_tier","type":"Picklist"},"cts_new"]}]}"#;
    let (manifest, _) = added(vec![list("2026-01-01", names), list("2026-02-01", details)]);
    let columns: Vec<_> = manifest.tables[0]
        .columns
        .iter()
        .map(|column| (&*column.0.name, column.0.kind.as_deref()))
        .collect();
    assert_eq!(
        columns,
        [
            ("name", None),
            ("cts_tier", Some("Picklist")),
            ("cts_new", None)
        ]
    );
}

#[test]
fn an_inventory_by_solution_id_gets_the_solution_s_name() {
    let id = "86921111-2222-4333-8444-555555555555";
    let solutions = format!(r#"{{"solutions":[{{"name":"Core","id":"{id}"}}]}}"#);
    let inventory =
        format!(r#"{{"components":[{{"type":61,"name":"cts_/a.js","solutions":["{id}"]}}]}}"#);
    let (manifest, _) = added(vec![
        list("2026-01-01", &inventory),
        list("2026-01-01", &solutions),
    ]);
    assert_eq!(manifest.components[0].solutions, ["Core"]);
}

#[test]
fn sources_of_a_merged_manifest_get_ids_of_their_own() {
    let (mut one, _) = added(vec![list("2026-01-01", ONE)]);
    let (other, _) = added(vec![list(
        "2026-02-01",
        r#"{"solutions":[{"name":"New"}]}"#,
    )]);
    merge(&mut one, other, "other.json").unwrap();
    let ids: Vec<_> = one
        .captured
        .sources
        .iter()
        .map(|source| &*source.id)
        .collect();
    assert_eq!(ids, ["s1", "s2"]);
    assert_eq!(one.solutions[2].src.as_deref(), Some("s2"));
}

fn table<'m>(manifest: &'m TargetManifest, name: &str) -> &'m TableRow {
    let mut tables = manifest.tables.iter();
    tables.find(|table| table.name == name).unwrap()
}

fn columns(table: &TableRow) -> Vec<(&str, Option<&str>)> {
    let columns = table.columns.iter().map(|column| &column.0);
    columns
        .map(|column| (&*column.name, column.src.as_deref()))
        .collect()
}

/// A source that can be given again.
fn file(kind: SourceKind, at: &str, sha: char, json: &str) -> Imported {
    let mut imported = imported(kind, at, json);
    imported.source.sha256 = Some(String::from(sha).repeat(64));
    imported
}

#[test]
fn a_source_that_is_added_again_leaves_what_others_say() {
    let all = r#"{"tables":[{"name":"account","columns":["name","cts_tier"],"keys":["cts_key"]},{"name":"lead"}]}"#;
    let one = r#"{"tables":[{"name":"account","columns":["name"]}]}"#;
    let webapi = |at: &str| file(SourceKind::Webapi, at, '1', one);
    let csdl = file(SourceKind::Csdl, "2026-01-01", '0', all);
    let (manifest, _) = added(vec![csdl, webapi("2026-02-01"), webapi("2026-03-01")]);
    assert_eq!(manifest.tables.len(), 2);
    assert_eq!(
        columns(table(&manifest, "account")),
        [("name", None), ("cts_tier", Some("s1"))]
    );
    assert_eq!(manifest.captured.sources.len(), 2);
    assert_eq!(
        manifest.captured.sources[1].at.as_deref(),
        Some("2026-03-01")
    );
}

#[test]
fn what_a_source_that_is_read_again_no_longer_says_is_removed() {
    let before = r#"{"solutions":[{"name":"A"},{"name":"B"}],"tables":[{"name":"account","columnsComplete":true,"columns":["name","wrong"]}]}"#;
    let after = r#"{"solutions":[{"name":"A"}],"tables":[{"name":"account","columns":["name"]}]}"#;
    let csv = |json: &str| file(SourceKind::Csv, "2026-01-01", '0', json);
    let (manifest, _) = added(vec![csv(before), csv(after)]);
    assert_eq!(manifest.solutions.len(), 1);
    let table = table(&manifest, "account");
    assert_eq!(columns(table), [("name", None)]);
    assert!(!table.columns_complete);
}

#[test]
fn a_column_that_only_a_package_has_is_as_sure_as_the_package() {
    let list = r#"{"tables":[{"name":"cts_order","columns":["cts_name"]}]}"#;
    let mut of_package = package("1.0");
    of_package.manifest.tables = manifest(
        r#"{"tables":[{"name":"cts_order","columns":["cts_name","cts_new"],"keys":["cts_key"]}]}"#,
    )
    .tables;
    let list = imported(SourceKind::Webapi, "2026-01-01", list);
    for sources in [
        vec![list.clone(), of_package.clone()],
        vec![of_package, list],
    ] {
        let is_first = sources[0].source.kind == SourceKind::Webapi;
        let package = if is_first { "s2" } else { "s1" };
        let (manifest, _) = added(sources);
        let table = table(&manifest, "cts_order");
        assert_eq!(
            columns(table),
            [("cts_name", None), ("cts_new", Some(package))]
        );
        assert_eq!(table.keys[0].0.src.as_deref(), Some(package));
    }
}

#[test]
fn columns_that_a_newer_complete_list_lacks_are_gone() {
    let old = r#"{"tables":[{"name":"account","columns":["name","cts_old"],"keys":["cts_key"]}]}"#;
    let new = r#"{"tables":[{"name":"account","columnsComplete":true,"columns":["name"]}]}"#;
    let (manifest, conflicts) = added(vec![list("2026-01-01", old), list("2026-02-01", new)]);
    assert_eq!(columns(table(&manifest, "account")), [("name", None)]);
    assert_eq!(table(&manifest, "account").keys.len(), 1);
    assert_eq!(
        conflicts,
        ["1 of columns of account are no longer listed and were removed"]
    );
    let (manifest, _) = added(vec![list("2026-02-01", new), list("2026-01-01", old)]);
    assert_eq!(columns(table(&manifest, "account")), [("name", None)]);
    assert!(table(&manifest, "account").columns_complete);
}

#[test]
fn a_complete_list_of_columns_stays_as_old_as_it_is_and_ends_with_a_new_column() {
    let whole = r#"{"tables":[{"name":"account","columnsComplete":true,"columns":["name","a"]}]}"#;
    let with = |column: &str| {
        let part = format!(r#"{{"tables":[{{"name":"account","columns":["{column}"]}}]}}"#);
        let (manifest, _) = added(vec![list("2026-01-01", whole), list("2026-02-01", &part)]);
        let table = table(&manifest, "account");
        (table.columns_complete, table.src.clone())
    };
    assert_eq!(with("a"), (true, Some("s1".into())));
    assert_eq!(with("b"), (false, Some("s2".into())));
}

#[test]
fn a_newer_list_of_everything_replaces_older_ones_of_every_sort() {
    let everything =
        r#"{"coverage":{"solutions":"complete"},"solutions":[{"name":"Core","version":"1.0"}]}"#;
    let webapi = |at: &str| imported(SourceKind::Webapi, at, everything);
    let (manifest, conflicts) = added(vec![list("2026-01-01", ONE), webapi("2026-02-01")]);
    assert_eq!(manifest.solutions.len(), 1);
    assert_eq!(
        conflicts,
        ["1 of solutions are no longer listed and were removed"]
    );
    // One that is older, or complete of some only, removes nothing.
    let (manifest, _) = added(vec![list("2026-03-01", ONE), webapi("2026-02-01")]);
    assert_eq!(manifest.solutions.len(), 2);
    let visible = everything.replace(r#""complete""#, r#"{"state":"complete","of":"visible"}"#);
    let visible = imported(SourceKind::Webapi, "2026-02-01", &visible);
    let (manifest, _) = added(vec![list("2026-01-01", ONE), visible]);
    assert_eq!(manifest.solutions.len(), 2);
}

#[test]
fn columns_that_newer_metadata_lacks_are_gone_but_not_those_of_others() {
    let metadata = |columns: &str| {
        format!(
            r#"{{"coverage":{{"columns":{{"state":"complete","of":"metadata"}}}},"tables":[{{"name":"account","columns":[{columns}]}}]}}"#
        )
    };
    let csdl = |at: &str, columns: &str| imported(SourceKind::Csdl, at, &metadata(columns));
    let party = r#"{"tables":[{"name":"account","columns":["to"]}]}"#;
    let (manifest, _) = added(vec![
        csdl("2026-01-01", r#""name","cts_old""#),
        imported(SourceKind::Webapi, "2026-01-02", party),
        csdl("2026-02-01", r#""name""#),
    ]);
    assert_eq!(
        columns(table(&manifest, "account")),
        [("name", None), ("to", Some("s2"))]
    );
}

#[test]
fn what_was_written_by_hand_keeps_its_date() {
    let by_hand = r#"{"captured":{"at":"2026-01-01"},"coverage":{"tables":"complete"}}"#;
    let mut one = manifest(by_hand);
    add(&mut one, list("2026-05-01", ONE), Contradictions::Refused).unwrap();
    assert_eq!(one.captured.at.as_deref(), Some("2026-01-01"));
    let mut one = manifest(by_hand);
    let other = r#"{"captured":{"at":"2026-05-01"},"solutions":[{"name":"Core","version":"1.0"}]}"#;
    merge(&mut one, manifest(other), "other.json").unwrap();
    let moments = Moments::of(&one);
    let date = |src: &Option<String>| moments.at(src.as_deref()).map(time::text);
    let tables = date(&one.coverage["tables"].0.src).unwrap();
    let solutions = date(&one.solutions[0].src).unwrap();
    assert!(tables.starts_with("2026-01-01"), "{tables}");
    assert!(solutions.starts_with("2026-05-01"), "{solutions}");
}

#[test]
fn names_and_sources_cost_no_more_than_their_number() {
    const COUNT: usize = 40_000;
    let of = |prefix: &str| {
        let names = (0..COUNT).map(|number| format!("{prefix}{number}"));
        let names: Vec<String> = names.collect();
        let source = |name: &String| CapturedSource {
            id: name.replace(prefix, "s"),
            ..CapturedSource::default()
        };
        let mut manifest = TargetManifest {
            connectors: names.clone(),
            notes: names.clone(),
            ..TargetManifest::default()
        };
        manifest.captured.sources = names.iter().map(source).collect();
        manifest
    };
    let (mut one, other) = (of("a"), of("b"));
    let start = std::time::Instant::now();
    merge(&mut one, other.clone(), "other.json").unwrap();
    assert_eq!(crate::target::differences(&one, &other).len(), COUNT);
    assert!(start.elapsed().as_secs() < 5);
    assert_eq!(one.connectors.len(), 2 * COUNT);
    assert_eq!(one.captured.sources.len(), 2 * COUNT);
}

#[test]
fn an_older_source_does_not_bring_back_what_a_newer_list_of_everything_lacks() {
    let everything =
        r#"{"coverage":{"solutions":"complete"},"solutions":[{"name":"Core","version":"1.0"}]}"#;
    let webapi = imported(SourceKind::Webapi, "2026-02-01", everything);
    let (manifest, conflicts) = added(vec![webapi, list("2026-01-01", ONE)]);
    assert_eq!(manifest.solutions.len(), 1);
    assert_eq!(
        conflicts,
        ["1 of solutions are in an older list only and were left out"]
    );
}

#[test]
fn what_a_package_holds_stays_though_a_complete_list_lacks_it() {
    let rows = r#"{"components":[{"type":61,"name":"cts_/a.js"}]}"#;
    let mut of_package = imported(SourceKind::SolutionZip, "2026-01-01", rows);
    of_package.source.solution = Some("Core".into());
    let complete =
        r#"{"coverage":{"webResources":"complete"},"components":[{"type":61,"name":"cts_/b.js"}]}"#;
    let webapi = imported(SourceKind::Webapi, "2026-02-01", complete);
    for sources in [
        vec![of_package.clone(), webapi.clone()],
        vec![webapi, of_package],
    ] {
        assert_eq!(added(sources).0.components.len(), 2);
    }
}
