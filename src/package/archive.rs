//! Zip archives: listing and reading entries within the limits.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::{BufWriter, Cursor, Read};
use std::sync::Arc;

use rustc_hash::FxHashSet;
use zip::ZipArchive;
use zip::result::ZipError;

use super::{Bytes, Entry, ReadFailure};
use crate::limits::{Budget, Exceeded};
use crate::model::FlawKind;

/// An archive in memory. Clones share the bytes and the directory.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    zip: ZipArchive<Cursor<Bytes>>,
    bytes: Bytes,
}

/// Why bytes are no archive that can be listed.
pub(super) enum Unlistable {
    /// Not a zip file, or one whose directory is damaged.
    Damaged(String),
    /// Beyond a limit.
    Exceeded(Exceeded),
}

impl Archive {
    pub(super) fn open(bytes: Bytes) -> Result<Self, Unlistable> {
        let zip = ZipArchive::new(Cursor::new(Arc::clone(&bytes))).map_err(|error| {
            let detail = error.to_string();
            // The library's words for the record at the very end.
            Unlistable::Damaged(if detail.contains("EOCD") {
                "its end is missing; perhaps the download broke off".to_owned()
            } else {
                detail
            })
        })?;
        // Readers that look from the front and readers that look from the end would see different packages.
        if zip.offset() != 0 {
            let what = "other data stands before the archive, perhaps another archive";
            return Err(Unlistable::Damaged(what.into()));
        }
        Ok(Self { zip, bytes })
    }

    /// Its size in bytes.
    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The names that the directory lists more than once, each once; the reader sees only the last entry of a name.
    ///
    /// The library says whether there are any, but not which. Where they cannot be told, the one name is empty.
    pub(super) fn repeated_names(&self) -> BTreeSet<String> {
        if !self.zip.has_duplicate_names() {
            return BTreeSet::new();
        }
        let mut rest = usize::try_from(self.zip.central_directory_start())
            .ok()
            .and_then(|start| self.bytes.get(start..))
            .unwrap_or_default();
        let mut known = FxHashSet::default();
        let mut repeated = BTreeSet::new();
        while let Some((name, after)) = listed_name(rest) {
            if !known.insert(name) {
                repeated.insert(String::from_utf8_lossy(name).into_owned());
            }
            rest = after;
        }
        if repeated.is_empty() {
            repeated.insert(String::new());
        }
        repeated
    }

    /// The files of the archive, in its own order; folders are left out.
    pub(super) fn entries(&self, budget: &mut Budget) -> Result<Vec<Entry>, Unlistable> {
        let mut entries = Vec::new();
        for index in 0..self.zip.len() {
            let file = self
                .zip
                .by_index_data(index)
                .map_err(|error| Unlistable::Damaged(error.to_string()))?;
            // Folders count too: a directory of millions of them costs as much as one of files.
            budget
                .admit(file.size(), file.compressed_size())
                .map_err(Unlistable::Exceeded)?;
            if file.is_dir() {
                continue;
            }
            let name = name(file.name_raw(), file.name());
            let entry = Entry::new(&name, file.size(), index, file.encrypted());
            entries.push(entry.with_checksum(file.crc32()));
        }
        Ok(entries)
    }

    /// The files of the archive with their sizes, unpacked and packed; none where there are more than allowed, or the
    /// directory is damaged. Nothing is admitted yet.
    pub(super) fn listed(&self, allowed: usize) -> Option<Vec<(Entry, (u64, u64))>> {
        if self.zip.len() > allowed {
            return None;
        }
        let one = |index| {
            let file = self.zip.by_index_data(index).ok()?;
            let (size, name) = (file.size(), name(file.name_raw(), file.name()));
            let entry = Entry::new(&name, size, index, file.encrypted());
            Some((entry, (size, file.compressed_size())))
        };
        (0..self.zip.len()).map(one).collect()
    }

    /// The content of an entry; its checksum is verified.
    pub(super) fn read(&self, entry: &Entry) -> Result<Vec<u8>, ReadFailure> {
        // The declared size is within the limits; memory is touched only as far as it is filled.
        let capacity = usize::try_from(entry.size).unwrap_or_default();
        let mut bytes = Vec::with_capacity(capacity);
        self.copy(entry, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads an entry only to see that it can be read and that its checksum holds.
    pub(super) fn verify(&self, entry: &Entry) -> Result<(), ReadFailure> {
        // Copying to nowhere goes in small steps; a buffer of this size makes it a third faster.
        let mut nowhere = BufWriter::with_capacity(64 * 1024, std::io::sink());
        self.copy(entry, &mut nowhere)
    }

    fn copy(&self, entry: &Entry, to: &mut impl std::io::Write) -> Result<(), ReadFailure> {
        let mut zip = self.zip.clone();
        let file = zip.by_index(entry.index).map_err(|error| failure(&error))?;
        // The reader stops at the declared size; one byte more shows that it did not lie.
        let copied = std::io::copy(&mut file.take(entry.size.saturating_add(1)), to)
            .map_err(|error| ReadFailure::entry(error.to_string()))?;
        if copied == entry.size {
            Ok(())
        } else {
            let (declared, detail) = (entry.size, "its real size differs from the");
            Err(ReadFailure::entry(format!(
                "{detail} {declared} bytes that the archive declares"
            )))
        }
    }
}

/// The name in the header at the start of a part of a zip's directory, and the directory after that header.
///
/// Source: PKWARE APPNOTE.TXT, section 4.3.12.
fn listed_name(directory: &[u8]) -> Option<(&[u8], &[u8])> {
    const FIXED: usize = 46;
    let (header, variable) = directory.split_at_checked(FIXED)?;
    if !header.starts_with(b"PK\x01\x02") {
        return None;
    }
    let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let (name, variable) = variable.split_at_checked(length(28))?;
    let after = variable.get(length(30) + length(32)..)?;
    Some((name, after))
}

/// The name of an entry. Names are read as UTF-8 whether they are marked so or not; those that are not UTF-8 are as the
/// library decodes them, in code page 437, which is the one the format names.
fn name<'a>(raw: &'a [u8], decoded: Result<Cow<'a, str>, ZipError>) -> Cow<'a, str> {
    match std::str::from_utf8(raw) {
        Ok(name) => name.into(),
        Err(_) => decoded.unwrap_or_else(|_| String::from_utf8_lossy(raw)),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the enum is open, and all others read well as they are"
)]
fn failure(error: &ZipError) -> ReadFailure {
    let detail = match error {
        ZipError::UnsupportedArchive(what) if *what == ZipError::PASSWORD_REQUIRED => {
            "it is encrypted".into()
        }
        ZipError::UnsupportedArchive(what) => {
            format!("it is packed in a way the platform does not read ({what})")
        }
        other => other.to_string(),
    };
    ReadFailure::entry(detail)
}

impl ReadFailure {
    fn entry(detail: String) -> Self {
        Self {
            kind: FlawKind::UnreadableEntry,
            detail,
        }
    }
}
