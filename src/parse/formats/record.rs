//! Rows of solution-aware tables: what their keys, lookups and texts name, whatever the table.

use super::super::links::Links;
use super::fetch::{self, QueryKinds, is_removed};
use crate::model::{Guid, LogicalName, Pointer, ReferenceKind as Kind};
use crate::source::Span;
use crate::xml::Element;

/// Reads a row.
pub(in crate::parse) fn references(row: Element<'_, '_>, links: &mut Links<'_>) {
    if is_removed(row) {
        return;
    }
    let is_pair = keys(row, links);
    // The tables of many-to-many rows come with their relationship, and those without a prefix with the platform.
    if !is_pair && row.name().contains('_') {
        links.table(Kind::RecordTable, row.name(), row.span());
    }
    for column in row.children() {
        lookup(column, links);
    }
    let (of_table, of_column) = kinds(row.name());
    let mut open = vec![(row, Tables::default())];
    while let Some((group, around)) = open.pop() {
        let tables = around.with(group);
        for column in group.children().filter(|child| child.name() != "label") {
            if column.has_children() {
                open.push((column, tables));
            } else {
                named(column, tables, of_table, of_column, links);
            }
        }
    }
}

/// Keys that lead through a lookup, `botid.schemaname="…"`. Says whether the row is one of a many-to-many relationship:
/// all its keys do.
fn keys(row: Element<'_, '_>, links: &mut Links<'_>) -> bool {
    let own = |name: &str| !matches!(name, "unmodified" | "solutionaction");
    let keys = row.attributes_at().filter(|(name, ..)| own(name));
    let (mut through, mut plain) = (Vec::new(), 0_usize);
    for (name, value, span) in keys {
        match name.split_once('.') {
            Some((lookup, key)) => through.push((lookup, (key, value, span))),
            None => plain += 1,
        }
    }
    let is_pair = plain == 0 && through.len() > 1;
    let kind = if is_pair {
        Kind::RecordPair
    } else {
        Kind::RecordLookup
    };
    // Keys of one lookup belong together.
    through.sort_by_key(|(lookup, _)| *lookup);
    for of_one in through.chunk_by(|(one, _), (other, _)| one == other) {
        let keys: Vec<_> = of_one.iter().map(|(_, key)| *key).collect();
        if let Some((lookup, _)) = of_one.first() {
            target(lookup, &keys, kind, links);
        }
    }
    is_pair
}

/// Lookups to people, teams and currencies are data of the environment.
const OWNERS: [&str; 11] = [
    "createdby",
    "createdonbehalfby",
    "modifiedby",
    "modifiedonbehalfby",
    "organizationid",
    "ownerid",
    "owningbusinessunit",
    "owningteam",
    "owninguser",
    "solutionid",
    "transactioncurrencyid",
];

/// A column whose value is the key of another record.
fn lookup(column: Element<'_, '_>, links: &mut Links<'_>) {
    if !column.has_children() || OWNERS.contains(&column.name()) {
        return;
    }
    let is_key = |child: &Element<'_, '_>| child.name() != "label" && !child.has_children();
    let keys: Vec<_> = column
        .children()
        .filter(is_key)
        .filter_map(|child| Some((child.name(), child.text()?, child.span())))
        .collect();
    let kind = match column.name() {
        "customconnectorid" => Kind::ConnectionConnector,
        "msdyn_parentsequence" => Kind::SequenceParent,
        _ => Kind::RecordLookup,
    };
    target(column.name(), &keys, kind, links);
}

/// A record by its keys.
fn target(lookup: &str, keys: &[(&str, &str, Span)], kind: Kind, links: &mut Links<'_>) {
    let value_of = |wanted: &str| {
        let mut keys = keys.iter();
        keys.find(|(key, ..)| *key == wanted)
            .map(|(_, value, _)| *value)
    };
    match keys {
        [] => {}
        [(key, value, span)] => {
            // A zero identifier is none.
            if value.parse::<Guid>().is_err() || Guid::parse_used(value).is_some() {
                let name = LogicalName::new;
                let to = Pointer::Record(name(lookup), name(key), name(value));
                links.add(kind, to, *span);
            }
        }
        [(_, _, span), ..] => {
            // A column is unique within its table only.
            if let (Some(table), Some(column)) =
                (value_of("entityid.logicalname"), value_of("logicalname"))
            {
                return links.column(kind, table, column, *span);
            }
            let mut pairs: Vec<_> = keys
                .iter()
                .map(|(key, value, _)| format!("{key}={value}"))
                .collect();
            pairs.sort_unstable();
            let keys = LogicalName::new(&pairs.join("&"));
            links.add(kind, Pointer::Keyed(LogicalName::new(lookup), keys), *span);
        }
    }
}

/// Texts that name a table.
const TABLES: [&str; 10] = [
    "baseentityname",
    "boundentitylogicalname",
    "entitylogicalname",
    "logicalentityname",
    "matchingentityname",
    "msdyn_entity",
    "msdyn_regardingentityname",
    "primaryentitylogicalname",
    "selectedentitytypecode",
    "targetentitylogicalname",
];

/// The tables that the columns named in a group of values are of: those written in it or around it.
#[derive(Clone, Copy, Debug, Default)]
struct Tables<'a, 'i> {
    base: Option<Element<'a, 'i>>,
    matching: Option<Element<'a, 'i>>,
    own: Option<Element<'a, 'i>>,
}

impl<'a, 'i> Tables<'a, 'i> {
    fn with(mut self, group: Element<'a, 'i>) -> Self {
        for value in group.children() {
            match &*value.name().to_ascii_lowercase() {
                "baseentityname" => self.base = Some(value),
                "matchingentityname" => self.matching = Some(value),
                "entitylogicalname"
                | "entityname"
                | "logicalentityname"
                | "parententitylogicalname" => self.own = Some(value),
                _ => {}
            }
        }
        self
    }

    /// The table of the column that a value of this name names.
    fn of(self, name: &str) -> Option<Element<'a, 'i>> {
        match name {
            "attributelogicalname" | "primaryimageattribute" => self.own,
            "baseattributename" => self.base,
            "matchingattributename" => self.matching,
            _ => None,
        }
    }
}

/// A column whose text names a table or a column.
fn named(
    column: Element<'_, '_>,
    tables: Tables<'_, '_>,
    of_table: Kind,
    of_column: Kind,
    links: &mut Links<'_>,
) {
    let Some(text) = column.text() else {
        return;
    };
    let (name, span) = (column.name().to_ascii_lowercase(), column.span());
    let is_table = |name: &str| TABLES.contains(&name) || name.ends_with("_entitylogicalname");
    if is_table(&name) {
        links.table_or_code(of_table, text, span);
    } else if let Some(table) = tables.of(&name) {
        let of = table.text().unwrap_or_default();
        links.column(of_column, of, text, span);
        // A name that means a table only where a column stands beside it.
        if !is_table(&table.name().to_ascii_lowercase()) {
            links.table(of_table, of, table.span());
        }
    } else if of_table == Kind::RuleTable && text.starts_with("<fetch") {
        let kinds = QueryKinds {
            table: of_table,
            column: of_column,
        };
        links.document(text, span, |root, links| {
            fetch::query(root, kinds, links);
        });
    }
}

fn kinds(row: &str) -> (Kind, Kind) {
    let row = row.to_ascii_lowercase();
    let rules = ["duplicaterule", "mobileofflineprofile", "similarityrule"];
    if row.starts_with("customapi") {
        (Kind::ApiTable, Kind::RecordNames)
    } else if rules.iter().any(|rule| row.starts_with(rule)) {
        (Kind::RuleTable, Kind::RuleColumn)
    } else {
        (Kind::RecordNames, Kind::RecordNames)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::found;
    use super::*;

    const ID: &str = "11111111-2222-4333-8444-555555555555";

    fn read(text: &str) -> Vec<String> {
        found(text, references)
    }

    #[test]
    fn a_nested_key_is_a_lookup_and_labels_are_none() {
        let text = "<customapi uniquename='new_a'><displayname default='x'><label description='x' languagecode='1033'/></displayname>\
                    <fxexpressionid><uniquename>new_f</uniquename></fxexpressionid></customapi>";
        assert_eq!(
            read(text),
            ["record-lookup fxexpressionid.uniquename=new_f"]
        );
    }

    #[test]
    fn a_lookup_to_a_person_or_to_nothing_names_nothing() {
        let text = format!(
            "<customapi><ownerid><systemuserid>{ID}</systemuserid></ownerid>\
             <plugintypeid><plugintypeid>00000000-0000-0000-0000-000000000000</plugintypeid></plugintypeid></customapi>"
        );
        assert!(read(&text).is_empty());
    }

    #[test]
    fn a_column_is_looked_up_within_its_table() {
        let text = "<aiskillconfig><attribute><entityid.logicalname>new_a</entityid.logicalname><logicalname>new_b</logicalname>\
                    </attribute><entity><logicalname>new_a</logicalname></entity></aiskillconfig>";
        assert_eq!(
            read(text),
            [
                "record-lookup 2 new_a.new_b",
                "record-lookup entity.logicalname=new_a"
            ]
        );
    }

    #[test]
    fn a_lookup_by_several_keys_keeps_them_together() {
        let text =
            "<x><opid><operationid>b</operationid><aiplugin.name>a</aiplugin.name></opid></x>";
        assert_eq!(
            read(text),
            ["record-lookup opid: aiplugin.name=a&operationid=b"]
        );
    }

    #[test]
    fn a_many_to_many_row_names_the_records_at_both_ends() {
        let text = "<bot_botcomponent botcomponentid.schemaname='new_a.topic.B' botid.schemaname='new_a'/>";
        assert_eq!(
            read(text),
            [
                "record-pair botcomponentid.schemaname=new_a.topic.B",
                "record-pair botid.schemaname=new_a"
            ]
        );
    }

    #[test]
    fn a_key_through_a_lookup_is_a_lookup() {
        let text = "<aipluginoperation aiplugin.name='new_p' operationid='o'/>";
        assert_eq!(read(text), ["record-lookup aiplugin.name=new_p"]);
    }

    #[test]
    fn texts_name_tables_and_columns() {
        for (text, expected) in [
            (
                "<customapi><boundentitylogicalname>new_a</boundentitylogicalname></customapi>",
                vec!["api-table 1 new_a"],
            ),
            (
                "<customapiresponseproperty><logicalentityname>new_a</logicalentityname></customapiresponseproperty>",
                vec!["api-table 1 new_a"],
            ),
            (
                "<attributemaskingrule><attributelogicalname>new_b</attributelogicalname><entityname>new_a</entityname>\
                 <maskingruleid><name>M</name></maskingruleid></attributemaskingrule>",
                vec![
                    "record-lookup maskingruleid.name=M",
                    "record-names 2 new_a.new_b",
                    "record-names 1 new_a",
                ],
            ),
            (
                "<dvtablesearchentity><entitylogicalname>new_a</entitylogicalname></dvtablesearchentity>",
                vec!["record-names 1 new_a"],
            ),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn rules_name_tables_columns_and_queries() {
        let text = "<duplicaterule><baseentityname>new_a</baseentityname><matchingentityname>new_c</matchingentityname><conditions>\
                    <condition><baseattributename>new_b</baseattributename><matchingattributename>new_d</matchingattributename></condition>\
                    </conditions></duplicaterule>";
        assert_eq!(
            read(text),
            [
                "rule-table 1 new_a",
                "rule-table 1 new_c",
                "rule-column 2 new_a.new_b",
                "rule-column 2 new_c.new_d"
            ]
        );
        let text = "<MobileOfflineProfile><items><item><selectedentitytypecode>new_a</selectedentitytypecode>\
                    <filter>&lt;fetch&gt;&lt;entity name='new_a'&gt;&lt;filter&gt;&lt;condition attribute='new_b'/&gt;&lt;/filter&gt;\
                    &lt;/entity&gt;&lt;/fetch&gt;</filter></item></items></MobileOfflineProfile>";
        assert_eq!(
            read(text),
            ["rule-table 1 new_a", "rule-column 2 new_a.new_b"]
        );
    }

    #[test]
    fn a_row_needs_its_own_table() {
        assert_eq!(
            read("<new_setting new_key='a'/>"),
            ["record-table 1 new_setting"]
        );
        assert!(read("<appaction uniquename='a'/>").is_empty());
    }

    #[test]
    fn what_a_difference_takes_away_names_nothing() {
        assert!(read("<new_setting solutionaction='Removed'/>").is_empty());
    }
}
