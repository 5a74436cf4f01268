//! Plug-in types by their class. A definition has the class as its name or a name for people; what refers to it adds the
//! assembly, whose version may be another one.

use petgraph::graph::NodeIndex;
use rustc_hash::FxHashMap;

use super::build::Builder;
use crate::model::{ComponentType, Identity, LogicalName, Solution};

pub(super) const PLUGIN_TYPE: ComponentType = ComponentType::Number(90);

/// The plug-in types that a package holds or declares to need, by class.
#[derive(Debug, Default)]
pub(super) struct PluginTypes<'a>(FxHashMap<LogicalName, &'a Identity>);

impl<'a> PluginTypes<'a> {
    pub(super) fn of(solution: &'a Solution) -> Self {
        let mut types = FxHashMap::default();
        let own = solution
            .components
            .iter()
            .map(|own| (&own.identity, own.property("AssemblyQualifiedName")));
        let declared = solution.manifest.missing_dependencies.iter();
        let declared = declared.map(|row| (&row.required, None));
        let is_type = |(of, _): &(&Identity, _)| of.kind == PLUGIN_TYPE;
        for (identity, full) in own.chain(declared).filter(is_type) {
            let name = identity.schema_name.as_ref().map(LogicalName::as_str);
            for name in full.into_iter().chain(name) {
                types.entry(class(name)).or_insert(identity);
            }
        }
        Self(types)
    }

    /// The node of a plug-in type: the package's own, else what was declared, else one of its own.
    pub(super) fn node(&self, builder: &mut Builder<'_>, name: &LogicalName) -> NodeIndex {
        match self.0.get(&class(name.as_str())) {
            Some(known) => builder.node(known),
            None => builder.node(&Identity::of(PLUGIN_TYPE).named(name.as_str())),
        }
    }
}

/// The class in `Class, Assembly, Version=…`.
fn class(name: &str) -> LogicalName {
    LogicalName::new(name.split(',').next().unwrap_or(name))
}
