//! Tables with their columns, keys, hierarchy rules, strings and default controls; relationships and mappings; choices.

use super::draft::Draft;
use super::row::{Row, Verdict};
use crate::model::LogicalName;
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
        .finish(table),
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
        ])
        .files(&["FormulaDefinitionFileName"]),
    Row::new("Entities/Entity/EntityInfo/entity/EntityKeys/EntityKey", 14)
        .name("LogicalName|Name")
        .display("displaynames")
        .keep(&["IntroducedVersion", "IsCustomizable"])
        .finish(key),
    Row::new("Entities/Entity/HierarchyRules/HierarchyRule", 65)
        .id("HierarchyRuleID|@HierarchyRuleID")
        .display("LocalizedNames")
        .keep(&["PrimaryEntityLogicalName"]),
    Row::new("Entities/Entity/Strings/Strings", 22).name("@ResourceKey"),
    Row::new(
        "Entities/Entity/CustomControlDefaultConfigs/CustomControlDefaultConfig",
        68,
    )
    .id("CustomControlDefaultConfigId")
    .keep(&["PrimaryEntityTypeCode", "IntroducedVersion"])
    .finish(default_control),
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
        ]),
    Row::new("EntityMaps/EntityMap", 46).finish(table_mapping),
    Row::new("EntityMaps/EntityMap/AttributeMaps/AttributeMap", 47).finish(column_mapping),
    Row::new("optionsets/optionset", 9)
        .name("@Name")
        .display("displaynames|@localizedName")
        .keep(&[
            "OptionSetType",
            "IsGlobal",
            "ExternalTypeName",
            "IntroducedVersion",
            "IsCustomizable",
        ]),
    Row::new("EntityImageConfigs/EntityImageConfig", 432)
        .name("parententitylogicalname")
        .keep(&["primaryimageattribute"]),
    Row::new("AttributeImageConfigs/AttributeImageConfig", 431)
        .keep(&["canstorefullimage"])
        .finish(image_column),
    Row::new("EntityDataProviders/EntityDataProvider", 181)
        .id("EntityDataProviderId")
        .name("Name")
        .keep(&["DataSourceLogicalName"]),
    Row::new("EntityDataSources/EntityDataSource", 183)
        .id("@EntityDataSourceId|EntityDataSourceId")
        .name("Name")
        .keep(&["EntityDataProviderId"]),
];

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
