//! What an assembly of .NET says of itself: its framework, its signature, its build, and its classes.
//!
//! The portable executable around it is read with `object`. No maintained crate reads the metadata tables without the
//! danger of a panic or an allocation that the file chooses, so the few that are asked for are read here.

mod classes;
mod tables;

use object::pe::{IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR, ImageCor20Header};
use object::read::pe::{ImageNtHeaders, PeFile, PeFile32, PeFile64};
use object::{FileKind, LittleEndian, pod};
use smol_str::{SmolStr, format_smolstr};

pub(in crate::parse) use classes::{Class, Classes};
use tables::{ASSEMBLY, ASSEMBLY_REF, ATTRIBUTE, MEMBER_REF, TYPE_REF, Tables};

/// What is known of an assembly.
#[derive(Debug, Default)]
pub(in crate::parse) struct Assembly {
    /// Its facts, as properties of the component that it belongs to.
    pub(in crate::parse) properties: Vec<(&'static str, SmolStr)>,
    /// Its classes.
    pub(in crate::parse) classes: Classes,
}

/// The framework for which it was built, as its attribute writes it: `.NETFramework,Version=v4.6.2`.
const FRAMEWORK: &str = "TargetFramework";
/// Its own version.
const VERSION: &str = "AssemblyVersion";
/// Whether it has a public key, `1` or `0`.
const SIGNED: &str = "IsSigned";
/// Whether its code was compiled without optimization, `1` or `0`.
const DEBUG: &str = "IsDebugBuild";
/// The version of the SDK that it was built against.
const SDK: &str = "SdkVersion";

/// Bytes of an assembly that is read, at most: four times what the platform takes.
pub(in crate::parse) const LARGEST: u64 = 64 * 1024 * 1024;

/// Reads an assembly; `None` for any other file, and for one with more rows than are read.
pub(in crate::parse) fn read(bytes: &[u8]) -> Option<Assembly> {
    let tables = Tables::read(metadata(bytes)?)?;
    // A module that is no assembly has no row.
    let parts = [1, 2, 3, 4].map(|column| tables.cell(ASSEMBLY, 1, column));
    let is_signed = !tables.blob(ASSEMBLY, 1, 6)?.is_empty();
    let mut assembly = Assembly {
        properties: vec![(SIGNED, flag(is_signed))],
        classes: Classes::of(&tables, bytes.len()),
    };
    let mut keep = |name, value: Option<SmolStr>| {
        assembly.properties.extend(value.map(|value| (name, value)));
    };
    keep(VERSION, version(parts));
    keep(SDK, sdk(&tables));
    let (framework, is_debug) = attributes(&tables);
    keep(FRAMEWORK, framework.map(SmolStr::new));
    keep(DEBUG, Some(flag(is_debug)));
    Some(assembly)
}

fn flag(is_set: bool) -> SmolStr {
    SmolStr::new_static(if is_set { "1" } else { "0" })
}

fn version(parts: [Option<usize>; 4]) -> Option<SmolStr> {
    let [major, minor, build, revision] = parts;
    Some(format_smolstr!(
        "{}.{}.{}.{}",
        major?,
        minor?,
        build?,
        revision?
    ))
}

/// The metadata within a portable executable of either width.
fn metadata(bytes: &[u8]) -> Option<&[u8]> {
    let kind = FileKind::parse(bytes).ok()?;
    if kind == FileKind::Pe64 {
        return metadata_of(&PeFile64::parse(bytes).ok()?, bytes);
    }
    let is_narrow = kind == FileKind::Pe32;
    is_narrow.then(|| metadata_of(&PeFile32::parse(bytes).ok()?, bytes))?
}

fn metadata_of<'a, Pe: ImageNtHeaders>(file: &PeFile<'a, Pe>, bytes: &'a [u8]) -> Option<&'a [u8]> {
    let directory = file.data_directory(IMAGE_DIRECTORY_ENTRY_COM_DESCRIPTOR)?;
    let sections = file.section_table();
    let at = directory.virtual_address.get(LittleEndian);
    let (header, _) = pod::from_bytes::<ImageCor20Header>(sections.pe_data_at(bytes, at)?).ok()?;
    let (at, size) = header.meta_data.address_range();
    let data = sections.pe_data_at(bytes, at)?;
    Some(data.get(..usize::try_from(size).ok()?).unwrap_or(data))
}

/// The version of the SDK among the assemblies that are referred to.
fn sdk(tables: &Tables<'_>) -> Option<SmolStr> {
    let mut rows = 1..=tables.count(ASSEMBLY_REF);
    let row = rows.find(|row| tables.is_text(ASSEMBLY_REF, *row, 6, "Microsoft.Xrm.Sdk"))?;
    version([0, 1, 2, 3].map(|column| tables.cell(ASSEMBLY_REF, row, column)))
}

/// What the attributes of the assembly itself say: the framework that it is built for, and whether it is a debug build. Of
/// several that say the same, the first one counts.
fn attributes<'a>(tables: &Tables<'a>) -> (Option<&'a str>, bool) {
    // Of what may have attributes, an assembly has the number 14 in the five bits of its kind; it has the row 1.
    const OF_THE_ASSEMBLY: usize = 1 << 5 | 0x0E;
    let (mut framework, mut is_debug) = (None, None);
    let rows = 1..=tables.count(ATTRIBUTE);
    for row in rows.filter(|row| tables.cell(ATTRIBUTE, *row, 0) == Some(OF_THE_ASSEMBLY)) {
        let class = tables.cell(ATTRIBUTE, row, 1);
        let class = class.and_then(|constructor| attribute_class(tables, constructor));
        let (Some(class), Some(value)) = (class, tables.blob(ATTRIBUTE, row, 2)) else {
            continue;
        };
        let is = |space, name| {
            tables.is_text(TYPE_REF, class, 2, space) && tables.is_text(TYPE_REF, class, 1, name)
        };
        if framework.is_none() && is("System.Runtime.Versioning", "TargetFrameworkAttribute") {
            framework = framework_of(value);
        } else if is_debug.is_none() && is("System.Diagnostics", "DebuggableAttribute") {
            is_debug = Some(is_unoptimized(value));
        }
        if framework.is_some() && is_debug.is_some() {
            break;
        }
    }
    (framework, is_debug.unwrap_or_default())
}

/// The class of an attribute by its constructor, as a row of the types of other assemblies. One that the assembly defines
/// itself is none that is asked for.
fn attribute_class(tables: &Tables<'_>, constructor: usize) -> Option<usize> {
    let (row, kind) = (constructor >> 3, constructor & 7);
    let parent = (kind == 3).then(|| tables.cell(MEMBER_REF, row, 0))??;
    (parent & 7 == 1).then_some(parent >> 3)
}

/// The framework in the value of a `TargetFrameworkAttribute`.
fn framework_of(value: &[u8]) -> Option<&str> {
    let text = value.get(2..).and_then(tables::sized);
    let text = text.filter(|text| text.len() <= 256)?;
    std::str::from_utf8(text).ok()
}

/// Whether the value of a `DebuggableAttribute` switches optimization off: `(DebuggingModes)` or `(bool, bool)`.
fn is_unoptimized(value: &[u8]) -> bool {
    match *value {
        [1, 0, _, modes, 0, 0, 0, 0] => modes & 1 == 1,
        [1, 0, _, is_disabled, 0, 0] => is_disabled == 1,
        _ => false,
    }
}
