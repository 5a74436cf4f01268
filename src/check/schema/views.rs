//! Rules about views of one table.

use std::collections::BTreeMap;

use super::{CODES, defined};
use crate::check::Subject;
use crate::check::findings::Findings;
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Component, ComponentType, LogicalName};

const SECOND_QUICK_FIND: u32 = 0x8004_853A;

const VIEW: ComponentType = ComponentType::Number(26);

pub(in crate::check) static RULES: &[Rule] = &[Rule {
    id: "quick-find-view-repeated",
    severity: Severity::Error,
    summary: "the package has two quick find views of one table",
    codes: &[SECOND_QUICK_FIND],
    docs: RuleDocs {
        what: "The views of a custom table that are for quick find have one identifier.",
        why: "A table has one quick find view, and the platform creates no second one. A merge of two branches often leaves \
              both.",
        fix: "Leave one of the two out.",
        source: CODES,
    },
    stage: Stage::Components,
    scope: Scope::Package(quick_find_repeated),
}];

fn quick_find_repeated(subject: &Subject<'_>, out: &mut Findings) {
    const QUICK_FIND: &str = "4";
    let views = defined(subject.solution, VIEW);
    let views = views.filter(|view| view.property("querytype") == Some(QUICK_FIND));
    let mut of_table: BTreeMap<&LogicalName, Vec<&Component>> = BTreeMap::new();
    for view in views {
        // Some tables of Microsoft have several.
        let table = view.identity.table.as_ref();
        if let Some(table) = table.filter(|table| table.as_str().contains('_')) {
            of_table.entry(table).or_default().push(view);
        }
    }
    for (table, all) in of_table {
        let Some(first) = all.first().map(|first| &first.identity) else {
            continue;
        };
        for view in &all {
            let identity = &view.identity;
            if first.object_id == identity.object_id {
                continue;
            }
            out.add(
                view.span,
                format!(
                    "The {identity} is a quick find view, and so is the {first} of the same table."
                ),
                "Leave one of the two out.",
            )
            .evidence(Evidence::Fair)
            .component(identity)
            // Which of them is the other says the order of the export.
            .distinct(table.as_str())
            .summary_of(all.iter().map(|view| &view.identity))
            .platform(SECOND_QUICK_FIND, &[]);
        }
    }
}
