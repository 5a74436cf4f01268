//! The words by which the parts of a definition are known. Nobody has published them: these are the words that designers
//! of flows use for such things, and any other word costs nothing but what it would have told.

/// Names of what a step is called, the most telling first.
pub(super) const TITLES: [&str; 16] = [
    "title",
    "displayname",
    "displaytitle",
    "steptitle",
    "stepname",
    "steplabel",
    "label",
    "friendlyname",
    "caption",
    "nodename",
    "actionname",
    "activityname",
    "name",
    "heading",
    "subject",
    "emailsubject",
];

/// Names of what says the kind of a step, the most telling first.
pub(super) const KINDS: [&str; 18] = [
    "steptype",
    "stepkind",
    "actiontype",
    "activitytype",
    "nodetype",
    "nodekind",
    "blocktype",
    "elementtype",
    "componenttype",
    "operationtype",
    "tasktype",
    "kind",
    "type",
    "odatatype",
    "operation",
    "operationid",
    "action",
    "activity",
];

/// Names of an object's own identifier.
pub(super) const IDS: [&str; 14] = [
    "id",
    "stepid",
    "nodeid",
    "actionid",
    "elementid",
    "blockid",
    "uid",
    "uuid",
    "guid",
    "key",
    "uniqueid",
    "clientid",
    "sequencestepid",
    "operationmetadataid",
];

/// Those that nothing else than a step has.
pub(super) const STEP_IDS: [&str; 4] =
    ["stepid", "nodeid", "sequencestepid", "operationmetadataid"];

/// Names by which designers keep what an object is apart from where it is drawn.
pub(super) const WRAPPERS: [&str; 14] = [
    "data",
    "properties",
    "props",
    "details",
    "definition",
    "metadata",
    "config",
    "configuration",
    "settings",
    "content",
    "inputs",
    "host",
    "info",
    "payload",
];

/// Names of lists and maps that hold steps.
pub(super) const STEPS: [&str; 13] = [
    "",
    "steps",
    "nodes",
    "actions",
    "activities",
    "elements",
    "blocks",
    "children",
    "items",
    "tasks",
    "sequence",
    "substeps",
    "childsteps",
];

/// Names of what leads from a step to those that are within it.
pub(super) const BRANCHES: [&str; 29] = [
    "branch",
    "branches",
    "tests",
    "variants",
    "paths",
    "cases",
    "conditions",
    "outcomes",
    "truebranch",
    "falsebranch",
    "yesbranch",
    "nobranch",
    "truesteps",
    "falsesteps",
    "yes",
    "no",
    "true",
    "false",
    "then",
    "else",
    "iftrue",
    "iffalse",
    "whentrue",
    "whenfalse",
    "ontrue",
    "onfalse",
    "a",
    "b",
    "default",
];

/// Names of what leads from a step to the one after it.
pub(super) const NEXT: [&str; 8] = [
    "next",
    "nextstep",
    "nextsteps",
    "nextnode",
    "start",
    "root",
    "first",
    "firststep",
];

/// Names that only steps of a flow have.
pub(super) const FLOWS: [&str; 18] = [
    "next",
    "nextstep",
    "nextstepid",
    "nextid",
    "nextnode",
    "previous",
    "previousstep",
    "previousstepid",
    "parentid",
    "parentstepid",
    "runafter",
    "dependson",
    "successors",
    "children",
    "steps",
    "branches",
    "whentrue",
    "whenfalse",
];

/// Names of lists and maps that hold parts of a step, or of the definition, and no steps.
const PARTS: [&str; 46] = [
    "parameters",
    "params",
    "inputs",
    "outputs",
    "arguments",
    "args",
    "fields",
    "columns",
    "attributes",
    "filters",
    "criteria",
    "exitcriteria",
    "exitconditions",
    "expressions",
    "operands",
    "values",
    "properties",
    "settings",
    "variables",
    "recipients",
    "to",
    "cc",
    "bcc",
    "from",
    "attachments",
    "edges",
    "links",
    "transitions",
    "connections",
    "connectors",
    "tags",
    "schema",
    "triggers",
    "metadata",
    "placeholders",
    "personalizations",
    "commands",
    "command",
    "entities",
    "tables",
    "relationships",
    "participants",
    "owners",
    "rules",
    "options",
    "stages",
];

/// Kinds of values, which are no kinds of steps.
const VALUES: [&str; 26] = [
    "string",
    "text",
    "int",
    "integer",
    "number",
    "decimal",
    "float",
    "double",
    "bool",
    "boolean",
    "guid",
    "uuid",
    "lookup",
    "picklist",
    "choice",
    "optionset",
    "datetime",
    "date",
    "object",
    "array",
    "entity",
    "table",
    "column",
    "attribute",
    "field",
    "currency",
];

/// Names of the value that a column is compared with or set to.
pub(super) const COMPARED: [&str; 10] = [
    "operator",
    "op",
    "comparison",
    "comparator",
    "conditionoperator",
    "value",
    "values",
    "newvalue",
    "targetvalue",
    "compareto",
];

/// Names of what stands beside the name of a column.
const COLUMNS: [&str; 18] = [
    "attr",
    "attrname",
    "col",
    "colname",
    "lhs",
    "leftoperand",
    "column",
    "columnname",
    "columnlogicalname",
    "attribute",
    "attributename",
    "attributelogicalname",
    "field",
    "fieldname",
    "fieldlogicalname",
    "logicalname",
    "property",
    "propertyname",
];

/// Tables whose names are words for what a step does.
pub(super) const ACTIVITIES: [&str; 6] =
    ["appointment", "email", "fax", "letter", "phonecall", "task"];

/// Names of the two ends of a line between steps.
pub(super) const ENDS: [&str; 8] = [
    "source", "target", "sourceid", "targetid", "from", "to", "fromstep", "tostep",
];

/// Whether a list or a map of this name holds no steps.
pub(super) fn is_of_parts(word: &str) -> bool {
    PARTS.contains(&word)
}

/// Whether the name of a list or a map says that steps are in it.
pub(super) fn is_of_steps(word: &str) -> bool {
    STEPS.contains(&word) || word.ends_with("steps") || word.ends_with("actions")
}

/// Whether the name of a list or a map leads into a branch.
pub(super) fn is_of_branches(word: &str) -> bool {
    BRANCHES.contains(&word) || word.ends_with("branch") || word.ends_with("branches")
}

/// Whether a name says that a column's name follows.
pub(super) fn is_of_column(word: &str) -> bool {
    COLUMNS.contains(&word) || COLUMNS.contains(&word.strip_suffix('s').unwrap_or(word))
}

/// Whether a name says that a table's name follows.
pub(super) fn is_of_table(word: &str) -> bool {
    ["entity", "table"].iter().any(|part| word.contains(part)) || word == "logicalname"
}

/// Whether a kind is one of values.
pub(super) fn is_of_value(kind: &str) -> bool {
    VALUES.iter().any(|known| kind.eq_ignore_ascii_case(known))
}

/// Whether a text is written as logical names are: one word in lower case.
pub(super) fn is_logical(text: &str) -> bool {
    let bytes = text.as_bytes();
    matches!(bytes, [first, _, ..] if first.is_ascii_lowercase())
        && bytes.len() <= 128
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_')
}
