//! Archives within a package that are no packages themselves, such as canvas apps: a few of their files are read.

use super::archive::Archive;
use super::{Entry, normal_name};
use crate::decode;
use crate::limits::{Budget, Limits};

/// An archive within a package.
#[derive(Debug)]
pub(crate) struct Nested {
    archive: Archive,
    entries: Vec<Entry>,
    sizes: Vec<(u64, u64)>,
    budget: Budget,
}

/// Bytes of one file that is read. The largest in public exports is the list of data sources of an app, 7.3 MiB.
const ENTRY_BYTES: u64 = 64 * 1024 * 1024;

impl Nested {
    /// Opens an archive of which at most so many bytes may be unpacked; none where it is damaged or has too many files.
    pub(crate) fn open(bytes: Vec<u8>, limits: &Limits, bytes_left: u64) -> Option<Self> {
        let archive = Archive::open(bytes.into()).ok()?;
        let listed = archive.listed(limits.entries)?;
        let (entries, sizes) = listed.into_iter().unzip();
        let limits = Limits {
            entry_bytes: limits.entry_bytes.min(ENTRY_BYTES),
            total_bytes: limits.total_bytes.min(bytes_left),
            ..*limits
        };
        Some(Self {
            archive,
            entries,
            sizes,
            budget: Budget::new(&limits),
        })
    }

    /// The names of its files, with `/` between folders, in their order.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<_> = self.entries.iter().map(|entry| &*entry.name).collect();
        names.sort_unstable();
        names
    }

    /// The text of a file of at most so many bytes; none where there is no such file, or it cannot be read within the limits.
    pub(crate) fn text(&mut self, name: &str, largest: u64) -> Option<String> {
        let name = normal_name(name);
        let at = self
            .entries
            .iter()
            .position(|entry| entry.name.eq_ignore_ascii_case(&name))?;
        let (entry, (size, packed)) = (self.entries.get(at)?, *self.sizes.get(at)?);
        if size > largest {
            return None;
        }
        self.budget.admit(size, packed).ok()?;
        decode::text(self.archive.read(entry).ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(name: &str, content: &[u8]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn names_of_files_may_have_backslashes() {
        let bytes = archive("References\\DataSources.json", b"{}");
        let mut nested = Nested::open(bytes, &Limits::default(), 100).unwrap();
        assert_eq!(nested.names(), ["References/DataSources.json"]);
        assert_eq!(
            nested.text("References/DataSources.json", 100).as_deref(),
            Some("{}")
        );
    }

    #[test]
    fn no_more_is_unpacked_than_is_left() {
        let bytes = archive("a.json", b"[1, 2, 3]");
        let mut nested = Nested::open(bytes, &Limits::default(), 8).unwrap();
        assert_eq!(nested.text("a.json", u64::MAX), None);
    }

    #[test]
    fn what_is_no_archive_is_not_opened() {
        let note = b"version https://git-lfs.github.com/spec/v1".to_vec();
        assert!(Nested::open(note, &Limits::default(), 100).is_none());
    }
}
