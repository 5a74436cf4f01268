//! Finding things by identity.

use rustc_hash::FxHashMap;

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
    by_address: FxHashMap<Address, Vec<(Option<Guid>, T)>>,
}

impl<T> Default for IdentityMap<T> {
    fn default() -> Self {
        Self {
            by_address: FxHashMap::default(),
        }
    }
}

impl<T: Clone> IdentityMap<T> {
    /// Adds a value under every address of a component; what was added before comes first.
    pub fn insert(&mut self, identity: &Identity, value: T) {
        for address in identity.addresses() {
            let values = self.by_address.entry(address).or_default();
            values.push((identity.object_id, value.clone()));
        }
    }

    /// The first value of the component that an identity points at.
    pub fn find(&self, wanted: &Identity) -> Option<&T> {
        wanted
            .addresses()
            .iter()
            .find_map(|address| {
                let mut values = self.by_address.get(address)?.iter();
                values.find(|(id, _)| wanted.agrees_with(*id))
            })
            .map(|(_, value)| value)
    }

    /// The values of the component that an identity points at, in the order in which they were added.
    pub fn find_all<'a>(&'a self, wanted: &Identity) -> Vec<&'a T> {
        let addresses = wanted.addresses().into_iter();
        let found = addresses.filter_map(|address| self.by_address.get(&address));
        found
            .flatten()
            .filter(|(id, _)| wanted.agrees_with(*id))
            .map(|(_, value)| value)
            .collect()
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
