//! Rules about the form of ribbons, site maps and dashboards. The parsers find what is wrong, and say where.

use crate::check::Subject;
use crate::check::findings::{Described, Findings};
use crate::check::rule::{Rule, RuleDocs, Scope};
use crate::check::stage::Stage;
use crate::finding::{Evidence, Severity};
use crate::model::{Flaw, FlawKind, ShapeFault as Fault};

const INVALID_PRIVILEGE: u32 = 0x8004_F102;
const OUTERMOST: u32 = 0x8004_F108;
const ELSEWHERE: u32 = 0x8004_F109;
const REPEATED: u32 = 0x8004_F10B;
const TOO_LONG: u32 = 0x8004_F10C;
const SITE_MAP_SCHEMA: u32 = 0x8004_F401;
const SITE_MAP_EMPTY: u32 = 0x8004_F402;
const PERSONAL: u32 = 0x8004_E302;
const ATTRIBUTE: u32 = 0x8004_E303;
const FORMS: u32 = 0x8004_E304;
const CONTROL_CLASS: u32 = 0x8004_E307;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "ribbon-unsound",
        severity: Severity::Error,
        summary: "a command bar uses an identifier twice, or changes what it cannot change",
        codes: &[INVALID_PRIVILEGE, OUTERMOST, ELSEWHERE, REPEATED],
        docs: RuleDocs {
            what: "In each RibbonDiffXml, an identifier is of one custom action, one command, one rule of a sort and one \
                   control. What replaces an element is called like it, and is not one of the outermost elements. Rules ask \
                   for privileges that there are. Whether a table may have a command bar at all is not known offline.",
            why: "The platform refuses the command bar, and with it the import.",
            fix: "Correct RibbonDiffXml where it is edited, or delete the customization and export again.",
            source: "RibbonImportDuplicateElementId and its like in the error codes; learn.microsoft.com/power-apps/developer/\
                     model-driven-apps/define-custom-actions-modify-ribbon",
        },
        stage: Stage::Components,
        scope: Scope::Package(ribbon_unsound),
    },
    Rule {
        id: "ribbon-id-too-long",
        severity: Severity::Error,
        summary: "an identifier in a command bar is longer than 128 characters",
        codes: &[TOO_LONG],
        docs: RuleDocs {
            what: "Identifiers of custom actions, controls, commands and rules have at most 128 characters.",
            why: "The platform keeps no longer ones, and refuses the import.",
            fix: "Shorten the identifier wherever it is used.",
            source: "RibbonImportRibbonDiffIdInvalidLength in the error codes",
        },
        stage: Stage::Components,
        scope: Scope::Package(ribbon_id_too_long),
    },
    Rule {
        id: "site-map-unsound",
        severity: Severity::Error,
        summary: "a site map is empty, or its areas, groups and subareas are not as its schema has them",
        codes: &[SITE_MAP_SCHEMA, SITE_MAP_EMPTY],
        docs: RuleDocs {
            what: "A site map that is not written as differences has an area. Groups stand in areas and subareas in groups, \
                   and each has an identifier of letters, digits and underscores; other characters are a warning.",
            why: "The platform checks a site map against its schema, and refuses the import.",
            fix: "Correct the site map, or save it in the app designer and export again.",
            source: "EmptySiteMapXml and SiteMapXsdValidationError in the error codes; learn.microsoft.com/previous-versions/\
                     dynamicscrm-2016/developers-guide/gg328498(v=crm.8)",
        },
        stage: Stage::Components,
        scope: Scope::Package(site_map_unsound),
    },
    Rule {
        id: "dashboard-unsound",
        severity: Severity::Error,
        summary: "a dashboard holds a column, a second form, or a view or chart of one person",
        codes: &[PERSONAL, ATTRIBUTE, FORMS, CONTROL_CLASS],
        docs: RuleDocs {
            what: "A dashboard has one form, no control that shows a column, and only views and charts that are everyone's.",
            why: "A dashboard has no table whose columns it could show, and what belongs to one person travels in no package: \
                  the platform refuses the import.",
            fix: "Take it out of the dashboard, or put a system view or chart in its place, and export again.",
            source: "UserViewsOrVisualizationsFound and its like in the error codes; learn.microsoft.com/power-apps/developer/\
                     model-driven-apps/understand-dashboards-dashboard-components-formxml",
        },
        stage: Stage::Components,
        scope: Scope::Package(dashboard_unsound),
    },
];

/// The flaws of these sorts, each with the sort.
fn faults<'a>(
    subject: &Subject<'a>,
    is_such: fn(Fault) -> bool,
) -> impl Iterator<Item = (Fault, &'a Flaw)> {
    let flaws = subject.solution.flaws.iter();
    flaws.filter_map(move |flaw| {
        let FlawKind::Shape(fault) = flaw.kind else {
            return None;
        };
        is_such(fault).then_some((fault, flaw))
    })
}

fn add<'a>(out: &'a mut Findings, flaw: &Flaw, what: &str, help: &'static str) -> Described<'a> {
    let message = format!("The {} {what}.", flaw.subject);
    out.add(flaw.span, message, help)
        .evidence(Evidence::Fair)
        .distinct(&format!("{} {}", flaw.subject, flaw.detail))
}

fn ribbon_unsound(subject: &Subject<'_>, out: &mut Findings) {
    let is_such = |fault| {
        matches!(
            fault,
            Fault::RibbonIdRepeated
                | Fault::RibbonElementElsewhere
                | Fault::RibbonOutermost
                | Fault::RibbonPrivilege
        )
    };
    for (fault, flaw) in faults(subject, is_such) {
        let id = &*flaw.detail;
        if fault == Fault::RibbonIdRepeated {
            add(
                out,
                flaw,
                &format!("has two elements of one sort with the identifier {id}"),
                "Give one of the two another identifier, or remove it.",
            )
            .platform(REPEATED, &[id]);
        } else if fault == Fault::RibbonElementElsewhere {
            add(
                out,
                flaw,
                &format!(
                    "replaces an element by {id}, which is not called like the location of its custom action"
                ),
                "Make the identifier and the location alike, or end the location in ._children to add the element.",
            );
        } else if fault == Fault::RibbonOutermost {
            let what = format!("replaces the outermost element {id}, which cannot be changed");
            let help = "Add tabs to Mscrm.Tabs._children in place of it.";
            add(out, flaw, &what, help).platform(OUTERMOST, &[]);
        } else {
            let what = format!("has a rule that asks for the privilege {id}, which there is not");
            let help = "Use Create, Read, Write, Delete, Assign, Share, Append or AppendTo.";
            add(out, flaw, &what, help).platform(INVALID_PRIVILEGE, &[id]);
        }
    }
}

fn ribbon_id_too_long(subject: &Subject<'_>, out: &mut Findings) {
    for (_, flaw) in faults(subject, |fault| fault == Fault::RibbonIdTooLong) {
        let id = &*flaw.detail;
        let length = id.chars().count();
        let start: String = id.chars().take(40).collect();
        add(
            out,
            flaw,
            &format!("has an identifier of {length} characters, {start}…, and 128 are allowed"),
            "Shorten the identifier wherever it is used.",
        )
        .platform(TOO_LONG, &[id]);
    }
}

fn site_map_unsound(subject: &Subject<'_>, out: &mut Findings) {
    const HELP: &str = "Correct the site map, or save it in the app designer, and export again.";
    let is_such = |fault| {
        matches!(
            fault,
            Fault::SiteMapEmpty
                | Fault::SiteMapWithoutId
                | Fault::SiteMapId
                | Fault::SiteMapNesting
        )
    };
    for (fault, flaw) in faults(subject, is_such) {
        let name = &*flaw.detail;
        if fault == Fault::SiteMapEmpty {
            // That an element without areas is refused as well is not proven.
            let severity = if name.is_empty() {
                Severity::Error
            } else {
                Severity::Warning
            };
            let described = add(out, flaw, "has no areas", HELP);
            described.platform(SITE_MAP_EMPTY, &[]).severity(severity);
            continue;
        }
        let what = if fault == Fault::SiteMapWithoutId {
            format!("has the element {name} without an identifier")
        } else if fault == Fault::SiteMapNesting {
            format!("has the element {name} within one that cannot hold it")
        } else {
            format!("has the identifier {name}, which is not of letters, digits and underscores")
        };
        let described = add(out, flaw, &what, HELP).platform(SITE_MAP_SCHEMA, &[]);
        if fault == Fault::SiteMapId {
            described.severity(Severity::Warning);
        }
    }
}

fn dashboard_unsound(subject: &Subject<'_>, out: &mut Findings) {
    let is_such = |fault| {
        matches!(
            fault,
            Fault::DashboardForms | Fault::DashboardPersonal | Fault::DashboardColumn
        )
    };
    for (fault, flaw) in faults(subject, is_such) {
        let name = &*flaw.detail;
        if fault == Fault::DashboardForms {
            let what = "is a dashboard with more than one form";
            let help = "Leave one form in it, and make dashboards of the others.";
            add(out, flaw, what, help);
        } else if fault == Fault::DashboardPersonal {
            let what =
                format!("is a dashboard for everyone and shows what is one person's ({name})");
            let help = "Put a system view or chart in its place, and export again.";
            add(out, flaw, &what, help).platform(PERSONAL, &[]);
        } else if name.is_empty() {
            let what = "is a dashboard and has a control for a column";
            let help = "Take the control out, and export again.";
            add(out, flaw, what, help);
        } else {
            let what = format!("is a dashboard and has a control that shows the column {name}");
            let help = "Take the control out, and export again.";
            add(out, flaw, &what, help);
        }
    }
}
