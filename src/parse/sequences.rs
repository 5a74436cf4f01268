//! What the definitions of sequences name, decided when the whole package is known: an identifier is a record of whatever
//! table, and a text is a table or a column where the package, what it declares as missing or the catalogue has one of
//! that name.

use rustc_hash::{FxHashMap, FxHashSet};

use super::formats::sequence::{Draft, Mention, Said};
use crate::catalog;
use crate::model::{
    Address, ComponentType, Identity, LogicalName, Pointer, RecordSort, Reference,
    ReferenceKind as Kind, Sequence, Solution, StepUse, UseOf,
};
use crate::source::Span;

const TABLE: ComponentType = ComponentType::Number(1);
const COLUMN: ComponentType = ComponentType::Number(2);

/// Of the tables named around a column no more are asked: people name one or two.
const AROUND: usize = 8;

/// Decides what sequences name, and adds them with their references to the solution.
pub(super) fn decide(drafts: Vec<Draft>, solution: &mut Solution) {
    if drafts.is_empty() {
        return;
    }
    let known = Known::of(solution);
    for draft in drafts {
        let Draft {
            mut sequence,
            mentions,
        } = draft;
        for (definition, mentions) in sequence.definitions.iter_mut().zip(mentions) {
            let tables = Tables::of(&mentions, &known, sequence.regarding.as_ref());
            for mention in mentions {
                let Some((what, is_vague)) = tables.decide(&mention, &known) else {
                    continue;
                };
                let uses = match mention.step.and_then(|step| definition.steps.get_mut(step)) {
                    Some(step) => &mut step.uses,
                    None => &mut definition.uses,
                };
                uses.push(StepUse {
                    path: mention.path,
                    what,
                    record: mention.what.record(),
                    is_vague,
                });
            }
            let steps = definition.steps.iter_mut().map(|step| &mut step.uses);
            for uses in steps.chain([&mut definition.uses]) {
                unite(uses);
            }
        }
        refer(&sequence, solution);
        solution.sequences.push(sequence);
    }
}

/// Keeps each thing once, by the place that tells most of it.
fn unite(uses: &mut Vec<StepUse>) {
    let mut known: FxHashMap<UseOf, usize> = FxHashMap::default();
    let mut united: Vec<StepUse> = Vec::new();
    for one in uses.drain(..) {
        let at = *known.entry(one.what.clone()).or_insert(united.len());
        match united.get_mut(at) {
            None => united.push(one),
            Some(first) => {
                let tells_more = first.record == RecordSort::Unclear && one.record != first.record;
                if tells_more || first.is_vague && !one.is_vague {
                    *first = one;
                }
            }
        }
    }
    *uses = united;
}

/// Adds what a sequence names as its references, each once for a definition. A word that may mean something else is none.
fn refer(sequence: &Sequence, solution: &mut Solution) {
    for definition in &sequence.definitions {
        let steps = definition.steps.iter().flat_map(|step| &step.uses);
        let mut seen: FxHashSet<&UseOf> = FxHashSet::default();
        let uses = definition.uses.iter().chain(steps);
        for one in uses.filter(|one| !one.is_vague) {
            if seen.insert(&one.what) {
                solution
                    .references
                    .push(reference(sequence, &one.what, definition.span));
            }
        }
    }
}

fn reference(sequence: &Sequence, what: &UseOf, span: Span) -> Reference {
    let (kind, to) = match what {
        UseOf::Record(id) => (Kind::SequenceRecord, Pointer::AnyRecord(*id)),
        UseOf::Table(table) => (Kind::SequenceTable, Pointer::table(table.as_str())),
        UseOf::Column(table, column) => (
            Kind::SequenceColumn,
            Pointer::column(table.as_str(), column.as_str()),
        ),
    };
    Reference {
        from: sequence.component,
        kind,
        to,
        span,
    }
}

/// The tables and columns that the package holds or declares as missing.
struct Known {
    addresses: FxHashSet<Address>,
}

impl Known {
    fn of(solution: &Solution) -> Self {
        let is_asked = |identity: &&Identity| identity.kind == TABLE || identity.kind == COLUMN;
        let own = solution.components.iter();
        let own = own.map(|component| &component.identity);
        let rows = solution.manifest.missing_dependencies.iter();
        let declared = rows.flat_map(|row| [&row.required, &row.dependent]);
        let all = own.chain(declared).filter(is_asked);
        Self {
            addresses: all.flat_map(Identity::addresses).collect(),
        }
    }

    fn is_table(&self, name: &LogicalName) -> bool {
        catalog::table(name.as_str()).is_some()
            || self.addresses.contains(&Address::Name(TABLE, name.clone()))
    }

    fn has(&self, table: &LogicalName, column: &LogicalName) -> bool {
        let address = || Address::InTable(COLUMN, table.clone(), column.clone());
        catalog::column(table.as_str(), column.as_str()).is_some()
            || self.addresses.contains(&address())
    }
}

/// The tables that a definition names, by where: those of one object, those of one step, those outside of steps.
struct Tables<'a> {
    of_objects: FxHashMap<usize, Vec<LogicalName>>,
    of_steps: FxHashMap<usize, Vec<LogicalName>>,
    of_root: Vec<LogicalName>,
    regarding: Option<&'a LogicalName>,
}

impl<'a> Tables<'a> {
    fn of(mentions: &[Mention], known: &Known, regarding: Option<&'a LogicalName>) -> Self {
        let mut tables = Self {
            of_objects: FxHashMap::default(),
            of_steps: FxHashMap::default(),
            of_root: Vec::new(),
            regarding,
        };
        for mention in mentions {
            let table = match &mention.what {
                Said::Name(name)
                | Said::Table(name)
                | Said::Column(name)
                | Said::Dotted(name, _)
                | Said::Field(name, _) => name,
                Said::Record(..) | Said::Key(_) => continue,
            };
            // A word that may mean something else is nobody's table.
            let is_word = matches!(mention.what, Said::Name(_) | Said::Column(_))
                && !table.as_str().contains('_')
                && regarding != Some(table);
            if is_word || !tables.is_table(table, known) {
                continue;
            }
            keep(tables.of_objects.entry(mention.object).or_default(), table);
            if let Some(step) = mention.step {
                keep(tables.of_steps.entry(step).or_default(), table);
            }
            // What one step names says nothing of another.
            if mention.step.is_none() {
                keep(&mut tables.of_root, table);
            }
        }
        tables
    }

    fn is_table(&self, name: &LogicalName, known: &Known) -> bool {
        self.regarding == Some(name) || known.is_table(name)
    }

    /// The tables around a mention, the nearest first.
    fn around(&self, mention: &Mention) -> impl Iterator<Item = &LogicalName> {
        let near = self.of_objects.get(&mention.object);
        let step = mention.step.and_then(|step| self.of_steps.get(&step));
        let lists = near.into_iter().chain(step).flatten();
        lists.chain(self.regarding).chain(&self.of_root)
    }

    /// What a mention names, and whether the word may as well mean something else.
    fn decide(&self, mention: &Mention, known: &Known) -> Option<(UseOf, bool)> {
        let column_or = |column: &LogicalName, is_vague: bool| {
            let mut around = self.around(mention);
            let table = around.find(|table| known.has(table, column))?;
            Some((UseOf::Column(table.clone(), column.clone()), is_vague))
        };
        let column = |name: &LogicalName| column_or(name, false);
        let table = |name: &LogicalName, is_vague: bool| {
            self.is_table(name, known)
                .then(|| (UseOf::Table(name.clone()), is_vague))
        };
        match &mention.what {
            Said::Record(id, _) => Some((UseOf::Record(*id), false)),
            Said::Table(name) => table(name, false).or_else(|| column(name)),
            Said::Name(name) => {
                // Tables of the platform are called by words that people use otherwise: site, service, incident.
                let is_word = !name.as_str().contains('_') && self.regarding != Some(name);
                // So are columns: a parameter may be called `processid`. Beside a table one is meant.
                let is_alone = is_word && !self.of_objects.contains_key(&mention.object);
                let sure = if is_word { None } else { table(name, false) };
                sure.or_else(|| column_or(name, is_alone))
                    .or_else(|| table(name, is_word))
            }
            Said::Key(name) => column(name),
            Said::Column(name) => column(name).or_else(|| table(name, false)).or_else(|| {
                // Columns of the platform are known; any other word may be an outcome, a state, a field of a form.
                let nearest = self.around(mention).next()?;
                let has_prefix = name.as_str().contains('_');
                has_prefix.then(|| (UseOf::Column(nearest.clone(), name.clone()), false))
            }),
            Said::Dotted(of, name) | Said::Field(of, name) => {
                // What is no known column is told where its table is known; a word with a dot may be anything.
                let is_told = self.is_table(of, known)
                    && (known.has(of, name) || name.as_str().contains('_'));
                is_told.then(|| (UseOf::Column(of.clone(), name.clone()), false))
            }
        }
    }
}

fn keep(tables: &mut Vec<LogicalName>, table: &LogicalName) {
    if tables.len() < AROUND && !tables.contains(table) {
        tables.push(table.clone());
    }
}
