//! What the values of a definition may name: identifiers, and texts that could be names of tables and columns. Which of
//! them are is decided when the whole package is known.

use rustc_hash::FxHashSet;

use super::records::{Records, near};
use super::steps::Steps;
use super::tree::{Content, Id, Tree};
use super::{queries, words};
use crate::limits::Limits;
use crate::model::{Guid, LogicalName, RecordSort, StepSort};
use crate::parse::links::is_name;
use crate::source::Span;

/// Something that may name a component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(in crate::parse) struct Mention {
    /// The step it is in, by its place in the list.
    pub(in crate::parse) step: Option<usize>,
    /// The object it is in: names in one object belong together.
    pub(in crate::parse) object: usize,
    /// Where it stands.
    pub(in crate::parse) path: Box<str>,
    /// What is said.
    pub(in crate::parse) what: Said,
}

/// What is said.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::parse) enum Said {
    /// An identifier that is none of the definition's own, and what it is meant to be.
    Record(Guid, RecordSort),
    /// A text that a known table or column may be called.
    Name(LogicalName),
    /// The same, where what stands before it says that it is a table.
    Table(LogicalName),
    /// A text that is written as the name of a column.
    Column(LogicalName),
    /// A name in an object, which a known column may have whose value follows.
    Key(LogicalName),
    /// A table and a column with a dot between them.
    Dotted(LogicalName, LogicalName),
    /// A table and its column, as a query names them.
    Field(LogicalName, LogicalName),
}

impl Said {
    /// What a record is meant to be.
    pub(in crate::parse) fn record(&self) -> RecordSort {
        match self {
            Self::Record(_, sort) => *sort,
            Self::Name(_)
            | Self::Table(_)
            | Self::Column(_)
            | Self::Key(_)
            | Self::Dotted(..)
            | Self::Field(..) => RecordSort::Unclear,
        }
    }
}

/// Collects what a definition may name, in the order in which it is written. What is said twice in one object counts once.
pub(super) fn mentions(
    tree: &Tree,
    steps: &Steps,
    own: Option<Guid>,
    within: (Span, &Limits),
) -> Vec<Mention> {
    let ids = own_ids(tree, steps);
    let records = Records::of(tree, steps);
    let mut known: FxHashSet<(Option<usize>, usize, Said)> = FxHashSet::default();
    let mut found = Vec::new();
    for id in tree.walk() {
        let (step, object) = (steps.owners[id], object_of(tree, id));
        let mut said = said_at(tree, steps, id);
        if let Some(text) = tree.text(id) {
            said.extend(queries::asked(text, within));
            said.extend(queries::in_expression(text));
            said.extend(queries::dotted(text));
            let sort = step.map(|step| steps.found[step].sort);
            let goes_on = sort == Some(StepSort::ConnectSequence);
            let guids =
                guids(text).filter(|(_, before)| !is_in_link(before) && !is_noise(tree, id));
            let records = guids
                .map(|(guid, before)| Said::Record(guid, records.meant(tree, id, before, sort)));
            said.extend(records.filter(|record| {
                let Said::Record(guid, sort) = record else {
                    return false;
                };
                // A sequence names itself; only where a step goes on with one, it is that one.
                let is_next = *sort == RecordSort::Sequence && goes_on;
                !ids.contains(guid) && (is_next || own != Some(*guid))
            }));
        }
        for what in said {
            if known.insert((step, object, what.clone())) {
                found.push(Mention {
                    step,
                    object,
                    path: tree.path(id),
                    what,
                });
            }
        }
    }
    found
}

/// Identifiers that things within the definition have: its steps, and what is called by one in a map.
fn own_ids(tree: &Tree, steps: &Steps) -> FxHashSet<Guid> {
    let marked = tree.walk().filter(|id| steps.ids[*id]);
    let marked = marked.filter_map(|id| Guid::parse_used(tree.text(id)?));
    let named = tree.walk().filter(|id| tree.is_object(*id));
    let named = named.filter_map(|id| Guid::parse_used(&tree.node(id).key));
    marked.chain(named).collect()
}

/// The object that a value is in.
fn object_of(tree: &Tree, id: Id) -> Id {
    let mut at = id;
    while let Some(parent) = tree.parent(at) {
        if tree.is_object(parent) {
            return parent;
        }
        at = parent;
    }
    0
}

/// What one value says, and its name.
fn said_at(tree: &Tree, steps: &Steps, id: Id) -> Vec<Said> {
    let node = tree.node(id);
    let mut said = Vec::new();
    // Flows name the columns that they set `item/new_column`.
    let key = node.key.rsplit('/').next().unwrap_or_default();
    if !node.word.is_empty() && key.contains('_') && !key.starts_with('_') && is_name(key) {
        said.push(Said::Key(LogicalName::new(key)));
    }
    let (Content::Text(_), Some(text)) = (&node.content, tree.text(id)) else {
        return said;
    };
    let word = named(tree, id);
    if steps.said[id] || words::KINDS.contains(&word) {
        return said;
    }
    if !is_name(text) {
        return said;
    }
    // Some write the schema name, which has capital letters.
    let name = LogicalName::new(&text.to_ascii_lowercase());
    if words::is_of_column(word) && (words::is_logical(text) || text.contains('_')) {
        said.push(Said::Column(name));
    } else if words::is_of_table(word) {
        said.push(Said::Table(name));
    } else if !words::ACTIVITIES.contains(&text) {
        // Elsewhere a word such as `email` is what it says, and no table.
        said.push(Said::Name(name));
    }
    said
}

/// Whether the name of a value says that an identifier is of no component.
fn is_noise(tree: &Tree, id: Id) -> bool {
    super::records::is_noise(&tree.node(id).key)
}

/// Whether an identifier stands in a link to somewhere else than an environment: in a mail, such are of those who count
/// clicks.
fn is_in_link(before: &str) -> bool {
    let Some((_, link)) = near(before).rsplit_once("://") else {
        return false;
    };
    let is_over = link.contains([' ', '"', '\'', '<', '>', '\n']);
    let host = link.split('/').next().unwrap_or_default();
    !is_over && !host.contains("dynamics") && !host.contains("powerapps")
}

/// The word for a value: its name, or that of the list it is in.
fn named(tree: &Tree, id: Id) -> &str {
    let mut at = id;
    while tree.node(at).word.is_empty()
        && let Some(parent) = tree.parent(at)
    {
        at = parent;
    }
    &tree.node(at).word
}

/// Every identifier in a text, with what stands before it. One without dashes counts where it is the whole text.
fn guids(text: &str) -> impl Iterator<Item = (Guid, &str)> {
    const LENGTH: usize = 36;
    let whole = Some(text).filter(|text| !text.contains('-'));
    let whole = whole.and_then(Guid::parse_used).into_iter();
    let whole = whole.map(|id| (id, ""));
    let bytes = text.as_bytes();
    let mut after = 0;
    let within = memchr::memchr_iter(b'-', bytes).filter_map(move |dash| {
        let start = dash.checked_sub(8).filter(|start| *start >= after)?;
        let end = start + LENGTH;
        let id = Guid::parse_used(text.get(start..end)?)?;
        let before = &bytes[..start];
        let is_apart = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
        let is_start = is_apart(before.last()) || ends_encoded(before);
        (is_start && is_apart(bytes.get(end))).then(|| {
            after = end;
            (id, text.get(..start).unwrap_or_default())
        })
    });
    whole.chain(within)
}

/// Whether a text ends with a brace or a slash as addresses write them.
fn ends_encoded(text: &[u8]) -> bool {
    let end = &text[text.len().saturating_sub(3)..];
    [b"%7b", b"%2f", b"%3d"]
        .iter()
        .any(|sign| end.eq_ignore_ascii_case(*sign))
}
