//! Content files that name other components: processes, flows, apps, pages. What a file is written in follows from its
//! folder and its ending; whose it is, from the component that names it or the record in whose folder it lies.

use super::formats::{page, powerfx, report, xaml};
use super::links::Links;
use crate::decode;
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
    /// A text where the file begins as markup; others of its folder are scripts and pictures, which name nothing.
    Markup(fn(&str, FileId, &mut Links<'_>)),
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
    // Exports drop the dots from these names and add an identifier: only the content tells.
    ("webresources", "", Reader::Markup(page::page)),
    ("reports", "", Reader::Markup(report::definition)),
];

/// Markup beyond this many bytes is data, not a page.
pub(super) const LARGEST_MARKUP: u64 = 1024 * 1024;

/// The text of a file that begins as markup.
pub(super) fn markup(bytes: Vec<u8>) -> Option<String> {
    let start = bytes.iter().take(64).find(|byte| {
        !matches!(byte, 0xEF | 0xBB | 0xBF | 0xFE | 0xFF | 0) && !byte.is_ascii_whitespace()
    });
    if start != Some(&b'<') {
        return None;
    }
    // Nobody reads these at import, so that one in another encoding is no flaw.
    decode::text(bytes).ok()
}

/// The reader for a file, by its path in lower case.
pub(super) fn reader(lower: &str) -> Option<Reader> {
    let top = lower.split_once('/').map_or("", |(top, _)| top);
    let row = READERS.iter().find(|(folder, ending, _)| {
        (folder.is_empty() || *folder == top) && lower.ends_with(ending)
    });
    row.map(|(_, _, reader)| *reader)
}
