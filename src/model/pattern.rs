//! Components as people write them, with `*` for what is left open.

use super::{ComponentType, Guid, Identity};

/// Which components are meant: `account`, `account.new_*`, `form:{id}`, `workflow:Approve*`, `webresource:cts_/*`, or `*` for
/// everything.
///
/// ```
/// use solvet::model::{ComponentPattern, ComponentType, Identity};
/// let column = Identity::of(ComponentType::number(2)).named("cts_region").in_table(Some("lead".into()));
/// assert!(ComponentPattern::new("lead.cts_*").matches(Some(&column)));
/// assert!(!ComponentPattern::new("view:*").matches(Some(&column)));
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComponentPattern {
    kind: Option<ComponentType>,
    name: Box<str>,
}

impl ComponentPattern {
    /// Takes a pattern as written: a kind and a colon where one is meant, then a name.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        let of_kind = text.split_once(':').and_then(|(kind, name)| {
            let kind = ComponentType::from_word(kind)?;
            Some((kind, name.trim()))
        });
        match of_kind {
            Some((kind, name)) => Self {
                kind: Some(kind),
                name: name.into(),
            },
            None => Self {
                kind: None,
                name: text.into(),
            },
        }
    }

    /// Whether a component is meant. What is found of no component in particular is meant by `*` alone.
    pub fn matches(&self, component: Option<&Identity>) -> bool {
        let Some(component) = component else {
            return self.kind.is_none() && &*self.name == "*";
        };
        let is_kind = self
            .kind
            .as_ref()
            .is_none_or(|kind| *kind == component.kind);
        is_kind && (&*self.name == "*" || self.names(component))
    }

    fn names(&self, component: &Identity) -> bool {
        if let Ok(id) = self.name.parse::<Guid>() {
            return component.object_id == Some(id);
        }
        component
            .written_names()
            .any(|name| matches_name(&self.name, &name))
    }
}

/// Whether a name is as a pattern says, in any case; `*` stands for any characters, or none.
///
/// ```
/// assert!(solvet::model::matches_name("cts_*", "CTS_order"));
/// ```
pub fn matches_name(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut read) = (0, 0);
    // Where the last star stands, and how much of the name it has taken.
    let mut star: Option<(usize, usize)> = None;
    while read < name.len() {
        match (pattern.get(at), name.get(read)) {
            (Some(b'*'), _) => {
                star = Some((at, read));
                at += 1;
            }
            (Some(wanted), Some(found)) if wanted.eq_ignore_ascii_case(found) => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((place, taken)) => {
                    star = Some((place, taken + 1));
                    at = place + 1;
                    read = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern
        .get(at..)
        .is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (pattern, name, is) in [
            ("cts_*", "cts_", true),
            ("*order*", "cts_Orders", true),
            ("a*b*c", "a-c-b-c", true),
            ("a*b", "a-b-c", false),
            ("", "a", false),
            ("**", "", true),
            ("order", "orders", false),
        ] {
            assert_eq!(matches_name(pattern, name), is, "{pattern} {name}");
        }
    }

    #[test]
    fn a_component_is_meant_by_name_display_name_or_identifier() {
        let id = "11111111-2222-4333-8444-555555555555";
        let flow = Identity {
            display_name: Some("Approve order".into()),
            ..Identity::of(ComponentType::Number(29)).with_id(id.parse().ok())
        };
        for text in [
            "workflow:approve *",
            "Approve order",
            "flow:{11111111-2222-4333-8444-555555555555}",
            "*",
        ] {
            assert!(ComponentPattern::new(text).matches(Some(&flow)), "{text}");
        }
        assert!(!ComponentPattern::new("table:*").matches(Some(&flow)));
    }

    #[test]
    fn what_is_of_no_component_is_meant_by_a_star_alone() {
        assert!(ComponentPattern::new("*").matches(None));
        assert!(!ComponentPattern::new("account").matches(None));
        assert!(!ComponentPattern::new("form:*").matches(None));
    }
}
