//! How much what changed matters, where order means something, and what files say of components.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::allow_attributes,
    unreachable_pub,
    reason = "a test says by a panic that it failed"
)]

#[path = "support/reexport.rs"]
mod reexport;
mod support;
#[path = "support/versions.rs"]
mod versions;

use reexport::{Appended, exported_again};
use solvet::diff::{Change, Class};
use support::assembly::{self, Class as DotNetClass, Spec};
use support::{pack, program, project};
use versions::{Files, OLD, compared, told};

/// The class of the one component that differs, with its fields.
fn class(old: &Files, new: &Files) -> (Class, Vec<String>) {
    let diff = compared(old, new);
    assert_eq!(diff.components.len(), 1, "{diff:#?}");
    let fields = diff.components[0].fields.iter();
    (
        diff.components[0].class,
        fields.map(|field| field.path.to_string()).collect(),
    )
}

fn with_role(privileges: &str) -> Files {
    Files::of(OLD).custom(
        "<Roles />",
        &format!(
            "<Roles><Role id='{{11111111-2222-4333-8444-0000000000f1}}' name='Clerk'><RolePrivileges>{privileges}\
             </RolePrivileges></Role></Roles>"
        ),
    )
}

#[test]
fn a_role_with_less_in_it_breaks_and_one_with_more_does_not() {
    let role = |level| {
        with_role(&format!(
            "<RolePrivilege name='prvReadAccount' level='{level}'/>"
        ))
    };
    let (none, deep, global) = (with_role(""), role("Deep"), role("Global"));
    assert_eq!(class(&global, &deep).0, Class::Breaking);
    assert_eq!(class(&deep, &global).0, Class::Additive);
    assert_eq!(class(&deep, &none).0, Class::Breaking);
    assert_ne!(class(&none, &deep).0, Class::Breaking);
}

#[test]
fn an_action_that_is_switched_off_breaks() {
    let state = |code| {
        Files::of(OLD).custom(
            "<Category>3<",
            &format!("<StateCode>{code}</StateCode><Category>3<"),
        )
    };
    assert_eq!(class(&state(1), &state(0)).0, Class::Breaking);
    assert_eq!(class(&state(0), &state(1)).0, Class::Changed);
    let workflow = |code| state(code).custom("<Category>3<", "<Category>0<");
    assert_eq!(class(&workflow(1), &workflow(0)).0, Class::Changed);
}

#[test]
fn a_column_that_can_be_used_for_less_breaks() {
    let column =
        |value: &str| Files::of(OLD).custom("<MaxLength>100<", &format!("{value}<MaxLength>100<"));
    for name in ["ValidForCreateApi", "ValidForUpdateApi", "ValidForReadApi"] {
        let [no, yes] = ["0", "1"].map(|value| column(&format!("<{name}>{value}</{name}>")));
        assert_eq!(class(&yes, &no).0, Class::Breaking, "{name}");
        assert_eq!(class(&no, &yes).0, Class::Additive, "{name}");
    }
    let [rough, fine] = ["2", "4"].map(|digits| column(&format!("<Accuracy>{digits}</Accuracy>")));
    assert_eq!(class(&fine, &rough).0, Class::Breaking);
    assert_eq!(class(&rough, &fine).0, Class::Additive);
}

#[test]
fn a_column_that_is_calculated_now_or_has_another_choice_breaks() {
    let column = |name: &str, value: &str| {
        Files::of(OLD).custom(
            "<MaxLength>100<",
            &format!("<{name}>{value}</{name}><MaxLength>100<"),
        )
    };
    let source = |value| column("SourceType", value);
    assert_eq!(class(&source("0"), &source("1")).0, Class::Breaking);
    assert_eq!(class(&source("0"), &source("2")).0, Class::Breaking);
    assert_eq!(class(&Files::of(OLD), &source("1")).0, Class::Breaking);
    assert_eq!(class(&source("1"), &source("0")).0, Class::Changed);
    let choice = |value| column("OptionSetName", value);
    assert_eq!(class(&choice("cts_a"), &choice("cts_b")).0, Class::Breaking);
    assert!(compared(&choice("cts_a"), &choice("cts_A")).is_empty());
}

#[test]
fn a_definition_that_is_gone_breaks_though_its_root_stays() {
    const SCRIPT: &str = "    <WebResource>";
    let text = String::from_utf8(
        Files::of(OLD)
            .0
            .iter()
            .find(|(name, _)| name == "customizations.xml")
            .unwrap()
            .1
            .clone(),
    )
    .unwrap();
    let start = text.find(SCRIPT).unwrap();
    let end = text.find("  </WebResources>").unwrap();
    let new = Files::of(OLD).custom(&text[start..end], "");
    let (class, fields) = class(&Files::of(OLD), &new);
    assert_eq!(
        (class, fields),
        (Class::Breaking, vec!["definition".to_owned()])
    );
}

#[test]
fn a_key_that_looks_like_a_text_for_people_is_none() {
    let tab = |width| {
        Files::of(OLD).custom(
            "<column width=\"100%\">",
            &format!("<column width=\"100%\"><part name='a/label/b' width='{width}'/>"),
        )
    };
    assert_eq!(class(&tab(1), &tab(2)).0, Class::Changed);
}

#[test]
fn another_order_of_what_people_see_in_turn_is_told() {
    let form = |tabs: [&str; 2]| {
        let tabs = tabs.map(|name| format!("<tab name='{name}'><columns/></tab>"));
        Files::of(OLD).custom("<tabs>", &format!("<tabs>{}", tabs.concat()))
    };
    let (class, fields) = class(&form(["a", "b"]), &form(["b", "a"]));
    assert_eq!(
        (class, fields),
        (Class::Changed, vec!["form/tabs@order".to_owned()])
    );
    let view = |cells: &str, orders: &str| {
        Files::of(OLD).custom(
            "</FormXml>",
            &format!(
                "</FormXml><SavedQueries><savedqueries><savedquery><savedqueryid>{{11111111-2222-4333-8444-0000000000a9}}\
                 </savedqueryid><layoutxml><grid name='resultset'><row name='result'>{cells}</row></grid></layoutxml>\
                 <fetchxml><fetch><entity name='cts_order'>{orders}</entity></fetch></fetchxml>\
                 </savedquery></savedqueries></SavedQueries>"
            ),
        )
    };
    let (note, rating) = (
        "<cell name='cts_note' width='9'/>",
        "<cell name='cts_rating' width='9'/>",
    );
    let by = |name: &str| format!("<order attribute='{name}'/>");
    let (first, second) = (by("cts_note"), by("cts_rating"));
    let old = view(&[note, rating].concat(), &format!("{first}{second}"));
    let columns = view(&[rating, note].concat(), &format!("{first}{second}"));
    let sorted = view(&[note, rating].concat(), &format!("{second}{first}"));
    let told = |new: &Files| self::class(&old, new).1;
    assert_eq!(
        told(&columns),
        ["layoutxml/grid[resultset]/row[result]@order"]
    );
    assert_eq!(told(&sorted), ["fetchxml/fetch/entity[cts_order]@order"]);
}

#[test]
fn another_order_of_the_steps_of_a_process_is_told_and_of_its_arguments_is_not() {
    const ACTION: &str = "Workflows/Rateorder-11111111-2222-4333-8444-0000000000C1.xaml";
    let with = |arguments: [&str; 2], steps: [&str; 2]| {
        let arguments = arguments
            .map(|name| format!("<x:Property Name=\"{name}\" Type=\"InArgument(x:String)\"/>"));
        let steps = steps.map(|name| format!("<Sequence DisplayName=\"{name}\"/>"));
        Files::of(OLD).with(
            ACTION,
            "</x:Members>",
            &format!("{}</x:Members>{}", arguments.concat(), steps.concat()),
        )
    };
    let old = with(["One", "Two"], ["First", "Second"]);
    assert!(compared(&old, &with(["Two", "One"], ["First", "Second"])).is_empty());
    let (class, fields) = class(&old, &with(["One", "Two"], ["Second", "First"]));
    assert_eq!(class, Class::Changed);
    assert!(fields[0].ends_with("@order"), "{fields:?}");
}

#[test]
fn a_web_resource_of_texts_is_compared_entry_by_entry() {
    const NAME: &str = "WebResources/cts_textsresx11111111-2222-4333-8444-0000000000E2";
    let texts = |entries: &[(&str, &str)]| {
        let entries = entries.iter().map(|(name, value)| {
            format!("<data name=\"{name}\" xml:space=\"preserve\"><value>{value}</value></data>")
        });
        let resource = format!(
            "<WebResources><WebResource><WebResourceId>{{11111111-2222-4333-8444-0000000000e2}}</WebResourceId>\
             <Name>cts_texts.1033.resx</Name><WebResourceType>12</WebResourceType><FileName>/{NAME}</FileName></WebResource>"
        );
        let files = Files::of(OLD).custom("<WebResources>", &resource);
        files.and(
            NAME,
            format!("<root>{}</root>", entries.collect::<String>()),
        )
    };
    let old = texts(&[("Hello", "Hello"), ("Bye", "Bye")]);
    assert!(compared(&old, &texts(&[("Bye", "Bye"), ("Hello", "Hello")])).is_empty());
    let (class_of, fields) = class(&old, &texts(&[("Hello", "Good day"), ("Bye", "Bye")]));
    assert_eq!(class_of, Class::Cosmetic);
    assert_eq!(fields, [format!("{NAME}: data[Hello]/value")]);
    let more = texts(&[("Hello", "Hello"), ("Bye", "Bye"), ("Ahoy", "Ahoy")]);
    assert_eq!(class(&old, &more).0, Class::Additive);
    assert_eq!(class(&more, &old).0, Class::Changed);
}

#[test]
fn an_assembly_is_compared_by_what_it_says_of_itself() {
    const SAMPLE: &str = "samples/rules/assembly-unsigned/ok";
    const FILE: &str =
        "PluginAssemblies/ContosoSilo-48670C3F-398A-4A06-904B-65033A921E97/ContosoSilo.dll";
    let with = |version, is_signed, class| {
        let spec = Spec {
            name: "Contoso.Silo",
            version,
            is_signed,
            framework: ".NETFramework,Version=v4.6.2",
            is_debug: false,
            sdk: [9, 0, 0, 0],
            classes: &[("Contoso.Silo", class, DotNetClass::PlugIn)],
        };
        let mut files = Files::of(SAMPLE);
        files.0.retain(|(name, _)| name != FILE);
        files.and(FILE, assembly::write(&spec))
    };
    let old = with([1, 0, 0, 0], true, "Fill");
    let diff = compared(&old, &with([1, 0, 0, 7], false, "Drain"));
    let told: Vec<String> = diff
        .components
        .iter()
        .flat_map(|one| &one.fields)
        .map(|field| {
            format!(
                "{}: {} -> {} {}",
                field.path,
                field.old.as_deref().unwrap_or_default(),
                field.new.as_deref().unwrap_or_default(),
                field.class.name()
            )
        })
        .collect();
    for expected in [
        "Class: plug-in -> absent breaking",
        "AssemblyVersion: 1.0.0.0 -> 1.0.0.7 changed",
        "IsSigned: 1 -> 0 changed",
    ] {
        assert!(told.iter().any(|line| line == expected), "{told:#?}");
    }
    assert!(
        told.iter()
            .any(|line| line.starts_with(FILE) && line.contains("CRC-32")),
        "{told:#?}"
    );
}

#[test]
fn a_new_export_of_the_same_content_is_the_same() {
    let mut samples = 0;
    let mut others = Vec::new();
    for path in glob::glob(project("samples/**/solution.xml").to_str().unwrap()).unwrap() {
        let folder = path.unwrap().parent().unwrap().to_path_buf();
        // Which of two components of one name is which, only their order says.
        if folder.to_string_lossy().contains("duplicate-component") {
            continue;
        }
        let files = pack::files(&folder);
        let again = exported_again(&files, Appended::Same);
        let Some(diff) = versions::readable(&Files(files), &Files(again)) else {
            continue;
        };
        samples += 1;
        if !diff.is_empty() {
            let fields = diff.components.iter().flat_map(|one| &one.fields);
            let fields: Vec<_> = fields.chain(&diff.solution).chain(&diff.files).collect();
            others.push(format!(
                "{}: {} {fields:#?}",
                folder.display(),
                diff.components.len()
            ));
        }
    }
    assert!(others.is_empty(), "{}", others.join("\n"));
    assert!(samples > 400, "{samples}");
}

#[test]
fn what_is_gone_in_one_is_new_in_the_other() {
    let new = Files::of("samples/versions/new");
    let old = Files::of(OLD);
    let names = |old: &Files, new: &Files, change| -> Vec<String> {
        let diff = compared(old, new);
        let all = diff.components.iter().filter(|one| one.change == change);
        all.map(|one| one.component.to_string()).collect()
    };
    assert_eq!(
        names(&old, &new, Change::Removed),
        names(&new, &old, Change::Added)
    );
    assert_eq!(
        names(&old, &new, Change::Added),
        names(&new, &old, Change::Removed)
    );
    assert!(!told(&new).is_empty());
}

#[test]
fn an_upgrade_that_the_target_refuses_is_not_additive() {
    const SAMPLE: &str = "samples/rules/removed-component-in-use";
    let path = |name: &str| format!("{SAMPLE}/{name}");
    let (old, target) = (path("installed"), path("target-bad.json"));
    let run = |arguments: &[&str]| {
        let all = [
            "diff",
            &old,
            &old,
            "--require-additive",
            "--target",
            &target,
        ];
        program::run(&[&all, arguments].concat()).status
    };
    assert_eq!(run(&[]), 1);
}
