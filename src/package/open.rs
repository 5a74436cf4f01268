//! Opening: from a location to the packages in it.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::archive::{Archive, Unlistable};
use super::foreign::{self, Foreign};
use super::locate::{Location, LocationSource, is_other_package};
use super::{Bytes, Entry, Layout, Package, Store, deployer, entry_named, source};
use crate::catalog::platform_error;
use crate::error::Error;
use crate::limits::{Budget, Exceeded, Limits};
use crate::model::{FlawKind, PackageType};
use crate::package::Anomaly;
use crate::package::folder::{Folder, Listing, Unreadable};

/// How packages are opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpenOptions {
    /// Limits on what is read.
    pub limits: Limits,
    /// Which package type to analyse where a source folder holds both.
    pub package_type: PackageType,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            package_type: PackageType::Unmanaged,
        }
    }
}

/// What opening one location gave.
#[derive(Debug)]
pub enum Opened {
    /// A package.
    Package(Box<Package>),
    /// Something that cannot be read.
    Failed(Error),
    /// A readable zip met while searching a folder that is no solution package and was not asked for by name.
    PassedOver(Error),
}

/// The platform's answer to a zip without the three root files.
const BAD_ZIP: u32 = 0x8004_8060;

/// Opens a location: one package, or every solution of a Package Deployer package in import order.
///
/// ```no_run
/// use solvet::package::{OpenOptions, Opened, locate, open};
/// for location in locate(&["ContosoCore_1_0_0_0.zip".into()]) {
///     for opened in open(&location?, &OpenOptions::default()) {
///         if let Opened::Package(package) = opened {
///             println!("{} has {} files", package.path(), package.entries().count());
///         }
///     }
/// }
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn open(location: &Location, options: &OpenOptions) -> Vec<Opened> {
    let name = &location.name;
    let opened = match &location.source {
        LocationSource::Folder(path) => return open_folder(name, path, options),
        LocationSource::File(path) => read_file(name, path, &options.limits),
        LocationSource::StandardInput => read_all(name, std::io::stdin().lock(), &options.limits),
    };
    match opened {
        Ok(bytes) => {
            let mut nest = Nest::new(options);
            open_bytes(name, &bytes, location.named, &mut nest)
        }
        Err(error) => vec![Opened::Failed(error)],
    }
}

/// The error of an argument below which everything was passed over: a run that read nothing must not look clean.
pub fn holds_no_solution(argument: &str) -> Error {
    Error::Unreadable {
        path: argument.into(),
        what: "holds no solution: every zip in it is something else".into(),
        remedy: "Give an exported solution zip, or a folder that holds one.".into(),
        platform: None,
    }
}

fn read_file(name: &str, path: &Path, limits: &Limits) -> Result<Bytes, Error> {
    let file = std::fs::File::open(path).map_err(|error| unreadable(name, &error))?;
    read_all(name, file, limits)
}

fn read_all(name: &str, from: impl Read, limits: &Limits) -> Result<Bytes, Error> {
    let mut bytes = Vec::new();
    let limit = limits.total_bytes;
    from.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(name, &error))?;
    if bytes.len() as u64 > limit {
        return Err(beyond(
            name,
            &Exceeded {
                limit: "bytes",
                option: Some("max-total-bytes"),
                allowed: limit,
            },
        ));
    }
    Ok(bytes.into())
}

pub(super) fn unreadable(name: &str, error: &std::io::Error) -> Error {
    Error::Unreadable {
        path: name.into(),
        what: format!("cannot be read: {error}"),
        remedy: "Check the path and that you may read it.".into(),
        platform: None,
    }
}

pub(super) fn beyond(name: &str, exceeded: &Exceeded) -> Error {
    Error::Unreadable {
        path: name.into(),
        what: format!("has {}", exceeded.detail()),
        remedy: exceeded.remedy(),
        platform: None,
    }
}

fn not_a_solution(name: &str, foreign: Foreign) -> Error {
    Error::Unreadable {
        path: name.into(),
        what: foreign.what,
        remedy: foreign.remedy.into(),
        platform: if foreign.zip {
            platform_error(BAD_ZIP)
        } else {
            None
        },
    }
}

/// Where opening stands among archives within archives: how deep, and what they may still use together.
pub(super) struct Nest<'a> {
    pub(super) options: &'a OpenOptions,
    pub(super) depth: u32,
    budget: Budget,
}

impl<'a> Nest<'a> {
    pub(super) fn new(options: &'a OpenOptions) -> Self {
        Self {
            options,
            depth: 1,
            budget: Budget::new(&options.limits),
        }
    }
}

/// Opens an archive in memory.
pub(super) fn open_bytes(
    name: &str,
    bytes: &Bytes,
    named: bool,
    nest: &mut Nest<'_>,
) -> Vec<Opened> {
    let options = nest.options;
    let refuse = |foreign: Foreign| {
        let meant = foreign.is_solution;
        let error = not_a_solution(name, foreign);
        vec![if named || meant {
            Opened::Failed(error)
        } else {
            Opened::PassedOver(error)
        }]
    };
    // What is named .zip and is none may have been meant to be a package, wherever it was met.
    if !bytes.starts_with(b"PK") {
        let foreign = foreign::of_bytes(bytes);
        return vec![Opened::Failed(not_a_solution(name, foreign))];
    }
    let listed = Archive::open(Arc::clone(bytes)).and_then(|archive| {
        let entries = archive.entries(&mut nest.budget)?;
        Ok((archive, entries))
    });
    let (archive, entries) = match listed {
        Ok(listed) => listed,
        Err(Unlistable::Exceeded(exceeded)) => {
            return vec![Opened::Failed(beyond(name, &exceeded))];
        }
        Err(Unlistable::Damaged(detail)) => {
            let mut foreign = foreign::of_bytes(bytes);
            foreign.what = format!("{} ({detail})", foreign.what);
            return vec![Opened::Failed(not_a_solution(name, foreign))];
        }
    };
    if let Some(manifest) = entry_named(&entries, "solution.xml") {
        if manifest.encrypted {
            return vec![Opened::Failed(encrypted(name))];
        }
        return vec![Opened::Package(Box::new(zip_package(
            name, archive, entries, options,
        )))];
    }
    if entries.iter().all(|entry| entry.encrypted) && !entries.is_empty() {
        return vec![Opened::Failed(encrypted(name))];
    }
    // Source code and data may hold zips too; that makes them no Package Deployer packages.
    if let Some(foreign) = foreign::of_sure_signs(&entries) {
        return refuse(foreign);
    }
    if entries.iter().any(|entry| entry.extension() == "zip") {
        let container = deployer::Container {
            store: Store::Archive(Box::new(archive)),
            links: Vec::new(),
        };
        let opened = deployer::open_inner(name, &container, &entries, nest);
        if !deployer::is_nothing(&opened) {
            return opened;
        }
    }
    refuse(foreign::of_the_rest(&entries))
}

pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn encrypted(name: &str) -> Error {
    Error::Unreadable {
        path: name.into(),
        what: "is encrypted".into(),
        remedy: "Unpack it with its password and zip it again without one; the platform reads no encrypted zips.".into(),
        platform: platform_error(BAD_ZIP),
    }
}

fn zip_package(
    name: &str,
    archive: Archive,
    entries: Vec<Entry>,
    options: &OpenOptions,
) -> Package {
    let repeated = archive.repeated_names().into_iter();
    let repeated: Vec<_> = repeated
        .map(|name| Anomaly::new(FlawKind::DuplicateEntry, &name))
        .collect();
    let store = Store::Archive(Box::new(archive));
    let mut package = Package::new(name, Layout::Zip, entries, store, options);
    package.anomalies.extend(repeated);
    package
}

fn open_folder(name: &str, path: &Path, options: &OpenOptions) -> Vec<Opened> {
    // A repository may hold anything besides, so it is not listed as a whole.
    if is_yaml_source(path) {
        return source::open(name, path, options);
    }
    let folder = Folder::new(path);
    let listing = match folder.list(&options.limits, &|_| true) {
        Ok(listing) => listing,
        Err(exceeded) => return vec![Opened::Failed(beyond(name, &exceeded))],
    };
    let has = |wanted: &str| entry_named(&listing.entries, wanted).is_some();
    let layout = match () {
        () if has("solution.xml") => Layout::Unzipped,
        () if has("Other/Solution.xml") => Layout::SolutionPackager,
        () if has("ImportConfig.xml") => {
            let unreadable = listing.unreadable.iter();
            let unreadable: Vec<_> = unreadable
                .map(|one| Opened::Failed(unreadable_below(name, one)))
                .collect();
            let container = deployer::Container {
                store: Store::Folder(folder),
                links: listing.links,
            };
            let mut nest = Nest::new(options);
            let mut opened = deployer::open_inner(name, &container, &listing.entries, &mut nest);
            opened.extend(unreadable);
            if deployer::is_nothing(&opened) {
                opened.push(Opened::Failed(holds_no_solution(name)));
            }
            return opened;
        }
        () => {
            let gone = std::io::Error::other("its solution is no longer there");
            return vec![Opened::Failed(unreadable(name, &gone))];
        }
    };
    let package = folder_package(name, layout, folder, listing, options);
    vec![Opened::Package(Box::new(package))]
}

/// Whether a folder is YAML source and no package of another layout.
fn is_yaml_source(path: &Path) -> bool {
    let children = super::folder::children(path).unwrap_or_default();
    !is_other_package(path, &children)
        && (source::of_one_solution(path).is_some() || !source::solutions(path).is_empty())
}

/// A package in a folder, with what is odd about the folder.
pub(super) fn folder_package(
    name: &str,
    layout: Layout,
    folder: Folder,
    listing: Listing,
    options: &OpenOptions,
) -> Package {
    let store = Store::Folder(folder);
    let mut package = Package::new(name, layout, listing.entries, store, options);
    let links = listing.links.iter();
    package
        .anomalies
        .extend(links.map(|link| Anomaly::new(FlawKind::SymbolicLink, link)));
    let unreadable = listing.unreadable.into_iter();
    package.anomalies.extend(unreadable.map(|one| Anomaly {
        kind: FlawKind::UnreadableEntry,
        name: one.path.into(),
        detail: one.detail.into(),
    }));
    package
}

fn unreadable_below(name: &str, one: &Unreadable) -> Error {
    Error::Unreadable {
        path: format!("{name}/{}", one.path),
        what: format!("cannot be read: {}", one.detail),
        remedy: "Check that you may read it.".into(),
        platform: None,
    }
}
