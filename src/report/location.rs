//! Where on the disk a finding is.

use std::ffi::OsStr;
use std::path::Path;

use crate::source::Place;

/// Where on the disk a finding is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// A file or folder, with `/` between folders.
    pub path: String,
    /// The file within, where `path` is an archive: lines and columns of the finding are those of this file.
    pub within: Option<String>,
    /// Where in the file at `path`; none where that is an archive or folder, or the finding concerns all of it.
    pub region: Option<Region>,
}

/// A part of a text file, counted from 1, the columns in Unicode code points.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
    /// The line of the end.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
}

impl Region {
    /// A place in a file; none where the file as a whole is meant.
    pub(super) fn of(place: &Place) -> Option<Self> {
        (place.line > 0).then_some(Self {
            line: place.line,
            column: place.column,
            end_line: place.end_line,
            end_column: place.end_column,
        })
    }
}

impl Location {
    /// A file of a package that is an archive, or of which nobody knows what it is; the package itself for an empty name.
    pub(super) fn in_archive(package: &str, file: &str) -> Self {
        let (folder, archive, inner) = on_disk(package);
        let within = match (inner, file) {
            ("", "") => None,
            ("", name) | (name, "") => Some(name.to_owned()),
            (inner, file) => Some(format!("{inner}!{file}")),
        };
        Self {
            within,
            ..Self::of(folder, archive)
        }
    }

    /// A file in a folder, or the folder itself for an empty name.
    pub(super) fn of(folder: &str, file: &str) -> Self {
        let whole = folder.replace('\\', "/");
        let mut folder = whole.as_str();
        // Annotations and alerts are found by the path in the repository, which has no dot before it.
        while let Some(rest) = folder.strip_prefix("./") {
            folder = rest.trim_start_matches('/');
        }
        let path = match (folder.trim_end_matches('/'), file) {
            ("", "") if !whole.is_empty() => ".".to_owned(),
            (folder, "") => folder.to_owned(),
            ("" | ".", file) => file.to_owned(),
            (folder, file) => format!("{folder}/{file}"),
        };
        Self {
            path,
            within: None,
            region: None,
        }
    }
}

/// The path of a package as a folder, a file of it that is on the disk, and what lies within that. An exclamation mark goes
/// before what lies in an archive, and before a file in the folder of a Package Deployer package; it may also be part of a
/// name.
fn on_disk(path: &str) -> (&str, &str, &str) {
    let mut parted = path.match_indices('!').map(|(at, _)| path.split_at(at));
    let is_archive = |name: &str| {
        name == "-" || extension(name).is_some_and(|found| found.eq_ignore_ascii_case("zip"))
    };
    let archive = parted.find(|(before, _)| is_archive(before));
    let (on_disk, inner) = archive.unwrap_or((path, ""));
    let inner = inner.strip_prefix('!').unwrap_or(inner);
    match on_disk.split_once('!') {
        Some((folder, file)) if !folder.is_empty() && extension(file).is_some() => {
            (folder, file, inner)
        }
        Some(_) | None => (on_disk, "", inner),
    }
}

/// The extension of a name; one that is nothing but an extension has none.
fn extension(name: &str) -> Option<&OsStr> {
    Path::new(name).extension()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_an_archive_lies_within_it() {
        let found = Location::in_archive("./out\\contoso.zip", "customizations.xml");
        assert_eq!(found.path, "out/contoso.zip");
        assert_eq!(found.within.as_deref(), Some("customizations.xml"));
    }

    #[test]
    fn a_file_of_an_archive_in_an_archive_lies_within_both() {
        let found = Location::in_archive("deploy.zip!Pkg/contoso.zip", "solution.xml");
        assert_eq!(found.path, "deploy.zip");
        assert_eq!(
            found.within.as_deref(),
            Some("Pkg/contoso.zip!solution.xml")
        );
    }

    #[test]
    fn a_file_of_a_deployer_folder_is_on_the_disk() {
        let found = Location::in_archive("out/Pkg!Contoso/a.zip", "solution.xml");
        assert_eq!(found.path, "out/Pkg/Contoso/a.zip");
        assert_eq!(found.within.as_deref(), Some("solution.xml"));
        let nested = Location::in_archive("out/Pkg!a.zip!b.zip", "solution.xml");
        assert_eq!(nested.path, "out/Pkg/a.zip");
        assert_eq!(nested.within.as_deref(), Some("b.zip!solution.xml"));
    }

    #[test]
    fn an_exclamation_mark_may_be_part_of_a_name() {
        let archive = Location::in_archive("wow!.zip", "solution.xml");
        assert_eq!(archive.path, "wow!.zip");
        assert_eq!(archive.within.as_deref(), Some("solution.xml"));
        let folder = Location::of("wow!/src", "Other/Solution.xml");
        assert_eq!(folder.path, "wow!/src/Other/Solution.xml");
        assert_eq!(folder.within, None);
    }

    #[test]
    fn what_lies_in_a_package_on_standard_input_is_within_it() {
        let found = Location::in_archive("-!a.zip", "solution.xml");
        assert_eq!(found.path, "-");
        assert_eq!(found.within.as_deref(), Some("a.zip!solution.xml"));
    }

    #[test]
    fn the_working_folder_has_no_dot_before_its_files() {
        for folder in [".", "./", ".//.", "././"] {
            assert_eq!(Location::of(folder, "a/b.yml").path, "a/b.yml", "{folder}");
            assert_eq!(Location::of(folder, "").path, ".", "{folder}");
        }
        assert_eq!(Location::of("", "").path, "");
    }

    #[test]
    fn a_file_of_a_folder_lies_on_the_disk() {
        let found = Location::of("src/Contoso/", "solution.yml");
        assert_eq!(found.path, "src/Contoso/solution.yml");
        assert_eq!(found.within, None);
    }
}
