//! Walks a file's elements along the rows' paths: every element on a path is claimed, every other is generic or reported.

use std::sync::OnceLock;

use super::draft::{Context, Fragment, draft, owning_table};
use super::links::Links;
use super::row::{Kind, Row, Verdict, refer};
use super::{ROWS, record};
use crate::model::{ComponentId, Identity};
use crate::xml::Element;

/// A name on the paths of the rows, with what may stand below it.
#[derive(Debug)]
pub(super) struct Step {
    name: &'static str,
    row: Option<&'static Row>,
    below: Vec<Step>,
    /// Within a component, the names of its definition's content.
    content: Option<&'static [&'static str]>,
}

impl Step {
    fn named(name: &'static str) -> Self {
        Self {
            name,
            row: None,
            below: Vec::new(),
            content: None,
        }
    }

    fn next(&self, name: &str) -> Option<&Self> {
        let exact = self.below.iter().find(|step| step.name == name);
        exact.or_else(|| self.below.iter().find(|step| step.name == "*"))
    }

    /// Hands the content of a component down to the steps within it.
    fn spread(&mut self, around: Option<&'static [&'static str]>) {
        self.content = self.row.map(|row| row.content).or(around);
        for step in &mut self.below {
            step.spread(self.content);
        }
    }

    /// Whether an element that is on no path belongs to a definition: it is a value, or content known by name. A
    /// collection holds nothing but its own components.
    fn is_definition(&self, child: Element<'_, '_>) -> bool {
        let is_collection =
            || self.row.is_none() && self.below.iter().any(|step| step.row.is_some());
        self.content.is_some_and(|content| {
            content.contains(&child.name()) || (!child.has_children() && !is_collection())
        })
    }
}

/// All paths of all rows as one tree, whose root is the root of customizations.xml.
fn steps() -> &'static Step {
    static STEPS: OnceLock<Step> = OnceLock::new();
    STEPS.get_or_init(|| {
        let mut root = Step::named("");
        for row in ROWS.iter().copied().flatten() {
            let mut at = &mut root;
            for name in row.path.split('/') {
                let known = at.below.iter().position(|step| step.name == name);
                let index = known.unwrap_or_else(|| {
                    at.below.push(Step::named(name));
                    at.below.len() - 1
                });
                at = &mut at.below[index];
            }
            at.row = Some(row);
        }
        root.spread(None);
        root
    })
}

/// Where an element of this name may stand when it is the root of a file of its own.
///
/// SolutionPackager writes one file per component; its root is the element that stands in customizations.xml.
pub(super) fn root_step(name: &str, within_table: bool) -> Option<&'static Step> {
    fn search<'a>(steps: &'a [Step], name: &str) -> Option<&'a Step> {
        let here = steps.iter().find(|step| step.name == name);
        here.or_else(|| steps.iter().find_map(|step| search(&step.below, name)))
    }
    let root = steps();
    if within_table {
        let table = root.next("Entities").and_then(|step| step.next("Entity"));
        if let Some(found) = table.and_then(|step| search(&step.below, name)) {
            return Some(found);
        }
    }
    search(&root.below, name)
}

type Around = Vec<(ComponentId, Identity)>;

/// Reads the root of customizations.xml: every collection in it.
pub(super) fn customizations(root: Element<'_, '_>, context: Context<'_>, out: &mut Fragment) {
    for collection in root.children() {
        match steps().next(collection.name()) {
            Some(step) => enter(step, collection, context, &mut Vec::new(), out),
            None => record::inline(collection, context, out),
        }
    }
}

/// Reads an element that stands at a step: as a component, as a collection, or both.
pub(super) fn enter(
    step: &Step,
    element: Element<'_, '_>,
    context: Context<'_>,
    around: &mut Around,
    out: &mut Fragment,
) {
    let Some(row) = step.row else {
        return descend(step, element, context, around, out);
    };
    if row.kind == Kind::Content {
        if row.path == LANGUAGE {
            out.languages
                .extend(element.text().and_then(|text| text.parse::<u32>().ok()));
        }
        return;
    }
    let (mut draft, named) = draft(row, element, context, around);
    if draft.identity.table.is_none() {
        draft.identity.table = owning_table(around);
    }
    if (row.finish)(&mut draft, element) == Verdict::Drop {
        return;
    }
    let identity = draft.identity.clone();
    let id = out.add(draft, element.tag_span(context.text));
    refer(
        row,
        element,
        &named,
        identity.table.as_ref(),
        &mut Links::of(id, out, context.limits),
    );
    if !step.below.is_empty() {
        around.push((id, identity));
        descend(step, element, context, around, out);
        around.pop();
    }
}

/// The one row that is neither component nor content without meaning.
const LANGUAGE: &str = "Languages/Language";

/// Reads what stands below a step. What no path names is a value of the component around it, known content of its
/// definition, or reported.
fn descend(
    step: &Step,
    element: Element<'_, '_>,
    context: Context<'_>,
    around: &mut Around,
    out: &mut Fragment,
) {
    for child in element.children() {
        if let Some(next) = step.next(child.name()) {
            enter(next, child, context, around, out);
        } else if !step.is_definition(child) {
            out.leave(
                &format!("{}/{}", element.name(), child.name()),
                child.tag_span(context.text),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(text: &str) -> Vec<String> {
        let document = crate::xml::parse(text, &crate::limits::Limits::default()).unwrap();
        let root = Element::new(document.root_element(), crate::source::FileId(0));
        let context = Context {
            text,
            base_language: None,
            limits: &crate::limits::Limits::default(),
        };
        let mut out = Fragment::default();
        customizations(root, context, &mut out);
        out.unclaimed
            .iter()
            .map(|left| left.what.to_string())
            .collect()
    }

    #[test]
    fn unknown_collections_within_a_component_are_reported() {
        let text = "<ImportExportXml><Entities><Entity><Name>a</Name><Newthings><newthing/></Newthings>\
                    <EntityInfo><entity Name='a'><NewFlag>1</NewFlag><LocalizedNames><LocalizedName/></LocalizedNames>\
                    <attributes><attribute><LogicalName>b</LogicalName><new><er/></new></attribute><newcolumn/></attributes>\
                    <NewKeys><NewKey/></NewKeys></entity></EntityInfo></Entity></Entities></ImportExportXml>";
        assert_eq!(
            left(text),
            ["Entity/Newthings", "attributes/newcolumn", "entity/NewKeys"]
        );
    }
}
