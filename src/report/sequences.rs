//! What the sequences of a package do, step by step, and what their steps use: the report of `inspect --sequences`.

use std::fmt::Write as _;

use rustc_hash::{FxHashMap, FxHashSet};

use super::text::{count, safe};
use crate::catalog::{is_everywhere, known};
use crate::model::{
    Component, ComponentId, ComponentType, DefinitionRole, Guid, Identity, IdentityMap,
    LogicalName, Origin, RecordSort, Sequence, SequenceDefinition, Solution, StepSort, StepUse,
    Supplier, UseOf,
};

pub(super) mod json;

/// Sequences within sequences that are shown in their place; those below come by themselves.
const NESTED: usize = 4;

/// Steps within steps beyond which nothing moves further to the right.
const INDENTED: usize = 20;

/// The steps that are named where something that they use is shown.
const NAMED: usize = 3;

/// The sequences of one solution, with what is known of the things they name.
pub(super) struct Sequences<'a> {
    solution: &'a Solution,
    components: IdentityMap<ComponentId>,
    records: FxHashMap<Guid, &'a Identity>,
    suppliers: IdentityMap<&'a Supplier>,
    by_component: FxHashMap<ComponentId, usize>,
    parents: FxHashMap<ComponentId, Guid>,
    /// The tags of each sequence.
    tags: FxHashMap<Guid, Vec<Guid>>,
}

/// Something that a step uses, as far as it is known.
struct Used<'a> {
    identity: Option<Identity>,
    component: Option<&'a Component>,
    supplier: Option<&'a Supplier>,
    sequence: Option<usize>,
}

/// A line to be written, or what lines are made of.
enum Work<'a> {
    Text(usize, String),
    Use(usize, usize, &'a StepUse),
    Sequence(usize, usize, usize),
}

impl<'a> Sequences<'a> {
    pub(super) fn of(solution: &'a Solution) -> Self {
        let mut components = IdentityMap::default();
        let mut records: FxHashMap<Guid, &Identity> = FxHashMap::default();
        for (id, component) in solution.numbered() {
            components.insert(&component.identity, id);
            if let Some(record) = component.identity.object_id {
                records.entry(record).or_insert(&component.identity);
            }
        }
        let mut suppliers = IdentityMap::default();
        for row in &solution.manifest.missing_dependencies {
            suppliers.insert(&row.required, &row.supplier);
            for identity in [&row.required, &row.dependent] {
                if let Some(record) = identity.object_id {
                    records.entry(record).or_insert(identity);
                }
            }
        }
        let sequences = solution.sequences.iter().enumerate();
        Self {
            solution,
            components,
            records,
            suppliers,
            by_component: sequences.map(|(at, one)| (one.component, at)).collect(),
            parents: solution.sequence_parents(),
            tags: tags(solution),
        }
    }

    /// Writes them for people.
    pub(super) fn human(&self, text: &mut String) {
        if self.solution.sequences.is_empty() {
            text.push_str("\nno sequences\n");
        }
        let named = self.named_by_others();
        let (inner, outer): (Vec<usize>, Vec<usize>) =
            (0..self.solution.sequences.len()).partition(|at| named.contains(at));
        let mut shown = FxHashSet::default();
        // Those that lead to others come first; what only leads in a circle comes last.
        for at in outer.into_iter().chain(inner) {
            if !shown.contains(&at) {
                text.push('\n');
                self.write(text, at, &mut shown);
            }
        }
    }

    /// The sequences that others go on with.
    fn named_by_others(&self) -> FxHashSet<usize> {
        let all = self.solution.sequences.iter().enumerate();
        let uses = all.flat_map(|(at, sequence)| uses_of(sequence).map(move |(_, one)| (at, one)));
        uses.filter_map(|(at, one)| self.used(&one.what).sequence.filter(|other| *other != at))
            .collect()
    }

    fn write(&self, text: &mut String, first: usize, shown: &mut FxHashSet<usize>) {
        let mut open = vec![Work::Sequence(0, 0, first)];
        while let Some(work) = open.pop() {
            match work {
                Work::Text(indent, line) => {
                    let _ = writeln!(text, "{:indent$}{}", "", safe(&line));
                }
                Work::Use(indent, level, one) => {
                    let used = self.used(&one.what);
                    let mut line = used.line(&one.what, one.record);
                    if let Some(other) = used.sequence {
                        if shown.contains(&other) {
                            line.push_str(", shown above");
                        } else if level < NESTED {
                            open.push(Work::Sequence(indent + 2, level + 1, other));
                        } else {
                            line.push_str(", shown below");
                        }
                    }
                    let _ = writeln!(text, "{:indent$}{}", "", safe(&line));
                }
                Work::Sequence(indent, level, at) => {
                    if shown.insert(at) {
                        let mut works = self.works(indent, level, at);
                        works.reverse();
                        open.append(&mut works);
                    }
                }
            }
        }
    }

    /// What is to be written of one sequence.
    fn works(&self, indent: usize, level: usize, at: usize) -> Vec<Work<'a>> {
        let sequence = &self.solution.sequences[at];
        let mut works = Vec::new();
        if level == 0 {
            let name = self.identity(sequence).map(ToString::to_string);
            works.push(Work::Text(indent, name.unwrap_or_default()));
        }
        for (label, value) in self.facts(sequence) {
            works.push(Work::Text(indent + 2, format!("{label:<12}{value}")));
        }
        for definition in &sequence.definitions {
            let mut heading = match definition.role {
                DefinitionRole::Steps => count(definition.steps.len(), "step"),
                DefinitionRole::Exit => "leaves".to_owned(),
                DefinitionRole::Assignment => "assigns".to_owned(),
            };
            if definition.role != DefinitionRole::Steps && definition.uses.is_empty() {
                continue;
            }
            if let Some(broken) = &definition.broken {
                heading = format!("not read: {}", broken.why);
            }
            if sequence.definitions.len() > 1 {
                let _ = write!(heading, " in {}", definition.column);
            }
            works.push(Work::Text(indent + 2, heading));
            // That it is about its own table is said above.
            let is_told = |one: &&StepUse| {
                let is_own = matches!(&one.what, UseOf::Table(table) if Some(table) == sequence.regarding.as_ref());
                !is_own && !one.is_vague
            };
            let uses = definition.uses.iter().filter(is_told);
            works.extend(uses.map(|one| Work::Use(indent + 4, level, one)));
            for (step, (number, depth)) in definition.steps.iter().zip(numbers(definition)) {
                let indent = indent + 4 + 2 * depth.min(INDENTED);
                let title = step.title.as_deref();
                let title = title.map_or_else(String::new, |title| format!(" \"{title}\""));
                let word = sort_word(step.sort, step.kind.as_deref());
                works.push(Work::Text(indent, format!("{number} {word}{title}")));
                let uses = step.uses.iter().filter(is_told);
                works.extend(uses.map(|one| Work::Use(indent + 4, level, one)));
            }
        }
        works
    }

    fn component(&self, sequence: &Sequence) -> Option<&'a Component> {
        self.solution.component(sequence.component)
    }

    fn identity(&self, sequence: &Sequence) -> Option<&'a Identity> {
        self.component(sequence)
            .map(|component| &component.identity)
    }

    /// What the row says of the sequence, as (label, value).
    fn facts(&self, sequence: &Sequence) -> Vec<(&'static str, String)> {
        let mut facts = Vec::new();
        if let Some(table) = &sequence.regarding {
            let what = UseOf::Table(table.clone());
            facts.push(("for", self.used(&what).line(&what, RecordSort::Unclear)));
        }
        if let Some(component) = self.component(sequence) {
            let state = state(component).map(|state| ("state", state.to_owned()));
            let kind = kind(component).map(|kind| ("type", kind.to_owned()));
            facts.extend(state.into_iter().chain(kind));
        }
        if let Some(parent) = self.parent(sequence) {
            let what = UseOf::Record(parent);
            facts.push(("parent", self.used(&what).line(&what, RecordSort::Sequence)));
        }
        let tags: Vec<_> = self.tags(sequence).collect();
        if !tags.is_empty() {
            facts.push(("tags", tags.join(", ")));
        }
        facts
    }

    /// The sequence that this one was made from: the definition of one that is active.
    fn parent(&self, sequence: &Sequence) -> Option<Guid> {
        self.parents.get(&sequence.component).copied()
    }

    /// The names of its tags.
    fn tags(&self, sequence: &Sequence) -> impl Iterator<Item = String> {
        let own = self.identity(sequence).and_then(|own| own.object_id);
        let tags = own
            .and_then(|own| self.tags.get(&own))
            .into_iter()
            .flatten();
        tags.map(|tag| {
            let name = self
                .records
                .get(tag)
                .and_then(|tag| tag.display_name.as_deref());
            name.map_or_else(|| tag.to_string(), ToOwned::to_owned)
        })
    }

    fn used(&self, what: &UseOf) -> Used<'a> {
        let identity = match what {
            UseOf::Record(id) => self.records.get(id).map(|identity| (*identity).clone()),
            UseOf::Table(table) => {
                Some(Identity::of(ComponentType::Number(1)).named(table.as_str()))
            }
            UseOf::Column(table, column) => Some(
                Identity::of(ComponentType::Number(2))
                    .named(column.as_str())
                    .in_table(Some(table.clone())),
            ),
        };
        let id = identity
            .as_ref()
            .and_then(|identity| self.components.find(identity));
        let component = id.and_then(|id| self.solution.component(*id));
        let supplier = identity
            .as_ref()
            .and_then(|identity| self.suppliers.find(identity));
        Used {
            component,
            supplier: supplier.copied(),
            sequence: id.and_then(|id| self.by_component.get(id)).copied(),
            identity,
        }
    }
}

/// The tags of each sequence, by the rows that join them.
fn tags(solution: &Solution) -> FxHashMap<Guid, Vec<Guid>> {
    const PAIR: &str = "msdyn_salestag_msdyn_sequence";
    let pairs = solution.components.iter().filter(|component| {
        matches!(&component.identity.kind, ComponentType::Table(table) if *table == *PAIR)
    });
    let mut tags: FxHashMap<Guid, Vec<Guid>> = FxHashMap::default();
    for pair in pairs {
        let id = |end: &str| {
            let mut keys = pair.identity.keys.iter();
            let (_, value) = keys.find(|(key, _)| key.starts_with(end))?;
            Guid::parse_used(value)
        };
        if let (Some(sequence), Some(tag)) = (id("msdyn_sequenceid."), id("msdyn_salestagid.")) {
            tags.entry(sequence).or_default().push(tag);
        }
    }
    tags
}

impl Used<'_> {
    fn is_defined(&self) -> bool {
        self.component
            .is_some_and(|component| component.origin == Origin::Package)
    }

    /// Its name, and where it is.
    fn line(&self, what: &UseOf, record: RecordSort) -> String {
        let (Some(identity), UseOf::Record(_) | UseOf::Table(_) | UseOf::Column(..)) =
            (&self.identity, what)
        else {
            return unknown(what, record);
        };
        format!("{identity}, {}", self.whereabouts(identity))
    }

    fn whereabouts(&self, identity: &Identity) -> String {
        if self.is_defined() {
            return "in the package".to_owned();
        }
        if let Some(supplier) = self.supplier {
            let version = supplier.version.as_ref();
            let version = version.map_or_else(String::new, |version| format!(" {version}"));
            return match supplier.is_managed() {
                Some(true) => {
                    format!(
                        "not in the package (managed, from {}{version})",
                        supplier.solution
                    )
                }
                Some(false) => "not in the package (unmanaged)".to_owned(),
                None => "not in the package".to_owned(),
            };
        }
        match known(identity) {
            _ if self.component.is_some() => "of which the package holds a layer only".to_owned(),
            Some(_) if is_everywhere(identity) => "in every environment".to_owned(),
            Some(_) => "not in the package (of an application of Microsoft)".to_owned(),
            None => "not known".to_owned(),
        }
    }
}

fn unknown(what: &UseOf, record: RecordSort) -> String {
    match what {
        UseOf::Record(id) => format!("{} {id}, not known", record.name()),
        UseOf::Table(table) => format!("table {table}, not known"),
        UseOf::Column(table, column) => format!("column {table}.{column}, not known"),
    }
}

/// The word for the kind of a step: ours, where the one that is written is understood.
fn sort_word(sort: StepSort, kind: Option<&str>) -> &str {
    match (sort, kind) {
        (StepSort::Other, Some(kind)) => kind,
        (sort, _) => sort.name(),
    }
}

/// The number of each step among those around it, such as `3.1`, and how deep it is.
fn numbers(definition: &SequenceDefinition) -> Vec<(String, usize)> {
    let mut numbers: Vec<(String, usize)> = Vec::with_capacity(definition.steps.len());
    let mut within: FxHashMap<Option<usize>, usize> = FxHashMap::default();
    for step in &definition.steps {
        let own = within.entry(step.parent).or_default();
        *own += 1;
        let parent = step.parent.and_then(|parent| numbers.get(parent));
        numbers.push(match parent {
            Some((number, depth)) if *depth < INDENTED => (format!("{number}.{own}"), depth + 1),
            Some((_, depth)) => (format!("….{own}"), *depth),
            None => (own.to_string(), 0),
        });
    }
    numbers
}

/// Source: `learn.microsoft.com/dynamics365/developer/reference/entities/msdyn_sequence`, as for the type.
fn state(component: &Component) -> Option<&'static str> {
    match (
        component.property("statuscode"),
        component.property("statecode"),
    ) {
        (Some("3"), _) => Some("in revision"),
        (_, Some("0")) => Some("inactive"),
        (_, Some("1")) => Some("active"),
        _ => None,
    }
}

fn kind(component: &Component) -> Option<&'static str> {
    match component.property("msdyn_type")? {
        "0" => Some("definition"),
        "1" => Some("activation"),
        _ => None,
    }
}

/// What a sequence uses, with the title of the step that does, or its place.
fn uses_of(sequence: &Sequence) -> impl Iterator<Item = (Option<&str>, &StepUse)> {
    sequence.definitions.iter().flat_map(|definition| {
        let of_steps = definition.steps.iter().flat_map(|step| {
            let title = step.title.as_deref().unwrap_or(&step.path);
            step.uses.iter().map(move |one| (Some(title), one))
        });
        definition
            .uses
            .iter()
            .map(|one| (None, one))
            .chain(of_steps)
    })
}

/// The titles of the steps of a sequence that use a component, the first few and how many more there are.
pub(super) fn steps_that_use<'a>(
    solution: &'a Solution,
    sequence: Option<ComponentId>,
    component: &Identity,
) -> (Vec<&'a str>, usize) {
    let mut sequences = solution.sequences.iter();
    let sequence = sequence.and_then(|id| sequences.find(|one| one.component == id));
    let is_name = |name: Option<&LogicalName>, other: &LogicalName| name == Some(other);
    let (name, table) = (component.schema_name.as_ref(), component.table.as_ref());
    let is_named = |what: &UseOf| match what {
        UseOf::Record(id) => component.object_id == Some(*id),
        UseOf::Table(of) => component.kind == ComponentType::Number(1) && is_name(name, of),
        UseOf::Column(of, column) => {
            component.kind == ComponentType::Number(2)
                && is_name(table, of)
                && is_name(name, column)
        }
    };
    let uses = sequence.into_iter().flat_map(uses_of);
    let mut titles: Vec<&str> = uses
        .filter_map(|(title, one)| title.filter(|_| is_named(&one.what)))
        .collect();
    let mut seen = FxHashSet::default();
    titles.retain(|title| seen.insert(*title));
    let more = titles.len().saturating_sub(NAMED);
    titles.truncate(NAMED);
    (titles, more)
}
