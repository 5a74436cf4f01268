//! The environment itself: version, languages, limits.

use super::{Answer, Taken, number, text};
use crate::json::Value;
use crate::target::manifest::{Environment, EnvironmentType, SchemaType};

pub(super) fn read(answer: &Answer<'_, '_>) -> Taken {
    let mut taken = Taken::default();
    let environment = &mut taken.manifest.environment;
    for row in &answer.rows {
        match answer.set.as_str() {
            "organizations" => organization(row, environment),
            "languages" => languages(row, environment),
            "version" => environment.version = text(row, "Version"),
            _ => details(row.get("Detail").unwrap_or(row), environment),
        }
        taken.rows += 1;
    }
    taken
}

/// A row of `organizations`. Source: …/reference/entities/organization.
fn organization(row: &Value<'_>, environment: &mut Environment) {
    environment.organization_id = text(row, "organizationid");
    environment.base_language =
        number(row.get("languagecode")).and_then(|code| code.try_into().ok());
    let size = number(row.get("maxuploadfilesize"));
    environment.max_upload_file_size = size.and_then(|size| size.try_into().ok());
}

/// `RetrieveProvisionedLanguages` and `RetrieveAvailableLanguages`. Only provisioned languages are enabled.
fn languages(row: &Value<'_>, environment: &mut Environment) {
    let codes = row
        .get("RetrieveProvisionedLanguages")
        .or_else(|| row.get("LocaleIds"));
    let codes = codes.map(Value::items).unwrap_or_default().iter();
    environment.languages = codes
        .filter_map(|code| number(Some(code))?.try_into().ok())
        .collect();
}

/// The details of `RetrieveCurrentOrganization`. Source: …/webapi/reference/organizationdetail.
fn details(row: &Value<'_>, environment: &mut Environment) {
    environment.name = text(row, "FriendlyName");
    environment.environment_id = text(row, "EnvironmentId");
    environment.organization_id = text(row, "OrganizationId");
    environment.version = text(row, "OrganizationVersion");
    environment.geo = text(row, "Geo");
    environment.schema_type = match text(row, "SchemaType").as_deref() {
        Some("Standard") => Some(SchemaType::Standard),
        Some("Full") => Some(SchemaType::Full),
        _ => None,
    };
    environment.kind = match text(row, "OrganizationType").as_deref() {
        Some("Customer") => Some(EnvironmentType::Production),
        Some("CustomerTest") => Some(EnvironmentType::Sandbox),
        Some("Developer") => Some(EnvironmentType::Developer),
        _ => None,
    };
}
