//! Queries and expressions that definitions hold as texts.

use crate::limits::Limits;
use crate::model::{Address, LogicalName, Pointer, ReferenceKind as Kind};
use crate::parse::draft::Fragment;
use crate::parse::formats::fetch::{self, QueryKinds};
use crate::parse::links::{Links, is_name};
use crate::source::Span;

use super::mentions::Said;

/// What a query asks for.
const ASKED: QueryKinds = QueryKinds {
    table: Kind::SequenceTable,
    column: Kind::SequenceColumn,
};

/// What a text names that is a query in FetchXML; nothing for any other.
pub(super) fn asked(text: &str, (span, limits): (Span, &Limits)) -> Vec<Said> {
    if !text.starts_with('<') {
        return Vec::new();
    }
    let mut found = Fragment::default();
    Links::of_file(&mut found, limits).sound(text, span, |element, links| {
        fetch::query(element, ASKED, links);
    });
    let pointers = found.references.into_iter().map(|reference| reference.to);
    let said = pointers.filter_map(|pointer| {
        let Pointer::At(address) = pointer else {
            return None;
        };
        match address {
            Address::Name(_, table) => Some(Said::Table(table)),
            Address::InTable(_, table, column) => Some(Said::Field(table, column)),
            Address::Id(..) | Address::Keys(..) => None,
        }
    });
    said.collect()
}

/// The names in an expression that columns may have: `outputs('Get')?['body/new_score']`.
pub(super) fn in_expression(text: &str) -> impl Iterator<Item = Said> {
    let is_expression = text.starts_with('@') || text.contains("@{");
    let quoted = text.split('\'').skip(1).step_by(2);
    let names = quoted.filter(move |_| is_expression);
    names.filter_map(|name| {
        let name = name.rsplit('/').next()?;
        let is_column = name.contains('_') && !name.starts_with('_') && is_name(name);
        is_column.then(|| Said::Key(LogicalName::new(name)))
    })
}

/// The tables and columns that a text names with a dot between them, in it or as all of it: `lead.new_score`.
pub(super) fn dotted(text: &str) -> impl Iterator<Item = Said> {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let words = text.split(move |letter: char| !is_part(letter) && letter != '.');
    let words = words.filter(|word| word.contains('.'));
    words.filter_map(|word| {
        let (table, column) = word.trim_matches('.').split_once('.')?;
        let name = |text: &str| LogicalName::new(&text.to_ascii_lowercase());
        let is_pair = is_name(table) && is_name(column);
        is_pair.then(|| Said::Dotted(name(table), name(column)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn query(text: &str) -> Vec<Said> {
        let span = Span {
            file: FileId(0),
            start: 0,
            end: 0,
        };
        asked(text, (span, &Limits::default()))
    }

    #[test]
    fn a_query_names_its_tables_and_their_columns() {
        let said = query(
            "<fetch><entity name='lead'><filter><condition attribute='cts_region' operator='eq' value='1'/></filter></entity></fetch>",
        );
        let (lead, region) = (LogicalName::new("lead"), LogicalName::new("cts_region"));
        assert_eq!(said, [Said::Table(lead.clone()), Said::Field(lead, region)]);
    }

    #[test]
    fn what_is_no_query_names_nothing() {
        assert_eq!(query("<p>Hello"), []);
        assert_eq!(query("lead"), []);
    }

    #[test]
    fn names_in_quotes_of_an_expression_may_be_columns() {
        let found = |text| in_expression(text).collect::<Vec<_>>();
        let score = Said::Key(LogicalName::new("fab_score"));
        assert_eq!(
            found("@equals(outputs('Get')?['body/fab_score'], 1)"),
            [score]
        );
        assert_eq!(found("it is 'fab_score'"), []);
    }
}
