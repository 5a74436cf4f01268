//! What the tests of readers share.

use super::super::draft::{Context, Fragment, OUTSIDE};
use super::super::links::Links;
use super::super::walk;
use crate::json::Json;
use crate::limits::Limits;
use crate::model::{Address, FlawKind, LogicalName, Pointer, ReferenceKind};
use crate::source::FileId;
use crate::xml::{self, Element};

/// What a reader finds in a text, as `kind target`.
pub(in crate::parse) fn found(
    text: &str,
    read: impl FnOnce(Element<'_, '_>, &mut Links<'_>),
) -> Vec<String> {
    let limits = Limits::default();
    let document = xml::parse(text, &limits).unwrap();
    found_by(|links| read(Element::new(document.root_element(), FileId(0)), links))
}

/// What the components of customizations.xml name, read by the rows of their families.
pub(in crate::parse) fn found_in(customizations: &str) -> Vec<String> {
    let text = format!("<ImportExportXml>{customizations}</ImportExportXml>");
    let limits = Limits::default();
    let document = xml::parse(&text, &limits).unwrap();
    let context = Context {
        text: &text,
        base_language: None,
        limits: &limits,
    };
    let mut out = Fragment::default();
    let root = Element::new(document.root_element(), FileId(0));
    walk::customizations(root, context, &mut out);
    listed(&out)
}

/// What is found, as `kind target`.
pub(in crate::parse) fn found_by(read: impl FnOnce(&mut Links<'_>)) -> Vec<String> {
    let mut out = Fragment::default();
    read(&mut Links::of(OUTSIDE, &mut out, &Limits::default()));
    listed(&out)
}

fn listed(out: &Fragment) -> Vec<String> {
    out.references
        .iter()
        .map(|reference| format!("{} {}", reference.kind.id(), shown(&reference.to)))
        .collect()
}

/// A pointer as a short text: `61 new_/a.js`.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the rest is told apart well enough as it prints"
)]
pub(in crate::parse) fn shown(pointer: &Pointer) -> String {
    match pointer {
        Pointer::At(Address::Id(kind, id)) => format!("{kind} {id}"),
        Pointer::At(Address::Name(kind, name)) => format!("{kind} {name}"),
        Pointer::At(Address::InTable(kind, table, name)) => format!("{kind} {table}.{name}"),
        Pointer::Relative(path) => format!("Relative({path})"),
        Pointer::Message(name) => format!("Message({name})"),
        Pointer::Privilege(name) => format!("Privilege({name})"),
        Pointer::Record(lookup, key, value) => format!("{lookup}.{key}={value}"),
        Pointer::Keyed(lookup, keys) => format!("{lookup}: {keys}"),
        other => format!("{other:?}"),
    }
}

/// What an element names.
pub(super) fn of_element(
    text: &str,
    refer: fn(Element<'_, '_>, Option<&LogicalName>, &mut Links<'_>),
) -> Fragment {
    let document = xml::parse(text, &Limits::default()).unwrap();
    let mut out = Fragment::default();
    let root = Element::new(document.root_element(), FileId(0));
    refer(
        root,
        None,
        &mut Links::of_file(&mut out, &Limits::default()),
    );
    out
}

/// What a JSON file names.
pub(super) fn of_json(text: &str, refer: fn(&Json<'_>, &mut Links<'_>)) -> Fragment {
    let document = Json::parse(text, FileId(0), &Limits::default()).unwrap();
    let mut out = Fragment::default();
    refer(&document, &mut Links::of_file(&mut out, &Limits::default()));
    out
}

/// What a text file names.
pub(super) fn of_text(text: &str, refer: fn(&str, FileId, &mut Links<'_>)) -> Fragment {
    let mut out = Fragment::default();
    refer(
        text,
        FileId(0),
        &mut Links::of_file(&mut out, &Limits::default()),
    );
    out
}

/// The references of a fragment in short: kind, and target as `type name` or `way name …`.
pub(super) fn linked(out: &Fragment) -> Vec<(ReferenceKind, String)> {
    let all = out.references.iter();
    all.map(|reference| (reference.kind, short(&reference.to)))
        .collect()
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "readers here make no other pointers"
)]
fn short(to: &Pointer) -> String {
    let kind = |kind: &crate::model::ComponentType| match kind {
        crate::model::ComponentType::Number(number) => number.to_string(),
        crate::model::ComponentType::Table(table) => table.as_str().to_ascii_lowercase(),
    };
    match to {
        Pointer::At(Address::Id(of, id)) => format!("{} {id}", kind(of)),
        Pointer::At(Address::Name(of, name)) => format!("{} {name}", kind(of)),
        Pointer::At(Address::InTable(of, table, name)) => format!("{} {table}.{name}", kind(of)),
        Pointer::EntitySet(set) => format!("set {set}"),
        Pointer::EntitySetLike(set, like) => format!("set {set} like {like}"),
        Pointer::ColumnOfSet(set, _, column) => format!("column {set}.{column}"),
        Pointer::Navigation(set, _, property) => format!("property {set}.{property}"),
        Pointer::Api(name) => format!("api {name}"),
        Pointer::Message(name) => format!("message {name}"),
        Pointer::Suffix(of, name) => format!("{} …{name}", kind(of)),
        other => format!("{other:?}"),
    }
}

/// What a reader finds that the platform refuses, as `fault detail`.
pub(super) fn faults(
    text: &str,
    read: impl FnOnce(Element<'_, '_>, &mut Links<'_>),
) -> Vec<String> {
    let document = xml::parse(text, &Limits::default()).unwrap();
    let mut out = Fragment::default();
    let root = Element::new(document.root_element(), FileId(0));
    read(root, &mut Links::of(OUTSIDE, &mut out, &Limits::default()));
    let faults = out.flaws.iter().filter_map(|flaw| {
        let FlawKind::Shape(fault) = flaw.kind else {
            return None;
        };
        Some(format!("{fault:?} {}", flaw.detail))
    });
    faults.collect()
}

/// The functions that a form calls, as `library function is-listed`.
pub(super) fn of_form(text: &str) -> Vec<String> {
    let out = of_element(text, super::formxml::form);
    let handlers = out.handlers.iter();
    handlers
        .map(|handler| {
            format!(
                "{} {} {}",
                handler.library, handler.function, handler.is_listed
            )
        })
        .collect()
}
