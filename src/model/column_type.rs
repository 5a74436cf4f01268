//! Types of columns: as solution files name them, and as metadata does.

/// Both names of each type.
///
/// Source: learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/attributetypecode; the names in files
/// are those of public exports.
const COLUMN_TYPES: [(&str, &str); 21] = [
    ("bigint", "BigInt"),
    ("bit", "Boolean"),
    ("customer", "Customer"),
    ("datetime", "DateTime"),
    ("decimal", "Decimal"),
    ("file", "File"),
    ("float", "Double"),
    ("image", "Image"),
    ("int", "Integer"),
    ("lookup", "Lookup"),
    ("money", "Money"),
    ("multiselectpicklist", "MultiSelectPicklist"),
    ("ntext", "Memo"),
    ("nvarchar", "String"),
    ("owner", "Owner"),
    ("partylist", "PartyList"),
    ("picklist", "Picklist"),
    ("primarykey", "Uniqueidentifier"),
    ("state", "State"),
    ("status", "Status"),
    ("uniqueidentifier", "Uniqueidentifier"),
];

/// The name that metadata has for a type of columns, by the name that solution files have for it.
pub fn column_type(in_file: &str) -> Option<&'static str> {
    let known = COLUMN_TYPES.iter().find(|(file, _)| *file == in_file);
    known.map(|(_, kind)| *kind)
}

/// Whether a word is the name that metadata has for a type which solution files can name too.
pub fn is_column_type(in_metadata: &str) -> bool {
    COLUMN_TYPES.iter().any(|(_, kind)| *kind == in_metadata)
}
