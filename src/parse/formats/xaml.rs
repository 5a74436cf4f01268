//! Steps of processes and formulas of calculated and rollup columns (XAML). Every activity that works on a table says
//! which one; what a value is taken from stands in its expressions.

use rustc_hash::FxHashMap;

use super::super::links::{Links, is_name};
use super::at;
use super::expression::{self, Lookups, Source};
use super::fetch::{self, QueryKinds, relationship};
use crate::model::{Address, ComponentType, Guid, LogicalName, OWN_TABLE, Pointer};
use crate::model::{ReferenceKind as Kind, ReferenceKind};
use crate::source::Span;
use crate::xml::Element;

/// What references from an activity are called.
#[derive(Clone, Copy, Debug)]
struct Kinds {
    table: ReferenceKind,
    column: ReferenceKind,
    relationship: ReferenceKind,
}

const PROCESS: Kinds = Kinds {
    table: Kind::ProcessTable,
    column: Kind::ProcessColumn,
    relationship: Kind::ProcessRelationship,
};
const FORMULA: Kinds = Kinds {
    table: Kind::ColumnFormula,
    column: Kind::ColumnFormula,
    relationship: Kind::ColumnFormula,
};

/// Reads the steps of a process.
pub(in crate::parse) fn process(root: Element<'_, '_>, links: &mut Links<'_>) {
    Reader::new(root, PROCESS, links).read(root);
}

/// Reads the formula of a calculated or rollup column.
pub(in crate::parse) fn formula(root: Element<'_, '_>, links: &mut Links<'_>) {
    Reader::new(root, FORMULA, links).read(root);
}

struct Reader<'a, 'l, 'o> {
    kinds: Kinds,
    links: &'l mut Links<'o>,
    /// The table of each stage of a business process flow.
    stages: FxHashMap<Guid, &'a str>,
    /// The literal identifiers that variables hold.
    ids: Lookups<'a>,
}

impl<'a, 'l, 'o> Reader<'a, 'l, 'o> {
    fn new(root: Element<'a, '_>, kinds: Kinds, links: &'l mut Links<'o>) -> Self {
        Self {
            kinds,
            links,
            stages: stages(root),
            ids: Lookups::default(),
        }
    }

    fn read(&mut self, root: Element<'a, '_>) {
        let mut open = vec![(root, "")];
        while let Some((element, table)) = open.pop() {
            let inner = self.element(element, table);
            let from = open.len();
            open.extend(element.children().map(|child| (child, inner)));
            open[from..].reverse();
        }
    }

    /// Reads one element, and says which table the controls inside it show.
    fn element(&mut self, element: Element<'a, '_>, table: &'a str) -> &'a str {
        let mut inner = table;
        match element.name() {
            "ActivityReference" => inner = self.activity(element).unwrap_or(table),
            "ActivityReference.Arguments" => self.ids.learn(element),
            "ArgumentEntityAttribute" => at(element, "Value", |name, span| {
                self.links.table(self.kinds.table, name, span);
            }),
            "Control" => self.control(element, table),
            "Variable" => self.hierarchy(element),
            "StageRelationship" => self.stage_relationship(element),
            "StartChildWorkflow" => at(element, "WorkflowId", |id, span| {
                let id = expression::literal(id);
                self.links.id(Kind::ProcessChild, 29, id, span);
            }),
            "InvokeSdkMessageActivity" => self.message(element),
            "SendEmailFromTemplate" => at(element, "TemplateId", |id, span| {
                let id = expression::literal(id);
                self.links.id(Kind::ProcessTemplate, 36, id, span);
            }),
            _ => {}
        }
        self.entity(element);
        self.keyed(element, table);
        self.expressions(element);
        inner
    }

    /// The table an activity works on, with the column it reads, sets, shows or locks.
    fn entity(&mut self, element: Element<'a, '_>) {
        let Some((table, span)) = element.attribute_at("EntityName") else {
            return;
        };
        self.links.table(self.kinds.table, table, span);
        at(element, "Attribute", |name, span| {
            self.links.column(self.kinds.column, table, name, span);
        });
        // A control of another type is a tab or a section.
        let on_column = element
            .attribute("ControlType")
            .is_none_or(|kind| kind.eq_ignore_ascii_case("standard"));
        if on_column {
            at(element, "ControlId", |name, span| {
                self.links.column(self.kinds.column, table, name, span);
            });
        }
    }

    /// An activity of an assembly: the platform's own are how steps are written, others are plug-in types. Says which
    /// table it is about, where it holds the stages of one.
    fn activity(&mut self, element: Element<'a, '_>) -> Option<&'a str> {
        const OWN: [&str; 3] = ["Microsoft.Crm.Workflow.", "Microsoft.Xrm.Sdk.", "System."];
        let (name, span) = element.attribute_at("AssemblyQualifiedName")?;
        let is_own = OWN.iter().any(|own| name.starts_with(own));
        if !is_own && name.contains(',') {
            let kind = ComponentType::number(90);
            let to = Pointer::At(Address::Name(kind, LogicalName::new(name)));
            self.links.add(Kind::ProcessActivity, to, span);
        }
        let (table, span) = stages_of(element)?;
        self.links.table(self.kinds.table, table, span);
        Some(table)
    }

    /// A step of a business process flow shows a column of its stage's table.
    fn control(&mut self, element: Element<'a, '_>, table: &str) {
        let is_unbound = element
            .attribute("IsUnbound")
            .is_some_and(|unbound| unbound.eq_ignore_ascii_case("true"));
        if !is_unbound {
            at(element, "DataFieldName", |name, span| {
                self.links.column(self.kinds.column, table, name, span);
            });
        }
    }

    /// The way from a stage to one of another table: a lookup of that one.
    fn stage_relationship(&mut self, element: Element<'a, '_>) {
        at(element, "RelationshipName", |name, span| {
            relationship(self.kinds.relationship, name, span, self.links);
        });
        let target = element.attribute("TargetStageId").and_then(stage);
        let table = target.and_then(|target| self.stages.get(&target).copied());
        if let Some(table) = table {
            at(element, "AttributeName", |name, span| {
                self.links.column(self.kinds.column, table, name, span);
            });
        }
    }

    /// A rollup over a hierarchy names the relationship that makes it.
    fn hierarchy(&mut self, element: Element<'a, '_>) {
        if element.attribute("Name") == Some("HierarchicalRelationshipName") {
            at(element, "Default", |name, span| {
                let name = expression::literal(name);
                relationship(self.kinds.relationship, name, span, self.links);
            });
        }
    }

    fn message(&mut self, element: Element<'a, '_>) {
        at(element, "SdkMessageName", |name, span| {
            if is_name(name) {
                let to = Pointer::Message(LogicalName::new(name));
                self.links.add(Kind::ProcessMessage, to, span);
            }
        });
        at(element, "SdkMessageEntityName", |name, span| {
            self.links.table(self.kinds.table, name, span);
        });
    }

    /// A property of an activity, written as an element with its name as key.
    fn keyed(&mut self, element: Element<'a, '_>, table: &str) {
        let (Some(key), Some(text)) = (element.attribute("Key"), element.text()) else {
            return;
        };
        match (element.name(), key) {
            ("Guid" | "String", "ProcessId") if !is_recommendation(element) => {
                self.links.id(Kind::ProcessChild, 29, text, element.span());
            }
            ("String", "RelationshipName") => {
                relationship(self.kinds.relationship, text, element.span(), self.links);
            }
            ("String", "AttributeName") => {
                self.links
                    .column(self.kinds.column, table, text, element.span());
            }
            _ => {}
        }
    }

    /// Expressions stand in brackets, in attributes and in texts; dialogs write queries among them.
    fn expressions(&mut self, element: Element<'a, '_>) {
        for (name, value) in element.attributes() {
            if value.trim_start().starts_with('[') {
                at(element, name, |value, span| self.expression(value, span));
            }
        }
        match element.text() {
            Some(text) if text.starts_with('[') => self.expression(text, element.span()),
            Some(text) if text.starts_with("<fetch") => {
                let kinds = QueryKinds {
                    table: self.kinds.table,
                    column: self.kinds.column,
                };
                self.links.document(text, element.span(), |root, links| {
                    fetch::query(root, kinds, links);
                });
            }
            _ => {}
        }
    }

    fn expression(&mut self, text: &'a str, span: Span) {
        for source in expression::sources(text) {
            match source {
                Source::Related(lookup, table) => self.related(lookup, table, span),
                Source::Linked(name, column, table) => {
                    relationship(self.kinds.relationship, name, span, self.links);
                    self.links.column(self.kinds.column, table, column, span);
                    self.links.table(self.kinds.table, table, span);
                }
                Source::New(table) => self.links.table(self.kinds.table, table, span),
                Source::Record(table, variable) => self.record(table, variable, span),
            }
        }
    }

    /// A record that a lookup of the primary table points at.
    fn related(&mut self, lookup: &str, table: &str, span: Span) {
        if !is_name(lookup) || !is_name(table) {
            return;
        }
        let own = LogicalName::new(OWN_TABLE);
        let column = Pointer::column(OWN_TABLE, lookup);
        self.links.add(self.kinds.column, column, span);
        let way = Pointer::LookupTo(own, LogicalName::new(lookup), LogicalName::new(table));
        self.links.add(self.kinds.relationship, way, span);
        self.links.table(self.kinds.table, table, span);
    }

    /// A record that is named itself. Records are data, but e-mail templates travel in solutions.
    fn record(&mut self, table: &str, variable: &str, span: Span) {
        let id = self.ids.get(variable);
        match id {
            Some(id) if table.eq_ignore_ascii_case("template") => {
                self.links.id(Kind::ProcessTemplate, 36, id, span);
            }
            _ => self.links.table(Kind::ProcessRecord, table, span),
        }
    }
}

/// Whether the process beside is one that the platform makes for a recommendation of a business rule: it does not travel.
fn is_recommendation(process: Element<'_, '_>) -> bool {
    const RECOMMENDATION: &str = "4";
    /// More properties than a step has; the search must stay short in whatever input.
    const PROPERTIES: usize = 64;
    process.parent().is_some_and(|step| {
        let mut properties = step.children().take(PROPERTIES);
        properties.any(|property| {
            property.attribute("Key") == Some("ActionType")
                && property.text() == Some(RECOMMENDATION)
        })
    })
}

fn stage(id: &str) -> Option<Guid> {
    Guid::parse_used(id)
}

/// The table whose stages an activity holds, from its label: `EntityStep2: account`.
fn stages_of<'a>(element: Element<'a, '_>) -> Option<(&'a str, Span)> {
    const HOLDER: &str = "Microsoft.Crm.Workflow.Activities.EntityComposite,";
    let name = element.attribute("AssemblyQualifiedName")?;
    name.trim_start().starts_with(HOLDER).then_some(())?;
    let (label, span) = element.attribute_at("DisplayName")?;
    let (_, table) = label.split_once(':')?;
    is_name(table).then_some((table.trim(), span))
}

/// The table of every stage.
fn stages<'a>(root: Element<'a, '_>) -> FxHashMap<Guid, &'a str> {
    let mut stages = FxHashMap::default();
    let mut open = vec![(root, None)];
    while let Some((element, table)) = open.pop() {
        let own = (element.name() == "ActivityReference")
            .then(|| stages_of(element))
            .flatten();
        let table = own.map(|(table, _)| table).or(table);
        if let (Some(table), Some("StageId"), Some(id)) =
            (table, element.attribute("Key"), element.text())
            && let Some(id) = stage(id)
        {
            stages.insert(id, table);
        }
        open.extend(element.children().map(|child| (child, table)));
    }
    stages
}

#[cfg(test)]
mod tests;
