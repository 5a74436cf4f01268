//! Component types: the platform's numbers and the table names it uses for newer types.

use std::fmt;

use super::LogicalName;

/// The type of a component, as solution files write it.
///
/// Classic types have a number of the `componenttype` choice; newer, solution-aware types are named by the logical name
/// of their table (`connectionreference`, `msdyn_sequence`, …). One type has one form here: 380 and
/// `EnvironmentVariableDefinition` are equal, and so are 29 and `workflow`.
///
/// ```
/// use solvet::model::ComponentType;
/// assert_eq!(ComponentType::parse("380"), ComponentType::parse("EnvironmentVariableDefinition"));
/// assert_eq!(ComponentType::parse("1").name(), "Entity");
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ComponentType {
    /// A number of the `componenttype` choice.
    Number(u32),
    /// The logical name of a solution-aware table.
    Table(LogicalName),
}

/// What tells one component of a type from another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IdentifiedBy {
    /// The name alone; identifiers of metadata differ between environments.
    Name,
    /// The name together with the owning table's.
    NameInTable,
    /// The record identifier alone; names repeat.
    Id,
    /// The record identifier where there is one, else the name.
    IdOrName,
}

impl IdentifiedBy {
    /// Whether identifiers say nothing, because they differ between environments.
    pub fn ignores_id(self) -> bool {
        matches!(self, Self::Name | Self::NameInTable)
    }
}

/// One row of the table of component types.
#[derive(Clone, Copy, Debug)]
pub struct KindRow {
    /// The number of the `componenttype` choice.
    pub number: u32,
    /// The platform's name of the type, as contracts print it.
    pub name: &'static str,
    /// What its users call one, in lower case.
    pub label: &'static str,
    /// The logical name of the table whose rows these components are, or empty.
    pub table: &'static str,
    /// What tells one component from another.
    pub by: IdentifiedBy,
}

use IdentifiedBy::{Id, IdOrName, Name, NameInTable};

/// Numbers that the platform writes by table name today; the table name is the type's one form.
const WRITTEN_BY_TABLE: [(u32, &str); 2] = [
    (380, "environmentvariabledefinition"),
    (381, "environmentvariablevalue"),
];

/// Numbers that stand for another: 3 is an older number for relationships, 371 the older one for connectors.
const SYNONYMS: [(u32, u32); 2] = [(3, 10), (371, 372)];

const fn row(
    number: u32,
    name: &'static str,
    label: &'static str,
    table: &'static str,
    by: IdentifiedBy,
) -> KindRow {
    KindRow {
        number,
        name,
        label,
        table,
        by,
    }
}

/// Every numbered component type, in the order of the numbers.
///
/// Source: the `componenttype` choice in learn.microsoft.com/power-apps/developer/data-platform/reference/entities/solutioncomponent;
/// 80, 181 and 183 are not in that list and were read off exported solutions.
#[rustfmt::skip]
pub static KINDS: &[KindRow] = &[
    row(1, "Entity", "table", "entity", Name),
    row(2, "Attribute", "column", "attribute", NameInTable),
    row(4, "AttributePicklistValue", "choice value", "", NameInTable),
    row(5, "AttributeLookupValue", "lookup value", "", NameInTable),
    row(6, "ViewAttribute", "view column", "", IdOrName),
    row(7, "LocalizedLabel", "label", "", IdOrName),
    row(8, "RelationshipExtraCondition", "relationship condition", "", IdOrName),
    row(9, "OptionSet", "choice", "optionset", Name),
    row(10, "EntityRelationship", "relationship", "entityrelationship", Name),
    row(11, "EntityRelationshipRole", "relationship role", "", IdOrName),
    row(12, "EntityRelationshipRelationships", "relationship pair", "", IdOrName),
    row(13, "ManagedProperty", "managed property", "managedproperty", Name),
    row(14, "EntityKey", "key", "entitykey", NameInTable),
    row(16, "Privilege", "privilege", "privilege", IdOrName),
    row(17, "PrivilegeObjectTypeCode", "privilege object type", "", IdOrName),
    row(18, "Index", "index", "", NameInTable),
    row(20, "Role", "security role", "role", Id),
    row(21, "RolePrivilege", "role privilege", "roleprivileges", IdOrName),
    row(22, "DisplayString", "display string", "displaystring", NameInTable),
    row(23, "DisplayStringMap", "display string map", "displaystringmap", IdOrName),
    row(24, "Form", "form (legacy)", "", IdOrName),
    row(25, "Organization", "organization setting", "organization", IdOrName),
    row(26, "SavedQuery", "view", "savedquery", Id),
    row(29, "Workflow", "process", "workflow", Id),
    row(31, "Report", "report", "report", Id),
    row(32, "ReportEntity", "report table", "reportentity", IdOrName),
    row(33, "ReportCategory", "report category", "reportcategory", IdOrName),
    row(34, "ReportVisibility", "report visibility", "reportvisibility", IdOrName),
    row(35, "Attachment", "attachment", "activitymimeattachment", IdOrName),
    row(36, "EmailTemplate", "e-mail template", "template", Id),
    row(37, "ContractTemplate", "contract template", "contracttemplate", Id),
    row(38, "KBArticleTemplate", "article template", "kbarticletemplate", Id),
    row(39, "MailMergeTemplate", "mail merge template", "mailmergetemplate", Id),
    row(44, "DuplicateRule", "duplicate detection rule", "duplicaterule", IdOrName),
    row(45, "DuplicateRuleCondition", "duplicate detection condition", "duplicaterulecondition", IdOrName),
    row(46, "EntityMap", "table mapping", "entitymap", Name),
    row(47, "AttributeMap", "column mapping", "attributemap", NameInTable),
    row(48, "RibbonCommand", "ribbon command", "ribboncommand", IdOrName),
    row(49, "RibbonContextGroup", "ribbon context group", "ribboncontextgroup", IdOrName),
    row(50, "RibbonCustomization", "ribbon", "ribboncustomization", Name),
    row(52, "RibbonRule", "ribbon rule", "ribbonrule", IdOrName),
    row(53, "RibbonTabToCommandMap", "ribbon tab map", "ribbontabtocommandmap", IdOrName),
    row(55, "RibbonDiff", "ribbon difference", "ribbondiff", IdOrName),
    row(59, "SavedQueryVisualization", "chart", "savedqueryvisualization", Id),
    row(60, "SystemForm", "form", "systemform", Id),
    row(61, "WebResource", "web resource", "webresource", Name),
    row(62, "SiteMap", "site map", "sitemap", Name),
    row(63, "ConnectionRole", "connection role", "connectionrole", Id),
    row(64, "ComplexControl", "process control", "complexcontrol", IdOrName),
    row(65, "HierarchyRule", "hierarchy rule", "hierarchyrule", Id),
    row(66, "CustomControl", "custom control", "customcontrol", Name),
    row(68, "CustomControlDefaultConfig", "default control configuration", "customcontroldefaultconfig", IdOrName),
    row(70, "FieldSecurityProfile", "column security profile", "fieldsecurityprofile", Id),
    row(71, "FieldPermission", "column permission", "fieldpermission", IdOrName),
    row(80, "AppModule", "model-driven app", "appmodule", Name),
    row(90, "PluginType", "plug-in type", "plugintype", IdOrName),
    row(91, "PluginAssembly", "plug-in assembly", "pluginassembly", Name),
    row(92, "SDKMessageProcessingStep", "plug-in step", "sdkmessageprocessingstep", Id),
    row(93, "SDKMessageProcessingStepImage", "step image", "sdkmessageprocessingstepimage", IdOrName),
    row(95, "ServiceEndpoint", "service endpoint", "serviceendpoint", Id),
    row(150, "RoutingRule", "routing rule", "routingrule", Id),
    row(151, "RoutingRuleItem", "routing rule item", "routingruleitem", IdOrName),
    row(152, "SLA", "service level agreement", "sla", Id),
    row(153, "SLAItem", "service level item", "slaitem", IdOrName),
    row(154, "ConvertRule", "record creation rule", "convertrule", Id),
    row(155, "ConvertRuleItem", "record creation item", "convertruleitem", IdOrName),
    row(161, "MobileOfflineProfile", "mobile offline profile", "mobileofflineprofile", IdOrName),
    row(162, "MobileOfflineProfileItem", "mobile offline item", "mobileofflineprofileitem", IdOrName),
    row(165, "SimilarityRule", "similarity rule", "similarityrule", IdOrName),
    row(166, "DataSourceMapping", "data source mapping", "datasourcemapping", IdOrName),
    row(181, "EntityDataProvider", "data provider", "entitydataprovider", IdOrName),
    row(183, "EntityDataSource", "data source", "entitydatasource", IdOrName),
    row(201, "SDKMessage", "message", "sdkmessage", IdOrName),
    row(202, "SDKMessageFilter", "message filter", "sdkmessagefilter", IdOrName),
    row(203, "SdkMessagePair", "message pair", "sdkmessagepair", IdOrName),
    row(204, "SdkMessageRequest", "message request", "sdkmessagerequest", IdOrName),
    row(205, "SdkMessageRequestField", "message request field", "sdkmessagerequestfield", IdOrName),
    row(206, "SdkMessageResponse", "message response", "sdkmessageresponse", IdOrName),
    row(207, "SdkMessageResponseField", "message response field", "sdkmessageresponsefield", IdOrName),
    row(208, "ImportMap", "import map", "importmap", IdOrName),
    row(210, "WebWizard", "web wizard", "webwizard", IdOrName),
    row(300, "CanvasApp", "canvas app", "canvasapp", Name),
    row(372, "Connector", "custom connector", "connector", IdOrName),
    row(400, "AIProjectType", "AI template", "msdyn_aitemplate", IdOrName),
    row(401, "AIProject", "AI model", "msdyn_aimodel", IdOrName),
    row(402, "AIConfiguration", "AI configuration", "msdyn_aiconfiguration", IdOrName),
    row(430, "EntityAnalyticsConfiguration", "table analytics configuration", "entityanalyticsconfig", Name),
    row(431, "AttributeImageConfiguration", "image column configuration", "attributeimageconfig", Name),
    row(432, "EntityImageConfiguration", "table image configuration", "entityimageconfig", Name),
];

impl ComponentType {
    /// The type with this number, in its one form.
    pub fn number(number: u32) -> Self {
        if let Some((_, table)) = WRITTEN_BY_TABLE.iter().find(|(known, _)| *known == number) {
            return Self::Table(LogicalName::new(table));
        }
        let number = SYNONYMS
            .iter()
            .find(|(old, _)| *old == number)
            .map_or(number, |(_, new)| *new);
        Self::Number(number)
    }

    /// Whether the layers of a kind merge instead of hiding each other: forms, apps, site maps, ribbons.
    /// Source: learn.microsoft.com/power-platform/alm/how-managed-solutions-merged.
    pub fn merges_layers(&self) -> bool {
        const MERGED: [u32; 10] = [24, 48, 49, 50, 52, 53, 55, 60, 62, 80];
        self.as_number()
            .is_some_and(|number| MERGED.contains(&number))
    }

    /// The number of a numbered type.
    pub fn as_number(&self) -> Option<u32> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Table(_) => None,
        }
    }

    /// The number of a type that an environment numbered for itself: of a table whose rows travel in solutions. It means
    /// nothing in another environment.
    pub fn environment_number(&self) -> Option<u32> {
        const FIRST: u32 = 10_000;
        self.as_number().filter(|number| *number >= FIRST)
    }

    /// The type whose components are rows of this table, in its one form.
    pub fn table(name: &str) -> Self {
        let name = LogicalName::new(name);
        if let Some(row) = KINDS
            .iter()
            .find(|row| !row.table.is_empty() && name == *row.table)
        {
            return Self::Number(row.number);
        }
        Self::Table(name)
    }

    /// Definitions of environment variables.
    pub fn variable_definition() -> Self {
        Self::number(380)
    }

    /// Connection references.
    pub fn connection_reference() -> Self {
        Self::table("connectionreference")
    }

    /// Reads the `type` attribute of a solution file: a number or a table name.
    pub fn parse(text: &str) -> Self {
        text.trim()
            .parse()
            .map_or_else(|_| Self::table(text), Self::number)
    }

    /// The type that a word means, as people write it: a number, a table name, the platform's name, or what its users call
    /// it (`form`, `flow`, `web resource`). Words that no type has are none.
    pub fn from_word(word: &str) -> Option<Self> {
        let word = word.trim().to_ascii_lowercase();
        let same = |known: &str| {
            let mut known = known.bytes().filter(|byte| *byte != b' ' && *byte != b'-');
            let mut word = word.bytes().filter(|byte| *byte != b' ' && *byte != b'-');
            std::iter::from_fn(|| match (known.next(), word.next()) {
                (None, None) => None,
                (a, b) => Some(a.map(|a| a.to_ascii_lowercase()) == b),
            })
            .all(|same| same)
        };
        if let Some((_, number)) = WORDS.iter().find(|(known, _)| same(known)) {
            return Some(Self::number(*number));
        }
        let mut rows = KINDS.iter();
        if let Some(row) = rows.find(|row| same(row.name) || same(row.label) || same(row.table)) {
            return Some(Self::number(row.number));
        }
        let mut labels = TABLE_LABELS.iter().chain(&SALES_LABELS);
        if let Some((table, _)) = labels.find(|(_, label)| same(label)) {
            return Some(Self::table(table));
        }
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_word = !word.is_empty() && word.bytes().all(is_name);
        is_word.then(|| Self::parse(&word))
    }

    /// What users call the types that are known, in the order of the table.
    pub fn labels() -> impl Iterator<Item = &'static str> {
        let labels = TABLE_LABELS.iter().chain(&SALES_LABELS);
        let rows = KINDS.iter().map(|row| row.label);
        rows.chain(labels.map(|(_, label)| *label))
    }

    /// The word for this type that [`ComponentType::from_word`] reads, without spaces.
    pub fn word(&self) -> String {
        match self {
            Self::Number(number) => {
                let short = WORDS.iter().find(|(_, known)| known == number);
                let label = || self.label().replace([' ', '-'], "");
                short.map_or_else(label, |(word, _)| (*word).to_owned())
            }
            Self::Table(name) => name.as_str().to_ascii_lowercase(),
        }
    }

    /// The row of the table of types, for a numbered type that is known.
    pub fn row(&self) -> Option<&'static KindRow> {
        match self {
            Self::Number(number) => KINDS
                .binary_search_by_key(number, |row| row.number)
                .ok()
                .map(|index| &KINDS[index]),
            Self::Table(_) => None,
        }
    }

    /// What tells one component of this type from another.
    pub fn identified_by(&self) -> IdentifiedBy {
        self.row().map_or(IdOrName, |row| row.by)
    }

    /// The platform's name of the type: `Entity`, or the table's logical name; `Type 10112` for an unknown number.
    pub fn name(&self) -> String {
        match (self, self.row()) {
            (_, Some(row)) => row.name.into(),
            (Self::Number(number), None) => format!("Type {number}"),
            (Self::Table(name), None) => name.as_str().to_ascii_lowercase(),
        }
    }

    /// What users call a component of this type: `table`, `column`, `connection reference`.
    pub fn label(&self) -> String {
        match (self, self.row()) {
            (_, Some(row)) => row.label.into(),
            (Self::Number(number), None) => format!("component of type {number}"),
            (Self::Table(name), None) => table_label(name),
        }
    }
}

/// Words for types that are neither the platform's name nor the label.
const WORDS: [(&str, u32); 8] = [
    ("entity", 1),
    ("view", 26),
    ("workflow", 29),
    ("flow", 29),
    ("form", 60),
    ("dashboard", 60),
    ("app", 80),
    ("step", 92),
];

/// Labels of the table types that people meet most; any other is called by its table name.
const TABLE_LABELS: [(&str, &str); 11] = [
    ("appaction", "command"),
    ("bot", "agent"),
    ("botcomponent", "agent component"),
    ("botcomponentcollection", "agent component collection"),
    ("connectionreference", "connection reference"),
    ("customapi", "custom API"),
    ("customapirequestparameter", "custom API parameter"),
    ("customapiresponseproperty", "custom API response property"),
    ("environmentvariabledefinition", "environment variable"),
    ("environmentvariablevalue", "environment variable value"),
    ("pluginpackage", "plug-in package"),
];

fn table_label(name: &LogicalName) -> String {
    let mut rows = TABLE_LABELS.iter().chain(&SALES_LABELS);
    let known = rows.find(|(table, _)| *name == **table);
    known.map_or_else(
        || name.as_str().to_ascii_lowercase(),
        |(_, label)| (*label).to_owned(),
    )
}

/// Labels of tables of Dynamics 365 Sales; `sequence` alone may be somebody else's table.
const SALES_LABELS: [(&str, &str); 2] = [
    ("msdyn_sequence", "sequence"),
    ("msdyn_salestag", "sequence tag"),
];

impl fmt::Display for ComponentType {
    /// The one form in contracts: the number, or the table name in lower case.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Table(name) => f.write_str(&name.as_str().to_ascii_lowercase()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_by_number_without_repetition() {
        assert!(KINDS.is_sorted_by(|a, b| a.number < b.number));
    }

    #[test]
    fn a_table_name_and_its_number_are_one_type() {
        for (number, table) in [("29", "Workflow"), ("401", "msdyn_aimodel"), ("371", "372")] {
            assert_eq!(ComponentType::parse(number), ComponentType::parse(table));
        }
    }

    #[test]
    fn a_type_is_found_by_any_word_people_use_for_it() {
        for (word, number) in [
            ("Form", 60),
            ("web resource", 61),
            ("webresource", 61),
            ("flow", 29),
            ("26", 26),
        ] {
            assert_eq!(
                ComponentType::from_word(word),
                Some(ComponentType::Number(number)),
                "{word}"
            );
        }
        let sequence = ComponentType::table("msdyn_sequence");
        assert_eq!(ComponentType::from_word("sequence"), Some(sequence));
    }

    #[test]
    fn the_word_of_a_type_means_that_type() {
        for row in KINDS {
            let kind = ComponentType::number(row.number);
            assert_eq!(ComponentType::from_word(&kind.word()), Some(kind));
        }
    }

    #[test]
    fn unknown_numbers_and_tables_are_kept() {
        assert_eq!(ComponentType::parse("10112").name(), "Type 10112");
        assert_eq!(ComponentType::parse("MaskingRule").name(), "maskingrule");
    }
}
