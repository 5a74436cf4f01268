//! Files that people take for a solution package and that are something else: each gets its own sentence.

use super::Entry;

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
        () if head.starts_with('<') => foreign("is an XML file, not a solution zip", EXPORT, false),
        () if head.starts_with('{') || head.starts_with('[') => {
            foreign("is a JSON file, not a solution zip", EXPORT, false)
        }
        () => foreign("is not a zip file", EXPORT, false),
    }
}

/// Names a zip archive whose root holds no solution.
pub(super) fn of_archive(entries: &[Entry]) -> Foreign {
    let has = |name: &str| {
        entries
            .iter()
            .any(|entry| entry.name.eq_ignore_ascii_case(name))
    };
    let below = |suffix: &str| {
        entries
            .iter()
            .find(|entry| ends_with_name(&entry.name, suffix))
            .map(|entry| entry.name.len() - suffix.len())
            .map(|length| length.saturating_sub(1))
    };
    let folder = |length: usize, suffix: &str| {
        entries
            .iter()
            .find(|entry| ends_with_name(&entry.name, suffix))
            .map_or("", |entry| &entry.name[..length])
    };
    match () {
        () if entries.is_empty() => foreign("is a zip with nothing in it", EXPORT, true),
        () if has("Other/Solution.xml") => foreign(
            "is a zip of SolutionPackager source, not of an export",
            "Pack the source with 'pac solution pack', or unzip it and give the folder.",
            true,
        ),
        () if has("data.xml") && has("data_schema.xml") => foreign(
            "is a Configuration Migration data package, not a solution",
            "Import it with the Configuration Migration tool after the solutions; solvet reads solutions.",
            true,
        ),
        () if has("Header.json") && has("Properties.json") => foreign(
            "is a canvas app file (.msapp), not a solution",
            "Export the solution that holds the app.",
            true,
        ),
        () if has("manifest.json")
            && entries
                .iter()
                .any(|entry| in_folder(&entry.name, "Microsoft.Flow")) =>
        {
            foreign(
                "is a legacy flow package, not a solution",
                "Add the flow to a solution and export that; flow packages carry no dependencies.",
                true,
            )
        }
        () if has("manifest.json")
            && entries
                .iter()
                .any(|entry| in_folder(&entry.name, "Microsoft.PowerApps")) =>
        {
            foreign(
                "is a legacy canvas app package, not a solution",
                "Add the app to a solution and export that.",
                true,
            )
        }
        () if entries.iter().any(|entry| is_yaml_source(&entry.name)) => foreign(
            "is a zip of solution source code in YAML, not of an export",
            "Pack it with 'pac solution pack' and give the zip that writes.",
            true,
        ),
        () => match (below("solution.xml"), below("Other/Solution.xml")) {
            (_, Some(length)) => Foreign {
                what: format!(
                    "is a zip of source code: the solution's source is in '{}'",
                    folder(length, "Other/Solution.xml")
                ),
                remedy: "Unzip it and give that folder, or give the solution zip from the project's releases.",
                zip: true,
                is_solution: false,
            },
            (Some(length), None) => Foreign {
                what: format!(
                    "holds its solution one folder too deep, in '{}'",
                    folder(length, "solution.xml")
                ),
                remedy: "Zip the files inside that folder, not the folder itself.",
                zip: true,
                is_solution: true,
            },
            (None, None) => unknown_archive(entries),
        },
    }
}

fn unknown_archive(entries: &[Entry]) -> Foreign {
    let with = |extension: &str| entries.iter().any(|entry| entry.extension() == extension);
    if with("nuspec") {
        return foreign("is a NuGet package, not a solution", EXPORT, true);
    }
    if entries
        .iter()
        .any(|entry| in_folder(&entry.name, "xl") || in_folder(&entry.name, "word"))
    {
        return foreign("is an Office document, not a solution", EXPORT, true);
    }
    let first = entries.first().and_then(|entry| entry.name.split_once('/'));
    if let Some((top, _)) = first
        && entries.iter().all(|entry| in_folder(&entry.name, top))
    {
        return foreign(
            "is a zip of source code or other files: no solution.xml anywhere in it",
            "Give the solution zip, on GitHub usually among the project's releases.",
            true,
        );
    }
    foreign(
        "is a zip without solution.xml, so not a solution",
        EXPORT,
        true,
    )
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
