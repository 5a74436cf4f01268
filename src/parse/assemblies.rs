//! What assemblies say of themselves, kept with their components: facts with the assembly, and what each class is with the
//! plug-in type that is registered for it.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::formats::assembly::{Assembly, Class};
use crate::model::{Component, ComponentId, ComponentType, Solution};

const TYPE: ComponentType = ComponentType::Number(90);

/// What the class of a plug-in type is, as a property of the type: `absent`, `plug-in`, or `plain` where it is surely none.
const CLASS: &str = "Class";

/// Adds what assemblies say of themselves to the components whose files they are.
pub(super) fn link(assemblies: &FxHashMap<ComponentId, Assembly>, solution: &mut Solution) {
    if assemblies.is_empty() {
        return;
    }
    for component in &mut solution.components {
        let around = component.parent.and_then(|parent| assemblies.get(&parent));
        if let Some(assembly) = around
            && component.identity.kind == TYPE
        {
            let class = class_name(component).and_then(|name| class(assembly, name));
            let class = class.map(|class| (CLASS.into(), SmolStr::new_static(class)));
            component.properties.extend(class);
        }
    }
    for (id, component) in (0..).map(ComponentId).zip(&mut solution.components) {
        if let Some(assembly) = assemblies.get(&id) {
            let facts = assembly.properties.iter();
            let facts = facts.map(|(name, value)| ((*name).into(), value.clone()));
            component.properties.extend(facts);
        }
    }
}

/// The class that a plug-in type is registered for: that of its qualified name, for a workflow activity may be shown under
/// another name than its class.
fn class_name(component: &Component) -> Option<&str> {
    let qualified = component.property("AssemblyQualifiedName");
    let own = || Some(component.identity.schema_name.as_ref()?.as_str());
    let name = qualified.or_else(own)?.split(',').next()?.trim();
    // Names with signs that are escaped are written in several ways.
    let is_plain = !name.is_empty() && !name.contains(['\\', '[', '`']);
    is_plain.then_some(name)
}

fn class(assembly: &Assembly, name: &str) -> Option<&'static str> {
    match assembly.classes.get(name) {
        Class::Absent => Some("absent"),
        Class::PlugIn => Some("plug-in"),
        Class::Plain => Some("plain"),
        Class::Unknown => None,
    }
}
