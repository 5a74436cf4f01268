//! How complete families are, of two manifests.

use rustc_hash::FxHashSet;

use super::{Moments, is_newer};
use crate::target::manifest::{Coverage, CoverageState, TargetManifest};

/// Joins how complete families are. What is complete stays so if it is the newer, or if the newer brought nothing that it
/// did not have.
pub(super) fn join_coverage(
    manifest: &mut TargetManifest,
    addition: &mut TargetManifest,
    ours: &Moments,
    theirs: &Moments,
    news: &FxHashSet<&'static str>,
) {
    for (family, new) in std::mem::take(&mut addition.coverage) {
        let Some(Coverage(old)) = manifest.coverage.get(&family) else {
            manifest.coverage.insert(family, new);
            continue;
        };
        let newer = is_newer(theirs.at(new.0.src.as_deref()), ours.at(old.src.as_deref()));
        let has_news = news.contains(family.as_str());
        let is_complete = |state| state == CoverageState::Complete;
        let takes_new = match (is_complete(old.state), is_complete(new.0.state)) {
            // Of two complete ones the wider counts, and of equals the newer.
            (true, true) => newer || (new.0.is_whole() && !old.is_whole()),
            (true, false) => newer && has_news,
            (false, true) => newer,
            (false, false) => new.0.state >= old.state && newer,
        };
        if takes_new {
            manifest.coverage.insert(family, new);
        }
    }
}
