//! From files to a [`Solution`]: components with their places, and what is badly written or not understood.
//!
//! In goes a [`Package`], out comes its solution and the text of the files that were read. Each family of components is
//! a table of rows; a row says where an element stands and which values name it, and one walk does the rest.
//! No family knows another. Nothing here judges: what is wrong is recorded as a [`Flaw`](crate::model::Flaw), and rules
//! decide what to say of it.

mod app;
mod assemblies;
mod claims;
mod code;
mod content;
mod control;
mod draft;
mod files;
mod form;
mod formats;
mod function;
mod links;
mod manifest;
mod manifest_files;
mod merge;
mod numbers;
mod options;
mod places;
mod process;
mod reading;
mod record;
mod row;
mod security;
mod sequences;
mod service;
mod table;
mod values;
mod walk;

pub(crate) use manifest::required;
use rayon::prelude::*;
pub use values::shipped_values;

use crate::catalog::platform_error;
use crate::error::Error;
use crate::model::{FlawKind, Solution};
use crate::package::{EntryId, Layout, Package, ReadFailure};
use crate::source::Sources;
use crate::xml::{self, Element, XmlFailure};
use draft::Fragment;
use row::Row;

/// Every family's rows. A new family is one file and one line here.
static ROWS: [&[Row]; 7] = [
    table::ROWS,
    form::ROWS,
    app::ROWS,
    process::ROWS,
    code::ROWS,
    security::ROWS,
    service::ROWS,
];

/// A solution together with the text it was read from.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The solution.
    pub solution: Solution,
    /// Its files; a file's number is that of its entry in the package.
    pub sources: Sources,
}

/// Reads a package's solution.
///
/// ```
/// use solvet::package::{OpenOptions, Opened, locate, open};
/// use solvet::parse::parse;
///
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let location = locate(&["samples/sequence-apac-leads".into()]).remove(0)?;
/// if let Some(Opened::Package(package)) = open(&location, &OpenOptions::default()).pop() {
///     let solution = parse(&package)?.solution;
///     assert_eq!(solution.manifest.name(), "SequenceAPACLeads");
///     assert_eq!(solution.manifest.roots.len(), 4);
/// }
/// # Ok::<(), solvet::Error>(())
/// ```
///
/// Fails only where nothing can be said at all: solution.xml cannot be read. Everything else that is wrong is in the
/// solution's flaws.
pub fn parse(package: &Package) -> Result<Parsed, Error> {
    let mut sources = Sources::default();
    for (_, entry) in package.entries() {
        sources.add(&entry.name);
    }
    let id = manifest_entry(package)
        .ok_or_else(|| unreadable(package, "has no solution.xml", BAD_ZIP))?;
    let manifest_files::Read {
        manifest,
        texts,
        own,
    } = if package.layout() == Layout::Yaml {
        manifest_files::read(package, id)?
    } else {
        read_manifest(package, id)?
    };
    for (id, text) in texts {
        sources.set_text(id.file(), text);
    }
    let plan = files::Plan::new(package, &manifest);
    let mut read: Vec<files::Read> = package
        .entries()
        .map(|(id, _)| id)
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|entry| {
            if entry == id {
                files::Read::default()
            } else {
                plan.read(entry)
            }
        })
        .collect();
    read[id.0].fragment = own;
    let mut merge = merge::Merge::new(package, manifest);
    for (entry, read) in (0..).map(EntryId).zip(read) {
        if let Some(text) = read.text {
            sources.set_text(entry.file(), text);
        }
        merge.add(entry, read.fragment, read.claim);
    }
    Ok(Parsed {
        solution: merge.finish(id),
        sources,
    })
}

const BAD_ZIP: u32 = 0x8004_8060;
const INVALID_FILE: u32 = 0x8004_8000;
const NOT_WELL_FORMED: u32 = 0x8004_8013;

fn manifest_entry(package: &Package) -> Option<EntryId> {
    if package.layout() == Layout::Yaml {
        return package.find_manifest("solution.yml");
    }
    package
        .find("solution.xml")
        .or_else(|| package.find("Other/Solution.xml"))
}

fn unreadable(package: &Package, what: &str, code: u32) -> Error {
    // What the platform says of source code is what it would say of the package made of it, if it were made.
    let (remedy, platform) = if package.layout() == Layout::Yaml {
        ("Commit the solution again, or correct solution.yml.", None)
    } else {
        let remedy = "Export the solution again, or correct solution.xml if it was edited by hand.";
        (remedy, platform_error(code))
    };
    Error::Unreadable {
        path: package.path().into(),
        what: what.into(),
        remedy: remedy.into(),
        platform,
    }
}

fn read_manifest(package: &Package, id: EntryId) -> Result<manifest_files::Read, Error> {
    let name = &package.entry(id).name;
    let text = match package.text(id) {
        Ok(text) => text,
        Err(ReadFailure { kind, detail }) => {
            let code = if kind == FlawKind::UndecodableText {
                NOT_WELL_FORMED
            } else {
                BAD_ZIP
            };
            return Err(unreadable(
                package,
                &format!("has a {name} that cannot be read: {detail}"),
                code,
            ));
        }
    };
    let document = xml::parse(&text, package.limits())
        .map_err(|failure| refused(package, name, &text, &failure))?;
    let root = Element::new(document.root_element(), id.file());
    if root.child("SolutionManifest").is_none() {
        return Err(not_a_manifest(package, name));
    }
    let mut own = Fragment::default();
    let manifest = manifest::manifest(root, &text, package.package_type(), &mut own);
    drop(document);
    Ok(manifest_files::Read {
        manifest,
        texts: vec![(id, text)],
        own,
    })
}

/// The error of a manifest that is malformed or beyond a limit.
fn refused(package: &Package, name: &str, text: &str, failure: &XmlFailure) -> Error {
    if failure.kind == FlawKind::BeyondLimit {
        return Error::Unreadable {
            path: package.path().into(),
            what: format!("has a {name} with {}", failure.detail),
            remedy: failure
                .exceeded
                .map_or_else(String::new, |exceeded| exceeded.remedy()),
            platform: None,
        };
    }
    let before = &text[..text.floor_char_boundary(failure.offset as usize)];
    let line = before.matches('\n').count() + 1;
    let what = format!(
        "has a {name} that is not well-formed: {} (line {line})",
        failure.detail
    );
    unreadable(package, &what, NOT_WELL_FORMED)
}

fn not_a_manifest(package: &Package, name: &str) -> Error {
    let what = format!("has a {name} without a SolutionManifest");
    unreadable(package, &what, INVALID_FILE)
}
