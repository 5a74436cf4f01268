//! Finding things by identity.

use std::collections::hash_map::Entry;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::{Address, Guid, Identity};

/// Values by the components they belong to. Every question "is this the same component?" about many is answered here.
///
/// ```
/// use solvet::model::{ComponentType, Identity, IdentityMap};
/// let table = |name: &str| Identity::of(ComponentType::Number(1)).named(name);
/// let mut map = IdentityMap::default();
/// map.insert(&table("Account"), "first");
/// assert_eq!(map.find(&table("account")), Some(&"first"));
/// ```
#[derive(Clone, Debug)]
pub struct IdentityMap<T> {
    /// The first value of each address; nearly all have one only.
    first: FxHashMap<Address, (Option<Guid>, T)>,
    more: FxHashMap<Address, Vec<(Option<Guid>, T)>>,
}

impl<T> Default for IdentityMap<T> {
    fn default() -> Self {
        Self {
            first: FxHashMap::default(),
            more: FxHashMap::default(),
        }
    }
}

impl<T: Clone> IdentityMap<T> {
    /// A map with room for so many components.
    pub fn with_capacity(count: usize) -> Self {
        Self {
            first: FxHashMap::with_capacity_and_hasher(count, FxBuildHasher),
            more: FxHashMap::default(),
        }
    }

    /// Adds a value under every address of a component; what was added before comes first.
    pub fn insert(&mut self, identity: &Identity, value: T) {
        for address in identity.addresses() {
            let entry = (identity.object_id, value.clone());
            match self.first.entry(address) {
                Entry::Vacant(vacant) => {
                    vacant.insert(entry);
                }
                Entry::Occupied(taken) => {
                    self.more
                        .entry(taken.key().clone())
                        .or_default()
                        .push(entry);
                }
            }
        }
    }

    /// The first value of the component that an identity points at.
    pub fn find(&self, wanted: &Identity) -> Option<&T> {
        wanted.addresses().find_map(|address| {
            let mut values = self.at(&address);
            let found = values.find(|(id, _)| wanted.agrees_with(*id));
            found.map(|(_, value)| value)
        })
    }

    /// The values of the component that an identity points at, in the order in which they were added.
    pub fn find_all<'a>(&'a self, wanted: &Identity) -> Vec<&'a T> {
        let mut found = Vec::new();
        for address in wanted.addresses() {
            let values = self.at(&address);
            let agreeing = values.filter(|(id, _)| wanted.agrees_with(*id));
            found.extend(agreeing.map(|(_, value)| value));
        }
        found
    }

    /// The first value at one address.
    pub fn at_address(&self, address: &Address) -> Option<&T> {
        self.first.get(address).map(|(_, value)| value)
    }

    fn at(&self, address: &Address) -> impl Iterator<Item = &(Option<Guid>, T)> {
        let first = self.first.get(address).into_iter();
        // Without a first value there are no more.
        let more = self.more.get(address).into_iter().flatten();
        first.chain(more)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ComponentType;

    #[test]
    fn a_shared_name_does_not_make_two_records_one() {
        let plugin = |id: &str| {
            Identity::of(ComponentType::Number(90))
                .named("Contoso.Plugin")
                .with_id(id.parse().ok())
        };
        let mut map = IdentityMap::default();
        map.insert(&plugin("11111111-2222-4333-8444-555555555555"), 1);
        assert_eq!(
            map.find(&plugin("21111111-2222-4333-8444-555555555555")),
            None
        );
        assert_eq!(map.find(&plugin("")), Some(&1));
    }
}
