//! The script that gathers what an environment has: printed, never run. Its queries are one table, from which follow the
//! script and how complete each answer is.

use std::fmt::Write as _;

/// The shell that a script is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shell {
    /// `PowerShell` 7 and Windows `PowerShell` 5.1.
    Pwsh,
    /// Bash, with curl and jq.
    Bash,
}

/// A query of the script.
struct Query {
    /// The file that its answer is written to.
    file: &'static str,
    /// The query, as it stands in the address.
    asks: &'static str,
    /// The families of which the answer has everything.
    complete: &'static [&'static str],
    /// Whether rows belong to users: who may not read all of them gets those that he may.
    is_owned: bool,
}

const fn all(file: &'static str, query: &'static str, complete: &'static [&'static str]) -> Query {
    Query {
        file,
        asks: query,
        complete,
        is_owned: false,
    }
}

const fn owned(
    file: &'static str,
    query: &'static str,
    complete: &'static [&'static str],
) -> Query {
    Query {
        is_owned: true,
        ..all(file, query, complete)
    }
}

/// Source of names and ownership: learn.microsoft.com/power-apps/developer/data-platform/reference/entities. Values of
/// environment variables are not among them.
const QUERIES: &[Query] = &[
    all(
        "organization.json",
        "organizations?$select=name,organizationid,languagecode,maxuploadfilesize",
        &[],
    ),
    all("version.json", "RetrieveVersion", &[]),
    all("languages.json", "RetrieveProvisionedLanguages", &[]),
    all(
        "solutions.json",
        "solutions?$select=solutionid,uniquename,friendlyname,version,ismanaged,isvisible,installedon,_parentsolutionid_value&$expand=publisherid($select=uniquename,customizationprefix,customizationoptionvalueprefix)",
        &["solutions"],
    ),
    all(
        "tables.json",
        "EntityDefinitions?$select=LogicalName,SchemaName,EntitySetName,ObjectTypeCode,MetadataId,IsManaged,IsCustomEntity,OwnershipType&$expand=Keys($select=LogicalName,KeyAttributes)",
        &["tables", "keys"],
    ),
    all(
        "relationships.json",
        "RelationshipDefinitions?$select=SchemaName,MetadataId",
        &["relationships"],
    ),
    // What one of them is made of has only the list of its own sort.
    all(
        "onetomany.json",
        "RelationshipDefinitions/Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata?$select=SchemaName,MetadataId,ReferencingEntity,ReferencingAttribute,ReferencedEntity",
        &[],
    ),
    all(
        "manytomany.json",
        "RelationshipDefinitions/Microsoft.Dynamics.CRM.ManyToManyRelationshipMetadata?$select=SchemaName,MetadataId,Entity1LogicalName,Entity2LogicalName,IntersectEntityName",
        &[],
    ),
    all(
        "choices.json",
        "GlobalOptionSetDefinitions?$select=Name,MetadataId",
        &["choices"],
    ),
    all(
        "webresources.json",
        "webresourceset?$select=webresourceid,name,ismanaged",
        &["webResources"],
    ),
    all(
        "forms.json",
        "systemforms?$select=formid,name,objecttypecode,type,ismanaged",
        &["forms"],
    ),
    all(
        "views.json",
        "savedqueries?$select=savedqueryid,name,returnedtypecode,querytype,ismanaged",
        &["views"],
    ),
    all(
        "charts.json",
        "savedqueryvisualizations?$select=savedqueryvisualizationid,name,primaryentitytypecode,ismanaged",
        &["charts"],
    ),
    all(
        "hierarchyrules.json",
        "hierarchyrules?$select=hierarchyruleid,name,primaryentitylogicalname,ismanaged",
        &[],
    ),
    all(
        "apps.json",
        "appmodules?$select=appmoduleid,uniquename,ismanaged",
        &[],
    ),
    all(
        "sitemaps.json",
        "sitemaps?$select=sitemapid,sitemapnameunique,ismanaged",
        &[],
    ),
    all(
        "assemblies.json",
        "pluginassemblies?$select=pluginassemblyid,name,version,ismanaged",
        &["pluginAssemblies"],
    ),
    all(
        "plugintypes.json",
        "plugintypes?$select=plugintypeid,typename,ismanaged",
        &["pluginTypes"],
    ),
    all(
        "steps.json",
        "sdkmessageprocessingsteps?$select=sdkmessageprocessingstepid,name,statecode,ismanaged",
        &[],
    ),
    all(
        "messages.json",
        "sdkmessages?$select=sdkmessageid,name",
        &["messages"],
    ),
    all(
        "customcontrols.json",
        "customcontrols?$select=customcontrolid,name,ismanaged",
        &["customControls"],
    ),
    all(
        "fieldsecurityprofiles.json",
        "fieldsecurityprofiles?$select=fieldsecurityprofileid,name,ismanaged",
        &["fieldSecurityProfiles"],
    ),
    all(
        "settings.json",
        "settingdefinitions?$select=settingdefinitionid,uniquename,ismanaged",
        &["settings"],
    ),
    owned(
        "roles.json",
        "roles?$select=roleid,name,_parentrootroleid_value,ismanaged",
        &["roles"],
    ),
    owned(
        "processes.json",
        "workflows?$select=workflowid,name,category,type,statecode,primaryentity,ismanaged&$filter=type%20eq%201",
        &["processes"],
    ),
    owned(
        "connectionreferences.json",
        "connectionreferences?$select=connectionreferenceid,connectionreferencelogicalname,connectorid,connectionid,ismanaged",
        &["connectionReferences"],
    ),
    owned(
        "variables.json",
        "environmentvariabledefinitions?$select=environmentvariabledefinitionid,schemaname,type,ismanaged&$expand=environmentvariabledefinition_environmentvariablevalue($select=environmentvariablevalueid)",
        &["environmentVariables"],
    ),
    owned(
        "customapis.json",
        "customapis?$select=customapiid,uniquename,ismanaged",
        &["customApis"],
    ),
    owned(
        "templates.json",
        "templates?$select=templateid,title,ismanaged",
        &[],
    ),
    owned(
        "reports.json",
        "reports?$select=reportid,name,ismanaged",
        &["reports"],
    ),
    owned(
        "connectionroles.json",
        "connectionroles?$select=connectionroleid,name,ismanaged",
        &["connectionRoles"],
    ),
    owned(
        "canvasapps.json",
        "canvasapps?$select=canvasappid,name",
        &[],
    ),
    owned(
        "connectors.json",
        "connectors?$select=connectorid,name",
        &[],
    ),
    owned(
        "sequences.json",
        "msdyn_sequences?$select=msdyn_sequenceid,msdyn_name",
        &[],
    ),
    owned(
        "salestags.json",
        "msdyn_salestags?$select=msdyn_salestagid,msdyn_name",
        &[],
    ),
    owned("bots.json", "bots?$select=botid,schemaname", &[]),
];

/// Where the queries go in the scripts.
const PLACE: &str = "# @queries\n";

/// A script that gathers everything a manifest can know into a folder, which `target add` reads. It only asks, never
/// changes anything, and takes no value of an environment variable.
///
/// ```
/// use solvet::target::{Shell, collect_script};
/// assert!(collect_script(Shell::Bash).contains("solutions?$select="));
/// ```
pub fn collect_script(shell: Shell) -> String {
    let (script, command) = match shell {
        Shell::Pwsh => (include_str!("collect.ps1"), "Save-Answer"),
        Shell::Bash => (include_str!("collect.sh"), "collect"),
    };
    let mut lines = String::new();
    for query in QUERIES {
        let Query {
            file,
            asks,
            complete,
            is_owned,
        } = query;
        let families: Vec<String> = complete
            .iter()
            .map(|family| format!("\"{family}\""))
            .collect();
        let families = families.join(",");
        let owned = if *is_owned { "owned" } else { "all" };
        let _ = writeln!(lines, "{command} {file} '{asks}' '[{families}]' {owned}");
    }
    script.replace(PLACE, &lines)
}
