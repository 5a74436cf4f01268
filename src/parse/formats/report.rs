//! Reports: definitions (RDL), those of the report wizard (WDL), and default filters.

use super::super::links::Links;
use super::fetch::{self, QueryKinds};
use crate::model::ReferenceKind as Kind;
use crate::source::{FileId, Span};
use crate::xml::Element;

const QUERY: QueryKinds = QueryKinds {
    table: Kind::ReportQuery,
    column: Kind::ReportQuery,
};

/// Reads the file of a report. Reports may be any file; one that is no XML names nothing.
pub(in crate::parse) fn definition(text: &str, file: FileId, links: &mut Links<'_>) {
    links.sound_file(text, file, |root, links| {
        queries(root, links);
    });
}

/// Reads every query inside an element: trees, FetchXML written as text, and SQL over the filtered views.
pub(in crate::parse) fn queries(around: Element<'_, '_>, links: &mut Links<'_>) {
    let mut main = None;
    for element in around.within(|element| element.name() == "fetch") {
        for fetch in element.children().filter(|child| child.name() == "fetch") {
            let aliases = fetch::query(fetch, QUERY, links);
            main = main.or(aliases.main());
        }
        if let Some((name, span)) = element.attribute_at("paramname") {
            filtered_views(name, span, links);
        }
        if let ("Column", Some(table), Some((name, span))) =
            (element.name(), main, element.attribute_at("Field"))
        {
            links.column(Kind::ReportQuery, table, name, span);
        }
        match element.text() {
            Some(text) if text.starts_with("<fetch") => {
                links.sound(text, element.span(), |root, links| {
                    fetch::query(root, QUERY, links);
                });
            }
            Some(text) if element.name() == "CommandText" => {
                filtered_views(text, element.span(), links);
            }
            _ => {}
        }
    }
}

/// `select … from FilteredAccount`, `CRM_FilteredAccount`: the view of a table, as SQL reports read it.
fn filtered_views(text: &str, span: Span, links: &mut Links<'_>) {
    const VIEW: &str = "Filtered";
    let words = text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
    for word in words {
        let word = word.strip_prefix("CRM_").unwrap_or(word);
        let is_view = word
            .get(..VIEW.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(VIEW));
        if is_view {
            links.table(
                Kind::ReportQuery,
                &word[VIEW.len()..].to_ascii_lowercase(),
                span,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found_by;
    use super::*;

    fn read(text: &str) -> Vec<String> {
        found_by(|links| definition(text, FileId(0), links))
    }

    #[test]
    fn sql_names_tables_by_their_filtered_views() {
        let text = "<Report><DataSets><Query><CommandText>select a.name from FilteredAccount a join filterednew_item b on 1=1\
                    </CommandText></Query></DataSets></Report>";
        assert_eq!(
            read(text),
            ["report-query 1 account", "report-query 1 new_item"]
        );
    }

    #[test]
    fn fetch_queries_stand_in_commands_as_text() {
        let text = "<Report><CommandText>&lt;fetch&gt;&lt;entity name='new_a'&gt;&lt;attribute name='new_b'/&gt;&lt;/entity&gt;&lt;/fetch&gt;\
                    </CommandText></Report>";
        assert_eq!(
            read(text),
            ["report-query 1 new_a", "report-query 2 new_a.new_b"]
        );
    }

    #[test]
    fn reports_of_the_wizard_have_a_query_and_columns_of_its_table() {
        let text = "<CustomReport><Query><fetch><entity name='new_a'/></fetch></Query><Columns><Column Field='new_c'/></Columns></CustomReport>";
        assert_eq!(
            read(text),
            ["report-query 1 new_a", "report-query 2 new_a.new_c"]
        );
    }

    #[test]
    fn a_default_filter_names_its_table_in_the_parameter_too() {
        let text = "<ReportFilter><ReportEntity paramname='CRM_FilteredLead'><fetch><entity name='lead'/></fetch></ReportEntity></ReportFilter>";
        let found = read(text);
        assert!(
            found.iter().all(|one| one == "report-query 1 lead"),
            "{found:?}"
        );
        assert!(!found.is_empty());
    }

    #[test]
    fn what_is_no_xml_names_nothing() {
        assert!(read("<a href=x>FilteredAccount").is_empty());
    }
}
