//! The ends of relationships, and which relationships the platform does not track.

use crate::catalog::Relationship;
use crate::model::{Component, LogicalName};

/// The ends of a one-to-many relationship.
#[derive(Clone, Debug)]
pub(super) struct Ends {
    /// The table with the lookup column.
    pub(super) referencing: Option<LogicalName>,
    /// The lookup column.
    pub(super) column: Option<LogicalName>,
    /// The table it points at.
    pub(super) referenced: Option<LogicalName>,
}

impl Ends {
    /// The ends that a definition names; none for a name without one, and for many-to-many relationships.
    pub(super) fn of(relationship: &Component) -> Option<Self> {
        let name = |property| relationship.property(property).map(LogicalName::new);
        Some(Self {
            referencing: Some(name("ReferencingEntityName")?),
            column: name("ReferencingAttributeName"),
            referenced: name("ReferencedEntityName"),
        })
    }

    /// The ends of a relationship that the catalogue knows.
    pub(super) fn known(relationship: &Relationship) -> Option<Self> {
        let name = |name: &str| (!name.is_empty()).then(|| LogicalName::new(name));
        let ends = Self {
            referencing: name(relationship.referencing),
            column: name(relationship.column),
            referenced: name(relationship.referenced),
        };
        (ends.referencing.is_some() || ends.referenced.is_some()).then_some(ends)
    }

    /// The table at the other end.
    pub(super) fn other(&self, table: &LogicalName) -> Option<LogicalName> {
        if self.referencing.as_ref() == Some(table) {
            self.referenced.clone()
        } else {
            self.referencing.clone()
        }
    }
}

/// Whether a relationship comes with a table or with the platform. The platform tracks none of these: of 166 references
/// from controls to system relationships in public exports none is listed, of 196 to custom ones 189 are.
pub(super) fn is_system(name: &str, column: Option<&LogicalName>) -> bool {
    match column {
        Some(column) => !has_prefix(column.as_str()),
        None => is_generated(name) || !has_prefix(name),
    }
}

/// Relationships that every table gets for what can be attached to it.
fn is_generated(name: &str) -> bool {
    const ENDS: [&str; 24] = [
        "_activity_parties",
        "_activitypointers",
        "_annotations",
        "_appointments",
        "_asyncoperations",
        "_bulkdeletefailures",
        "_connections1",
        "_connections2",
        "_duplicatebaserecord",
        "_duplicatematchingrecord",
        "_emails",
        "_faxes",
        "_feedback",
        "_letters",
        "_mailboxtrackingfolders",
        "_phonecalls",
        "_principalobjectattributeaccesses",
        "_processsession",
        "_queueitems",
        "_recurringappointmentmasters",
        "_socialactivities",
        "_syncerrors",
        "_tasks",
        "_userentityinstancedatas",
    ];
    const STARTS: [&str; 6] = [
        "business_unit_",
        "lk_",
        "owner_",
        "team_",
        "transactioncurrency_",
        "user_",
    ];
    let lower = name.to_ascii_lowercase();
    ENDS.iter().any(|end| lower.ends_with(end))
        || STARTS.iter().any(|start| lower.starts_with(start))
}

/// Whether a name begins with a publisher's prefix: two to eight letters and digits before the first underscore, which
/// are not the name of something the platform numbers.
pub(super) fn has_prefix(name: &str) -> bool {
    const NO_PREFIX: [&str; 10] = [
        "account", "address1", "address2", "address3", "contact", "lead", "list", "product",
        "task", "service",
    ];
    let Some((prefix, rest)) = name.split_once('_') else {
        return false;
    };
    let lower = prefix.to_ascii_lowercase();
    (2..=8).contains(&prefix.len())
        && !rest.is_empty()
        && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        && prefix.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && !NO_PREFIX.contains(&&*lower)
}
