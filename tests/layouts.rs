//! One solution is the same solution, however it is packed: as a zip, unzipped, or as source in XML or YAML.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed, and what it looked at"
)]

mod support;
#[path = "support/unpack.rs"]
mod unpack;
#[path = "support/yaml.rs"]
mod yaml;

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use solvet::check::{CheckOptions, check, examine};
use solvet::graph::Graph;
use solvet::model::{Manifest, PackageType, Solution};
use solvet::package::{Layout, OpenOptions, Opened, Package};
use solvet::parse::{Parsed, parse};
use solvet::report::{CheckReport, Entry, json};
use support::pack::{files, zip_folder, zip_of};
use support::{corpus, open_all, open_one, project};
use tempfile::TempDir;
use unpack::to_solution_packager;
use yaml::to_yaml_source;
use zip::{DateTime, ZipArchive};

type Files = Vec<(String, Vec<u8>)>;

const SAMPLE: &str = "samples/sequence-apac-leads";
const SAMPLE_ZIP: &str = "samples/SequenceAPACleads_1_0_0_1.zip";

// ----------------------------------------------------------------------------------------------------------------
// What is compared.

/// A solution as lines of text that do not say where anything was read.
#[derive(PartialEq, Eq, Debug)]
struct Facts {
    manifest: String,
    components: Vec<String>,
    languages: Vec<u32>,
    flaws: Vec<String>,
    unclaimed: usize,
    sequences: Vec<String>,
    graph: BTreeSet<String>,
}

fn facts(package: &Package) -> Facts {
    let Parsed { solution, .. } =
        parse(package).unwrap_or_else(|error| panic!("{}: {error}", package.path()));
    let mut components: Vec<_> = (0..solution.components.len())
        .map(|at| component(package, &solution, at))
        .collect();
    components.sort();
    let mut flaws: Vec<_> = solution
        .flaws
        .iter()
        .map(|flaw| format!("{:?}", flaw.kind))
        .collect();
    flaws.sort();
    Facts {
        manifest: manifest(&solution.manifest),
        graph: graph(&solution),
        sequences: sequences(&solution),
        components,
        languages: solution.languages,
        flaws,
        unclaimed: solution.unclaimed.len(),
    }
}

/// What sequences say.
fn sequences(solution: &Solution) -> Vec<String> {
    let sequences = solution.sequences.iter();
    let definitions = sequences.flat_map(|sequence| {
        let name = solution
            .component(sequence.component)
            .map(|component| &component.identity);
        let definitions = sequence.definitions.iter();
        definitions.map(move |definition| {
            let (steps, uses) = (&definition.steps, &definition.uses);
            format!(
                "{name:?} {:?} {} {steps:?} {uses:?}",
                sequence.regarding, definition.column
            )
        })
    });
    let mut definitions: Vec<_> = definitions.collect();
    definitions.sort();
    definitions
}

/// The nodes and references of a graph. What lies outside is called as the first that names it writes it, and files come in
/// another order in other layouts, so that case and display names do not count.
fn graph(solution: &Solution) -> BTreeSet<String> {
    let graph = Graph::build(solution);
    let name = |node| {
        let mut identity = graph.identity(solution, node).unwrap().clone();
        identity.display_name = None;
        let outside = if graph.origin(solution, node).is_none() {
            " outside"
        } else {
            ""
        };
        format!("{identity:?}{outside}").to_lowercase()
    };
    let nodes = graph
        .nodes()
        .map(|node| format!("node {} {:?}", name(node), graph.origin(solution, node)));
    let references = graph.references().map(|(from, to, edge)| {
        format!(
            "{} {:?} {} {}: {} > {}",
            edge.kind.id(),
            edge.strength,
            edge.derived,
            edge.declared,
            name(from),
            name(to)
        )
    });
    nodes.chain(references).collect()
}

fn component(package: &Package, solution: &Solution, at: usize) -> String {
    let component = &solution.components[at];
    let (_, definition) = package
        .entries()
        .nth(component.span.file.0 as usize)
        .unwrap();
    let found = component
        .parts
        .iter()
        .filter(|part| package.find_part(&part.path, &definition.name).is_some())
        .count();
    let parent = component
        .parent
        .and_then(|parent| solution.component(parent));
    format!(
        "{0} | {0:?} | {1:?} | in {2:?} | {3:?} | {found} of {4} parts",
        component.identity,
        component.origin,
        parent.map(|parent| &parent.identity),
        component.properties,
        component.parts.len(),
    )
}

/// A manifest without the places it was read from.
fn manifest(manifest: &Manifest) -> String {
    let text = format!("{manifest:?}");
    let mut out = String::new();
    for (number, piece) in text.split("Span {").enumerate() {
        // A span holds the braces of nothing else.
        let rest = piece.split_once('}').map(|(_, rest)| rest);
        out.push_str(if number == 0 { piece } else { rest.unwrap() });
    }
    out
}

fn facts_of(path: &Path) -> Facts {
    facts(&open_one(path))
}

/// Where two solutions differ, one line each.
fn differences(one: &Facts, other: &Facts) -> Vec<String> {
    let missing = |from: &Facts, sign: &str, of: &Facts| {
        let lines = of
            .components
            .iter()
            .filter(|line| !from.components.contains(line));
        lines
            .map(|line| format!("{sign} {line}"))
            .collect::<Vec<_>>()
    };
    let mut found = missing(other, "-", one);
    found.extend(missing(one, "+", other));
    let lost = one.graph.difference(&other.graph);
    found.extend(lost.map(|line| format!("- {line}")));
    let new = other.graph.difference(&one.graph);
    found.extend(new.map(|line| format!("+ {line}")));
    if found.is_empty() && one.components != other.components {
        found.push("the same component counts differently".into());
    }
    if one.manifest != other.manifest {
        found.push(format!(
            "- manifest {}\n+ manifest {}",
            one.manifest, other.manifest
        ));
    }
    if (&one.languages, &one.flaws, one.unclaimed)
        != (&other.languages, &other.flaws, other.unclaimed)
    {
        let line = |facts: &Facts| {
            format!(
                "languages {:?}, flaws {:?}, {} unclaimed",
                facts.languages, facts.flaws, facts.unclaimed
            )
        };
        found.push(format!("- {}\n+ {}", line(one), line(other)));
    }
    found
}

#[track_caller]
fn assert_same(what: &str, one: &Facts, other: &Facts) {
    let found = differences(one, other);
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

/// The report of a check in JSON, without the names of the package and of its layout.
fn report(package: &Package) -> String {
    let examined = examine(package, parse(package).unwrap());
    let checked = check(vec![examined], None, CheckOptions::default()).remove(0);
    let report = CheckReport {
        configuration: Vec::new(),
        packages: vec![Entry::Checked(Box::new(checked))],
        target: None,
    };
    nameless(&json::check(&report))
}

fn nameless(report: &str) -> String {
    let mut report: Value = serde_json::from_str(report).unwrap();
    for package in report["packages"].as_array_mut().unwrap() {
        package["path"] = Value::Null;
        package["layout"] = Value::Null;
    }
    format!("{report:#}")
}

// ----------------------------------------------------------------------------------------------------------------
// What it is compared on.

/// The unzipped samples: the large one, and every sound example of a rule.
fn samples() -> Vec<PathBuf> {
    let mut found = vec![project(SAMPLE)];
    let rules = fs::read_dir(project("samples/rules")).into_iter().flatten();
    let sound = rules.map(|rule| rule.unwrap().path().join("ok"));
    found.extend(sound.filter(|folder| folder.join("solution.xml").is_file()));
    found.sort();
    found
}

fn write(folder: &Path, files: &Files) -> PathBuf {
    for (name, content) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder.to_path_buf()
}

/// The files of a package under their names in the package.
fn extract(package: &Package) -> Files {
    package
        .entries()
        .map(|(id, entry)| (entry.name.to_string(), package.bytes(id).unwrap()))
        .collect()
}

fn zipped(folder: &Path, name: &str, files: &Files) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, zip_of(files)).unwrap();
    path
}

/// A solution with its root components and missing dependencies, each as XML, and customizations.
fn solution(name: &str, managed: u8, rows: &str, customizations: &str) -> Files {
    let manifest = format!(
        r#"<ImportExportXml version="9.2.26111.132" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive">
  <SolutionManifest>
    <UniqueName>{name}</UniqueName>
    <LocalizedNames><LocalizedName description="{name}" languagecode="1033" /></LocalizedNames>
    <Descriptions />
    <Version>1.0.0.0</Version>
    <Managed>{managed}</Managed>
    <Publisher>
      <UniqueName>contoso</UniqueName>
      <LocalizedNames><LocalizedName description="Contoso" languagecode="1033" /></LocalizedNames>
      <Descriptions />
      <EMailAddress />
      <SupportingWebsiteUrl />
      <CustomizationPrefix>cts</CustomizationPrefix>
      <CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix>
      <Addresses />
    </Publisher>
    {rows}
  </SolutionManifest>
</ImportExportXml>"#
    );
    let customizations = format!(
        r#"<ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities />{customizations}<Languages><Language>1033</Language></Languages></ImportExportXml>"#
    );
    let types = r#"<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>"#;
    [
        ("[Content_Types].xml", types.to_owned()),
        ("customizations.xml", customizations),
        ("solution.xml", manifest),
    ]
    .map(|(name, text)| (name.to_owned(), text.into_bytes()))
    .to_vec()
}

/// A solution that brings the choice `cts_colour`.
fn with_choice(name: &str) -> Files {
    solution(
        name,
        1,
        r#"<RootComponents><RootComponent type="9" schemaName="cts_colour" behavior="0" /></RootComponents><MissingDependencies />"#,
        r#"<optionsets><optionset Name="cts_colour" localizedName="Colour"><OptionSetType>picklist</OptionSetType><IsGlobal>1</IsGlobal></optionset></optionsets>"#,
    )
}

/// A solution that needs the choice `cts_colour`.
fn needing_choice(name: &str) -> Files {
    solution(
        name,
        1,
        r#"<RootComponents><RootComponent type="9" schemaName="cts_shape" behavior="0" /></RootComponents><MissingDependencies><MissingDependency><Required type="9" schemaName="cts_colour" displayName="Colour" solution="ContosoBase (1.0.0.0)" /><Dependent type="9" schemaName="cts_shape" displayName="Shape" /></MissingDependency></MissingDependencies>"#,
        r#"<optionsets><optionset Name="cts_shape" localizedName="Shape"><OptionSetType>picklist</OptionSetType><IsGlobal>1</IsGlobal></optionset></optionsets>"#,
    )
}

fn solvet(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_solvet"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

fn check_json(arguments: &[&str], input: &[u8]) -> Value {
    let output = solvet(&[&["check", "--format", "json"], arguments].concat(), input);
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("{arguments:?}: {error}: {said}")
    })
}

/// The packages of a report: the solution's name, or the error's first words.
fn names(report: &Value) -> Vec<(String, String)> {
    let packages = report["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let said = package["solution"]
                .as_str()
                .or(package["error"]["message"].as_str());
            let text = |value: Option<&str>| value.unwrap_or_default().to_owned();
            (text(package["path"].as_str()), text(said))
        })
        .collect()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

// ----------------------------------------------------------------------------------------------------------------
// The sample's own zip.

#[test]
fn the_sample_zip_holds_its_folder_and_is_always_the_same_bytes() {
    let folder = project(SAMPLE);
    let packed = fs::read(project(SAMPLE_ZIP)).unwrap();
    let mut archive = ZipArchive::new(std::io::Cursor::new(&packed)).unwrap();
    let expected = files(&folder);
    assert_eq!(archive.len(), expected.len());
    for (index, (name, content)) in expected.iter().enumerate() {
        let mut entry = archive.by_index(index).unwrap();
        assert_eq!(entry.name().unwrap(), name.as_str());
        assert_eq!(entry.last_modified(), Some(DateTime::default()), "{name}");
        let mut read = Vec::new();
        std::io::copy(&mut entry, &mut read).unwrap();
        assert!(read == *content, "{name} differs: run pack_samples again");
    }
    assert!(zip_folder(&folder) == packed, "run pack_samples again");
}

// ----------------------------------------------------------------------------------------------------------------
// Layouts.

#[test]
fn a_sample_is_the_same_solution_in_every_layout() {
    for folder in samples() {
        let temporary = TempDir::new().unwrap();
        let zip = zipped(temporary.path(), "sample.zip", &files(&folder));
        let source = temporary.path().join("source");
        to_solution_packager(&folder, &source);
        let expected = facts_of(&zip);
        assert!(
            !expected.components.is_empty() || folder != project(SAMPLE),
            "{} is empty",
            folder.display()
        );
        let unzipped = open_one(&folder);
        assert_eq!(unzipped.layout(), Layout::Unzipped);
        assert_same(text(&folder), &expected, &facts(&unzipped));
        let source = open_one(&source);
        assert_eq!(source.layout(), Layout::SolutionPackager);
        assert_same(
            &format!("{} as source", folder.display()),
            &expected,
            &facts(&source),
        );
        let repository = temporary.path().join("repository");
        to_yaml_source(&folder, &repository);
        let yaml = open_one(&repository);
        assert_eq!(yaml.layout(), Layout::Yaml);
        assert_same(
            &format!("{} as YAML", folder.display()),
            &expected,
            &facts(&yaml),
        );
    }
}

/// What a check finds, without places: the rule and the message.
fn found(package: &Package) -> Vec<(&'static str, String)> {
    let examined = examine(package, parse(package).unwrap());
    let checked = check(vec![examined], None, CheckOptions::default()).remove(0);
    let findings = checked.findings.into_iter();
    let mut found: Vec<_> = findings
        .map(|placed| (placed.finding.rule, placed.finding.message))
        .collect();
    found.sort();
    found
}

#[test]
fn a_check_finds_the_same_in_a_zip_and_in_yaml_source() {
    for folder in samples() {
        let temporary = TempDir::new().unwrap();
        let zip = zipped(temporary.path(), "sample.zip", &files(&folder));
        let repository = temporary.path().join("repository");
        to_yaml_source(&folder, &repository);
        let yaml = found(&open_one(&repository));
        assert_eq!(yaml, found(&open_one(&zip)), "{}", folder.display());
    }
}

#[test]
fn solutions_of_one_repository_are_packages_with_what_each_lists() {
    let temporary = TempDir::new().unwrap();
    let repository = temporary.path().join("repository");
    for (at, solution) in [with_choice("ContosoBase"), needing_choice("ContosoShapes")]
        .iter()
        .enumerate()
    {
        let export = write(&temporary.path().join(format!("export{at}")), solution);
        let own = temporary.path().join(format!("own{at}"));
        to_yaml_source(&export, &own);
        write(&repository, &files(&own));
    }
    // What no solution lists, a solution does not have, and neither need it be readable.
    write(
        &repository,
        &vec![("node_modules/x.yml".into(), b"a: [".to_vec())],
    );
    let named = |path: &Path| names(&check_json(&[text(path)], b""));
    let both = named(&repository);
    let paths: Vec<_> = both.iter().map(|(path, _)| path.as_str()).collect();
    let root = text(&repository);
    let expected = ["ContosoBase", "ContosoShapes"].map(|name| format!("{root}/solutions/{name}"));
    assert_eq!(paths, expected);
    assert_eq!(both[0].1, "ContosoBase");
    let one = open_one(&repository.join("solutions/ContosoShapes"));
    let entries: Vec<_> = one.entries().map(|(_, entry)| &*entry.name).collect();
    assert!(entries.contains(&"optionsets/cts_shape.yml"), "{entries:?}");
    assert!(
        !entries.contains(&"optionsets/cts_colour.yml"),
        "{entries:?}"
    );
    assert_eq!(named(&repository.join("solutions")).len(), 2);
    assert_eq!(named(temporary.path()).len(), 6);
}

#[test]
fn a_finding_in_yaml_source_has_its_line_and_column() {
    let bad = project("samples/rules/table-not-listed/bad");
    let report = check_json(&[text(&bad)], b"");
    let finding = &report["findings"][0];
    let place = ["file", "line", "column"].map(|key| finding[key].clone());
    let file =
        "entities/cts_order/savedqueries/5b6d3c6e-3f0a-4f0e-9a57-0d8a2b4c6e01/savedquery.yml";
    assert_eq!(place, [Value::from(file), Value::from(1), Value::from(1)]);
    let bad = project("samples/rules/listed-path-missing/bad");
    let report = check_json(&[text(&bad)], b"");
    let lines: Vec<_> = (0..2)
        .map(|at| {
            (
                &report["findings"][at]["line"],
                &report["findings"][at]["column"],
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            (&Value::from(4), &Value::from(16)),
            (&Value::from(5), &Value::from(16))
        ]
    );
}

#[test]
fn a_check_reports_the_same_of_a_zip_and_of_its_files_with_any_number_of_threads() {
    let target = project("samples/targets/contoso-prod.json");
    for folder in samples() {
        let temporary = TempDir::new().unwrap();
        let zip = zipped(temporary.path(), "sample.zip", &files(&folder));
        let mut reports = Vec::new();
        for path in [&zip, &folder] {
            let run = |threads: &str| {
                let arguments = [
                    "check",
                    "--format",
                    "json",
                    "--threads",
                    threads,
                    "--target",
                    text(&target),
                    text(path),
                ];
                String::from_utf8(solvet(&arguments, b"").stdout).unwrap()
            };
            let (one, four) = (run("1"), run("4"));
            assert_eq!(one, four, "{}", path.display());
            reports.push(nameless(&one));
        }
        assert_eq!(reports[0], reports[1], "{}", folder.display());
    }
}

#[test]
fn the_order_of_entries_in_an_archive_does_not_matter() {
    let temporary = TempDir::new().unwrap();
    for folder in samples() {
        let mut files = files(&folder);
        let sorted = report(&open_one(&zipped(temporary.path(), "sample.zip", &files)));
        files.reverse();
        let reversed = report(&open_one(&zipped(temporary.path(), "sample.zip", &files)));
        assert_eq!(sorted, reversed, "{}", folder.display());
    }
}

// ----------------------------------------------------------------------------------------------------------------
// Encodings and names.

fn with_mark(text: &str) -> Vec<u8> {
    format!("\u{feff}{text}").into_bytes()
}

fn utf16_le(text: &str) -> Vec<u8> {
    let units = format!("\u{feff}{text}");
    units.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn with_carriage_returns(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}

#[test]
fn the_encoding_of_the_root_files_does_not_matter() {
    let temporary = TempDir::new().unwrap();
    let plain = files(&project(SAMPLE));
    let expected = facts_of(&zipped(temporary.path(), "plain.zip", &plain));
    for (what, encode) in [
        ("a byte order mark", with_mark as fn(&str) -> Vec<u8>),
        ("UTF-16", utf16_le),
        ("CRLF", with_carriage_returns),
    ] {
        let mut files = plain.clone();
        for (name, content) in &mut files {
            if matches!(&**name, "solution.xml" | "customizations.xml") {
                *content = encode(std::str::from_utf8(content).unwrap());
            }
        }
        let zip = zipped(temporary.path(), "encoded.zip", &files);
        assert_same(what, &expected, &facts_of(&zip));
        let folder = write(&temporary.path().join(what), &files);
        assert_same(&format!("{what}, unzipped"), &expected, &facts_of(&folder));
    }
}

#[test]
fn the_spelling_of_entry_names_does_not_matter() {
    let temporary = TempDir::new().unwrap();
    let plain = files(&project(SAMPLE));
    let package = open_one(&zipped(temporary.path(), "plain.zip", &plain));
    let (expected, expected_report) = (facts(&package), report(&package));
    for (what, spell) in [
        (
            "backslashes",
            (|name: &str| name.replace('/', "\\")) as fn(&str) -> String,
        ),
        ("percent-encoding", |name| {
            name.replace('[', "%5B").replace(']', "%5D")
        }),
    ] {
        let files: Files = plain
            .iter()
            .map(|(name, content)| (spell(name), content.clone()))
            .collect();
        let package = open_one(&zipped(temporary.path(), "spelled.zip", &files));
        assert_same(what, &expected, &facts(&package));
        if what == "percent-encoding" {
            assert_eq!(expected_report, report(&package));
        }
    }
}

#[test]
fn the_case_of_file_names_does_not_matter() {
    let temporary = TempDir::new().unwrap();
    let plain = files(&project(SAMPLE));
    let expected = facts_of(&zipped(temporary.path(), "plain.zip", &plain));
    let spelled: Files = plain
        .iter()
        .map(|(name, content)| {
            let name = match &**name {
                "solution.xml" => "Solution.XML".to_owned(),
                "customizations.xml" => "CUSTOMIZATIONS.xml".to_owned(),
                "[Content_Types].xml" => "[CONTENT_TYPES].XML".to_owned(),
                other => other.replace("Workflows/", "workflows/"),
            };
            (name, content.clone())
        })
        .collect();
    let zip = zipped(temporary.path(), "spelled.zip", &spelled);
    assert_same("zip", &expected, &facts_of(&zip));
    let folder = write(&temporary.path().join("spelled"), &spelled);
    assert_same("folder", &expected, &facts_of(&folder));
    // Lower-case source folders occur in repositories.
    let source = temporary.path().join("source");
    to_solution_packager(&project(SAMPLE), &source);
    let lower: Files = files(&source)
        .into_iter()
        .map(|(name, content)| {
            let (top, rest) = name.split_once('/').unwrap();
            (format!("{}/{rest}", top.to_ascii_lowercase()), content)
        })
        .collect();
    let lower = write(&temporary.path().join("lower"), &lower);
    assert_same("source folder", &expected, &facts_of(&lower));
}

// ----------------------------------------------------------------------------------------------------------------
// Both package types in one source folder.

const FORM: &str = "Entities/cts_Thing/FormXml/main/{7b1f0c52-4a0e-4a75-9a5a-000000000001}";

fn source_of_both() -> Files {
    let form = |title: &str| {
        format!(
            r#"<forms><systemform><formid>{{7b1f0c52-4a0e-4a75-9a5a-000000000001}}</formid><form /><LocalizedNames><LocalizedName description="{title}" languagecode="1033" /></LocalizedNames></systemform></forms>"#
        )
    };
    let app = |name: &str, title: &str| {
        format!(
            r#"<AppModule><UniqueName>{name}</UniqueName><LocalizedNames><LocalizedName description="{title}" languagecode="1033" /></LocalizedNames></AppModule>"#
        )
    };
    let mut made = solution(
        "ContosoThings",
        2,
        r#"<RootComponents><RootComponent type="1" schemaName="cts_thing" behavior="0" /></RootComponents><MissingDependencies />"#,
        "<AppModules />",
    );
    made.retain(|(name, _)| !name.starts_with('['));
    for (name, _) in &mut made {
        let known = if name == "solution.xml" {
            "Other/Solution.xml"
        } else {
            "Other/Customizations.xml"
        };
        known.clone_into(name);
    }
    let table = r#"<Entity><Name LocalizedName="Thing">cts_Thing</Name><EntityInfo><entity Name="cts_Thing"><attributes /></entity></EntityInfo><FormXml /></Entity>"#;
    let source = [
        ("Entities/cts_Thing/Entity.xml".to_owned(), table.to_owned()),
        (format!("{FORM}.xml"), form("Unmanaged form")),
        (format!("{FORM}_managed.xml"), form("Managed form")),
        (
            "AppModules/cts_both/AppModule.xml".into(),
            app("cts_both", "Unmanaged app"),
        ),
        (
            "AppModules/cts_both/AppModule_managed.xml".into(),
            app("cts_both", "Managed app"),
        ),
        // One type only: a component that the other package does not hold.
        (
            "AppModules/cts_managed/AppModule_managed.xml".into(),
            app("cts_managed", "Only managed app"),
        ),
        (
            "AppModules/cts_plain/AppModule.xml".into(),
            app("cts_plain", "App without twin"),
        ),
    ];
    made.extend(source.map(|(name, text)| (name, text.into_bytes())));
    made
}

#[test]
fn where_a_source_folder_holds_both_package_types_the_one_asked_for_is_read() {
    let temporary = TempDir::new().unwrap();
    let folder = write(temporary.path(), &source_of_both());
    let titles = |package_type: PackageType| {
        let options = OpenOptions {
            package_type,
            ..OpenOptions::default()
        };
        let Some(Opened::Package(package)) = open_all(&folder, &options).pop() else {
            panic!("no package")
        };
        let Parsed { solution, .. } = parse(&package).unwrap();
        assert_eq!(solution.manifest.package_type, package_type);
        assert!(solution.flaws.is_empty(), "{:?}", solution.flaws);
        assert!(solution.unclaimed.is_empty(), "{:?}", solution.unclaimed);
        let titles = solution.components.iter();
        let mut titles: Vec<_> = titles
            .filter_map(|component| component.identity.display_name.as_deref())
            .map(str::to_owned)
            .collect();
        titles.sort();
        titles
    };
    assert_eq!(
        titles(PackageType::Unmanaged),
        [
            "App without twin",
            "Thing",
            "Unmanaged app",
            "Unmanaged form"
        ]
    );
    assert_eq!(
        titles(PackageType::Managed),
        [
            "App without twin",
            "Managed app",
            "Managed form",
            "Only managed app",
            "Thing"
        ]
    );
    let managed = check_json(&["--package-type", "managed", text(&folder)], b"");
    assert_eq!(managed["packages"][0]["managed"], true);
    assert_eq!(
        check_json(&[text(&folder)], b"")["packages"][0]["managed"],
        false
    );
}

// ----------------------------------------------------------------------------------------------------------------
// Packages of packages, and several packages.

const CONFIG: &str = r#"<?xml version="1.0" encoding="utf-16"?>
<configdatastorage installsampledata="false">
  <solutions>
    <configsolutionfile solutionpackagefilename="z_base.zip" />
    <configsolutionfile solutionpackagefilename="a_app.zip" />
    <configsolutionfile solutionpackagefilename="gone.zip" />
  </solutions>
</configdatastorage>"#;

/// A Package Deployer package's folder of parts: its order is not that of the names, and one zip is missing.
fn deployer_parts() -> Files {
    vec![
        ("ImportConfig.xml".into(), CONFIG.into()),
        ("a_app.zip".into(), zip_of(&needing_choice("ContosoApp"))),
        (
            "b_extra.zip".into(),
            zip_of(&solution(
                "ContosoExtra",
                1,
                "<RootComponents /><MissingDependencies />",
                "",
            )),
        ),
        ("z_base.zip".into(), zip_of(&with_choice("ContosoBase"))),
    ]
}

fn deployer_expected(place: &str) -> Vec<(String, String)> {
    [
        ("z_base.zip", "ContosoBase"),
        ("a_app.zip", "ContosoApp"),
        ("gone.zip", "is listed in ImportConfig.xml"),
        ("b_extra.zip", "ContosoExtra"),
    ]
    .map(|(name, said)| (format!("{place}{name}"), said.to_owned()))
    .to_vec()
}

#[track_caller]
fn assert_deployed(report: &Value, place: &str) {
    let found = names(report);
    let expected = deployer_expected(place);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for ((path, said), (expected_path, expected_said)) in found.iter().zip(&expected) {
        assert_eq!(path, expected_path);
        assert!(said.contains(expected_said.as_str()), "{path}: {said}");
    }
    // The import order counts: what the base brings is there for the application.
    assert_eq!(report["requirements"][0]["state"], "present");
    assert_eq!(report["summary"]["unreadable"], 1);
}

#[test]
fn the_solutions_of_a_package_deployer_package_come_in_import_order_and_unlisted_ones_last() {
    let temporary = TempDir::new().unwrap();
    let inner: Files = deployer_parts()
        .into_iter()
        .map(|(name, content)| (format!("Pkg/{name}"), content))
        .collect();
    let zip = zipped(temporary.path(), "outer.zip", &inner);
    assert_deployed(
        &check_json(&[text(&zip)], b""),
        &format!("{}!Pkg/", text(&zip)),
    );
    let folder = write(&temporary.path().join("PkgFolder"), &deployer_parts());
    assert_deployed(
        &check_json(&[text(&folder)], b""),
        &format!("{}!", text(&folder)),
    );
    // From the folder above it is found too.
    let above = check_json(&[text(temporary.path())], b"");
    assert_eq!(names(&above).len(), 8, "{:?}", names(&above));
}

#[test]
fn a_zip_of_solutions_and_other_files_gives_its_solutions() {
    let temporary = TempDir::new().unwrap();
    let inner = vec![
        ("README.md".into(), b"# Contoso".to_vec()),
        ("Base_1_0.zip".into(), zip_of(&with_choice("ContosoBase"))),
    ];
    let zip = zipped(temporary.path(), "outer.zip", &inner);
    let found = names(&check_json(&[text(&zip)], b""));
    let path = format!("{}!Base_1_0.zip", text(&zip));
    assert_eq!(found, [(path, "ContosoBase".into())]);
}

#[test]
fn a_zip_that_holds_zips_without_solutions_is_named_itself() {
    let temporary = TempDir::new().unwrap();
    let other = || zip_of(&[("a.txt".into(), b"a".to_vec())]);
    let empty = || b"<a />".to_vec();
    for (beside, words) in [
        ("Sol/solution.xml", "one folder too deep, in 'Sol'"),
        ("a/b/solution.xml", "holds its solution too deep, in 'a/b'"),
        ("main/src/Other/Solution.xml", "source is in 'main/src'"),
        ("Other/Solution.xml", "is a zip of SolutionPackager source"),
        ("README.md", "is a zip of zips and other files"),
    ] {
        let inner = vec![
            (beside.into(), empty()),
            ("tests/fixture.zip".into(), other()),
        ];
        let zip = zipped(temporary.path(), "outer.zip", &inner);
        let found = names(&check_json(&[text(&zip)], b""));
        let [(path, said)] = &*found else {
            panic!("{beside}: {found:?}")
        };
        assert_eq!(path, text(&zip), "{beside}");
        assert!(said.contains(words), "{beside}: {said}");
    }
}

#[test]
fn a_listed_solution_that_is_missing_makes_the_run_fail() {
    let temporary = TempDir::new().unwrap();
    let folder = write(temporary.path(), &deployer_parts());
    let output = solvet(&["check", text(&folder)], b"");
    assert!(!output.status.success());
}

#[test]
fn several_paths_a_glob_a_folder_and_standard_input_name_the_same_packages() {
    let temporary = TempDir::new().unwrap();
    let at = temporary.path();
    let base = zipped(at, "a_base.zip", &with_choice("ContosoBase"));
    let app = zipped(at, "b_app.zip", &needing_choice("ContosoApp"));
    fs::write(at.join("notes.txt"), "not a package").unwrap();
    let glob = at.join("*.zip");
    let expected = ["ContosoBase", "ContosoApp"];
    let mut reports = Vec::new();
    for arguments in [
        vec![text(&base), text(&app)],
        vec![text(&glob)],
        vec![text(at)],
    ] {
        let report = check_json(&arguments, b"");
        let found: Vec<_> = names(&report).into_iter().map(|(_, name)| name).collect();
        assert_eq!(found, expected, "{arguments:?}");
        reports.push(nameless(&report.to_string()));
    }
    assert!(reports.iter().all(|report| *report == reports[0]));
    let bytes = fs::read(&base).unwrap();
    let from_input = check_json(&["-"], &bytes);
    assert_eq!(names(&from_input), [("-".into(), "ContosoBase".into())]);
    let from_file = check_json(&[text(&base)], b"");
    assert_eq!(
        nameless(&from_input.to_string()),
        nameless(&from_file.to_string())
    );
    let both = check_json(&["-", text(&app)], &bytes);
    assert_eq!(both["requirements"][0]["state"], "present");
}

#[test]
fn what_an_earlier_package_brings_is_there_for_a_later_one_only() {
    let temporary = TempDir::new().unwrap();
    let at = temporary.path();
    let base = zipped(at, "base.zip", &with_choice("ContosoBase"));
    let app = zipped(at, "app.zip", &needing_choice("ContosoApp"));
    let state = |order: &[&Path]| {
        let arguments: Vec<_> = order.iter().map(|path| text(path)).collect();
        let report = check_json(&arguments, b"");
        let requirements = report["requirements"].as_array().unwrap();
        assert_eq!(requirements.len(), 1);
        requirements[0]["state"].clone()
    };
    assert_eq!(state(&[&base, &app]), "present");
    assert_eq!(state(&[&app, &base]), "unknown");
    assert_eq!(state(&[&app]), "unknown");
}

// ----------------------------------------------------------------------------------------------------------------
// Real packages.

/// The real zips below a size, with what the list says of them: path, unique name.
fn real_zips(corpus: &Path) -> Vec<(PathBuf, String)> {
    const LARGEST: u64 = 2_000_000;
    let index = fs::read_to_string(corpus.join("index.tsv")).unwrap();
    let mut lines = index
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let column = |name: &str| head.iter().position(|column| *column == name).unwrap();
    let (path, bytes, name) = (column("path"), column("bytes"), column("unique_name"));
    lines
        .filter(|row| row[bytes].parse::<u64>().unwrap() < LARGEST)
        .map(|row| (corpus.join(row[path]), row[name].to_owned()))
        .collect()
}

/// Its customizations.xml is not well-formed.
const MALFORMED: &str = "test_solution_with_rel.zip";

/// It holds the source of its app, which no export does and YAML source may.
const UNPACKED_APP: &str = "charts-4-powerapps.zip";

#[test]
fn a_real_package_is_the_same_solution_in_every_layout() {
    let Some(corpus) = corpus() else { return };
    let (mut compared, mut deviating) = (0, 0);
    for (zip, _) in real_zips(&corpus) {
        if zip.ends_with(MALFORMED) {
            continue;
        }
        let temporary = TempDir::new().unwrap();
        let package = open_one(&zip);
        // What a name says of a package is a fact of it.
        let name = zip.file_name().unwrap();
        let unzipped = temporary.path().join("unzipped").join(name);
        let folder = write(&unzipped, &extract(&package));
        let source = temporary.path().join("source");
        to_solution_packager(&folder, &source);
        let expected = facts(&package);
        let unzipped = open_one(&folder);
        let mut found = differences(&expected, &facts(&unzipped));
        if report(&package) != report(&unzipped) {
            found.push("the reports of zip and unzipped folder differ".into());
        }
        found.extend(differences(&expected, &facts_of(&source)));
        let yaml = temporary.path().join("yaml");
        to_yaml_source(&folder, &yaml);
        let mut yaml = facts_of(&yaml);
        if zip.ends_with(UNPACKED_APP) {
            yaml.unclaimed = expected.unclaimed;
        }
        found.extend(differences(&expected, &yaml));
        compared += 1;
        if !found.is_empty() {
            deviating += 1;
            let shown = found.iter().take(4).cloned().collect::<Vec<_>>();
            eprintln!(
                "{} ({} differences):\n{}",
                zip.display(),
                found.len(),
                shown.join("\n")
            );
        }
    }
    eprintln!("{compared} real packages compared in four layouts");
    assert!(compared > 0);
    assert_eq!(deviating, 0, "of {compared}");
}

/// Solutions that are there as zips and as the folder of their repository.
const PAIRS: [&str; 3] = [
    "ALL_PROJECTS",
    "AccountLookupAgent",
    "BillingPolicyManagement",
];

/// Where a zip and the folder of its repository really differ: solution, how the lines begin, why.
const REAL_DIFFERENCES: [(&str, &str, &str); 3] = [
    (
        "AccountLookupAgent",
        "- botcomponent_connectionreference ",
        "the folder has no Assets/botcomponent_connectionreferenceset.xml; the zip has",
    ),
    (
        "AccountLookupAgent",
        "- node identity { kind: table(logicalname(\"botcomponent_connectionreference\"))",
        "the same in the graph",
    ),
    (
        "AccountLookupAgent",
        "- record-pair Required true false: identity { kind: table(logicalname(\"botcomponent_connectionreference\"))",
        "the same in the graph",
    ),
];

#[test]
fn a_real_zip_and_the_folder_of_its_repository_are_the_same_solution() {
    let Some(corpus) = corpus() else { return };
    let zips = real_zips(&corpus);
    let folders = fs::read_to_string(corpus.join("unpacked.tsv")).unwrap();
    let (mut met, mut found) = (Vec::new(), Vec::new());
    for row in folders.lines().skip(1) {
        let folder = corpus.join(row.split('\t').next().unwrap());
        for name in PAIRS {
            for (zip, _) in zips.iter().filter(|(_, of)| of == name) {
                let package = open_one(zip);
                let package_type = parse(&package).unwrap().solution.manifest.package_type;
                let Some(source) = source_of(&folder, name, package_type) else {
                    continue;
                };
                let mut source = facts(&source);
                // A folder for both package types says so; the zips of the repository say which they are.
                let managed = i32::from(package_type == PackageType::Managed);
                source.manifest = source.manifest.replace(
                    r#"managed_text: Some(Located { value: "2""#,
                    &format!(r#"managed_text: Some(Located {{ value: "{managed}""#),
                );
                let differing = differences(&facts(&package), &source).into_iter();
                found.extend(
                    differing
                        .filter(|line| !is_real_difference(name, line))
                        .map(|line| format!("{}: {line}", zip.display())),
                );
                met.push(name);
            }
        }
    }
    met.sort_unstable();
    met.dedup();
    assert_eq!(met, PAIRS);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn is_real_difference(name: &str, line: &str) -> bool {
    REAL_DIFFERENCES
        .iter()
        .any(|(of, start, _)| *of == name && line.starts_with(start))
}

/// The package of this solution in a folder, read as this package type.
fn source_of(folder: &Path, name: &str, package_type: PackageType) -> Option<Package> {
    let options = OpenOptions {
        package_type,
        ..OpenOptions::default()
    };
    let opened = open_all(folder, &options).into_iter();
    opened
        .filter_map(|opened| match opened {
            Opened::Package(package) => Some(*package),
            Opened::Failed(_) | Opened::PassedOver(_) => None,
        })
        .find(|package| parse(package).is_ok_and(|parsed| parsed.solution.manifest.name() == name))
}
