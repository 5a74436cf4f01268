//! Files that people take for a solution package and that are something else: each gets its own sentence.

use super::{Entry, entry_named};

/// What a file is and what to do about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Foreign {
    /// Completes "this …".
    pub(super) what: String,
    /// An instruction.
    pub(super) remedy: &'static str,
    /// Whether the platform itself would answer that the three root files are missing.
    pub(super) zip: bool,
    /// Whether it is a solution all the same, wrongly packed.
    pub(super) is_solution: bool,
}

fn foreign(what: &str, remedy: &'static str, zip: bool) -> Foreign {
    Foreign {
        what: what.into(),
        remedy,
        zip,
        is_solution: false,
    }
}

const EXPORT: &str = "Export the solution again and give the zip that the export wrote.";

/// What to do with data that the Configuration Migration tool exports: rows of tables, such as the segments and assignment
/// rules of Dynamics 365 Sales. Source: learn.microsoft.com/power-platform/admin/manage-configuration-data and
/// learn.microsoft.com/dynamics365/sales/wa-migrate-assignment-rules-segments.
pub(super) const DATA_REMEDY: &str = "Import it with the Configuration Migration tool ('pac data import') after the solutions; \
     segments and assignment rules of sequences travel so. solvet reads solutions.";

/// Names bytes that are not a zip archive.
pub(super) fn of_bytes(bytes: &[u8]) -> Foreign {
    let starts = |magic: &[u8]| bytes.starts_with(magic);
    match () {
        () if bytes.is_empty() => foreign("is empty", EXPORT, false),
        () if starts(b"version https://git-lfs") => foreign(
            "is a Git LFS pointer, not the file itself",
            "Fetch the file with 'git lfs pull' and try again.",
            false,
        ),
        () if starts(b"PK") => foreign(
            "is a damaged zip: its directory cannot be read",
            "Copy or download the file again; if that does not help, export the solution again.",
            true,
        ),
        () if starts(b"7z\xbc\xaf\x27\x1c") || starts(b"Rar!") || starts(b"\x1f\x8b") => foreign(
            "is an archive, but not a zip",
            "Solutions are zip files; pack the three root files and the folders beside them into a zip.",
            false,
        ),
        () if starts(b"MSCF") => foreign("is a cabinet file, not a solution zip", EXPORT, false),
        () if starts(b"MZ") => foreign(
            "is a program or an assembly, not a solution zip",
            EXPORT,
            false,
        ),
        () => of_text(bytes),
    }
}

fn of_text(bytes: &[u8]) -> Foreign {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let head = head.trim_start_matches('\u{feff}').trim_start();
    match () {
        () if head.starts_with("<!doctype html") || head.starts_with("<html") => foreign(
            "is a web page, not a zip: a download link was saved instead of the file",
            "Download the file itself (on GitHub with 'Download raw file').",
            false,
        ),
        () if head.contains("<importexportxml") => foreign(
            "is one file of a solution",
            "Give the whole package: the zip, or the folder that holds this file.",
            false,
        ),
        () if is_data_schema(head) => foreign(
            "is the schema of a Configuration Migration data package, not a solution",
            "Export the data that it names with the Configuration Migration tool ('pac data export'), and import that after \
             the solutions; segments and assignment rules of sequences travel so. solvet reads solutions.",
            false,
        ),
        () if is_data(head) => foreign(
            "is a file of a Configuration Migration data package, not a solution",
            DATA_REMEDY,
            false,
        ),
        () if head.starts_with('<') => foreign("is an XML file, not a solution zip", EXPORT, false),
        () if head.starts_with('{') || head.starts_with('[') => {
            foreign("is a JSON file, not a solution zip", EXPORT, false)
        }
        () => foreign("is not a zip file", EXPORT, false),
    }
}

/// Whether a text begins as `data_schema.xml` does: tables with their fields.
fn is_data_schema(head: &str) -> bool {
    is_of_entities(head) && head.contains("<fields") && head.contains("<field ")
}

/// Whether a text begins as `data.xml` does: tables with their rows.
fn is_data(head: &str) -> bool {
    is_of_entities(head) && (head.contains("<records") || head.contains("timestamp="))
}

/// Whether the root of an XML file is `entities` with an `entity`; solutions have other roots.
fn is_of_entities(head: &str) -> bool {
    let root = head.find("<entities");
    let before = root.and_then(|at| head.get(..at)).unwrap_or("<other");
    let is_first = !before.replace("<?", "").replace("<!--", "").contains('<');
    is_first && head.contains("<entity ")
}

/// How a foreign archive is recognised, what it is and what to do about it.
type Known = (fn(&[Entry]) -> bool, &'static str, &'static str);

/// Archives that are something else whatever they hold besides, the surest sign first.
const KNOWN: &[Known] = &[
    (
        |entries| entries.is_empty(),
        "is a zip with nothing in it",
        EXPORT,
    ),
    (
        |entries| has(entries, "Other/Solution.xml"),
        "is a zip of SolutionPackager source, not of an export",
        "Pack the source with 'pac solution pack', or unzip it and give the folder.",
    ),
    (
        |entries| has(entries, "data.xml") && has(entries, "data_schema.xml"),
        "is a Configuration Migration data package, not a solution",
        DATA_REMEDY,
    ),
    (
        |entries| has(entries, "Header.json") && has(entries, "Properties.json"),
        "is a canvas app file (.msapp), not a solution",
        "Export the solution that holds the app.",
    ),
    (
        |entries| has(entries, "manifest.json") && has_folder(entries, "Microsoft.Flow"),
        "is a legacy flow package, not a solution",
        "Add the flow to a solution and export that; flow packages carry no dependencies.",
    ),
    (
        |entries| has(entries, "manifest.json") && has_folder(entries, "Microsoft.PowerApps"),
        "is a legacy canvas app package, not a solution",
        "Add the app to a solution and export that.",
    ),
    (
        |entries| entries.iter().any(|entry| is_yaml_source(&entry.name)),
        "is a zip of solution source code in YAML, not of an export",
        "Pack the source with 'pac solution pack', or unzip it and give the folder.",
    ),
];

/// Archives without any solution in them, after source code and zips of solutions have been ruled out.
const UNKNOWN: &[Known] = &[
    (
        |entries| entries.iter().any(|entry| entry.extension() == "nuspec"),
        "is a NuGet package, not a solution",
        EXPORT,
    ),
    (
        |entries| has_folder(entries, "xl") || has_folder(entries, "word"),
        "is an Office document, not a solution",
        EXPORT,
    ),
    (
        is_one_folder,
        "is a zip of source code or other files: no solution.xml anywhere in it",
        "Give the solution zip, on GitHub usually among the project's releases.",
    ),
    (
        |entries| entries.iter().any(|entry| entry.extension() == "zip"),
        "is a zip of zips and other files, with no solution in any of them",
        "Give a solution zip, or a Package Deployer package that holds solution zips.",
    ),
    (
        |_| true,
        "is a zip without solution.xml, so not a solution",
        EXPORT,
    ),
];

/// Names a zip archive whose root holds no solution, where its own files leave no doubt about what it is.
pub(super) fn of_sure_signs(entries: &[Entry]) -> Option<Foreign> {
    among(KNOWN, entries)
        .or_else(|| source_code(entries))
        .or_else(|| too_deep(entries))
}

/// Names a zip archive without sure signs, in whose inner zips there is no solution either.
pub(super) fn of_the_rest(entries: &[Entry]) -> Foreign {
    among(UNKNOWN, entries).unwrap_or_else(|| foreign("is not a solution", EXPORT, true))
}

fn among(table: &[Known], entries: &[Entry]) -> Option<Foreign> {
    let known = table.iter().find(|(test, ..)| test(entries));
    known.map(|(_, what, remedy)| foreign(what, remedy, true))
}

fn source_code(entries: &[Entry]) -> Option<Foreign> {
    let folder = folder_with(entries, "Other/Solution.xml")?;
    Some(foreign(
        &format!("is a zip of source code: the solution's source is in '{folder}'"),
        "Unzip it and give that folder, or give the solution zip from the project's releases.",
        true,
    ))
}

fn too_deep(entries: &[Entry]) -> Option<Foreign> {
    let folder = folder_with(entries, "solution.xml")?;
    let depth = if folder.contains('/') {
        "too deep"
    } else {
        "one folder too deep"
    };
    let what = format!("holds its solution {depth}, in '{folder}'");
    let remedy = "Zip the files inside that folder, not the folder itself.";
    Some(Foreign {
        is_solution: true,
        ..foreign(&what, remedy, true)
    })
}

/// The folder below which a path is found.
fn folder_with<'a>(entries: &'a [Entry], path: &str) -> Option<&'a str> {
    let found = entries
        .iter()
        .find(|entry| ends_with_name(&entry.name, path))?;
    found.name.get(..found.name.len() - path.len() - 1)
}

fn has(entries: &[Entry], name: &str) -> bool {
    entry_named(entries, name).is_some()
}

fn has_folder(entries: &[Entry], folder: &str) -> bool {
    entries.iter().any(|entry| in_folder(&entry.name, folder))
}

/// Whether everything lies in one folder, as in the zips that code hosts make.
fn is_one_folder(entries: &[Entry]) -> bool {
    let top = entries
        .first()
        .and_then(|entry| entry.name.split_once('/'))
        .map(|(top, _)| top);
    top.is_some_and(|top| entries.iter().all(|entry| in_folder(&entry.name, top)))
}

fn ends_with_name(path: &str, suffix: &str) -> bool {
    path.len() > suffix.len()
        && path.is_char_boundary(path.len() - suffix.len())
        && path[path.len() - suffix.len()..].eq_ignore_ascii_case(suffix)
        && path.as_bytes()[path.len() - suffix.len() - 1] == b'/'
}

fn in_folder(path: &str, folder: &str) -> bool {
    path.split_once('/')
        .is_some_and(|(top, _)| top.eq_ignore_ascii_case(folder))
}

fn is_yaml_source(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.starts_with("solutions/") && path.ends_with("/solution.yml")
}
