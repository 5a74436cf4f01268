//! The metadata tables of an assembly: where each column of each row lies.
//!
//! Source: ECMA-335, partition II, sections 22 (tables), 23.2 (blobs) and 24.2 (layout). Whatever lies beyond the end of
//! the file is nothing; no count is believed before its rows are seen to be there.

/// What a column holds; the width of an index follows from the counts of the rows it may point to.
#[derive(Clone, Copy)]
enum Column {
    Bytes(u8),
    Text,
    Guid,
    Blob,
    Row(usize),
    /// One of several tables, told apart by as many bits.
    Coded(u32, &'static [usize]),
}

use Column::{Blob, Bytes, Coded, Guid, Row, Text};

const TYPE_DEF_OR_REF: Column = Coded(2, &[0x02, 0x01, 0x1B]);
const IMPLEMENTATION: Column = Coded(2, &[0x26, 0x23, 0x27]);
const HAS_ATTRIBUTE: Column = Coded(
    5,
    &[
        0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0A, 0x00, 0x0E, 0x17, 0x14, 0x11, 0x1A, 0x1B, 0x20,
        0x23, 0x26, 0x27, 0x28, 0x2A, 0x2C, 0x2B,
    ],
);

/// The tables that are read.
pub(super) const TYPE_REF: usize = 0x01;
pub(super) const TYPE_DEF: usize = 0x02;
pub(super) const INTERFACE: usize = 0x09;
pub(super) const MEMBER_REF: usize = 0x0A;
pub(super) const ATTRIBUTE: usize = 0x0C;
pub(super) const ASSEMBLY: usize = 0x20;
pub(super) const ASSEMBLY_REF: usize = 0x23;
pub(super) const NESTED: usize = 0x29;

/// The columns of every table up to the last one that is read, in the order of the file.
static COLUMNS: [&[Column]; NESTED + 1] = [
    &[Bytes(2), Text, Guid, Guid, Guid],
    &[Coded(2, &[0x00, 0x1A, 0x23, 0x01]), Text, Text],
    &[Bytes(4), Text, Text, TYPE_DEF_OR_REF, Row(0x04), Row(0x06)],
    &[Row(0x04)],
    &[Bytes(2), Text, Blob],
    &[Row(0x06)],
    &[Bytes(4), Bytes(2), Bytes(2), Text, Blob, Row(0x08)],
    &[Row(0x08)],
    &[Bytes(2), Bytes(2), Text],
    &[Row(0x02), TYPE_DEF_OR_REF],
    &[Coded(3, &[0x02, 0x01, 0x1A, 0x06, 0x1B]), Text, Blob],
    &[Bytes(2), Coded(2, &[0x04, 0x08, 0x17]), Blob],
    &[HAS_ATTRIBUTE, Coded(3, &[0x06, 0x0A]), Blob],
    &[Coded(1, &[0x04, 0x08]), Blob],
    &[Bytes(2), Coded(2, &[0x02, 0x06, 0x20]), Blob],
    &[Bytes(2), Bytes(4), Row(0x02)],
    &[Bytes(4), Row(0x04)],
    &[Blob],
    &[Row(0x02), Row(0x14)],
    &[Row(0x14)],
    &[Bytes(2), Text, TYPE_DEF_OR_REF],
    &[Row(0x02), Row(0x17)],
    &[Row(0x17)],
    &[Bytes(2), Text, Blob],
    &[Bytes(2), Row(0x06), Coded(1, &[0x14, 0x17])],
    &[Row(0x02), Coded(1, &[0x06, 0x0A]), Coded(1, &[0x06, 0x0A])],
    &[Text],
    &[Blob],
    &[Bytes(2), Coded(1, &[0x04, 0x06]), Text, Row(0x1A)],
    &[Bytes(4), Row(0x04)],
    &[Bytes(4), Bytes(4)],
    &[Bytes(4)],
    &[
        Bytes(4),
        Bytes(2),
        Bytes(2),
        Bytes(2),
        Bytes(2),
        Bytes(4),
        Blob,
        Text,
        Text,
    ],
    &[Bytes(4)],
    &[Bytes(4), Bytes(4), Bytes(4)],
    &[
        Bytes(2),
        Bytes(2),
        Bytes(2),
        Bytes(2),
        Bytes(4),
        Blob,
        Text,
        Text,
        Blob,
    ],
    &[Bytes(4), Row(0x23)],
    &[Bytes(4), Bytes(4), Bytes(4), Row(0x23)],
    &[Bytes(4), Text, Blob],
    &[Bytes(4), Bytes(4), Text, Text, IMPLEMENTATION],
    &[Bytes(4), Bytes(4), Text, IMPLEMENTATION],
    &[Row(0x02), Row(0x02)],
];

/// How wide the indices of one file are.
struct Widths {
    heaps: u8,
    counts: [u32; 64],
}

impl Widths {
    fn of(&self, column: Column) -> usize {
        let wide = |is_wide: bool| if is_wide { 4 } else { 2 };
        let count = |table: usize| self.counts.get(table).copied().unwrap_or_default();
        match column {
            Bytes(bytes) => bytes.into(),
            Text => wide(self.heaps & 1 != 0),
            Guid => wide(self.heaps & 2 != 0),
            Blob => wide(self.heaps & 4 != 0),
            Row(table) => wide(count(table) > 0xFFFF),
            Coded(bits, tables) => {
                wide(tables.iter().any(|table| count(*table) >= 0x1_0000 >> bits))
            }
        }
    }
}

/// The rows of one table.
#[derive(Default)]
struct Rows<'a> {
    bytes: &'a [u8],
    count: usize,
    /// The place and the width of each column.
    columns: Vec<(usize, usize)>,
    width: usize,
}

/// The tables of one file.
pub(super) struct Tables<'a> {
    rows: Vec<Rows<'a>>,
    texts: &'a [u8],
    blobs: &'a [u8],
}

/// Streams of one file at most: five are defined.
const STREAMS: usize = 32;
/// Bytes of a name at most; longer ones are none that a runtime loads.
const NAME: usize = 1024;
/// Rows of a table that is read row by row, at most: a row takes few bytes, and packs a thousand to one.
const ROWS: usize = 100_000;
/// The tables that are read row by row.
const WALKED: [usize; 5] = [TYPE_DEF, INTERFACE, ATTRIBUTE, ASSEMBLY_REF, NESTED];

impl<'a> Tables<'a> {
    /// Reads the metadata that a CLI header points to; `None` where a table has more rows than are read.
    pub(super) fn read(metadata: &'a [u8]) -> Option<Self> {
        if metadata.get(..4)? != b"BSJB" {
            return None;
        }
        let version = number(metadata, 12, 4)?;
        let after = version.checked_add(16)?;
        let streams = number(metadata, after.checked_add(2)?, 2)?;
        let mut at = after.checked_add(4)?;
        let (mut tables, mut texts, mut blobs): (_, &[u8], &[u8]) = (None, &[], &[]);
        for _ in 0..streams.min(STREAMS) {
            let (start, size) = (number(metadata, at, 4)?, number(metadata, at + 4, 4)?);
            let name = metadata.get(at + 8..)?;
            let name = &name[..name.iter().take(STREAMS).position(|byte| *byte == 0)?];
            let content = metadata.get(start..start.checked_add(size)?)?;
            match name {
                b"#~" => tables = Some(content),
                b"#Strings" => texts = content,
                b"#Blob" => blobs = content,
                _ => {}
            }
            // Names are filled up to four bytes, with one zero at least.
            at += 8 + (name.len() / 4 + 1) * 4;
        }
        let tables = Self {
            rows: rows(tables?)?,
            texts,
            blobs,
        };
        let is_small = WALKED.iter().all(|table| tables.count(*table) <= ROWS);
        is_small.then_some(tables)
    }

    /// How many rows a table has.
    pub(super) fn count(&self, table: usize) -> usize {
        self.rows.get(table).map_or(0, |rows| rows.count)
    }

    /// A column of a row; rows count from 1.
    pub(super) fn cell(&self, table: usize, row: usize, column: usize) -> Option<usize> {
        let rows = self.rows.get(table)?;
        let (place, width) = *rows.columns.get(column)?;
        let row = row.checked_sub(1).filter(|row| *row < rows.count)?;
        number(rows.bytes, row * rows.width + place, width)
    }

    /// A text that a column names.
    pub(super) fn text(&self, table: usize, row: usize, column: usize) -> Option<&'a str> {
        let at = self.cell(table, row, column)?;
        let rest = self.texts.get(at..)?;
        let end = rest.iter().take(NAME).position(|byte| *byte == 0)?;
        std::str::from_utf8(&rest[..end]).ok()
    }

    /// Whether a column names this text. However long the text of the file is, no more of it is read than this one has.
    pub(super) fn is_text(&self, table: usize, row: usize, column: usize, text: &str) -> bool {
        let rest = self.rest_of_text(table, row, column, text);
        rest.is_some_and(|rest| rest.first() == Some(&0))
    }

    /// Whether a column names a text that starts like this.
    pub(super) fn starts_with(&self, table: usize, row: usize, column: usize, text: &str) -> bool {
        self.rest_of_text(table, row, column, text).is_some()
    }

    /// The bytes after the start of a text, where it starts like this.
    fn rest_of_text(
        &self,
        table: usize,
        row: usize,
        column: usize,
        text: &str,
    ) -> Option<&'a [u8]> {
        let at = self.cell(table, row, column)?;
        self.texts.get(at..)?.strip_prefix(text.as_bytes())
    }

    /// A blob that a column names.
    pub(super) fn blob(&self, table: usize, row: usize, column: usize) -> Option<&'a [u8]> {
        let at = self.cell(table, row, column)?;
        sized(self.blobs.get(at..)?)
    }
}

/// What follows a length, as metadata compresses it.
pub(super) fn sized(bytes: &[u8]) -> Option<&[u8]> {
    let byte = |at: usize| bytes.get(at).map(|byte| usize::from(*byte));
    let first = byte(0)?;
    let (start, length) = match first {
        0..0x80 => (1, first),
        0x80..0xC0 => (2, (first & 0x3F) << 8 | byte(1)?),
        0xC0..0xE0 => (
            4,
            (first & 0x1F) << 24 | byte(1)? << 16 | byte(2)? << 8 | byte(3)?,
        ),
        _ => return None,
    };
    bytes.get(start..start + length)
}

/// A little-endian number.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    let number = bytes.iter().rev();
    Some(number.fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

/// The rows of every table of a stream.
fn rows(stream: &[u8]) -> Option<Vec<Rows<'_>>> {
    let heaps = *stream.get(6)?;
    let valid = u64::from_le_bytes(stream.get(8..16)?.try_into().ok()?);
    let mut counts = [0; 64];
    let mut at = 24;
    for (table, count) in counts.iter_mut().enumerate() {
        if valid >> table & 1 == 1 {
            *count = u32::try_from(number(stream, at, 4)?).ok()?;
            at += 4;
        }
    }
    // Edit-and-continue writes one number more.
    if heaps & 0x40 != 0 {
        at += 4;
    }
    let widths = Widths { heaps, counts };
    let mut all = Vec::with_capacity(COLUMNS.len());
    for (columns, count) in COLUMNS.iter().zip(counts) {
        let mut width = 0;
        let places = columns.iter().map(|column| {
            let (place, own) = (width, widths.of(*column));
            width += own;
            (place, own)
        });
        let columns = places.collect();
        let count = usize::try_from(count).ok()?;
        let end = at.checked_add(count.checked_mul(width)?)?;
        all.push(Rows {
            bytes: stream.get(at..end)?,
            count,
            columns,
            width,
        });
        at = end;
    }
    Some(all)
}
