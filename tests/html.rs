//! Pages: nothing that other reports tell is missing, nothing of a package does anything, and the bytes are always the same.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use scraper::{ElementRef, Html, Selector};
use serde_json::Value;
use sha2::{Digest, Sha256};
use support::program::run;
use support::project;
use tempfile::TempDir;

const PACKAGE: &str = "samples/SequenceAPACleads_1_0_0_1.zip";
const PROD: &str = "samples/targets/contoso-prod.json";

/// The page and the JSON of one run.
fn both(arguments: &[&str]) -> (Html, String, Value) {
    let format = |name| {
        let all: Vec<_> = arguments
            .iter()
            .copied()
            .chain(["--format", name])
            .collect();
        run(&all).stdout
    };
    let page = format("html");
    let json = serde_json::from_str(&format("json")).unwrap();
    (Html::parse_document(&page), page, json)
}

fn all<'a>(page: &'a Html, selector: &str) -> Vec<ElementRef<'a>> {
    page.select(&Selector::parse(selector).unwrap()).collect()
}

/// The text of the first element below another; empty where there is none.
fn text(of: ElementRef<'_>, selector: &str) -> String {
    let found = of.select(&Selector::parse(selector).unwrap()).next();
    found.map_or_else(String::new, |found| found.text().collect())
}

/// The findings of a JSON report, wherever they stand in it, by how often each is there.
fn told(json: &Value) -> BTreeMap<Vec<String>, usize> {
    let mut found = BTreeMap::new();
    collect(json, &mut found);
    found
}

fn collect(json: &Value, found: &mut BTreeMap<Vec<String>, usize>) {
    match json {
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) if fields.contains_key("fingerprint") => {
            let written = |key: &str| match &fields[key] {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                other
                @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                    other.to_string()
                }
            };
            let code = fields["platform"]["code"].as_str().unwrap_or_default();
            let keys = [
                "rule",
                "severity",
                "message",
                "help",
                "line",
                "column",
                "fingerprint",
            ];
            let mut all: Vec<_> = keys.iter().map(|key| written(key)).collect();
            all.push(code.to_owned());
            all.push((!fields["component"].is_null()).to_string());
            *found.entry(all).or_default() += 1;
        }
        Value::Object(fields) => fields.values().for_each(|field| collect(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The same of a page.
fn shown(page: &Html) -> BTreeMap<Vec<String>, usize> {
    let mut found = BTreeMap::new();
    for article in all(page, "article[data-fingerprint]") {
        let data = |key: &str| article.value().attr(key).unwrap_or_default().to_owned();
        let all = vec![
            data("data-rule"),
            data("data-tone"),
            text(article, ".message"),
            text(article, ".help"),
            text(article, ".place .line"),
            text(article, ".place .column"),
            data("data-fingerprint"),
            text(article, ".platform .code"),
            (!text(article, ".component").is_empty()).to_string(),
        ];
        *found.entry(all).or_default() += 1;
    }
    found
}

fn same(arguments: &[&str]) {
    let (page, _, json) = both(arguments);
    assert_eq!(shown(&page), told(&json), "{arguments:?}");
}

#[test]
fn every_finding_of_a_check_is_on_its_page() {
    for target in [PROD, "samples/targets/contoso-uat.json"] {
        same(&["check", PACKAGE, "--target", target]);
    }
    let mut rules: Vec<_> = fs::read_dir(project("samples/rules")).unwrap().collect();
    rules.sort_by_key(|entry| entry.as_ref().unwrap().path());
    let rules = rules.into_iter().map(|entry| entry.unwrap().path());
    let bad: Vec<String> = rules
        .map(|path| path.join("bad"))
        .filter(|path| path.exists())
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    assert!(bad.len() > 50);
    let mut arguments = vec!["check"];
    arguments.extend(bad.iter().map(String::as_str));
    same(&arguments);
}

#[test]
fn every_finding_of_a_simulation_is_on_its_page() {
    same(&["simulate", PACKAGE, "--target", PROD]);
}

#[test]
fn every_stage_and_action_of_a_simulation_is_on_its_page() {
    let (page, _, json) = both(&["simulate", PACKAGE, "--target", PROD]);
    let step = &json["steps"][0];
    let stages = step["stages"].as_array().unwrap().iter();
    let stages = stages
        .filter(|stage| stage["outcome"] != "not-part")
        .count();
    assert_eq!(all(&page, ".stages li").len(), stages);
    let actions = step["actions"].as_array().unwrap().len();
    assert_eq!(all(&page, "details.actions li").len(), actions);
}

#[test]
fn the_shopping_list_is_on_the_page() {
    let (page, _, json) = both(&["check", PACKAGE, "--target", PROD]);
    let titles: Vec<String> = all(&page, "#shopping .action .title")
        .into_iter()
        .map(|title| title.text().collect())
        .collect();
    let actions = json["shoppingList"].as_array().unwrap().iter();
    let expected: Vec<_> = actions
        .map(|action| action["text"].as_str().unwrap())
        .collect();
    assert_eq!(titles, expected);
}

#[test]
fn every_requirement_is_on_the_page() {
    let (page, _, json) = both(&["check", PACKAGE, "--target", PROD]);
    let rows = all(&page, "#requirements tbody tr").len();
    assert_eq!(rows, json["requirements"].as_array().unwrap().len());
}

#[test]
fn every_difference_is_on_the_page() {
    let (page, _, json) = both(&["diff", "samples/versions/old", "samples/versions/new"]);
    let components = json["components"].as_array().unwrap();
    assert_eq!(all(&page, "#changes-list .item").len(), components.len());
    let fields = components
        .iter()
        .map(|one| one["fields"].as_array().unwrap().len());
    assert_eq!(
        all(&page, "#changes-list tbody tr").len(),
        fields.sum::<usize>()
    );
    let removed = json["upgrade"]["removes"].as_array().unwrap().len();
    assert_eq!(all(&page, "#upgrade li").len(), removed);
}

/// The data of the drawing.
fn data(page: &Html) -> Value {
    let script = all(page, "script#network-data")[0];
    serde_json::from_str(&script.text().collect::<String>()).unwrap()
}

#[test]
fn the_drawing_has_the_components_and_references_of_the_graph() {
    let (page, _, json) = both(&["graph", PACKAGE]);
    let data = data(&page);
    let length = |of: &Value| of.as_array().unwrap().len();
    let components = length(&json["components"]);
    assert!(components > 0);
    for list in [
        "labels", "kind", "package", "table", "origin", "supplier", "state", "around",
    ] {
        assert_eq!(length(&data[list]), components, "{list}");
    }
    assert_eq!(length(&data["edges"]), 3 * length(&json["references"]));
    let edge = |at: usize| data["edges"][at].as_u64().unwrap();
    for (number, reference) in json["references"].as_array().unwrap().iter().enumerate() {
        assert_eq!(reference["from"], format!("c{}", edge(3 * number)));
        assert_eq!(reference["to"], format!("c{}", edge(3 * number + 1)));
    }
}

#[test]
fn what_the_target_lacks_is_marked_in_the_drawing() {
    let (page, _, json) = both(&["check", PACKAGE, "--target", PROD]);
    let states = data(&page)["state"].clone();
    let marked = states
        .as_array()
        .unwrap()
        .iter()
        .filter(|state| **state == 2);
    assert_eq!(
        marked.count() as u64,
        json["summary"]["required"]["absent"].as_u64().unwrap()
    );
}

#[test]
fn a_page_is_the_same_bytes_on_every_run_and_with_one_thread() {
    let arguments = [
        "check",
        PACKAGE,
        "samples/versions/new",
        "--target",
        PROD,
        "--format",
        "html",
    ];
    let first = run(&arguments).stdout;
    assert_eq!(first, run(&arguments).stdout);
    let mut one: Vec<_> = arguments.to_vec();
    one.extend(["--threads", "1"]);
    assert_eq!(first, run(&one).stdout);
}

#[test]
fn a_check_writes_the_same_json_beside_a_page() {
    let folder = TempDir::new().unwrap();
    let page = format!("html={}", folder.path().join("page.html").display());
    let beside = run(&[
        "check", PACKAGE, "--target", PROD, "--format", "json", "--format", &page,
    ]);
    let alone = run(&["check", PACKAGE, "--target", PROD, "--format", "json"]);
    assert_eq!(beside.stdout, alone.stdout);
}

/// What names may hold to do harm.
const HOSTILE: &str = "</script><script>alert(1)</script><img src=x onerror=alert(2)>]]>\"'`&amp;${1}\u{202e}\u{2028}\u{9b}اسم";

/// A package whose every name is hostile, and one long.
fn hostile(folder: &Path) -> String {
    let escaped = HOSTILE
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    let long = "x".repeat(10_000);
    let process = |id: u8, name: &str| {
        format!(
            "<Workflow WorkflowId=\"{{00000000-0000-0000-0000-0000000000{id:02}}}\" Name=\"{name}\"><XamlFileName>/Workflows/{id}.xaml</XamlFileName><Category>0</Category><PrimaryEntity>{name}</PrimaryEntity></Workflow>"
        )
    };
    let customizations = format!(
        "<ImportExportXml><Entities /><Workflows>{}{}</Workflows></ImportExportXml>",
        process(1, &escaped),
        process(2, &long)
    );
    let missing = |name: &str| {
        format!(
            "<MissingDependency><Required type=\"1\" schemaName=\"{name}\" displayName=\"{name}\" solution=\"{name} (1.0)\"><package appName=\"{name}\">{name} (1.0)</package></Required><Dependent type=\"29\" displayName=\"{name}\" id=\"{{00000000-0000-0000-0000-000000000001}}\" /></MissingDependency>"
        )
    };
    let manifest = format!(
        "<ImportExportXml><SolutionManifest><UniqueName>{escaped}</UniqueName><Version>{escaped}</Version><Managed>{escaped}</Managed><Publisher><UniqueName>{escaped}</UniqueName></Publisher><RootComponents><RootComponent type=\"1\" schemaName=\"{escaped}\" /></RootComponents><MissingDependencies>{}{}</MissingDependencies></SolutionManifest></ImportExportXml>",
        missing(&escaped),
        missing(&long)
    );
    fs::write(folder.join("customizations.xml"), customizations).unwrap();
    fs::write(folder.join("solution.xml"), manifest).unwrap();
    folder.to_str().unwrap().to_owned()
}

#[test]
fn no_name_of_a_package_becomes_markup() {
    let folder = TempDir::new().unwrap();
    let package = hostile(folder.path());
    let target = folder.path().join("target.json");
    let manifest = serde_json::json!({"manifestVersion": 1, "environment": {"name": format!("{HOSTILE}\u{1b}[31m")}});
    fs::write(&target, manifest.to_string()).unwrap();
    let target = target.to_str().unwrap();
    for arguments in [
        &["check", &package, "--target", target][..],
        &["simulate", &package, "--target", target],
        &["graph", &package],
        &["diff", &package, "samples/versions/new"],
    ] {
        let (page, raw, _) = both(arguments);
        assert_eq!(all(&page, "script").len(), 4, "{arguments:?}");
        assert!(all(&page, "img, iframe, object, link, base").is_empty());
        for element in all(&page, "*") {
            let mut names = element.value().attrs().map(|(name, _)| name);
            assert!(!names.any(|name| name.starts_with("on") || name == "style"));
        }
        for mark in ['\u{202e}', '\u{2028}', '\u{9b}', '\u{1b}'] {
            assert!(!raw.contains(mark), "{arguments:?}: {mark:?}");
        }
        assert!(raw.contains("&lt;script&gt;"), "{arguments:?}");
    }
}

#[test]
fn names_in_the_body_keep_their_direction_to_themselves() {
    let folder = TempDir::new().unwrap();
    let package = hostile(folder.path());
    let (page, _, _) = both(&["check", &package]);
    for element in all(&page, "main *") {
        let of_its_own = element
            .children()
            .filter_map(|child| child.value().as_text());
        for text in of_its_own.filter(|text| text.contains('ا')) {
            let name = element.value().name();
            assert!(
                matches!(name, "bdi" | "h1" | "option"),
                "{name}: {}",
                &**text
            );
        }
    }
}

#[test]
fn a_name_of_ten_thousand_characters_is_cut() {
    let folder = TempDir::new().unwrap();
    let package = hostile(folder.path());
    let (page, _, _) = both(&["graph", &package]);
    let labels = data(&page)["labels"].clone();
    let longest = labels.as_array().unwrap().iter();
    let longest = longest
        .map(|label| label.as_str().unwrap().chars().count())
        .max();
    assert_eq!(longest, Some(161));
}

#[test]
fn the_policy_of_a_page_allows_its_own_scripts_and_styles_only() {
    let (page, _, _) = both(&["check", PACKAGE]);
    let meta = all(&page, "meta[http-equiv='Content-Security-Policy']")[0];
    let policy = meta.value().attr("content").unwrap();
    assert!(policy.starts_with("default-src 'none'; "));
    assert!(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("connect"));
    let digests = policy.matches("'sha256-").count();
    let inline = all(&page, "script:not([type]), style").len();
    assert_eq!(digests, inline);
}

#[test]
fn a_page_names_no_other_place_to_load_from() {
    let (page, _, _) = both(&["check", PACKAGE, "--target", PROD]);
    for element in all(&page, "[src], [href]") {
        let value = element.value();
        let place = value.attr("src").or(value.attr("href")).unwrap();
        assert!(place.starts_with('#'), "{place}");
        assert_eq!(all(&page, place).len(), 1, "{place}");
    }
}

#[test]
fn the_vendored_library_is_the_published_one() {
    let folder = project("src/report/html/assets/vendor");
    let library = fs::read(folder.join("cytoscape.min.js")).unwrap();
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    let digest = Sha256::digest(&library);
    let digits = digest.iter().map(|byte| format!("{byte:02x}"));
    let digest = digits.collect::<Vec<_>>().concat();
    assert!(readme.contains(&digest), "{digest}");
    assert!(library.starts_with(b"/**\n * Copyright"));
}

#[test]
fn a_package_that_cannot_be_read_is_told_on_the_page() {
    let (page, _, _) = both(&["check", "samples/none.zip", PACKAGE]);
    assert_eq!(all(&page, "#unreadable article").len(), 1);
    assert_eq!(all(&page, "#packages tbody tr").len(), 2);
}

#[test]
fn what_could_not_be_read_hides_no_note_and_is_the_only_thing_not_read() {
    let arguments = ["simulate", PACKAGE, PACKAGE, "none.zip", "--target", PROD];
    let (page, ..) = both(&arguments);
    for section in ["#unreadable", "#notes"] {
        assert_eq!(all(&page, section).len(), 1, "{section}");
    }
    let rows = all(&page, "#packages tbody tr");
    let last = rows.iter().map(|row| text(*row, "td:last-child"));
    let not_read = last.filter(|text| text == "not read");
    assert_eq!((rows.len(), not_read.count()), (3, 1));
}
