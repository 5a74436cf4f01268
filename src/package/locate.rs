//! From arguments to places where packages may be: paths, globs, folders of packages, standard input.

use std::path::{Path, PathBuf};

use super::folder::{Child, Kind, children};
use super::foreign::DATA_REMEDY;
use super::open::unreadable;
use super::source;
use crate::error::Error;
use crate::source::slashed;

/// A place where one package, or a package of packages, is expected.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Location {
    /// How reports call it, with `/` between folders.
    pub name: String,
    /// Where to read it.
    pub source: LocationSource,
    /// Whether the user named it. What was merely met while searching a folder may turn out to be something else.
    pub named: bool,
}

/// Where a location's bytes are.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LocationSource {
    /// Standard input.
    StandardInput,
    /// A file.
    File(PathBuf),
    /// A folder that is a package itself.
    Folder(PathBuf),
}

/// How deep a folder is searched for packages: `src/`, `SolutionPackage/src/`, a folder of folders of zips.
const SEARCH_DEPTH: usize = 5;

/// Finds the places that arguments name, in the order given and sorted within each folder or glob.
pub fn locate(arguments: &[String]) -> Vec<Result<Location, Error>> {
    arguments
        .iter()
        .flat_map(|argument| locate_one(argument))
        .collect()
}

fn locate_one(argument: &str) -> Vec<Result<Location, Error>> {
    // A pipeline written on Windows is run elsewhere too; what is there as it is written goes first.
    let is_written_for_windows = !cfg!(windows) && argument.contains('\\');
    if is_written_for_windows && !Path::new(argument).exists() && matches(argument).is_empty() {
        let slashed = argument.replace('\\', "/");
        let found = locate_as_written(&slashed);
        if found.iter().any(Result::is_ok) {
            return found;
        }
    }
    locate_as_written(argument)
}

/// The files and folders that a glob matches; none where it is no glob.
fn matches(argument: &str) -> Vec<PathBuf> {
    if !argument.contains(['*', '?', '[']) {
        return Vec::new();
    }
    glob::glob(argument).map_or_else(|_| Vec::new(), |found| found.flatten().collect())
}

fn locate_as_written(argument: &str) -> Vec<Result<Location, Error>> {
    if argument == "-" {
        return vec![Ok(Location {
            name: "-".into(),
            source: LocationSource::StandardInput,
            named: true,
        })];
    }
    let path = Path::new(argument);
    if path.is_dir() {
        return in_folder(argument, path);
    }
    if path.is_file() {
        let name = slashed(argument).into_owned();
        return vec![Ok(file(name, path.into(), true))];
    }
    if !argument.contains(['*', '?', '[']) {
        return vec![Err(nothing_there(argument, "does not exist"))];
    }
    let matches = matches(argument).into_iter();
    let found: Vec<_> = matches
        .flat_map(|path| locate_as_written(&path.to_string_lossy()))
        .collect();
    if found.is_empty() {
        return vec![Err(nothing_there(argument, "matches no file"))];
    }
    found
}

fn nothing_there(argument: &str, what: &str) -> Error {
    Error::Unreadable {
        path: argument.into(),
        what: what.into(),
        remedy: "Give an exported solution zip, its unzipped or unpacked folder, or a Package Deployer package.".into(),
        platform: None,
    }
}

fn file(name: String, path: PathBuf, named: bool) -> Location {
    Location {
        name,
        source: LocationSource::File(path),
        named,
    }
}

fn in_folder(argument: &str, path: &Path) -> Vec<Result<Location, Error>> {
    let name = argument.trim_end_matches(['/', '\\']);
    let name = if name.is_empty() { argument } else { name };
    let name = slashed(name);
    let mut found = Vec::new();
    search(&name, path, 0, &mut found);
    if let [Ok(only)] = found.as_mut_slice() {
        only.named = true;
    }
    if found.is_empty() {
        if ["data.xml", "data_schema.xml"]
            .iter()
            .all(|file| path.join(file).is_file())
        {
            return vec![Err(Error::Unreadable {
                path: argument.into(),
                what: "is an unzipped Configuration Migration data package, not a solution".into(),
                remedy: DATA_REMEDY.into(),
                platform: None,
            })];
        }
        return vec![Err(Error::Unreadable {
            path: argument.into(),
            what: "is a folder without a solution in it".into(),
            remedy: "Give the folder that holds solution.xml, Other/Solution.xml, solutions/<name>/solution.yml, ImportConfig.xml or solution zips; symbolic links to folders are not followed."
                .into(),
            platform: None,
        })];
    }
    found
}

/// Adds the packages of a folder: itself where it is one, else its zips and what its folders hold.
///
/// Links to zips are followed, links to folders are not: they may lead in circles.
fn search(name: &str, path: &Path, depth: usize, found: &mut Vec<Result<Location, Error>>) {
    let children = match children(path) {
        Ok(children) => children,
        Err(error) => {
            found.push(Err(unreadable(name, &error)));
            return;
        }
    };
    if is_package(path, &children) {
        found.push(Ok(Location {
            name: name.into(),
            source: LocationSource::Folder(path.into()),
            named: depth == 0,
        }));
        return;
    }
    for (child, kind, _) in children {
        let below = format!("{name}/{child}");
        match kind {
            Kind::File if has_extension(&child, "zip") => {
                found.push(Ok(file(below, path.join(child), false)));
            }
            Kind::Link if has_extension(&child, "zip") && may_be_file(&path.join(&child)) => {
                found.push(Ok(file(below, path.join(child), false)));
            }
            Kind::Unreadable(detail) if has_extension(&child, "zip") => {
                found.push(Err(unreadable(&below, &std::io::Error::other(detail))));
            }
            Kind::Folder if depth < SEARCH_DEPTH => {
                search(&below, &path.join(child), depth + 1, found);
            }
            Kind::File | Kind::Folder | Kind::Link | Kind::Unreadable(_) | Kind::Other => {}
        }
    }
}

/// Whether a link leads to a file. One that leads nowhere counts too, so that reading it says so.
fn may_be_file(link: &Path) -> bool {
    std::fs::metadata(link).map_or(true, |metadata| metadata.is_file())
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name)
        .extension()
        .is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// Whether a folder is a package itself: an unzipped export, a SolutionPackager folder, YAML source or a deployer package.
fn is_package(path: &Path, entries: &[Child]) -> bool {
    is_other_package(path, entries)
        || source::of_one_solution(path).is_some()
        || !source::solutions(path).is_empty()
}

/// Whether a folder is a package in a layout other than YAML source.
pub(super) fn is_other_package(path: &Path, entries: &[Child]) -> bool {
    // A folder that cannot be read is reported where it is searched.
    let children = |name: &str| children(&path.join(name)).unwrap_or_default();
    entries.iter().any(|(name, kind, _)| match kind {
        Kind::File => ["solution.xml", "ImportConfig.xml"]
            .iter()
            .any(|known| name.eq_ignore_ascii_case(known)),
        Kind::Folder if name.eq_ignore_ascii_case("Other") => children(name)
            .iter()
            .any(|(inner, ..)| inner.eq_ignore_ascii_case("Solution.xml")),
        Kind::Folder | Kind::Link | Kind::Unreadable(_) | Kind::Other => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(argument: &str) -> Vec<String> {
        let found = locate(&[argument.to_owned()]).into_iter();
        found
            .map(|location| location.map_or_else(|error| error.to_string(), |one| one.name))
            .collect()
    }

    #[test]
    fn arguments_and_globs_with_backslashes_find_packages_on_every_system() {
        let zip = "samples/SequenceAPACleads_1_0_0_1.zip";
        assert_eq!(names(r"samples\SequenceAPACleads_1_0_0_1.zip"), [zip]);
        assert_eq!(names(r"samples\Sequence*.zip"), [zip]);
        let folder = names(r"samples\sequence-apac-leads\");
        assert_eq!(folder, ["samples/sequence-apac-leads"]);
    }

    #[test]
    fn what_is_nowhere_is_told_as_it_was_written() {
        let [told] = &names(r"C:\none\x.zip")[..] else {
            panic!("one argument has one outcome");
        };
        assert_eq!(told, r"C:\none\x.zip: does not exist");
        assert!(names(r"none\*.zip")[0].contains("matches no file"));
    }
}
