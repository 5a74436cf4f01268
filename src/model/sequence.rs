//! Sequences of Dynamics 365 Sales: what their definitions say, step by step.
//!
//! The JSON of definitions has no published schema. What is kept is what can be told without one: which objects are steps,
//! what they are called, and every identifier and name in them that may mean a component.

use rustc_hash::FxHashMap;

use super::{Address, ComponentId, Guid, LogicalName, Pointer, ReferenceKind, Solution};
use crate::source::Span;

/// A sequence of the package.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sequence {
    /// The component.
    pub component: ComponentId,
    /// The table whose rows it works on, as `msdyn_regardingentityname` says.
    pub regarding: Option<LogicalName>,
    /// The column of that table that says to whom steps are assigned, where one does: `msdyn_assignsequencefieldname`.
    pub assigned: Option<LogicalName>,
    /// What `msdyn_definition` and `msdyn_cjodefinition` say, in this order, each where it is filled in; after them the
    /// conditions that other columns hold.
    pub definitions: Vec<SequenceDefinition>,
}

/// One definition of a sequence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SequenceDefinition {
    /// The column that holds it.
    pub column: Box<str>,
    /// What it is there for.
    pub role: DefinitionRole,
    /// Why it could not be read as JSON; it has no steps then.
    pub broken: Option<BrokenDefinition>,
    /// Its steps, in the order in which they are written.
    pub steps: Vec<SequenceStep>,
    /// What it names outside of any step.
    pub uses: Vec<StepUse>,
    /// Where it is written.
    pub span: Span,
}

/// What a column of a sequence says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefinitionRole {
    /// The steps.
    Steps,
    /// When a record leaves the sequence: `msdyn_sequenceexitcriterion`.
    Exit,
    /// To whom steps are assigned: `msdyn_assignsequencecondition`.
    Assignment,
}

/// Why a definition could not be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrokenDefinition {
    /// Whether it is written as JSON at all.
    pub is_json: bool,
    /// The reason, as a sentence fragment.
    pub why: Box<str>,
}

/// A step of a sequence: an object of the definition that people see as one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SequenceStep {
    /// Where it stands in the JSON, such as `$.steps[3]`.
    pub path: Box<str>,
    /// The step around it, by its place in the list: branches and tests hold steps.
    pub parent: Option<usize>,
    /// What people call it.
    pub title: Option<Box<str>>,
    /// Its kind as it is written.
    pub kind: Option<Box<str>>,
    /// Its kind, where the word for it is understood.
    pub sort: StepSort,
    /// What it names.
    pub uses: Vec<StepUse>,
}

/// What sort of step it is, by the words of the documentation.
///
/// Source: learn.microsoft.com/dynamics365/sales/steps-sequence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum StepSort {
    /// An e-mail that a seller sends.
    Email,
    /// An e-mail that is sent by itself.
    AutomatedEmail,
    /// A text message that a seller sends.
    TextMessage,
    /// A text message that is sent by itself.
    AutomatedTextMessage,
    /// A phone call.
    PhoneCall,
    /// A task.
    Task,
    /// A wait.
    Wait,
    /// A test of two ways.
    AbTest,
    /// A branch on a condition.
    Condition,
    /// A command: a column is set, a stage is moved.
    Command,
    /// A step in `LinkedIn`.
    LinkedIn,
    /// The record goes on in another sequence.
    ConnectSequence,
    /// A word that is not understood, or none.
    #[default]
    Other,
}

impl StepSort {
    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "e-mail",
            Self::AutomatedEmail => "automated e-mail",
            Self::TextMessage => "text message",
            Self::AutomatedTextMessage => "automated text message",
            Self::PhoneCall => "phone call",
            Self::Task => "task",
            Self::Wait => "wait",
            Self::AbTest => "A/B test",
            Self::Condition => "condition",
            Self::Command => "command",
            Self::LinkedIn => "LinkedIn step",
            Self::ConnectSequence => "connect to sequence",
            Self::Other => "step",
        }
    }
}

/// Something that a step names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StepUse {
    /// Where it stands in the JSON, such as `$.steps[3].templateId`.
    pub path: Box<str>,
    /// What it names.
    pub what: UseOf,
    /// Which record it is meant to be, where an identifier is named.
    pub record: RecordSort,
    /// Whether it is a word that may as well mean something else: a step that says `site` rarely means the table.
    pub is_vague: bool,
}

/// Which record an identifier is meant to name, by the words around it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum RecordSort {
    /// An e-mail template.
    Template,
    /// A business process flow, or another process.
    Process,
    /// A stage of a process, which goes with the process.
    Stage,
    /// Another sequence.
    Sequence,
    /// A user, a team or a queue, which are data of the environment.
    People,
    /// Nothing tells.
    #[default]
    Unclear,
}

impl RecordSort {
    /// The words for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Template => "e-mail template",
            Self::Process => "process",
            Self::Stage => "stage",
            Self::Sequence => "sequence",
            Self::People => "user, team or queue",
            Self::Unclear => "record",
        }
    }
}

/// What a step may name.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum UseOf {
    /// A record, by its identifier; of which table nothing tells for sure.
    Record(Guid),
    /// A table.
    Table(LogicalName),
    /// A column of a table.
    Column(LogicalName, LogicalName),
}

impl Solution {
    /// The parent of each sequence that has one, however the lookup is written.
    pub fn sequence_parents(&self) -> FxHashMap<ComponentId, Guid> {
        let parents = self.references.iter().filter_map(|reference| {
            if let Pointer::Record(lookup, _, value) = &reference.to
                && *lookup == *"msdyn_parentsequence"
            {
                return Some((reference.from, Guid::parse_used(value.as_str())?));
            }
            if let Pointer::At(Address::Id(_, id)) = &reference.to
                && reference.kind == ReferenceKind::SequenceParent
            {
                return Some((reference.from, *id));
            }
            None
        });
        parents.collect()
    }
}
