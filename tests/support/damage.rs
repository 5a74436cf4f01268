//! Damaging packages on purpose: header fields of a zip that lie, flipped bits, places drawn from a seed.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::allow_attributes,
    clippy::panic,
    clippy::unwrap_used,
    reason = "every test file uses its own part of this module"
)]

/// The headers of one entry, as offsets into the zip.
#[derive(Clone, Copy, Debug)]
struct Headers {
    central: usize,
    local: usize,
}

/// A field of an entry's headers, by its offset in the local and in the central header.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    local: usize,
    central: usize,
    width: usize,
}

/// General purpose flags; bit 0 says that the entry is encrypted.
pub const FLAGS: Field = Field {
    local: 6,
    central: 8,
    width: 2,
};
/// The compression method.
pub const METHOD: Field = Field {
    local: 8,
    central: 10,
    width: 2,
};
/// The checksum.
pub const CHECKSUM: Field = Field {
    local: 14,
    central: 16,
    width: 4,
};
/// The unpacked size.
pub const SIZE: Field = Field {
    local: 22,
    central: 24,
    width: 4,
};

const DIRECTORY_END: &[u8] = b"PK\x05\x06";
const CENTRAL: &[u8] = b"PK\x01\x02";

fn number(bytes: &[u8], at: usize, width: usize) -> usize {
    let little_endian = bytes[at..at + width].iter().rev();
    little_endian.fold(0, |sum, byte| sum << 8 | usize::from(*byte))
}

fn put(bytes: &mut [u8], at: usize, width: usize, value: u64) {
    bytes[at..at + width].copy_from_slice(&value.to_le_bytes()[..width]);
}

/// Where the end of the central directory begins.
pub fn directory_end(zip: &[u8]) -> usize {
    zip.windows(4)
        .rposition(|four| four == DIRECTORY_END)
        .unwrap()
}

/// Every entry's headers, in the order of the central directory.
fn headers(zip: &[u8]) -> Vec<Headers> {
    let end = directory_end(zip);
    let mut at = number(zip, end + 16, 4);
    let mut found = Vec::new();
    while zip[at..].starts_with(CENTRAL) {
        found.push(Headers {
            central: at,
            local: number(zip, at + 42, 4),
        });
        let lengths = [28, 30, 32].map(|field| number(zip, at + field, 2));
        at += 46 + lengths.iter().sum::<usize>();
    }
    found
}

fn central_name(zip: &[u8], central: usize) -> &[u8] {
    &zip[central + 46..central + 46 + number(zip, central + 28, 2)]
}

fn find(zip: &[u8], name: &str) -> Headers {
    let all = headers(zip);
    let found = all
        .iter()
        .find(|headers| central_name(zip, headers.central) == name.as_bytes());
    *found.unwrap_or_else(|| panic!("no entry is named {name}"))
}

/// What a field of an entry says.
pub fn get(zip: &[u8], name: &str, field: Field) -> u64 {
    number(zip, find(zip, name).central + field.central, field.width) as u64
}

/// Writes a field of an entry's local and central header.
pub fn set(zip: &mut [u8], name: &str, field: Field, value: u64) {
    let headers = find(zip, name);
    put(zip, headers.central + field.central, field.width, value);
    put(zip, headers.local + field.local, field.width, value);
}

/// Writes a field in the central directory only, so that the two headers disagree.
pub fn set_in_directory(zip: &mut [u8], name: &str, field: Field, value: u64) {
    let headers = find(zip, name);
    put(zip, headers.central + field.central, field.width, value);
}

/// Gives every entry of this name another name of the same length, in both headers.
pub fn rename(zip: &mut [u8], from: &str, to: &str) {
    assert_eq!(from.len(), to.len(), "a name is patched in place");
    let Headers { central, local } = find(zip, from);
    for at in [central + 46, local + 30] {
        zip[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
}

/// The number of entries that the end of the directory claims.
pub fn claim_entries(zip: &mut [u8], count: u16) {
    let end = directory_end(zip);
    put(zip, end + 8, 2, count.into());
    put(zip, end + 10, 2, count.into());
}

/// The zip with a comment at its end.
pub fn with_comment(mut zip: Vec<u8>, comment: &[u8]) -> Vec<u8> {
    let end = directory_end(&zip);
    put(&mut zip, end + 20, 2, comment.len() as u64);
    zip.extend_from_slice(comment);
    zip
}

/// Numbers that look random and are the same every time (xorshift64*).
#[derive(Clone, Debug)]
pub struct Seeded(u64);

impl Seeded {
    /// Starts from a seed; two seeds that differ by one give unrelated numbers.
    pub fn new(seed: u64) -> Self {
        let mut seeded = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        seeded.next();
        seeded
    }

    /// The next number.
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below a bound.
    pub fn below(&mut self, bound: usize) -> usize {
        let high = u128::from(self.next()) * bound as u128;
        usize::try_from(high >> 64).unwrap()
    }
}
