//! The closed list of reference kinds: one row each, from which docs/references.md derives.

use super::Strength;

/// What is known of a kind of reference.
#[derive(Clone, Copy, Debug)]
pub struct ReferenceKindRow {
    /// The kind.
    pub kind: ReferenceKind,
    /// Its name in reports, in kebab-case.
    pub id: &'static str,
    /// The family it belongs to.
    pub family: &'static str,
    /// Whether the platform tracks it; a reference to a system relationship is weaker than its kind.
    pub strength: Strength,
    /// What refers.
    pub from: &'static str,
    /// What is referred to.
    pub to: &'static str,
    /// Where it is written, and how often the platform's own records list it, where that was counted in public exports.
    pub source: &'static str,
}

macro_rules! kinds {
    ($($family:literal { $($kind:ident $id:literal $strength:ident, $from:literal => $to:literal, $source:literal;)* })*) => {
        /// How one component refers to another.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[repr(u8)]
        pub enum ReferenceKind {
            $($(#[doc = concat!("From ", $from, " to ", $to, ": ", $source, ".")] $kind,)*)*
        }

        /// Every kind, family by family.
        pub static REFERENCE_KINDS: &[ReferenceKindRow] = &[
            $($(ReferenceKindRow {
                kind: ReferenceKind::$kind,
                id: $id,
                family: $family,
                strength: Strength::$strength,
                from: $from,
                to: $to,
                source: $source,
            },)*)*
        ];
    };
}

kinds! {
    "Dependencies recorded at export" {
        Declared "declared" Required, "component" => "component", "`MissingDependencies` alone: no component of the package was found to name it";
    }
    "Tables, columns, relationships and choices" {
        TableIcon "table-icon" Required, "table" => "web resource", "`IconVectorName` and its like; the platform lists 384 of 390";
        TableProvider "table-provider" Required, "virtual table" => "data provider", "`DataProviderId`";
        TableSource "table-source" Required, "virtual table" => "data source", "`DataSourceId`";
        TableOffline "table-offline-filter" Runtime, "table" => "table or column", "the filters for mobile offline use, tracked after publishing only";
        TableHelp "table-help" Runtime, "table" => "web resource", "`EntityHelpUrl`";
        BaseLayer "base-layer" Required, "component of which the package holds a layer" => "the component below it", "root behavior 1 and 2 of tables, `solutionaction` in forms, apps and site maps; the platform writes such rows with the same component at both ends";
        OwnTable "own-table" Required, "column, form, view or chart" => "the table it belongs to", "where the package holds a layer on the table only; all rows from columns to tables are of this sort, 356 in public exports";
        ColumnChoice "column-choice" Required, "column" => "choice", "`OptionSetName`; 28 of 32";
        ColumnSource "column-source" Required, "column" => "column it belongs to", "`AttributeOf`, `CalculationOf`, `AggregateOf`, `YomiOf`, `LinkedAttribute`";
        ColumnFormula "column-formula" Required, "calculated or rollup column" => "table, column or relationship", "the XAML of its formula; 8 of 8; with them the primary key of its table. The same holds for the `_base` column of a money column";
        ColumnPowerFx "column-power-fx" Runtime, "formula column" => "column", "the Power Fx text, read for names of columns of the same table, and through its lookups where they point at one table";
        ColumnRelationship "column-relationship" Required, "lookup column" => "its relationship", "also of its shadow columns `<lookup>name` and `<lookup>yominame`, where the relationship is not a system one";
        KeyColumn "key-column" Required, "alternate key" => "column", "`EntityKeyAttributes`";
        RelationshipTable "relationship-table" Required, "relationship" => "table", "both ends; generated relationships of activities to every table of the source are implied and not counted";
        RelationshipColumn "relationship-column" Required, "relationship" => "lookup column", "`ReferencingAttributeName`";
        RelationshipPrimaryId "relationship-primary-id" Required, "relationship" => "primary key column of the referenced table", "175 of 523 for custom relationships";
        RelationshipPrimaryName "relationship-primary-name" Required, "relationship" => "primary name column of the referenced table", "167 of 258 for custom relationships";
        MappingTable "mapping-table" Required, "table mapping" => "table", "`EntitySource` and `EntityTarget`";
        MappingColumn "mapping-column" Required, "column mapping" => "column", "`AttributeSource` and `AttributeTarget`";
        HierarchyTable "hierarchy-table" Required, "hierarchy rule" => "table", "`PrimaryEntityLogicalName`";
        HierarchyForm "hierarchy-form" Required, "hierarchy rule" => "quick view form", "`PrimaryEntityFormID`";
        ImageTable "image-table" Required, "image configuration" => "table", "`parententitylogicalname`";
        ImageColumn "image-column" Required, "image configuration" => "column", "`attributelogicalname`, `primaryimageattribute`";
        ProviderPlugin "provider-plugin" Required, "data provider" => "plug-in type", "`RetrievePlugin` and its like";
        ProviderTable "provider-table" Required, "data provider" => "table of its data sources", "`DataSourceLogicalName`";
        SourceProvider "source-provider" Required, "data source" => "data provider", "`EntityDataProviderId`";
    }
    "Forms and dashboards" {
        FormColumn "form-column" Required, "form" => "column", "`datafieldname` of controls, parameters that name columns; 3,038 of 3,190";
        FormEventColumn "form-event-column" Required, "form" => "column", "`event/@attribute` and the columns a handler depends on; 249 of 272";
        FormControlColumn "form-control-column" Required, "form" => "column", "a bound parameter of a custom control, or a column of its data set; 112 of 112";
        FormRelatedColumn "form-related-column" Required, "form" => "column of another table", "a control with `relationship`, as forms of business process flows have them";
        FormTable "form-table" Required, "form" => "table", "`TargetEntityType` and its like";
        FormOffer "form-offer" Runtime, "form" => "table", "tables that an unbound lookup offers; never counted";
        FormRelationship "form-relationship" Required, "form" => "relationship", "`RelationshipName` of controls; 189 of 196 for custom relationships, 0 of 166 for system ones";
        FormLookup "form-lookup" Required, "form" => "relationship of a lookup column it binds", "17 of 19 for custom relationships, 0 of 301 for system ones";
        FormNavigation "form-navigation" Required, "form" => "relationship", "items of the navigation bar; 422 of 778 for custom relationships, 16 of 608 for system ones";
        FormNavigationView "form-navigation-view" Runtime, "form" => "view", "`NavBarByRelationshipItem/@ViewId`; 0 of 9";
        FormNavigationIcon "form-navigation-icon" Runtime, "form" => "web resource", "icons and addresses of the navigation bar";
        FormNavigationTable "form-navigation-table" Runtime, "form" => "table", "privileges of the navigation bar";
        FormView "form-view" Required, "form" => "view", "`ViewId`, `ViewIds`, `DefaultViewId` and their like; 779 of 872";
        FormChart "form-chart" Required, "form" => "chart", "`VisualizationId`; 154 of 170";
        FormQuickView "form-quick-view" Required, "form" => "quick view form", "`QuickForms`; 42 of 42 of the platform's own";
        FormAncestor "form-ancestor" Runtime, "form" => "form it was copied from", "`ancestor/@id`; 0 of 24";
        FormLibrary "form-library" Required, "form" => "web resource", "`Library`, `Handler`, internal handlers and script files";
        FormWebResource "form-web-resource" Required, "form" => "web resource", "the page or picture a control shows, by name or identifier";
        FormControl "form-control" Required, "form" => "custom control", "`customControl/@name`; 102 of 109";
        FormRole "form-role" Required, "form" => "security role", "`DisplayConditions`; roles of the platform are never listed";
        FormCard "form-card" Runtime, "form" => "table, column or card form of a timeline", "the settings of a timeline";
        DefaultControl "default-control" Required, "default control configuration" => "custom control", "`customControl/@name`";
    }
    "Views and charts" {
        ViewFetchEntity "view-fetch-entity" Required, "view" => "table", "`entity` and `link-entity`; the view's own table where the package does not define it";
        ViewFetchColumn "view-fetch-column" Required, "view" => "column", "attributes, orders, conditions and links; 1,881 of 2,042";
        ViewLayoutColumn "view-layout-column" Required, "view" => "column", "cells, row and jump columns; 1,754 of 1,977";
        ViewRelationship "view-relationship" Runtime, "view" => "relationship", "`cell/@relationshipname`; no such pair was ever seen in the platform's records";
        ViewIcon "view-icon" Required, "view" => "web resource", "`imageproviderwebresource`";
        ViewControl "view-control" Required, "view" => "custom control", "`customControl/@name`; 12 of 12";
        ChartFetchEntity "chart-fetch-entity" Required, "chart" => "table", "its fetch";
        ChartFetchColumn "chart-fetch-column" Required, "chart" => "column", "its fetch; 4 of 4";
        ChartWebResource "chart-web-resource" Required, "chart" => "web resource", "`webresourcename`";
    }
    "Apps, site maps and ribbons" {
        AppComponent "app-component" Required, "app" => "table, view, chart, form, process or site map", "`AppModuleComponent`; 855 of 880";
        AppIcon "app-icon" Required, "app" => "web resource", "`WebResourceId`; the default icon by its well-known identifier, 167 of 167";
        AppWelcomePage "app-welcome-page" Required, "app" => "web resource", "`WelcomePageId`";
        AppLibrary "app-library" Runtime, "app" => "web resource", "`EventHandlers`; in no public export";
        AppRole "app-role" Required, "app" => "security role", "`AppModuleRoleMaps`; roles of the platform are never listed";
        AppSetting "app-setting" Required, "app setting" => "setting definition", "57 of 57";
        AppElement "app-element" Required, "app element" => "canvas app or record", "`canvasappid`, `objectid`";
        SitemapTable "sitemap-table" Required, "site map" => "table", "`SubArea/@Entity` and `Privilege/@Entity`; 833 of 839";
        SitemapWebResource "sitemap-web-resource" Required, "site map" => "web resource", "`$webresource:`; 73 of 99";
        SitemapPath "sitemap-path" Required, "site map" => "web resource", "`/WebResources/…`; uneven: listed for 71 of 180, 27 of 37 in the exports of the measure";
        SitemapUrl "sitemap-url" Runtime, "site map" => "table, view, custom page, control or web resource", "parameters of addresses; 8 of 145";
        SitemapDashboard "sitemap-dashboard" Runtime, "site map" => "dashboard", "`DefaultDashboard`; 0 of 99";
        SitemapPage "sitemap-page" Runtime, "site map" => "custom page", "`Page`";
        RibbonWebResource "ribbon-web-resource" Required, "ribbon" => "web resource", "libraries, pictures and addresses with `$webresource:`";
        RibbonText "ribbon-text" Runtime, "ribbon" => "web resource", "texts and parameters that name a web resource";
        RibbonTable "ribbon-table" Runtime, "ribbon" => "table", "rules that name a table";
        RibbonColumn "ribbon-column" Runtime, "ribbon" => "column", "`ValueRule/@Field`";
        RibbonChoice "ribbon-choice" Runtime, "ribbon" => "choice", "`OptionSetRule`";
    }
    "Processes" {
        ProcessTable "process-table" Required, "process" => "table", "its primary table, and those its steps create, read or change";
        ProcessColumn "process-column" Required, "process" => "column", "columns its steps read or set; 57 of 59";
        ProcessTriggerColumn "process-trigger-column" Required, "process" => "column", "`TriggerOnUpdateAttributeList` and process triggers; 21 of 21";
        ProcessPrimaryId "process-primary-id" Required, "process" => "primary key column of its primary table", "22 of 22";
        ProcessPrimaryName "process-primary-name" Required, "process" => "primary name column of its primary table", "listed beside the key, also where no step names it";
        ProcessRelationship "process-relationship" Required, "process" => "relationship", "lookups its steps follow, stages of business process flows";
        ProcessForm "process-form" Required, "process" => "form", "business rules of one form, triggers";
        ProcessRole "process-role" Runtime, "process" => "security role", "`processroleassignment`; 0 of 36";
        ProcessFlowTable "process-flow-table" Required, "business process flow" => "the table of its instances", "`UniqueName`";
        ProcessActivity "process-activity" Required, "process" => "plug-in type", "custom workflow activities, by type name";
        ProcessChild "process-child" Required, "process" => "process", "child workflows, actions as steps";
        ProcessMessage "process-message" Runtime, "process" => "process or custom API", "messages a step calls";
        ProcessTemplate "process-template" Required, "process" => "e-mail template", "templates a step sends";
        ProcessRecord "process-record" Runtime, "process" => "table of a record it names", "literal records: their identifiers are data";
        FlowConnection "flow-connection" Required, "cloud flow" => "connection reference", "148 of 148";
        FlowVariable "flow-variable" Required, "cloud flow" => "environment variable", "82 of 82";
        FlowConnector "flow-connector" Required, "cloud flow" => "custom connector", "`api.logicalName`; 5 of 5";
        FlowApi "flow-api" Runtime, "cloud flow" => "custom connector", "`api.name` of a connector in the package";
        FlowTable "flow-table" Required, "cloud flow" => "table", "tables of Dataverse actions, by entity set name; 159 of 183";
        FlowOldTable "flow-old-table" Runtime, "cloud flow" => "table", "tables of actions of the Dataverse connector before the present one; none listed";
        FlowTriggerTable "flow-trigger-table" Required, "cloud flow" => "table", "`subscriptionRequest/entityname`; 30 of 30";
        FlowTriggerColumn "flow-trigger-column" Required, "cloud flow" => "column", "`filteringattributes`; 42 of 42";
        FlowColumn "flow-column" Runtime, "cloud flow" => "column", "columns in actions and filters; 0 of 1,033";
        FlowBind "flow-bind" Runtime, "cloud flow" => "table", "the table of a record that `@odata.bind` sets a lookup to";
        FlowFetch "flow-fetch" Runtime, "cloud flow" => "table or column", "FetchXML in actions";
        FlowRelationship "flow-relationship" Runtime, "cloud flow" => "relationship", "`associationEntityRelationship`";
        FlowChild "flow-child" Required, "cloud flow" => "cloud flow", "`workflowReferenceName`; 12 of 12";
        FlowDesktop "flow-desktop" Required, "cloud flow" => "desktop flow", "`uiFlowId`";
        FlowMessage "flow-message" Runtime, "cloud flow" => "process or custom API", "bound and unbound actions";
        FlowAgent "flow-agent" Runtime, "cloud flow" => "agent", "actions of Copilot Studio";
        FlowModel "flow-model" Runtime, "cloud flow" => "AI model", "actions of AI Builder";
        DesktopFlowConnection "desktop-flow-connection" Required, "desktop flow" => "connection reference", "`ConnectionReferences`";
        DesktopFlowChild "desktop-flow-child" Required, "desktop flow" => "desktop flow", "`Dependencies` and calls in its script";
    }
    "Plug-ins" {
        StepPlugin "step-plugin" Required, "plug-in step" => "plug-in type", "`PluginTypeName`, `PluginTypeId`, `EventHandler`";
        StepEndpoint "step-endpoint" Required, "plug-in step" => "service endpoint", "`EventHandler`";
        StepTable "step-table" Required, "plug-in step" => "table", "`PrimaryEntity`, `SecondaryEntity`; 17 of 17";
        StepColumn "step-column" Required, "plug-in step" => "column", "`FilteringAttributes`; 14 of 14";
        StepMessage "step-message" Runtime, "plug-in step" => "process or custom API", "`SdkMessageName`";
        ImageStepTable "image-step-table" Required, "step image" => "table", "the table of its step; 8 of 8";
        ImageStepColumn "image-step-column" Required, "step image" => "column", "`Attributes`, `RelatedAttributeName`; 74 of 74";
        ApiTable "api-table" Required, "custom API, parameter or property" => "table", "`boundentitylogicalname`, `logicalentityname`";
        ExpressionTable "expression-table" Required, "Power Fx function" => "table", "its dependencies.json";
        ExpressionColumn "expression-column" Required, "Power Fx function" => "column", "its dependencies.json";
    }
    "Canvas apps, connectors and connection references" {
        CanvasTable "canvas-table" Required, "canvas app" => "table", "`CdsDependencies`; 111 of 115";
        CanvasComponent "canvas-component" Required, "canvas app" => "canvas app, process or other component", "`CdsDependencies`";
        CanvasControl "canvas-control" Required, "canvas app" => "custom control", "controls packed into the app; 83 of 86";
        CanvasLibrary "canvas-library" Required, "canvas app" => "component library", "`AppComponentDependencies`; 3 of 3";
        CanvasConnector "canvas-connector" Required, "canvas app" => "custom connector", "`customApiLogicalName`; 3 of 3";
        CanvasConnection "canvas-connection" Required, "canvas app" => "connection reference", "`xrmConnectionReferenceLogicalName`";
        CanvasVariable "canvas-variable" Required, "canvas app" => "environment variable", "`environmentVariableName`";
        CanvasFlow "canvas-flow" Required, "canvas app" => "cloud flow", "flows it calls; 1 of 3";
        CanvasSource "canvas-source" Runtime, "canvas app" => "table, view, choice, process or model", "data sources inside the app";
        ConnectionConnector "connection-connector" Required, "connection reference" => "custom connector", "`customconnectorid`";
        ConnectionApi "connection-api" Runtime, "connection reference" => "custom connector", "`connectorid`, the API name of a connector in the package";
    }
    "Security, templates and service" {
        RoleTable "role-table" Runtime, "security role" => "table", "privileges; 0 of 1,126";
        PermissionTable "permission-table" Required, "column permission" => "table", "`EntityName`";
        PermissionColumn "permission-column" Required, "column permission" => "column", "`AttributeName`";
        ConnectionRoleTable "connection-role-table" Runtime, "connection role" => "table", "0 of 8";
        ConnectionRolePair "connection-role-pair" Required, "connection role association" => "connection role", "both ends";
        TemplateTable "template-table" Required, "template" => "table", "`templatetypecode`, `entityPlatformName`";
        TemplateColumn "template-column" Runtime, "template" => "column", "placeholders in subject and body";
        ReportTable "report-table" Required, "report" => "table", "`ReportEntities`";
        ReportQuery "report-query" Runtime, "report" => "table or column", "queries in its definition and default filter";
        ReportParent "report-parent" Runtime, "report" => "report", "`ReportLinks`";
        SlaTable "sla-table" Required, "service level agreement" => "table", "`PrimaryEntityLogicalName`";
        SlaColumn "sla-column" Required, "service level agreement or item" => "column", "`ApplicableFrom`, `relatedfield`, conditions";
        SlaProcess "sla-process" Required, "service level item" => "process", "`workflowid`";
        RuleTable "rule-table" Required, "routing or record creation rule, duplicate rule, offline profile" => "table", "tables a service rule names";
        RuleColumn "rule-column" Required, "routing or record creation rule, duplicate rule, offline profile" => "column", "columns a service rule names";
        RuleProcess "rule-process" Required, "routing or record creation rule" => "process", "`WorkflowId`";
        RuleTemplate "rule-template" Required, "record creation rule" => "e-mail template", "`ResponseTemplateId`";
        SettingTemplate "setting-template" Runtime, "organization setting" => "e-mail template", "`acknowledgementtemplateid`";
        SolutionPage "solution-page" Required, "solution" => "web resource", "`ConfigurationPage`";
    }
    "Web resources and controls" {
        WebResourceLibrary "web-resource-library" Required, "web resource" => "web resource", "`DependencyXml`; 7 of 7";
        WebResourceColumn "web-resource-column" Required, "web resource" => "column", "`DependencyXml`";
        WebResourceLink "web-resource-link" Runtime, "web resource" => "web resource", "relative links and `$webresource:`; never tracked";
    }
    "Agents, AI and other records" {
        RecordLookup "record-lookup" Required, "record" => "record or component it looks up", "lookups of solution-aware tables are written as the target's key";
        RecordPair "record-pair" Required, "many-to-many row" => "record at each end", "both dotted keys; all found";
        RecordTable "record-table" Required, "record" => "its table", "needed at import, although the platform lists it for `msdyn_helppage` only (12 of 12; 0 of about 100 others)";
        RecordNames "record-names" Required, "record" => "table or column it names as text", "columns such as `entitylogicalname`";
        VariableConnector "variable-connector" Required, "environment variable" => "custom connector", "`apiid`";
        AgentFlow "agent-flow" Runtime, "agent component" => "cloud flow", "`flowId`, classic action nodes";
        AgentTopic "agent-topic" Runtime, "agent component" => "agent component", "`dialog`, `entityId`, `skillId`";
        AgentConnection "agent-connection" Runtime, "agent component" => "connection reference", "`connectionReference`";
        AgentModel "agent-model" Runtime, "agent component" => "AI model", "`aIModelId`";
        AgentAgent "agent-agent" Runtime, "agent component" => "agent", "`botSchemaName`";
        AgentSearch "agent-search" Runtime, "agent component" => "search configuration", "`skillConfiguration`";
        AgentVariable "agent-variable" Runtime, "agent component" => "environment variable", "`Env.` in formulas, `schemaName` of skills";
        AgentTable "agent-table" Runtime, "agent component" => "table or column", "tables in inputs of topics";
        SequenceRecord "sequence-record" Required, "sequence" => "e-mail template, process, sequence or other component", "identifiers in its definition; the documentation shows templates, business process flows, tags and sequences among the required components. Nothing where neither the package nor its declared dependencies have the identifier";
        SequenceTable "sequence-table" Runtime, "sequence" => "table", "names in its definition; no promise of the platform was found that it looks into the JSON for them";
        SequenceColumn "sequence-column" Runtime, "sequence" => "column", "names in its definition; where a column is missing, its documentation says, steps show an error after the import";
        SequenceAssignColumn "sequence-assign-column" Runtime, "sequence" => "column", "`msdyn_assignsequencefieldname`, a column of the table it is for";
        SequenceParent "sequence-parent" Required, "sequence" => "sequence", "`msdyn_parentsequence`";
        SequenceProcess "sequence-process" Runtime, "sequence" => "process", "`msdyn_workflowid`, where the package or its declared dependencies have it";
        SequenceTemplate "sequence-template" Runtime, "sequence" => "template", "`msdyn_template`, where the package or its declared dependencies have it";
        ModelTemplate "model-template" Required, "AI model" => "AI template", "`msdyn_templateid`";
        ModelConfiguration "model-configuration" Required, "AI model" => "AI configuration", "`msdyn_activerunconfigurationid` and its like";
        ModelData "model-data" Runtime, "AI configuration" => "table or column", "prompts and data bindings";
        DataflowTable "dataflow-table" Runtime, "dataflow" => "table", "its query text";
    }
}

impl ReferenceKind {
    /// Its row.
    pub fn row(self) -> &'static ReferenceKindRow {
        &REFERENCE_KINDS[self as usize]
    }

    /// Its name in reports.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// Whether the platform tracks it.
    pub fn strength(self) -> Strength {
        self.row().strength
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_finds_its_own_row() {
        for row in REFERENCE_KINDS {
            assert_eq!(row.kind.id(), row.id);
        }
    }

    #[test]
    fn names_are_unique() {
        let mut ids: Vec<_> = REFERENCE_KINDS.iter().map(|row| row.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), REFERENCE_KINDS.len());
    }
}
