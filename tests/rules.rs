//! Every rule is proven by its samples: `samples/rules/<id>/bad…` shows it, `samples/rules/<id>/ok…` does not.
//!
//! A sample is a folder as an export or SolutionPackager writes it. Each is checked as a folder and as a zip; where the
//! container itself is at fault, [`CONTAINERS`] makes the zip. A `target-<sample>.json` or `target.json` beside the
//! samples is the target they are checked against, and a `settings-<sample>.json` or `settings.json` the deployment settings
//! that come with them, a `configuration-<sample>.toml` or `configuration.toml` the configuration, and a `name-<sample>.txt` what
//! the folder and the zip are called. Rules of the import are run by a simulation; an `import-<sample>.json` or
//! `import.json` says which operation it is, with which switches, and which folder beside it is the installed version.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "everything here runs in tests"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};

use jiff::civil::{Date, date};
use solvet::catalog::platform_error;
use solvet::check::{
    Asking, CheckOptions, Checked, Circumstances, Examined, ImportSwitches, Scope, check,
    check_configuration, check_settings, examine_with, rule, rules,
};
use solvet::config::{self, Config};
use solvet::finding::Severity;
use solvet::limits::Limits;
use solvet::package::{OpenOptions, Opened};
use solvet::parse::parse;
use solvet::report::human::{self, HumanOptions};
use solvet::report::{CheckReport, Entry};
use solvet::settings::{self, DeploymentSettings};
use solvet::simulate::{Request, SimulateOptions, Surroundings, simulate};
use solvet::target::{self, Target};
use support::pack;
use tempfile::TempDir;

/// A file of a sample, as [`pack::files`] lists it.
type File = (String, Vec<u8>);

/// Makes a package of a sample's files.
type Make = fn(&[File]) -> Vec<u8>;

/// Samples whose container is at fault, with the function that makes it from the folder.
static CONTAINERS: &[(&str, &str, Make)] = &[
    ("unreadable-entry", "bad", with_a_damaged_entry),
    ("duplicate-entry", "bad", with_an_entry_in_two_cases),
    ("duplicate-entry", "bad-exact", with_an_entry_listed_twice),
    ("unsafe-entry-name", "bad", with_an_entry_outside),
    ("assembly-too-large", "bad", with_a_large_assembly),
    ("connector-file-too-large", "bad", with_a_large_icon),
];

/// Samples that break a second rule, with the reason.
static ALSO: [(&str, &str, &str, &str); 1] = [(
    "rows-of-absent-table",
    "bad",
    "undeclared-component-absent",
    "a row refers to its table, which exports list only where another solution brought it",
)];

/// Samples that are judged differently as a folder and as a zip, with the reason.
static DIFFERS_BY_LAYOUT: [(&str, &str, &str); 1] = [(
    "missing-root-file",
    "bad-content-types",
    "tools add [Content_Types].xml when they zip, so only a zip without it is an error",
)];

/// The day on which the samples are checked, which decides what has expired.
const TODAY: Date = date(2026, 11, 26);

/// The entry that the functions of [`CONTAINERS`] damage or repeat.
const SCRIPT: &str = "WebResources/cts_orders.js";

struct Sample {
    rule: String,
    name: String,
    folder: PathBuf,
}

/// A sample as it can be opened: as a folder, as a zip, or both.
struct Forms {
    folder: Option<PathBuf>,
    zip: Option<PathBuf>,
    _temp: TempDir,
}

/// What two forms of one package must agree on: rule, severity, message, file, line and column.
type Summary = (&'static str, Severity, String, String, u32, u32);

fn folders(of: &Path) -> Vec<String> {
    let entries = fs::read_dir(of).unwrap().map(Result::unwrap);
    let mut names: Vec<_> = entries
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

fn samples() -> Vec<Sample> {
    let root = support::project("samples/rules");
    let of_rule = |rule: String| {
        let folder = root.join(&rule);
        folders(&folder).into_iter().map(move |name| Sample {
            rule: rule.clone(),
            folder: folder.join(&name),
            name,
        })
    };
    let all = folders(&root).into_iter().flat_map(of_rule);
    all.filter(|sample| sample.name != "installed")
        .filter(|sample| cfg!(unix) || !sample.needs_links())
        .collect()
}

/// What `import.json` says of a simulation.
#[derive(Default, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ImportSample {
    operation: String,
    switches: Vec<String>,
    installed: Option<String>,
}

impl ImportSample {
    fn options(&self) -> SimulateOptions {
        let has = |name: &str| self.switches.iter().any(|switch| switch == name);
        SimulateOptions {
            request: match self.operation.as_str() {
                "" | "auto" => Request::Auto,
                "install" => Request::Install,
                "update" => Request::Update,
                "upgrade" => Request::Upgrade,
                "stage" => Request::Stage,
                "apply-upgrade" => Request::ApplyUpgrade,
                other => panic!("{other} is no operation"),
            },
            switches: ImportSwitches {
                force_overwrite: has("force-overwrite"),
                skip_dependency_check: has("skip-dependency-check"),
                convert_to_managed: has("convert-to-managed"),
                publish_changes: has("publish-changes"),
                activate_plugins: has("activate-plugins"),
            },
            keep_going: true,
            ..SimulateOptions::default()
        }
    }
}

impl Sample {
    fn is_bad(&self) -> bool {
        self.name == "bad" || self.name.starts_with("bad-")
    }

    fn needs_links(&self) -> bool {
        self.rule == "symbolic-link" && self.is_bad()
    }

    fn label(&self) -> String {
        format!("{}/{}", self.rule, self.name)
    }

    fn container(&self) -> Option<Make> {
        let mut rows = CONTAINERS.iter();
        rows.find(|(rule, name, _)| *rule == self.rule && *name == self.name)
            .map(|(_, _, make)| *make)
    }

    fn forms(&self) -> Forms {
        let temp = tempfile::tempdir().unwrap();
        if self.needs_links() {
            let folder = temp.path().join("linked");
            copy_with_a_link(&self.folder, &folder);
            return Forms {
                folder: Some(folder),
                zip: None,
                _temp: temp,
            };
        }
        let is_source = ["Other", "solutions"]
            .iter()
            .any(|folder| self.folder.join(folder).is_dir());
        let container = self.container();
        let name = self.beside_in("name", "txt");
        let name = name.map(|path| fs::read_to_string(path).unwrap());
        let name = name.as_deref().map(str::trim);
        let named = name.map(|name| {
            let folder = temp.path().join(name);
            copy(&self.folder, &folder);
            folder
        });
        let zip = (!is_source).then(|| {
            let path = temp
                .path()
                .join(format!("{}.zip", name.unwrap_or("sample")));
            let make = container.unwrap_or(pack::zip_of);
            fs::write(&path, make(&pack::files(&self.folder))).unwrap();
            path
        });
        Forms {
            folder: container
                .is_none()
                .then(|| named.unwrap_or_else(|| self.folder.clone())),
            zip,
            _temp: temp,
        }
    }

    /// The file beside the samples that is this one's, or all samples'.
    fn beside(&self, what: &str) -> Option<PathBuf> {
        self.beside_in(what, "json")
    }

    fn beside_in(&self, what: &str, ending: &str) -> Option<PathBuf> {
        let beside = self.folder.parent().unwrap();
        let own = beside.join(format!("{what}-{}.{ending}", self.name));
        let mut paths = [own, beside.join(format!("{what}.{ending}"))].into_iter();
        paths.find(|path| path.exists())
    }

    fn target(&self) -> Option<Target> {
        let path = self.beside("target")?;
        Some(target::load(path.to_str().unwrap()).unwrap_or_else(|error| panic!("{error}")))
    }

    fn settings(&self) -> Option<DeploymentSettings> {
        let text = fs::read_to_string(self.beside("settings")?).unwrap();
        let read = settings::parse("settings.json", text, &Limits::default());
        Some(read.unwrap_or_else(|error| panic!("{error}")))
    }

    fn options(&self) -> OpenOptions {
        let mut options = OpenOptions::default();
        if self.rule == "limit-exceeded" {
            options.limits = Limits {
                xml_depth: 20,
                ..options.limits
            };
        }
        options
    }

    fn is_of_import(&self) -> bool {
        matches!(rule(&self.rule).unwrap().scope, Scope::Import(_))
    }

    fn configuration(&self) -> Config {
        let path = self.beside_in("configuration", "toml");
        path.map_or_else(Config::default, |path| {
            let text = fs::read_to_string(path).unwrap();
            let read = config::parse("solvet.toml", text);
            read.unwrap_or_else(|error| panic!("{}: {error}", self.label()))
        })
    }

    fn examine(&self, path: &Path, options: &CheckOptions) -> Examined {
        let mut opened = support::open_all(path, &self.options());
        assert_eq!(opened.len(), 1, "{} is one package", self.label());
        let Some(Opened::Package(package)) = opened.pop() else {
            panic!("{} is a package", self.label());
        };
        let parsed = parse(&package).unwrap_or_else(|error| panic!("{}: {error}", self.label()));
        examine_with(&package, parsed, Asking::Import, options)
    }

    fn check_with(&self, path: &Path, options: &CheckOptions) -> Checked {
        let target = self.target();
        let config = self.configuration();
        let options = CheckOptions {
            allowed: options.allowed.clone(),
            ..CheckOptions::configured(&config, TODAY)
        };
        let examined = self.examine(path, &options);
        let settings = self.settings();
        if !self.is_of_import() {
            let checked = check(vec![examined], target.as_ref(), options.clone());
            let mut checked = checked.into_iter().next().unwrap();
            let mut circumstances = Circumstances::on(TODAY);
            circumstances.has_packages = true;
            circumstances.add(checked.solution.manifest.name(), &checked.findings);
            let found = check_configuration(&config, &circumstances, &options);
            checked.findings.extend(found);
            if let Some(settings) = settings {
                let found =
                    check_settings(&settings, &[&checked.solution], target.as_ref(), &options);
                checked.findings.extend(found);
            }
            return checked;
        }
        let text = self
            .beside("import")
            .map(|path| fs::read_to_string(path).unwrap());
        let import: ImportSample = text.map_or_else(ImportSample::default, |text| {
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", self.label()))
        });
        let installed = import.installed.as_ref();
        let installed = installed.map(|name| self.folder.parent().unwrap().join(name));
        let installed = installed.map(|path| self.examine(&path, &options).solution);
        let installed: Vec<_> = installed.into_iter().collect();
        let target = target.unwrap_or_else(|| panic!("{} has a target", self.label()));
        let surroundings = Surroundings {
            target: &target,
            installed: &installed,
        };
        let options = SimulateOptions {
            settings,
            check: options,
            ..import.options()
        };
        let mut simulation = simulate(vec![examined], surroundings, &options);
        let mut step = simulation.steps.remove(0);
        let mut checked = step.checked.take().unwrap();
        checked.findings = step.findings;
        checked
    }

    /// The sample checked in each of its forms.
    fn checked(&self) -> Vec<Checked> {
        self.checked_with(&CheckOptions::default())
    }

    fn checked_with(&self, options: &CheckOptions) -> Vec<Checked> {
        let forms = self.forms();
        let paths = forms.folder.iter().chain(&forms.zip);
        paths.map(|path| self.check_with(path, options)).collect()
    }

    /// The report of the sample, of its zip where it has one.
    fn report(&self) -> String {
        let mut checked = self.checked().pop().unwrap();
        checked.path = "<package>".into();
        let report = CheckReport {
            configuration: Vec::new(),
            packages: vec![Entry::Checked(Box::new(checked))],
            target: self
                .target()
                .and_then(|target| target.manifest().environment.name.clone()),
        };
        human::check(&report, HumanOptions::default())
    }
}

fn summaries(checked: &Checked) -> Vec<Summary> {
    let findings = checked.findings.iter().map(|placed| {
        (
            placed.finding.rule,
            placed.finding.severity,
            placed.finding.message.clone(),
            placed.place.file.to_string(),
            placed.place.line,
            placed.place.column,
        )
    });
    findings.collect()
}

/// Findings of other rules that are more than notes.
fn strangers(sample: &Sample, checked: &Checked) -> Vec<Summary> {
    let known = |rule: &str| {
        ALSO.iter()
            .any(|row| (row.0, row.1, row.2) == (&*sample.rule, &*sample.name, rule))
    };
    let mut found = summaries(checked);
    found.retain(|(rule, severity, ..)| {
        *rule != sample.rule && *severity > Severity::Note && !known(rule)
    });
    found
}

/// The file of [`SCRIPT`]; exports append an identifier to such names.
fn script(files: &[File]) -> &File {
    let found = files.iter().find(|(name, _)| name.starts_with(SCRIPT));
    found.unwrap()
}

fn zip_with(files: &[File], name: String, content: Vec<u8>) -> Vec<u8> {
    pack::zip_of(&[files, &[(name, content)]].concat())
}

fn with_a_damaged_entry(files: &[File]) -> Vec<u8> {
    let mut zip = pack::zip_of(files);
    let (name, _) = script(files);
    let mut archive = zip::ZipArchive::new(Cursor::new(zip.clone())).unwrap();
    let entry = archive.by_name(name).unwrap();
    let middle = entry.data_start().unwrap() + entry.compressed_size() / 2;
    drop(entry);
    zip[usize::try_from(middle).unwrap()] ^= 0x01;
    zip
}

fn with_an_entry_in_two_cases(files: &[File]) -> Vec<u8> {
    let (name, content) = script(files);
    zip_with(files, name.replace("orders", "Orders"), content.clone())
}

/// The writer refuses one name twice, so the second is written under another of the same length and then renamed.
fn with_an_entry_listed_twice(files: &[File]) -> Vec<u8> {
    let (name, content) = script(files);
    let stand_in = name.replace("orders", "Orders");
    let mut zip = zip_with(files, stand_in.clone(), content.clone());
    let length = stand_in.len();
    for at in 0..=zip.len() - length {
        if zip[at..].starts_with(stand_in.as_bytes()) {
            zip[at..at + length].copy_from_slice(name.as_bytes());
        }
    }
    zip
}

fn with_an_entry_outside(files: &[File]) -> Vec<u8> {
    zip_with(files, "../evil.xml".into(), b"<evil />".to_vec())
}

/// The files as they are, where those whose names have a part in them are filled up to one byte too many.
fn with_large(files: &[File], part: &str, most: usize) -> Vec<u8> {
    let mut files = files.to_vec();
    for (name, content) in &mut files {
        if name.contains(part) {
            content.resize(most + 1, 0);
        }
    }
    pack::zip_of(&files)
}

fn with_a_large_assembly(files: &[File]) -> Vec<u8> {
    with_large(files, "PluginAssemblies/", 16 * 1024 * 1024)
}

fn with_a_large_icon(files: &[File]) -> Vec<u8> {
    with_large(files, "iconblob", 1024 * 1024)
}

fn copy(from: &Path, to: &Path) {
    for (name, content) in pack::files(from) {
        let path = to.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
}

fn copy_with_a_link(from: &Path, to: &Path) {
    copy(from, to);
    #[cfg(unix)]
    std::os::unix::fs::symlink(
        "../../shared/cts_common.js",
        to.join("WebResources/cts_common.js"),
    )
    .unwrap();
}

#[test]
fn every_rule_has_a_bad_and_an_ok_sample_and_every_folder_is_a_rule() {
    let ids: BTreeSet<_> = rules().map(|rule| rule.id.to_owned()).collect();
    let root = support::project("samples/rules");
    let found: BTreeSet<_> = folders(&root).into_iter().collect();
    assert_eq!(found, ids, "the folders of samples/rules are the rules");
    for id in ids {
        let names = folders(&root.join(&id));
        for needed in ["bad", "ok"] {
            assert!(names.iter().any(|name| name == needed), "{id}/{needed}");
        }
        for name in names {
            let kind = name.split('-').next();
            assert!(
                matches!(kind, Some("bad" | "ok" | "installed")),
                "{id}/{name}"
            );
        }
    }
}

#[test]
fn the_table_of_samples_has_a_line_for_every_rule() {
    let text = fs::read_to_string(support::project("samples/rules/README.md")).unwrap();
    let lines: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let ids: Vec<_> = rules().map(|rule| rule.id).collect();
    assert_eq!(lines, ids);
}

#[test]
fn a_bad_sample_breaks_its_rule() {
    for sample in samples().iter().filter(|sample| sample.is_bad()) {
        for checked in sample.checked() {
            let found = summaries(&checked);
            assert!(
                found.iter().any(|(rule, ..)| *rule == sample.rule),
                "{} as {}: {found:#?}",
                sample.label(),
                checked.layout.name()
            );
        }
    }
}

#[test]
fn a_rule_that_is_switched_off_finds_nothing_and_takes_no_other_finding_with_it() {
    for sample in samples().iter().filter(|sample| sample.is_bad()) {
        let options = CheckOptions {
            allowed: BTreeSet::from([rule(&sample.rule).unwrap().id]),
            ..CheckOptions::default()
        };
        let without = sample.checked_with(&options);
        for (all, rest) in sample.checked().iter().zip(&without) {
            let mut others = summaries(all);
            others.retain(|(rule, ..)| *rule != sample.rule);
            assert_eq!(summaries(rest), others, "{}", sample.label());
            let worse = strangers(sample, rest);
            assert!(worse.is_empty(), "{}: {worse:#?}", sample.label());
        }
    }
}

#[test]
fn an_ok_sample_does_not_break_its_rule() {
    for sample in samples().iter().filter(|sample| !sample.is_bad()) {
        for checked in sample.checked() {
            let mut found = summaries(&checked);
            found.retain(|(rule, ..)| *rule == sample.rule);
            assert!(found.is_empty(), "{}: {found:#?}", sample.label());
        }
    }
}

#[test]
fn a_sample_breaks_no_other_rule() {
    let mut broken = BTreeMap::new();
    for sample in samples() {
        for checked in sample.checked() {
            let found = strangers(&sample, &checked);
            if !found.is_empty() {
                broken.insert(sample.label(), found);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn a_folder_and_its_zip_give_the_same_findings() {
    for sample in samples() {
        let checked = sample.checked();
        let [folder, zip] = checked.as_slice() else {
            continue;
        };
        let differs = DIFFERS_BY_LAYOUT
            .iter()
            .any(|row| (row.0, row.1) == (&*sample.rule, &*sample.name));
        let equal = summaries(folder) == summaries(zip);
        assert_eq!(
            equal,
            !differs,
            "{}: {:#?}\n{:#?}",
            sample.label(),
            summaries(folder),
            summaries(zip)
        );
    }
}

#[test]
fn a_rule_has_the_worst_severity_its_samples_show() {
    let mut worst: BTreeMap<&'static str, Severity> = BTreeMap::new();
    for sample in samples() {
        for checked in sample.checked() {
            for (rule, severity, ..) in summaries(&checked) {
                let known = worst.entry(rule).or_insert(severity);
                *known = (*known).max(severity);
            }
        }
    }
    for (id, severity) in worst {
        assert_eq!(rule(id).unwrap().severity, severity, "{id}");
    }
}

#[test]
fn every_platform_error_of_a_rule_is_in_the_catalogue() {
    for rule in rules() {
        for code in rule.codes {
            assert!(platform_error(*code).is_some(), "{}: {code:#010x}", rule.id);
        }
    }
}

#[test]
fn reports_of_bad_samples_read_as_they_did() {
    let mut reports: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sample in samples().iter().filter(|sample| sample.is_bad()) {
        let text = format!("=== {} ===\n{}", sample.name, sample.report());
        reports.entry(sample.rule.clone()).or_default().push(text);
    }
    for (rule, texts) in reports {
        insta::assert_snapshot!(rule, texts.join("\n"));
    }
}

/// Not a sample, for a system that ignores case cannot hold one.
#[test]
#[cfg(target_os = "linux")]
fn a_folder_of_source_in_two_cases_is_told() {
    let samples = samples().into_iter();
    let mut samples = samples.filter(|sample| sample.rule == "source-name-case");
    let sample = samples.find(|sample| sample.name == "ok").unwrap();
    let temp = tempfile::tempdir().unwrap();
    copy(&sample.folder, temp.path());
    let views = temp.path().join("entities/cts_crate");
    fs::create_dir_all(temp.path().join("entities/cts_Crate/formxml")).unwrap();
    fs::copy(
        views.join("entity.yml"),
        temp.path().join("entities/cts_Crate/formxml/note.txt"),
    )
    .unwrap();
    let found = summaries(&sample.check_with(temp.path(), &CheckOptions::default()));
    let told = found
        .iter()
        .filter(|(rule, ..)| *rule == "source-name-case")
        .map(|(_, _, message, ..)| &**message);
    assert_eq!(
        told.collect::<Vec<_>>(),
        ["The folder entities/cts_crate is also written entities/cts_Crate."]
    );
}
