//! Two packages of a solution compared: what was added, removed and changed, and how much that matters.
//!
//! In come two [`Version`]s in any layout; out goes a [`Diff`]. What an upgrade from the one to the other does, `simulate`
//! knows. Packages of one layout are compared by their definitions, value by value; packages of different layouts by what
//! the parsers read of them, which is the same in every layout.

mod class;
mod compare;
mod field;
mod files;
mod leaves;
mod pointer;
mod text;
mod value;
mod version;
mod walk;

use std::collections::VecDeque;
use std::sync::atomic::AtomicUsize;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::model::{Address, Identity, IdentityMap, Manifest, PackageType};
pub use field::{Class, Field, What};
pub(crate) use field::{apart, cut};
use version::Member;
pub use version::Version;

/// What became of a component.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Change {
    /// The old package has it and the new one lacks it.
    Removed,
    /// Both have it, and it is otherwise.
    Changed,
    /// The new package has it and the old one lacks it.
    Added,
}

impl Change {
    /// The word for it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Added => "added",
        }
    }
}

/// One component that is otherwise.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The component, as the new package names it; where that lacks it, as the old one does.
    pub component: Identity,
    /// What became of it.
    pub change: Change,
    /// How much that matters: as the worst of its fields.
    pub class: Class,
    /// What is otherwise in it, the worst first.
    pub fields: Vec<Field>,
}

/// What two packages have otherwise.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Diff {
    /// Components, sorted by type and name.
    pub components: Vec<Difference>,
    /// What solution.xml says otherwise; the version is none of it.
    pub solution: Vec<Field>,
    /// Files that belong to no component.
    pub files: Vec<Field>,
    /// What is to be known of the comparison, in sentences.
    pub notes: Vec<String>,
}

impl Diff {
    /// Whether nothing is otherwise.
    pub fn is_empty(&self) -> bool {
        self.components.is_empty() && self.solution.is_empty() && self.files.is_empty()
    }

    /// How many components became this.
    pub fn count(&self, change: Change) -> usize {
        let all = self.components.iter();
        all.filter(|one| one.change == change).count()
    }

    /// How many differences are of a class, those of the solution and of files among them.
    pub fn of_class(&self, class: Class) -> usize {
        let components = self.components.iter().map(|one| one.class);
        let fields = self
            .solution
            .iter()
            .chain(&self.files)
            .map(|field| field.class);
        components.chain(fields).filter(|one| *one == class).count()
    }

    /// Whether nothing is breaking.
    pub fn is_additive(&self) -> bool {
        self.of_class(Class::Breaking) == 0
    }
}

/// Compares two packages.
///
/// ```
/// use solvet::diff::{Version, diff};
/// use solvet::package::{OpenOptions, Opened, locate, open};
///
/// # std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).unwrap();
/// let read = |path: &str| -> Result<Version, solvet::Error> {
///     let location = locate(&[path.into()]).remove(0)?;
///     match open(&location, &OpenOptions::default()).pop() {
///         Some(Opened::Package(package)) => Version::read(*package),
///         other => panic!("{other:?}"),
///     }
/// };
/// let zip = read("samples/SequenceAPACleads_1_0_0_1.zip")?;
/// let folder = read("samples/sequence-apac-leads")?;
/// assert!(diff(&zip, &folder).is_empty());
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn diff(old: &Version, new: &Version) -> Diff {
    let (of_old, of_new) = (old.members(), new.members());
    let Pairs { both, gone, added } = paired(&of_old, &of_new);
    let passed_over = AtomicUsize::new(0);
    let sides = compare::Sides {
        old,
        new,
        passed_over: &passed_over,
    };
    let mut components: Vec<Difference> = both
        .par_iter()
        .filter_map(|(before, after)| sides.changed(&of_old[*before], &of_new[*after]))
        .collect();
    components.extend(gone.into_iter().map(|index| Difference {
        component: of_old[index].identity.clone(),
        change: Change::Removed,
        class: Class::Breaking,
        fields: Vec::new(),
    }));
    let held: IdentityMap<()> = of_old.iter().map(|member| member.identity).collect();
    components.extend(added.into_iter().map(|index| Difference {
        component: of_new[index].identity.clone(),
        change: Change::Added,
        class: class::of_added(new, &of_new[index], &held),
        fields: Vec::new(),
    }));
    components.sort_by_cached_key(|one| {
        let kind = one.component.kind.clone();
        (
            kind,
            one.component.to_string(),
            one.component.address(),
            one.change,
        )
    });
    let is_alike = old.is_packed_as(new);
    Diff {
        components,
        solution: compare::manifests(&old.solution().manifest, &new.solution().manifest),
        files: if is_alike {
            files::nobodys(old, new)
        } else {
            Vec::new()
        },
        notes: notes(old, new, passed_over.into_inner()),
    }
}

fn notes(old: &Version, new: &Version, passed_over: usize) -> Vec<String> {
    let mut notes = Vec::new();
    let names = [old, new].map(|version| version.solution().manifest.name());
    if !names[0].eq_ignore_ascii_case(names[1]) {
        notes.push(format!(
            "These are two solutions, {} and {}: neither is an upgrade of the other.",
            names[0], names[1]
        ));
    } else if let Some(note) = lower_version(old, new) {
        notes.push(note);
    }
    if passed_over > 0 {
        let what = match passed_over {
            1 => "1 component is".to_owned(),
            number => format!("{number} components are"),
        };
        notes.push(format!(
            "{what} not compared: a managed package holds them as differences (solutionaction), an unmanaged one as a whole."
        ));
    }
    if !old.is_packed_as(new) {
        notes.push(
            "The packages are packed differently, so components are compared by the values, references and named files \
             that solvet reads of them in every layout; other parts of definitions are not compared."
                .to_owned(),
        );
    }
    for version in [old, new] {
        let unread = version.solution().unread().count();
        if unread > 0 {
            notes.push(format!(
                "Part of {} could not be read ({unread} of its files or values): 'solvet check' says what.",
                version.package().path()
            ));
        }
    }
    notes
}

/// That the new package comes before the old one.
fn lower_version(old: &Version, new: &Version) -> Option<String> {
    let manifests = [old, new].map(|version| &version.solution().manifest);
    let [before, after] = [manifests[0].version()?, manifests[1].version()?];
    let is_managed = |manifest: &Manifest| manifest.package_type == PackageType::Managed;
    let refused = if manifests.into_iter().all(is_managed) {
        ": the platform refuses such an upgrade"
    } else {
        ""
    };
    let note = format!("The new package has the lower version ({after} after {before}){refused}.");
    (after < before).then_some(note)
}

/// Which members are the same component, by their places.
struct Pairs {
    both: Vec<(usize, usize)>,
    gone: Vec<usize>,
    added: Vec<usize>,
}

/// What a member is found by at once; those without an address by their words.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Address(Address),
    Words(String),
}

fn key(identity: &Identity) -> Key {
    identity
        .address()
        .map_or_else(|| Key::Words(identity.to_string()), Key::Address)
}

/// Pairs members by their first address, those that share one in their order; what is left, by any other address.
fn paired(old: &[Member<'_>], new: &[Member<'_>]) -> Pairs {
    let mut queues: FxHashMap<Key, VecDeque<usize>> = FxHashMap::default();
    let mut others = IdentityMap::with_capacity(old.len());
    for (index, member) in old.iter().enumerate() {
        queues
            .entry(key(member.identity))
            .or_default()
            .push_back(index);
        others.insert(member.identity, index);
    }
    let mut is_taken = vec![false; old.len()];
    let mut both = Vec::new();
    let mut left = Vec::new();
    for (index, member) in new.iter().enumerate() {
        match queues
            .get_mut(&key(member.identity))
            .and_then(VecDeque::pop_front)
        {
            Some(before) => {
                is_taken[before] = true;
                both.push((before, index));
            }
            None => left.push(index),
        }
    }
    let mut added = Vec::new();
    for index in left {
        match others.find(new[index].identity) {
            Some(before) if !is_taken[*before] => {
                is_taken[*before] = true;
                both.push((*before, index));
            }
            Some(_) | None => added.push(index),
        }
    }
    let gone = (0..old.len()).filter(|index| !is_taken[*index]);
    Pairs {
        gone: gone.collect(),
        both,
        added,
    }
}
