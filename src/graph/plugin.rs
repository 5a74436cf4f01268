//! Plug-in types by their class. A definition has the class as its name or a name for people; what refers to it adds the
//! assembly, whose version may be another one.

use rustc_hash::FxHashMap;

use crate::model::{Component, ComponentId, ComponentType, Identity, LogicalName};

pub(super) const PLUGIN_TYPE: ComponentType = ComponentType::Number(90);

/// The plug-in types of a package.
#[derive(Debug, Default)]
pub(super) struct PluginTypes(FxHashMap<LogicalName, ComponentId>);

impl PluginTypes {
    pub(super) fn learn(&mut self, id: ComponentId, component: &Component) {
        if component.identity.kind != PLUGIN_TYPE {
            return;
        }
        let own = component.identity.schema_name.as_ref();
        let full = component.property("AssemblyQualifiedName");
        for name in full.into_iter().chain(own.map(LogicalName::as_str)) {
            self.0.entry(class(name)).or_insert(id);
        }
    }

    pub(super) fn find(&self, name: &LogicalName) -> Option<ComponentId> {
        self.0.get(&class(name.as_str())).copied()
    }
}

/// Whether something is the plug-in type of this name.
pub(super) fn is(identity: &Identity, name: &LogicalName) -> bool {
    let own = identity.schema_name.as_ref();
    identity.kind == PLUGIN_TYPE
        && own.is_some_and(|own| class(own.as_str()) == class(name.as_str()))
}

/// The class in `Class, Assembly, Version=…`.
fn class(name: &str) -> LogicalName {
    LogicalName::new(name.split(',').next().unwrap_or(name))
}
