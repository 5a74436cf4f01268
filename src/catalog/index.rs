//! Finding things in the embedded catalogue.
//!
//! Maps and records are read where they lie in the program; nothing is unpacked or indexed when it starts.

use std::fmt;
use std::sync::LazyLock;

use fst::Map;

use super::fact::Fact;
use super::format::{FACT_BITS, OFFSET_BYTES, SEPARATOR};

static INDEX: &[u8] = include_bytes!("../../data/catalog/embedded/index.fst");
static ROWS: &str = include_str!("../../data/catalog/embedded/rows.txt");

/// What the index says about a key.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    value: u64,
}

impl Entry {
    pub(super) fn fact(self, date: &'static str) -> Fact {
        Fact::unpack(self.value, date)
    }

    /// What the section says it is; always an offset within embedded data, or small.
    pub(super) fn payload(self) -> usize {
        usize::try_from(self.value >> FACT_BITS).unwrap_or(usize::MAX)
    }

    /// The row at the payload.
    pub(super) fn row(self) -> Row {
        Row(row(self.payload()).split('\t'))
    }
}

/// The fields of a row, one after the other.
pub(super) struct Row(std::str::Split<'static, char>);

impl Row {
    /// The next field; empty after the last.
    pub(super) fn field(&mut self) -> &'static str {
        self.0.next().unwrap_or_default()
    }
}

/// The line that begins at this offset.
pub(super) fn row(offset: usize) -> &'static str {
    let rest = ROWS.get(offset..).unwrap_or_default();
    let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    &rest[..end]
}

/// The offset that stands in a record here.
pub(super) fn offset_at(record: &[u8], at: usize) -> usize {
    let bytes = record.get(at..at + OFFSET_BYTES).unwrap_or_default();
    bytes
        .iter()
        .rev()
        .fold(0, |offset, byte| offset << 8 | usize::from(*byte))
}

/// What stands under a section's letter and the parts of a name, in any case.
pub(super) fn find(section: u8, parts: &[&str]) -> Option<Entry> {
    static MAP: LazyLock<Option<Map<&[u8]>>> = LazyLock::new(|| Map::new(INDEX).ok());
    let mut key = Key::new(section);
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            key.push(SEPARATOR);
        }
        key.push_lower(part);
    }
    let value = MAP.as_ref()?.get(key.bytes()?)?;
    Some(Entry { value })
}

/// The longest key; a longer one is not found.
const LONGEST: usize = 320;

/// A key on the stack.
pub(super) struct Key {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Key {
    fn new(section: u8) -> Self {
        let mut key = Self::empty();
        key.push(section);
        key
    }

    pub(super) fn empty() -> Self {
        Self {
            bytes: [0; LONGEST],
            length: 0,
        }
    }

    fn push(&mut self, byte: u8) {
        if let Some(place) = self.bytes.get_mut(self.length) {
            *place = byte;
        }
        self.length += 1;
    }

    pub(super) fn push_lower(&mut self, text: &str) {
        for byte in text.bytes() {
            self.push(byte.to_ascii_lowercase());
        }
    }

    pub(super) fn bytes(&self) -> Option<&[u8]> {
        self.bytes.get(..self.length)
    }

    pub(super) fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

impl fmt::Write for Key {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_lower(text);
        Ok(())
    }
}
