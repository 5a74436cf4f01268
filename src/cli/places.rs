//! Which places are watched, and what a changed file belongs to.
//!
//! A file goes by two paths: where its name stands, and where links lead from there. Both are absolute and without links
//! before their last part, so that they can be compared whatever the way to them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use solvet::package::{LocationSource, locate};

/// What changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Changes {
    /// Files and folders, by the paths that they are watched by.
    pub(super) paths: BTreeSet<PathBuf>,
    /// Whether anything may have changed besides: changes got lost, or nothing was read yet.
    pub(super) is_everything: bool,
}

impl Changes {
    /// Anything may have changed.
    pub(super) fn everything() -> Self {
        Self {
            paths: BTreeSet::new(),
            is_everything: true,
        }
    }

    /// Takes further changes.
    pub(super) fn add(&mut self, others: Self) {
        self.paths.extend(others.paths);
        self.is_everything |= others.is_everything;
    }

    /// Whether a file, or something in a folder, changed. What is hidden in a folder is no part of a package.
    pub(super) fn touch(&self, place: &Path) -> bool {
        let touches = |way: &PathBuf| self.paths.iter().any(|path| lies_in(path, way));
        self.is_everything || ways(place).iter().any(touches)
    }

    /// Whether a place itself changed, or a folder above it: then it may be another one than before.
    fn replace(&self, place: &Path) -> bool {
        self.is_everything || self.paths.iter().any(|path| place.starts_with(path))
    }
}

/// Whether a changed path is a place, lies in it, or holds it.
fn lies_in(path: &Path, place: &Path) -> bool {
    match path.strip_prefix(place) {
        Ok(below) => !below
            .iter()
            .any(|part| part.as_encoded_bytes().starts_with(b".")),
        Err(_) => place.starts_with(path),
    }
}

/// The absolute path of a place, without links before its last part.
fn settled(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    match (whole.parent(), whole.file_name()) {
        (Some(parent), Some(name)) => {
            let parent = parent.canonicalize();
            parent
                .unwrap_or_else(|_| whole.parent().map_or_else(PathBuf::new, settled))
                .join(name)
        }
        _ => whole.canonicalize().unwrap_or(whole),
    }
}

/// The paths that a place goes by.
pub(super) fn ways(place: &Path) -> BTreeSet<PathBuf> {
    let real = place.canonicalize().ok();
    real.into_iter().chain([settled(place)]).collect()
}

/// What is watched for one command.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Places {
    /// Folders, each with whether everything below it is watched too.
    folders: BTreeMap<PathBuf, bool>,
    /// Where packages are, or may appear: every path that they go by.
    packages: BTreeSet<PathBuf>,
    /// What is read beside packages, in the same way.
    files: BTreeSet<PathBuf>,
}

impl Places {
    /// The places of arguments that name packages, and of files beside them.
    pub(super) fn new(arguments: &[String], files: &[String]) -> Self {
        let mut places = Self::default();
        for argument in arguments {
            places.add_argument(argument);
        }
        for file in files.iter().map(Path::new) {
            places.watch_around(file);
            places.files.extend(ways(file));
        }
        places
    }

    fn add_argument(&mut self, argument: &str) {
        let path = Path::new(argument);
        let base = base(argument);
        self.watch_around(&base);
        // A glob may find more tomorrow: in its folder, or anywhere below.
        let is_glob = base != path;
        let rest = path.strip_prefix(&base).unwrap_or(path);
        let is_deep = argument.contains("**") || rest.components().count() > 1;
        if path.is_dir() || is_glob {
            self.watch(&base, !is_glob || is_deep);
        }
        self.packages.extend(ways(&base));
        for location in locate(&[argument.to_owned()]).into_iter().flatten() {
            match location.source {
                LocationSource::Folder(folder) => {
                    self.watch_around(&folder);
                    self.watch(&folder, true);
                    self.packages.extend(ways(&folder));
                }
                LocationSource::File(file) => {
                    self.watch_around(&file);
                    self.packages.extend(ways(&file));
                }
                LocationSource::StandardInput => {}
            }
        }
    }

    /// Watches the folders that a file stands in: a file that is replaced is another one, and so is a folder. Where they are
    /// missing, the nearest one that exists tells when they come.
    fn watch_around(&mut self, place: &Path) {
        for way in ways(place) {
            let mut above = way.ancestors().skip(1);
            if let Some(folder) = above.find(|folder| folder.is_dir()) {
                self.watch(folder, false);
            }
        }
    }

    fn watch(&mut self, folder: &Path, is_deep: bool) {
        if let Ok(folder) = folder.canonicalize() {
            *self.folders.entry(folder).or_default() |= is_deep;
        }
    }

    /// The folders to watch, each with whether everything below it is watched too; none lies below one of those.
    pub(super) fn folders(&self) -> BTreeMap<PathBuf, bool> {
        let folders = self.folders.iter();
        let covers = |folder: &Path| self.folders.get(folder) == Some(&true);
        let folders = folders.filter(|(folder, _)| !folder.ancestors().skip(1).any(covers));
        folders
            .map(|(folder, is_deep)| (folder.clone(), *is_deep))
            .collect()
    }

    /// Whether changes concern packages.
    pub(super) fn has_packages_of(&self, changes: &Changes) -> bool {
        changes.is_everything
            || changes
                .paths
                .iter()
                .any(|path| lies_in_any(path, &self.packages))
    }

    /// Whether changes concern what is read beside packages.
    pub(super) fn has_files_of(&self, changes: &Changes) -> bool {
        changes.is_everything
            || changes
                .paths
                .iter()
                .any(|path| lies_in_any(path, &self.files))
    }

    /// The changes that concern what is read.
    pub(super) fn concerned_by(&self, mut changes: Changes) -> Changes {
        let all = [&self.packages, &self.files];
        let concerns = |path: &PathBuf| all.iter().any(|places| lies_in_any(path, places));
        changes.paths.retain(concerns);
        changes
    }
}

fn lies_in_any(path: &Path, places: &BTreeSet<PathBuf>) -> bool {
    places.iter().any(|place| lies_in(path, place))
}

/// The changed folders that may be others than before: watching one ends with it.
pub(super) fn replaced<'a>(
    folders: impl Iterator<Item = &'a PathBuf>,
    changes: &Changes,
) -> Vec<PathBuf> {
    let replaced = folders.filter(|folder| changes.replace(folder));
    replaced.cloned().collect()
}

/// The part of an argument before its first wildcard; all of it where there is none.
fn base(argument: &str) -> PathBuf {
    let path = Path::new(argument);
    if path.exists() || !argument.contains(['*', '?', '[']) {
        return path.to_path_buf();
    }
    let fixed = path.components().take_while(|part| {
        let text = part.as_os_str().to_string_lossy();
        !text.contains(['*', '?', '['])
    });
    let base: PathBuf = fixed.collect();
    if base.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        base
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn changes(paths: &[&Path]) -> Changes {
        Changes {
            paths: paths.iter().map(|path| path.to_path_buf()).collect(),
            is_everything: false,
        }
    }

    #[test]
    fn a_file_belongs_to_its_folder_and_to_no_other() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap();
        let changed = changes(&[&root.join("src/Other/Solution.xml")]);
        assert!(changed.touch(&root.join("src")));
        assert!(!changed.touch(&root.join("src2")));
        assert!(!changed.touch(&root.join("a.zip")));
    }

    #[test]
    fn what_is_hidden_in_a_folder_changes_nothing_of_it() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap().join(".cache/src");
        assert!(!changes(&[&root.join(".git/index")]).touch(&root));
        assert!(!changes(&[&root.join("Other/.Solution.xml.swp")]).touch(&root));
        assert!(changes(&[&root.join("Other/Solution.xml")]).touch(&root));
    }

    #[test]
    fn a_folder_that_goes_takes_what_is_in_it() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap();
        let gone = changes(&[&root.join("out")]);
        assert!(gone.touch(&root.join("out/a.zip")));
        assert_eq!(
            replaced([root.join("out"), root.clone()].iter(), &gone),
            [root.join("out")]
        );
    }

    #[test]
    fn a_place_that_does_not_exist_is_awaited_in_the_nearest_folder() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap();
        let missing = root.join("a/b/c.zip").to_string_lossy().into_owned();
        let places = Places::new(&[missing], &[]);
        assert_eq!(places.folders(), BTreeMap::from([(root.clone(), false)]));
        assert!(places.has_packages_of(&changes(&[&root.join("a")])));
        assert!(!places.has_packages_of(&changes(&[&root.join("z")])));
    }

    #[test]
    fn a_folder_is_watched_with_all_that_is_in_it_and_once() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap();
        let inner = root.join("src/inner");
        fs::create_dir_all(&inner).unwrap();
        let arguments = [root.join("src"), inner];
        let arguments = arguments.map(|path| path.to_string_lossy().into_owned());
        let places = Places::new(&arguments, &[]);
        let folders = BTreeMap::from([(root.clone(), false), (root.join("src"), true)]);
        assert_eq!(places.folders(), folders);
    }

    #[test]
    fn a_glob_is_watched_where_its_files_would_appear() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap();
        let glob = root.join("*.zip").to_string_lossy().into_owned();
        let places = Places::new(&[glob], &[]);
        assert_eq!(places.folders().get(&root), Some(&false));
        assert!(places.has_packages_of(&changes(&[&root.join("new.zip")])));
        let deep = root.join("*/*.zip").to_string_lossy().into_owned();
        assert_eq!(Places::new(&[deep], &[]).folders().get(&root), Some(&true));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_behind_a_link_belongs_to_the_link() {
        let desk = tempfile::TempDir::new().unwrap();
        let root = desk.path().canonicalize().unwrap();
        fs::create_dir(root.join("real")).unwrap();
        fs::write(root.join("real/a.zip"), "").unwrap();
        std::os::unix::fs::symlink(root.join("real/a.zip"), root.join("link.zip")).unwrap();
        let link = root.join("link.zip");
        assert!(changes(&[&root.join("real/a.zip")]).touch(&link));
        assert!(changes(&[&link]).touch(&link));
        let places = Places::new(&[link.to_string_lossy().into_owned()], &[]);
        assert!(places.folders().contains_key(&root.join("real")));
    }
}
