//! Security roles, column security profiles and connection roles.

use super::row::{Kind, Row};

pub(super) static ROWS: &[Row] = &[
    Row::new("Roles/Role", 20)
        .id("@id")
        .display("@name")
        .keep(&["@isinherited", "IsAutoAssigned", "IsCustomizable"]),
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
    .keep(&["CanRead", "CanUpdate", "CanCreate", "CanReadUnmasked"]),
    Row::new("ConnectionRoles/ConnectionRoles/ConnectionRole", 63)
        .id("connectionroleid")
        .display("name")
        .keep(&["category", "IntroducedVersion", "IsCustomizable"]),
    Row::of(
        "ConnectionRoles/ConnectionRoleAssociations/ConnectionRoleAssociation",
        Kind::Table("connectionroleassociation"),
    )
    .keys(&[
        ("associatedconnectionroleid", "associatedconnectionroleid"),
        ("connectionroleid", "connectionroleid"),
    ]),
    Row::new("RelationshipRoles/RelationshipRole", 11)
        .id("relationshiproleid|@id")
        .name("name|@Name")
        .display("name"),
];
