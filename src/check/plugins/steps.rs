//! Rules about plug-in steps.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::Severity;
use crate::model::{Component, ComponentType, Guid, LogicalName};

const STEP: ComponentType = ComponentType::Number(92);

pub(in crate::check) static RULES: &[Rule] = &[Rule {
    id: "update-step-unfiltered",
    severity: Severity::Note,
    summary: "plug-in steps run at every update of a table",
    codes: &[],
    docs: RuleDocs {
        what: "A plug-in step on the message Update has filtering columns, table by table.",
        why: "Without them the step runs at each update of any column, of rows that an import or another step changes \
                  too. That costs time, and a step that updates its own table may call itself without end.",
        fix: "Give the step the columns that it needs.",
        source: "learn.microsoft.com/power-apps/developer/data-platform/best-practices/business-logic/include-filtering-attributes-plugin-registration",
    },
    stage: Stage::Activation,
    scope: Scope::Package(unfiltered),
}];

/// The message Update has the same identifier in every environment.
const UPDATE: &str = "20bebb1b-ea3e-db11-86a7-000a3a5473e8";

fn is_update(step: &Component) -> bool {
    let id = step.property("SdkMessageId").and_then(Guid::parse_used);
    let name = step.property("SdkMessageName").unwrap_or_default();
    id.is_some_and(|id| Guid::parse_used(UPDATE) == Some(id)) || name.eq_ignore_ascii_case("Update")
}

fn unfiltered(subject: &Subject<'_>, out: &mut Findings) {
    let steps = subject.solution.components.iter();
    let steps = steps.filter(|step| step.identity.kind == STEP && is_update(step));
    let mut tables: BTreeMap<LogicalName, Vec<&Component>> = BTreeMap::new();
    let mut seen = FxHashSet::default();
    for step in steps {
        let columns = step.property("FilteringAttributes").unwrap_or_default();
        if let Some(table) = step.about()
            && columns.trim().is_empty()
            && seen.insert(step.identity.object_id)
        {
            tables.entry(table).or_default().push(step);
        }
    }
    for (table, steps) in tables {
        let Some(first) = steps.first() else { continue };
        let message = match steps.len() {
            1 => format!("The {} runs at every update of {table}.", first.identity),
            count => format!("{count} plug-in steps run at every update of {table}."),
        };
        out.add(
            first.span,
            message,
            "Give them the columns that they need as filter.",
        )
        .component(&first.identity)
        .distinct(table.as_str())
        .summary_of(steps.iter().map(|step| &step.identity));
    }
}
