//! Tables with their columns, keys, hierarchy rules, strings and default controls; relationships and mappings; choices.

use super::draft::Draft;
use super::formats::{fetch, formxml};
use super::links::Links;
use super::options;
use super::row::{Naming, Row, Verdict};
use crate::model::{LogicalName, ReferenceKind as Kind};
use crate::xml::Element;

pub(super) static ROWS: &[Row] = &[
    Row::new("Entities/Entity", 1)
        .name("Name")
        .display("EntityInfo/entity/LocalizedNames|Name/@LocalizedName")
        .keep(&[
            "ObjectTypeCode",
            "EntityInfo/entity/EntitySetName",
            "EntityInfo/entity/OwnershipTypeMask",
            "EntityInfo/entity/IsActivity",
            "EntityInfo/entity/IsBPFEntity",
            "EntityInfo/entity/IsSolutionAware",
            "EntityInfo/entity/DataProviderId",
            "EntityInfo/entity/DataSourceId",
            "EntityInfo/entity/IntroducedVersion",
            "EntityInfo/entity/IsCustomizable",
        ])
        .content(&[
            "LocalizedNames",
            "LocalizedCollectionNames",
            "Descriptions",
            "indexes",
            "Icons",
        ])
        .finish(table)
        .names(&[
            (
                "EntityInfo/entity/IconVectorName",
                Naming::WebResource,
                Kind::TableIcon,
            ),
            (
                "EntityInfo/entity/IconLargeName",
                Naming::WebResource,
                Kind::TableIcon,
            ),
            (
                "EntityInfo/entity/IconMediumName",
                Naming::WebResource,
                Kind::TableIcon,
            ),
            (
                "EntityInfo/entity/IconSmallName",
                Naming::WebResource,
                Kind::TableIcon,
            ),
            (
                "EntityInfo/entity/DataProviderId",
                Naming::Id(181),
                Kind::TableProvider,
            ),
            (
                "EntityInfo/entity/DataSourceId",
                Naming::Id(183),
                Kind::TableSource,
            ),
            (
                "EntityInfo/entity/EntityHelpUrl",
                Naming::Directive,
                Kind::TableHelp,
            ),
        ])
        .refer(table_references),
    Row::new("Entities/Entity/EntityInfo/entity/attributes/attribute", 2)
        .name("LogicalName|Name|@PhysicalName")
        .display("displaynames")
        .keep(&[
            "@PhysicalName",
            "Type",
            "Format",
            "RequiredLevel",
            "MaxLength",
            "OptionSetName",
            "SourceType",
            "AttributeOf",
            "CalculationOf",
            "AggregateOf",
            "YomiOf",
            "LinkedAttribute",
            "IsSecured",
            "IsCustomField",
            "IntroducedVersion",
            "IsCustomizable",
            // The last one: only what it says of names is kept.
            "DisplayMask",
        ])
        .finish(column)
        .files(&["FormulaDefinitionFileName"])
        .names(&[
            ("OptionSetName", Naming::Named(9), Kind::ColumnChoice),
            ("AttributeOf", Naming::Column, Kind::ColumnSource),
            ("CalculationOf", Naming::Column, Kind::ColumnSource),
            ("AggregateOf", Naming::Column, Kind::ColumnSource),
            ("YomiOf", Naming::Column, Kind::ColumnSource),
            ("LinkedAttribute", Naming::Column, Kind::ColumnSource),
        ]),
    Row::new("Entities/Entity/EntityInfo/entity/EntityKeys/EntityKey", 14)
        .name("LogicalName|Name")
        .display("displaynames")
        .keep(&["IntroducedVersion", "IsCustomizable"])
        .finish(key)
        .names(&[(
            "EntityKeyAttributes/AttributeName",
            Naming::Column,
            Kind::KeyColumn,
        )]),
    Row::new("Entities/Entity/HierarchyRules/HierarchyRule", 65)
        .id("HierarchyRuleID|@HierarchyRuleID")
        .display("LocalizedNames")
        .keep(&["PrimaryEntityLogicalName"])
        .names(&[
            (
                "PrimaryEntityLogicalName",
                Naming::Table,
                Kind::HierarchyTable,
            ),
            ("PrimaryEntityFormID", Naming::Id(60), Kind::HierarchyForm),
        ]),
    Row::new("Entities/Entity/Strings/Strings", 22)
        .name("@ResourceKey")
        .finish(texts),
    Row::new(
        "Entities/Entity/CustomControlDefaultConfigs/CustomControlDefaultConfig",
        68,
    )
    .id("CustomControlDefaultConfigId")
    .keep(&["PrimaryEntityTypeCode", "IntroducedVersion"])
    .finish(default_control)
    .refer(default_control_references),
    Row::new("EntityRelationships/EntityRelationship", 10)
        .name("@Name")
        .keep(&[
            "EntityRelationshipType",
            "ReferencedEntityName",
            "ReferencingEntityName",
            "ReferencingAttributeName",
            "FirstEntityName",
            "SecondEntityName",
            "IntersectEntityName",
            "CascadeDelete",
            "IsHierarchical",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .names(&[
            (
                "ReferencingEntityName",
                Naming::Table,
                Kind::RelationshipTable,
            ),
            (
                "ReferencedEntityName",
                Naming::Table,
                Kind::RelationshipTable,
            ),
            ("FirstEntityName", Naming::Table, Kind::RelationshipTable),
            ("SecondEntityName", Naming::Table, Kind::RelationshipTable),
            (
                "ReferencingAttributeName",
                Naming::ColumnOf("ReferencingEntityName"),
                Kind::RelationshipColumn,
            ),
        ]),
    Row::new("EntityMaps/EntityMap", 46)
        .finish(table_mapping)
        .names(&[
            ("EntitySource", Naming::Table, Kind::MappingTable),
            ("EntityTarget", Naming::Table, Kind::MappingTable),
        ]),
    Row::new("EntityMaps/EntityMap/AttributeMaps/AttributeMap", 47)
        .finish(column_mapping)
        .refer(mapped_columns),
    Row::new("optionsets/optionset", 9)
        .name("@Name")
        .display("displaynames|@localizedName")
        .keep(&[
            "OptionSetType",
            "IsGlobal",
            "ExternalTypeName",
            "IntroducedVersion",
            "IsCustomizable",
        ])
        .finish(choice),
    Row::new("EntityImageConfigs/EntityImageConfig", 432)
        .name("parententitylogicalname")
        .keep(&["primaryimageattribute"])
        .names(&[
            ("parententitylogicalname", Naming::Table, Kind::ImageTable),
            (
                "primaryimageattribute",
                Naming::ColumnOf("parententitylogicalname"),
                Kind::ImageColumn,
            ),
        ]),
    Row::new("AttributeImageConfigs/AttributeImageConfig", 431)
        .keep(&["canstorefullimage"])
        .finish(image_column)
        .names(&[
            ("parententitylogicalname", Naming::Table, Kind::ImageTable),
            (
                "attributelogicalname",
                Naming::ColumnOf("parententitylogicalname"),
                Kind::ImageColumn,
            ),
        ]),
    Row::new("EntityDataProviders/EntityDataProvider", 181)
        .id("EntityDataProviderId")
        .name("Name")
        .keep(&["DataSourceLogicalName"])
        .names(&[
            ("DataSourceLogicalName", Naming::Table, Kind::ProviderTable),
            (
                "RetrievePluginTypeId|RetrievePlugin",
                Naming::Id(90),
                Kind::ProviderPlugin,
            ),
            (
                "RetrieveMultiplePluginTypeId|RetrieveMultiplePlugin",
                Naming::Id(90),
                Kind::ProviderPlugin,
            ),
            (
                "CreatePluginTypeId|CreatePlugin",
                Naming::Id(90),
                Kind::ProviderPlugin,
            ),
            (
                "UpdatePluginTypeId|UpdatePlugin",
                Naming::Id(90),
                Kind::ProviderPlugin,
            ),
            (
                "DeletePluginTypeId|DeletePlugin",
                Naming::Id(90),
                Kind::ProviderPlugin,
            ),
        ]),
    Row::new("EntityDataSources/EntityDataSource", 183)
        .id("@EntityDataSourceId|EntityDataSourceId")
        .name("Name")
        .keep(&["EntityDataProviderId"])
        .finish(data_source)
        .names(&[(
            "EntityDataProviderId",
            Naming::Id(181),
            Kind::SourceProvider,
        )]),
];

/// The settings of a data source are not kept, for they may hold secrets; only whether they seem to.
fn data_source(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    const WORDS: [&str; 4] = ["password=", "pwd=", "accountkey=", "sharedaccesskey="];
    let settings = element
        .child_text("ConnectionDefinition")
        .unwrap_or_default();
    let settings = percent_encoding::percent_decode_str(settings).decode_utf8_lossy();
    let settings = settings.to_ascii_lowercase();
    let holds = WORDS.iter().any(|word| {
        let value = settings.split_once(word).map(|(_, value)| value);
        value
            .is_some_and(|value| value.starts_with(|first: char| !matches!(first, ';' | '"' | '*')))
    });
    draft.keep("HoldsSecret", holds.then_some("true"));
    Verdict::Keep
}

/// A placeholder is marked on the element inside; the table's own element has no attributes.
fn table(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    // Everything else names tables by their logical name, which is the schema name in lower case.
    if let Some(name) = draft.identity.schema_name.take() {
        draft.keep("Name", Some(name.as_str()));
        draft.identity = draft
            .identity
            .clone()
            .named(&name.as_str().to_ascii_lowercase());
    }
    if let Some(inner) = element.at("EntityInfo/entity") {
        draft.origin = super::draft::origin(inner);
    }
    Verdict::Keep
}

/// One column of a table names its rows; the definition marks it among other things.
fn column(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    if let Some(("DisplayMask", mask)) = draft.properties.last().map(|(name, mask)| (&**name, mask))
    {
        let is_name = mask.contains("PrimaryName");
        draft.properties.pop();
        draft.keep("IsPrimaryName", is_name.then_some("1"));
    }
    if let Some(choice) = element.child("optionset") {
        options::keep(draft, choice);
    }
    Verdict::Keep
}

fn choice(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    options::keep(draft, element);
    Verdict::Keep
}

/// What a text of a table lacks in one of its languages.
fn texts(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    let languages = || element.children().filter(|text| text.name() == "String");
    for name in ["Comment", "languagecode"] {
        let lacks = languages().any(|text| text.attribute(name).is_none());
        draft.keep("Lacks", lacks.then_some(name));
    }
    Verdict::Keep
}

fn key(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    let columns = element.all("EntityKeyAttributes/AttributeName");
    let columns: Vec<_> = columns.iter().filter_map(|column| column.text()).collect();
    draft.keep("EntityKeyAttributes", Some(&columns.join(",")));
    Verdict::Keep
}

/// Configurations without an identifier are told apart by their table alone.
fn default_control(draft: &mut Draft<'_>, _: Element<'_, '_>) -> Verdict {
    if draft.identity.object_id.is_none()
        && let Some(table) = draft.identity.table.clone()
    {
        draft.identity.schema_name = Some(table);
    }
    Verdict::Keep
}

fn table_mapping(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    if let (Some(source), Some(target)) =
        (element.value("EntitySource"), element.value("EntityTarget"))
    {
        draft.identity = draft.identity.clone().named(&format!("{source}.{target}"));
        draft.keep("EntitySource", Some(source));
        draft.keep("EntityTarget", Some(target));
    }
    Verdict::Keep
}

/// A column mapping is told apart by its table mapping and both columns.
fn column_mapping(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    let pair = element
        .value("AttributeSource")
        .zip(element.value("AttributeTarget"));
    if let (Some((source, target)), Some((_, mapping))) = (pair, draft.around.last()) {
        draft.identity = draft.identity.clone().named(&format!("{source}.{target}"));
        draft.identity.table.clone_from(&mapping.schema_name);
    }
    Verdict::Keep
}

fn image_column(draft: &mut Draft<'_>, element: Element<'_, '_>) -> Verdict {
    let (table, column) = (
        element.value("parententitylogicalname"),
        element.value("attributelogicalname"),
    );
    if let (Some(table), Some(column)) = (table, column) {
        draft.identity = draft.identity.clone().named(&format!("{table} {column}"));
        draft.keep("attributelogicalname", Some(column));
        draft.keep("parententitylogicalname", Some(table));
        draft.identity.table = Some(LogicalName::new(table));
    }
    Verdict::Keep
}

const OFFLINE: fetch::QueryKinds = fetch::QueryKinds {
    table: Kind::TableOffline,
    column: Kind::TableOffline,
};

/// Filters for mobile offline use are queries, written as text.
fn table_references(table: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    if let Some(filters) = table.at("EntityInfo/entity/MobileOfflineFilters") {
        fetch::query(filters, OFFLINE, links);
        if let Some(text) = filters.text() {
            links.document(text, filters.span(), |root, links| {
                fetch::query(root, OFFLINE, links);
            });
        }
    }
}

fn default_control_references(
    config: Element<'_, '_>,
    table: Option<&LogicalName>,
    links: &mut Links<'_>,
) {
    let table = table.map_or("", LogicalName::as_str);
    for element in config.within(|_| false) {
        if element.name() != "customControl" {
            continue;
        }
        if let Some((name, span)) = element.attribute_at("name") {
            links.named(Kind::DefaultControl, 66, name, span);
        }
        if let Some(parameters) = element.child("parameters") {
            formxml::control_parameters(parameters, table, links);
        }
    }
}

/// A column mapping names columns of the two tables that the mapping around it names.
fn mapped_columns(mapping: Element<'_, '_>, tables: Option<&LogicalName>, links: &mut Links<'_>) {
    // The mapping around it is named for its two tables.
    let Some((source, target)) = tables.and_then(|tables| tables.as_str().split_once('.')) else {
        return;
    };
    for (table, column) in [(source, "AttributeSource"), (target, "AttributeTarget")] {
        if let Some(column) = mapping.child(column) {
            let name = column.text().unwrap_or_default();
            links.column(Kind::MappingColumn, table, name, column.span());
        }
    }
}
