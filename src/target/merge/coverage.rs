//! How complete families are, of two manifests.

use rustc_hash::FxHashSet;

use super::{Moments, is_newer};
use crate::target::manifest::{
    Coverage, CoverageDetails, CoverageOf, CoverageState, TargetManifest,
};

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
            (true, true) => {
                let (old, new) = (breadth(old), breadth(&new.0));
                new > old || (new == old && newer)
            }
            (true, false) => newer && has_news,
            (false, true) => newer,
            (false, false) => new.0.state >= old.state && newer,
        };
        if takes_new {
            manifest.coverage.insert(family, new);
        }
    }
}

/// How much a complete family is complete of, from least to most.
fn breadth(coverage: &CoverageDetails) -> u8 {
    let of = match coverage.of {
        CoverageOf::All => 4,
        CoverageOf::Visible => 3,
        CoverageOf::Metadata => 2,
        CoverageOf::Managed | CoverageOf::NonMicrosoft => 1,
        CoverageOf::Unmanaged => 0,
    };
    if coverage.is_whole() { of + 5 } else { of }
}
