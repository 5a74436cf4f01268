//! What users have of an environment, each in its documented form and in every encoding it comes in.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;

use solvet::Error;
use solvet::target::{
    ComponentRow, Coverage, CoverageOf, CoverageState, Family, ImportOptions, Imported,
    RelationshipKind, SourceKind, TableMap, TargetManifest, import,
};
use support::encoding::encodings;
use tempfile::TempDir;

fn try_import(bytes: &[u8], options: &ImportOptions) -> Result<Vec<Imported>, Error> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("source");
    fs::write(&file, bytes).unwrap();
    import(&[file.to_string_lossy().into_owned()], options)
}

/// What a text says, the same in every encoding.
fn read_with(text: &str, options: &ImportOptions) -> Imported {
    let mut first: Option<Imported> = None;
    for (encoding, bytes) in encodings(text) {
        let mut read =
            try_import(&bytes, options).unwrap_or_else(|error| panic!("{encoding}: {error}"));
        assert_eq!(read.len(), 1, "{encoding}");
        let read = read.remove(0);
        if let Some(first) = &first {
            assert_eq!(read.manifest, first.manifest, "{encoding}");
            assert_eq!(read.source.rows, first.source.rows, "{encoding}");
        }
        first.get_or_insert(read);
    }
    first.unwrap()
}

fn read(text: &str) -> Imported {
    read_with(text, &ImportOptions::default())
}

fn manifest(text: &str) -> TargetManifest {
    read(text).manifest
}

/// What is wrong with a text, in a sentence with its remedy.
fn refused_with(text: &str, options: &ImportOptions) -> String {
    let error = try_import(text.as_bytes(), options).unwrap_err();
    assert!(!error.remedy().is_empty());
    error.to_string()
}

fn refused(text: &str) -> String {
    refused_with(text, &ImportOptions::default())
}

fn complete(families: &[&str]) -> ImportOptions {
    ImportOptions {
        complete: families
            .iter()
            .map(|name| Family::named(name).unwrap())
            .collect(),
        ..ImportOptions::default()
    }
}

/// An answer of the Web API with this context and rows.
fn answer(context: &str, rows: &str) -> String {
    format!(
        r#"{{"@odata.context":"https://contoso.crm4.dynamics.com/api/data/v9.2/$metadata#{context}","value":[{rows}]}}"#
    )
}

fn component(text: &str) -> ComponentRow {
    manifest(text).components.remove(0)
}

const ID: &str = "b0c9d8e7-f6a5-4b4c-8d3e-2f1a0b9c8d7e";

mod pac {
    use super::*;

    const ROWS: &str = r#"[
  {"Id":"6d1f0c52-8a44-4f0e-9a51-0d2c7e6b8f01","SolutionUniqueName":"ContosoCore","FriendlyName":"Contoso Größe","VersionNumber":"1.4.0.12","IsManaged":true}
]"#;

    #[test]
    fn a_list_of_solutions_in_json() {
        let read = read(ROWS);
        assert_eq!(read.source.kind, SourceKind::PacSolutionList);
        let row = &read.manifest.solutions[0];
        assert_eq!(
            (&*row.name, row.version.as_deref(), row.managed),
            ("ContosoCore", Some("1.4.0.12"), Some(true))
        );
        assert_eq!(row.display_name.as_deref(), Some("Contoso Größe"));
    }

    #[test]
    fn a_list_of_solutions_wrapped_with_its_status() {
        let wrapped =
            format!(r#"{{"Status":"Success","Errors":[],"Information":[],"Results":{ROWS}}}"#);
        assert_eq!(manifest(&wrapped), manifest(ROWS));
    }

    #[test]
    fn an_empty_list_of_solutions() {
        let read = read(r#"{"Status":"Success","Errors":[],"Information":[],"Results":[]}"#);
        assert_eq!(
            (read.source.kind, read.source.rows),
            (SourceKind::PacSolutionList, Some(0))
        );
    }

    #[test]
    fn a_list_of_solutions_in_columns() {
        let manifest = manifest(
            "Connected as a@contoso.example\nConnected to... Contoso UAT\n\
             Listing all Solutions from the current Dataverse organization...\n\
             Unique Name     Friendly Name      Version    Managed\n\
             ContosoCore     Contoso Core       1.4.0.12   True\n\
             Default         Default Solution   1.0        False\n",
        );
        let rows: Vec<_> = manifest
            .solutions
            .iter()
            .map(|row| (&*row.name, row.version.as_deref(), row.managed))
            .collect();
        assert_eq!(
            rows,
            [
                ("ContosoCore", Some("1.4.0.12"), Some(true)),
                ("Default", Some("1.0"), Some(false))
            ]
        );
    }

    #[test]
    fn a_numbered_list_of_solutions() {
        let manifest = manifest(
            "Connected to...contoso\nListing all Solutions from the current Dataverse Organization...\n\
             Index   Unique Name        Friendly Name            Version\n\
             [1]     Crd854a            CDS Default Solution     1.0.0.0\n",
        );
        assert_eq!(manifest.solutions[0].name, "Crd854a");
        assert_eq!(manifest.solutions[0].version.as_deref(), Some("1.0.0.0"));
    }

    #[test]
    fn a_list_without_built_in_solutions_is_complete_but_for_microsofts() {
        assert_eq!(
            manifest(ROWS).coverage["solutions"].0.of,
            CoverageOf::NonMicrosoft
        );
    }

    #[test]
    fn a_list_with_three_built_in_solutions_is_complete_of_visible_ones() {
        let row =
            |name: &str| format!(r#"{{"SolutionUniqueName":"{name}","VersionNumber":"9.0"}}"#);
        let names = ["System", "msdynce_AppCommon", "AppModuleWebResources"].map(row);
        let coverage = &manifest(&format!("[{}]", names.join(","))).coverage["solutions"].0;
        assert_eq!(
            (coverage.state, coverage.of),
            (CoverageState::Complete, CoverageOf::Visible)
        );
    }

    #[test]
    fn a_list_that_pac_could_not_make_is_refused() {
        let text = r#"{"Status":"Failure","Errors":["No profiles were found"],"Information":[],"Results":null}"#;
        assert!(refused(text).contains("pac says in it that it failed"));
    }

    #[test]
    fn a_list_without_rows_or_with_lines_cut_off_is_complete_of_nothing() {
        let heading = "Unique Name     Friendly Name      Version    Managed\n";
        let cut = format!(
            "{heading}ContosoCore     Contoso Core       1.4.0.12   True\nContosoSales    Cont"
        );
        let crooked = format!("{heading}ContosoCoreWithALongName Contoso Core 1.4.0.12   True\n");
        for text in [heading, &cut, &crooked] {
            let read = read(text);
            assert_eq!(
                read.manifest.coverage["solutions"].0.state,
                CoverageState::Partial,
                "{text}"
            );
            assert!(
                read.notes.iter().any(
                    |note| note.contains("more may be there") || note.contains("it lists none")
                )
            );
        }
    }

    #[test]
    fn a_list_of_applications_as_the_service_answers_it() {
        let manifest = manifest(&format!(
            r#"{{"value":[{{"id":"{ID}","uniqueName":"msdyn_SalesApp","version":"9.0.26102.1004","localizedName":"Sales","applicationId":"{ID}","instancePackageId":null,"state":"None"}},
                {{"id":"{ID}","uniqueName":"FieldService_Anchor","version":"8.8.0.1","applicationId":"{ID}","instancePackageId":"{ID}","state":"None"}},
                {{"id":"{ID}","uniqueName":"msdyn_Other","version":"1.0","applicationId":"{ID}","instancePackageId":null,"state":"Installed"}}]}}"#
        ));
        let states: Vec<_> = manifest
            .applications
            .iter()
            .map(|row| row.state.as_deref().unwrap())
            .collect();
        assert_eq!(states, ["None", "Installed", "Installed"]);
        assert_eq!(
            manifest.coverage["applications"].0.state,
            CoverageState::Partial
        );
    }

    #[test]
    fn a_list_of_applications_in_columns() {
        let manifest = manifest(
            "Connected as a@contoso.example\n\
             Name                    Unique Name            Version           State\n\
             Dynamics 365 Sales      msdyn_SalesApp         9.0.26102.1004    Installed\n\
             Field Service           FieldService_Anchor    8.8.0.1           None\n",
        );
        let rows: Vec<_> = manifest
            .applications
            .iter()
            .map(|row| (&*row.name, row.state.as_deref().unwrap()))
            .collect();
        assert_eq!(
            rows,
            [
                ("msdyn_SalesApp", "Installed"),
                ("FieldService_Anchor", "None")
            ]
        );
    }
}

mod web_api {
    use super::*;

    #[test]
    fn solutions_with_publishers_and_patches() {
        let text = answer(
            "solutions",
            r#"{"solutionid":"11111111-2222-4333-8444-555555555555","uniquename":"ContosoCore","friendlyname":"Core","version":"1.4.0.12","ismanaged":true,"isvisible":true,"_parentsolutionid_value":null,
                "publisherid":{"publisherid":"aa47","uniquename":"contoso","customizationprefix":"cts","customizationoptionvalueprefix":10471}},
               {"solutionid":"21111111-2222-4333-8444-555555555555","uniquename":"ContosoCore_Patch_1","version":"1.4.1.0","ismanaged":true,"_parentsolutionid_value":"11111111-2222-4333-8444-555555555555"},
               {"solutionid":"31111111-2222-4333-8444-555555555555","uniquename":"ContosoCore_Upgrade","version":"1.5.0.0","ismanaged":true}"#,
        );
        let manifest = manifest(&text);
        assert_eq!(manifest.solutions[0].prefix.as_deref(), Some("cts"));
        assert_eq!(
            manifest.solutions[1].patch_of.as_deref(),
            Some("ContosoCore")
        );
        assert_eq!(manifest.solutions[2].holding, Some(true));
        assert_eq!(manifest.publishers[0].option_value_prefix, Some(10471));
        assert_eq!(
            manifest.coverage["solutions"].0.state,
            CoverageState::Partial
        );
    }

    #[test]
    fn solutions_of_every_sort_are_all_only_if_somebody_says_so() {
        let row = |name: &str, managed: bool, visible: bool| {
            format!(
                r#"{{"uniquename":"{name}","version":"1.0","ismanaged":{managed},"isvisible":{visible}}}"#
            )
        };
        let rows = [
            row("System", true, true),
            row("msdynce_AppCommon", true, true),
            row("AppModuleWebResources", true, false),
            row("Default", false, true),
        ];
        // The first rows of a longer list look the same.
        let text = answer("solutions", &rows.join(","));
        assert_eq!(
            manifest(&text).coverage["solutions"].0.state,
            CoverageState::Partial
        );
        let stated = read_with(&text, &complete(&["solutions"])).manifest;
        assert_eq!(
            stated.coverage["solutions"],
            Coverage::complete(CoverageOf::All)
        );
    }

    #[test]
    fn publishers() {
        let text = answer(
            "publishers",
            r#"{"publisherid":"a","uniquename":"contoso","customizationprefix":"cts"}"#,
        );
        assert_eq!(manifest(&text).publishers[0].prefix.as_deref(), Some("cts"));
    }

    #[test]
    fn views_and_hierarchy_rules_with_their_tables() {
        let views = answer(
            "savedqueries",
            &format!(
                r#"{{"savedqueryid":"{ID}","name":"Quick find","returnedtypecode":"cts_order","querytype":4}}"#
            ),
        );
        let view = &manifest(&views).components[0];
        assert_eq!(view.parent.as_deref(), Some("cts_order"));
        assert_eq!(view.view_type, Some(4));
        let rules = answer(
            "hierarchyrules",
            &format!(
                r#"{{"hierarchyruleid":"{ID}","name":"Orders","primaryentitylogicalname":"cts_order"}}"#
            ),
        );
        let parent = &manifest(&rules).components[0].parent;
        assert_eq!(parent.as_deref(), Some("cts_order"));
    }

    #[test]
    fn relationships_of_one_sort() {
        let text = answer(
            "RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata(SchemaName)",
            r#"{"SchemaName":"cts_ship_cts_route","Entity1LogicalName":"cts_ship","Entity2LogicalName":"cts_route","IntersectEntityName":"cts_ship_route"}"#,
        );
        let row = &manifest(&text).relationships[0];
        assert_eq!(row.kind, Some(RelationshipKind::ManyToMany));
        assert_eq!(row.intersect.as_deref(), Some("cts_ship_route"));
    }

    #[test]
    fn tables_with_columns_and_keys() {
        let text = answer(
            "EntityDefinitions(LogicalName,Attributes(LogicalName))",
            &format!(
                r##"{{"LogicalName":"cts_order","SchemaName":"cts_Order","EntitySetName":"cts_orders","ObjectTypeCode":10712,"MetadataId":"{ID}","IsManaged":true,"IsCustomEntity":true,
                    "Attributes":[{{"@odata.type":"#Microsoft.Dynamics.CRM.LookupAttributeMetadata","LogicalName":"cts_account","SchemaName":"cts_Account","AttributeType":"Lookup","Targets":["account"],"MetadataId":"{ID}"}},
                                  {{"LogicalName":"cts_tags","AttributeType":"Virtual","AttributeTypeName":{{"Value":"MultiSelectPicklistType"}}}}],
                    "Keys":[{{"LogicalName":"cts_ordernumber","KeyAttributes":["cts_name"]}}]}}"##
            ),
        );
        let manifest = manifest(&text);
        let table = &manifest.tables[0];
        assert_eq!(
            (&*table.name, table.entity_set.as_deref(), table.otc),
            ("cts_order", Some("cts_orders"), Some(10712))
        );
        assert_eq!(table.columns[0].0.targets, ["account"]);
        assert_eq!(
            table.columns[1].0.kind.as_deref(),
            Some("MultiSelectPicklist")
        );
        assert_eq!(table.keys[0].0.name, "cts_ordernumber");
        assert_eq!(table.keys[0].0.columns, ["cts_name"]);
        let schema_name = table.columns[0].0.schema_name.as_deref();
        assert_eq!(schema_name, Some("cts_Account"));
        assert!(!table.columns_complete);
    }

    #[test]
    fn one_table_by_itself() {
        let text = r#"{"@odata.context":"https://x/api/data/v9.2/$metadata#EntityDefinitions(LogicalName)/$entity","LogicalName":"lead","Attributes":[{"LogicalName":"subject","AttributeType":"String"}]}"#;
        let read = read_with(text, &complete(&["columns"]));
        assert_eq!(read.manifest.tables[0].name, "lead");
        assert!(read.manifest.tables[0].columns_complete);
        assert_eq!(
            read.manifest.coverage["columns"].0.state,
            CoverageState::Partial
        );
    }

    #[test]
    fn columns_by_themselves_say_their_table() {
        let rows = r#"{"LogicalName":"cts_account","EntityLogicalName":"cts_order","AttributeType":"Lookup","Targets":["account"]}"#;
        let text = answer(
            "EntityDefinitions('a')/Attributes/Microsoft.Dynamics.CRM.LookupAttributeMetadata",
            rows,
        );
        assert_eq!(manifest(&text).tables[0].columns[0].0.targets, ["account"]);
    }

    #[test]
    fn columns_that_do_not_say_their_table_are_refused() {
        let text = answer(
            "EntityDefinitions('a')/Attributes",
            r#"{"LogicalName":"cts_account","AttributeType":"Lookup"}"#,
        );
        assert!(refused(&text).contains("do not say which table"));
    }

    #[test]
    fn relationships_of_both_sorts() {
        let text = answer(
            "RelationshipDefinitions",
            r#"{"SchemaName":"cts_account_cts_order","ReferencedEntity":"account","ReferencingEntity":"cts_order","ReferencingAttribute":"cts_account"},
               {"SchemaName":"cts_order_contact","Entity1LogicalName":"cts_order","Entity2LogicalName":"contact","IntersectEntityName":"cts_order_contact"}"#,
        );
        let manifest = manifest(&text);
        let kinds: Vec<_> = manifest
            .relationships
            .iter()
            .map(|row| row.kind.unwrap())
            .collect();
        assert_eq!(
            kinds,
            [RelationshipKind::OneToMany, RelationshipKind::ManyToMany]
        );
        assert_eq!(
            manifest.relationships[0].column.as_deref(),
            Some("cts_account")
        );
    }

    #[test]
    fn choices_with_their_values() {
        let text = answer(
            "GlobalOptionSetDefinitions",
            r#"{"Name":"cts_tier","Options":[{"Value":104710000},{"Value":104710001}]}"#,
        );
        assert_eq!(
            manifest(&text).choices[0].values,
            [104_710_000, 104_710_001]
        );
    }

    #[test]
    fn an_inventory_by_identifiers() {
        let rows = format!(
            r#"{{"objectid":"{ID}","componenttype":61,"rootcomponentbehavior":0,"_solutionid_value":"11111111-2222-4333-8444-555555555555"}}"#
        );
        let row = component(&answer("solutioncomponents", &rows));
        assert_eq!(
            (row.kind.0.to_string(), row.id.as_deref()),
            ("61".into(), Some(ID))
        );
        assert_eq!(row.solutions, ["11111111-2222-4333-8444-555555555555"]);
    }

    #[test]
    fn an_inventory_with_names() {
        let rows = format!(
            r#"{{"msdyn_objectid":"{ID}","msdyn_componenttype":2,"msdyn_name":"cts_tier","msdyn_primaryentityname":"account","msdyn_ismanaged":"True"}},
               {{"msdyn_objectid":"{ID}","msdyn_componenttype":10112,"msdyn_componentlogicalname":"bot","msdyn_name":"Greeter","msdyn_uniquename":"cts_bot"}}"#
        );
        let manifest = manifest(&answer("msdyn_solutioncomponentsummaries", &rows));
        let column = &manifest.components[0];
        assert_eq!(
            (
                column.name.as_deref(),
                column.parent.as_deref(),
                column.managed
            ),
            (Some("cts_tier"), Some("account"), Some(true))
        );
        assert_eq!(manifest.components[1].kind.0.to_string(), "bot");
        assert_eq!(manifest.components[1].name.as_deref(), Some("cts_bot"));
    }

    #[test]
    fn processes_are_their_definitions() {
        let rows = format!(
            r#"{{"workflowid":"{ID}","name":"Order approval","category":5,"type":1,"statecode":1,"primaryentity":"none","ismanaged":false}},
               {{"workflowid":"11111111-2222-4333-8444-555555555555","name":"Order approval","type":2,"statecode":1}}"#
        );
        let manifest = manifest(&answer("workflows", &rows));
        assert_eq!(manifest.components.len(), 1);
        assert_eq!(manifest.components[0].state.as_deref(), Some("Activated"));
    }

    #[test]
    fn roles_are_those_of_the_root_business_unit() {
        let rows = format!(
            r#"{{"roleid":"{ID}","name":"Clerk","_parentrootroleid_value":"{ID}"}},
               {{"roleid":"11111111-2222-4333-8444-555555555555","name":"Clerk","_parentrootroleid_value":"{ID}"}}"#
        );
        assert_eq!(manifest(&answer("roles", &rows)).components.len(), 1);
    }

    /// An entity set, its key, the rest of a row, and what people call the component.
    static FAMILIES: &[(&str, &str, &str, &str)] = &[
        (
            "webresourceset",
            "webresourceid",
            r#""name":"cts_/js/order.js""#,
            "web resource cts_/js/order.js",
        ),
        (
            "systemforms",
            "formid",
            r#""name":"Main","objecttypecode":"cts_order""#,
            "form Main of cts_order",
        ),
        (
            "savedqueries",
            "savedqueryid",
            r#""name":"Active","returnedtypecode":"cts_order""#,
            "view Active of cts_order",
        ),
        (
            "appmodules",
            "appmoduleid",
            r#""uniquename":"cts_App""#,
            "model-driven app cts_App",
        ),
        (
            "pluginassemblies",
            "pluginassemblyid",
            r#""name":"Contoso.Plugins""#,
            "plug-in assembly Contoso.Plugins",
        ),
        (
            "plugintypes",
            "plugintypeid",
            r#""typename":"Contoso.Plugins.Check""#,
            "plug-in type Contoso.Plugins.Check",
        ),
        (
            "sdkmessages",
            "sdkmessageid",
            r#""name":"cts_Approve""#,
            "message cts_Approve",
        ),
        (
            "customcontrols",
            "customcontrolid",
            r#""name":"cts_Contoso.Star""#,
            "custom control cts_Contoso.Star",
        ),
        (
            "fieldsecurityprofiles",
            "fieldsecurityprofileid",
            r#""name":"Secret""#,
            "column security profile Secret",
        ),
        (
            "connectionroles",
            "connectionroleid",
            r#""name":"Partner""#,
            "connection role Partner",
        ),
        ("reports", "reportid", r#""name":"Orders""#, "report Orders"),
        (
            "templates",
            "templateid",
            r#""title":"Thanks""#,
            "e-mail template Thanks",
        ),
        (
            "customapis",
            "customapiid",
            r#""uniquename":"cts_Approve""#,
            "custom API cts_Approve",
        ),
        (
            "msdyn_sequences",
            "msdyn_sequenceid",
            r#""msdyn_name":"APAC Leads""#,
            "sequence APAC Leads",
        ),
    ];

    #[test]
    fn a_table_of_each_known_family() {
        for (set, key, rest, called) in FAMILIES {
            let row = component(&answer(set, &format!(r#"{{"{key}":"{ID}",{rest}}}"#)));
            let kind = solvet::model::Identity::of(row.kind.0.clone()).kind.label();
            let parent = row
                .parent
                .map_or(String::new(), |parent| format!(" of {parent}"));
            assert_eq!(
                format!("{kind} {}{parent}", row.name.unwrap()),
                *called,
                "{set}"
            );
            assert_eq!(row.id.as_deref(), Some(ID), "{set}");
        }
    }

    #[test]
    fn rows_of_a_custom_table_are_known_by_their_key() {
        let row = component(&answer(
            "cts_playbooks",
            &format!(r#"{{"cts_playbookid":"{ID}","cts_name":"A"}}"#),
        ));
        assert_eq!(row.kind.0.to_string(), "cts_playbook");
    }

    #[test]
    fn connection_references_say_whether_they_are_connected() {
        let rows = r#"{"connectionreferencelogicalname":"cts_office","connectorid":"/providers/Microsoft.PowerApps/apis/shared_office365","connectionid":null}"#;
        let manifest = manifest(&answer("connectionreferences", rows));
        assert_eq!(manifest.connection_references[0].connected, Some(false));
    }

    #[test]
    fn variables_are_taken_without_their_values() {
        let rows = r#"{"schemaname":"cts_Url","type":100000000,"defaultvalue":"https://secret.example","environmentvariabledefinition_environmentvariablevalue":[{"value":"hidden"}]}"#;
        let manifest = manifest(&answer("environmentvariabledefinitions", rows));
        let row = &manifest.environment_variables[0];
        assert_eq!(
            (row.kind.as_deref(), row.has_default, row.has_value),
            (Some("String"), Some(true), Some(true))
        );
        let written = solvet::target::manifest_json(&manifest);
        assert!(!written.contains("secret") && !written.contains("hidden"));
    }

    #[test]
    fn layers_with_the_one_that_wins_first() {
        let rows = format!(
            r#"{{"msdyn_componentid":"{ID}","msdyn_solutioncomponentname":"Workflow","msdyn_solutionname":"Core","msdyn_publishername":"contoso","msdyn_order":1}},
               {{"msdyn_componentid":"{ID}","msdyn_solutioncomponentname":"Workflow","msdyn_solutionname":"Active","msdyn_order":2}}"#
        );
        let row = component(&answer("msdyn_componentlayers", &rows));
        let names: Vec<_> = row
            .layers
            .iter()
            .map(|layer| (&*layer.solution, layer.active))
            .collect();
        assert_eq!(names, [("Active", Some(true)), ("Core", Some(false))]);
    }

    #[test]
    fn dependencies_claim_that_nothing_is_there() {
        let rows = format!(
            r#"{{"dependentcomponentobjectid":"{ID}","dependentcomponenttype":29,"requiredcomponentobjectid":"11111111-2222-4333-8444-555555555555","requiredcomponenttype":1,"dependencytype":2}}"#
        );
        let manifest = manifest(&answer("dependencies", &rows));
        assert_eq!(manifest.dependencies[0].dependent.id.as_deref(), Some(ID));
        assert!(manifest.components.is_empty() && manifest.absent.is_empty());
        let families: Vec<_> = manifest.coverage.keys().collect();
        assert_eq!(families, ["dependencies"]);
    }

    #[test]
    fn the_environment_itself() {
        let organization = answer(
            "organizations",
            &format!(
                r#"{{"organizationid":"{ID}","name":"org1","languagecode":1033,"maxuploadfilesize":5242880}}"#
            ),
        );
        let environment = manifest(&organization).environment;
        assert_eq!(
            (environment.base_language, environment.max_upload_file_size),
            (Some(1033), Some(5_242_880))
        );
        let version = r#"{"@odata.context":"https://x/$metadata#Microsoft.Dynamics.CRM.RetrieveVersionResponse","Version":"9.2.26094.133"}"#;
        assert_eq!(
            manifest(version).environment.version.as_deref(),
            Some("9.2.26094.133")
        );
        let languages = r#"{"@odata.context":"https://x/$metadata#Microsoft.Dynamics.CRM.RetrieveProvisionedLanguagesResponse","RetrieveProvisionedLanguages":[1033,1031]}"#;
        assert_eq!(manifest(languages).environment.languages, [1033, 1031]);
    }

    #[test]
    fn rows_without_a_context_are_known_by_their_keys() {
        let row = format!(r#"{{"webresourceid":"{ID}","name":"cts_/a.js"}}"#);
        let bare = component(&format!("[{row}]"));
        let lines = component(&format!("{row}\n{row}\n"));
        assert_eq!(bare, lines);
        assert_eq!(bare.name.as_deref(), Some("cts_/a.js"));
    }

    #[test]
    fn an_array_of_pages_is_one_answer() {
        let page = |id: &str, next: &str| {
            format!(
                r#"{{"@odata.context":"https://x/$metadata#webresourceset","value":[{{"webresourceid":"{id}","name":"cts_/{id}"}}]{next}}}"#
            )
        };
        let link = r#","@odata.nextLink":"https://x/webresourceset?$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E""#;
        let text = format!(
            "[{},{}]",
            page(ID, link),
            page("11111111-2222-4333-8444-555555555555", "")
        );
        let read = read_with(&text, &complete(&["webResources"]));
        assert_eq!(read.manifest.components.len(), 2);
        assert_eq!(
            read.manifest.coverage["webResources"].0.state,
            CoverageState::Complete
        );
    }

    #[test]
    fn an_open_page_lowers_coverage_and_is_told() {
        let text = answer("roles", &format!(r#"{{"roleid":"{ID}","name":"Clerk"}}"#)).replace(
            "]}",
            r#"],"@odata.nextLink":"https://x/roles?$skiptoken=abc"}"#,
        );
        let read = read(&text);
        assert_eq!(
            read.manifest.coverage["roles"].0.state,
            CoverageState::Partial
        );
        assert!(read.notes[0].contains("more may be there"));
        assert!(
            refused_with(&text, &complete(&["roles"]))
                .contains("goes on in a page that was not given")
        );
    }

    #[test]
    fn pages_in_several_files_are_joined_and_a_gap_is_refused() {
        let folder = TempDir::new().unwrap();
        let page = |file: &str, next: Option<u32>| {
            let next = next.map_or(String::new(), |next| {
                format!(r#","@odata.nextLink":"https://x/roles?$skiptoken=%3Ccookie%20pagenumber=%22{next}%22%20/%3E""#)
            });
            let text = format!(
                r#"{{"@odata.context":"https://x/$metadata#roles","value":[{{"roleid":"{ID}","name":"Clerk"}}]{next}}}"#
            );
            fs::write(folder.path().join(file), text).unwrap();
            folder.path().join(file).to_string_lossy().into_owned()
        };
        let (one, two, three) = (
            page("1.json", Some(2)),
            page("2.json", Some(3)),
            page("3.json", None),
        );
        let all = import(&[one.clone(), two, three.clone()], &complete(&["roles"])).unwrap();
        assert_eq!(
            all.last().unwrap().manifest.coverage["roles"].0.state,
            CoverageState::Complete
        );
        let later = page("4.json", Some(4));
        let error = import(&[one, later, three], &ImportOptions::default()).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("4.json: page 2 of its answer was not given"),
            "{error}"
        );
    }

    fn state(text: &str, family: &str) -> CoverageState {
        read_with(text, &complete(&[family])).manifest.coverage[family]
            .0
            .state
    }

    #[test]
    fn one_table_by_itself_is_not_all_tables() {
        let text = r#"{"@odata.context":"https://x/api/data/v9.2/$metadata#EntityDefinitions/$entity","LogicalName":"lead"}"#;
        assert_eq!(state(text, "tables"), CoverageState::Partial);
    }

    #[test]
    fn an_answer_without_solutions_is_not_all_solutions() {
        assert_eq!(
            state(&answer("solutions", ""), "solutions"),
            CoverageState::Partial
        );
        assert_eq!(
            state(&answer("connectionreferences", ""), "connectionReferences"),
            CoverageState::Complete
        );
    }

    #[test]
    fn the_end_of_one_answer_does_not_end_another() {
        let open = answer("roles", &format!(r#"{{"roleid":"{ID}","name":"Clerk"}}"#)).replace(
            "]}",
            r#"],"@odata.nextLink":"https://x/roles?$skiptoken=%3Ccookie%20pagenumber=%222%22%20/%3E"}"#,
        );
        let closed = answer("roles", &format!(r#"{{"roleid":"{ID}","name":"Chief"}}"#));
        let text = format!("[{open},{closed},{closed}]");
        assert!(refused_with(&text, &complete(&["roles"])).contains("was not given"));
        assert_eq!(
            manifest(&text).coverage["roles"].0.state,
            CoverageState::Partial
        );
    }

    #[test]
    fn answers_and_publishers_cost_no_more_than_their_number() {
        const COUNT: usize = 40_000;
        let pages = (0..COUNT).map(|number| {
            format!(r#"{{"@odata.context":"https://x/$metadata#roles({number})","value":[]}}"#)
        });
        let pages: Vec<_> = pages.collect();
        let rows = (0..COUNT).map(|number| {
            format!(
                r#"{{"uniquename":"s{number}","version":"1.0","publisherid":{{"uniquename":"p{number}"}}}}"#
            )
        });
        let rows: Vec<_> = rows.collect();
        let start = std::time::Instant::now();
        for text in [
            format!("[{}]", pages.join(",")),
            answer("solutions", &rows.join(",")),
        ] {
            try_import(text.as_bytes(), &ImportOptions::default()).unwrap();
        }
        assert!(start.elapsed().as_secs() < 5);
    }

    #[test]
    fn an_error_answer_is_refused_with_its_message() {
        let text = r#"{"error":{"code":"0x80040220","message":"Principal user is missing prvReadRole privilege"}}"#;
        assert!(refused(text).contains("Principal user is missing prvReadRole privilege"));
    }

    #[test]
    fn an_answer_cut_by_powershell_is_refused_with_the_way_out() {
        let text = answer(
            "EntityDefinitions(LogicalName)",
            r#"{"LogicalName":"lead","Attributes":"System.Object[]"}"#,
        );
        let error = try_import(text.as_bytes(), &ImportOptions::default()).unwrap_err();
        assert!(error.remedy().contains("ConvertTo-Json -Depth 10"));
    }
}

/// Lists that are said to be complete and do not show it.
mod completeness {
    use super::*;

    /// How complete a family of a source is that is said to be complete, and why it is not.
    fn claimed(text: &str, family: &str) -> (CoverageState, String) {
        let read = read_with(text, &complete(&[family]));
        let state = read.manifest.coverage[family].0.state;
        (state, read.notes.join("; "))
    }

    fn is_doubted(text: &str, family: &str, why: &str) {
        let (state, notes) = claimed(text, family);
        assert_eq!(state, CoverageState::Partial, "{notes}");
        let note = format!("it does not count as all {family}: ");
        assert!(notes.contains(&note) && notes.contains(why), "{notes}");
    }

    #[test]
    fn an_inventory_by_ids_is_not_complete_of_what_has_a_name() {
        let inventory = |kind: u32| {
            answer(
                "solutioncomponents",
                &format!(r#"{{"objectid":"{ID}","componenttype":{kind}}}"#),
            )
        };
        is_doubted(&inventory(61), "webResources", "by an id");
        is_doubted(&inventory(1), "tables", "by an id");
        assert_eq!(claimed(&inventory(26), "views").0, CoverageState::Complete);
    }

    #[test]
    fn rows_that_name_nothing_may_be_anything_of_their_family() {
        let row = |key: &str| format!(r#"{{"{key}":"cts_mail","connectionreferenceid":"{ID}"}}"#);
        let rows = [
            row("connectionreferencelogicalname"),
            row("connectionreferencedisplayname"),
        ];
        is_doubted(
            &answer("connectionreferences", &rows.join(",")),
            "connectionReferences",
            "1 of its rows names nothing",
        );
        is_doubted(
            &answer("webresourceset", &format!(r#"{{"webresourceid":"{ID}"}}"#)),
            "webResources",
            "by an id",
        );
        is_doubted(
            &answer("roles", r#"{"roleid":null,"name":"Clerk"}"#),
            "roles",
            "by a name",
        );
    }

    #[test]
    fn a_family_of_several_types_is_not_complete_of_one() {
        let steps = format!(r#"{{"sdkmessageprocessingstepid":"{ID}","name":"On create"}}"#);
        is_doubted(
            &answer("sdkmessageprocessingsteps", &steps),
            "pluginSteps",
            "it lists no step image",
        );
    }

    #[test]
    fn a_key_or_column_without_a_name_leaves_its_table_open() {
        let text = answer(
            "EntityDefinitions",
            r#"{"LogicalName":"lead","Attributes":[{"LogicalName":"subject"},{"AttributeType":"String"}],"Keys":[{"KeyAttributes":["subject"]}]}"#,
        );
        let table = read_with(&text, &complete(&["columns", "keys"]))
            .manifest
            .tables
            .remove(0);
        assert!(!table.columns_complete);
        assert!(!table.keys_complete);
    }

    #[test]
    fn an_answer_with_nothing_in_it_is_told() {
        let (state, notes) = claimed(&answer("connectionreferences", ""), "connectionReferences");
        assert_eq!(state, CoverageState::Complete);
        assert!(
            notes.contains("it lists none of connectionReferences"),
            "{notes}"
        );
        is_doubted(
            &answer("webresourceset", ""),
            "webResources",
            "every environment has some",
        );
    }

    #[test]
    fn a_family_that_no_source_lists_is_told() {
        let text = answer("roles", &format!(r#"{{"roleid":"{ID}","name":"Clerk"}}"#));
        let read = read_with(&text, &complete(&["roles", "views"]));
        assert!(!read.manifest.coverage.contains_key("views"));
        assert!(
            read.notes[0].contains("no source lists views"),
            "{:?}",
            read.notes
        );
    }

    #[test]
    fn a_table_without_keys_may_be_complete_of_them() {
        let text = answer("EntityDefinitions", r#"{"LogicalName":"lead","Keys":[]}"#);
        let read = read_with(&text, &complete(&["keys"]));
        assert!(read.manifest.tables[0].keys_complete);
        assert_eq!(read.notes, [""; 0]);
    }

    #[test]
    fn a_list_of_pac_never_has_hidden_solutions() {
        let row =
            |name: &str| format!(r#"{{"SolutionUniqueName":"{name}","VersionNumber":"9.0"}}"#);
        let names = ["System", "msdynce_AppCommon", "AppModuleWebResources"].map(row);
        let text = format!("[{}]", names.join(","));
        let read = read_with(&text, &complete(&["solutions"]));
        assert_eq!(
            read.manifest.coverage["solutions"].0.of,
            CoverageOf::Visible
        );
    }

    #[test]
    fn a_list_of_applications_is_not_complete_where_one_has_no_name() {
        let rows = r#"[{"uniqueName":"CtsApp","applicationId":"a"},{"applicationId":"b"}]"#;
        is_doubted(rows, "applications", "1 of its rows names nothing");
    }
}

mod documents {
    use super::*;

    fn sample(name: &str) -> String {
        fs::read_to_string(format!("samples/targets/sources/{name}")).unwrap()
    }

    #[test]
    fn metadata_is_complete_of_what_it_shows() {
        let read = read(&sample("metadata.xml"));
        assert_eq!(read.source.kind, SourceKind::Csdl);
        let names: Vec<_> = read
            .manifest
            .tables
            .iter()
            .map(|table| &*table.name)
            .collect();
        assert_eq!(
            names,
            ["account", "lead", "msdyn_sequence", "msdyn_salestag"]
        );
        let coverage = &read.manifest.coverage["columns"].0;
        assert_eq!(
            (coverage.state, coverage.of),
            (CoverageState::Complete, CoverageOf::Metadata)
        );
        assert_eq!(
            read.manifest.relationships[0].column.as_deref(),
            Some("customerid")
        );
    }

    #[test]
    fn half_of_metadata_is_refused_with_the_place() {
        let text = sample("metadata.xml");
        let error = refused(&text[..text.len() / 2]);
        assert!(error.contains("its XML is damaged in line "), "{error}");
    }

    #[test]
    fn the_text_of_a_failed_import() {
        let read = read(&sample("import-error.txt"));
        assert_eq!(read.source.kind, SourceKind::ImportLog);
        let row = &read.manifest.absent[0];
        assert_eq!(
            (row.id.as_deref(), row.solution.as_deref()),
            (
                Some("0579e89e-6c56-4b05-8532-57876b57ba85"),
                Some("FabrikamEngagement")
            )
        );
        assert!(read.manifest.coverage.is_empty());
    }

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;")
            .replace('"', "&quot;")
    }

    #[test]
    fn the_data_of_an_import_job() {
        let text = format!(
            "<importexportxml start=\"639\" stop=\"639\" progress=\"80\" processed=\"true\"><solutionManifests><solutionManifest \
             languagecode=\"1033\" id=\"A\" processed=\"true\"><result result=\"failure\" errorcode=\"0x8004801D\" errortext=\"{}\" \
             datetime=\"08:15:00.00\" datetimeticks=\"1\"/></solutionManifest></solutionManifests></importexportxml>",
            escaped(&sample("import-error.txt"))
        );
        assert_eq!(manifest(&text).absent.len(), 1);
    }

    #[test]
    fn the_workbook_of_an_import() {
        let text = format!(
            "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
             xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Components\"><Table><Row><Cell>\
             <Data ss:Type=\"String\">{}</Data></Cell></Row></Table></Worksheet></Workbook>",
            escaped(&sample("import-error.txt"))
        );
        assert_eq!(manifest(&text).absent.len(), 1);
    }

    #[test]
    fn a_log_without_missing_dependencies_says_nothing() {
        let text = "<importexportxml succeeded=\"true\" status=\"\" progress=\"100\"><solutionManifests/></importexportxml>";
        let read = read(text);
        assert_eq!(read.source.rows, Some(0));
        assert!(read.notes[0].contains("names no missing dependency"));
    }

    #[test]
    fn an_error_in_json_is_searched_for_its_text() {
        let text = serde_json::json!({"error": "import", "details": [sample("import-error.txt")]})
            .to_string();
        assert_eq!(manifest(&text).absent.len(), 1);
    }

    #[test]
    fn the_answer_of_stage_solution() {
        let text = r#"{"@odata.context":"https://x/$metadata#Microsoft.Dynamics.CRM.StageSolutionResponse","StageSolutionResults":{"StageSolutionUploadId":"11111111-2222-4333-8444-555555555555","StageSolutionStatus":"Failed","SolutionValidationResults":[],
            "MissingDependencies":[{"RequiredComponentSchemaName":"fab_score","RequiredComponentParentSchemaName":"lead","RequiredComponentType":"2","RequiredComponentId":"00000000-0000-0000-0000-000000000000","RequiredSolutionName":"Fabrikam (1.0.0.1)"}],
            "SolutionDetails":{"SolutionUniqueName":"Contoso"}}}"#;
        let read = read(text);
        assert_eq!(read.source.kind, SourceKind::StageSolution);
        let row = &read.manifest.absent[0];
        assert_eq!(
            (
                row.name.as_deref(),
                row.parent.as_deref(),
                row.id.as_deref()
            ),
            (Some("fab_score"), Some("lead"), None)
        );
        assert_eq!(row.solution.as_deref(), Some("Fabrikam"));
    }

    #[test]
    fn a_table_with_the_columns_that_the_user_names() {
        let options = ImportOptions {
            table: Some(TableMap {
                kind: "solutions".into(),
                columns: vec![
                    ("name".into(), "Unique name".into()),
                    ("version".into(), "Version".into()),
                ],
            }),
            ..ImportOptions::default()
        };
        for (_, bytes) in encodings("Display,Unique name,Version\n\"Größe, A\",Core,1.0\n")
            .into_iter()
            .filter(|(encoding, _)| *encoding != "colours")
        {
            let read = try_import(&bytes, &options).unwrap().remove(0);
            assert_eq!(read.manifest.solutions[0].name, "Core");
        }
    }

    #[test]
    fn packages_and_folders_of_what_is_installed() {
        for (path, kind) in [
            (
                "samples/SequenceAPACleads_1_0_0_1.zip",
                SourceKind::SolutionZip,
            ),
            ("samples/sequence-apac-leads", SourceKind::SolutionFolder),
        ] {
            let read = import(&[path.into()], &ImportOptions::default())
                .unwrap()
                .remove(0);
            assert_eq!(read.source.kind, kind, "{path}");
            assert_eq!(read.source.solution.as_deref(), Some("SequenceAPACLeads"));
            assert_eq!(read.manifest.solutions[0].prefix.as_deref(), Some("cts"));
            let lead = read
                .manifest
                .tables
                .iter()
                .find(|table| table.name == "lead")
                .unwrap();
            assert!(
                lead.columns
                    .iter()
                    .any(|column| column.0.name == "fab_leadscore"),
                "what it requires is there"
            );
        }
    }

    #[test]
    fn nothing_and_anything_else_is_refused() {
        assert!(refused("").contains("it is empty"));
        assert!(refused("\u{1}\u{2}PNG\u{0}").contains("it is no text"));
        assert!(refused("{\"manifestVersion\": 1}").contains("it is a target manifest"));
        assert!(refused("{\"a\": 1}").contains("its JSON is no answer that is known"));
        assert!(
            refused("<html><body>Sign in</body></html>")
                .contains("its XML is neither $metadata nor an import log")
        );
    }
}

mod folders {
    use super::*;

    fn folder(collect: &str) -> TempDir {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("collect.json"), collect).unwrap();
        folder
    }

    const DESCRIPTION: &str = r#"{"collectVersion":1,"at":"2026-11-20T08:15:00Z","environment":{"url":"https://contoso.crm4.dynamics.com"},
        "files":[{"file":"roles.json","query":"roles?$select=roleid,name","complete":["roles"]}]}"#;

    #[test]
    fn each_file_of_a_folder_is_as_complete_as_its_query_and_as_old_as_the_folder() {
        let folder = folder(DESCRIPTION);
        let rows = format!(r#"{{"roleid":"{ID}","name":"Clerk"}}"#);
        fs::write(folder.path().join("roles.json"), answer("roles", &rows)).unwrap();
        let description = folder.path().join("collect.json");
        for path in [folder.path(), &description] {
            let read = import(
                &[path.to_string_lossy().into_owned()],
                &ImportOptions::default(),
            )
            .unwrap()
            .remove(0);
            assert_eq!(
                read.manifest.coverage["roles"].0.state,
                CoverageState::Complete
            );
            assert_eq!(read.source.at.as_deref(), Some("2026-11-20T08:15:00Z"));
            assert_eq!(
                read.manifest.environment.url.as_deref(),
                Some("https://contoso.crm4.dynamics.com")
            );
        }
    }

    #[test]
    fn a_file_that_is_named_and_missing_is_refused() {
        let folder = folder(DESCRIPTION);
        let error = import(
            &[folder.path().to_string_lossy().into_owned()],
            &ImportOptions::default(),
        )
        .unwrap_err();
        assert!(
            error
                .to_string()
                .contains("names roles.json, which is not there"),
            "{error}"
        );
    }

    #[test]
    fn a_file_elsewhere_is_refused() {
        let folder = folder(&DESCRIPTION.replace("roles.json", "../roles.json"));
        let error = import(
            &[folder.path().to_string_lossy().into_owned()],
            &ImportOptions::default(),
        )
        .unwrap_err();
        assert!(
            error.to_string().contains("which is no file beside it"),
            "{error}"
        );
    }
}
