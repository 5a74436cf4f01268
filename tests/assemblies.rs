//! Assemblies of plug-ins: what is read of them, that damage does no harm, and those of the samples, which are made here.
//!
//! `UPDATE=1 cargo test --test assemblies` writes the samples anew.
#![expect(clippy::unwrap_used, reason = "everything here runs in tests")]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use solvet::model::{Component, ComponentType};
use support::assembly::{Class, Spec, write};
use support::{pack, project};

use Class::{Activity, HeirOfFirst, Nested, Plain, PlugIn};

const FRAMEWORK: &str = ".NETFramework,Version=v4.6.2";

/// A sound assembly with these classes.
const fn sound<'a>(name: &'a str, classes: &'a [(&'a str, &'a str, Class)]) -> Spec<'a> {
    Spec {
        name,
        version: [1, 0, 0, 0],
        is_signed: true,
        framework: FRAMEWORK,
        is_debug: false,
        sdk: [9, 0, 0, 0],
        classes,
    }
}

const FREIGHT: Spec<'_> = sound(
    "Contoso.Freight",
    &[("Contoso.Freight", "Rate", PlugIn), ("", "Round", Nested)],
);
const HARBOUR: Spec<'_> = sound(
    "Contoso.Harbour",
    &[
        ("Contoso.Harbour", "Berth", PlugIn),
        ("Contoso.Harbour", "Quay", HeirOfFirst),
        ("Contoso.Harbour", "Tide", Activity),
    ],
);
const LEDGER: Spec<'_> = sound("Contoso.Ledger", &[("Contoso.Ledger", "Post", PlugIn)]);
const MILLING: Spec<'_> = sound(
    "Contoso.Milling",
    &[
        ("Contoso.Milling", "Grind", PlugIn),
        ("Contoso.Milling", "Sift", PlugIn),
    ],
);
const QUARRY: Spec<'_> = sound("Contoso.Quarry", &[("Contoso.Quarry", "Blast", PlugIn)]);
const RAIL: Spec<'_> = sound("Contoso.Rail", &[("Contoso.Rail", "Couple", PlugIn)]);
const SILO: Spec<'_> = sound("Contoso.Silo", &[("Contoso.Silo", "Fill", PlugIn)]);
const TANNERY: Spec<'_> = sound("Contoso.Tannery", &[("Contoso.Tannery", "Soak", PlugIn)]);
const TANNERY_IN_DEBUG: Spec<'_> = Spec {
    is_debug: true,
    ..TANNERY
};
const VINEYARD: Spec<'_> = sound("Contoso.Vineyard", &[("Contoso.Vineyard", "Prune", PlugIn)]);

const WEAVING: Spec<'_> = sound("Contoso.Weaving", &[("Contoso.Weaving", "Spin", PlugIn)]);
const XYLO: Spec<'_> = sound("Contoso.Xylo", &[("Contoso.Xylo", "Strike", PlugIn)]);
const YARD: Spec<'_> = sound("Contoso.Yard", &[("Contoso.Yard", "Sweep", PlugIn)]);

/// The assemblies of the samples, in the order of their paths.
static SAMPLES: &[(&str, &[Spec<'_>])] = &[
    ("plugin-class-missing/bad", &[FREIGHT]),
    ("plugin-class-missing/bad-source", &[FREIGHT]),
    ("plugin-class-missing/ok", &[FREIGHT]),
    (
        "plugin-class-unfit/bad",
        &[Spec {
            classes: &[("Contoso.Harbour", "Berth", Plain)],
            ..HARBOUR
        }],
    ),
    ("plugin-class-unfit/ok", &[HARBOUR]),
    ("duplicate-plugin-type/bad", &[LEDGER]),
    ("duplicate-plugin-type/ok", &[LEDGER, LEDGER]),
    ("duplicate-assembly/bad", &[MILLING, MILLING]),
    ("duplicate-assembly/ok", &[MILLING, MILLING]),
    ("assembly-too-large/bad", &[QUARRY]),
    ("assembly-too-large/ok", &[QUARRY]),
    (
        "assembly-framework/bad",
        &[Spec {
            framework: ".NETCoreApp,Version=v8.0",
            ..RAIL
        }],
    ),
    (
        "assembly-framework/bad-later",
        &[Spec {
            framework: ".NETFramework,Version=v4.8",
            ..RAIL
        }],
    ),
    ("assembly-framework/ok", &[RAIL]),
    (
        "assembly-unsigned/bad",
        &[Spec {
            is_signed: false,
            ..SILO
        }],
    ),
    ("assembly-unsigned/ok", &[SILO]),
    ("assembly-debug-build/bad", &[TANNERY_IN_DEBUG]),
    ("assembly-debug-build/ok", &[TANNERY]),
    ("assembly-debug-build/ok-unmanaged", &[TANNERY_IN_DEBUG]),
    ("assembly-name-taken/bad", &[WEAVING]),
    ("assembly-name-taken/ok", &[WEAVING]),
    ("assembly-name-taken/ok-line", &[WEAVING]),
    (
        "assembly-sdk-newer/bad",
        &[Spec {
            sdk: [10, 0, 0, 0],
            ..XYLO
        }],
    ),
    ("assembly-sdk-newer/ok", &[XYLO]),
    ("assembly-sdk-newer/ok-unknown", &[XYLO]),
    ("step-replaced/bad", &[YARD]),
    ("step-replaced/ok", &[YARD]),
    ("step-replaced/ok-installed", &[YARD]),
    ("update-step-unfiltered/bad", &[VINEYARD]),
    ("update-step-unfiltered/ok", &[VINEYARD]),
];

/// Whether a file of a sample is an assembly; source folders have its definition beside it.
fn is_assembly(name: &str) -> bool {
    name.starts_with("PluginAssemblies/") && !name.ends_with(".data.xml")
}

fn rules() -> PathBuf {
    project("samples/rules")
}

#[test]
fn the_assemblies_of_samples_are_made_here() {
    for (sample, specs) in SAMPLES {
        let folder = rules().join(sample);
        let files = pack::files(&folder);
        let files: Vec<_> = files.iter().filter(|(name, _)| is_assembly(name)).collect();
        assert_eq!(files.len(), specs.len(), "{sample}");
        for ((name, content), spec) in files.into_iter().zip(*specs) {
            let made = write(spec);
            if std::env::var_os("UPDATE").is_some() {
                fs::write(folder.join(name), &made).unwrap();
            } else {
                assert!(
                    *content == made,
                    "{sample}/{name}: UPDATE=1 cargo test --test assemblies"
                );
            }
        }
    }
}

/// The components of a sample with this content for its assembly.
fn components(sample: &str, content: &[u8]) -> Vec<Component> {
    let mut files = pack::files(&rules().join(sample));
    for (_, own) in files.iter_mut().filter(|(name, _)| is_assembly(name)) {
        *own = content.to_vec();
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sample.zip");
    fs::write(&path, pack::zip_of(&files)).unwrap();
    support::parse_one(&path).solution.components
}

fn of_kind(components: &[Component], number: u32) -> impl Iterator<Item = &Component> {
    let kind = ComponentType::Number(number);
    let components = components.iter();
    components.filter(move |component| component.identity.kind == kind)
}

/// What is kept of an assembly.
const FACTS: [&str; 5] = [
    "TargetFramework",
    "AssemblyVersion",
    "IsSigned",
    "IsDebugBuild",
    "SdkVersion",
];

fn facts(components: &[Component]) -> BTreeMap<&str, &str> {
    let assembly = of_kind(components, 91).next().unwrap();
    let facts = FACTS.into_iter();
    facts
        .filter_map(|fact| Some((fact, assembly.property(fact)?)))
        .collect()
}

#[test]
fn an_assembly_says_its_framework_its_key_its_build_and_its_sdk() {
    let spec = Spec {
        version: [3, 1, 4, 15],
        is_debug: true,
        is_signed: false,
        sdk: [8, 2, 0, 0],
        ..SILO
    };
    let read = components("assembly-unsigned/ok", &write(&spec));
    let expected = [
        ("AssemblyVersion", "3.1.4.15"),
        ("IsDebugBuild", "1"),
        ("IsSigned", "0"),
        ("SdkVersion", "8.2.0.0"),
        ("TargetFramework", FRAMEWORK),
    ];
    assert_eq!(facts(&read), BTreeMap::from(expected));
}

#[test]
fn the_class_of_a_type_is_a_plug_in_by_itself_or_by_its_base_and_unknown_by_a_foreign_base() {
    let read = components("plugin-class-unfit/ok", &write(&HARBOUR));
    let classes: Vec<_> = of_kind(&read, 90)
        .map(|one| one.property("Class"))
        .collect();
    assert_eq!(classes, [Some("plug-in"), Some("plug-in"), None]);
    let nested = components("plugin-class-missing/ok", &write(&FREIGHT));
    let classes: Vec<_> = of_kind(&nested, 90)
        .map(|one| one.property("Class"))
        .collect();
    assert_eq!(classes, [Some("plug-in"), Some("plug-in")]);
}

#[test]
fn what_is_no_assembly_says_nothing() {
    for content in [&b""[..], b"MZ", b"{}", &[0xFF; 4096]] {
        let read = components("plugin-class-missing/bad", content);
        assert!(facts(&read).is_empty());
        assert!(of_kind(&read, 90).all(|one| one.property("Class").is_none()));
    }
}

#[test]
fn a_damaged_assembly_is_read_in_part_or_not_at_all() {
    let sound = write(&FREIGHT);
    for length in (0..sound.len()).step_by(3) {
        components("plugin-class-missing/bad", &sound[..length]);
    }
    // Past the headers there is no byte that no number depends on.
    for at in (60..sound.len()).step_by(2) {
        for value in [0x00, 0x7F, 0xFF] {
            let mut damaged = sound.clone();
            damaged[at] = value;
            components("plugin-class-missing/bad", &damaged);
        }
    }
}

#[test]
fn a_class_within_itself_has_no_name_and_counts_take_no_memory() {
    let mut sound = write(&FREIGHT);
    // The only nested class, row 3 within row 2, becomes its own surroundings.
    let pair = [3, 0, 2, 0];
    let last = sound.windows(4).rposition(|bytes| bytes == pair);
    let last = last.unwrap_or_else(|| panic!("the nested class is there"));
    sound[last + 2] = 3;
    let read = components("plugin-class-missing/bad", &sound);
    assert!(of_kind(&read, 90).all(|one| one.property("Class") != Some("absent")));
    // The counts of rows follow 24 bytes after the start of the tables.
    let mut sound = write(&FREIGHT);
    let start = sound
        .windows(8)
        .position(|bytes| bytes == [0, 0, 0, 0, 2, 0, 0, 1]);
    let start = start.unwrap_or_else(|| panic!("the tables are there"));
    sound[start + 24..start + 28].copy_from_slice(&[0xFF; 4]);
    let read = components("plugin-class-missing/bad", &sound);
    assert!(facts(&read).is_empty());
}
