//! By what listed components are named: a list that names them otherwise than a question does proves no absence.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::model::{Address, ComponentType, Identity};
use crate::target::listed::Listed;

/// The sorts of addresses that the components of lists have, by type. Each bit stands for one set of sorts.
#[derive(Clone, Debug, Default)]
pub(super) struct Naming {
    by_source: FxHashMap<(ComponentType, Option<String>), u16>,
    anywhere: FxHashMap<ComponentType, u16>,
}

/// The sorts of addresses that an identity has, a bit for each.
fn sorts(identity: &Identity) -> u16 {
    let sorts = identity.addresses().map(|address| match address {
        Address::Id(..) => 1,
        Address::Name(..) => 2,
        Address::InTable(..) => 4,
        Address::Keys(..) => 8,
    });
    sorts.fold(0, |all, sort| all | sort)
}

impl Naming {
    pub(super) fn new(listed: &[Listed<'_>]) -> Self {
        let mut found: BTreeMap<(&ComponentType, Option<&str>), u16> = BTreeMap::new();
        for (identity, src, _) in listed {
            *found.entry((&identity.kind, *src)).or_default() |= 1 << sorts(identity);
        }
        let mut naming = Self::default();
        for ((kind, src), sets) in found {
            *naming.anywhere.entry(kind.clone()).or_default() |= sets;
            let of_source = (kind.clone(), src.map(str::to_owned));
            naming.by_source.insert(of_source, sets);
        }
        naming
    }

    /// Whether what is asked for may be one of those that a source lists, or any source where none is named: one of them
    /// has no sort of address that it has.
    pub(super) fn may_hide(&self, wanted: &Identity, src: Option<&str>) -> bool {
        let wanted_sorts = sorts(wanted);
        let of_source = src.and_then(|src| {
            let place = (wanted.kind.clone(), Some(src.to_owned()));
            self.by_source.get(&place)
        });
        // What a source listed may since be told by another one, so where it lists none, all count.
        let sets = of_source.or_else(|| self.anywhere.get(&wanted.kind));
        let sets = sets.copied().unwrap_or_default();
        wanted_sorts == 0
            || (0..16).any(|sorts| sets & (1 << sorts) != 0 && sorts & wanted_sorts == 0)
    }
}
