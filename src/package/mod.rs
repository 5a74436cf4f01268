//! Packages as bytes: finding them, opening every layout, reading their files within limits.
//!
//! In goes a path, out come [`Package`]s: a name, a layout and readable entries. Nothing here knows what a solution
//! means; that begins in [`parse`](crate::parse).

mod archive;

mod deployer;
mod folder;
mod foreign;
mod locate;
mod nested;
mod open;
mod parts;
mod source;

use std::sync::Arc;

use rustc_hash::FxHashMap;

pub use deployer::DeployerSettings;
pub use locate::{Location, LocationSource, locate};
pub(crate) use nested::Nested;
pub use open::{OpenOptions, Opened, holds_no_solution, open};
pub(crate) use source::listed_paths;

use crate::decode;
use crate::limits::Limits;
use crate::model::{FlawKind, PackageType};
use crate::source::{FileId, Span};
use archive::Archive;
use folder::Folder;

/// How the files of a package are laid out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Layout {
    /// An exported zip.
    Zip,
    /// The files of an exported zip in a folder.
    Unzipped,
    /// A source folder written by SolutionPackager or `pac solution unpack`.
    SolutionPackager,
    /// A source folder in YAML, written by git integration.
    Yaml,
}

impl Layout {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Zip => "zip",
            Self::Unzipped => "unzipped",
            Self::SolutionPackager => "solution-packager",
            Self::Yaml => "yaml",
        }
    }

    /// Whether it is source code that is packed before it is imported.
    pub fn is_source(self) -> bool {
        matches!(self, Self::SolutionPackager | Self::Yaml)
    }
}

/// A file of a package.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its path with `/` between folders, percent-decoded.
    pub name: Box<str>,
    /// Its path as the archive or the disk has it.
    pub raw: Box<str>,
    /// Its unpacked size in bytes, as declared.
    pub size: u64,
    /// Whether it is encrypted.
    pub encrypted: bool,
    index: usize,
    /// The checksum that an archive has of it.
    checksum: Option<u32>,
}

impl Entry {
    fn new(raw: &str, size: u64, index: usize, encrypted: bool) -> Self {
        Self {
            name: normal_name(raw).into(),
            raw: raw.into(),
            size,
            encrypted,
            index,
            checksum: None,
        }
    }

    fn with_checksum(self, checksum: u32) -> Self {
        Self {
            checksum: Some(checksum),
            ..self
        }
    }

    /// The file's own name without its last extension.
    pub fn stem(&self) -> &str {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    /// The extension in lower case, without its dot; empty where there is none.
    pub fn extension(&self) -> String {
        let file = self.name.rsplit('/').next().unwrap_or_default();
        file.rsplit_once('.')
            .map_or_else(String::new, |(_, extension)| extension.to_ascii_lowercase())
    }
}

/// A path in its one form: percent-decoded, `/` between folders, none in front.
///
/// Part names of the packaging format are percent-encoded, and `\` occurs in real archives.
pub(crate) fn normal_name(raw: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(raw).decode_utf8();
    let name = decoded.map_or_else(|_| raw.to_owned(), std::borrow::Cow::into_owned);
    name.replace('\\', "/").trim_start_matches('/').to_owned()
}

/// The number of an entry within its package.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EntryId(pub usize);

impl EntryId {
    /// The number its text has among the package's sources, which hold the entries in the same order.
    pub fn file(self) -> FileId {
        FileId(u32::try_from(self.0).unwrap_or(u32::MAX))
    }
}

/// Why a file of a package could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ReadFailure {
    /// The sort of failure.
    pub kind: FlawKind,
    /// What the reader said, as a sentence fragment.
    pub detail: String,
}

#[derive(Clone, Debug)]
enum Store {
    Archive(Box<Archive>),
    Folder(Folder),
}

impl Store {
    fn read(&self, entry: &Entry, limits: &Limits) -> Result<Vec<u8>, ReadFailure> {
        match self {
            Self::Archive(archive) => archive.read(entry),
            Self::Folder(folder) => folder.read(entry, limits),
        }
    }
}

/// The first of some files with this name, in any case.
fn entry_named<'a>(entries: &'a [Entry], name: &str) -> Option<&'a Entry> {
    entries
        .iter()
        .find(|entry| entry.name.eq_ignore_ascii_case(name))
}

/// A package whose files can be read.
#[derive(Clone, Debug)]
#[expect(
    clippy::struct_field_names,
    reason = "package type is the platform's own term"
)]
pub struct Package {
    path: Box<str>,
    layout: Layout,
    package_type: PackageType,
    /// Of YAML source, the folder of the solution's manifest files; empty elsewhere.
    solution_folder: Box<str>,
    entries: Vec<Entry>,
    by_name: FxHashMap<Box<str>, EntryId>,
    by_file_name: FxHashMap<Box<str>, Vec<EntryId>>,
    store: Store,
    anomalies: Vec<Anomaly>,
    limits: Limits,
    deployer: Option<DeployerSettings>,
}

/// How large a package is, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PackageSize {
    /// The archive; none of a folder.
    pub packed: Option<u64>,
    /// All its files; none of source.
    pub unpacked: Option<u64>,
}

/// Something odd about the container itself.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Anomaly {
    /// What sort.
    pub kind: FlawKind,
    /// The entry's name as the container has it; may be empty.
    pub name: Box<str>,
    /// What the system said of it, as a sentence fragment; empty where the kind says it all.
    pub detail: Box<str>,
}

impl Anomaly {
    fn new(kind: FlawKind, name: &str) -> Self {
        Self {
            kind,
            name: name.into(),
            detail: "".into(),
        }
    }
}

impl Package {
    fn new(
        path: &str,
        layout: Layout,
        entries: Vec<Entry>,
        store: Store,
        options: &OpenOptions,
    ) -> Self {
        let mut package = Self {
            path: path.into(),
            layout,
            package_type: options.package_type,
            solution_folder: "".into(),
            entries,
            by_name: FxHashMap::default(),
            by_file_name: FxHashMap::default(),
            store,
            anomalies: Vec::new(),
            limits: options.limits,
            deployer: None,
        };
        // Readers must not depend on the order in which an archive happens to list its entries.
        package
            .entries
            .sort_by(|a, b| a.name.cmp(&b.name).then(a.raw.cmp(&b.raw)));
        package.index();
        package
    }

    fn index(&mut self) {
        for (number, entry) in self.entries.iter().enumerate() {
            let id = EntryId(number);
            let key: Box<str> = entry.name.to_ascii_lowercase().into();
            let file_name = key.rsplit('/').next().unwrap_or_default();
            self.by_file_name
                .entry(file_name.into())
                .or_default()
                .push(id);
            if is_unsafe(&entry.raw) || is_unsafe(&entry.name) {
                self.anomalies
                    .push(Anomaly::new(FlawKind::UnsafeEntryName, &entry.raw));
            }
            if self.by_name.insert(key, id).is_some() {
                self.anomalies
                    .push(Anomaly::new(FlawKind::DuplicateEntry, &entry.raw));
            }
        }
    }

    /// The package as it was given: a path, `-`, or `outer.zip!inner.zip`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What a Package Deployer package around it says of its import.
    pub fn deployer(&self) -> Option<DeployerSettings> {
        self.deployer
    }

    /// How large it is, as far as that is what is imported: source is packed before.
    pub fn size(&self) -> PackageSize {
        if self.layout.is_source() {
            return PackageSize::default();
        }
        PackageSize {
            packed: match &self.store {
                Store::Archive(archive) => Some(archive.size()),
                Store::Folder(_) => None,
            },
            unpacked: Some(self.entries.iter().map(|entry| entry.size).sum()),
        }
    }

    /// How its files are laid out.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The package type to analyse when the source holds both.
    pub fn package_type(&self) -> PackageType {
        self.package_type
    }

    /// The file of this name among the manifest files of YAML source, in any case.
    pub(crate) fn find_manifest(&self, file_name: &str) -> Option<EntryId> {
        self.find(&self.manifest_path(file_name))
    }

    /// Where a manifest file of YAML source belongs.
    pub(crate) fn manifest_path(&self, file_name: &str) -> String {
        format!("{}/{file_name}", self.solution_folder)
    }

    /// The limits it is read within.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Its files, sorted by name.
    pub fn entries(&self) -> impl Iterator<Item = (EntryId, &Entry)> {
        (0..).map(EntryId).zip(&self.entries)
    }

    /// One of its files.
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id.0]
    }

    /// The file that a place found in this package lies in.
    pub fn entry_at(&self, span: Span) -> &Entry {
        self.entry(EntryId(span.file.0 as usize))
    }

    /// What is odd about the container itself.
    pub fn anomalies(&self) -> &[Anomaly] {
        &self.anomalies
    }

    /// The file of this name, in any case.
    pub fn find(&self, name: &str) -> Option<EntryId> {
        self.by_name.get(&*name.to_ascii_lowercase()).copied()
    }

    /// The files of this name in any folder.
    pub fn find_file_name(&self, file_name: &str) -> &[EntryId] {
        self.by_file_name
            .get(&*file_name.to_ascii_lowercase())
            .map_or(&[], Vec::as_slice)
    }

    /// The bytes of a file, unpacked. Fails where it is damaged, encrypted, packed in an unsupported way, or no longer what
    /// was listed.
    pub fn bytes(&self, id: EntryId) -> Result<Vec<u8>, ReadFailure> {
        self.store.read(self.entry(id), &self.limits)
    }

    /// The size and the checksum (CRC-32) of a file. Archives list it, and hold it true when the file is read; a file on
    /// disk is read for it. Fails as [`Package::bytes`] does.
    pub fn checksum(&self, id: EntryId) -> Result<(u64, u32), ReadFailure> {
        let entry = self.entry(id);
        if let Some(checksum) = entry.checksum {
            return Ok((entry.size, checksum));
        }
        let bytes = self.bytes(id)?;
        let mut crc = flate2::Crc::new();
        crc.update(&bytes);
        Ok((bytes.len() as u64, crc.sum()))
    }

    /// The text of a file, decoded by its byte order mark, by the encoding its XML declaration names, or as UTF-8. Fails as
    /// [`Package::bytes`] does, and where the bytes are not in that encoding.
    pub fn text(&self, id: EntryId) -> Result<String, ReadFailure> {
        decode::text(self.bytes(id)?).map_err(|detail| ReadFailure {
            kind: FlawKind::UndecodableText,
            detail,
        })
    }

    /// Reads a file only to see that it can be unpacked and that its checksum holds; files on disk have none. Fails as
    /// [`Package::bytes`] does.
    pub fn verify(&self, id: EntryId) -> Result<(), ReadFailure> {
        match &self.store {
            Store::Archive(archive) => archive.verify(self.entry(id)),
            Store::Folder(_) => Ok(()),
        }
    }
}

/// Whether an entry's name is absolute or climbs out of the package.
fn is_unsafe(raw: &str) -> bool {
    let slashed = raw.replace('\\', "/");
    let bytes = slashed.as_bytes();
    let drive = bytes.len() > 1 && bytes[1] == b':' && bytes[0].is_ascii_alphabetic();
    drive
        || slashed.starts_with('/')
        || slashed.split('/').any(|part| part == "..")
        || slashed.contains('\0')
}

/// Shared bytes of an archive that was read into memory.
type Bytes = Arc<[u8]>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        assert_eq!(
            normal_name("%5BContent_Types%5D.xml"),
            "[Content_Types].xml"
        );
        assert_eq!(normal_name("\\Workflows\\a.json"), "Workflows/a.json");
    }

    #[test]
    fn names_that_leave_the_package_are_unsafe() {
        for name in [
            "../a.xml",
            "a/..\\b",
            "/etc/passwd",
            "C:\\x",
            "\\\\server\\x",
        ] {
            assert!(is_unsafe(name), "{name}");
        }
        assert!(!is_unsafe("WebResources/a..b/c.js"));
    }
}
