//! Which objects of a definition are steps: found by where they stand and what they say of themselves, since no schema of
//! definitions is published.
//!
//! A step is an element of a list, or a value of a map, with a text that people could call it by or a word for its kind.
//! What only tells of a step (a comparison, a parameter, a command, a line between two steps) belongs to the step around
//! it; so does a branch that is no more than a name and the steps in it.

use super::sort::sort_of;
use super::tree::{Content, Id, Tree};
use super::words::{
    self, is_logical, is_of_branches, is_of_column, is_of_parts, is_of_steps, is_of_table,
};
use crate::model::{Guid, StepSort};

/// What an object says of itself.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a mark of its own, and any may meet any other"
)]
struct Traits {
    title: Option<Id>,
    kind: Option<Id>,
    sort: StepSort,
    /// It has an identifier of its own.
    has_id: bool,
    /// It says what comes before or after it, or what is within it.
    flows: bool,
    /// It says after what it runs, so that its name in a map is what it is called.
    runs: bool,
    /// It is a line between two others.
    joins: bool,
    /// It compares or sets a column.
    compares: bool,
    /// Something in it has a kind that is understood.
    holds: bool,
    /// Its values are what it holds, under names or identifiers of their own.
    is_map: bool,
}

/// A step in its tree.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) node: Id,
    pub(super) parent: Option<usize>,
    pub(super) title: Option<Box<str>>,
    pub(super) kind: Option<Box<str>>,
    pub(super) sort: StepSort,
}

/// The steps of a definition.
#[derive(Debug)]
pub(super) struct Steps {
    pub(super) found: Vec<Found>,
    /// The step that each value belongs to.
    pub(super) owners: Vec<Option<usize>>,
    /// Values that say a step's title or kind.
    pub(super) said: Vec<bool>,
    /// Values that are identifiers of a step, of a branch or of a line between steps.
    pub(super) ids: Vec<bool>,
}

/// Finds the steps of a definition: by the names that their parts have, else by values that only steps have.
pub(super) fn steps(tree: &Tree) -> Steps {
    let steps = steps_by(tree, &all_traits(tree, traits));
    if steps.found.is_empty() {
        return steps_by(tree, &all_traits(tree, traits_by_values));
    }
    steps
}

fn steps_by(tree: &Tree, traits: &[Traits]) -> Steps {
    let mut steps = Steps {
        found: Vec::new(),
        owners: vec![None; tree.len()],
        said: vec![false; tree.len()],
        ids: vec![false; tree.len()],
    };
    for id in tree.walk() {
        let around = tree.parent(id).and_then(|parent| steps.owners[parent]);
        steps.owners[id] = around;
        let own = &traits[id];
        if !tree.is_object(id) {
            continue;
        }
        let site = Site::of(tree, traits, id);
        if is_step(tree, own, &site, around.is_some()) {
            // What comes after a step is beside it, not within it.
            let is_next = matches!(site, Site::Alone(word) if words::NEXT.contains(&word));
            let parent = match around {
                Some(before) if is_next => steps.found[before].parent,
                around => around,
            };
            let text = |at: Option<Id>| at.and_then(|at| said(tree, at)).map(shortened);
            steps.owners[id] = Some(steps.found.len());
            steps.found.push(Found {
                node: id,
                parent,
                title: text(own.title).or_else(|| called(tree, id, &site, own)),
                kind: text(own.kind),
                sort: own.sort,
            });
            for at in [own.title, own.kind].into_iter().flatten() {
                steps.said[at] = true;
            }
            steps.mark_ids(tree, id);
        } else if tree.parent(id).is_none() || own.joins || own.holds && site.is_one_of_many() {
            steps.mark_ids(tree, id);
        }
    }
    steps
}

impl Steps {
    /// Takes the steps away: a condition has none, whatever its parts look like.
    pub(super) fn forget(&mut self) {
        self.found.clear();
        self.owners.fill(None);
        self.said.fill(false);
        self.ids.fill(false);
    }

    /// Marks the identifiers that an object, or what it wraps, has of its own.
    fn mark_ids(&mut self, tree: &Tree, object: Id) {
        for (id, node) in tree.children(object) {
            if words::IDS.contains(&&*node.word) {
                self.ids[id] = true;
            } else if words::WRAPPERS.contains(&&*node.word) && node.content == Content::Object {
                // A bare `id` in there may be that of anything.
                for (id, node) in tree.children(id) {
                    self.ids[id] |= words::STEP_IDS.contains(&&*node.word);
                }
            }
        }
    }
}

/// Where an object stands.
#[derive(Debug)]
enum Site<'t> {
    /// In a list of this name, or in one within it.
    Element(&'t str),
    /// In a map of this name, under a name of its own.
    Value(&'t str),
    /// Under this name of another object.
    Alone(&'t str),
}

impl<'t> Site<'t> {
    fn of(tree: &'t Tree, traits: &[Traits], id: Id) -> Self {
        let Some(parent) = tree.parent(id) else {
            return Self::Alone("");
        };
        let node = tree.node(id);
        if tree.node(parent).content == Content::List {
            // A list within a list has no name.
            let mut at = parent;
            while tree.node(at).word.is_empty()
                && let Some(above) = tree.parent(at)
                && tree.node(above).content == Content::List
            {
                at = above;
            }
            Self::Element(&tree.node(at).word)
        } else if traits[parent].is_map && !words::WRAPPERS.contains(&&*node.word) {
            Self::Value(&tree.node(parent).word)
        } else {
            Self::Alone(&node.word)
        }
    }

    fn is_one_of_many(&self) -> bool {
        matches!(self, Self::Element(_) | Self::Value(_))
    }
}

fn is_step(tree: &Tree, own: &Traits, site: &Site<'_>, is_inside: bool) -> bool {
    let title = own.title.and_then(|at| tree.text(at));
    let kind = own.kind.and_then(|at| said(tree, at));
    // A name in one word of lower case may be that of a column or a parameter.
    let is_called = title.is_some_and(|title| !is_logical(title));
    let is_understood = own.sort != StepSort::Other;
    let is_nameless = title.is_none() && kind.is_none() && !own.runs;
    if is_nameless || own.joins && !is_understood {
        return false;
    }
    let word = match site {
        Site::Alone(word) => {
            let leads = words::NEXT.contains(word) || is_of_branches(word);
            return leads && title.is_some() && is_understood;
        }
        Site::Element(word) | Site::Value(word) => *word,
    };
    if is_of_parts(word) {
        return false;
    }
    let is_whole = own.flows || own.has_id || own.holds;
    let is_bare = !is_understood && !is_whole;
    // A comparison, unless it is called something and said to be a step.
    let leads = own.flows || own.holds;
    if own.compares && !leads && (!is_called || kind.is_none()) {
        return !is_inside && is_understood;
    }
    if is_bare && (kind.as_deref().is_some_and(words::is_of_value) || kind.is_none() && !is_called)
    {
        return false;
    }
    if matches!(site, Site::Value(_)) && is_bare && !is_of_steps(word) {
        return false;
    }
    if !is_inside {
        return true;
    }
    // Within a step, a name and steps below it are a branch, and other lists hold what the step is made of.
    if is_of_steps(word) || is_of_branches(word) {
        kind.is_some() || !own.holds && (is_of_steps(word) || is_whole)
    } else {
        is_understood && title.is_some()
    }
}

/// A title or a kind as it is kept: one that nobody could read is cut, for it is told with every part of its step.
fn shortened(text: Box<str>) -> Box<str> {
    const LONGEST: usize = 160;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]).into(),
        None => text,
    }
}

/// The text of a value that says a title or a kind.
fn said(tree: &Tree, id: Id) -> Option<Box<str>> {
    match &tree.node(id).content {
        Content::Number(number) => Some(number.clone()),
        Content::Text(_) => tree.text(id).map(Into::into),
        Content::Object | Content::List | Content::Other => None,
    }
}

/// What a step is called by its name in a map, where that is more than an identifier: flows write `Send_a_reminder`.
fn called(tree: &Tree, id: Id, site: &Site<'_>, own: &Traits) -> Option<Box<str>> {
    let Site::Value(_) = site else {
        return None;
    };
    let key = &*tree.node(id).key;
    let is_text = key.contains(char::is_alphabetic) && key.parse::<Guid>().is_err();
    (is_text && (own.runs || key.contains(' '))).then(|| key.replace('_', " ").into())
}

/// What every object says of itself.
fn all_traits(tree: &Tree, traits: fn(&Tree, Id) -> Traits) -> Vec<Traits> {
    let mut all: Vec<Traits> = (0..tree.len())
        .map(|id| {
            if tree.is_object(id) {
                traits(tree, id)
            } else {
                Traits::default()
            }
        })
        .collect();
    for id in 0..tree.len() {
        all[id].is_map = is_map(tree, &all, id);
    }
    // What is in a value comes after it in the tree.
    for id in (1..tree.len()).rev() {
        let is_inner = all[id].holds
            || all[id].sort != StepSort::Other
                && match Site::of(tree, &all, id) {
                    Site::Element(word) | Site::Value(word) => !is_of_parts(word),
                    Site::Alone(word) => words::NEXT.contains(&word) || is_of_branches(word),
                };
        if let (true, Some(parent)) = (is_inner, tree.parent(id)) {
            all[parent].holds = true;
        }
    }
    all
}

/// Whether an object holds others under names of their own, steps among them.
fn is_map(tree: &Tree, all: &[Traits], id: Id) -> bool {
    if !tree.is_object(id) {
        return false;
    }
    let mut steps = is_of_steps(&tree.node(id).word) && tree.parent(id).is_some();
    for (child, node) in tree.children(id) {
        match node.content {
            Content::Object => {
                let own = &all[child];
                steps |= own.sort != StepSort::Other || own.flows;
            }
            Content::Other => {}
            Content::List | Content::Text(_) | Content::Number(_) => return false,
        }
    }
    steps
}

fn traits(tree: &Tree, id: Id) -> Traits {
    let mut own = Traits::default();
    let (mut titles, mut kinds, mut wrapped) = (Vec::new(), Vec::new(), Vec::new());
    let (mut ends, mut is_of_column, mut is_compared) = (0, false, false);
    for (child, node) in tree.children(id) {
        let word = &*node.word;
        let is_scalar = matches!(node.content, Content::Text(_) | Content::Number(_));
        if is_scalar {
            titles.extend(
                rank(&words::TITLES, word, child, tree).or_else(|| like_title(tree, child)),
            );
            kinds.extend(rank(&words::KINDS, word, child, tree).or_else(|| like_kind(tree, child)));
            own.has_id |= words::IDS.contains(&word);
            ends += usize::from(words::ENDS.contains(&word));
            is_of_column |= words::is_of_column(word);
        } else if node.content == Content::Object && words::WRAPPERS.contains(&word) {
            wrapped.push(child);
        }
        own.flows |= words::FLOWS.contains(&word);
        own.runs |= word == "runafter";
        is_compared |= words::COMPARED.contains(&word);
    }
    // Below what wraps it, at most twice: `inputs.host.operationId`.
    for _ in 0..2 {
        let is_understood = |(_, id): &(usize, Id)| {
            said(tree, *id).is_some_and(|kind| sort_of(&kind) != StepSort::Other)
        };
        let (no_title, no_kind) = (titles.is_empty(), !kinds.iter().any(is_understood));
        let mut inner = Vec::new();
        for (child, node) in wrapped.iter().flat_map(|id| tree.children(*id)) {
            let word = &*node.word;
            if no_title {
                titles.extend(rank(&words::TITLES, word, child, tree));
            }
            if no_kind {
                let kind = rank(&words::KINDS, word, child, tree);
                kinds.extend(kind.map(|(rank, id)| (rank + words::KINDS.len(), id)));
            }
            if node.content == Content::Object && words::WRAPPERS.contains(&word) {
                inner.push(child);
            }
        }
        wrapped = inner;
    }
    own.title = titles.iter().min().map(|(_, id)| *id);
    kinds.sort_unstable();
    let sorts = kinds.iter().map(|(_, id)| (*id, said(tree, *id)));
    let mut sorts = sorts.filter_map(|(id, kind)| Some((id, sort_of(&kind?))));
    let known = sorts.find(|(_, sort)| *sort != StepSort::Other);
    own.kind = known.map(|(id, _)| id).or(kinds.first().map(|(_, id)| *id));
    own.sort = known.map_or(StepSort::Other, |(_, sort)| sort);
    let is_name = own
        .title
        .and_then(|at| tree.text(at))
        .is_some_and(is_logical);
    own.compares = is_compared && (is_of_column || is_name && own.sort == StepSort::Other);
    own.joins = ends > 1;
    own
}

/// What an object says of itself where no name in it tells: a value that is the kind of a step, and one that people read.
fn traits_by_values(tree: &Tree, id: Id) -> Traits {
    let mut own = traits(tree, id);
    if own.title.is_some() || own.kind.is_some() {
        return own;
    }
    let texts = tree.children(id);
    let texts: Vec<_> = texts
        .filter_map(|(child, _)| Some((child, tree.text(child)?)))
        .collect();
    let sorts = || {
        let sorts = texts
            .iter()
            .map(|(child, text)| (*child, *text, kind_by_itself(text)));
        sorts.filter(|(_, _, sort)| *sort != StepSort::Other)
    };
    // A kind is rather one word in lower case than what people read.
    let kind = sorts()
        .find(|(_, text, _)| is_logical(text))
        .or_else(|| sorts().next());
    let Some((kind, _, sort)) = kind else {
        return own;
    };
    (own.kind, own.sort) = (Some(kind), sort);
    let mut others = texts.iter().filter(|(child, _)| *child != kind);
    let title = others.find(|(_, text)| !is_logical(text) && text.parse::<Guid>().is_err());
    own.title = title.map(|(child, _)| *child);
    own
}

/// The sort of a step by a value that nothing says to be its kind.
fn kind_by_itself(text: &str) -> StepSort {
    const LONGEST: usize = 40;
    const MOST: usize = 3;
    let is_short = text.len() <= LONGEST && text.split_whitespace().count() <= MOST;
    let may_be = is_short && !text.contains(['@', '{', '/', '.']);
    if may_be {
        sort_of(text)
    } else {
        StepSort::Other
    }
}

/// A value whose name ends as that of a kind, where the kind is understood.
fn like_kind(tree: &Tree, id: Id) -> Option<(usize, Id)> {
    let word = &*tree.node(id).word;
    let is_like = ["type", "kind", "action", "activity"]
        .iter()
        .any(|end| word.ends_with(end));
    let text = tree.text(id).filter(|_| is_like)?;
    let is_sort = kind_by_itself(text) != StepSort::Other && !words::is_of_value(text);
    is_sort.then_some((words::KINDS.len(), id))
}

/// A value whose name ends as that of a title, and that people read.
fn like_title(tree: &Tree, id: Id) -> Option<(usize, Id)> {
    let word = &*tree.node(id).word;
    let is_like = ["title", "label", "caption"]
        .iter()
        .any(|end| word.ends_with(end))
        || word.ends_with("name") && !is_of_table(word) && !is_of_column(word);
    let text = tree.text(id).filter(|_| is_like)?;
    (!is_logical(text)).then_some((words::TITLES.len(), id))
}

/// A value by how telling its name is.
fn rank(names: &[&str], word: &str, id: Id, tree: &Tree) -> Option<(usize, Id)> {
    let at = names.iter().position(|known| *known == word)?;
    said(tree, id).map(|_| (at, id))
}
