//! Security roles, column security profiles and connection roles.

use super::links::{Links, is_name};
use super::row::{Kind, Naming, Row};
use crate::model::{LogicalName, Pointer, ReferenceKind};
use crate::xml::Element;

pub(super) static ROWS: &[Row] = &[
    Row::new("Roles/Role", 20)
        .id("@id")
        .display("@name")
        .keep(&["@isinherited", "IsAutoAssigned", "IsCustomizable"])
        .refer(role_references),
    Row::new("FieldSecurityProfiles/FieldSecurityProfile", 70)
        .id("@fieldsecurityprofileid")
        .display("@name"),
    Row::new(
        "FieldSecurityProfiles/FieldSecurityProfile/FieldPermissions/FieldPermission",
        71,
    )
    .keys(&[
        ("attributename", "AttributeName"),
        ("entityname", "EntityName"),
    ])
    .within_parent("fieldsecurityprofileid")
    .keep(&["CanRead", "CanUpdate", "CanCreate", "CanReadUnmasked"])
    .names(&[
        ("EntityName", Naming::Table, ReferenceKind::PermissionTable),
        (
            "AttributeName",
            Naming::ColumnOf("EntityName"),
            ReferenceKind::PermissionColumn,
        ),
    ]),
    Row::new("ConnectionRoles/ConnectionRoles/ConnectionRole", 63)
        .id("connectionroleid")
        .display("name")
        .keep(&["category", "IntroducedVersion", "IsCustomizable"])
        .names(&[(
            "ConnectionRoleObjectTypeCodes/ConnectionRoleObjectTypeCode/associatedobjecttypecode",
            Naming::TableOrCode,
            ReferenceKind::ConnectionRoleTable,
        )]),
    Row::of(
        "ConnectionRoles/ConnectionRoleAssociations/ConnectionRoleAssociation",
        Kind::Table("connectionroleassociation"),
    )
    .keys(&[
        ("associatedconnectionroleid", "associatedconnectionroleid"),
        ("connectionroleid", "connectionroleid"),
    ])
    .names(&[
        (
            "connectionroleid",
            Naming::Id(63),
            ReferenceKind::ConnectionRolePair,
        ),
        (
            "associatedconnectionroleid",
            Naming::Id(63),
            ReferenceKind::ConnectionRolePair,
        ),
    ]),
    Row::new("RelationshipRoles/RelationshipRole", 11)
        .id("relationshiproleid|@id")
        .name("name|@Name")
        .display("name"),
];

/// What a privilege allows; of two that begin alike the longer one counts.
const VERBS: [&str; 8] = [
    "AppendTo", "Append", "Assign", "Create", "Delete", "Read", "Share", "Write",
];

/// The tables that privileges are about: `prvAppendTonew_item`.
fn role_references(role: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    for privilege in role.all("RolePrivileges/RolePrivilege") {
        let Some((name, span)) = privilege.attribute_at("name") else {
            continue;
        };
        let about = after(name, "prv").and_then(|rest| {
            let mut verbs = VERBS.iter();
            verbs.find_map(|verb| after(rest, verb))
        });
        if let Some(table) = about.filter(|table| is_name(table)) {
            let to = Pointer::Privilege(LogicalName::new(table));
            links.add(ReferenceKind::RoleTable, to, span);
        }
    }
}

/// What follows a beginning, in any case.
fn after<'a>(text: &'a str, start: &str) -> Option<&'a str> {
    let (first, rest) = text.split_at_checked(start.len())?;
    first.eq_ignore_ascii_case(start).then_some(rest)
}
