//! Rules about assemblies: their names and sizes, and what they are built for.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::{BUILDING, CODES, assemblies, listed, severity_of_file, short};
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, PackageType, Version};

const ASSEMBLY_REPEATED: u32 = 0x8004_417B;
const TOO_LARGE: u32 = 0x8004_418F;
const WRONG_FRAMEWORK: u32 = 0x8004_420B;
const UNSIGNED: u32 = 0x8008_1114;

pub(in crate::check) static RULES: &[Rule] = &[
    Rule {
        id: "duplicate-assembly",
        severity: Severity::Error,
        summary: "two assemblies differ in the build or revision of their version only",
        codes: &[ASSEMBLY_REPEATED],
        docs: RuleDocs {
            what: "No two plug-in assemblies of the package have the same name, culture and public key and a version of the \
                   same first two parts.",
            why: "To the platform they are one assembly, and it refuses the second.",
            fix: "Keep one of them, or raise the major or minor version of the other.",
            source: CODES,
        },
        stage: Stage::Components,
        scope: Scope::Package(duplicate_assembly),
    },
    Rule {
        id: "assembly-too-large",
        severity: Severity::Error,
        summary: "a plug-in assembly is larger than 16 MB",
        codes: &[TOO_LARGE],
        docs: RuleDocs {
            what: "The file of a plug-in assembly of the sandbox has 16 MB at most.",
            why: "The platform takes no larger one.",
            fix: "Split the assembly, or leave out what is merged into it.",
            source: BUILDING,
        },
        stage: Stage::Components,
        scope: Scope::Package(too_large),
    },
    Rule {
        id: "assembly-framework",
        severity: Severity::Warning,
        summary: "a plug-in assembly is built for another framework than plug-ins run on",
        codes: &[WRONG_FRAMEWORK],
        docs: RuleDocs {
            what: "A plug-in assembly is built for .NET Framework 4.6.2 or earlier. One of a later .NET Framework is a note; \
                   one of another sort of .NET is a warning.",
            why: "Plug-ins run on .NET Framework. What a later one or .NET itself brings is not there, so that code fails when \
                  it runs, and a version that the platform does not know is refused.",
            fix: "Build the project for net462.",
            source: BUILDING,
        },
        stage: Stage::Components,
        scope: Scope::Package(framework),
    },
    Rule {
        id: "assembly-unsigned",
        severity: Severity::Error,
        summary: "a plug-in assembly is not signed",
        codes: &[UNSIGNED],
        docs: RuleDocs {
            what: "A plug-in assembly has a strong name. One in a plug-in package needs none.",
            why: "The platform registers no assembly without it.",
            fix: "Sign the assembly and export again, or move it to a plug-in package.",
            source: BUILDING,
        },
        stage: Stage::Components,
        scope: Scope::Package(unsigned),
    },
    Rule {
        id: "assembly-debug-build",
        severity: Severity::Note,
        summary: "plug-in assemblies are compiled without optimization",
        codes: &[],
        docs: RuleDocs {
            what: "The plug-in assemblies of a managed package were compiled with optimization, as their \
                   DebuggableAttribute says.",
            why: "A debug build runs slower and may hold code that is meant for development alone.",
            fix: "Build the release configuration, and export again.",
            source: "learn.microsoft.com/dotnet/api/system.diagnostics.debuggableattribute",
        },
        stage: Stage::Activation,
        scope: Scope::Package(debug_build),
    },
];

/// What the platform takes for one assembly: its name, the line of its version, its culture and its key.
pub(in crate::check) fn line(full: &str) -> Option<String> {
    let lower = full.to_ascii_lowercase();
    let mut parts = lower.split(',').map(str::trim);
    let mut line = parts.next()?.to_owned();
    for part in parts {
        let version = part.strip_prefix("version=");
        line.push(',');
        match version.map(str::parse::<Version>) {
            Some(version) => {
                let (major, minor) = version.ok()?.line();
                let _ = write!(line, "{major}.{minor}");
            }
            None => line.push_str(part),
        }
    }
    line.contains(',').then_some(line)
}

fn duplicate_assembly(subject: &Subject<'_>, out: &mut Findings) {
    let mut of_line: BTreeMap<String, Vec<&Component>> = BTreeMap::new();
    for assembly in assemblies(subject) {
        let full = assembly.identity.schema_name.as_ref();
        if let Some(line) = full.and_then(|full| line(full.as_str())) {
            of_line.entry(line).or_default().push(assembly);
        }
    }
    let name = |assembly: &Component| {
        let name = assembly.identity.schema_name.as_ref();
        name.map(ToString::to_string).unwrap_or_default()
    };
    for (line, all) in of_line {
        let Some(first) = all.first() else { continue };
        // One full name twice is one component that is defined twice, which is told by itself.
        let others = all.iter();
        let others = others.filter(|one| one.identity.schema_name != first.identity.schema_name);
        for assembly in others {
            let message = format!(
                "The plug-in assemblies {} and {} differ in the build or revision of their version only.",
                name(first),
                name(assembly)
            );
            let help = "Keep one of them, or raise the major or minor version of the other.";
            out.add(assembly.span, message, help)
                .component(&assembly.identity)
                .distinct(&line)
                .summary_of(all.iter().map(|one| &one.identity))
                .platform(ASSEMBLY_REPEATED, &[]);
        }
    }
}

/// The largest assembly that the sandbox takes, in bytes.
const LARGEST: u64 = 16 * 1024 * 1024;

fn too_large(subject: &Subject<'_>, out: &mut Findings) {
    for assembly in assemblies(subject) {
        let definition = &*subject.package.entry_at(assembly.span).name;
        let files = assembly.parts.iter();
        let files = files.filter_map(|part| subject.package.find_part(&part.path, definition));
        let size = files.map(|file| subject.package.entry(file).size).max();
        let is_isolated = assembly.property("IsolationMode") == Some("2");
        if let Some(size) = size.filter(|size| is_isolated && *size > LARGEST) {
            let message = format!(
                "The plug-in assembly {} has {size} bytes, and the sandbox takes {LARGEST} at most.",
                short(assembly)
            );
            let help = "Split the assembly, or leave out what is merged into it.";
            out.add(assembly.span, message, help)
                .severity(severity_of_file(subject))
                .component(&assembly.identity)
                .platform(TOO_LARGE, &[&size.to_string()]);
        }
    }
}

/// The latest .NET Framework that plug-ins surely run on.
const LATEST: [u32; 3] = [4, 6, 2];

/// The parts of the version of a .NET Framework: `v4.6.2`.
fn framework_version(text: &str) -> Option<[u32; 3]> {
    let mut parts = text.strip_prefix('v')?.split('.').map(str::parse);
    let mut part = || parts.next().unwrap_or(Ok(0)).ok();
    Some([part()?, part()?, part()?])
}

/// The sort and the version in the name of a framework: `.NETCoreApp,Version=v8.0`. Whatever is no such name says nothing.
fn framework_name(text: &str) -> Option<(&str, &str)> {
    const SHOWN: usize = 64;
    let (sort, version) = text.split_once(",Version=")?;
    let version = version.split(',').next()?;
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | ',');
    let is_name =
        |text: &str| !text.trim_start_matches('v').is_empty() && text.chars().all(is_of_name);
    let shown = |text| str::get(text, ..SHOWN).unwrap_or(text);
    (is_name(sort) && is_name(version)).then(|| (shown(sort), shown(version)))
}

fn framework(subject: &Subject<'_>, out: &mut Findings) {
    for assembly in assemblies(subject) {
        let target = assembly.property("TargetFramework");
        let Some((sort, version)) = target.and_then(framework_name) else {
            continue;
        };
        let severity = if sort == ".NETFramework" {
            match framework_version(version) {
                Some(version) if version > LATEST => Severity::Note,
                Some(_) | None => continue,
            }
        } else {
            Severity::Warning
        };
        let version = version.trim_start_matches('v');
        let message = format!(
            "The plug-in assembly {} is built for {sort} {version}, and plug-ins run on .NET Framework 4.6.2.",
            short(assembly)
        );
        let described = out.add(
            assembly.span,
            message,
            "Build the project for net462, and export again.",
        );
        let described = described.severity(severity).component(&assembly.identity);
        if severity == Severity::Warning {
            described
                .evidence(Evidence::Fair)
                .platform(WRONG_FRAMEWORK, &[version]);
        }
    }
}

fn unsigned(subject: &Subject<'_>, out: &mut Findings) {
    for assembly in assemblies(subject) {
        if assembly.property("IsSigned") == Some("0") {
            let message = format!("The plug-in assembly {} is not signed.", short(assembly));
            let help = "Sign the assembly and export again, or move it to a plug-in package.";
            out.add(assembly.span, message, help)
                .evidence(Evidence::Fair)
                .severity(severity_of_file(subject))
                .component(&assembly.identity)
                .platform(UNSIGNED, &[]);
        }
    }
}

fn debug_build(subject: &Subject<'_>, out: &mut Findings) {
    if subject.solution.manifest.package_type != PackageType::Managed {
        return;
    }
    let debug = assemblies(subject).filter(|one| one.property("IsDebugBuild") == Some("1"));
    let debug: Vec<_> = debug.collect();
    if let Some(first) = debug.first() {
        let names: Vec<_> = debug.iter().map(|assembly| short(assembly)).collect();
        let message = match names.as_slice() {
            [name] => format!("The plug-in assembly {name} is a debug build."),
            names => format!("The plug-in assemblies {} are debug builds.", listed(names)),
        };
        let help = "Build the release configuration, and export again.";
        out.add(first.span, message, help)
            .component(&first.identity)
            .summary_of(debug.iter().map(|assembly| &assembly.identity));
    }
}
