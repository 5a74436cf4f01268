//! Components as people write them: `account`, `account.new_color`, `form:{guid}`, `workflow:Name`,
//! `webresource:new_/x.js`, `msdyn_sequence:APAC Leads`.

use super::{Graph, NodeId};
use crate::model::{ComponentType, Guid, Identity, Solution};

const TABLE: ComponentType = ComponentType::Number(1);

impl Graph {
    /// The nodes that a name people write may mean. A name means a component of the package rather than one outside, and a
    /// table rather than anything else that is called the same.
    pub fn named(&self, solution: &Solution, text: &str) -> Vec<NodeId> {
        let text = text.trim();
        let kind = text.split_once(':').and_then(|(kind, name)| {
            let kind = ComponentType::from_word(kind)?;
            Some((kind, name.trim()))
        });
        let all = || {
            self.nodes()
                .filter_map(|node| Some((node, self.identity(solution, node)?)))
        };
        let found: Vec<(NodeId, &Identity)> = match &kind {
            Some((kind, name)) => all()
                .filter(|(_, identity)| identity.kind == *kind && is_called(identity, name))
                .collect(),
            None => all()
                .filter(|(_, identity)| is_called(identity, text))
                .collect(),
        };
        let mut found = prefer(found, |(node, _)| self.origin(solution, *node).is_some());
        if kind.is_none() {
            found = prefer(found, |(_, identity)| identity.kind == TABLE);
        }
        // A layer and its base are one component to people.
        found.dedup_by(|a, b| a.1.is_same_as(b.1));
        found.into_iter().map(|(node, _)| node).collect()
    }

    /// How a node is written so that [`Graph::named`] finds it.
    pub fn written(&self, solution: &Solution, node: NodeId) -> String {
        self.identity(solution, node)
            .map_or_else(String::new, written)
    }
}

/// Those of which something is true, or all where it is true of none.
fn prefer<T>(found: Vec<T>, is: impl Fn(&T) -> bool) -> Vec<T> {
    if found.iter().any(&is) {
        found.into_iter().filter(|one| is(one)).collect()
    } else {
        found
    }
}

fn is_called(identity: &Identity, text: &str) -> bool {
    if let Ok(id) = text.parse::<Guid>() {
        return identity.object_id == Some(id);
    }
    identity
        .written_names()
        .any(|name| name.eq_ignore_ascii_case(text))
}

/// A component as people write it.
fn written(identity: &Identity) -> String {
    let kind = identity.kind.word();
    let by_name = identity.kind.identified_by().ignores_id();
    match (&identity.schema_name, identity.object_id) {
        (Some(name), _) if identity.kind == TABLE => name.to_string(),
        (Some(name), _) if identity.kind == ComponentType::Number(2) => {
            let table = identity.table.as_ref().map_or("", |table| table.as_str());
            format!("{table}.{name}")
        }
        (Some(name), None) => format!("{kind}:{name}"),
        (Some(name), Some(_)) if by_name => format!("{kind}:{name}"),
        (_, Some(id)) => format!("{kind}:{{{id}}}"),
        (None, None) => {
            let keys: Vec<_> = identity.keys.iter().map(|(_, value)| &**value).collect();
            format!("{kind}:{}", keys.join(","))
        }
    }
}
