//! Rows of solution-aware tables, in the three forms the platform writes: a file of its own, inline in
//! customizations.xml, and many-to-many rows. One rule serves every table, also those nobody has met yet.

use super::draft::{Context, Draft, Fragment, display_name, origin};
use super::formats::record::references;
use super::formats::{sequence, service};
use super::links::Links;
use crate::model::{Component, ComponentType, Guid, Identity};
use crate::package::{Entry, Package};
use crate::xml::Element;

/// Reads an inline collection: `<connectionreferences><connectionreference …/></connectionreferences>`, or a
/// many-to-many set. A collection holds elements of one name; anything else is nobody's.
pub(super) fn inline(collection: Element<'_, '_>, context: Context<'_>, out: &mut Fragment) {
    let mut rows = collection.children().peekable();
    let Some(table) = rows.peek().map(|row| row.name()) else {
        if collection.text().is_some() {
            out.leave(collection.name(), collection.tag_span(context.text));
        }
        return;
    };
    for row in rows {
        if row.name() == table {
            record(row, context, out);
        } else {
            let what = format!("{}/{}", collection.name(), row.name());
            out.leave(&what, row.tag_span(context.text));
        }
    }
}

/// Whether a file of an odd name is a record all the same: its folder lies among those of its table, and the record of
/// the usual name is not there.
pub(super) fn is_renamed(package: &Package, entry: &Entry, table: &str) -> bool {
    let Some((folder, _)) = entry.name.rsplit_once('/') else {
        return false;
    };
    let collection = folder.rsplit('/').nth(1);
    !package.layout().is_source()
        && collection.is_some_and(|collection| is_plural(collection, table))
        && package.find(&format!("{folder}/{table}.xml")).is_none()
}

/// Whether a folder is named for the rows of a table: `customapis`, `customapiresponseproperties`.
fn is_plural(folder: &str, table: &str) -> bool {
    let folder = folder.to_ascii_lowercase();
    let stem = folder.strip_suffix("ies").map(|stem| format!("{stem}y"));
    folder.strip_suffix('s') == Some(table) || stem.as_deref() == Some(table)
}

/// Reads one row.
pub(super) fn record(row: Element<'_, '_>, context: Context<'_>, out: &mut Fragment) {
    let keys = row
        .attributes()
        .filter(|(name, _)| !matches!(*name, "unmodified" | "solutionaction"))
        .map(|(name, value)| (name.into(), value.trim().into()));
    let mut draft = Draft {
        identity: identify(row, keys.collect()),
        properties: Vec::new(),
        parts: Vec::new(),
        origin: origin(row),
        around: &[],
    };
    draft.identity.display_name = name_of(row, context.base_language);
    for column in row.children().filter(|column| !column.has_children()) {
        draft.keep(column.name().to_owned(), column.text());
    }
    let own = draft.identity.object_id;
    let id = out.add(draft, row.tag_span(context.text));
    references(row, &mut Links::of(id, out, context.limits));
    service::record(row, &mut Links::of(id, out, context.limits));
    let sequence = sequence::sequence(row, (id, own), &mut Links::of(id, out, context.limits));
    out.sequences.extend(sequence);
}

fn identify(row: Element<'_, '_>, keys: Vec<(Box<str>, Box<str>)>) -> Identity {
    let identity = Identity::of(ComponentType::table(row.name()));
    if !keys.is_empty() {
        return identity.with_keys(keys);
    }
    // Some tables write their key as a column: `<msdyn_helppageid>`, or a name.
    let id = row
        .child_text(&format!("{}id", row.name()))
        .and_then(Guid::parse_used)
        .or_else(|| {
            let mut ids = row.children().filter(|column| {
                column
                    .name()
                    .eq_ignore_ascii_case(&format!("{}id", row.name()))
            });
            ids.find_map(|column| Guid::parse_used(column.text()?))
        });
    let identity = identity.with_id(id);
    match row.value("uniquename|schemaname|UniqueName|SchemaName|Name|name") {
        Some(name) => identity.named(name),
        None => identity,
    }
}

/// The column that people call a record by: `name`, or `<prefix>_name` as publishers of tables name theirs.
fn name_of(row: Element<'_, '_>, base_language: Option<u32>) -> Option<Box<str>> {
    const KNOWN: &str =
        "displayname|displayname/@default|name|humanname|connectionreferencedisplayname";
    display_name(row, KNOWN, base_language).or_else(|| {
        let named = |suffix: &str| {
            let mut columns = row
                .children()
                .filter(|column| column.name().ends_with(suffix));
            columns.find_map(Element::text)
        };
        ["_displayname", "_name", "_tagname", "_title"]
            .iter()
            .find_map(|suffix| named(suffix))
            .map(Into::into)
    })
}

/// The owner's keys, written as the platform writes keys through a lookup: `customapiid.uniquename`. That nested records
/// have such keys is inferred; references to them use their own key alone, which finds them too.
pub(super) fn owner_keys(owner: &Component) -> Vec<(Box<str>, Box<str>)> {
    let keys = owner.identity.keys.iter();
    keys.map(|(key, value)| {
        (
            format!("{}id.{key}", owner.identity.kind).into(),
            value.clone(),
        )
    })
    .collect()
}
