//! Sequences of Dynamics 365 Sales: what their definitions say, step by step.
//!
//! The JSON of definitions has no published schema. What is kept is what can be told without one: which objects are steps,
//! what they are called, and every identifier and name in them that may mean a component.

use std::borrow::Cow;
use std::fmt::{self, Write as _};

use rustc_hash::FxHashMap;

use super::{
    Address, Component, ComponentId, ComponentType, Guid, Identity, LogicalName, Pointer,
    ReferenceKind, Solution,
};
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

impl Sequence {
    /// All that it names, within steps and outside of them.
    pub fn uses(&self) -> impl Iterator<Item = &StepUse> {
        self.definitions.iter().flat_map(|definition| {
            let of_steps = definition.steps.iter().flat_map(|step| &step.uses);
            definition.uses.iter().chain(of_steps)
        })
    }
}

impl SequenceDefinition {
    /// The number of each step among those around it, in the order of the steps: the first step within the third is `3.1`.
    /// Reports and findings count in no other way.
    pub fn numbers(&self) -> Vec<Box<str>> {
        let mut numbers: Vec<Box<str>> = Vec::with_capacity(self.steps.len());
        let mut within: FxHashMap<Option<usize>, usize> = FxHashMap::default();
        for step in &self.steps {
            let own = within.entry(step.parent).or_default();
            *own += 1;
            let parent = step.parent.and_then(|parent| numbers.get(parent));
            numbers.push(match parent {
                Some(parent) => format!("{parent}.{own}").into(),
                None => own.to_string().into(),
            });
        }
        numbers
    }

    /// The steps, each with how people find it.
    pub fn numbered(&self) -> impl Iterator<Item = (&SequenceStep, StepName)> {
        let numbers = self.numbers().into_iter();
        self.steps.iter().zip(numbers).map(|(step, number)| {
            let title = step.name().map(Into::into);
            (step, StepName { number, title })
        })
    }
}

impl SequenceStep {
    /// What people call it, or else the key that it has in its definition, where that is more than a place or an identifier:
    /// `Send e-mail` of `$.actions.Send_e-mail`.
    pub fn name(&self) -> Option<Cow<'_, str>> {
        if let Some(title) = &self.title {
            return Some(Cow::Borrowed(title));
        }
        let key = match self.path.strip_suffix("']") {
            Some(quoted) => quoted.rsplit_once("['")?.1,
            None => self.path.rsplit_once('.')?.1,
        };
        // `n1`, `step-3` and `8f14e45f` are identifiers.
        let letters = key.chars().filter(|letter| letter.is_alphabetic()).count();
        let digits = key.chars().filter(char::is_ascii_digit).count();
        let is_name = letters > 2
            && digits * 2 < letters
            && key.contains([' ', '_'])
            && !key.ends_with(']')
            && Guid::parse_used(key).is_none();
        is_name.then(|| Cow::Owned(key.replace('_', " ")))
    }
}

/// How people find a step.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StepName {
    /// Its number among those around it, such as `3.1`.
    pub number: Box<str>,
    /// What it is called, where it is called anything.
    pub title: Option<Box<str>>,
}

impl StepName {
    /// The number, of which only the end is shown where the step is deeper than people draw.
    pub fn short_number(&self) -> Cow<'_, str> {
        const SHOWN: usize = 40;
        let Some(start) = self
            .number
            .len()
            .checked_sub(SHOWN)
            .filter(|start| *start > 0)
        else {
            return Cow::Borrowed(&self.number);
        };
        let end = self.number.get(start..).unwrap_or_default();
        Cow::Owned(format!(
            "…{}",
            end.trim_start_matches(|letter| letter != '.')
        ))
    }

    /// Several within a sentence, the first few: `step 3 "First touch"`, `steps 3 "First touch" and 5 "Reminder"`.
    pub fn list(steps: &[Self]) -> String {
        const SHOWN: usize = 3;
        let mut text = String::from(if steps.len() > 1 { "steps " } else { "step " });
        for (at, step) in steps.iter().take(SHOWN).enumerate() {
            text.push_str(match at {
                0 => "",
                at if at + 1 == steps.len() => " and ",
                _ => ", ",
            });
            text.push_str(&step.to_string());
        }
        if let Some(more) = steps.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            let _ = write!(text, " and {more} more");
        }
        text
    }
}

impl fmt::Display for StepName {
    /// `3.1 "Send the price list"`, or the number alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.short_number();
        match &self.title {
            Some(title) => write!(f, "{number} \"{title}\""),
            None => f.write_str(&number),
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

    /// A record of this sort; of what nothing tells apart, only the identifier means something.
    pub fn record(self, id: Guid) -> Identity {
        let kind = match self {
            Self::Template => ComponentType::Number(36),
            Self::Process => ComponentType::Number(29),
            Self::Sequence => ComponentType::table("msdyn_sequence"),
            Self::Stage => ComponentType::table("processstage"),
            Self::People | Self::Unclear => ComponentType::table("record"),
        };
        Identity::of(kind).with_id(Some(id))
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

/// The start of the names under which processes keep what their stages and steps are called; an identifier and a language
/// follow.
pub(crate) const STEP_LABEL: &str = "steplabels ";

/// A stage of a business process flow.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stage<'a> {
    /// The process.
    pub process: &'a Component,
    /// What the stage is called, in the language of the package where it has that one.
    pub name: &'a str,
}

impl Solution {
    /// The stages of the business process flows of the package, and the steps in them, by their identifiers.
    pub fn stages(&self) -> FxHashMap<Guid, Stage<'_>> {
        let base = self.manifest.export.language_code;
        let mut stages = FxHashMap::default();
        let processes = self.components.iter();
        for process in
            processes.filter(|process| process.identity.kind == ComponentType::Number(29))
        {
            for (key, name) in &process.properties {
                let label = key.strip_prefix(STEP_LABEL);
                let Some((id, language)) = label.and_then(|label| label.split_once(' ')) else {
                    continue;
                };
                let Some(id) = Guid::parse_used(id) else {
                    continue;
                };
                if !stages.contains_key(&id) || language.parse().ok() == base {
                    stages.insert(id, Stage { process, name });
                }
            }
        }
        stages
    }

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
