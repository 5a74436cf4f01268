//! YAML source, as git integration writes it: several solutions share the component folders of one repository, and each
//! lists the paths that are its own.
//!
//! Source: learn.microsoft.com/power-platform/alm/solution-source-control-yaml-format.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashSet;

use super::folder::{Folder, Kind, children};
use super::open::{OpenOptions, Opened, beyond, folder_package, unreadable};
use super::{Entry, Layout, normal_name};
use crate::decode;
use crate::limits::Limits;
use crate::source::{FileId, Span};
use crate::yaml::{self, Node};

const MANIFEST: &str = "solution.yml";
const COMPONENTS: &str = "solutioncomponents.yml";
const SOLUTIONS: &str = "solutions";

/// The names of the solutions in a repository, as their folders are called.
pub(super) fn solutions(repository: &Path) -> Vec<String> {
    let Some(folder) = solutions_folder(repository) else {
        return Vec::new();
    };
    let children = children(&repository.join(&folder)).unwrap_or_default();
    let folders = children
        .into_iter()
        .filter(|(_, kind, _)| matches!(kind, Kind::Folder));
    let names = folders.map(|(name, ..)| name);
    names
        .filter(|name| has_manifest(&repository.join(&folder).join(name)))
        .collect()
}

fn solutions_folder(repository: &Path) -> Option<String> {
    let mut children = children(repository).unwrap_or_default().into_iter();
    children
        .find(|(name, kind, _)| {
            matches!(kind, Kind::Folder) && name.eq_ignore_ascii_case(SOLUTIONS)
        })
        .map(|(name, ..)| name)
}

fn has_manifest(folder: &Path) -> bool {
    let children = children(folder).unwrap_or_default();
    children
        .iter()
        .any(|(name, kind, _)| matches!(kind, Kind::File) && name.eq_ignore_ascii_case(MANIFEST))
}

/// The repository and the solution's name, where a folder is `solutions/<name>` of one.
pub(super) fn of_one_solution(folder: &Path) -> Option<(PathBuf, String)> {
    if !has_manifest(folder) {
        return None;
    }
    // A path such as `.` does not say where it lies.
    let folder = folder.canonicalize().ok()?;
    let around = folder.parent()?;
    let is_listed = around
        .file_name()
        .is_some_and(|name| name.eq_ignore_ascii_case(SOLUTIONS));
    let name = folder.file_name()?.to_str()?.to_owned();
    is_listed.then_some((around.parent()?.to_path_buf(), name))
}

/// Opens the solutions of a repository, or the one whose folder was given.
pub(super) fn open(name: &str, folder: &Path, options: &OpenOptions) -> Vec<Opened> {
    if let Some((repository, solution)) = of_one_solution(folder) {
        return vec![open_solution(name, &repository, &solution, options)];
    }
    match solutions(folder).as_slice() {
        [] => vec![Opened::Failed(unreadable(
            name,
            &std::io::Error::other("solutions/*/solution.yml is no longer there"),
        ))],
        [only] => vec![open_solution(name, folder, only, options)],
        several => several
            .iter()
            .map(|solution| {
                let named = format!("{name}/{SOLUTIONS}/{solution}");
                open_solution(&named, folder, solution, options)
            })
            .collect(),
    }
}

fn open_solution(name: &str, repository: &Path, solution: &str, options: &OpenOptions) -> Opened {
    let folder = solutions_folder(repository).unwrap_or_else(|| SOLUTIONS.into());
    let own = format!("{folder}/{solution}");
    let scope = Scope {
        own: own.to_ascii_lowercase(),
        listed: listed(repository, &own, &options.limits),
    };
    let store = Folder::new(repository);
    let listing = match store.list(&options.limits, &|path| scope.holds(path)) {
        Ok(listing) => listing,
        Err(exceeded) => return Opened::Failed(beyond(name, &exceeded)),
    };
    let mut package = folder_package(name, Layout::Yaml, store, listing, options);
    package.solution_folder = own.into();
    Opened::Package(Box::new(package))
}

/// The paths of a solution's list. None where there is no list that can be read: then nothing can be left out.
fn listed(repository: &Path, own: &str, limits: &Limits) -> Option<Listed> {
    let folder = children(&repository.join(own)).ok()?;
    let (file, _, size) = folder
        .into_iter()
        .find(|(name, ..)| name.eq_ignore_ascii_case(COMPONENTS))?;
    if size > limits.entry_bytes {
        return None;
    }
    let entry = Entry::new(&format!("{own}/{file}"), size, 0, false);
    let bytes = Folder::new(repository).read(&entry, limits).ok()?;
    let text = decode::text(bytes).ok()?;
    let root = yaml::read(&text, FileId(0), limits).ok()?;
    Some(Listed::new(
        listed_paths(&root)?.into_iter().map(|(path, _)| path),
    ))
}

/// The paths that solutioncomponents.yml lists, each without a leading `/`, and where; none where it is no such list.
///
/// The tool reads `SolutionComponents: Component:` with `@path`; the documentation shows a list of `Path`.
pub(crate) fn listed_paths(root: &Node) -> Option<Vec<(String, Span)>> {
    let items = match root.get("SolutionComponents") {
        Some(around) => around.get("Component").map_or(&[][..], Node::items),
        None if root.entries().is_empty() => root.items(),
        None => return None,
    };
    let path = |item: &Node| {
        let named = item.get("@path").or_else(|| item.get("Path"));
        let named = named.or_else(|| item.get("path")).unwrap_or(item);
        let path = normal_name(named.text()?);
        let path = path.trim_start_matches("./").trim_end_matches('/');
        (!path.is_empty()).then(|| (path.to_owned(), named.span))
    };
    Some(items.iter().filter_map(path).collect())
}

/// Which files of a repository belong to one solution.
struct Scope {
    /// `solutions/<name>`, lower-case.
    own: String,
    listed: Option<Listed>,
}

impl Scope {
    /// Whether a file belongs to the solution, or a folder may hold such files.
    fn holds(&self, path: &str) -> bool {
        let lower = path.to_ascii_lowercase();
        let top = lower.split('/').next().unwrap_or_default();
        match top {
            SOLUTIONS => is_at_or_below(&self.own, &lower) || is_at_or_below(&lower, &self.own),
            "publishers" => true,
            _ => self
                .listed
                .as_ref()
                .is_none_or(|listed| listed.holds(&lower)),
        }
    }
}

fn is_at_or_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Listed paths, lower-case.
struct Listed {
    paths: FxHashSet<String>,
    /// The folders around them.
    around: FxHashSet<String>,
}

/// What an app's files are called behind its name.
const APP_FILES: [&str; 3] = ["_documenturi", "_backgroundimageuri", "_additionaluris"];

impl Listed {
    fn new(paths: impl Iterator<Item = String>) -> Self {
        // Nothing lies at a path that no folder has room for.
        let has_room = |path: &String| path.len() <= 4096 && path.matches('/').count() <= 64;
        let paths: FxHashSet<String> = paths
            .filter(has_room)
            .map(|path| path.to_ascii_lowercase())
            .collect();
        let mut around = FxHashSet::default();
        #[expect(clippy::iter_over_hash_type, reason = "a set is made of a set")]
        for path in &paths {
            around.extend(path.match_indices('/').map(|(at, _)| path[..at].to_owned()));
        }
        Self { paths, around }
    }

    fn holds(&self, lower: &str) -> bool {
        self.around.contains(lower) || self.lists(lower)
    }

    /// Whether a path is listed, lies below one that is, or is a file of a listed name: `roles/a` lists `roles/a.yml`.
    fn lists(&self, lower: &str) -> bool {
        // A table is listed by its folder, and what is of the solution in it once more, where only part of it is.
        let part = part_of_table(lower);
        let is_chosen = part.is_some_and(|part| self.around.contains(part));
        let shortest = part.filter(|_| is_chosen).map_or(0, str::len);
        let file = lower.rfind('/').unwrap_or_default();
        let ends = lower.match_indices(['/', '.']).map(|(at, _)| at);
        let ends = ends.filter(|at| *at >= file || lower[*at..].starts_with('/'));
        let mut ends = ends.chain(std::iter::once(lower.len()));
        ends.any(|end| end >= shortest && self.paths.contains(&lower[..end]))
            || self.is_file_of_app(lower)
    }

    fn is_file_of_app(&self, lower: &str) -> bool {
        lower.starts_with("canvasapps/")
            && APP_FILES.iter().any(|suffix| {
                let found = lower.find(suffix);
                found.is_some_and(|at| self.paths.contains(&lower[..at]))
            })
    }
}

/// `entities/<table>/<part>` of a path below it.
fn part_of_table(lower: &str) -> Option<&str> {
    let mut slashes = lower.match_indices('/').map(|(at, _)| at);
    let end = slashes.nth(2)?;
    lower.starts_with("entities/").then(|| &lower[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listed(paths: &[&str]) -> Listed {
        Listed::new(paths.iter().map(|path| (*path).to_owned()))
    }

    #[test]
    fn a_listed_folder_lists_what_is_in_it_and_a_name_its_files() {
        let list = listed(&["entities/cts_a", "roles/cts_r", "canvasapps/cts_app"]);
        for path in [
            "entities/cts_a/formxml/main/x.yml",
            "roles/cts_r.yml",
            "canvasapps/cts_app_documenturi.msapp",
            "canvasapps/cts_app.meta.yml",
        ] {
            assert!(list.lists(path), "{path}");
        }
        for path in [
            "entities/cts_ab/entity.yml",
            "roles/cts_r2.yml",
            "roles",
            "readme.md",
        ] {
            assert!(!list.lists(path), "{path}");
        }
        assert!(list.holds("roles"));
    }

    #[test]
    fn of_a_part_of_a_table_what_is_listed_counts_where_anything_is() {
        let list = listed(&["entities/a", "entities/a/formxml/main/1"]);
        assert!(list.lists("entities/a/formxml/main/1/systemform.yml"));
        assert!(!list.lists("entities/a/formxml/main/2/systemform.yml"));
        assert!(list.lists("entities/a/savedqueries/3/savedquery.yml"));
        assert!(list.holds("entities/a/formxml/main"));
    }

    #[test]
    fn lists_are_read_in_both_forms() {
        let read = |text: &str| {
            let root = yaml::read(text, FileId(0), &Limits::default()).unwrap();
            let paths = listed_paths(&root)?.into_iter().map(|(path, _)| path);
            Some(paths.collect::<Vec<_>>())
        };
        let expected = Some(vec!["entities/a".to_owned()]);
        assert_eq!(read("- Path: entities/a\n"), expected);
        assert_eq!(
            read("SolutionComponents:\n  Component:\n    '@path': /entities/a\n"),
            expected
        );
        assert_eq!(read("SolutionComponents: {}\n"), Some(Vec::new()));
        assert_eq!(read("Other: 1\n"), None);
    }
}
