//! Hostile input: whatever a file holds, solvet answers with a clear error or a finding. It never panics or hangs.
//!
//! No test asserts a time. Traps for time and memory are answered by a limit, and the tests assert which one.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

#[path = "../support/damage.rs"]
mod damage;
#[path = "../support/mod.rs"]
mod support;

mod archive;
mod assemblies;
mod crowds;
mod folders;
mod foreign;
mod names;
mod references;
mod sizes;
mod text;
mod xml;
mod yaml;

use std::fs;
use std::path::Path;

use solvet::check::{CheckOptions, check, examine};
use solvet::limits::Limits;
use solvet::package::{OpenOptions, Opened};
use solvet::parse::parse;
use solvet::report::human::HumanOptions;
use solvet::report::{CheckReport, Entry, Inventory, InventoryFilter, human, json};
use support::open_all;
use support::pack::zip_of;

type Files = Vec<(String, Vec<u8>)>;

const TYPES: &str = r#"<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="json" ContentType="application/octet-stream" /></Types>"#;
const CUSTOMIZATIONS: &str = "<ImportExportXml><Entities /></ImportExportXml>";

/// solution.xml with something in its root components.
fn manifest(name: &str, roots: &str, missing: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="utf-8"?>
<ImportExportXml version="9.2.24054.194" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive">
  <SolutionManifest>
    <UniqueName>{name}</UniqueName>
    <LocalizedNames><LocalizedName description="Hostile" languagecode="1033" /></LocalizedNames>
    <Version>1.0.0.0</Version>
    <Managed>0</Managed>
    <Publisher>
      <UniqueName>contoso</UniqueName>
      <CustomizationPrefix>cts</CustomizationPrefix>
      <CustomizationOptionValuePrefix>10000</CustomizationOptionValuePrefix>
    </Publisher>
    <RootComponents>{roots}</RootComponents>
    <MissingDependencies>{missing}</MissingDependencies>
  </SolutionManifest>
</ImportExportXml>
"#
    )
}

fn file(name: &str, content: impl Into<Vec<u8>>) -> (String, Vec<u8>) {
    (name.into(), content.into())
}

/// A sound package.
fn sound() -> Files {
    vec![
        file("[Content_Types].xml", TYPES),
        file("customizations.xml", CUSTOMIZATIONS),
        file("solution.xml", manifest("Hostile", "", "")),
    ]
}

/// The sound package with one file replaced or added.
fn with(name: &str, content: impl Into<Vec<u8>>) -> Files {
    let mut files = sound();
    files.retain(|(known, _)| known != name);
    files.push(file(name, content));
    files
}

fn zip_with(name: &str, content: impl Into<Vec<u8>>) -> Vec<u8> {
    zip_of(&with(name, content))
}

/// Limits that differ from the default in one place.
fn limits(change: impl FnOnce(&mut Limits)) -> OpenOptions {
    let mut options = OpenOptions::default();
    change(&mut options.limits);
    options
}

/// What a whole run says of one path: every step of the program, and both reports.
struct Answer {
    solutions: Vec<String>,
    errors: Vec<String>,
    findings: Vec<(String, String)>,
    human: String,
    json: String,
}

impl Answer {
    fn of_path(path: &Path, options: &OpenOptions) -> Self {
        let mut errors = Vec::new();
        let mut packages = Vec::new();
        let mut examined = Vec::new();
        let mut inventories = String::new();
        let mut fail = |error: solvet::Error| {
            errors.push(format!("{error} | {}", error.remedy()));
            Entry::Failed(error)
        };
        for opened in open_all(path, options) {
            match opened {
                Opened::Failed(error) | Opened::PassedOver(error) => packages.push(fail(error)),
                Opened::Package(package) => match parse(&package) {
                    Ok(parsed) => {
                        let inventory =
                            Inventory::new(package.path(), package.layout(), parsed.clone());
                        inventories += &inventory.human(&InventoryFilter::default());
                        examined.push(examine(&package, parsed));
                    }
                    Err(error) => packages.push(fail(error)),
                },
            }
        }
        let checked = check(examined, None, CheckOptions::default());
        let entries = checked.into_iter().map(|one| Entry::Checked(Box::new(one)));
        let report = CheckReport {
            configuration: Vec::new(),
            packages: entries.chain(packages).collect(),
            target: None,
        };
        let verbose = HumanOptions {
            verbose: true,
            ..HumanOptions::default()
        };
        let reports = [HumanOptions::default(), verbose].map(|how| human::check(&report, how));
        let found = report.checked().flat_map(|one| &one.findings);
        Self {
            solutions: report
                .checked()
                .map(|one| one.solution.manifest.name().to_owned())
                .collect(),
            findings: found
                .map(|one| (one.finding.rule.to_owned(), one.finding.message.clone()))
                .collect(),
            errors,
            human: reports.concat() + &inventories,
            json: json::check(&report),
        }
    }

    fn of_bytes(bytes: &[u8], options: &OpenOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("package.zip");
        fs::write(&path, bytes).unwrap();
        Self::of_path(&path, options)
    }

    fn of(bytes: &[u8]) -> Self {
        Self::of_bytes(bytes, &OpenOptions::default())
    }

    /// The one error, where nothing could be read.
    fn error(&self) -> &str {
        match (&*self.errors, &*self.solutions) {
            ([error], []) => error,
            _ => panic!("expected one error: {:?} {:?}", self.errors, self.brief()),
        }
    }

    fn refuses(&self, text: &str) {
        assert!(self.error().contains(text), "{}", self.error());
    }

    /// Asserts that a rule said something like this.
    fn finds(&self, rule: &str, text: &str) {
        let found = self
            .findings
            .iter()
            .any(|(id, message)| id == rule && message.contains(text));
        assert!(found, "{:?} {:?}", self.errors, self.brief());
    }

    fn brief(&self) -> Vec<String> {
        let line = |(rule, message): &(String, String)| {
            format!("{rule}: {}", message.chars().take(200).collect::<String>())
        };
        self.findings.iter().take(20).map(line).collect()
    }
}

#[test]
fn the_package_that_is_damaged_here_is_sound_itself() {
    let answer = Answer::of(&zip_of(&sound()));
    assert_eq!(answer.solutions, ["Hostile"]);
    assert!(answer.findings.is_empty(), "{:?}", answer.brief());
}

fn write_folder(files: &[(String, Vec<u8>)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}
