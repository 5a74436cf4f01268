//! How much a difference matters. What is surely in the way of whoever uses a component is breaking; what nobody can tell is
//! only changed.

use super::version::Member;
use super::{Class, Field, Version, What};
use crate::model::{Component, ComponentType, IdentityMap};

/// Elements and values that hold texts for people.
const TEXTS: [&str; 18] = [
    "connectionreferencedisplayname",
    "displaynames",
    "displayname",
    "descriptions",
    "description",
    "localizednames",
    "localizedname",
    "localizedcollectionnames",
    "localizedcollectionname",
    "labels",
    "label",
    "titles",
    "title",
    "customlabels",
    "tooltip",
    "tooltips",
    "strings",
    "localizedlabels",
];

/// How much a field of a component matters.
pub(super) fn classify(component: &Component, field: &Field) -> Class {
    match field.what {
        What::Reference => return Class::Changed,
        What::File => return of_file(component, field),
        What::Definition => {}
    }
    if is_text(field) {
        return if field.old.is_none() {
            Class::Additive
        } else {
            Class::Cosmetic
        };
    }
    if &*field.path == "arrangement" {
        return Class::Changed;
    }
    match &component.identity.kind {
        ComponentType::Number(1) => of_table(field),
        ComponentType::Number(2) => of_column(field),
        ComponentType::Number(9) => of_choice(field),
        ComponentType::Number(10) => breaking_where(
            field,
            &[
                "EntityRelationshipType",
                "ReferencedEntityName",
                "ReferencingEntityName",
                "ReferencingAttributeName",
                "FirstEntityName",
                "SecondEntityName",
                "IntersectEntityName",
            ],
        ),
        // Rows that were found by the old columns are not found by others.
        ComponentType::Number(14)
            if matches!(name(field), "EntityKeyAttributes" | "AttributeName") =>
        {
            Class::Breaking
        }
        ComponentType::Number(20) => of_role(field),
        ComponentType::Number(29) => of_process(component, field),
        // A class that the assembly no longer has runs nowhere.
        ComponentType::Number(90) if field.new.as_deref() == Some("absent") => Class::Breaking,
        ComponentType::Number(_) => Class::Changed,
        ComponentType::Table(table) => of_record(table.as_str(), field),
    }
}

/// Keys of elements are no names of theirs, whatever they are called.
fn is_text(field: &Field) -> bool {
    let path = field.path.to_ascii_lowercase();
    let mut depth = 0_usize;
    let mut names = path.split(|c| {
        match c {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && matches!(c, '/' | '@')
    });
    names.any(|step| {
        let name = step.split_once('[').map_or(step, |(name, _)| name);
        TEXTS.contains(&name)
    })
}

/// The name of what is otherwise; parsers keep attributes under theirs with a mark.
fn name(field: &Field) -> &str {
    field.name.strip_prefix('@').unwrap_or(&field.name)
}

/// Breaking where a value of one of these names is another one. One that is only not written may be as it was.
fn breaking_where(field: &Field, names: &[&str]) -> Class {
    let is_one = names
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name(field)));
    if is_one && field.old.is_some() && field.new.is_some() {
        Class::Breaking
    } else {
        Class::Changed
    }
}

fn of_table(field: &Field) -> Class {
    breaking_where(field, &["OwnershipTypeMask", "EntitySetName"])
}

/// The levels of a privilege, the narrowest first.
/// Source: learn.microsoft.com/power-platform/admin/security-roles-privileges, access levels.
const LEVELS: [&str; 4] = ["Basic", "Local", "Deep", "Global"];

/// Who has a role with less in it is refused what worked before.
fn of_role(field: &Field) -> Class {
    let rank = |value: &Option<Box<str>>| {
        let value = value.as_deref()?;
        LEVELS
            .iter()
            .position(|level| level.eq_ignore_ascii_case(value))
    };
    match (name(field), &field.old, &field.new) {
        ("RolePrivilege", Some(_), None) => Class::Breaking,
        ("RolePrivilege", None, Some(_)) => Class::Additive,
        ("level", old, new) => match (rank(old), rank(new)) {
            (Some(old), Some(new)) if new < old => Class::Breaking,
            (Some(old), Some(new)) if new > old => Class::Additive,
            _ => Class::Changed,
        },
        _ => Class::Changed,
    }
}

fn is_action(component: &Component) -> bool {
    component.identity.kind == ComponentType::Number(29)
        && component.property("Category") == Some("3")
}

/// An action that is not activated cannot be called. What else a process does when it is off, nobody need miss.
fn of_process(component: &Component, field: &Field) -> Class {
    let state = (name(field), field.old.as_deref(), field.new.as_deref());
    if is_action(component) && state == ("StateCode", Some("1"), Some("0")) {
        Class::Breaking
    } else {
        Class::Changed
    }
}

/// The kind of web resources with texts for scripts.
/// Source: learn.microsoft.com/power-apps/developer/model-driven-apps/resx-web-resources.
const RESX: &str = "12";

/// The arguments of an action stand in its XAML as properties; without one, who calls it fails.
fn of_file(component: &Component, field: &Field) -> Class {
    let is_resx = component.identity.kind == ComponentType::Number(61)
        && component.property("WebResourceType") == Some(RESX);
    if is_resx && field.path.contains(": data[") {
        return match (&field.old, &field.new) {
            (None, _) => Class::Additive,
            (Some(_), Some(_)) => Class::Cosmetic,
            // A script may ask for it.
            (Some(_), None) => Class::Changed,
        };
    }
    let is_argument = || {
        let (_, path) = field.path.rsplit_once("x:Members/x:Property[")?;
        let (argument, rest) = path.split_once(']')?;
        // Every process has these.
        let is_own = !matches!(argument, "InputEntities" | "CreatedEntities");
        Some(is_own && (rest.is_empty() || rest == "@Type"))
    };
    if is_action(component) && field.old.is_some() && is_argument() == Some(true) {
        Class::Breaking
    } else {
        Class::Changed
    }
}

fn of_column(field: &Field) -> Class {
    match name(field) {
        "Type" if field.old.is_some() && field.new.is_some() => Class::Breaking,
        "MaxLength" | "MaxValue" | "Accuracy" => of_bound(field, 1.0),
        "MinValue" => of_bound(field, -1.0),
        "RequiredLevel" => of_level(field),
        // Nobody can write what is calculated.
        "SourceType" if field.old.as_deref().is_none_or(|old| old == "0") => {
            match field.new.as_deref() {
                Some("1" | "2") => Class::Breaking,
                Some(_) | None => Class::Changed,
            }
        }
        // Numbers in rows mean something else, or nothing.
        "OptionSetName" => breaking_where(field, &["OptionSetName"]),
        "ValidForCreateApi" | "ValidForUpdateApi" | "ValidForReadApi" => of_ability(field),
        _ => of_choice(field),
    }
}

/// A bound that lets less through than before breaks; one that lets more through does not.
fn of_bound(field: &Field, sign: f64) -> Class {
    let number = |value: &Option<Box<str>>| value.as_deref()?.trim().parse::<f64>().ok();
    match (number(&field.old), number(&field.new)) {
        (Some(old), Some(new)) if new * sign < old * sign => Class::Breaking,
        (Some(old), Some(new)) if new * sign > old * sign => Class::Additive,
        _ => Class::Changed,
    }
}

/// What a column could be used for and cannot any more breaks who does.
fn of_ability(field: &Field) -> Class {
    match [&field.old, &field.new].map(|value| value.as_deref().map(is_yes)) {
        [Some(true), Some(false)] => Class::Breaking,
        [Some(false), Some(true)] => Class::Additive,
        _ => Class::Changed,
    }
}

/// Whether a value must be given.
/// Source: learn.microsoft.com/power-apps/developer/data-platform/entity-attribute-metadata, requirement levels.
fn of_level(field: &Field) -> Class {
    let rank = |value: &Option<Box<str>>| match value.as_deref().unwrap_or("none") {
        "none" => Some(0),
        "recommended" => Some(1),
        "required" | "applicationrequired" => Some(2),
        "systemrequired" => Some(3),
        _ => None,
    };
    match (rank(&field.old), rank(&field.new)) {
        (Some(old), Some(new)) if new > old && new > 1 => Class::Breaking,
        (Some(old), Some(new)) if new < old => Class::Additive,
        _ => Class::Changed,
    }
}

/// A value of a choice that is gone leaves rows with a number nobody can read.
fn of_choice(field: &Field) -> Class {
    match name(field) {
        "option" | "state" | "status" => match (&field.old, &field.new) {
            (Some(_), None) => Class::Breaking,
            (None, Some(_)) => Class::Additive,
            (Some(_), Some(_)) | (None, None) => Class::Changed,
        },
        "OptionSetType" => breaking_where(field, &["OptionSetType"]),
        "Options" => of_ranges(field),
        _ => Class::Changed,
    }
}

/// Values as ranges, as parsers keep them.
fn of_ranges(field: &Field) -> Class {
    let read = |value: &Option<Box<str>>| ranges(value.as_deref().unwrap_or_default());
    let (Some(old), Some(new)) = (read(&field.old), read(&field.new)) else {
        return Class::Changed;
    };
    if !holds(&new, &old) {
        Class::Breaking
    } else if !holds(&old, &new) {
        Class::Additive
    } else {
        Class::Changed
    }
}

/// `-1,1..3` as pairs of the first and the last; none where it is something else, or was cut.
fn ranges(text: &str) -> Option<Vec<(i64, i64)>> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    let pairs = parts.map(|part| {
        let (first, last) = part.split_once("..").unwrap_or((part, part));
        Some((first.parse().ok()?, last.parse().ok()?))
    });
    pairs.collect()
}

/// Whether every range of the inner ones lies in one of the outer ones; both are sorted.
fn holds(outer: &[(i64, i64)], inner: &[(i64, i64)]) -> bool {
    inner.iter().all(|(first, last)| {
        let after = outer.partition_point(|(start, _)| start <= first);
        let around = after.checked_sub(1).and_then(|index| outer.get(index));
        around.is_some_and(|(_, end)| last <= end)
    })
}

fn of_record(table: &str, field: &Field) -> Class {
    match table {
        "customapi" => breaking_where(
            field,
            &["boundentitylogicalname", "bindingtype", "isfunction"],
        ),
        "customapirequestparameter" | "customapiresponseproperty" => {
            if !name(field).eq_ignore_ascii_case("isoptional") {
                return breaking_where(field, &["type", "logicalentityname"]);
            }
            match [&field.old, &field.new].map(|value| value.as_deref().is_some_and(is_yes)) {
                [true, false] => Class::Breaking,
                [false, true] => Class::Additive,
                [true, true] | [false, false] => Class::Changed,
            }
        }
        "environmentvariabledefinition" => breaking_where(field, &["type"]),
        "connectionreference" => breaking_where(field, &["connectorid"]),
        _ => Class::Changed,
    }
}

fn is_yes(value: &str) -> bool {
    matches!(
        value.trim().to_ascii_lowercase().as_str(),
        "1" | "true" | "yes"
    )
}

/// How much a new component matters: a parameter that must be given breaks who calls the custom API as it was.
pub(super) fn of_added(version: &Version, member: &Member<'_>, held: &IdentityMap<()>) -> Class {
    let Some(component) = member.component.map(|index| version.component(index)) else {
        return Class::Additive;
    };
    let is_parameter = matches!(
        &component.identity.kind,
        ComponentType::Table(table) if table.as_str().eq_ignore_ascii_case("customapirequestparameter")
    );
    let is_optional = component.property("isoptional").is_some_and(is_yes);
    let api = || {
        let mut keys = component.identity.keys.iter();
        let named = keys.find(|(key, _)| key.eq_ignore_ascii_case("customapiid.uniquename"));
        let of_key = named.map(|(_, name)| {
            crate::model::Identity::of(ComponentType::table("customapi")).named(name)
        });
        let of_parent = || {
            let parent = version.solution().component(component.parent?)?;
            Some(parent.identity.clone())
        };
        of_key.or_else(of_parent)
    };
    if is_parameter && !is_optional && api().is_some_and(|api| held.find(&api).is_some()) {
        Class::Breaking
    } else {
        Class::Additive
    }
}
