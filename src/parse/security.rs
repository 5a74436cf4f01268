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

#[cfg(test)]
mod tests {
    use super::super::formats::testing::found_in;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    #[test]
    fn the_longest_verb_of_a_privilege_counts() {
        let text = format!(
            "<Roles><Role id='{{{ID}}}' name='x'><RolePrivileges><RolePrivilege name='prvAppendTonew_Item' level='Basic'/>\
             <RolePrivilege name='prvAppendnew_item' level='Basic'/><RolePrivilege name='prvGoOffline' level='Basic'/></RolePrivileges>\
             </Role></Roles>"
        );
        assert_eq!(found_in(&text), ["role-table Privilege(new_Item)"]);
    }

    #[test]
    fn a_column_permission_names_its_column_and_table() {
        let text = format!(
            "<FieldSecurityProfiles><FieldSecurityProfile fieldsecurityprofileid='{{{ID}}}'><FieldPermissions><FieldPermission>\
             <EntityName>new_a</EntityName><AttributeName>new_b</AttributeName></FieldPermission></FieldPermissions>\
             </FieldSecurityProfile></FieldSecurityProfiles>"
        );
        assert_eq!(
            found_in(&text),
            [
                "permission-table 1 new_a",
                "permission-column 2 new_a.new_b"
            ]
        );
    }

    #[test]
    fn connection_roles_name_tables_and_each_other() {
        let text = format!(
            "<ConnectionRoles><ConnectionRoles><ConnectionRole><connectionroleid>{ID}</connectionroleid><ConnectionRoleObjectTypeCodes>\
             <ConnectionRoleObjectTypeCode><associatedobjecttypecode>new_a</associatedobjecttypecode></ConnectionRoleObjectTypeCode>\
             <ConnectionRoleObjectTypeCode><associatedobjecttypecode>2</associatedobjecttypecode></ConnectionRoleObjectTypeCode>\
             </ConnectionRoleObjectTypeCodes></ConnectionRole></ConnectionRoles><ConnectionRoleAssociations><ConnectionRoleAssociation>\
             <connectionroleid>{ID}</connectionroleid></ConnectionRoleAssociation></ConnectionRoleAssociations></ConnectionRoles>"
        );
        assert_eq!(
            found_in(&text),
            [
                "connection-role-table 1 new_a".to_owned(),
                "connection-role-table TypeCode(2)".into(),
                format!("connection-role-pair 63 {ID}")
            ]
        );
    }
}
