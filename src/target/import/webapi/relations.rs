//! Which components solutions hold, in which layers, and what needs what.

use std::collections::BTreeMap;

use super::{Answer, Taken, number, text, yes};
use crate::json::Value;
use crate::model::{ComponentType, IdentifiedBy};
use crate::target::manifest::{ComponentName, ComponentRow, DependencyRow, LayerRow, TypeName};
use crate::target::rows::families_of;

/// Rows of components with their families, made of so many rows of an answer.
pub(super) fn taken(rows: Vec<ComponentRow>, of: usize) -> Taken {
    let mut taken = Taken {
        families: families_of(&rows).into_iter().collect(),
        rows: rows.len() as u64,
        lost: of.saturating_sub(rows.len()) as u64,
        ..Taken::default()
    };
    taken.manifest.components = rows;
    taken
}

/// A component type by the number that a row gives it.
fn kind(row: &Value<'_>, key: &str) -> Option<TypeName> {
    let number = number(row.get(key))?.try_into().ok()?;
    Some(TypeName(ComponentType::number(number)))
}

/// `solutioncomponents`: identifiers alone.
pub(super) fn read_inventory(answer: &Answer<'_, '_>) -> Taken {
    let rows = answer.rows.iter().filter_map(|row| {
        let solution = text(row, "_solutionid_value").map(|id| id.to_ascii_lowercase());
        Some(ComponentRow {
            kind: kind(row, "componenttype")?,
            id: Some(text(row, "objectid")?),
            solutions: solution.into_iter().collect(),
            ..ComponentRow::default()
        })
    });
    taken(rows.collect(), answer.rows.len())
}

/// `msdyn_solutioncomponentsummaries`: names and identifiers.
pub(super) fn read_summaries(answer: &Answer<'_, '_>) -> Taken {
    let rows = answer.rows.iter().filter_map(|row| {
        let numbered = kind(row, "msdyn_componenttype");
        let table = text(row, "msdyn_componentlogicalname");
        let kind = match (numbered, table) {
            // Numbers from 10000 on are the environment's own.
            (Some(TypeName(ComponentType::Number(number))), Some(table)) if number >= 10_000 => {
                TypeName(ComponentType::table(&table))
            }
            (Some(kind), _) => kind,
            (None, table) => TypeName(ComponentType::table(&table?)),
        };
        let by = kind.0.identified_by();
        let parent = text(row, "msdyn_primaryentityname").filter(|_| {
            by == IdentifiedBy::NameInTable || matches!(kind.0, ComponentType::Number(26 | 59 | 60))
        });
        let solution = text(row, "msdyn_solutionid").map(|id| id.to_ascii_lowercase());
        Some(ComponentRow {
            name: name(row, &kind.0),
            id: text(row, "msdyn_objectid"),
            parent,
            managed: yes(row, "msdyn_ismanaged"),
            solutions: solution.into_iter().collect(),
            kind,
            ..ComponentRow::default()
        })
    });
    let rows = rows.filter(|row| row.id.is_some() || row.identity().address().is_some());
    taken(rows.collect(), answer.rows.len())
}

/// What names a component in packages: its unique name for apps, the schema name of relationships and choices, else the name.
fn name(row: &Value<'_>, kind: &ComponentType) -> Option<String> {
    let keys: [&str; 3] = match kind {
        ComponentType::Number(80) | ComponentType::Table(_) => {
            ["msdyn_uniquename", "msdyn_name", "msdyn_schemaname"]
        }
        ComponentType::Number(9 | 10) => ["msdyn_schemaname", "msdyn_name", "msdyn_uniquename"],
        ComponentType::Number(_) => ["msdyn_name", "msdyn_schemaname", "msdyn_uniquename"],
    };
    keys.iter().find_map(|key| text(row, key))
}

/// `msdyn_componentlayers`: the layers of components, the highest order being the one that wins.
pub(super) fn read_layers(answer: &Answer<'_, '_>) -> Taken {
    let mut components: BTreeMap<(String, String), Vec<(i64, LayerRow)>> = BTreeMap::new();
    for row in &answer.rows {
        let names = (
            text(row, "msdyn_solutioncomponentname"),
            text(row, "msdyn_componentid"),
        );
        let ((Some(kind), Some(id)), Some(solution)) = (names, text(row, "msdyn_solutionname"))
        else {
            continue;
        };
        let is_active = solution.eq_ignore_ascii_case("Active");
        let layer = LayerRow {
            solution,
            publisher: text(row, "msdyn_publishername"),
            managed: Some(!is_active),
            active: Some(is_active),
        };
        let order = number(row.get("msdyn_order")).unwrap_or_default();
        components
            .entry((kind, id.to_ascii_lowercase()))
            .or_default()
            .push((order, layer));
    }
    let rows = components.into_iter().map(|((kind, id), mut layers)| {
        layers.sort_by_key(|(order, _)| std::cmp::Reverse(*order));
        let kind = ComponentType::from_word(&kind).unwrap_or_else(|| ComponentType::table(&kind));
        ComponentRow {
            kind: TypeName(kind),
            id: Some(id),
            solutions: layers
                .iter()
                .map(|(_, layer)| layer.solution.clone())
                .collect(),
            layers: layers.into_iter().map(|(_, layer)| layer).collect(),
            ..ComponentRow::default()
        }
    });
    taken(rows.collect(), 0)
}

/// What functions of dependencies answer: which component needs which. Nothing of it says that either is there.
pub(super) fn read_dependencies(answer: &Answer<'_, '_>) -> Taken {
    let component = |row: &Value<'_>, side: &str| {
        Some(ComponentName {
            kind: kind(row, &format!("{side}componenttype"))?,
            id: Some(text(row, &format!("{side}componentobjectid"))?),
            ..ComponentName::default()
        })
    };
    let rows = answer.rows.iter().filter_map(|row| {
        Some(DependencyRow {
            dependent: component(row, "dependent")?,
            required: component(row, "required")?,
            src: None,
        })
    });
    let mut taken = Taken::default();
    taken.manifest.dependencies = rows.collect();
    taken.rows = taken.manifest.dependencies.len() as u64;
    taken
}
