pub(super) struct Rel {
    pub(super) referencing: String,
    pub(super) column: String,
    pub(super) referenced: String,
}
pub(super) fn relationship(_: &str) -> Option<Rel> {
    None
}
pub(super) fn relationships_of(_: &str, _: &str) -> Vec<(String, Rel)> {
    Vec::new()
}
pub(super) fn table_of_entity_set(_: &str) -> Option<String> {
    None
}
pub(super) fn table_of_type_code(_: u32) -> Option<String> {
    None
}
pub(super) fn is_table(_: &str) -> bool {
    false
}
pub(super) fn primary(_: &str) -> Option<(String, String)> {
    None
}
pub(super) fn is_message(_: &str) -> bool {
    false
}
