use super::*;
use crate::limits::Limits;
use crate::source::{FileId, Span};

const OWN: &str = "11111111-1111-4111-8111-111111111111";
const WELCOME: &str = "22222222-2222-4222-8222-222222222222";
const PROCESS: &str = "33333333-3333-4333-8333-333333333333";
const STAGE: &str = "44444444-4444-4444-8444-444444444444";
const OTHER: &str = "55555555-5555-4555-8555-555555555555";

fn read(text: &str) -> (SequenceDefinition, Vec<Mention>) {
    let mut definition = SequenceDefinition {
        column: "msdyn_definition".into(),
        role: DefinitionRole::Steps,
        broken: None,
        steps: Vec::new(),
        uses: Vec::new(),
        span: Span {
            file: FileId(0),
            start: 0,
            end: 0,
        },
    };
    let mentions = super::read(&mut definition, text, OWN.parse().ok(), &Limits::default());
    (definition, mentions)
}

/// The steps with their depth, sort and title.
fn outline(text: &str) -> Vec<String> {
    let (definition, _) = read(text);
    assert_eq!(definition.broken, None);
    let steps = &definition.steps;
    let mut lines = Vec::new();
    for step in steps {
        let ancestors = std::iter::successors(step.parent, |parent| steps[*parent].parent);
        let depth = ". ".repeat(ancestors.count());
        let title = step.title.as_deref().unwrap_or("-");
        lines.push(format!("{depth}{:?} {title}", step.sort));
    }
    lines
}

/// What each step may name, by its title.
fn said(text: &str) -> Vec<String> {
    let (definition, mentions) = read(text);
    let of = |mention: &Mention| {
        let step = mention.step.map(|step| &definition.steps[step]);
        step.and_then(|step| step.title.as_deref())
            .unwrap_or("-")
            .to_owned()
    };
    let mut said: Vec<_> = mentions
        .iter()
        .filter_map(|mention| {
            let what = match &mention.what {
                Said::Record(id, _) => id.to_string(),
                Said::Column(name) => format!("column {name}"),
                Said::Name(name) | Said::Table(name) => name.to_string(),
                Said::Dotted(table, column) | Said::Field(table, column) => {
                    format!("{table}.{column}")
                }
                // Names are only asked where they are known.
                Said::Key(_) => return None,
            };
            Some(format!("{}: {what}", of(mention)))
        })
        .collect();
    said.sort_unstable();
    said.dedup();
    said
}

/// One sequence in a schema of its own: steps in a list that name each other.
fn list() -> String {
    format!(
        r#"{{"id":"{OWN}","schemaVersion":2,"steps":[
        {{"id":"s1","kind":"automatedEmail","name":"Welcome","templateId":"{WELCOME}","next":"s2"}},
        {{"id":"s2","kind":"condition","name":"In Asia?","source":{{"entity":"lead","column":"cts_region"}},"operator":"in","values":[1,2],"whenTrue":"s3","whenFalse":"s4"}},
        {{"id":"s3","kind":"command","name":"Move on","command":{{"type":"bpfStage","processId":"{PROCESS}","stageId":"{STAGE}"}}}},
        {{"id":"s4","kind":"connectSequence","name":"Go on","sequenceId":"{OTHER}"}}]}}"#
    )
}

/// The same as nodes by identifier, with lines between them, as designers of flows draw it.
fn map() -> String {
    let id = |number: u32| format!("aaaaaaaa-0000-4000-8000-00000000000{number}");
    let (a, b, c, d) = (id(1), id(2), id(3), id(4));
    format!(
        r#"{{"nodes":{{
        "{a}":{{"id":"{a}","position":{{"x":1,"y":2}},"data":{{"label":"Welcome","nodeType":"AutomatedEmail","settings":{{"template":"/templates({WELCOME})"}}}}}},
        "{b}":{{"id":"{b}","data":{{"label":"In Asia?","nodeType":"IfElse","expression":{{"table":"lead","conditions":[{{"attributeName":"cts_region","operator":"eq","value":"1"}}]}}}}}},
        "{c}":{{"id":"{c}","data":{{"label":"Move on","nodeType":"AdvanceStage","parameters":[{{"name":"processid","type":"guid","value":"{PROCESS}"}},{{"name":"stageid","type":"guid","value":"{STAGE}"}}]}}}},
        "{d}":{{"id":"{d}","data":{{"label":"Go on","nodeType":"NestedSequence","sequence":{{"id":"{OTHER}"}}}}}}}},
        "edges":[{{"id":"e1","type":"default","source":"{a}","target":"{b}"}},{{"id":"e2","type":"default","label":"Yes","source":"{b}","target":"{c}"}},{{"id":"e3","type":"default","label":"No","source":"{b}","target":"{d}"}}]}}"#
    )
}

/// The same with branches within the condition, names as tables have them and the rest in a text.
fn nested() -> String {
    let inner = format!(
        r#"{{"msdyn_branches":[
        {{"label":"Yes","steps":[{{"msdyn_title":"Move on","msdyn_type":"update field","commands":[{{"type":"bpf","process":"{PROCESS}","stage":"{STAGE}"}}]}}]}},
        {{"label":"No","steps":[{{"msdyn_title":"Go on","msdyn_type":"another sequence","target":"{{{OTHER}}}"}}]}}],
        "criteria":{{"entityName":"lead","fieldName":"cts_region","value":2}}}}"#
    );
    let inner = serde_json::to_string(&inner).unwrap();
    format!(
        r#"{{"root":{{"children":[
        {{"msdyn_title":"Welcome","msdyn_type":"auto_email","email":{{"templates":["{WELCOME}"]}}}},
        {{"msdyn_title":"In Asia?","msdyn_type":"condition","details":{inner}}}]}}}}"#
    )
}

/// The same as actions that run after each other, as cloud flows write them.
fn actions() -> String {
    format!(
        r#"{{"definition":{{"$schema":"https://example.org/schema.json#","triggers":{{"manual":{{"type":"Request","kind":"Button"}}}},
        "parameters":{{"$connections":{{"type":"Object","defaultValue":{{}}}}}},
        "actions":{{
        "Welcome":{{"type":"OpenApiConnection","runAfter":{{}},"inputs":{{"host":{{"operationId":"SendAutomatedEmail"}},"parameters":{{"template":"{WELCOME}"}}}}}},
        "In_Asia?":{{"type":"If","runAfter":{{"Welcome":["Succeeded"]}},"expression":{{"and":[{{"equals":["@x",1]}}],"entity":"lead","attribute":"cts_region"}},
          "actions":{{"Move_on":{{"type":"Command","runAfter":{{}},"inputs":{{"process":"{PROCESS}","stage":"{STAGE}"}}}}}},
          "else":{{"actions":{{"Go_on":{{"type":"ConnectToSequence","runAfter":{{}},"inputs":{{"sequence":"{OTHER}"}}}}}}}}}}}}}}}}"#
    )
}

#[test]
fn steps_are_found_in_schemas_of_any_shape() {
    let flat = [
        "AutomatedEmail Welcome",
        "Condition In Asia?",
        "Command Move on",
        "ConnectSequence Go on",
    ];
    let deep = [
        "AutomatedEmail Welcome",
        "Condition In Asia?",
        ". Command Move on",
        ". ConnectSequence Go on",
    ];
    assert_eq!(outline(&list()), flat);
    assert_eq!(outline(&map()), flat);
    assert_eq!(outline(&nested()), deep);
    assert_eq!(outline(&actions()), deep);
}

#[test]
fn what_steps_name_is_found_in_schemas_of_any_shape() {
    for text in [list(), map(), nested(), actions()] {
        let said = said(&text);
        for (step, what) in [
            ("Welcome", WELCOME),
            ("In Asia?", "lead"),
            ("In Asia?", "column cts_region"),
            ("Move on", PROCESS),
            ("Move on", STAGE),
            ("Go on", OTHER),
        ] {
            assert!(
                said.contains(&format!("{step}: {what}")),
                "{step}: {what} in {said:?} of {text}"
            );
        }
        // No other identifier: those of steps, lines and the sequence itself name nothing.
        let ids = said.iter().filter(|one| one.contains("-4"));
        assert_eq!(ids.count(), 4, "{said:?} of {text}");
    }
}

#[test]
fn parts_of_a_step_are_no_steps() {
    let text = r#"{"steps":[{"type":"condition","title":"Who?","conditions":[{"type":"condition","attribute":"a_b","operator":"eq","value":1},
        {"name":"a_c","value":2}],"recipients":[{"type":"email","name":"The team"}],"parameters":{"x":{"type":"string","name":"Long text"}},
        "commands":[{"type":"updateField","column":"a_d","value":3}],"attachments":[{"id":"1","name":"Prices 2026.pdf"}]}],
        "tags":[{"name":"APAC sales"}],"exitConditions":[{"name":"Lead is qualified","column":"statecode","operator":"eq","value":1}],
        "variables":[{"name":"Region","type":"string"}]}"#;
    assert_eq!(outline(text), ["Condition Who?"]);
    let said = said(text);
    for name in ["a_b", "a_d"] {
        assert!(said.contains(&format!("Who?: column {name}")), "{said:?}");
    }
}

#[test]
fn tests_and_branches_hold_the_steps_within_them() {
    let text = r#"[{"kind":"abTest","name":"Which mail?","tests":[
        {"kind":"email","name":"Short mail"},{"name":"Long way","steps":[{"kind":"email","name":"Long mail","children":[{"kind":"wait"}]}]}]},
        {"kind":"condition","name":"Answered?","trueBranch":{"kind":"task","name":"Call back"},"falseBranch":[{"kind":"sms","name":"Remind"}]}]"#;
    assert_eq!(
        outline(text),
        [
            "AbTest Which mail?",
            ". Email Short mail",
            ". Email Long mail",
            ". . Wait -",
            "Condition Answered?",
            ". Task Call back",
            ". TextMessage Remind"
        ]
    );
}

#[test]
fn a_chain_of_steps_in_each_other_is_one_after_the_other() {
    let text = r#"{"start":{"kind":"email","name":"One mail","next":{"kind":"wait","name":"A day","next":{"kind":"task","name":"A task"}}}}"#;
    assert_eq!(
        outline(text),
        ["Email One mail", "Wait A day", "Task A task"]
    );
}

#[test]
fn groups_of_steps_are_steps_that_nothing_is_known_of() {
    let text = r#"{"steps":[{"name":"Day 1","steps":[{"type":"email","subject":"Hello there"}]},{"type":"unheard","name":"New thing"}]}"#;
    assert_eq!(
        outline(text),
        ["Other Day 1", ". Email Hello there", "Other New thing"]
    );
}

#[test]
fn identifiers_are_found_within_texts_and_those_of_the_definition_are_left_out() {
    let step = "aaaaaaaa-0000-4000-8000-000000000001";
    let text = format!(
        r#"{{"id":"{OWN}","steps":[{{"id":"{step}","type":"task","name":"Look","url":"https://contoso.crm.dynamics.com/main.aspx?id=%7b{WELCOME}%7d&y={{{PROCESS}}}","no":"x{STAGE}"}},
        {{"type":"wait","name":"Wait","after":"{step}","sequence":"{OWN}","compact":"{}","zero":"00000000-0000-0000-0000-000000000000"}}]}}"#,
        OTHER.replace('-', "")
    );
    assert_eq!(
        said(&text),
        [
            format!("Look: {WELCOME}"),
            format!("Look: {PROCESS}"),
            // Which is no column, for there is no such table.
            "Look: main.aspx".to_owned(),
            format!("Wait: {OTHER}")
        ]
    );
}

#[test]
fn a_definition_that_is_no_json_says_so_and_has_no_steps() {
    for text in ["{\"steps\":[", "nothing", "<steps/>"] {
        let (definition, _) = read(text);
        assert!(definition.broken.is_some() && definition.steps.is_empty());
    }
    let long = format!("\"{}\"", "x".repeat(1_000_001));
    let broken = read(&long).0.broken;
    assert_eq!(
        broken.as_ref().map(|broken| &*broken.why),
        Some("it has more than the 1000000 characters that its column holds")
    );
}

#[test]
fn identifiers_are_found_in_what_is_no_json() {
    let found = said(&format!("<mail template=\"{WELCOME}\"/>"));
    assert_eq!(found, [format!("-: {WELCOME}")]);
}

#[test]
fn where_no_name_tells_values_do() {
    let found = outline(&format!(
        r#"{{"schritte":[{{"art":"email","titel":"Willkommen","vorlage":"{WELCOME}"}},{{"art":"wait","titel":"Zwei Tage"}}]}}"#
    ));
    assert_eq!(found, ["Email Willkommen", "Wait Zwei Tage"]);
}

#[test]
fn many_steps_and_long_texts_are_read_in_time_that_grows_with_them() {
    let text = "a long text about nothing - and more - of it ".repeat(30);
    let step = |number: u32| {
        format!(
            r#"{{"id":"{number}","kind":"email","name":"Mail {number}","templateId":"{WELCOME}","text":"{text}"}}"#
        )
    };
    let steps: Vec<_> = (0..400).map(step).collect();
    let (definition, mentions) = read(&format!("{{\"steps\":[{}]}}", steps.join(",")));
    assert_eq!((definition.steps.len(), mentions.len()), (400, 400));
    let deep = format!("{}1{}", "[{\"steps\":".repeat(60), "}]".repeat(60));
    assert_eq!(outline(&deep).len(), 0);
    let wide = format!(
        "[{}1]",
        "{\"kind\":\"email\",\"a_b\":{\"c\":[1]}},".repeat(20_000)
    );
    assert_eq!(outline(&wide).len(), 20_000);
}
