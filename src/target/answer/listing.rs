//! What a manifest lists as present, and how surely.

use rustc_hash::{FxHashMap, FxHashSet};

use super::naming::Naming;
use crate::finding::Evidence;
use crate::model::{ComponentType, Guid, Identity, IdentityMap, LogicalName, Version};
use crate::target::listed::{Place, listed_rows};
use crate::target::manifest::{CapturedSource, TargetManifest};

/// What is listed, by identity.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    rows: IdentityMap<(Evidence, Place)>,
    /// Rows of types whose numbers differ between environments; identifiers alone tell them apart.
    ids: FxHashSet<Guid>,
    /// Names as they are spelt, of the type whose names differ by case.
    cased: FxHashSet<String>,
    naming: Naming,
}

/// Why something is known not to be there.
#[derive(Clone, Debug)]
pub(super) struct Absence {
    pub(super) reason: Option<String>,
    pub(super) src: Option<String>,
}

/// The first number of component types that each environment gives to its own solution-aware tables.
/// Source: learn.microsoft.com/power-apps/developer/data-platform/reference/entities/solutioncomponentdefinition.
const FIRST_OWN_TYPE: u32 = 10_000;

impl Listing {
    pub(super) fn new(manifest: &TargetManifest) -> Self {
        let trust = Trust::new(manifest);
        let rows = listed_rows(manifest);
        let mut listing = Self {
            naming: Naming::new(&rows),
            ..Self::default()
        };
        // Of several rows of one component the first counts, so the surest are taken first.
        for wanted in [Evidence::Strong, Evidence::Fair] {
            for (identity, src, place) in &rows {
                if trust.evidence(*src) == Some(wanted) {
                    listing.add(identity, (wanted, *place));
                }
            }
        }
        listing
    }

    fn add(&mut self, identity: &Identity, row: (Evidence, Place)) {
        let own =
            matches!(identity.kind, ComponentType::Number(number) if number >= FIRST_OWN_TYPE);
        if let Some(id) = identity.object_id.filter(|_| own) {
            self.ids.insert(id);
        }
        if let Some(name) = identity.cased_name() {
            self.cased.insert(name.to_owned());
        }
        self.rows.insert(identity, row);
    }

    /// Whether a component is listed in another spelling only, so that it may be another one.
    pub(super) fn differs_by_case(&self, identity: &Identity) -> bool {
        let name = identity.cased_name();
        name.is_some_and(|name| !self.cased.contains(name))
    }

    /// Whether a component may be one of those that a source lists, named by something else; of any source, where none is
    /// given.
    pub(super) fn may_hide(&self, identity: &Identity, src: Option<&str>) -> bool {
        self.naming.may_hide(identity, src)
    }

    /// How surely a component is listed.
    pub(super) fn find(&self, identity: &Identity) -> Option<Evidence> {
        let by_id = || {
            let id = identity.object_id?;
            let is_row = matches!(identity.kind, ComponentType::Table(_));
            (is_row && self.ids.contains(&id)).then_some(Evidence::Strong)
        };
        let row = self.rows.find(identity);
        row.map(|(evidence, _)| *evidence).or_else(by_id)
    }

    /// The row that says most of a component: one of the components, which has layers, else the first.
    pub(super) fn place(&self, identity: &Identity) -> Option<Place> {
        let rows = self.rows.find_all(identity).into_iter();
        rows.map(|(_, place)| *place)
            .min_by_key(|place| match place {
                Place::Component(_) => 0,
                Place::Table(_) | Place::Column(..) | Place::Variable(_) => 1,
                Place::Other => 2,
            })
    }
}

/// How far each source is believed.
struct Trust<'a> {
    sources: FxHashMap<&'a str, Option<Evidence>>,
}

impl<'a> Trust<'a> {
    fn new(manifest: &'a TargetManifest) -> Self {
        let mut installed: FxHashMap<LogicalName, (Option<Version>, Option<&str>)> =
            FxHashMap::default();
        for row in &manifest.solutions {
            let listed = (row.parsed_version(), row.src.as_deref());
            installed.insert(LogicalName::new(&row.name), listed);
        }
        let packages = manifest.package_sources();
        let sources = manifest.captured.sources.iter();
        let sources = sources.map(|source| {
            let solution = source.solution.as_deref().map(LogicalName::new);
            let listed = solution.and_then(|solution| installed.get(&solution));
            let by_another =
                listed.is_some_and(|(_, src)| src.is_none_or(|src| !packages.contains(src)));
            let version = listed.and_then(|(version, _)| version.as_ref());
            (source.id.as_str(), evidence(source, version, by_another))
        });
        Self {
            sources: sources.collect(),
        }
    }

    /// How surely a row of this source is there; `None` where the source speaks of something else.
    fn evidence(&self, src: Option<&str>) -> Option<Evidence> {
        let known = src.and_then(|src| self.sources.get(src));
        known.copied().unwrap_or(Some(Evidence::Strong))
    }
}

/// What a package holds is there surely if something other than packages says that this very version is installed; fairly
/// if a later one is, for things are removed; and nobody knows if an earlier one is.
fn evidence(
    source: &CapturedSource,
    installed: Option<&Version>,
    by_another: bool,
) -> Option<Evidence> {
    if !source.kind.is_package() {
        return Some(Evidence::Strong);
    }
    let (Some(held), Some(installed)) = (source.parsed_version(), installed) else {
        return Some(Evidence::Fair);
    };
    if installed.cmp_release(&held).is_lt() {
        return None;
    }
    Some(if by_another && *installed == held {
        Evidence::Strong
    } else {
        Evidence::Fair
    })
}

/// A component that a manifest lists both as present and as absent.
pub(in crate::target) fn contradiction(manifest: &TargetManifest) -> Option<String> {
    if manifest.absent.is_empty() {
        return None;
    }
    let listing = Listing::new(manifest);
    let mut rows = manifest.absent.iter();
    rows.find_map(|row| {
        let identity = row.identity();
        let listed = listing.find(&identity).is_some();
        listed.then(|| identity.to_string())
    })
}
