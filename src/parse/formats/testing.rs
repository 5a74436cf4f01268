//! What the tests of readers share.

use super::super::draft::{Context, Fragment, OUTSIDE};
use super::super::links::Links;
use super::super::walk;
use crate::limits::Limits;
use crate::model::{Address, Pointer};
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
