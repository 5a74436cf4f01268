//! Content files that name other components: processes, flows, apps, pages. What a file is written in follows from its
//! folder and its ending; whose it is, from the component that names it or the record in whose folder it lies.

use super::formats::{agent, canvas, flow, page, powerfx, report, template, xaml};
use super::links::Links;
use crate::decode;
use crate::json::Json;
use crate::package::Package;
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
    /// An archive within the package, of which at most so many bytes may be unpacked.
    Archive(fn(Vec<u8>, FileId, u64, &mut Links<'_>)),
    /// An assembly of .NET.
    Assembly,
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
    ("workflows", ".json", Reader::Json(flow::flow)),
    ("pluginassemblies", ".dll", Reader::Assembly),
    ("canvasapps", ".msapp", Reader::Archive(canvas::archive)),
    ("botcomponents", "/data", Reader::Text(agent::data)),
    (
        "botcomponents",
        "/content.json",
        Reader::Json(agent::classic),
    ),
    (
        "botcomponents",
        "/dependencies.json",
        Reader::Json(agent::dependencies),
    ),
    (
        "bots",
        "/configuration.json",
        Reader::Json(agent::configuration),
    ),
    // Source folders keep the texts of e-mail templates in files of their own.
    ("templates", ".xsl", Reader::Markup(template::document)),
    ("templates", ".xml", Reader::Markup(template::document)),
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

/// The archives within a package that are read share what the limits leave for what is in them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Archives {
    bytes: u64,
    left: u64,
}

impl Archives {
    pub(super) fn of(package: &Package) -> Self {
        let (mut bytes, mut total) = (0_u64, 0_u64);
        for (_, entry) in package.entries() {
            total = total.saturating_add(entry.size);
            let reader = reader(&entry.name.to_ascii_lowercase());
            if matches!(reader, Some(Reader::Archive(_))) {
                bytes = bytes.saturating_add(entry.size);
            }
        }
        let left = package.limits().total_bytes.saturating_sub(total);
        Self { bytes, left }
    }

    /// The bytes that may be unpacked from one of them: a part by its own size, so that it does not matter which is read
    /// first.
    pub(super) fn share(self, own: usize) -> u64 {
        let share = u128::from(self.left) * (own as u128) / u128::from(self.bytes.max(1));
        u64::try_from(share).map_or(self.left, |share| share.min(self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_share_what_is_left_by_their_size() {
        let archives = Archives {
            bytes: 40,
            left: 1000,
        };
        assert_eq!([archives.share(10), archives.share(30)], [250, 750]);
        assert_eq!(archives.share(4000), 1000);
    }
}
