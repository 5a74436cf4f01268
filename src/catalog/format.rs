//! How the embedded catalogue is laid out. The test that writes it includes this file, so it uses nothing else.
//!
//! `index.fst` maps keys to numbers: a key is a section's letter and the lower-cased parts of a name, joined by tabs; a
//! number is a payload above [`FACT_BITS`] bits of class and strength. What a payload means is said at each section.

/// Bits of class (low two) and strength (high two) below a payload.
pub(super) const FACT_BITS: u32 = 4;

/// What separates the parts of a key.
pub(super) const SEPARATOR: u8 = b'\t';

/// The letter that a section's keys begin with.
pub(super) mod section {
    /// Table name; the offset of its row: primary id, name (empty where the id is the name with `id`), schema name (`=`
    /// where it is the name), entity set, type code, primary name, first letters of ownership and type, solution seen,
    /// and the offset of the application's name in decimal.
    pub(in super::super) const TABLE: u8 = b't';
    /// Entity set name; the offset of the table's row.
    pub(in super::super) const ENTITY_SET: u8 = b'e';
    /// Type code in decimal; the offset of the table's row.
    pub(in super::super) const TYPE_CODE: u8 = b'o';
    /// Table and column; an offset in `columns.bin`.
    pub(in super::super) const COLUMN: u8 = b'a';
    /// Choice; the offset of its values above eight bits with the length of the table's name, zero for a global one.
    pub(in super::super) const CHOICE: u8 = b'c';
    /// Solution; the offset of its row.
    pub(in super::super) const SOLUTION: u8 = b'n';
    /// Application package; the offset of its row.
    pub(in super::super) const APPLICATION: u8 = b'p';
    /// Solution or application package, or the beginning of its name and `*`; the offset of
    /// the row of the feature that it belongs to.
    pub(in super::super) const FEATURE: u8 = b'f';
    /// Application as tables name it; the offset of a feature's row.
    pub(in super::super) const FEATURE_APPLICATION: u8 = b'l';
    /// Component type and identifier, name, or table and name; the offset of the supplier's row.
    pub(in super::super) const SUPPLIER: u8 = b's';
    /// Role identifier; the offset of its row.
    pub(in super::super) const ROLE_ID: u8 = b'g';
    /// Role name; the offset of its row.
    pub(in super::super) const ROLE_NAME: u8 = b'h';
    /// Table; the offset of its access rights.
    pub(in super::super) const PRIVILEGE: u8 = b'v';
    /// Table and message; nothing.
    pub(in super::super) const TABLE_MESSAGE: u8 = b'm';
    /// Message; nothing.
    pub(in super::super) const SDK_MESSAGE: u8 = b'k';
}

/// Bytes of an offset in `rows.txt` where it stands in a record.
pub(super) const OFFSET_BYTES: usize = 3;

/// Bytes of a record of `relationships.bin`: the numbers, in two bytes each, of the names of referencing table, column,
/// referenced table (for many to many, of `tables<TAB>intersect`) and navigation property, then one byte: fact, and
/// [`MANY_TO_MANY`].
///
/// The records stand in the order of `relationships.fst`; after them the numbers of all records in two bytes each, sorted
/// by referencing table and column; after those the offsets of the names. All numbers have their low byte first.
pub(super) const RECORD_BYTES: usize = 4 * 2 + 1;

/// The bit of a record's last byte that says many to many.
pub(super) const MANY_TO_MANY: u8 = 1 << FACT_BITS;

/// Types of columns as metadata names them; `columns.bin` has their position. An entry there is the type (one byte), the
/// number of targets (two bytes) and the offset of each target's name.
pub(super) const COLUMN_TYPES: [&str; 22] = [
    "",
    "BigInt",
    "Boolean",
    "DateTime",
    "Decimal",
    "Double",
    "EntityName",
    "Image",
    "Integer",
    "Lookup",
    "ManagedProperty",
    "Memo",
    "Money",
    "MultiSelectPicklist",
    "Owner",
    "PartyList",
    "Picklist",
    "State",
    "Status",
    "String",
    "Uniqueidentifier",
    "Virtual",
];
