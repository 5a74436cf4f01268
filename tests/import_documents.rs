//! What sources prove, and what they do not: `$metadata`, packages of what is installed, what failed imports leave behind,
//! tables. Each text is written by hand from its documented form and read in every encoding that it comes in.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "what helpers of tests cannot do, the test may die of"
)]

mod support;

use std::fs;
use std::path::Path;

use solvet::target::{
    AbsentRow, Contradictions, ImportOptions, Imported, MANIFEST_VERSION, Presence, Question,
    SourceKind, TableMap, Target, TargetManifest, add, import,
};
use support::encoding::encodings;
use tempfile::TempDir;

fn import_path(path: &Path, options: &ImportOptions) -> Result<Vec<Imported>, solvet::Error> {
    import(&[path.to_string_lossy().into_owned()], options)
}

/// What bytes say, as a file.
fn import_bytes(bytes: &[u8], options: &ImportOptions) -> Result<Vec<Imported>, solvet::Error> {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("source");
    fs::write(&file, bytes).unwrap();
    import_path(&file, options)
}

/// What a text says, the same in every encoding.
fn read(text: &str) -> Imported {
    let mut all = encodings(text).into_iter().map(|(encoding, bytes)| {
        let mut read = import_bytes(&bytes, &ImportOptions::default())
            .unwrap_or_else(|error| panic!("{encoding}: {error}"));
        assert_eq!(read.len(), 1, "{encoding}");
        (encoding, read.remove(0))
    });
    let (_, first) = all.next().unwrap();
    for (encoding, other) in all {
        assert_eq!(other.manifest, first.manifest, "{encoding}");
        assert_eq!(other.notes, first.notes, "{encoding}");
    }
    first
}

fn refused(text: &str) -> String {
    let error = import_bytes(text.as_bytes(), &ImportOptions::default()).unwrap_err();
    assert!(!error.remedy().is_empty());
    error.to_string()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

mod metadata {
    use super::*;

    fn document(schema: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edmx:Edmx Version=\"4.0\" xmlns:edmx=\"http://docs.oasis-open.org/odata/ns/edmx\">\n \
             <edmx:DataServices>\n  <Schema Namespace=\"Microsoft.Dynamics.CRM\" Alias=\"mscrm\" xmlns=\"http://docs.oasis-open.org/odata/ns/edm\">\n\
             {schema}\n  </Schema>\n </edmx:DataServices>\n</edmx:Edmx>\n"
        )
    }

    const ACTIVITIES: &str = r#"<EntityType Name="crmbaseentity" Abstract="true" />
        <EntityType Name="activitypointer" BaseType="mscrm.crmbaseentity" Abstract="true"><Key><PropertyRef Name="activityid" /></Key>
          <Property Name="activityid" Type="Edm.Guid" /><Property Name="_regardingobjectid_value" Type="Edm.Guid" /></EntityType>
        <EntityType Name="cts_visit" BaseType="Microsoft.Dynamics.CRM.activitypointer">
          <Property Name="cts_größe" Type="Edm.String" Unicode="false" />
          <NavigationProperty Name="regardingobjectid_account_cts_visit" Type="mscrm.account" Partner="account_cts_visits">
            <ReferentialConstraint Property="_regardingobjectid_value" ReferencedProperty="accountid" /></NavigationProperty></EntityType>
        <EntityType Name="account" BaseType="mscrm.crmbaseentity"><Property Name="accountid" Type="Edm.Guid" />
          <NavigationProperty Name="account_cts_visits" Type="Collection(mscrm.cts_visit)" Partner="regardingobjectid_account_cts_visit" /></EntityType>
        <ComplexType Name="WhoAmIResponse"><Property Name="UserId" Type="Edm.Guid" /></ComplexType>
        <Action Name="SetState"><Parameter Name="State" Type="Edm.Int32" /></Action>
        <EntityContainer Name="System"><EntitySet Name="cts_visits" EntityType="mscrm.cts_visit" />
          <EntitySet Name="accounts" EntityType="mscrm.account" /><EntitySet Name="activitypointers" EntityType="mscrm.activitypointer" /></EntityContainer>"#;

    #[test]
    fn an_activity_has_its_own_columns_and_those_of_activities() {
        let manifest = read(&document(ACTIVITIES)).manifest;
        let names: Vec<_> = manifest.tables.iter().map(|table| &*table.name).collect();
        assert_eq!(names, ["activitypointer", "cts_visit", "account"]);
        let visit = &manifest.tables[1];
        assert_eq!(visit.entity_set.as_deref(), Some("cts_visits"));
        let columns = visit.columns.iter().map(|column| &*column.0.name);
        assert_eq!(
            columns.collect::<Vec<_>>(),
            ["cts_größe", "activityid", "regardingobjectid"]
        );
    }

    #[test]
    fn a_relationship_is_one_though_both_ends_show_it() {
        let manifest = read(&document(ACTIVITIES)).manifest;
        let [row] = manifest.relationships.as_slice() else {
            panic!("{:?}", manifest.relationships)
        };
        assert_eq!(row.name, "account_cts_visits");
        let ends = [&row.referencing, &row.column, &row.referenced].map(Option::as_deref);
        assert_eq!(
            ends,
            [
                Some("cts_visit"),
                Some("regardingobjectid"),
                Some("account")
            ]
        );
    }

    #[test]
    fn the_metadata_of_another_service_proves_nothing() {
        let northwind = document(
            r#"<EntityType Name="Customer"><Property Name="CustomerID" Type="Edm.String" /></EntityType>"#,
        );
        assert!(refused(&northwind).contains("of another service"));
        assert!(refused(&document("")).contains("of another service"));
    }

    #[test]
    fn metadata_that_is_cut_off_anywhere_is_refused_as_a_whole() {
        let text = document(ACTIVITIES);
        for at in (200..text.trim_end().len() - 1).step_by(97) {
            let cut = &text[..text.floor_char_boundary(at)];
            assert!(refused(cut).contains("its XML is damaged in line "), "{at}");
        }
    }
}

mod failures {
    use super::*;

    const MISSING: &str = r#"<MissingDependencies canResolveAllMissingDependencies="False"><MissingDependency canResolveMissingDependency="False"><Required key="521" type="59" schemaName="Account Locations" displayName="R &amp; D" parentSchemaName="account" solution="Active" id="{00d41375-f98d-4911-a99a-000d3aa2c0c7}" /><Dependent key="500" type="60" displayName="Information" id="{65e22d70-2665-475d-873d-e23bda6b232a}" /></MissingDependency><MissingDependency><Required type="connectionreference" displayName="cts_Mail" solution="ContosoCore (1.4.0.12)" id.connectionreferencelogicalname="cts_mail"><package appName="Contoso" version="1.4.0.12" resolutionAction="Install" isFirstParty="False">ContosoAnchor (1.4.0.12)</Required><Dependent type="29" id="{75e22d70-2665-475d-873d-e23bda6b232a}" /></MissingDependency></MissingDependencies>"#;

    fn message() -> String {
        format!(
            "The following solution cannot be imported: ContosoSales. Some dependencies are missing. The missing dependencies are : \
             {MISSING} , ProductUpdatesOnly : False"
        )
    }

    /// What `MISSING` names, with this reason.
    fn is_all(rows: &[AbsentRow], reason: &str) {
        let names: Vec<_> = rows
            .iter()
            .map(|row| row.id.as_deref().or(row.name.as_deref()).unwrap())
            .collect();
        assert_eq!(names, ["00d41375-f98d-4911-a99a-000d3aa2c0c7", "cts_mail"]);
        assert_eq!(rows[0].solution, None, "the unmanaged layer is no solution");
        assert_eq!(rows[1].solution.as_deref(), Some("ContosoCore"));
        for row in rows {
            assert_eq!(row.reason.as_deref(), Some(reason));
        }
    }

    const UNDATED: &str = "the import of ContosoSales failed for lack of it";

    #[test]
    fn the_message_says_which_solution_was_refused() {
        let read = read(&message());
        assert_eq!(read.source.kind, SourceKind::ImportLog);
        is_all(&read.manifest.absent, UNDATED);
    }

    #[test]
    fn a_message_that_is_cut_off_keeps_what_stands_before_the_cut() {
        let text = message();
        let cut = &text[..text.find("id.connection").unwrap()];
        let read = read(cut);
        assert_eq!(read.manifest.absent.len(), 1);
        assert!(read.notes[0].starts_with("1 missing component is left out: the text is cut off"));
    }

    #[test]
    fn the_details_that_the_maker_portal_downloads() {
        let text = serde_json::json!([{
            "SolutionValidationResultType": "Error", "Message": message(), "ErrorCode": -2_147_188_707, "AdditionalInfo": null
        }])
        .to_string();
        is_all(&read(&text).manifest.absent, UNDATED);
        let cut = &text[..text.find("ProductUpdatesOnly").unwrap()];
        is_all(&read(cut).manifest.absent, UNDATED);
    }

    #[test]
    fn a_line_of_a_log_that_holds_json() {
        let json = serde_json::json!({"error": {"code": "0x8004801D", "message": message()}});
        let text = format!("2026-11-20T08:15:00Z ##[error] import failed: {json}\nDone.\n");
        is_all(&read(&text).manifest.absent, UNDATED);
    }

    fn job(result: &str, errortext: &str, inside: &str) -> String {
        format!(
            "<importexportxml start=\"639167328000000000\" stop=\"639167329000000000\" progress=\"14.8\" processed=\"true\"><solutionManifests>\
             <solutionManifest languagecode=\"1033\" id=\"ContosoSales\" LocalizedName=\"Sales\" processed=\"true\"><UniqueName>ContosoSales</UniqueName>\
             <Version>2.0.0.0</Version><results /><result result=\"{result}\" errorcode=\"0x8004801D\" errortext=\"{}\" datetime=\"08:15:00.00\" \
             datetimeticks=\"639167625000000000\"><parameters><parameter>ContosoSales</parameter><parameter>{}</parameter></parameters></result>{inside}\
             </solutionManifest></solutionManifests><entities /></importexportxml>",
            escaped(errortext),
            escaped(inside),
        )
    }

    #[test]
    fn the_data_of_a_job_says_when_it_failed() {
        let read = read(&job("failure", &message(), ""));
        is_all(
            &read.manifest.absent,
            "the import of ContosoSales failed on 2026-06-11 for lack of it",
        );
    }

    #[test]
    fn what_a_job_that_succeeded_repeats_of_its_manifest_is_not_missing() {
        let well_formed = MISSING.replace("</Required>", "</package></Required>");
        let read = read(&job("success", "", &well_formed));
        assert_eq!(read.source.rows, Some(0));
        assert!(read.notes[0].contains("names no missing dependency"));
    }

    #[test]
    fn the_data_of_a_job_that_is_cut_off_keeps_what_solutions_were_refused_for() {
        let part = |name: &str, result: &str, inside: &str| {
            format!(
                "<solutionManifest languagecode=\"1033\" id=\"{name}\"><UniqueName>{name}</UniqueName>{inside}{result}</solutionManifest>"
            )
        };
        let inside = MISSING.replace("</Required>", "</package></Required>");
        let data = |first: &str, second: &str| {
            let start = "<importexportxml start=\"639167328000000000\"><solutionManifests>";
            let parts = [
                part("ContosoCore", first, &inside),
                part("ContosoSales", second, &inside),
            ];
            format!("{start}{}", parts.concat())
        };
        let taken = "<result result=\"success\" errorcode=\"0\" errortext=\"\" />";
        let refused = "<result result=\"failure\" errorcode=\"0x8004801D\" datetimeticks=\"639167625000000000\" />";
        let rows = |text: &str| read(text).manifest.absent;
        assert_eq!(rows(&data(taken, taken)), []);
        is_all(
            &rows(&data(taken, refused)),
            "the import of ContosoSales failed on 2026-06-11 for lack of it",
        );
        // What became of the last one is not told.
        let open = read(&data(taken, "").replace("</solutionManifest>", ""));
        assert_eq!(open.manifest.absent, []);
        assert!(open.notes[0].contains("cut off"), "{:?}", open.notes);
    }

    #[test]
    fn of_several_jobs_of_one_solution_the_newest_counts() {
        let row = |day: &str, data: &str| {
            serde_json::json!({
                "importjobid": "11111111-2222-4333-8444-555555555555", "solutionname": "ContosoSales",
                "completedon": format!("2026-11-{day}T08:15:00Z"), "data": data
            })
        };
        let (failed, taken) = (job("failure", &message(), ""), job("success", "", ""));
        let answer = |rows: [serde_json::Value; 2]| {
            let context = "https://contoso.crm4.dynamics.com/api/data/v9.2/$metadata#importjobs";
            serde_json::json!({"@odata.context": context, "value": rows}).to_string()
        };
        let mended = read(&answer([row("19", &failed), row("20", &taken)]));
        assert_eq!(mended.source.rows, Some(0));
        assert!(mended.notes[0].contains("1 older"), "{:?}", mended.notes);
        let broken = read(&answer([row("20", &failed), row("19", &taken)]));
        assert_eq!(broken.manifest.absent.len(), 2);
    }

    #[test]
    fn the_workbook_that_is_downloaded_as_a_log() {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\" \
             xmlns:ss=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"Components\"><Table><Row><Cell><Data ss:Type=\"String\">{}</Data>\
             </Cell></Row></Table></Worksheet></Workbook>",
            escaped(&message())
        );
        is_all(&read(&text).manifest.absent, UNDATED);
        let formatted = serde_json::json!({ "FormattedResults": text }).to_string();
        is_all(&read(&formatted).manifest.absent, UNDATED);
    }

    #[test]
    fn a_solution_xml_is_no_failed_import() {
        let text = format!(
            "<ImportExportXml version=\"9.2.24014.198\" SolutionPackageVersion=\"9.2\"><SolutionManifest>{}</SolutionManifest></ImportExportXml>",
            MISSING.replace("</Required>", "</package></Required>")
        );
        assert!(refused(&text).contains("one file of a solution package"));
    }

    fn staged(status: &str, missing: &str, validation: &str) -> String {
        format!(
            r#"{{"@odata.context":"https://contoso.crm4.dynamics.com/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.StageSolutionResponse",
            "StageSolutionResults":{{"StageSolutionUploadId":"11111111-2222-4333-8444-555555555555","StageSolutionStatus":"{status}",
            "SolutionValidationResults":[{validation}],"MissingDependencies":[{missing}],
            "SolutionDetails":{{"SolutionUniqueName":"ContosoSales"}}}}}}"#
        )
    }

    #[test]
    fn the_check_before_an_import_says_for_which_solution_something_is_missing() {
        let row = r#"{"CanResolveMissingDependency":false,"RequiredComponentSchemaName":"cts_region","RequiredComponentParentSchemaName":"lead",
            "RequiredComponentType":"Attribute","RequiredComponentId":"00000000-0000-0000-0000-000000000000","RequiredSolutionName":"ContosoCore (1.4.0.12)"}"#;
        let read = read(&staged("Failed", row, ""));
        assert_eq!(read.source.kind, SourceKind::StageSolution);
        let row = &read.manifest.absent[0];
        assert_eq!(row.kind.0.to_string(), "2");
        assert_eq!(
            row.reason.as_deref(),
            Some("StageSolution did not find it for ContosoSales")
        );
    }

    #[test]
    fn the_check_before_an_import_may_say_it_in_its_message_only() {
        let validation =
            serde_json::json!({"SolutionValidationResultType": "Error", "Message": message()});
        let read = read(&staged("Failed", "", &validation.to_string()));
        assert_eq!(read.manifest.absent.len(), 2);
    }

    #[test]
    fn a_check_that_passed_says_so() {
        let read = read(&staged("Passed", "", ""));
        assert_eq!(read.source.rows, Some(0));
        assert!(read.notes[0].contains("Passed"), "{:?}", read.notes);
    }

    #[test]
    fn an_answer_that_a_shell_cut_to_texts_is_refused() {
        let text = staged(
            "Failed",
            "\"@{RequiredComponentSchemaName=cts_region}\"",
            "",
        );
        assert!(refused(&text).contains("ConvertTo-Json"));
    }
}

mod packages {
    use super::*;

    const SOLUTION: &str = r#"<ImportExportXml version="9.2.24014.198" SolutionPackageVersion="9.2" languagecode="1033"><SolutionManifest>
        <UniqueName>ContosoCore</UniqueName><Version>1.4.0.12</Version><Managed>1</Managed>
        <Publisher><UniqueName>contoso</UniqueName><CustomizationPrefix>cts</CustomizationPrefix>
        <CustomizationOptionValuePrefix>10471</CustomizationOptionValuePrefix></Publisher>
        <RootComponents><RootComponent type="1" schemaName="cts_order" behavior="0" /></RootComponents>
        <MissingDependencies><MissingDependency><Required type="61" schemaName="fab_/shared.js" solution="Fabrikam (1.0.0.0)" />
        <Dependent type="1" schemaName="cts_order" /></MissingDependency></MissingDependencies></SolutionManifest></ImportExportXml>"#;

    const CUSTOMIZATIONS: &str = r#"<ImportExportXml><Entities><Entity><Name>cts_Order</Name><EntityInfo><entity Name="cts_Order">
        <attributes><attribute PhysicalName="cts_Name"><Type>nvarchar</Type><Name>cts_name</Name><LogicalName>cts_name</LogicalName>
        <MaxLength>100</MaxLength><DisplayMask>PrimaryName</DisplayMask></attribute></attributes>
        <EntitySetName>cts_orders</EntitySetName><OwnershipTypeMask>UserOwned</OwnershipTypeMask></entity></EntityInfo></Entity></Entities>
        <EntityRelationships><EntityRelationship Name="cts_account_cts_order"><EntityRelationshipType>OneToMany</EntityRelationshipType>
        <ReferencingEntityName>cts_Order</ReferencingEntityName><ReferencedEntityName>Account</ReferencedEntityName>
        <ReferencingAttributeName>cts_accountid</ReferencingAttributeName></EntityRelationship></EntityRelationships>
        <WebResources><WebResource><WebResourceId>{11111111-2222-4333-8444-555555555555}</WebResourceId><Name>cts_/own.js</Name>
        <WebResourceType>3</WebResourceType><FileName>/WebResources/own</FileName></WebResource></WebResources></ImportExportXml>"#;

    /// A folder with these two files.
    fn folder(customizations: &str) -> TempDir {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("solution.xml"), SOLUTION).unwrap();
        fs::write(folder.path().join("customizations.xml"), customizations).unwrap();
        folder
    }

    fn imported(customizations: &str) -> Imported {
        let folder = folder(customizations);
        import_path(folder.path(), &ImportOptions::default())
            .unwrap()
            .remove(0)
    }

    #[test]
    fn definitions_say_more_than_names() {
        let manifest = imported(CUSTOMIZATIONS).manifest;
        let table = &manifest.tables[0];
        let details = [&table.schema_name, &table.entity_set, &table.primary_name];
        assert_eq!(
            details.map(Option::as_deref),
            [Some("cts_Order"), Some("cts_orders"), Some("cts_name")]
        );
        assert_eq!(table.columns[0].0.max_length, Some(100));
        let row = &manifest.relationships[0];
        assert_eq!(row.column.as_deref(), Some("cts_accountid"));
        assert_eq!(manifest.publishers[0].option_value_prefix, Some(10471));
    }

    #[test]
    fn what_a_package_requires_comes_from_its_supplier() {
        let manifest = imported(CUSTOMIZATIONS).manifest;
        let solutions: Vec<_> = manifest
            .components
            .iter()
            .map(|row| {
                (
                    row.name.as_deref().unwrap(),
                    row.solution.as_deref().unwrap(),
                )
            })
            .collect();
        assert_eq!(
            solutions,
            [
                ("cts_/own.js", "ContosoCore"),
                ("fab_/shared.js", "Fabrikam")
            ]
        );
    }

    /// Whether a target with this package as installed has a web resource of its solution that the package does not show.
    fn answer(customizations: &str) -> Presence {
        let mut manifest: TargetManifest = serde_json::from_str(&format!(
            r#"{{"manifestVersion":{MANIFEST_VERSION},"solutions":[{{"name":"ContosoCore","version":"1.4.0.12","managed":true}}]}}"#
        ))
        .unwrap();
        let imported = imported(customizations);
        add(&mut manifest, imported, Contradictions::Refused).unwrap();
        let target = Target::new(manifest);
        let dependent = TempDir::new().unwrap();
        let asks = SOLUTION
            .replace("<UniqueName>ContosoCore<", "<UniqueName>ContosoSales<")
            .replace("fab_/shared.js", "cts_/other.js")
            .replace("Fabrikam (1.0.0.0)", "ContosoCore (1.4.0.12)");
        fs::write(dependent.path().join("solution.xml"), asks).unwrap();
        fs::write(
            dependent.path().join("customizations.xml"),
            "<ImportExportXml/>",
        )
        .unwrap();
        let solution = support::parse_one(dependent.path()).solution;
        let row = &solution.manifest.missing_dependencies[0];
        let question = Question::of(&solution, &row.required, Some(&row.supplier));
        target.answer(&question).presence
    }

    #[test]
    fn what_a_damaged_package_does_not_show_may_be_there() {
        assert_eq!(answer(CUSTOMIZATIONS), Presence::Absent);
        let cut = &CUSTOMIZATIONS[..CUSTOMIZATIONS.len() / 2];
        assert_ne!(answer(cut), Presence::Absent);
        let notes = imported(cut).notes;
        assert!(
            notes[0].starts_with("customizations.xml could not be read"),
            "{notes:?}"
        );
    }

    #[test]
    fn a_package_within_a_package_is_named_where_it_is_damaged() {
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("broken.zip"), b"PK\x03\x04 and no more").unwrap();
        let error = import_path(folder.path(), &ImportOptions::default()).unwrap_err();
        assert!(error.to_string().contains("broken.zip"), "{error}");
    }
}

mod tables {
    use super::*;

    fn options(kind: &str, map: &[(&str, &str)]) -> ImportOptions {
        let columns = map.iter();
        ImportOptions {
            table: Some(TableMap {
                kind: kind.into(),
                columns: columns
                    .map(|(key, heading)| ((*key).into(), (*heading).into()))
                    .collect(),
            }),
            ..ImportOptions::default()
        }
    }

    fn read_table(text: &str, options: &ImportOptions) -> Imported {
        let mut read = encodings(text)
            .into_iter()
            .filter(|(encoding, _)| *encoding != "colours")
            .map(|(encoding, bytes)| {
                let mut read = import_bytes(&bytes, options)
                    .unwrap_or_else(|error| panic!("{encoding}: {error}"));
                read.remove(0)
            });
        let first = read.next().unwrap();
        read.for_each(|other| assert_eq!(other.manifest, first.manifest));
        first
    }

    #[test]
    fn a_table_is_read_as_the_user_says_though_it_looks_like_a_list_of_solutions() {
        let text = "Unique Name,Friendly Name,Version,Is Managed\nContosoCore,\"Größe; \"\"A\"\"\",1.4.0.12,Managed\n";
        let map = [
            ("name", "unique name"),
            ("version", "Version"),
            ("managed", "Is Managed"),
        ];
        let read = read_table(text, &options("solutions", &map));
        assert_eq!(read.source.kind, SourceKind::Csv);
        let row = &read.manifest.solutions[0];
        assert_eq!(
            (row.version.as_deref(), row.managed),
            (Some("1.4.0.12"), Some(true))
        );
    }

    #[test]
    fn a_table_may_have_one_column_only() {
        let read = read_table(
            "Name\ncts_mail\ncts_sql\n",
            &options("connectionReferences", &[("name", "Name")]),
        );
        assert_eq!(read.manifest.connection_references.len(), 2);
    }

    #[test]
    fn an_empty_table_is_refused() {
        let options = options("solutions", &[("name", "Name")]);
        for text in ["", "\r\n", "sep=;\n"] {
            let error = import_bytes(text.as_bytes(), &options).unwrap_err();
            assert!(error.to_string().contains("it is empty"), "{error}");
        }
    }

    #[test]
    fn half_a_table_is_refused_where_a_quote_is_open() {
        let options = options("solutions", &[("name", "Name")]);
        let error = import_bytes(b"Name,Note\nA,x\nB,\"cut", &options).unwrap_err();
        assert!(
            error.to_string().contains("line 3 opens a quote"),
            "{error}"
        );
    }
}
