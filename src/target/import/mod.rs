//! What users have of an environment, turned into manifests: one file for each sort of source.
//!
//! An importer says what it recognises and what it read; it knows no other importer, and nothing of the manifest that its
//! rows will enter. Sources, their order and their dates are kept here.

mod claim;
mod collected;
mod csdl;
mod document;
mod failure;
mod inventory;
mod missing;
mod pac;
mod package;
mod pages;
mod stage;
mod table;
mod webapi;

use std::path::Path;

use sha2::{Digest, Sha256};

use super::family::Family;
use super::manifest::{CapturedSource, SourceKind, TargetManifest};
use super::read::{self, Mistake};
use super::time;
use crate::error::Error;
use crate::package::OpenOptions;
use document::{Document, Text};
use pages::Pages;

pub(super) use package::rows_of;

/// How sources are read.
#[derive(Clone, Debug, Default)]
pub struct ImportOptions {
    /// Families that the user says are complete in these sources.
    pub complete: Vec<Family>,
    /// When the sources were captured, RFC 3339; where it is not given, when each file was written.
    pub captured: Option<String>,
    /// What the rows of a table (CSV) are and which column holds what; `None` where no table is expected.
    pub table: Option<TableMap>,
    /// How packages are opened.
    pub packages: OpenOptions,
}

impl ImportOptions {
    /// Whether the user says that the sources have all of a family.
    fn says_complete(&self, family: &str) -> bool {
        self.complete
            .iter()
            .any(|complete| complete.name() == family)
    }
}

/// What the rows of a table are, and which of its columns holds what.
#[derive(Clone, Debug, Default)]
pub struct TableMap {
    /// A family, or a component type as people write it.
    pub kind: String,
    /// A key of a manifest's row, and the heading of the column that holds it.
    pub columns: Vec<(String, String)>,
}

/// What one source says.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The path as it was given.
    pub path: String,
    /// What it was recognised as, in words.
    pub label: String,
    /// The source, without an id yet.
    pub source: CapturedSource,
    /// The rows, whose `src` is empty, and how complete they are.
    pub manifest: TargetManifest,
    /// What the user should know of it.
    pub notes: Vec<String>,
    /// For an answer in pages.
    pub(super) pages: Option<Pages>,
}

/// What an importer read.
#[derive(Clone, Debug, Default)]
struct Facts {
    kind: SourceKind,
    /// What the source is, in words: `solutions (pac solution list)`.
    label: String,
    /// How many rows it has.
    rows: u64,
    /// What it says. Rows have no `src`.
    manifest: TargetManifest,
    /// For packages: the solution, its version, and whether the package is managed.
    solution: Option<(String, Option<String>, bool)>,
    /// For an answer in pages.
    pages: Option<Pages>,
    notes: Vec<String>,
}

/// One sort of source.
struct Importer {
    /// Whether a document is of this sort. The first importer that says so reads it.
    recognises: fn(&Document<'_>) -> bool,
    /// Several where it holds several, as packages of Package Deployer do.
    read: fn(&Document<'_>, &ImportOptions) -> Result<Vec<Facts>, Mistake>,
}

/// Every sort of source, the most telling first.
const IMPORTERS: &[Importer] = &[
    Importer {
        recognises: stage::recognises,
        read: stage::read,
    },
    Importer {
        recognises: failure::recognises,
        read: failure::read,
    },
    Importer {
        recognises: csdl::recognises,
        read: csdl::read,
    },
    Importer {
        recognises: package::recognises,
        read: package::read,
    },
    Importer {
        recognises: pac::lists_solutions,
        read: pac::read_solutions,
    },
    Importer {
        recognises: pac::lists_applications,
        read: pac::read_applications,
    },
    Importer {
        recognises: webapi::recognises,
        read: webapi::read,
    },
    Importer {
        recognises: failure::is_told,
        read: failure::read,
    },
    TABLE,
];

/// Tables: what a text is where the user says what its columns are, and what it may be where nobody else knows it.
const TABLE: Importer = Importer {
    recognises: table::recognises,
    read: table::read,
};

/// Reads sources: files, folders of unpacked solutions, and folders that the script of `target collect` wrote.
///
/// Fails with the file, the place and what to do where a source is not recognised, is damaged, or ends before its end; a
/// source that says less than everything is no failure.
pub fn import(paths: &[String], options: &ImportOptions) -> Result<Vec<Imported>, Error> {
    let mut imported = Vec::new();
    for path in paths {
        let fail = |path: &str, mistake: Mistake| Error::Target {
            path: path.into(),
            what: mistake.what,
            remedy: mistake.remedy,
        };
        if let Some(description) = collected::description(path) {
            let folder = collected::read(&description).map_err(|mistake| fail(path, mistake))?;
            imported.extend(import_folder(&folder, options)?);
            continue;
        }
        imported.extend(import_one(path, options).map_err(|mistake| fail(path, mistake))?);
    }
    pages::join(&mut imported, options)?;
    tell_unlisted(&mut imported, options);
    Ok(imported)
}

/// Says which families are said to be complete though no source lists any of them: nothing is known of those.
fn tell_unlisted(imported: &mut [Imported], options: &ImportOptions) {
    let is_listed = |family: &&Family| {
        imported.iter().map(|one| &one.manifest).any(|manifest| {
            // A table may have no key, and be complete of them.
            let has_whole_tables = manifest.tables.iter().any(|table| table.keys_complete);
            manifest.coverage.contains_key(family.name())
                || (family.name() == "keys" && has_whole_tables)
        })
    };
    let unlisted = options.complete.iter().filter(|family| !is_listed(family));
    let notes: Vec<String> = unlisted
        .map(|family| {
            let name = family.name();
            format!("no source lists {name}, so nothing is complete of them")
        })
        .collect();
    if let Some(first) = imported.first_mut() {
        first.notes.extend(notes);
    }
}

/// Reads the files of a folder, each with what the script says of it.
fn import_folder(
    folder: &collected::Folder,
    options: &ImportOptions,
) -> Result<Vec<Imported>, Error> {
    let mut imported = Vec::new();
    for (path, complete) in &folder.files {
        let of_file = ImportOptions {
            complete: options.complete.iter().chain(complete).copied().collect(),
            captured: options.captured.clone().or_else(|| Some(folder.at.clone())),
            ..options.clone()
        };
        let read = import_one(path, &of_file).map_err(|mistake| Error::Target {
            path: path.clone(),
            what: mistake.what,
            remedy: mistake.remedy,
        })?;
        imported.extend(read);
    }
    if let Some(first) = imported.first_mut() {
        first.manifest.environment.url.clone_from(&folder.url);
    }
    Ok(imported)
}

fn import_one(path: &str, options: &ImportOptions) -> Result<Vec<Imported>, Mistake> {
    let file = Path::new(path);
    if file.is_dir() {
        return read_document(path, &Document::Package(path), None, options);
    }
    let bytes = read::bytes(file)?;
    let digest = Sha256::digest(&bytes);
    let digest = hexadecimal(&digest);
    if bytes.starts_with(b"PK\x03\x04") {
        return read_document(path, &Document::Package(path), Some(&digest), options);
    }
    let text = Text::new(bytes);
    let document = match &options.table {
        Some(_) => text.table(),
        None => text.document()?,
    };
    read_document(path, &document, Some(&digest), options)
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits
        .map(|digit| char::from(DIGITS[usize::from(digit)]))
        .collect()
}

fn read_document(
    path: &str,
    document: &Document<'_>,
    digest: Option<&str>,
    options: &ImportOptions,
) -> Result<Vec<Imported>, Mistake> {
    let is_table = options.table.is_some() && matches!(document, Document::Plain(_));
    let importer = if is_table {
        Some(&TABLE)
    } else {
        let mut importers = IMPORTERS.iter();
        importers.find(|importer| (importer.recognises)(document))
    };
    let importer = importer.ok_or_else(|| document.unrecognised())?;
    let file = Path::new(path);
    let written = || time::of_file(file);
    let at = options.captured.clone().or_else(written);
    let facts = (importer.read)(document, options)?;
    let read = facts.into_iter().map(|facts| {
        let (solution, version, managed) = match facts.solution {
            Some((name, version, managed)) => (Some(name), version, Some(managed)),
            None => (None, None, None),
        };
        Imported {
            path: path.into(),
            label: facts.label,
            source: CapturedSource {
                kind: facts.kind,
                file: file.file_name().map(|name| name.to_string_lossy().into()),
                sha256: digest.map(str::to_owned),
                at: at.clone(),
                rows: Some(facts.rows),
                solution,
                version,
                managed,
                ..CapturedSource::default()
            },
            manifest: facts.manifest,
            notes: facts.notes,
            pages: facts.pages,
        }
    });
    Ok(read.collect())
}
