//! What would settle a question that a manifest does not answer.

use super::family::Family;
use crate::model::Identity;

/// What tells whether the target has solutions.
pub(super) const LIST_SOLUTIONS: &str = "Run 'pac solution list --includeSystemSolutions --json > solutions.json' in the \
                                         target, then 'solvet target add MANIFEST solutions.json'.";

/// What tells whether the target has a component, by its family: a source that lists it.
pub(super) fn list_it(required: &Identity) -> String {
    const METADATA: &str = "$metadata";
    let query = match Family::of(&required.kind).name() {
        "tables" | "columns" => METADATA,
        "keys" => "EntityDefinitions?$select=LogicalName&$expand=Keys($select=LogicalName)",
        "relationships" => "RelationshipDefinitions?$select=SchemaName",
        "choices" => "GlobalOptionSetDefinitions",
        "forms" | "dashboards" => "systemforms?$select=formid,name,objecttypecode,type",
        "views" => "savedqueries?$select=savedqueryid,name,returnedtypecode",
        "charts" => "savedqueryvisualizations?$select=savedqueryvisualizationid,name",
        "webResources" => "webresourceset?$select=webresourceid,name",
        "processes" => {
            "workflows?$select=workflowid,name,category,type,statecode&$filter=type eq 1"
        }
        "roles" => "roles?$select=roleid,name,_parentrootroleid_value",
        "fieldSecurityProfiles" => "fieldsecurityprofiles?$select=fieldsecurityprofileid,name",
        "apps" => "appmodules?$select=appmoduleid,uniquename",
        "pluginAssemblies" => "pluginassemblies?$select=pluginassemblyid,name",
        "pluginTypes" => "plugintypes?$select=plugintypeid,typename",
        "messages" => "sdkmessages?$select=sdkmessageid,name",
        "customApis" => "customapis?$select=customapiid,uniquename",
        "customControls" => "customcontrols?$select=customcontrolid,name",
        "connectionReferences" => {
            "connectionreferences?$select=connectionreferencelogicalname,connectorid,connectionid"
        }
        "environmentVariables" => "environmentvariabledefinitions?$select=schemaname,type",
        "templates" => "templates?$select=templateid,title",
        "reports" => "reports?$select=reportid,name",
        "connectionRoles" => "connectionroles?$select=connectionroleid,name",
        _ => {
            return "Look in the target for it and enter it in the manifest, or gather everything with the script that \
                    'solvet target collect' prints."
                .to_owned();
        }
    };
    format!(
        "Save the target's answer to GET /api/data/v9.2/{query} and give it to 'solvet target add MANIFEST', or gather \
         everything with the script that 'solvet target collect' prints."
    )
}

/// A sentence as the second half of another.
pub(super) fn lower_first(sentence: &str) -> String {
    let mut characters = sentence.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
