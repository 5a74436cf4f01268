//! How completely a source lists a family: one law for every sort of source. A list counts as complete only if somebody
//! says that it is, no row of it was lost, and its rows are named as packages name such components.

use std::collections::BTreeSet;

use crate::model::ComponentType;
use crate::target::family::Family;
use crate::target::manifest::{Coverage, CoverageOf, TargetManifest};
use crate::target::rows::{Row, for_each_list};

/// Families of which every environment has some: a list without any was not asked for right.
const NEVER_EMPTY: [&str; 12] = [
    "solutions",
    "publishers",
    "tables",
    "columns",
    "relationships",
    "choices",
    "forms",
    "views",
    "webResources",
    "processes",
    "roles",
    "messages",
];

/// What a source, or the user for it, says of a family that it lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) family: Family,
    /// What it is said to be complete of; `None` where nobody says so.
    pub(super) of: Option<CoverageOf>,
    /// How many of its rows name nothing, or are cut off: each may be any of the family.
    pub(super) lost: u64,
    /// Whether a list without rows may be the whole of a family that not every environment has.
    pub(super) may_be_empty: bool,
}

impl Claim {
    /// Enters in a manifest how complete the family is, and says in a sentence what the user should know of it.
    pub(super) fn enter(self, manifest: &mut TargetManifest) -> Option<String> {
        let name = self.family.name();
        let is_of_tables = ["columns", "keys"].contains(&name);
        if is_of_tables {
            let holds = self.of.is_some() && self.lost == 0;
            keep_complete(manifest, name, holds);
        }
        let listed = self.of.map(|_| Listed::of(manifest, self.family));
        let doubt = listed.as_ref().and_then(|listed| self.doubt(listed));
        let coverage = match self.of {
            // Columns and keys of some tables are not all columns and keys: each table says whether it has all of its own.
            Some(of) if doubt.is_none() && !is_of_tables => Coverage::complete(of),
            _ => Coverage::partial(),
        };
        let is_complete = coverage != Coverage::partial();
        manifest.coverage.insert(name.to_owned(), coverage);
        match doubt {
            Some(doubt) => Some(format!("it does not count as all {name}: {doubt}")),
            None => (is_complete && listed?.count == 0).then(|| {
                format!("it lists none of {name}: every one that a package needs counts as absent")
            }),
        }
    }

    /// Why a list that is said to be complete may not be.
    fn doubt(self, listed: &Listed) -> Option<String> {
        let name = self.family.name();
        match self.lost {
            0 => {}
            1 => return Some("1 of its rows names nothing or is cut off".to_owned()),
            lost => return Some(format!("{lost} of its rows name nothing or are cut off")),
        }
        if listed.count == 0 {
            if NEVER_EMPTY.contains(&name) {
                return Some("it lists none, and every environment has some".to_owned());
            }
            return (!self.may_be_empty).then(|| "it has no rows".to_owned());
        }
        if self.family == Family::OTHER {
            return Some("it stands for types without number".to_owned());
        }
        if let Some(kind) = &listed.unnamed {
            let by = if kind.identified_by().ignores_id() {
                "by an id, and packages name it by its name"
            } else {
                "by a name, and packages name it by its id"
            };
            return Some(format!("it lists some {} only {by}", kind.label()));
        }
        let mut kinds = self.family.kinds();
        let lacks = kinds.find(|kind| !listed.kinds.contains(kind))?;
        let has_several = self.family.kinds().nth(1).is_some();
        has_several.then(|| format!("it lists no {}", lacks.label()))
    }
}

/// Lets columns or keys of tables be complete only where that holds.
pub(super) fn keep_complete(manifest: &mut TargetManifest, family: &str, holds: bool) {
    for table in &mut manifest.tables {
        match family {
            "columns" => table.columns_complete &= holds,
            "keys" => table.keys_complete &= holds,
            _ => {}
        }
    }
}

/// What a manifest lists of a family.
#[derive(Default)]
struct Listed {
    count: usize,
    kinds: BTreeSet<ComponentType>,
    /// The type of a component that lacks what packages name such components by.
    unnamed: Option<ComponentType>,
}

impl Listed {
    fn of(manifest: &TargetManifest, family: Family) -> Self {
        let mut listed = Self::default();
        for_each_list!(&manifest, rows, => listed.add(rows, family));
        if family.name() == "connectors" {
            listed.count += manifest.connectors.len();
        }
        listed
    }

    fn add<R: Row>(&mut self, rows: &[R], family: Family) {
        for row in rows {
            let mut parts = row.parts().into_iter();
            if let Some((_, count)) = parts.find(|(part, _)| *part == family.name()) {
                self.count += count;
            }
            if row.family() != family {
                continue;
            }
            self.count += 1;
            let Some(identity) = row.component() else {
                continue;
            };
            if identity.address().is_none() {
                self.unnamed.get_or_insert_with(|| identity.kind.clone());
            }
            if !self.kinds.contains(&identity.kind) {
                self.kinds.insert(identity.kind);
            }
        }
    }
}
