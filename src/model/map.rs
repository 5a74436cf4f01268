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
    more: FxHashMap<Address, Alike<T>>,
}

/// Values of one address, with the places of those with each identifier: a hostile package may give any number of records
/// one name.
#[derive(Clone, Debug)]
struct Alike<T> {
    values: Vec<T>,
    by_id: FxHashMap<Option<Guid>, Vec<usize>>,
}

impl<T> Default for IdentityMap<T> {
    fn default() -> Self {
        Self {
            first: FxHashMap::default(),
            more: FxHashMap::default(),
        }
    }
}

/// A set of components.
impl<'a> FromIterator<&'a Identity> for IdentityMap<()> {
    fn from_iter<I: IntoIterator<Item = &'a Identity>>(identities: I) -> Self {
        let identities = identities.into_iter();
        let mut set = Self::with_capacity(identities.size_hint().0);
        for identity in identities {
            set.insert(identity, ());
        }
        set
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
            match self.first.entry(address) {
                Entry::Vacant(vacant) => {
                    vacant.insert((identity.object_id, value.clone()));
                }
                Entry::Occupied(taken) => {
                    let alike = self
                        .more
                        .entry(taken.key().clone())
                        .or_insert_with(|| Alike {
                            values: Vec::new(),
                            by_id: FxHashMap::default(),
                        });
                    let place = alike.values.len();
                    alike.values.push(value.clone());
                    alike
                        .by_id
                        .entry(identity.object_id)
                        .or_default()
                        .push(place);
                }
            }
        }
    }

    /// Adds a value at an address of its own where nothing stands yet.
    pub fn insert_at(&mut self, address: Address, id: Option<Guid>, value: T) {
        self.first.entry(address).or_insert((id, value));
    }

    /// The first value of the component that an identity points at.
    pub fn find(&self, wanted: &Identity) -> Option<&T> {
        wanted.addresses().find_map(|address| {
            let (id, value) = self.first.get(&address)?;
            if wanted.agrees_with(*id) {
                return Some(value);
            }
            // Without a first value there are no more.
            let alike = self.more.get(&address)?;
            let first = |id| alike.by_id.get(&id).and_then(|places| places.first());
            let place = match wanted.object_id {
                id if id.is_none() || wanted.kind.identified_by().ignores_id() => Some(&0),
                id => first(id).into_iter().chain(first(None)).min(),
            };
            alike.values.get(*place?)
        })
    }

    /// The values of the component that an identity points at, in the order in which they were added.
    pub fn find_all<'a>(&'a self, wanted: &Identity) -> Vec<&'a T> {
        let mut found = Vec::new();
        for address in wanted.addresses() {
            let first = self.first.get(&address);
            let agreeing = first.filter(|(id, _)| wanted.agrees_with(*id));
            found.extend(agreeing.map(|(_, value)| value));
            if let Some(alike) = self.more.get(&address) {
                found.extend(alike.agreeing(wanted));
            }
        }
        found
    }

    /// The first value at one address.
    pub fn at_address(&self, address: &Address) -> Option<&T> {
        self.first.get(address).map(|(_, value)| value)
    }
}

impl<T> Alike<T> {
    /// The values whose identifier does not speak against an identity, in their order.
    fn agreeing(&self, wanted: &Identity) -> Vec<&T> {
        if wanted.object_id.is_none() || wanted.kind.identified_by().ignores_id() {
            return self.values.iter().collect();
        }
        let same = [wanted.object_id, None].into_iter();
        let places = same.filter_map(|id| self.by_id.get(&id)).flatten();
        let mut places: Vec<usize> = places.copied().collect();
        places.sort_unstable();
        places
            .iter()
            .filter_map(|place| self.values.get(*place))
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
