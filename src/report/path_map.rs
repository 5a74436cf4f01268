//! From an archive to the source folder that it is packed from, so that pipelines show findings in files they know.

use std::collections::BTreeMap;

use super::location::{Location, Region};
use crate::finding::PlacedFinding;
use crate::model::{Identity, IdentityMap};
use crate::package::Package;
use crate::parse::Parsed;
use crate::source::Position;

/// The source folder of an archive: where in it a component of the archive is written.
#[derive(Debug)]
pub struct PathMap {
    archive: String,
    folder: String,
    /// Where each component is written.
    components: IdentityMap<(String, Region)>,
    /// The files by their names in small letters.
    files: BTreeMap<String, String>,
}

/// What the packager calls files of the archive.
const RENAMED: [(&str, &str); 2] = [
    ("solution.xml", "other/solution.xml"),
    ("customizations.xml", "other/customizations.xml"),
];

impl PathMap {
    /// Maps an archive to a source folder that was read.
    pub fn new(archive: &str, package: &Package, parsed: &Parsed) -> Self {
        let solution = &parsed.solution;
        let written = &solution.components;
        let spans: Vec<_> = written.iter().map(|component| component.span).collect();
        let positions = parsed.sources.positions(&spans);
        let mut components = IdentityMap::with_capacity(written.len());
        for (component, position) in written.iter().zip(positions) {
            let file = parsed.sources.name(position.file).to_owned();
            components.insert(&component.identity, (file, region(&position)));
        }
        let files = package.entries();
        let files = files.map(|(_, entry)| (entry.name.to_lowercase(), entry.name.to_string()));
        Self {
            archive: slashes(archive),
            folder: slashes(package.path()),
            components,
            files: files.collect(),
        }
    }

    /// The archive as it was given.
    pub(super) fn archive(&self) -> &str {
        &self.archive
    }

    /// Whether a package is the archive: its path, or the end of it.
    pub(super) fn is_of(&self, path: &str) -> bool {
        let path = slashes(path);
        let rest = path.strip_suffix(&self.archive);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '!']))
    }

    /// Where in the folder a finding is: in the file of the same name, else where its component is written, or the nearest
    /// one that leads to it; else the file that the archive's is made from.
    pub(super) fn location(&self, placed: &PlacedFinding) -> Option<Location> {
        let name = placed.place.file.to_lowercase();
        if let Some(file) = self.files.get(&name) {
            return Some(self.at(file, Region::of(&placed.place)));
        }
        let finding = &placed.finding;
        let leading = finding.chain.iter().rev();
        let mut candidates = finding.component.iter().chain(leading);
        if let Some((file, region)) = candidates.find_map(|one| self.written(one)) {
            return Some(self.at(file, Some(*region)));
        }
        let renamed = RENAMED.iter().find(|(packed, _)| *packed == name);
        let file = renamed.and_then(|(_, source)| self.files.get(*source));
        file.map(|file| self.at(file, None))
    }

    fn written(&self, component: &Identity) -> Option<&(String, Region)> {
        self.components.find(component)
    }

    fn at(&self, file: &str, region: Option<Region>) -> Location {
        Location {
            region,
            ..Location::of(&self.folder, file)
        }
    }
}

fn region(position: &Position) -> Region {
    let (line, column) = (position.line.max(1), position.column.max(1));
    Region {
        line,
        column,
        end_line: line,
        end_column: column,
    }
}

fn slashes(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}
