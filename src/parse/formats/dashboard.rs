//! What the platform refuses in a dashboard, which is a form without a table and for everyone.

use super::super::links::Links;
use super::fetch::is_removed;
use super::formxml;
use crate::model::{Guid, LogicalName, ShapeFault as Fault};
use crate::xml::Element;

/// Controls that show a column: texts, lookups, choices, dates, numbers, yes or no.
const COLUMN_CONTROLS: [&str; 10] = [
    "4273edbd-ac1d-40d3-9fb2-095c621b552d",
    "270bd3db-d9af-4782-9025-509e298dec0a",
    "3ef39988-22bb-4f0b-bbbe-64b5a3748aee",
    "5b773807-9fb2-42db-97c3-7a91eff8adff",
    "c6d124ca-7eda-4a60-aea9-7fb8d318b68f",
    "c3efe0c3-0ec6-42be-8349-cbd9079dfd8e",
    "533b9e00-756b-4312-95a0-dc888637ac78",
    "67fac785-cd58-4f9f-abb3-4b7ddc6ed5ed",
    "b0c6723a-8503-4fd7-bb28-c8a06ac933c2",
    "e0dece4b-6fc8-4a8f-a065-082708572369",
];

/// Reads a dashboard.
pub(in crate::parse) fn dashboard(
    dashboard: Element<'_, '_>,
    table: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    check(dashboard, links);
    formxml::form(dashboard, table, links);
}

fn check(dashboard: Element<'_, '_>, links: &mut Links<'_>) {
    let mut forms = 0_u32;
    for element in dashboard.within(is_removed) {
        match element.name() {
            "form" => {
                forms += 1;
                if forms == 2 {
                    links.misshapen(Fault::DashboardForms, "form", element.span());
                }
            }
            name @ ("IsUserView" | "IsUserChart")
                if element
                    .text()
                    .is_some_and(|text| text.eq_ignore_ascii_case("true")) =>
            {
                links.misshapen(Fault::DashboardPersonal, name, element.span());
            }
            "control" => control(element, links),
            _ => {}
        }
    }
}

fn control(control: Element<'_, '_>, links: &mut Links<'_>) {
    if let Some((name, span)) = control.attribute_at("datafieldname") {
        links.misshapen(Fault::DashboardColumn, name, span);
    } else if let Some((class, span)) = control.attribute_at("classid")
        && let Ok(class) = class.parse::<Guid>()
    {
        let mut known = COLUMN_CONTROLS.iter();
        if known.any(|known| known.parse().ok() == Some(class)) {
            links.misshapen(Fault::DashboardColumn, "", span);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::faults;
    use super::*;

    fn found(text: &str) -> Vec<String> {
        faults(&format!("<Dashboard>{text}</Dashboard>"), check)
    }

    #[test]
    fn a_dashboard_has_one_form_that_is_about_no_table_and_no_person() {
        let chart = "<form><control classid='{E7A81278-8635-4D9E-8D4D-59480B391C5B}'>\
                     <IsUserView>false</IsUserView></control></form>";
        assert!(found(chart).is_empty());
        for (text, expected) in [
            ("<form/><form/>", "DashboardForms form"),
            (
                "<IsUserChart>True</IsUserChart>",
                "DashboardPersonal IsUserChart",
            ),
            ("<control datafieldname='name'/>", "DashboardColumn name"),
            (
                "<control classid='{270BD3DB-D9AF-4782-9025-509E298DEC0A}'/>",
                "DashboardColumn ",
            ),
        ] {
            assert_eq!(found(text), [expected], "{text}");
        }
    }
}
