//! From an archive to the source folder that it is packed from, so that pipelines show findings in files they know.

use std::collections::BTreeMap;

use super::common::ReportedPackage;
use super::location::{Location, Region};
use crate::finding::PlacedFinding;
use crate::model::{Identity, IdentityMap, LogicalName, Solution};
use crate::package::Package;
use crate::parse::Parsed;
use crate::source::{Place, Position};

/// The source folder of an archive: where in it a component of the archive is written.
#[derive(Debug)]
pub struct PathMap {
    archive: String,
    folder: String,
    solution: LogicalName,
    /// Where each component is written.
    components: IdentityMap<(String, Region)>,
    /// The files by their names in small letters, with their text where they have one.
    files: BTreeMap<String, (String, Option<String>)>,
}

/// What the packager calls files of the archive.
const RENAMED: [(&str, &str); 2] = [
    ("solution.xml", "other/solution.xml"),
    ("customizations.xml", "other/customizations.xml"),
];

/// Extensions of files in which findings have a line.
const TEXTS: [&str; 9] = [
    "xml", "xaml", "json", "yml", "yaml", "js", "html", "resx", "xsl",
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
        let files = files.map(|(id, entry)| {
            let is_text = TEXTS.contains(&entry.extension().as_str());
            let text = is_text.then(|| package.text(id).ok()).flatten();
            (entry.name.to_lowercase(), (entry.name.to_string(), text))
        });
        Self {
            archive: slashes(archive),
            folder: slashes(package.path()),
            solution: LogicalName::new(solution.manifest.name()),
            components,
            files: files.collect(),
        }
    }

    /// The archive as it was given.
    pub(super) fn archive(&self) -> &str {
        &self.archive
    }

    /// Whether a package is the archive, by its path or the end of it, and holds the folder's solution.
    pub(super) fn is_of(&self, package: &ReportedPackage<'_>) -> bool {
        let path = slashes(package.path);
        let name = |solution: &Solution| LogicalName::new(solution.manifest.name());
        if package.solution.map(name).as_ref() != Some(&self.solution) {
            return false;
        }
        let rest = path.strip_suffix(&self.archive);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['/', '!']))
    }

    /// Where in the folder a finding is: in the file of the same name, at the line that the archive's has there or that is
    /// the only one like it; else where its component is written, or the nearest one that leads to it; else the file that the
    /// archive's is made from.
    pub(super) fn location(&self, placed: &PlacedFinding) -> Option<Location> {
        let name = placed.place.file.to_lowercase();
        if let Some((file, text)) = self.files.get(&name) {
            let text = text.as_deref();
            return Some(self.at(file, text.and_then(|text| found(text, &placed.place))));
        }
        let finding = &placed.finding;
        let leading = finding.chain.iter().rev();
        let mut candidates = finding.component.iter().chain(leading);
        if let Some((file, region)) = candidates.find_map(|one| self.written(one)) {
            return Some(self.at(file, Some(*region)));
        }
        let renamed = RENAMED.iter().find(|(packed, _)| *packed == name);
        let file = renamed.and_then(|(_, source)| self.files.get(*source));
        file.map(|(file, _)| self.at(file, None))
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

/// Where a text has what stood at a place in another one: at the same line, else at the only line that holds it.
fn found(text: &str, place: &Place) -> Option<Region> {
    let region = Region::of(place)?;
    let window = place.window.as_ref()?;
    let before = window.text.get(..window.start)?;
    let line = window.text.lines().nth(before.matches('\n').count())?;
    // What the window left out at an end of a long line is marked.
    let wanted = line.trim_matches(|c: char| c.is_whitespace() || c == '…');
    let number = usize::try_from(region.line).ok()?.checked_sub(1)?;
    if text
        .lines()
        .nth(number)
        .is_some_and(|line| line.contains(wanted))
    {
        return Some(region);
    }
    let mut same = text
        .lines()
        .enumerate()
        .filter(|(_, line)| line.contains(wanted));
    let (number, line) = same.next().filter(|_| !wanted.is_empty())?;
    if same.next().is_some() {
        return None;
    }
    let column = line
        .find(wanted)
        .and_then(|at| line.get(..at))?
        .chars()
        .count()
        + 1;
    let line = u32::try_from(number + 1).ok()?;
    let column = u32::try_from(column).ok()?;
    let end = column.saturating_add(u32::try_from(wanted.chars().count()).ok()?);
    Some(Region {
        line,
        column,
        end_line: line,
        end_column: end,
    })
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
