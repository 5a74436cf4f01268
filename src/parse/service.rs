//! Templates, reports, service rules, connectors, AI models, older environment variables and organization settings.

use super::formats::fetch::{self, QueryKinds};
use super::formats::{report, service, template};
use super::links::Links;
use super::row::{Kind, Naming, Row, Site};
use crate::model::ReferenceKind;
use crate::model::{Guid, LogicalName, ReferenceKind as Refers};
use crate::xml::Element;

/// Rules for service have their workflows inside; no public export shows more.
const RULE_CONTENT: &[&str] = &["LocalizedNames", "Descriptions", "Workflows"];

/// What a template is about.
const TEMPLATE: &[Site] = &[(
    "templatetypecode|entityPlatformName|@entityPlatformName",
    Naming::TableOrCode,
    Refers::TemplateTable,
)];

/// What rules for service and their items name. No public export has one: the names are those of their tables' columns.
const RULE: &[Site] = &[
    ("SourceTypeCode", Naming::TableOrCode, Refers::RuleTable),
    (
        "SourceChannelEntity",
        Naming::TableOrCode,
        Refers::RuleTable,
    ),
    (
        "WorkflowId|@WorkflowId",
        Naming::Id(29),
        Refers::RuleProcess,
    ),
    ("ResponseTemplateId", Naming::Id(36), Refers::RuleTemplate),
    (
        "ChannelPropertyGroupId",
        Naming::Record("channelpropertygroup"),
        Refers::RecordLookup,
    ),
];

pub(super) static ROWS: &[Row] = &[
    Row::new("Templates/EmailTemplates/emailtemplate", 36)
        .id("templateid|@id")
        .display("title")
        .keep(&[
            "templatetypecode",
            "languagecode",
            "generationtypecode",
            "IsCustomizable",
        ])
        .files(&["ActivityMimeAttachments/ActivityMimeAttachment/SolutionAttachmentsFileName"])
        .names(TEMPLATE)
        .refer(template::placeholders),
    Row::new("Templates/KBArticleTemplates/kbarticletemplate", 38)
        .id("kbarticletemplateid|@id")
        .display("title")
        .keep(&["languagecode"])
        .names(TEMPLATE),
    Row::new("Templates/ContractTemplates/contracttemplate", 37)
        .id("contracttemplateid|@id")
        .display("name")
        .keep(&["languagecode"])
        .names(TEMPLATE),
    Row::new("Templates/MailMergeTemplates/mailmergetemplate", 39)
        .id("mailmergetemplateid|@id")
        .display("name")
        .keep(&["templatetypecode", "languagecode"])
        .names(TEMPLATE),
    Row::new("Reports/Report", 31)
        .id("reportid")
        .display("name")
        .keep(&[
            "reporttypecode",
            "filename",
            "languagecode",
            "IntroducedVersion",
            "iscustomizable",
        ])
        .files(&["ExportedFileName"])
        .refer(report_references),
    Row::of("Reports/ReportSignatureIdMappings", Kind::Content),
    Row::of("Reports/ReportLinks", Kind::Content),
    Row::new("RoutingRules/RoutingRule", 150)
        .id("@RoutingRuleId|RoutingRuleId")
        .display("@Name|Name")
        .content(RULE_CONTENT)
        .names(RULE)
        .refer(rule_references),
    Row::new(
        "RoutingRules/RoutingRule/RoutingRuleItems/RoutingRuleItem",
        151,
    )
    .id("@RoutingRuleItemId|RoutingRuleItemId")
    .name("@Name|Name")
    .within_parent("routingruleid")
    .names(RULE)
    .refer(rule_references),
    Row::new("Slas/Sla", 152)
        .id("@SLAId|SLAId")
        .display("@Name|Name")
        .keep(&[
            "@PrimaryEntityLogicalName",
            "ApplicableFrom",
            "SLAType",
            "SLAVersion",
        ])
        .content(RULE_CONTENT)
        .names(&[
            (
                "@PrimaryEntityLogicalName|PrimaryEntityLogicalName",
                Naming::Table,
                Refers::SlaTable,
            ),
            (
                "ApplicableFrom",
                Naming::ColumnOf("@PrimaryEntityLogicalName|PrimaryEntityLogicalName"),
                Refers::SlaColumn,
            ),
        ]),
    Row::new("Slas/Sla/SlaItems/SlaItem", 153)
        .id("@SLAItemId|SLAItemId")
        .name("@Name|Name")
        .within_parent("slaid")
        .keep(&["relatedfield"])
        .names(&[(
            "workflowid|WorkflowId|@WorkflowId",
            Naming::Id(29),
            Refers::SlaProcess,
        )])
        .refer(item_references),
    Row::new("ConvertRules/ConvertRule", 154)
        .id("@ConvertRuleId|ConvertRuleId")
        .display("@Name|Name")
        .keep(&["SourceTypeCode"])
        .content(RULE_CONTENT)
        .names(RULE)
        .refer(rule_references),
    Row::new(
        "ConvertRules/ConvertRule/ConvertRuleItems/ConvertRuleItem",
        155,
    )
    .id("@ConvertRuleItemId|ConvertRuleItemId")
    .name("@Name|Name")
    .within_parent("convertruleid")
    .names(RULE)
    .refer(rule_references),
    Row::of(
        "ChannelPropertyGroups/ChannelPropertyGroup",
        Kind::Table("channelpropertygroup"),
    )
    .id("ChannelPropertyGroupId|@ChannelPropertyGroupId")
    .name("Name|@Name")
    .keep(&["ChannelEntity"])
    .names(&[(
        "ChannelEntity|@ChannelEntity",
        Naming::TableOrCode,
        Refers::RuleTable,
    )]),
    Row::new("Connectors/Connector", 372)
        .id("connectorid")
        .name("name")
        .display("displayname")
        .keep(&["connectortype"])
        .files(&[
            "openapidefinition",
            "connectionparameters",
            "policytemplateinstances",
            "iconblob",
            "customcodeblobcontent",
        ]),
    Row::new("AIModels/AIModel", 401)
        .id("msdyn_aimodelid")
        .display("msdyn_name")
        .keep(&[
            "msdyn_templateid",
            "msdyn_activerunconfigurationid",
            "statecode",
        ])
        .names(&[
            (
                "msdyn_templateid",
                Naming::Id(400),
                ReferenceKind::ModelTemplate,
            ),
            (
                "msdyn_activerunconfigurationid",
                Naming::Id(402),
                ReferenceKind::ModelConfiguration,
            ),
        ]),
    Row::new("AIModels/AIModel/AIConfigurations/AIConfiguration", 402)
        .id("msdyn_aiconfigurationid")
        .display("msdyn_name")
        .keep(&["msdyn_type", "msdyn_templateversion", "statecode"])
        .names(&[(
            "msdyn_trainedmodelaiconfigurationpareid",
            Naming::Id(402),
            ReferenceKind::ModelConfiguration,
        )])
        .refer(service::configuration),
    // Exports of 2019 and 2020 write definitions inline; later ones have a folder for each.
    Row::new("EnvironmentVariables/Definition", 380)
        .keys(&[("schemaname", "SchemaName")])
        .display("DisplayName/LocalizedNames")
        .keep(&["Type", "IsRequired", "@IntroducedVersion"]),
    Row::new("OrganizationSettings/*", 25).name(".").names(&[(
        "acknowledgementtemplateid",
        Naming::Id(36),
        Refers::SettingTemplate,
    )]),
    Row::of("Languages/Language", Kind::Content),
    // Legacy service calendar and navigation, without identity; CRM 4 to 2011.
    Row::of("IsvConfig", Kind::Content),
];

const RULE_QUERY: QueryKinds = QueryKinds {
    table: Refers::RuleTable,
    column: Refers::RuleColumn,
};
const SLA_QUERY: QueryKinds = QueryKinds {
    table: Refers::SlaTable,
    column: Refers::SlaColumn,
};

/// Conditions of a rule are queries, written as text; the workflows of a routing rule stand inside it.
fn rule_references(rule: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    for name in ["ConditionXml", "PropertiesXml"] {
        for (text, span) in rule.values(name) {
            links.document(text, span, |root, links| {
                fetch::query(root, RULE_QUERY, links);
            });
        }
    }
    for workflow in rule.all("Workflows/Workflow") {
        for (id, span) in workflow.values("@WorkflowId|WorkflowId") {
            links.id(Refers::RuleProcess, 29, id, span);
        }
    }
}

/// An item of a service level agreement names columns of the table that the agreement is about.
fn item_references(item: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    const TABLE: &str = "PrimaryEntityLogicalName";
    let agreement = item.parent().and_then(Element::parent);
    let table = agreement.and_then(|agreement| {
        // The values of an agreement are few; what has more is none.
        let mut values = agreement.children().take(100);
        let value = || values.find(|value| value.name() == TABLE)?.text();
        agreement.attribute(TABLE).or_else(value)
    });
    let table = table.unwrap_or_default();
    for (names, span) in item.values("relatedfield|RelatedField") {
        links.columns(Refers::SlaColumn, table, names, span);
    }
    for path in [
        "applicablewhenxml|ApplicableWhenXml",
        "successconditionsxml|SuccessConditionsXml",
    ] {
        for (text, span) in item.values(path) {
            links.document(text, span, |root, links| {
                fetch::query_of(root, table, SLA_QUERY, links);
            });
        }
    }
}

/// Links between reports that are looked through; every report does, and a longer list is no real one.
const LISTED: usize = 500;

/// The tables a report is listed with, its default filter, and the report it is a part of.
fn report_references(report: Element<'_, '_>, _: Option<&LogicalName>, links: &mut Links<'_>) {
    for entity in report.all("ReportEntities/ReportEntity") {
        let paths = "objecttypecode|@objecttypecode|ObjectTypeCode|@Name|@name";
        let named = entity.values(paths).into_iter().next();
        let own = || Some((entity.text()?, entity.span()));
        if let Some((name, span)) = named.or_else(own) {
            links.table_or_code(Refers::ReportTable, name, span);
        }
    }
    if let Some(filter) = report.child("defaultfilter") {
        report::queries(filter, links);
        if let Some(text) = filter.text().filter(|text| text.starts_with('<')) {
            links.sound(text, filter.span(), |root, links| {
                report::queries(root, links);
            });
        }
    }
    let own = report.value("reportid").and_then(Guid::parse_used);
    let around = report.parent().filter(|_| own.is_some());
    let beside = around
        .into_iter()
        .flat_map(|around| around.children().take(LISTED));
    let lists = beside.filter(|list| list.name() == "ReportLinks");
    for link in lists.flat_map(Element::children).take(LISTED) {
        let child = link.value("@reportid|reportid|@linkedreportid|linkedreportid");
        if child.and_then(Guid::parse_used) == own {
            for (id, span) in link.values("@parentreportid|parentreportid") {
                links.id(Refers::ReportParent, 31, id, span);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::formats::testing::found_in;

    const ID: &str = "11111111-2222-4333-8444-555555555555";
    const OTHER: &str = "21111111-2222-4333-8444-555555555555";

    #[test]
    fn an_agreement_and_its_items_name_a_table_its_columns_and_a_process() {
        let text = format!(
            "<Slas><Sla SLAId='{ID}' PrimaryEntityLogicalName='new_a'><ApplicableFrom>new_b</ApplicableFrom><SlaItems><SlaItem>\
             <SLAItemId>{OTHER}</SLAItemId><relatedfield>new_c</relatedfield><workflowid>{ID}</workflowid>\
             <applicablewhenxml>&lt;and&gt;&lt;condition attribute='new_d'/&gt;&lt;/and&gt;</applicablewhenxml></SlaItem></SlaItems></Sla></Slas>"
        );
        assert_eq!(
            found_in(&text),
            [
                "sla-column 2 new_a.new_b".to_owned(),
                "sla-table 1 new_a".into(),
                format!("sla-process 29 {ID}"),
                "sla-column 2 new_a.new_c".into(),
                "sla-column 2 new_a.new_d".into(),
            ]
        );
    }

    #[test]
    fn rules_for_service_name_processes_templates_and_what_they_compare() {
        let text = format!(
            "<ConvertRules><ConvertRule ConvertRuleId='{ID}'><SourceTypeCode>4202</SourceTypeCode><WorkflowId>{ID}</WorkflowId>\
             <ResponseTemplateId>{OTHER}</ResponseTemplateId><ConvertRuleItems><ConvertRuleItem ConvertRuleItemId='{OTHER}'>\
             <ConditionXml>&lt;fetch&gt;&lt;entity name='new_a'&gt;&lt;filter&gt;&lt;condition attribute='new_b'/&gt;&lt;/filter&gt;\
             &lt;/entity&gt;&lt;/fetch&gt;</ConditionXml></ConvertRuleItem></ConvertRuleItems></ConvertRule></ConvertRules>\
             <RoutingRules><RoutingRule RoutingRuleId='{ID}'><Workflows><Workflow WorkflowId='{{{OTHER}}}'/></Workflows></RoutingRule>\
             </RoutingRules><ChannelPropertyGroups><ChannelPropertyGroup><Name>x</Name><ChannelEntity>new_c</ChannelEntity>\
             </ChannelPropertyGroup></ChannelPropertyGroups>"
        );
        assert_eq!(
            found_in(&text),
            [
                "rule-table TypeCode(4202)".to_owned(),
                format!("rule-template 36 {OTHER}"),
                format!("rule-process 29 {ID}"),
                "rule-table 1 new_a".into(),
                "rule-column 2 new_a.new_b".into(),
                format!("rule-process 29 {OTHER}"),
                "rule-table 1 new_c".into(),
            ]
        );
    }

    #[test]
    fn templates_name_their_table_by_name_or_code() {
        let text = format!(
            "<Templates><EmailTemplates><emailtemplate><templateid>{ID}</templateid><templatetypecode>new_a</templatetypecode>\
             </emailtemplate></EmailTemplates><MailMergeTemplates><mailmergetemplate><mailmergetemplateid>{ID}</mailmergetemplateid>\
             <templatetypecode>2</templatetypecode></mailmergetemplate></MailMergeTemplates></Templates>"
        );
        assert_eq!(
            found_in(&text),
            ["template-table 1 new_a", "template-table TypeCode(2)"]
        );
    }

    #[test]
    fn a_report_names_its_tables_its_filter_and_the_report_around_it() {
        let text = format!(
            "<Reports><Report><reportid>{{{ID}}}</reportid><defaultfilter><ReportFilter><ReportEntity paramname='CRM_Filterednew_a'/>\
             </ReportFilter></defaultfilter><ReportEntities><ReportEntity><objecttypecode>new_b</objecttypecode></ReportEntity>\
             </ReportEntities></Report><ReportLinks><ReportLink reportid='{ID}' parentreportid='{OTHER}'/></ReportLinks></Reports>"
        );
        assert_eq!(
            found_in(&text),
            [
                "report-table 1 new_b".to_owned(),
                "report-query 1 new_a".into(),
                format!("report-parent 31 {OTHER}")
            ]
        );
    }

    #[test]
    fn a_setting_may_name_an_e_mail_template() {
        let text = format!(
            "<OrganizationSettings><email><acknowledgementtemplateid>{ID}</acknowledgementtemplateid></email></OrganizationSettings>"
        );
        assert_eq!(found_in(&text), [format!("setting-template 36 {ID}")]);
    }
}
