//! Values as they are compared: identifiers in one form, names of tables and columns in one case.

use std::borrow::Cow;

use crate::model::Guid;

/// Whether the case of a value means something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Case {
    #[default]
    Kept,
    Folded,
}

/// A value as it is compared: identifiers in one form, no white space around.
pub(super) fn normal(value: &str) -> Cow<'_, str> {
    let value = value.trim();
    if matches!(value.len(), 32 | 36 | 38)
        && let Ok(id) = value.parse::<Guid>()
    {
        return Cow::Owned(id.to_string());
    }
    let value = if value.contains('\r') {
        Cow::Owned(value.replace("\r\n", "\n"))
    } else {
        Cow::Borrowed(value)
    };
    with_ids_in_lower_case(value)
}

/// Characters of an identifier with its dashes.
const ID_LENGTH: usize = 36;

/// Where identifiers stand in a text.
fn ids(text: &str) -> impl Iterator<Item = usize> {
    // The first dash of an identifier stands behind eight digits.
    let starts = text.match_indices('-');
    let starts = starts.filter_map(|(dash, _)| dash.checked_sub(8));
    starts.filter(|start| {
        let id = text.get(*start..*start + ID_LENGTH);
        id.is_some_and(|id| id.parse::<Guid>().is_ok())
    })
}

/// A text with the identifiers within it in one case.
fn with_ids_in_lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut lowered: Option<String> = None;
    for start in ids(&text) {
        let Some(id) = text.get(start..start + ID_LENGTH) else {
            continue;
        };
        if id.bytes().any(|byte| byte.is_ascii_uppercase()) {
            let id = id.to_ascii_lowercase();
            let whole = lowered.get_or_insert_with(|| text.to_string());
            whole.replace_range(start..start + ID_LENGTH, &id);
        }
    }
    lowered.map_or(text, Cow::Owned)
}

/// Whether two texts are the same but for an identifier within them.
pub(super) fn same_but_ids(one: &str, other: &str) -> bool {
    let parts = |text| {
        let start = ids(text).next()?;
        let text: &str = text;
        Some((text.get(..start)?, text.get(start + ID_LENGTH..)?))
    };
    parts(one).is_some_and(|one| Some(one) == parts(other))
}

/// Whether what stands in an element, or in an attribute of it, names a table, a column, a relationship or a choice, of which
/// the platform does not mind the case. Names are in lower case. The properties that requests navigate by are none of these:
/// of those it does.
/// Source: learn.microsoft.com/power-apps/developer/data-platform/entity-metadata, logical and schema names.
pub(super) fn case_of(element: &str, attribute: Option<&str>) -> Case {
    let name = match (element, attribute) {
        ("entity" | "attribute" | "entityrelationship", Some("name")) => return Case::Folded,
        (_, Some(attribute)) => attribute,
        (_, None) => element,
    };
    match name {
        "referencedentityname"
        | "referencingentityname"
        | "referencingattributename"
        | "referencedattributename"
        | "firstentityname"
        | "secondentityname"
        | "intersectentityname"
        | "optionsetname"
        | "physicalname"
        | "logicalname" => Case::Folded,
        _ => Case::Kept,
    }
}

/// The name of a table, which has its label beside it.
pub(super) fn is_named_element(element: &str, attributes: &[(&str, Cow<'_, str>)]) -> bool {
    let mut attributes = attributes.iter();
    element == "name" && attributes.any(|(name, _)| *name == "LocalizedName")
}

/// A value by its name as parsers keep it, as it is compared.
pub(super) fn normal_of<'v>(name: &str, value: &'v str) -> Cow<'v, str> {
    let name = name.to_ascii_lowercase();
    let case = match name.strip_prefix('@') {
        Some(attribute) => case_of("", Some(attribute)),
        None => case_of(&name, None),
    };
    folded(normal(value), case)
}

/// A value in the case in which it is compared.
pub(super) fn folded(value: Cow<'_, str>, case: Case) -> Cow<'_, str> {
    if case == Case::Folded && value.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(value.to_ascii_lowercase())
    } else {
        value
    }
}
