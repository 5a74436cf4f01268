//! Which table a lookup of a solution-aware table points at. Records write a lookup as the target's key, without its
//! table; the lookup's name tells.

use crate::model::ComponentType;

/// The type that a lookup points at, by the lookup's name and the key column of its target.
pub(super) fn target(lookup: &str, key: &str) -> Option<ComponentType> {
    let lookup = lookup.to_ascii_lowercase();
    let known = KNOWN.iter().find(|(name, _)| *name == lookup);
    if let Some((_, table)) = known {
        return Some(ComponentType::table(table));
    }
    let key = key.to_ascii_lowercase();
    // The key is the target's own identifier: `workflowid`, `msdyn_applicationtabtemplateid`.
    if let Some(table) = key
        .strip_suffix("id")
        .filter(|table| !table.is_empty() && !table.ends_with('_'))
    {
        return Some(ComponentType::table(table));
    }
    let table = lookup.strip_suffix("id").unwrap_or(&lookup);
    (!table.is_empty()).then(|| ComponentType::table(table))
}

/// Lookups that are not named for the table they point at. Read off exported records.
const KNOWN: [(&str, &str); 22] = [
    ("attribute", "attribute"),
    ("contextentity", "entity"),
    ("entity", "entity"),
    ("datasetid", "powerbidataset"),
    ("fxexpressionid", "fxexpression"),
    ("iconwebresourceid", "webresource"),
    ("msdyn_anchortab", "msdyn_applicationtabtemplate"),
    ("msdyn_macroactionid", "workflow"),
    ("msdyn_toolid", "msdyn_panetoolconfiguration"),
    ("onclickeventformulacomponentlibraryid", "canvasapp"),
    ("onclickeventjavascriptwebresourceid", "webresource"),
    ("parentappactionid", "appaction"),
    ("parentappmoduleid", "appmodule"),
    ("parentbotcomponentcollectionid", "botcomponentcollection"),
    ("parentbotcomponentid", "botcomponent"),
    ("parentbotid", "bot"),
    ("parentdefinitionid", "environmentvariabledefinition"),
    ("visibilityformulacomponentlibraryid", "canvasapp"),
    ("settingdefinitionid", "settingdefinition"),
    ("appmoduleid", "appmodule"),
    ("plugintypeid", "plugintype"),
    ("canvasappid", "canvasapp"),
];
