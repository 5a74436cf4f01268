//! Security roles, column security profiles and connection roles.

use super::draft::Draft;
use super::row::{Kind, Row, Verdict};
use crate::xml::Element;

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
    .keep(&["CanRead", "CanUpdate", "CanCreate", "CanReadUnmasked"])
    .finish(permission),
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

/// A permission is one column's within one profile.
fn permission(draft: &mut Draft<'_>, _: Element<'_, '_>) -> Verdict {
    if let Some(profile) = draft
        .around
        .last()
        .and_then(|(_, profile)| profile.object_id)
    {
        let mut identity = draft.identity.clone();
        identity
            .keys
            .push(("fieldsecurityprofileid".into(), profile.to_string().into()));
        identity.keys.sort();
        draft.identity = identity;
    }
    Verdict::Keep
}
