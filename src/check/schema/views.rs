//! Rules about views of one table.

use rustc_hash::FxHashMap;

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
    let mut first_of: FxHashMap<&LogicalName, &Component> = FxHashMap::default();
    for view in views {
        let identity = &view.identity;
        // Some tables of Microsoft have several.
        let table = identity.table.as_ref();
        let Some(table) = table.filter(|table| table.as_str().contains('_')) else {
            continue;
        };
        let first = *first_of.entry(table).or_insert(view);
        if first.identity.object_id == identity.object_id {
            continue;
        }
        out.add(
            view.span,
            format!(
                "The {identity} is a quick find view, and so is the {} of the same table.",
                first.identity
            ),
            "Leave one of the two out.",
        )
        .evidence(Evidence::Fair)
        .component(identity)
        // Which of them is the other says the order of the export.
        .distinct(table.as_str())
        .summary()
        .platform(SECOND_QUICK_FIND, &[]);
    }
}
