//! Folders on disk: walking them in a fixed order and reading files within the limits.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Entry, ReadFailure};
use crate::limits::{Budget, Exceeded, Limits};
use crate::model::FlawKind;

/// How deep folders are walked; deeper ones are no package any tool writes.
const DEPTH: usize = 32;

/// A folder that holds one package.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    root: PathBuf,
}

/// What a walk found.
pub(super) struct Listing {
    pub(super) entries: Vec<Entry>,
    /// Symbolic links, which are not followed: they may lead out of the package.
    pub(super) links: Vec<String>,
    /// Files and folders that cannot be read.
    pub(super) unreadable: Vec<Unreadable>,
}

/// A file or folder that cannot be read.
pub(super) struct Unreadable {
    /// Its path below the folder.
    pub(super) path: String,
    /// What the system said, as a sentence fragment.
    pub(super) detail: String,
}

impl Folder {
    pub(super) fn new(root: &Path) -> Self {
        Self {
            root: root.to_path_buf(),
        }
    }

    /// The files below the folder that are wanted, sorted by name; hidden ones (`.git`) are left out, and folders that are
    /// not wanted with all that is in them.
    pub(super) fn list(
        &self,
        limits: &Limits,
        is_wanted: &dyn Fn(&str) -> bool,
    ) -> Result<Listing, Exceeded> {
        let mut listing = Listing {
            entries: Vec::new(),
            links: Vec::new(),
            unreadable: Vec::new(),
        };
        let mut budget = Budget::new(limits);
        let mut pending = vec![(String::new(), 0)];
        while let Some((below, depth)) = pending.pop() {
            let children = match children(&self.root.join(&below)) {
                Ok(children) => children,
                Err(error) => {
                    listing.unreadable.push(Unreadable {
                        path: below,
                        detail: error.to_string(),
                    });
                    continue;
                }
            };
            for (name, kind, size) in children {
                let path = if below.is_empty() {
                    name
                } else {
                    format!("{below}/{name}")
                };
                if !is_wanted(&path) {
                    continue;
                }
                match kind {
                    Kind::Folder if depth < DEPTH => pending.push((path, depth + 1)),
                    Kind::Folder => {
                        return Err(Exceeded {
                            limit: "folders within folders",
                            option: None,
                            allowed: DEPTH as u64,
                        });
                    }
                    Kind::File => {
                        // Files on disk are not packed.
                        budget.admit(size, size)?;
                        listing.entries.push(Entry::new(&path, size, 0, false));
                    }
                    Kind::Link => listing.links.push(path),
                    Kind::Unreadable(detail) => {
                        listing.unreadable.push(Unreadable { path, detail });
                    }
                    Kind::Other => {}
                }
            }
        }
        listing.entries.sort_by(|a, b| a.name.cmp(&b.name));
        listing.links.sort();
        listing.unreadable.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(listing)
    }

    pub(super) fn read(&self, entry: &Entry, limits: &Limits) -> Result<Vec<u8>, ReadFailure> {
        let fail = |detail: String| ReadFailure {
            kind: FlawKind::UnreadableEntry,
            detail,
        };
        let file =
            fs::File::open(self.root.join(&*entry.raw)).map_err(|error| fail(error.to_string()))?;
        let mut bytes = Vec::with_capacity(usize::try_from(entry.size).unwrap_or_default());
        // The file may have grown since it was listed.
        let limit = limits.entry_bytes.saturating_add(1);
        let read = file
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|error| fail(error.to_string()))?;
        if read as u64 == limit {
            return Err(fail(
                "it has grown beyond the limit while it was read".into(),
            ));
        }
        Ok(bytes)
    }
}

pub(super) enum Kind {
    File,
    Folder,
    Link,
    /// The system does not say what it is, but why it does not.
    Unreadable(String),
    Other,
}

/// The name, kind and size of a file or folder.
pub(super) type Child = (String, Kind, u64);

/// The visible children of a folder, sorted by name.
pub(super) fn children(folder: &Path) -> std::io::Result<Vec<Child>> {
    let mut children = Vec::new();
    for entry in fs::read_dir(folder)? {
        children.extend(child(&entry?));
    }
    children.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(children)
}

fn child(entry: &fs::DirEntry) -> Option<Child> {
    let name = entry.file_name().to_string_lossy().into_owned();
    if name.starts_with('.') {
        return None;
    }
    // `DirEntry::metadata` does not follow links.
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        Err(error) => return Some((name, Kind::Unreadable(error.to_string()), 0)),
    };
    let kind = match () {
        () if metadata.is_symlink() => Kind::Link,
        () if metadata.is_dir() => Kind::Folder,
        () if metadata.is_file() => Kind::File,
        () => Kind::Other,
    };
    Some((name, kind, metadata.len()))
}
