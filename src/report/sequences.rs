//! What the sequences of a package do, step by step, and what their steps use: the report of `inspect --sequences`.

mod circles;
mod human;
pub(super) mod json;
pub(super) mod uses;

use rustc_hash::FxHashMap;

use crate::catalog::{is_everywhere, known};
use crate::model::{
    Component, ComponentId, ComponentType, Guid, Identity, IdentityMap, Origin, RecordSort,
    Sequence, Solution, Stage, StepUse, Supplier, UseOf,
};
use circles::Circles;

/// The sequences of one solution, with what is known of the things they name.
pub(super) struct Sequences<'a> {
    solution: &'a Solution,
    components: IdentityMap<ComponentId>,
    records: FxHashMap<Guid, &'a Identity>,
    stages: FxHashMap<Guid, Stage<'a>>,
    suppliers: IdentityMap<&'a Supplier>,
    by_component: FxHashMap<ComponentId, usize>,
    parents: FxHashMap<ComponentId, Guid>,
    /// The tags of each sequence.
    tags: FxHashMap<Guid, Vec<Guid>>,
    circles: Circles,
}

/// Something that a step uses, as far as it is known.
struct Used<'a> {
    identity: Option<Identity>,
    component: Option<&'a Component>,
    supplier: Option<&'a Supplier>,
    sequence: Option<usize>,
    /// The stage that it is, where a process of the package has it.
    stage: Option<Stage<'a>>,
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
        let mut all = Self {
            solution,
            components,
            records,
            stages: solution.stages(),
            suppliers,
            by_component: sequences.map(|(at, one)| (one.component, at)).collect(),
            parents: solution.sequence_parents(),
            tags: tags(solution),
            circles: Circles::default(),
        };
        all.circles = Circles::of(&all);
        all
    }

    fn component(&self, sequence: &Sequence) -> Option<&'a Component> {
        self.solution.component(sequence.component)
    }

    fn identity(&self, sequence: &Sequence) -> Option<&'a Identity> {
        self.component(sequence)
            .map(|component| &component.identity)
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

    /// What a column or a step names, as far as it is known.
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
            stage: match what {
                UseOf::Record(id) if identity.is_none() => self.stages.get(id).copied(),
                UseOf::Record(_) | UseOf::Table(_) | UseOf::Column(..) => None,
            },
            identity,
        }
    }

    /// The place of the sequence that a step goes on with, where the package has it.
    fn next(&self, one: &StepUse) -> Option<usize> {
        let is_next = one.record == RecordSort::Sequence;
        self.used(&one.what).sequence.filter(|_| is_next)
    }

    /// What people call something that is used; nothing where nobody knows it. A stage goes with its process: the one that
    /// is named beside it, where the package does not have it.
    fn label(&self, used: &Used<'_>, one: &StepUse, process: Option<Guid>) -> Option<String> {
        if let Some(identity) = &used.identity {
            return Some(identity.to_string());
        }
        if let Some(stage) = used.stage {
            return Some(format!(
                "stage \"{}\" of {}",
                stage.name, stage.process.identity
            ));
        }
        let (UseOf::Record(id), RecordSort::Stage, Some(process)) =
            (&one.what, one.record, process)
        else {
            return None;
        };
        let process = match self.records.get(&process) {
            Some(process) => process.to_string(),
            None => format!("process {process}"),
        };
        Some(format!("stage {id} of {process}"))
    }

    /// The name of what is used, and where it is.
    fn line(&self, used: &Used<'_>, one: &StepUse, process: Option<Guid>) -> String {
        let name = match (self.label(used, one, process), &one.what) {
            (Some(label), _) => label,
            (None, UseOf::Record(id)) => format!("{} {id}", one.record.name()),
            (None, UseOf::Table(table)) => format!("table {table}"),
            (None, UseOf::Column(table, column)) => format!("column {table}.{column}"),
        };
        format!("{name}, {}", used.whereabouts())
    }
}

/// The process that some uses name, where they name one only.
fn one_process(uses: &[StepUse]) -> Option<Guid> {
    let mut processes = uses.iter().filter_map(|one| match &one.what {
        UseOf::Record(id) if one.record == RecordSort::Process => Some(*id),
        UseOf::Record(_) | UseOf::Table(_) | UseOf::Column(..) => None,
    });
    let first = processes.next()?;
    processes.next().is_none().then_some(first)
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
        let process = self.stage.map(|stage| stage.process);
        self.component
            .or(process)
            .is_some_and(|component| component.origin == Origin::Package)
    }

    /// Where it is.
    fn whereabouts(&self) -> String {
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
        let Some(identity) = &self.identity else {
            return "not known".to_owned();
        };
        match known(identity) {
            _ if self.component.is_some() => "of which the package holds a layer only".to_owned(),
            Some(_) if is_everywhere(identity) => "in every environment".to_owned(),
            Some(_) => "not in the package (of an application of Microsoft)".to_owned(),
            None => "not known".to_owned(),
        }
    }
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
