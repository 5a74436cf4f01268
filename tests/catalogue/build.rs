//! Writing keys, rows and facts in the layout of src/catalog/format.rs.

use std::collections::{BTreeMap, HashMap};

use fst::MapBuilder;
use solvet::catalog::Class;
use solvet::model::Evidence;

use crate::format::{FACT_BITS, OFFSET_BYTES, SEPARATOR};

/// Class and strength.
pub(crate) type Standing = (Class, Evidence);

/// What is not of the platform.
pub(crate) const ELSEWHERE: Standing = (Class::FirstParty, Evidence::Weak);

/// The embedded form of a standing.
pub(crate) fn bits((class, strength): Standing) -> u8 {
    let class = match class {
        Class::Platform => 0,
        Class::Dynamics365Apps => 1,
        Class::FirstParty => 2,
    };
    let strength = match strength {
        Evidence::Weak => 0,
        Evidence::Fair => 1,
        Evidence::Strong => 2,
    };
    strength << 2 | class
}

/// Of the platform, strong where two current sources show it.
pub(crate) fn platform(current_sources: usize) -> Standing {
    let strength = if current_sources >= 2 {
        Evidence::Strong
    } else {
        Evidence::Fair
    };
    (Class::Platform, strength)
}

/// Lines of text, each once, found by the offset of their first byte.
#[derive(Default)]
pub(crate) struct Rows {
    text: String,
    offsets: HashMap<String, usize>,
}

impl Rows {
    pub(crate) fn add(&mut self, row: &str) -> usize {
        assert!(!row.contains('\n'));
        if let Some(offset) = self.offsets.get(row) {
            return *offset;
        }
        let offset = self.text.len();
        self.text.push_str(row);
        self.text.push('\n');
        self.offsets.insert(row.to_owned(), offset);
        offset
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }
}

/// Names, each with a number of its own.
#[derive(Default)]
pub(crate) struct Names {
    numbers: HashMap<String, u16>,
}

impl Names {
    pub(crate) fn number(&mut self, name: &str) -> u16 {
        let next = u16::try_from(self.numbers.len()).unwrap();
        *self.numbers.entry(name.to_owned()).or_insert(next)
    }

    pub(crate) fn in_order(self) -> Vec<String> {
        let mut names: Vec<_> = self.numbers.into_iter().collect();
        names.sort_unstable_by_key(|(_, number)| *number);
        names.into_iter().map(|(name, _)| name).collect()
    }
}

/// An offset as records have it.
pub(crate) fn offset(value: usize) -> [u8; OFFSET_BYTES] {
    let [a, b, c, rest @ ..] = value.to_le_bytes();
    assert!(rest.iter().all(|byte| *byte == 0), "{value} is too far");
    [a, b, c]
}

/// Keys with their numbers.
#[derive(Default)]
pub(crate) struct Index {
    map: BTreeMap<Vec<u8>, u64>,
}

impl Index {
    /// Adds a key that is not there yet.
    pub(crate) fn add(&mut self, section: u8, parts: &[&str], payload: usize, standing: Standing) {
        let mut key = vec![section];
        let parts = parts.join(char::from(SEPARATOR).encode_utf8(&mut [0]));
        key.extend(parts.to_ascii_lowercase().bytes());
        let value = u64::try_from(payload).unwrap() << FACT_BITS | u64::from(bits(standing));
        let old = self.map.insert(key, value);
        assert!(old.is_none(), "{parts} stands twice in its section");
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        map(self.map)
    }
}

/// A map as the library `fst` writes it.
pub(crate) fn map(entries: BTreeMap<Vec<u8>, u64>) -> Vec<u8> {
    let mut builder = MapBuilder::memory();
    for (key, value) in entries {
        builder.insert(key, value).unwrap();
    }
    builder.into_inner().unwrap()
}
