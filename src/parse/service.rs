//! Templates, reports, service rules, connectors, AI models, older environment variables and organization settings.

use super::formats::service;
use super::row::{Kind, Naming, Row};
use crate::model::ReferenceKind;

/// Rules for service have their workflows inside; no public export shows more.
const RULE_CONTENT: &[&str] = &["LocalizedNames", "Descriptions", "Workflows"];

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
        .files(&["ActivityMimeAttachments/ActivityMimeAttachment/SolutionAttachmentsFileName"]),
    Row::new("Templates/KBArticleTemplates/kbarticletemplate", 38)
        .id("kbarticletemplateid|@id")
        .display("title")
        .keep(&["languagecode"]),
    Row::new("Templates/ContractTemplates/contracttemplate", 37)
        .id("contracttemplateid|@id")
        .display("name")
        .keep(&["languagecode"]),
    Row::new("Templates/MailMergeTemplates/mailmergetemplate", 39)
        .id("mailmergetemplateid|@id")
        .display("name")
        .keep(&["templatetypecode", "languagecode"]),
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
        .files(&["ExportedFileName"]),
    Row::of("Reports/ReportSignatureIdMappings", Kind::Content),
    Row::of("Reports/ReportLinks", Kind::Content),
    Row::new("RoutingRules/RoutingRule", 150)
        .id("@RoutingRuleId|RoutingRuleId")
        .display("@Name|Name")
        .content(RULE_CONTENT),
    Row::new(
        "RoutingRules/RoutingRule/RoutingRuleItems/RoutingRuleItem",
        151,
    )
    .id("@RoutingRuleItemId|RoutingRuleItemId")
    .name("@Name|Name")
    .within_parent("routingruleid"),
    Row::new("Slas/Sla", 152)
        .id("@SLAId|SLAId")
        .display("@Name|Name")
        .keep(&[
            "@PrimaryEntityLogicalName",
            "ApplicableFrom",
            "SLAType",
            "SLAVersion",
        ])
        .content(RULE_CONTENT),
    Row::new("Slas/Sla/SlaItems/SlaItem", 153)
        .id("@SLAItemId|SLAItemId")
        .name("@Name|Name")
        .within_parent("slaid")
        .keep(&["relatedfield"]),
    Row::new("ConvertRules/ConvertRule", 154)
        .id("@ConvertRuleId|ConvertRuleId")
        .display("@Name|Name")
        .keep(&["SourceTypeCode"])
        .content(RULE_CONTENT),
    Row::new(
        "ConvertRules/ConvertRule/ConvertRuleItems/ConvertRuleItem",
        155,
    )
    .id("@ConvertRuleItemId|ConvertRuleItemId")
    .name("@Name|Name")
    .within_parent("convertruleid"),
    Row::of(
        "ChannelPropertyGroups/ChannelPropertyGroup",
        Kind::Table("channelpropertygroup"),
    )
    .id("ChannelPropertyGroupId|@ChannelPropertyGroupId")
    .name("Name|@Name")
    .keep(&["ChannelEntity"]),
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
    Row::new("OrganizationSettings/*", 25).name("."),
    Row::of("Languages/Language", Kind::Content),
    // Legacy service calendar and navigation, without identity; CRM 4 to 2011.
    Row::of("IsvConfig", Kind::Content),
];
