//! Real packages: nothing of them may be lost, misread or refused, and damage to them must do no harm.
//!
//! These tests run where `SOLVET_CORPUS` names the folder of packages, and say that they are skipped elsewhere.
#![expect(
    clippy::unwrap_used,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

#[path = "support/damage.rs"]
mod damage;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::io::Cursor;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use damage::Seeded;
use rayon::prelude::*;
use roxmltree::{Document, Node};
use solvet::check::{CheckOptions, Checked, Examined, check, examine};
use solvet::finding::Severity;
use solvet::package::{Layout, OpenOptions, Opened};
use solvet::parse::{Parsed, parse};
use solvet::report::human::HumanOptions;
use solvet::report::{CheckReport, Entry, human, json};
use solvet::target::Presence;
use support::{check_one, corpus, open_all, open_one, parse_one};

/// The rows of a table beside the packages, each as (column, value).
fn table(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines().map(|line| line.split('\t').map(str::to_owned));
    let columns: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|values| columns.iter().cloned().zip(values).collect())
        .collect()
}

fn zips(corpus: &Path) -> Vec<PathBuf> {
    let pattern = corpus.join("zips/**/*.zip");
    let found = glob::glob(pattern.to_str().unwrap()).unwrap();
    found.map(Result::unwrap).collect()
}

fn folders(corpus: &Path) -> Vec<PathBuf> {
    let rows = table(&corpus.join("unpacked.tsv"));
    rows.iter().map(|row| corpus.join(&row["path"])).collect()
}

fn short(corpus: &Path, path: &Path) -> String {
    let below = path.strip_prefix(corpus).unwrap_or(path);
    below.to_string_lossy().into_owned()
}

/// The one package whose relationships are cut off in the middle of a word.
const MALFORMED: &str = "test_solution_with_rel.zip";

#[test]
fn every_zip_has_the_roots_and_missing_dependencies_that_were_counted_independently() {
    let Some(corpus) = corpus() else { return };
    let rows = table(&corpus.join("index.tsv"));
    let listed: BTreeSet<PathBuf> = rows.iter().map(|row| corpus.join(&row["path"])).collect();
    let found: BTreeSet<PathBuf> = zips(&corpus).into_iter().collect();
    assert_eq!(found, listed);
    let wrong: Vec<String> = rows
        .par_iter()
        .filter_map(|row| {
            let parsed = parse_one(&corpus.join(&row["path"]));
            let manifest = &parsed.solution.manifest;
            let ours = [
                manifest.roots.len().to_string(),
                manifest.missing_dependencies.len().to_string(),
                manifest.name().to_owned(),
            ];
            let theirs =
                ["roots", "missing_dependencies", "unique_name"].map(|column| row[column].clone());
            (ours != theirs).then(|| format!("{}: {ours:?}, not {theirs:?}", row["path"]))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{} zips", rows.len());
}

#[test]
fn the_one_malformed_package_has_one_such_finding_with_the_platforms_code() {
    let Some(corpus) = corpus() else { return };
    let path = zips(&corpus)
        .into_iter()
        .find(|path| path.ends_with(MALFORMED))
        .unwrap();
    let checked = check_one(&path, None);
    let malformed: Vec<_> = checked
        .findings
        .iter()
        .filter(|placed| placed.finding.rule == "malformed-file")
        .collect();
    let [only] = malformed.as_slice() else {
        panic!("{malformed:#?}")
    };
    assert_eq!(only.finding.platform.as_ref().unwrap().0.code, 0x8004_8013);
    assert_eq!(&*only.place.file, "customizations.xml");
    assert_eq!(only.place.line, 43);
}

#[test]
fn every_source_folder_opens_in_its_layout() {
    let Some(corpus) = corpus() else { return };
    let rows = table(&corpus.join("unpacked.tsv"));
    assert_eq!(rows.len(), 14);
    for row in &rows {
        let path = corpus.join(&row["path"]);
        let parsed = parse_one(&path);
        let layout = if row["solution_xml"].ends_with("Other/Solution.xml") {
            Layout::SolutionPackager
        } else {
            Layout::Unzipped
        };
        assert_eq!(open_one(&path).layout(), layout, "{}", row["path"]);
        assert!(
            !parsed.solution.manifest.name().is_empty(),
            "{}",
            row["path"]
        );
    }
}

/// What is in the nested packages: the solutions that open, in order, and words of the errors.
const NESTED: [(&str, &[&str], &[&str]); 5] = [
    (
        "microsoft__Dynamics-365-FastTrack-Implementation-Assets/P2CFieldService.PackageDeployer.zip",
        &["msdynce_FieldServiceIntegration"],
        &[],
    ),
    // A package within the zip that AppSource takes.
    (
        "microsoft__Dynamics-365-FastTrack-Implementation-Assets/CRMP2CPackage.zip",
        &["msdynce_ProspectToCashIntegration"],
        &[],
    ),
    // A lab's files, among them a zip with a program in it; no solution at all.
    (
        "MicrosoftDocs__mslearn-developer-tools-power-platform/artifacts.zip",
        &[],
        &["no solution.xml anywhere in it"],
    ),
    (
        "_wrong_root/PermitManagement_1_0_0_1.zip",
        &[],
        &["holds its solution one folder too deep, in 'PermitManagement_1_0_0_1'"],
    ),
    // Zipped again by hand, with entries of folders, but with the right root.
    (
        "_wrong_root/azure-http-key-vault.zip",
        &["azurehttpkeyvault"],
        &[],
    ),
];

#[test]
fn nested_packages_open_in_the_order_of_their_import() {
    let Some(corpus) = corpus() else { return };
    for (path, solutions, errors) in NESTED {
        let (mut opened, mut refused) = (Vec::new(), Vec::new());
        for one in open_all(&corpus.join("nested").join(path), &OpenOptions::default()) {
            match one {
                Opened::Package(package) => {
                    opened.push(parse(&package).unwrap().solution.manifest.name().to_owned());
                }
                Opened::Failed(error) => refused.push(error.to_string()),
                Opened::PassedOver(error) => refused.push(format!("passed over: {error}")),
            }
        }
        assert_eq!(opened, solutions, "{path}: {refused:?}");
        assert_eq!(refused.len(), errors.len(), "{path}: {refused:?}");
        for (error, words) in refused.iter().zip(errors) {
            assert!(error.contains(words), "{path}: {error}");
        }
    }
}

#[test]
fn without_a_target_no_reference_is_an_error_and_an_empty_target_lacks_nothing() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let manifest = folder.path().join("empty.json");
    fs::write(&manifest, r#"{"manifestVersion": 1}"#).unwrap();
    let target = solvet::target::load(&manifest.to_string_lossy()).unwrap();
    let mut paths = zips(&corpus);
    paths.extend(folders(&corpus));
    let said: BTreeSet<String> = paths
        .par_iter()
        .filter(|path| !path.ends_with(MALFORMED))
        .flat_map_iter(|path| {
            let plain = check_one(path, None);
            let empty = check_one(path, Some(&target));
            let of_requirements = |checked: &Checked| {
                let found = checked.findings.iter().filter(|placed| {
                    placed.finding.rule.starts_with("required-")
                        && placed.finding.severity == Severity::Error
                });
                found
                    .map(|placed| placed.finding.message.clone())
                    .collect::<Vec<_>>()
            };
            let absent = |checked: &Checked| {
                let asked = checked.requirements.iter();
                let absent = asked.filter(|one| one.answer.presence == Presence::Absent);
                absent
                    .map(|one| one.required.to_string())
                    .collect::<Vec<_>>()
            };
            let mut said = of_requirements(&plain);
            said.extend(of_requirements(&empty));
            said.extend(absent(&plain));
            said.extend(absent(&empty));
            let name = short(&corpus, path);
            said.into_iter().map(move |what| format!("{name}: {what}"))
        })
        .collect();
    assert!(said.is_empty(), "{said:#?}");
}

// Damage.

/// What a run says of bytes: nothing readable, or findings and the whole report.
#[derive(PartialEq, Eq, Debug)]
enum Said {
    Failed,
    Findings(Vec<(&'static str, String, Box<str>)>, String),
}

fn examined(path: &Path) -> (Vec<Examined>, Vec<Entry>) {
    let (mut examined, mut failed) = (Vec::new(), Vec::new());
    for opened in open_all(path, &OpenOptions::default()) {
        match opened {
            Opened::Package(package) => match parse(&package) {
                Ok(parsed) => examined.push(examine(&package, parsed)),
                Err(error) => failed.push(Entry::Failed(error)),
            },
            Opened::Failed(error) | Opened::PassedOver(error) => failed.push(Entry::Failed(error)),
        }
    }
    (examined, failed)
}

/// Every step of the program.
fn run(path: &Path) -> Said {
    let (examined, failed) = examined(path);
    let checked = check(examined, None, CheckOptions::default());
    let findings = |one: &Checked| {
        let found = one.findings.iter();
        // A finding that names a few of many things tells of the others by its fingerprint.
        let found = found.map(|placed| {
            let finding = &placed.finding;
            (
                finding.rule,
                finding.message.clone(),
                placed.fingerprint.clone(),
            )
        });
        found.collect::<Vec<_>>()
    };
    let findings: Vec<_> = checked.iter().flat_map(findings).collect();
    let has_failed = !failed.is_empty();
    let checked = checked.into_iter().map(|one| Entry::Checked(Box::new(one)));
    let report = CheckReport {
        configuration: Vec::new(),
        packages: checked.chain(failed).collect(),
        target: None,
    };
    let _ = human::check(&report, HumanOptions::default());
    // Names of files are told as the package writes them, and mean the same in any case.
    let json = json::check(&report).to_ascii_lowercase();
    if has_failed {
        Said::Failed
    } else {
        // The temporary file has another name in every thread.
        Said::Findings(
            findings,
            json.replace(&path.to_string_lossy().to_ascii_lowercase(), "package.zip"),
        )
    }
}

#[derive(Clone, Copy, Debug)]
enum Harm {
    Flip { bit: usize },
    Cut { length: usize },
}

impl Harm {
    fn draw(seeded: &mut Seeded, length: usize) -> Self {
        if seeded.below(8) == 0 {
            Self::Cut {
                length: seeded.below(length),
            }
        } else {
            Self::Flip {
                bit: seeded.below(length * 8),
            }
        }
    }

    fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Self::Flip { bit } => bytes[bit / 8] ^= 1 << (bit % 8),
            Self::Cut { length } => bytes.truncate(length),
        }
    }
}

/// The stretches of a zip that are packed content, as opposed to headers.
fn contents(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let count = archive.len();
    let stretch = |index: usize| {
        let file = archive.by_index_raw(index).unwrap();
        let start = usize::try_from(file.data_start().unwrap()).unwrap();
        start..start + usize::try_from(file.compressed_size()).unwrap()
    };
    (0..count).map(stretch).collect()
}

/// Whether harm hits content. The last byte of a deflate stream has bits that mean nothing.
fn hits_content(harm: Harm, contents: &[Range<usize>]) -> bool {
    match harm {
        Harm::Cut { .. } => true,
        Harm::Flip { bit } => contents
            .iter()
            .any(|range| range.contains(&(bit / 8)) && bit / 8 + 1 != range.end),
    }
}

const PLACES: u64 = if cfg!(debug_assertions) { 100 } else { 2_000 };
const SMALL: u64 = 200 * 1024;

/// What became of one damaged package, compared with the sound one.
fn outcome(package: &[u8], harm: Harm, sound: &Said, path: &Path) -> &'static str {
    let mut bytes = package.to_vec();
    harm.apply(&mut bytes);
    fs::write(path, &bytes).unwrap();
    let said = catch_unwind(AssertUnwindSafe(|| run(path)));
    fs::remove_file(path).unwrap();
    match (said, sound) {
        (Err(_), _) => "panicked",
        (Ok(Said::Failed), _) => "refused",
        (Ok(Said::Findings(now, _)), Said::Findings(before, _)) if now != *before => "found",
        (Ok(said), sound) if said != *sound => "changed without a finding",
        _ if hits_content(harm, &contents(package)) => "content damaged unnoticed",
        _ => "of no consequence (in headers)",
    }
}

#[test]
fn damage_at_any_place_of_a_package_never_panics() {
    let Some(corpus) = corpus() else { return };
    let packages: Vec<Vec<u8>> = zips(&corpus)
        .iter()
        .filter(|path| fs::metadata(path).unwrap().len() < SMALL)
        .map(|path| fs::read(path).unwrap())
        .collect();
    let scratch = tempfile::tempdir().unwrap();
    let path = |thread: u64| scratch.path().join(format!("{thread}.zip"));
    let sound: Vec<Said> = (0_u64..)
        .zip(&packages)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(number, bytes)| {
            let path = path(number);
            fs::write(&path, bytes).unwrap();
            run(&path)
        })
        .collect();
    let outcomes: Vec<(String, &str)> = (0..PLACES)
        .into_par_iter()
        .map(|place| {
            let mut seeded = Seeded::new(place);
            let chosen = seeded.below(packages.len());
            let harm = Harm::draw(&mut seeded, packages[chosen].len());
            let outcome = outcome(
                &packages[chosen],
                harm,
                &sound[chosen],
                &path(1_000_000 + place),
            );
            (
                format!("place {place}: package {chosen}, {harm:?}"),
                outcome,
            )
        })
        .collect();
    let mut counts = BTreeMap::<&str, usize>::new();
    for (_, outcome) in &outcomes {
        *counts.entry(outcome).or_default() += 1;
    }
    println!("{PLACES} places in {} packages: {counts:?}", packages.len());
    for outcome in [
        "panicked",
        "changed without a finding",
        "content damaged unnoticed",
    ] {
        let those = outcomes.iter().filter(|(_, what)| *what == outcome);
        let places: Vec<_> = those.map(|(place, _)| place).collect();
        assert!(places.is_empty(), "{outcome}: {places:#?}");
    }
}

// Coverage: what is in customizations.xml, counted without solvet.

/// Where the items of each collection stand, and the type they have. `*` is any name.
const ITEMS: &[(&str, &str)] = &[
    ("Entities/Entity", "1"),
    (
        "Entities/Entity/EntityInfo/entity/attributes/attribute",
        "2",
    ),
    (
        "Entities/Entity/EntityInfo/entity/EntityKeys/EntityKey",
        "14",
    ),
    ("Entities/Entity/Strings/Strings", "22"),
    ("Entities/Entity/SavedQueries/savedqueries/savedquery", "26"),
    ("Entities/Entity/Visualizations/visualization", "59"),
    ("Entities/Entity/FormXml/forms/systemform", "60"),
    ("Entities/Entity/HierarchyRules/HierarchyRule", "65"),
    (
        "Entities/Entity/CustomControlDefaultConfigs/CustomControlDefaultConfig",
        "68",
    ),
    ("EntityRelationships/EntityRelationship", "10"),
    ("EntityMaps/EntityMap", "46"),
    ("EntityMaps/EntityMap/AttributeMaps/AttributeMap", "47"),
    ("optionsets/optionset", "9"),
    ("Workflows/Workflow", "29"),
    ("WebResources/WebResource", "61"),
    ("Roles/Role", "20"),
    ("FieldSecurityProfiles/FieldSecurityProfile", "70"),
    (
        "FieldSecurityProfiles/FieldSecurityProfile/FieldPermissions/FieldPermission",
        "71",
    ),
    ("SolutionPluginAssemblies/PluginAssembly", "91"),
    (
        "SolutionPluginAssemblies/PluginAssembly/PluginTypes/PluginType",
        "90",
    ),
    ("SdkMessageProcessingSteps/SdkMessageProcessingStep", "92"),
    (
        "SdkMessageProcessingSteps/SdkMessageProcessingStep/SdkMessageProcessingStepImages/SdkMessageProcessingStepImage",
        "93",
    ),
    ("ServiceEndpoints/ServiceEndpoint", "95"),
    ("AppModules/AppModule", "80"),
    ("AppModules/AppModule/appsettings/appsetting", "appsetting"),
    ("AppModules/AppModule/appelements/appelement", "appelement"),
    ("AppModuleSiteMaps/AppModuleSiteMap", "62"),
    ("SiteMap/SiteMap", "62"),
    ("CanvasApps/CanvasApp", "300"),
    ("CustomControls/CustomControl", "66"),
    ("Connectors/Connector", "372"),
    ("AIModels/AIModel", "401"),
    ("AIModels/AIModel/AIConfigurations/AIConfiguration", "402"),
    ("Dashboards/Dashboard", "60"),
    ("Dialogs/Dialog", "60"),
    (
        "InteractionCentricDashboards/InteractionCentricDashboard",
        "60",
    ),
    ("ConnectionRoles/ConnectionRoles/ConnectionRole", "63"),
    (
        "ConnectionRoles/ConnectionRoleAssociations/ConnectionRoleAssociation",
        "connectionroleassociation",
    ),
    ("Reports/Report", "31"),
    ("Templates/EmailTemplates/emailtemplate", "36"),
    ("Templates/ContractTemplates/contracttemplate", "37"),
    ("Templates/KBArticleTemplates/kbarticletemplate", "38"),
    ("Templates/MailMergeTemplates/mailmergetemplate", "39"),
    ("Slas/Sla", "152"),
    ("Slas/Sla/SlaItems/SlaItem", "153"),
    ("EntityDataProviders/EntityDataProvider", "181"),
    ("EntityDataSources/EntityDataSource", "183"),
    ("EntityImageConfigs/EntityImageConfig", "432"),
    ("AttributeImageConfigs/AttributeImageConfig", "431"),
    (
        "EnvironmentVariables/Definition",
        "environmentvariabledefinition",
    ),
    ("OrganizationSettings/*", "25"),
];

/// Elements that are part of something, each with the reason why it is no component.
const PARTS: &[(&str, &str)] = &[
    (
        "Languages/Language",
        "a language code, kept in the solution itself",
    ),
    (
        "Reports/ReportSignatureIdMappings",
        "signatures of the reports beside it",
    ),
    ("Entities/Entity/Name", "the table's name"),
    ("Entities/Entity/ObjectTypeCode", "the table's number"),
    (
        "Entities/Entity/indexes",
        "indexes of a system table, which have a name only and are no root components",
    ),
    ("Entities/Entity/EntityInfo", "the table's definition"),
    (
        "Entities/Entity/RibbonDiffXml",
        "counted on its own: most are skeletons",
    ),
];

fn children<'a, 'input>(node: Node<'a, 'input>) -> impl Iterator<Item = Node<'a, 'input>> {
    node.children().filter(Node::is_element)
}

fn at<'a, 'input>(root: Node<'a, 'input>, path: &str) -> Vec<Node<'a, 'input>> {
    path.split('/').fold(vec![root], |found, name| {
        let below = found.into_iter().flat_map(children);
        below
            .filter(|node| name == "*" || node.tag_name().name() == name)
            .collect()
    })
}

/// A ribbon that has actions, commands, labels or rules; of a table most are skeletons.
fn is_filled(ribbon: Node<'_, '_>) -> bool {
    children(ribbon).any(|part| match part.tag_name().name() {
        "CustomActions" | "CommandDefinitions" | "LocLabels" => children(part).next().is_some(),
        "RuleDefinitions" => children(part).any(|rules| children(rules).next().is_some()),
        _ => false,
    })
}

/// A collection that needs no row: rows of one table, named for it.
fn generic_table(collection: Node<'_, '_>) -> Option<String> {
    let names: BTreeSet<_> = children(collection)
        .map(|row| row.tag_name().name())
        .collect();
    let mut names = names.into_iter();
    let (table, None) = (names.next()?, names.next()) else {
        return None;
    };
    let collection = collection.tag_name().name();
    let named_for_it = ["s", "set"]
        .iter()
        .any(|end| collection == format!("{table}{end}"));
    named_for_it.then(|| table.to_ascii_lowercase())
}

/// Counts the items of a customizations.xml by type, and names what no row explains.
fn counted(root: Node<'_, '_>) -> (BTreeMap<String, usize>, Vec<String>) {
    let mut counts = BTreeMap::<String, usize>::new();
    let mut unexplained = Vec::new();
    let mut add = |kind: &str, number: usize| {
        if number > 0 {
            *counts.entry(kind.to_owned()).or_default() += number;
        }
    };
    for (path, kind) in ITEMS {
        add(kind, at(root, path).len());
    }
    let ribbons = at(root, "Entities/Entity/RibbonDiffXml");
    add(
        "50",
        ribbons
            .into_iter()
            .filter(|ribbon| is_filled(*ribbon))
            .count(),
    );
    add("50", at(root, "RibbonDiffXml").len());
    let explained = |path: &str| {
        let rows = ITEMS.iter().chain(PARTS);
        let mut rows = rows.map(|(known, _)| *known);
        rows.any(|known| known == path || known.starts_with(&format!("{path}/")))
    };
    for collection in children(root) {
        let name = collection.tag_name().name();
        if name == "RibbonDiffXml" || name == "OrganizationSettings" {
            continue;
        }
        if explained(name) {
            let items =
                children(collection).map(|item| format!("{name}/{}", item.tag_name().name()));
            unexplained.extend(items.filter(|path| !explained(path)));
        } else if let Some(table) = generic_table(collection) {
            add(&table, children(collection).count());
        } else if children(collection).next().is_some() {
            unexplained.push(name.to_owned());
        }
    }
    for part in at(root, "Entities/Entity/*") {
        let path = format!("Entities/Entity/{}", part.tag_name().name());
        if !explained(&path) {
            unexplained.push(path);
        }
    }
    (counts, unexplained)
}

/// The components that solvet read from customizations.xml, by type.
fn read(parsed: &Parsed) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for component in &parsed.solution.components {
        if parsed.sources.name(component.span.file) == "customizations.xml" {
            *counts
                .entry(component.identity.kind.to_string())
                .or_default() += 1;
        }
    }
    counts
}

#[test]
fn every_item_of_every_collection_is_a_component_of_its_type() {
    let Some(corpus) = corpus() else { return };
    let results: Vec<(BTreeMap<String, usize>, Vec<String>)> = zips(&corpus)
        .par_iter()
        .filter(|path| !path.ends_with(MALFORMED))
        .map(|path| {
            let package = open_one(path);
            let text = package
                .text(package.find("customizations.xml").unwrap())
                .unwrap();
            let document = Document::parse(&text).unwrap();
            let (theirs, unexplained) = counted(document.root_element());
            let parsed = parse(&package).unwrap();
            let ours = read(&parsed);
            let name = short(&corpus, path);
            let mut wrong: Vec<_> = unexplained
                .into_iter()
                .map(|what| format!("{name}: {what}"))
                .collect();
            let kinds: BTreeSet<_> = ours.keys().chain(theirs.keys()).collect();
            for kind in kinds {
                let of = |counts: &BTreeMap<String, usize>| counts.get(kind).copied().unwrap_or(0);
                if of(&ours) != of(&theirs) {
                    wrong.push(format!(
                        "{name}: type {kind}: {} read, {} there",
                        of(&ours),
                        of(&theirs)
                    ));
                }
            }
            let elements = parsed
                .solution
                .unclaimed
                .iter()
                .filter(|unclaimed| package.find(&unclaimed.what).is_none());
            wrong.extend(elements.map(|unclaimed| format!("{name}: unclaimed {}", unclaimed.what)));
            (theirs, wrong)
        })
        .collect();
    let mut totals = BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for (counts, one) in results {
        for (kind, count) in counts {
            *totals.entry(kind).or_default() += count;
        }
        wrong.extend(one);
    }
    println!(
        "{} items in customizations.xml: {totals:?}",
        totals.values().sum::<usize>()
    );
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Files that no component accounts for, as patterns, each with the reason.
const UNCLAIMED: &[(&str, &str)] = &[
    ("CanvasApps/**/*.jpg", UNPACKED_APP),
    ("CanvasApps/**/*.json", UNPACKED_APP),
    ("CanvasApps/**/*.sarif", UNPACKED_APP),
    ("CanvasApps/**/*.yaml", UNPACKED_APP),
];
const UNPACKED_APP: &str =
    "charts-4-powerapps.zip was zipped by hand with the unpacked .msapp beside the packed one";

/// A path with what varies replaced: `{guid}` for identifiers, `*` for names of files.
fn pattern(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    let extension = file.rsplit_once('.').map_or("", |(_, extension)| extension);
    let mut pattern = parts.first().map_or(String::new(), |top| format!("{top}/"));
    if parts.len() > 1 {
        pattern.push_str("**/");
    }
    let _ = write!(pattern, "*.{}", extension.to_ascii_lowercase());
    pattern
}

#[test]
fn every_file_is_a_components_except_those_that_are_known_to_be_nobodys() {
    let Some(corpus) = corpus() else { return };
    let found: Vec<(usize, Vec<String>)> = zips(&corpus)
        .par_iter()
        .filter(|path| !path.ends_with(MALFORMED))
        .map(|path| {
            let package = open_one(path);
            let archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
            let files = (archive.file_names().map(Result::unwrap))
                .filter(|name| !name.ends_with('/'))
                .count();
            assert_eq!(package.entries().count(), files, "{}", path.display());
            let parsed = parse(&package).unwrap();
            let unclaimed = parsed.solution.unclaimed.iter().map(|one| &one.what);
            let unclaimed = unclaimed.filter(|what| package.find(what).is_some());
            (
                files,
                unclaimed
                    .map(|what| format!("{}\t{what}", short(&corpus, path)))
                    .collect(),
            )
        })
        .collect();
    let files: usize = found.iter().map(|(files, _)| files).sum();
    let mut patterns = BTreeMap::<String, Vec<&str>>::new();
    for one in found.iter().flat_map(|(_, unclaimed)| unclaimed) {
        let path = one.split_once('\t').unwrap().1;
        patterns.entry(pattern(path)).or_default().push(one);
    }
    println!("{files} files");
    for (pattern, those) in &patterns {
        println!("{:5} {pattern}, such as {}", those.len(), those[0]);
    }
    let patterns: Vec<_> = patterns.keys().map(String::as_str).collect();
    let known: Vec<_> = UNCLAIMED.iter().map(|(pattern, _)| *pattern).collect();
    assert_eq!(patterns, known);
}
