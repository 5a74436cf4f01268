//! What components name: broken values, names of every sort, and very many references.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use solvet::graph::PackageGraph;
use solvet::limits::Limits;
use solvet::package::OpenOptions;
use solvet::parse::parse;
use solvet::report::graph::{
    Dependencies, Network, dot, graphml, human, json, mermaid, why_human, why_json,
};

use super::support::open_one;
use super::support::pack::zip_of;
use super::{Answer, Files, TYPES, file, limits, manifest};

const FORM: &str = "11111111-1111-1111-1111-111111111111";
const VIEW: &str = "22222222-2222-2222-2222-222222222222";
const FLOW: &str = "33333333-3333-3333-3333-333333333333";

/// A package with a table that has these parts beside a sound view, and more.
fn package(parts: &str, rest: &str, more: &[(&str, &[u8])]) -> Files {
    let customizations = format!(
        "<ImportExportXml>\n<Entities><Entity><Name LocalizedName=\"Order\" OriginalName=\"Order\">cts_order</Name><EntityInfo><entity Name=\"cts_order\"><attributes><attribute PhysicalName=\"cts_name\"><Type>nvarchar</Type><Name>cts_name</Name><LogicalName>cts_name</LogicalName></attribute></attributes></entity></EntityInfo>{}{parts}</Entity></Entities>\n{rest}</ImportExportXml>",
        view(VIEW, r#"<fetch><entity name="oth_sound"/></fetch>"#),
    );
    let roots = r#"<RootComponent type="1" schemaName="cts_order" behavior="0" />"#;
    let mut files = vec![
        file("[Content_Types].xml", TYPES),
        file("customizations.xml", customizations),
        file("solution.xml", manifest("Hostile", roots, "")),
    ];
    files.extend(more.iter().map(|(name, content)| file(name, *content)));
    files
}

fn view(id: &str, fetch: &str) -> String {
    format!(
        "<SavedQueries><savedqueries><savedquery><savedqueryid>{{{id}}}</savedqueryid><fetchxml>{fetch}</fetchxml></savedquery></savedqueries></SavedQueries>"
    )
}

fn form(inside: &str) -> String {
    format!(
        "<FormXml><forms type=\"main\"><systemform><formid>{{{FORM}}}</formid><form><tabs>{inside}</tabs></form></systemform></forms></FormXml>"
    )
}

fn flow() -> String {
    format!(
        "<Workflows><Workflow WorkflowId=\"{{{FLOW}}}\" Name=\"Flow\"><JsonFileName>/Workflows/Flow.json</JsonFileName><Type>1</Type><Category>5</Category></Workflow></Workflows>"
    )
}

fn graph_at(path: &Path) -> PackageGraph {
    let package = open_one(path);
    let parsed = parse(&package).unwrap();
    PackageGraph::new(package.path(), package.layout(), parsed)
}

fn graph(files: &Files) -> PackageGraph {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("package.zip");
    fs::write(&path, zip_of(files)).unwrap();
    graph_at(&path)
}

/// Every drawing and report of a graph.
fn drawn(package: PackageGraph) -> Vec<String> {
    let packages = [Ok(package)];
    let network = Network::new(&packages);
    vec![
        human(&network, ToString::to_string),
        json(&network),
        dot(&network),
        mermaid(&network),
        graphml(&network),
    ]
}

/// The names of what a package refers to.
fn named(package: &PackageGraph) -> Vec<String> {
    let references = package.graph.references();
    references
        .filter_map(|(_, to, _)| Some(package.identity(to)?.to_string()))
        .collect()
}

/// What is said of a package: the sound view's reference must be there, whatever else is broken.
#[track_caller]
fn answer(files: &Files, options: &OpenOptions) -> Answer {
    let answer = Answer::of_bytes(&zip_of(files), options);
    assert_eq!(answer.solutions, ["Hostile"], "{:?}", answer.errors);
    let graph = graph(files);
    assert!(named(&graph).contains(&"table oth_sound".into()));
    drawn(graph);
    answer
}

/// Asserts that a finding with a place says this.
#[track_caller]
fn finds(files: &Files, file: &str, what: &str) {
    let answer = answer(files, &OpenOptions::default());
    let report: serde_json::Value = serde_json::from_str(&answer.json).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let found = findings.iter().any(|finding| {
        finding["file"] == file
            && finding["line"].is_u64()
            && finding["message"].as_str().unwrap().contains(what)
    });
    assert!(found, "{:#?}", answer.brief());
}

#[test]
fn the_package_whose_references_are_damaged_here_is_sound_itself() {
    let answer = answer(&package("", "", &[]), &OpenOptions::default());
    assert!(answer.findings.is_empty(), "{:?}", answer.brief());
}

#[test]
fn a_flow_that_is_no_json_has_a_place() {
    for broken in [
        "{\"properties\":{\n \"definition\":",
        "{\"properties\":nul}",
        "",
        "[[[",
        "\"\\ud800\"",
    ] {
        let files = package("", &flow(), &[("Workflows/Flow.json", broken.as_bytes())]);
        finds(&files, "Workflows/Flow.json", "JSON");
    }
}

#[test]
fn a_flow_of_other_shapes_names_nothing() {
    for odd in [
        "null",
        "[]",
        "3",
        r#"{"properties":[]}"#,
        r#"{"properties":{"definition":{"actions":[1,null,{"inputs":7}],"triggers":"x"},"connectionReferences":[[]]}}"#,
        r#"{"properties":{"definition":{"actions":{"a":{"inputs":{"host":{"apiId":[],"connectionName":{}},"parameters":[]}}}}}}"#,
    ] {
        let files = package("", &flow(), &[("Workflows/Flow.json", odd.as_bytes())]);
        answer(&files, &OpenOptions::default());
        assert!(
            !named(&graph(&files))
                .iter()
                .any(|name| name.contains("connection"))
        );
    }
}

#[test]
fn a_broken_value_within_a_value_has_the_place_of_the_value() {
    let resource = "<WebResources><WebResource><WebResourceId>{66666666-6666-6666-6666-666666666666}</WebResourceId><Name>cts_a.js</Name><WebResourceType>3</WebResourceType><DependencyXml>&lt;Dependencies&gt;&lt;Library name=\"x\"</DependencyXml><FileName>/WebResources/cts_a</FileName></WebResource></WebResources>";
    finds(
        &package("", resource, &[("WebResources/cts_a", b"")]),
        "customizations.xml",
        "",
    );
    let quick = form(
        "<tab><control id=\"a\"><parameters><QuickForms>&lt;QuickFormIds&gt;&lt;QuickFormId</QuickForms></parameters></control></tab>",
    );
    finds(
        &package(&quick, "", &[]),
        "customizations.xml",
        "is not well-formed",
    );
    let app = "<CanvasApps><CanvasApp><Name>cts_app</Name><CdsDependencies>{\"cdsdependencies\":[</CdsDependencies></CanvasApp></CanvasApps>";
    finds(
        &package("", app, &[]),
        "customizations.xml",
        "canvas app cts_app is not well-formed",
    );
}

fn nested_filter(depth: usize) -> String {
    let (open, close) = ("<filter>".repeat(depth), "</filter>".repeat(depth));
    format!(
        r#"<fetch><entity name="cts_order">{open}<condition attribute="cts_deep" operator="null"/>{close}</entity></fetch>"#
    )
}

#[test]
fn a_view_with_a_filter_of_200_levels_is_read() {
    let files = package(&view(FORM, &nested_filter(200)), "", &[]);
    answer(&files, &OpenOptions::default());
    assert!(named(&graph(&files)).contains(&"column cts_order.cts_deep".into()));
}

#[test]
fn a_filter_that_is_deeper_than_the_limit_has_a_place() {
    // Within the file the file is refused; within a value the value is.
    let deep = nested_filter(1_000);
    let of_file = Answer::of(&zip_of(&package(&view(FORM, &deep), "", &[])));
    of_file.finds("limit-exceeded", "--max-xml-depth");
    let escaped = deep.replace('<', "&lt;");
    let offline = form(&format!(
        "<tab><control id=\"a\"><parameters><QuickForms>{escaped}</QuickForms></parameters></control></tab>"
    ));
    finds(&package(&offline, "", &[]), "customizations.xml", "depth");
}

#[test]
fn references_to_nowhere_are_references() {
    let everywhere = form(
        "<tab><control id=\"a\" datafieldname=\"cts_nowhere\"><parameters><ViewId>{99999999-9999-9999-9999-999999999999}</ViewId><TargetEntityType>cts_nobody</TargetEntityType></parameters></control></tab>",
    );
    let answer = answer(&package(&everywhere, "", &[]), &OpenOptions::default());
    assert!(
        !answer
            .findings
            .iter()
            .any(|(rule, _)| rule.contains("absent")),
        "{:?}",
        answer.brief()
    );
}

#[test]
fn records_that_contain_each_other_end() {
    let record = |own: &str, parent: &str| {
        format!(
            "<botcomponent schemaname='{own}'><name>{own}</name><parentbotcomponentid><schemaname>{parent}</schemaname></parentbotcomponentid></botcomponent>"
        )
    };
    let (a, b, own) = (
        record("cts_a", "cts_b"),
        record("cts_b", "cts_a"),
        record("cts_c", "cts_c"),
    );
    let files = package(
        "",
        "",
        &[
            ("botcomponents/cts_a/botcomponent.xml", a.as_bytes()),
            ("botcomponents/cts_b/botcomponent.xml", b.as_bytes()),
            ("botcomponents/cts_c/botcomponent.xml", own.as_bytes()),
        ],
    );
    answer(&files, &OpenOptions::default());
    let graph = graph(&files);
    for node in graph.graph.nodes() {
        why_human(&graph, node, true);
        why_json(&graph, node);
        let both = Dependencies::new(&graph, node, None);
        let _ = (both.human(), both.json(), graph.graph.closure(node));
    }
    assert_eq!(graph.graph.cycles().len(), 1);
}

/// A flow on one line with so many actions, one within the other's scope or all beside each other.
fn long_flow(actions: usize, in_scopes: bool) -> String {
    let mut text =
        String::from(r#"{"properties":{"connectionReferences":{},"definition":{"actions":{"#);
    for number in 0..actions {
        let comma = if number > 0 { "," } else { "" };
        let action = format!(
            r#""A{number}":{{"type":"OpenApiConnection","inputs":{{"host":{{"connectionName":"shared_commondataserviceforapps"}},"parameters":{{"entityName":"cts_t{number}s"}}}}}}"#
        );
        if in_scopes {
            let _ = write!(
                text,
                r#"{comma}"S{number}":{{"type":"Scope","actions":{{{action}}}}}"#
            );
        } else {
            let _ = write!(text, "{comma}{action}");
        }
    }
    text + "}}}}"
}

#[test]
fn a_flow_of_one_line_with_50000_actions_is_read_to_its_end() {
    for in_scopes in [false, true] {
        let flow_text = long_flow(50_000, in_scopes);
        assert!(flow_text.len() > 5_000_000);
        let files = package(
            "",
            &flow(),
            &[("Workflows/Flow.json", flow_text.as_bytes())],
        );
        let graph = graph(&files);
        let last =
            graph
                .graph
                .references()
                .zip(graph.positions())
                .find_map(|((_, to, _), position)| {
                    let name = graph.identity(to)?.schema_name.clone()?;
                    (name.as_str() == "cts_t49999").then_some(*position)
                });
        let position = last.unwrap();
        let at = flow_text.find("cts_t49999s").unwrap();
        assert_eq!((position.line, position.column as usize), (1, at + 1));
        drawn(graph);
    }
}

#[test]
fn many_joins_and_many_conditions_of_one_view_are_read() {
    let mut fetch = String::from("<fetch><entity name=\"cts_order\">");
    for number in 0..20_000 {
        let _ = write!(
            fetch,
            "<link-entity name=\"cts_t{number}\" from=\"a\" to=\"b\" alias=\"x{number}\"/>"
        );
    }
    for number in 0..20_000 {
        let _ = write!(
            fetch,
            "<condition entityname=\"x{number}\" attribute=\"cts_c\" operator=\"null\"/>"
        );
    }
    let fetch = fetch + "</entity></fetch>";
    let graph = graph(&package(&view(FORM, &fetch), "", &[]));
    assert!(named(&graph).contains(&"column cts_t19999.cts_c".into()));
}

#[test]
fn one_component_with_100000_references_to_it_is_explained() {
    let mut views = String::from("<SavedQueries><savedqueries>");
    for number in 0..100_000 {
        let _ = write!(
            views,
            "<savedquery><savedqueryid>{{00000000-0000-0000-0001-{number:012}}}</savedqueryid><fetchxml><fetch><entity name=\"cts_hub\"><link-entity name=\"cts_order\"/></entity></fetch></fetchxml></savedquery>"
        );
    }
    let graph = graph(&package(
        &(views + "</savedqueries></SavedQueries>"),
        "",
        &[],
    ));
    let nodes = graph.graph.named(&graph.solution, "cts_hub");
    assert_eq!(graph.graph.why(nodes[0]).len(), 100_000);
    let short = why_human(&graph, nodes[0], false);
    assert!(
        short.contains("99975 more") && short.len() < 10_000,
        "{}",
        short.len()
    );
    why_json(&graph, nodes[0]);
    let both = Dependencies::new(&graph, nodes[0], None);
    assert!(both.human().contains("is needed by 100000 components"));
    both.json();
}

const AGENT: &str = "<botcomponent schemaname='cts_a.topic.b'><name>B</name><componenttype>9</componenttype></botcomponent>";

fn agent(data: &str) -> Files {
    package(
        "",
        "",
        &[
            (
                "botcomponents/cts_a.topic.b/botcomponent.xml",
                AGENT.as_bytes(),
            ),
            ("botcomponents/cts_a.topic.b/data", data.as_bytes()),
        ],
    )
}

#[test]
fn an_agent_that_is_nested_too_deep_or_broken_has_a_place() {
    let mut deep = String::from("kind: AdaptiveDialog\n");
    for depth in 0..1_000 {
        let _ = writeln!(deep, "{}a:", " ".repeat(depth));
    }
    for text in [
        deep,
        format!("kind: AdaptiveDialog\na: {}", "[".repeat(5_000)),
        "kind: AdaptiveDialog\na: \"never closed".into(),
        "kind: AdaptiveDialog\na: *nobody\n".into(),
    ] {
        finds(&agent(&text), "botcomponents/cts_a.topic.b/data", "");
    }
}

#[test]
fn aliases_of_an_agent_are_not_followed() {
    let mut text = String::from("kind: AdaptiveDialog\na0: &a0 [x, x]\n");
    for number in 1..100 {
        let one = number - 1;
        let _ = writeln!(text, "a{number}: &a{number} [*a{one}, *a{one}, *a{one}]");
    }
    answer(&agent(&text), &OpenOptions::default());
}

#[test]
fn an_app_that_is_no_archive_is_not_the_end() {
    let app = "<CanvasApps><CanvasApp><Name>cts_app</Name><DocumentUri>/CanvasApps/cts_app.msapp</DocumentUri></CanvasApp></CanvasApps>";
    let inner = zip_of(&[
        file("References/DataSources.json", "{\"DataSources\":[{"),
        file("Properties.json", "\u{0}"),
    ]);
    let mut cut = inner.clone();
    cut.truncate(inner.len() / 2);
    for bytes in [&b"PK no archive"[..], b"", &inner, &cut] {
        let files = package("", app, &[("CanvasApps/cts_app.msapp", bytes)]);
        answer(&files, &OpenOptions::default());
    }
}

#[test]
fn an_app_of_very_many_bytes_is_read_within_the_limits() {
    let app = "<CanvasApps><CanvasApp><Name>cts_app</Name><DocumentUri>/CanvasApps/cts_app.msapp</DocumentUri></CanvasApp></CanvasApps>";
    let large = format!("{{\"DataSources\":[\"{}\"]}}", "a".repeat(20_000_000));
    let inner = zip_of(&[file("References/DataSources.json", large)]);
    let files = package("", app, &[("CanvasApps/cts_app.msapp", &inner)]);
    answer(
        &files,
        &limits(|limits: &mut Limits| limits.total_bytes = 1_000_000),
    );
}

#[test]
fn hostile_names_stay_in_their_place() {
    let long = "n".repeat(1_000_000);
    for name in [
        "quote\" ' ]]> --> &amp; <b>".to_owned(),
        "tab\tline\nbell\u{85}end".to_owned(),
        "-->|x| c0[\"y\"]:::package".to_owned(),
        "emoji😀".repeat(20),
        long,
    ] {
        let escaped = name
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
            .replace('\n', "&#10;");
        let form = form(&format!(
            "<tab><control id=\"a\" datafieldname=\"{escaped}\"/><control id=\"b\" datafieldname=\"cts_x\" relationship=\"{escaped}\"/></tab>"
        ));
        let named = form.replace("</systemform>", &format!("<LocalizedNames><LocalizedName description=\"{escaped}\" languagecode=\"1033\" /></LocalizedNames></systemform>"));
        let files = package(&named, "", &[]);
        answer(&files, &OpenOptions::default());
        let graph = graph(&files);
        let nodes: Vec<_> = graph.graph.nodes().collect();
        let [human, json, dot, mermaid, graphml] = drawn(graph).try_into().unwrap();
        let options = roxmltree::ParsingOptions {
            nodes_limit: 100_000,
            ..Default::default()
        };
        let document = roxmltree::Document::parse_with_options(&graphml, options).unwrap();
        let drawn = document
            .descendants()
            .filter(|node| node.tag_name().name() == "node")
            .count();
        assert_eq!(drawn, nodes.len());
        let json: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(json["components"].as_array().unwrap().len(), nodes.len());
        for text in [&human, &dot, &mermaid] {
            assert!(
                !text.contains(['\u{85}', '\t']),
                "{}",
                &text[..text.floor_char_boundary(500)]
            );
        }
        let (_, lines) = mermaid.split_once('\n').unwrap();
        for line in lines.lines().take(nodes.len()) {
            assert!(
                line.ends_with(":::package")
                    || line.ends_with(":::external")
                    || line.ends_with(":::layered")
            );
            assert_eq!(line.matches('"').count(), 2);
        }
    }
}

#[test]
fn what_is_no_character_does_not_break_a_drawing() {
    let app = r#"<CanvasApps><CanvasApp><Name>cts_app</Name><CdsDependencies>{"cdsdependencies":[{"componenttype":29,"logicalname":"cts_\uffff\u0001\ufffe"},{"componenttype":66,"logicalname":"cts_\uffff\u0001\ufffe"}]}</CdsDependencies></CanvasApp></CanvasApps>"#;
    let files = package("", app, &[]);
    answer(&files, &OpenOptions::default());
    let graph = graph(&files);
    assert!(named(&graph).iter().any(|name| name.contains('\u{ffff}')));
    let [_, _, _, _, graphml] = drawn(graph).try_into().unwrap();
    assert!(roxmltree::Document::parse(&graphml).is_ok());
}

#[test]
fn names_that_are_cut_to_60_characters_are_found_by_their_beginning() {
    let long = "cts_account_a_relationship_whose_name_is_far_longer_than_sixty_characters";
    let row = format!(
        r#"<MissingDependency><Required type="10" schemaName="{}" displayName="R" solution="Fabrikam (1.0)" /><Dependent type="60" id="{{{FORM}}}" displayName="F" /></MissingDependency>"#,
        &long[..60]
    );
    let form = form(&format!(
        "<tab><control id=\"b\" datafieldname=\"cts_x\" relationship=\"{long}\"/></tab>"
    ));
    let mut files = package(&form, "", &[]);
    files.retain(|(name, _)| name != "solution.xml");
    files.push(file(
        "solution.xml",
        manifest(
            "Hostile",
            r#"<RootComponent type="1" schemaName="cts_order" behavior="0" />"#,
            &row,
        ),
    ));
    let found: Vec<_> = named(&graph(&files))
        .into_iter()
        .filter(|name| name.contains("cts_account_a"))
        .collect();
    assert_eq!(found, [format!("relationship {}", &long[..60])]);
}
