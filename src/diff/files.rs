//! The files of components in two packages.

use super::leaves::compare;
use super::text::Xml;
use super::{Class, Field, Version, What};
use crate::decode;
use crate::json::Json;
use crate::package::EntryId;

/// What some tools write before a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A file of each package, by the name that both give it.
struct Couple<'a> {
    old: &'a Version,
    new: &'a Version,
    name: &'a str,
}

/// The files of a component in two packages of one layout.
pub(super) fn owned(old: &Version, before: usize, new: &Version, after: usize) -> Vec<Field> {
    let (of_old, of_new) = (&old.files.owned[before], &new.files.owned[after]);
    if of_old.is_empty() && of_new.is_empty() {
        return Vec::new();
    }
    by_name(old, of_old, new, of_new)
}

/// The files that a component names, in two packages of different layouts: their names differ, their order does not.
pub(super) fn named(old: &Version, before: usize, new: &Version, after: usize) -> Vec<Field> {
    let (of_old, of_new) = (old.named_files(before), new.named_files(after));
    let files = of_old.iter().zip(&of_new);
    let mut fields = Vec::new();
    for (a, b) in files {
        let name = new.package().entry(*b).name.clone();
        fields.extend(
            Couple {
                old,
                new,
                name: &name,
            }
            .compared(*a, *b),
        );
    }
    fields
}

/// Files that belong to no component, in two packages of one layout.
pub(super) fn nobodys(old: &Version, new: &Version) -> Vec<Field> {
    by_name(old, &old.files.rest, new, &new.files.rest)
}

fn by_name(old: &Version, of_old: &[EntryId], new: &Version, of_new: &[EntryId]) -> Vec<Field> {
    let mut before = old.by_name(of_old);
    let mut fields = Vec::new();
    let mut added = Vec::new();
    for file in of_new {
        let name = &*new.package().entry(*file).name;
        match before.remove(&name.to_ascii_lowercase()) {
            Some(other) => fields.extend(Couple { old, new, name }.compared(other, *file)),
            None => added.push(*file),
        }
    }
    let mut gone: Vec<EntryId> = before.into_values().collect();
    gone.sort_unstable();
    // A file of another name is the same file renamed, where there is one only.
    if let ([a], [b]) = (gone.as_slice(), added.as_slice())
        && old.package().entry(*a).extension() == new.package().entry(*b).extension()
    {
        let name = &*new.package().entry(*b).name;
        let field = Field::new(What::File, name).old(old.package().entry(*a).name.clone());
        fields.push(field.new_value(name).of_class(Class::Changed));
        fields.extend(Couple { old, new, name }.compared(*a, *b));
        return fields;
    }
    fields.extend(gone.into_iter().map(|file| {
        let name = &*old.package().entry(file).name;
        Field::new(What::File, name).old(size(old, file))
    }));
    fields.extend(added.into_iter().map(|file| {
        let name = &*new.package().entry(file).name;
        Field::new(What::File, name).new_value(size(new, file))
    }));
    fields
}

fn size(version: &Version, file: EntryId) -> String {
    format!("{} bytes", version.package().entry(file).size)
}

impl Couple<'_> {
    /// What is otherwise in a file. Only files of different checksums are read.
    fn compared(&self, a: EntryId, b: EntryId) -> Vec<Field> {
        let checksums = (
            self.old.package().checksum(a),
            self.new.package().checksum(b),
        );
        if let (Ok(old), Ok(new)) = &checksums
            && old == new
        {
            return Vec::new();
        }
        let whole = || {
            let field = Field::new(What::File, self.name);
            vec![
                field
                    .old(digest(checksums.0.ok()))
                    .new_value(digest(checksums.1.ok())),
            ]
        };
        let bytes = (self.old.package().bytes(a), self.new.package().bytes(b));
        let (Ok(old), Ok(new)) = bytes else {
            return whole();
        };
        if is_text(&old) && is_text(&new) {
            let lines = |bytes: &[u8]| -> Vec<u8> {
                let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
                bytes
                    .iter()
                    .copied()
                    .filter(|byte| *byte != b'\r')
                    .collect()
            };
            if lines(&old) == lines(&new) {
                return Vec::new();
            }
        }
        self.values(old, new).unwrap_or_else(whole)
    }

    /// The values that are otherwise, in a file whose values can be told.
    fn values(&self, old: Vec<u8>, new: Vec<u8>) -> Option<Vec<Field>> {
        let first = |bytes: &[u8]| {
            let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
            bytes.trim_ascii_start().first().copied()
        };
        let kind = first(&old).filter(|kind| Some(*kind) == first(&new))?;
        if !matches!(kind, b'<' | b'{' | b'[') {
            return None;
        }
        let (old, new) = (decode::text(old).ok()?, decode::text(new).ok()?);
        let mut fields = if kind == b'<' {
            let limits = self.new.package().limits();
            crate::xml::parse(&old, limits).ok()?;
            crate::xml::parse(&new, limits).ok()?;
            let [old, new] = [&old, &new].map(|text| {
                if self.name.to_ascii_lowercase().ends_with(".xaml") {
                    Xml::of_process(&**text)
                } else {
                    Xml::of(&**text)
                }
            });
            compare(&old, &new, What::File)
        } else {
            let file = crate::source::FileId(0);
            let limits = self.new.package().limits();
            let old = Json::parse(&old, file, limits).ok()?;
            let new = Json::parse(&new, file, limits).ok()?;
            compare(&old, &new, What::File)
        };
        for field in &mut fields {
            field.path = format!("{}: {}", self.name, field.path).into();
        }
        Some(fields)
    }
}

fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0)
}

fn digest(checksum: Option<(u64, u32)>) -> String {
    match checksum {
        Some((size, crc)) => format!("{size} bytes, CRC-32 {crc:08x}"),
        None => "cannot be read".to_owned(),
    }
}
