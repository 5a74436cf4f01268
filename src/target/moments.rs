//! When what was captured.

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::manifest::TargetManifest;
use super::time;

/// When each source of a manifest was captured, by its id.
#[derive(Clone, Debug, Default)]
pub(super) struct Moments {
    sources: FxHashMap<String, Timestamp>,
    /// When the manifest as a whole was captured.
    pub(super) captured: Option<Timestamp>,
}

impl Moments {
    pub(super) fn of(manifest: &TargetManifest) -> Self {
        let sources = manifest.captured.sources.iter();
        let sources = sources
            .filter_map(|source| Some((source.id.clone(), time::parse(source.at.as_deref()?)?)));
        Self {
            sources: sources.collect(),
            captured: manifest.captured.at.as_deref().and_then(time::parse),
        }
    }

    /// When a source was captured; the manifest, where that is not known.
    pub(super) fn at(&self, src: Option<&str>) -> Option<Timestamp> {
        let of_source = src.and_then(|src| self.sources.get(src)).copied();
        of_source.or(self.captured)
    }

    /// The moment of the newest source.
    pub(super) fn latest(&self) -> Option<Timestamp> {
        self.sources.values().max().copied()
    }
}

/// Whether the second of two captures that are added counts: it does unless it is known to be older.
pub(super) fn is_newer(theirs: Option<Timestamp>, ours: Option<Timestamp>) -> bool {
    match (theirs, ours) {
        (Some(theirs), Some(ours)) => theirs >= ours,
        _ => true,
    }
}
