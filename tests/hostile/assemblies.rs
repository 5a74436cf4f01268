//! Assemblies of .NET that take long to read, or say what no compiler writes.

use std::fs::File;

use solvet::model::{Component, ComponentType};

use super::{CUSTOMIZATIONS, Files, file, with, write_folder};
use crate::support::assembly::{ATTRIBUTES, Class, INTERFACES, NESTED, Spec, write, write_crowded};
use crate::support::{check_one, parse_one};

const PATH: &str = "PluginAssemblies/Harrow/Harrow.dll";

/// Rows of a table that are read at most.
const ROWS: u32 = 100_000;

fn spec<'a>(framework: &'a str, classes: &'a [(&'a str, &'a str, Class)]) -> Spec<'a> {
    Spec {
        name: "Contoso.Harrow",
        version: [1, 0, 0, 0],
        is_signed: true,
        framework,
        is_debug: true,
        sdk: [9, 0, 0, 0],
        classes,
    }
}

const CLASSES: [(&str, &str, Class); 2] = [
    ("Contoso.Harrow", "Till", Class::PlugIn),
    ("", "Tine", Class::Nested),
];

fn sound() -> Spec<'static> {
    spec(".NETFramework,Version=v4.6.2", &CLASSES)
}

/// A package with one assembly of this content, and one plug-in type of it.
fn holding(content: impl Into<Vec<u8>>) -> Files {
    const FULL: &str = "Contoso.Harrow, Version=1.0.0.0, Culture=neutral, PublicKeyToken=abc";
    let assembly = format!(
        r#"<SolutionPluginAssemblies><PluginAssembly FullName="{FULL}" PluginAssemblyId="3c1f5b6e-77a0-4a51-9c7e-0a6c57a1b2d4">
           <IsolationMode>2</IsolationMode><SourceType>0</SourceType><FileName>/{PATH}</FileName><PluginTypes>
           <PluginType AssemblyQualifiedName="Contoso.Harrow.Till, {FULL}" PluginTypeId="5d9a4c02-8c3b-4f39-8a53-6f0f0cbb7e61"
           Name="Contoso.Harrow.Till" /></PluginTypes></PluginAssembly></SolutionPluginAssemblies>"#
    );
    let all = format!("<Entities />{assembly}");
    let mut files = with(
        "customizations.xml",
        CUSTOMIZATIONS.replace("<Entities />", &all),
    );
    files.push(file(PATH, content));
    files
}

fn of_kind(components: &[Component], number: u32) -> &Component {
    let kind = ComponentType::Number(number);
    let mut components = components.iter();
    let found = components.find(|component| component.identity.kind == kind);
    found.unwrap()
}

/// Every value of a fact of the assembly, and what its class is said to be.
fn read(content: impl Into<Vec<u8>>, fact: &str) -> (Vec<String>, Option<String>) {
    let folder = write_folder(&holding(content));
    let components = parse_one(folder.path()).solution.components;
    let assembly = of_kind(&components, 91).properties.iter();
    let facts = assembly.filter(|(name, _)| &**name == fact);
    let class = of_kind(&components, 90).property("Class");
    (
        facts.map(|(_, value)| value.to_string()).collect(),
        class.map(str::to_owned),
    )
}

#[test]
fn an_assembly_with_more_rows_than_are_read_says_nothing() {
    for table in [INTERFACES, ATTRIBUTES, NESTED] {
        let of_rows = |rows| read(write_crowded(&sound(), Some((table, rows))), "IsSigned");
        let known = (vec!["1".to_owned()], Some("plug-in".to_owned()));
        assert_eq!(of_rows(ROWS), known, "{table:#x}");
        assert_eq!(of_rows(ROWS + 1), (Vec::new(), None), "{table:#x}");
    }
}

#[test]
fn a_framework_that_is_said_many_times_is_kept_once() {
    let content = write_crowded(&sound(), Some((ATTRIBUTES, ROWS)));
    let (values, _) = read(content, "TargetFramework");
    assert_eq!(values, [".NETFramework,Version=v4.6.2"]);
}

#[test]
fn a_class_that_inherits_from_itself_is_unknown_and_so_are_its_heirs() {
    let names = ["Till", "Rake", "Drag"];
    let classes = names.map(|name| ("Contoso.Harrow", name, Class::HeirOfFirst));
    let (values, class) = read(write(&spec("", &classes)), "IsSigned");
    assert_eq!((values, class), (vec!["1".to_owned()], None));
}

#[test]
fn the_names_of_classes_take_no_more_memory_than_the_assembly_has_bytes() {
    let class_beside = |outer: &str| {
        let names: Vec<String> = (0..100).map(|number| format!("N{number}")).collect();
        let nested = names.iter().map(|name| ("", &**name, Class::Nested));
        let outer = std::iter::once(("", outer, Class::PlugIn));
        let classes: Vec<_> = outer.chain(nested).collect();
        read(write(&spec("", &classes)), "IsSigned").1
    };
    assert_eq!(class_beside("Outer").as_deref(), Some("absent"));
    assert_eq!(class_beside(&"O".repeat(1000)), None);
}

#[test]
fn an_assembly_of_more_than_64_mib_says_nothing() {
    let folder = write_folder(&holding(write(&sound())));
    let path = folder.path().join(PATH);
    for (size, is_read) in [(64 << 20, true), ((64 << 20) + 1, false)] {
        let content = File::options().write(true).open(&path).unwrap();
        content.set_len(size).unwrap();
        let components = parse_one(folder.path()).solution.components;
        let fact = of_kind(&components, 91).property("IsSigned");
        assert_eq!(fact.is_some(), is_read, "{size}");
    }
}

#[test]
fn a_framework_without_a_name_and_a_version_is_none_and_a_long_name_is_cut() {
    let found = |framework: &str| {
        let folder = write_folder(&holding(write(&spec(framework, &CLASSES))));
        let findings = check_one(folder.path(), None).findings;
        let findings = findings.into_iter();
        let mut own = findings.filter(|one| one.finding.rule == "assembly-framework");
        own.next().map(|one| one.finding.message)
    };
    for framework in [
        "",
        "v4.0",
        ",Version=",
        ".NETCoreApp",
        ".NETCoreApp,Version=",
        ".NETCoreApp,Version=v",
        ".NETCoreApp\u{1b}[31m,Version=v8.0",
        ".NETCoreApp,Version=v8.0\nThe import succeeds",
    ] {
        assert_eq!(found(framework), None, "{framework:?}");
    }
    let long = format!("{},Version=v8.0", "N".repeat(100));
    let message = found(&long).unwrap();
    assert!(
        message.contains(&format!(" {} 8.0,", "N".repeat(64))),
        "{message}"
    );
}
