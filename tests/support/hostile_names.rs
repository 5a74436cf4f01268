//! A package, a target, deployment settings and a configuration whose names are written to break out of every format.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::pack;

/// Names of which each is one that something takes for its own syntax.
const NAMES: &[&str] = &[
    // Commands of pipelines, at the start of a line and within one.
    "::error title=forged,file=forged.xml::forged",
    "x\n::error::forged on a line of its own",
    "x\r::set-output name=forged::forged",
    "x\u{85}::warning::forged",
    "x\u{2028}::stop-commands::forged",
    "##vso[task.setvariable variable=forged]forged",
    "x ##vso[task.complete result=Succeeded;]forged",
    "x\n##[error]forged",
    "##[group]forged ##[section]forged",
    "##VSO[task.logissue type=error]forged",
    "##vso[task.uploadsummary]/etc/passwd",
    "##v\tso[",
    "%0A::error::forged %3A%2C %25 %AZP25 %0D%3B%5D",
    "a;b]c,d:e=f%g",
    // XML and HTML.
    "]]> <![CDATA[ <!-- --> <?forged ?>",
    "<script>alert('forged')</script>",
    "<img src=x onerror=alert(1)>",
    "</failure></testcase><testcase name=\"forged\"/>",
    "</summary></details><details><summary>forged",
    "&lt;b&gt; &amp;amp; &#60;i&#62; &quot;",
    "\" onmouseover=\"alert(1)",
    "' onmouseover='alert(1)",
    // Markdown.
    "![forged](https://forged.example/x.png)",
    "[forged](https://forged.example/)",
    "[forged]: https://forged.example/",
    "https://forged.example/?a=b&c=d",
    "www.forged.example someone@forged.example",
    "<https://forged.example/>",
    "@octocat #1 GH-1 octo/repo#1",
    "**bold** __bold__ *i* _i_ ~~gone~~ `code` ``code``",
    "a | b || c \\| d",
    "# heading\n## heading\nheading\n===\n---",
    "- item\n* item\n+ item\n1. item\n> quote",
    "```\nfence\n```",
    "~~~ fence",
    "    indented code",
    "\\ \\\\ \\` \\[ \\<b>",
    "back`tick``s```",
    "`",
    "$a^2$ $`a^2`$ \\(a\\) [^1] [^1]: note :smile: - [x] done",
    "a\n\n<b>html block</b>\n\na",
    // Mermaid.
    "\"] --> forged[\"forged\"]",
    "a; click c0 \"https://forged.example/\"",
    "%% comment %%{init: {'theme':'dark'}}%%",
    "end\nsubgraph forged",
    "#quot; #35; #lt;b#gt;",
    "{{a}} ((b)) [/c/] a:::package",
    // Text that turns, hides or moves.
    "abc\u{202e}gnp.exe\u{202c}",
    "\u{2066}isolated\u{2069} \u{200f}marked\u{200e}",
    "zero\u{200b}width\u{feff}joined\u{200d}",
    "\u{9b}31mred\u{9b}0m",
    "tab\tcr\rlf\ncrlf\r\nend",
    "emoji \u{1f600} \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} combining e\u{301}",
    "not a character \u{1ffff} \u{10fffd} \u{fffd}",
    "=HYPERLINK(\"https://forged.example/\")",
    "{{ constructor }} ${forged} ${{ secrets.FORGED }} $(forged)",
    "C:\\forged\\..\\x /etc/../forged",
    "  blanks around  ",
];

/// Names that XML can hold, two very long ones among them.
pub fn names() -> Vec<String> {
    let names = NAMES.iter().map(|name| (*name).to_owned());
    names
        .chain(["long".repeat(2_500), "<b>|`".repeat(2_000)])
        .collect()
}

/// The same, and names with characters that XML cannot hold.
pub fn names_of_json() -> Vec<String> {
    let mut names = names();
    names.extend(
        [
            "escape \u{1b}[31mred\u{1b}[0m \u{1b}]8;;https://forged.example/\u{7}link\u{1b}]8;;\u{7}",
            "nul \0 bell \u{7} backspace \u{8} form \u{c} delete \u{7f}",
            "##v\u{0}so[forged]",
            "x\u{b}::error::forged",
            "not XML \u{fffe} \u{ffff}",
        ]
        .map(str::to_owned),
    );
    names
}

/// Names that are file names within an archive.
const FILES: [&str; 6] = [
    "Other/::error file=x,line=1::forged.bin",
    "Other/##vso[task.complete]forged;x]y.bin",
    "Other/a\u{1b}[31mb\nc\rd%0Ae.bin",
    "Other/<script>|`*_[x](y)`.bin",
    "Other/\"] --> x; %% ]]>.bin",
    "Other/\u{202e}nib.xxx",
];

/// The file name of the package: as hostile as the system lets it be.
pub const FILE: &str = if cfg!(unix) {
    "pack,age;a]b %0A::error::x ##vso[x] <b>`|*_[l](u)\n\u{1b}[1m \"q' \u{202e}.zip"
} else {
    "pack,age;a]b %0A x ##vso[x] `_[l](u) 'q' \u{202e}.zip"
};

/// Everything that a run needs, as paths of files.
#[derive(Debug)]
pub struct Hostile {
    pub package: String,
    /// A file that is no package, under a name as hostile.
    pub unreadable: String,
    pub target: String,
    pub settings: String,
    pub configuration: String,
}

impl Hostile {
    /// Writes the files into a folder.
    pub fn write(folder: &Path) -> Self {
        let write = |name: &str, content: &[u8]| {
            let path = folder.join(name);
            fs::write(&path, content).unwrap();
            path.to_str().unwrap().to_owned()
        };
        Self {
            package: write(FILE, &package()),
            unreadable: write(&format!("un{FILE}"), b"PK\x03\x04 and nothing more"),
            target: write("hostile.target.json", target().to_string().as_bytes()),
            settings: write("hostile.settings.json", settings().to_string().as_bytes()),
            configuration: write("hostile.toml", configuration().as_bytes()),
        }
    }

    /// Arguments of a check, of a simulation and of a check of settings, without a format.
    pub fn runs(&self) -> [Vec<&str>; 3] {
        let Self {
            package,
            unreadable,
            target,
            settings,
            configuration,
        } = self;
        let common = ["--target", target, "--config", configuration];
        [
            [&["check", package, unreadable], &common[..]].concat(),
            [
                &["simulate", package, "--settings-file", settings],
                &common[..],
            ]
            .concat(),
            [&["settings", "check", settings, package], &common[..]].concat(),
        ]
    }
}

/// Text as an attribute's value.
fn attribute(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        if matches!(character, '&' | '<' | '>' | '"') || character.is_control() {
            write!(out, "&#{};", u32::from(character)).unwrap();
        } else {
            out.push(character);
        }
    }
    out
}

/// The zip of a package that requires a template and a table of each name, and has a choice of each.
pub fn package() -> Vec<u8> {
    let names: Vec<_> = names().iter().map(|name| attribute(name)).collect();
    let mut files = vec![
        ("[Content_Types].xml".to_owned(), CONTENT_TYPES.into()),
        (
            "customizations.xml".to_owned(),
            customizations(&names).into_bytes(),
        ),
        ("solution.xml".to_owned(), solution(&names).into_bytes()),
    ];
    files.extend(FILES.map(|name| (name.to_owned(), b"nothing".to_vec())));
    pack::zip_of(&files)
}

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /></Types>"#;

const ROOT: &str = r#"ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="9.2.26111.132" SolutionPackageVersion="9.2" languagecode="1033" OrganizationVersion="9.2.26111.132" OrganizationSchemaType="Standard" CRMServerServiceabilityVersion="9.2.26111.00134""#;

fn solution(names: &[String]) -> String {
    let mut rows = String::new();
    for (number, name) in names.iter().enumerate() {
        let dependent =
            format!("<Dependent type=\"9\" schemaName=\"{name}\" displayName=\"{name}\" />");
        let application = format!(
            "<package appName=\"{name}\" version=\"1.0.0.{number}\">{name} (1.0.0.{number})</package>"
        );
        writeln!(
            rows,
            "<MissingDependency><Required type=\"36\" displayName=\"{name}\" solution=\"{name} (1.0.0.{number})\">{application}</Required>{dependent}</MissingDependency>\
             <MissingDependency><Required type=\"1\" schemaName=\"{name}\" displayName=\"{name}\" solution=\"Fabrikam (1.0.0.0)\" />{dependent}</MissingDependency>"
        )
        .unwrap();
    }
    let name = "Contoso ::error::x ##vso[x]y &lt;b&gt; | ` ] ; , &quot; &#10;::error::forged";
    format!(
        "<{ROOT}><SolutionManifest><UniqueName>{name}</UniqueName><LocalizedNames><LocalizedName description=\"{name}\" languagecode=\"1033\" /></LocalizedNames>\
         <Descriptions /><Version>1.0.0.1 &lt;b&gt;|`::</Version><Managed>0</Managed><Publisher><UniqueName>contoso</UniqueName><LocalizedNames>\
         <LocalizedName description=\"Contoso\" languagecode=\"1033\" /></LocalizedNames><Descriptions /><CustomizationPrefix>cts</CustomizationPrefix>\
         <CustomizationOptionValuePrefix>10471</CustomizationOptionValuePrefix></Publisher><RootComponents /><MissingDependencies>\n{rows}\
         </MissingDependencies></SolutionManifest></ImportExportXml>"
    )
}

fn customizations(names: &[String]) -> String {
    let mut choices = String::new();
    for name in names {
        writeln!(
            choices,
            "<optionset Name=\"{name}\" localizedName=\"{name}\"><OptionSetType>picklist</OptionSetType><IsGlobal>1</IsGlobal><displaynames>\
             <displayname description=\"{name}\" languagecode=\"1033\" /></displaynames><options /></optionset>"
        )
        .unwrap();
    }
    format!(
        "<{ROOT}><Entities /><Roles /><Workflows /><FieldSecurityProfiles /><Templates /><EntityMaps /><EntityRelationships /><OrganizationSettings />\
         <optionsets>\n{choices}</optionsets><CustomControls /><EntityDataProviders /><Languages><Language>1033</Language></Languages></ImportExportXml>"
    )
}

/// A target under a hostile name that has nothing.
pub fn target() -> Value {
    json!({
        "manifestVersion": 1,
        "environment": {
            "name": "Target ::error::x\n##vso[x]y <b>|`] \u{1b}[31m",
            "version": "9.2.26111.132",
            "languages": [1033],
        },
        "coverage": {
            "solutions": "complete",
            "tables": "complete",
            "choices": "complete",
            "templates": "complete",
        },
        "solutions": [{"name": "System", "version": "5.0", "managed": true}],
    })
}

/// Deployment settings with entries for nothing, and keys that nobody reads.
pub fn settings() -> Value {
    let names = names_of_json();
    let entries = names
        .iter()
        .map(|name| json!({"SchemaName": name, "Value": name}));
    let mut settings = Map::new();
    settings.insert("EnvironmentVariables".into(), entries.collect());
    settings.insert("ConnectionReferences".into(), json!([]));
    for name in names {
        settings.insert(name, Value::Null);
    }
    settings.into()
}

/// A configuration that accepts some findings, for hostile reasons.
pub fn configuration() -> String {
    let reason = "Because ::error::x ##vso[x]y <b>|` ]]> \\\" \\n::error::forged \\u001b[31m";
    format!(
        "[[suppress]]\nrule = \"required-component-absent\"\ncomponent = \"*octocat*\"\nreason = \"{reason}\"\n\n\
         [[suppress]]\nrule = \"default-publisher\"\ncomponent = \"nowhere ::error::x ##vso[x]y <b>|`\"\nreason = \"{reason}\"\n"
    )
}
