//! What two versions of a package have in common is unchanged, and exactly what differs is updated.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;

use solvet::check::{Asking, Examined, examine_for};
use solvet::parse::parse;
use solvet::simulate::{ActionKind, SimulateOptions, Step, Surroundings, simulate};
use solvet::target::{Target, TargetManifest};
use support::{open_one, pack, project};

/// A package as (path, content), which tests change.
#[derive(Clone)]
struct Files(Vec<(String, Vec<u8>)>);

impl Files {
    /// A sample as a managed package.
    fn of(sample: &str) -> Self {
        let files = Self(pack::files(&project(sample)));
        files.with("solution.xml", "<Managed>0<", "<Managed>1<")
    }

    fn with(mut self, path: &str, from: &str, to: &str) -> Self {
        let file = self.0.iter_mut().find(|(name, _)| name == path);
        let (_, content) = file.unwrap_or_else(|| panic!("there is no {path}"));
        let text = String::from_utf8(content.clone()).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        *content = text.replacen(from, to, 1).into_bytes();
        self
    }

    fn examined(&self, folder: &Path, asking: Asking) -> Examined {
        let path = folder.join(format!("{asking:?}.zip"));
        std::fs::write(&path, pack::zip_of(&self.0)).unwrap();
        let package = open_one(&path);
        examine_for(&package, parse(&package).unwrap(), asking)
    }
}

const ORDERS: &str = "samples/rules/missing-file/ok";
const LEADS: &str = "samples/sequence-apac-leads";

/// The update of one version to the other.
fn update(old: &Files, new: &Files, options: &SimulateOptions) -> Step {
    let folder = tempfile::tempdir().unwrap();
    let installed = old.examined(folder.path(), Asking::Installed).solution;
    let manifest = &installed.manifest;
    let target: TargetManifest = serde_json::from_value(serde_json::json!({
        "manifestVersion": 1,
        "coverage": {"solutions": "complete"},
        "solutions": [{
            "name": manifest.name(),
            "version": manifest.version().unwrap().to_string(),
            "managed": true
        }]
    }))
    .unwrap();
    let target = Target::new(target);
    let surroundings = Surroundings {
        target: &target,
        installed: &[installed],
    };
    let new = new.examined(folder.path(), Asking::Import);
    simulate(vec![new], surroundings, options).steps.remove(0)
}

/// How many components are left alone, and what is done with the others. Of a table of which only a shell travels nothing is
/// imported.
fn changes(old: &Files, new: &Files) -> (usize, Vec<String>) {
    let step = update(old, new, &SimulateOptions::default());
    let actions = step.actions.iter();
    let (same, other): (Vec<_>, Vec<_>) = actions
        .filter(|action| action.kind != ActionKind::Skip)
        .partition(|action| action.kind == ActionKind::Unchanged);
    let other = other.into_iter().map(|action| {
        let component = step.component(action).unwrap();
        format!("{} {component}", action.kind.name())
    });
    (same.len(), other.collect())
}

fn raised(files: &Files) -> Files {
    let file = files.0.iter().find(|(name, _)| name == "solution.xml");
    let text = String::from_utf8(file.unwrap().1.clone()).unwrap();
    let (_, rest) = text.split_once("<Version>").unwrap();
    let (version, _) = rest.split_once('<').unwrap();
    let from = format!("<Version>{version}<");
    files
        .clone()
        .with("solution.xml", &from, "<Version>7.0.0.0<")
}

#[test]
fn a_package_of_which_only_the_version_is_raised_changes_nothing() {
    for sample in [ORDERS, LEADS] {
        let files = Files::of(sample);
        let (same, other) = changes(&files, &raised(&files));
        assert!(same > 2, "{sample}: {same}");
        assert_eq!(other, [""; 0], "{sample}");
    }
}

#[test]
fn a_changed_column_is_updated_and_its_table_is_not() {
    let files = Files::of(LEADS);
    let changed = raised(&files).with(
        "customizations.xml",
        "<RequiredLevel>none</RequiredLevel>",
        "<RequiredLevel>required</RequiredLevel>",
    );
    let (_, other) = changes(&files, &changed);
    assert_eq!(
        other,
        ["update column cts_apacleadqualification.activestageid"]
    );
}

#[test]
fn a_changed_script_is_updated_though_its_definition_is_the_same() {
    let files = Files::of(ORDERS);
    let mut changed = raised(&files);
    let script = changed
        .0
        .iter_mut()
        .find(|(name, _)| name.contains("orders.js"));
    script.unwrap().1.extend_from_slice(b"// two\n");
    let (_, other) = changes(&files, &changed);
    assert_eq!(other, ["update web resource cts_/Orders.js"]);
}

#[test]
fn a_changed_process_or_record_is_updated_alone() {
    let files = Files::of(LEADS);
    let process = "Workflows/APACleadqualification-76E08711-8541-448A-BCE6-88FBCD76F4FD.xaml";
    let changed = raised(&files).with(process, ">", " >");
    let (_, other) = changes(&files, &changed);
    assert_eq!(other.len(), 1, "{other:#?}");
    assert!(other[0].starts_with("update process"), "{other:#?}");

    let record = "msdyn_salestags/0b00febc-73e1-40b8-a431-72122cf9521f/msdyn_salestag.xml";
    let changed = raised(&files).with(record, "</", "x</");
    let (_, other) = changes(&files, &changed);
    assert_eq!(other.len(), 1, "{other:#?}");
    assert!(other[0].starts_with("update sequence tag"), "{other:#?}");
}

#[test]
fn indentation_changes_nothing() {
    let files = Files::of(LEADS);
    let mut indented = raised(&files);
    for (name, content) in &mut indented.0 {
        if name == "customizations.xml" {
            let text = String::from_utf8(content.clone()).unwrap();
            let text: Vec<_> = text.lines().map(str::trim).collect();
            *content = text.concat().into_bytes();
        }
    }
    let (same, other) = changes(&files, &indented);
    assert!(same > 2);
    assert_eq!(other, [""; 0]);
}

#[test]
fn what_overwrites_customizations_leaves_nothing_unchanged() {
    let files = Files::of(ORDERS);
    let mut options = SimulateOptions::default();
    options.switches.force_overwrite = true;
    let step = update(&files, &raised(&files), &options);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    for action in &step.actions {
        *kinds.entry(action.kind.name()).or_default() += 1;
    }
    assert_eq!(kinds.keys().copied().collect::<Vec<_>>(), ["update"]);
}
