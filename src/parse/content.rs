//! Content files that name other components: processes, flows, apps, pages. What a file is written in follows from its
//! folder and its ending; whose it is, from the component that names it or the record in whose folder it lies.

use super::formats::{powerfx, xaml};
use super::links::Links;
use crate::json::Json;
use crate::source::FileId;
use crate::xml::Element;

/// How a content file is read.
#[derive(Clone, Copy)]
pub(super) enum Reader {
    /// An XML document.
    Xml(fn(Element<'_, '_>, &mut Links<'_>)),
    /// A JSON document.
    Json(fn(&Json<'_>, &mut Links<'_>)),
    /// A text of another kind.
    Text(fn(&str, FileId, &mut Links<'_>)),
    /// Bytes, such as an archive within the package.
    Bytes(fn(&[u8], FileId, &mut Links<'_>)),
}

/// Which files are read: the folder at the top (empty for any), the ending of the name in lower case, the reader.
static READERS: &[(&str, &str, Reader)] = &[
    ("workflows", ".xaml", Reader::Xml(xaml::process)),
    ("formulas", ".xaml", Reader::Xml(xaml::formula)),
    // Source folders keep formulas beside their table.
    ("entities", ".xaml", Reader::Xml(xaml::formula)),
    (
        "formulas",
        "-formuladefinitions.yaml",
        Reader::Text(powerfx::formulas),
    ),
    (
        "entities",
        "-formuladefinitions.yaml",
        Reader::Text(powerfx::formulas),
    ),
    (
        "fxexpressions",
        "/dependencies.json",
        Reader::Json(powerfx::dependencies),
    ),
];

/// The reader for a file, by its path in lower case.
pub(super) fn reader(lower: &str) -> Option<Reader> {
    let top = lower.split_once('/').map_or("", |(top, _)| top);
    let row = READERS.iter().find(|(folder, ending, _)| {
        (folder.is_empty() || *folder == top) && lower.ends_with(ending)
    });
    row.map(|(_, _, reader)| *reader)
}
