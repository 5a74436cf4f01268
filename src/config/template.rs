//! The file that `solvet init` writes.

/// A configuration that changes nothing, with every key explained.
pub const TEMPLATE: &str = r#"# Configuration of solvet. It is found from the working directory upwards; options of the
# command line go before it. 'solvet schema config' prints the schema.

# The target manifest that is used where --target is not given; relative to this file.
# target = "targets/prod.json"

# Pages of your own on rules; a terminal that can links the ids of rules to them.
# rule-pages = "https://wiki.example/solvet/{rule}"

# Levels: error, warning, note or off. 'solvet rules' lists the rules.
[rules]
# default-publisher = "error"
# package-file-name = "off"

# Findings that are known and accepted. They are counted and not shown.
# [[suppress]]
# rule = "required-component-unknown"
# component = "lead.cts_*"           # account, account.new_color, workflow:Name, form:{id}; * for anything
# solution = "ContosoOrders"         # optional
# reason = "Created by hand in every environment."
# expires = 2027-01-31               # optional: the last day on which this holds

# What is read of a package; the options --max-... of the same names.
[limits]
# max-entries = 20000

# What packages may hold; the rules policy-... tell what they hold besides.
[policy]
# allowed-publishers = ["contoso"]
# allowed-prefixes = ["cts"]
# allowed-connectors = ["shared_office365", "shared_commondataserviceforapps"]
# denied-kinds = ["plug-in step"]    # or allowed-kinds, the only ones
# plug-ins-only-in = ["ContosoPlugins"]
# whole-tables-of-others = false

# The same for one solution, by its unique name.
# [policy.ContosoPlugins]
# allowed-kinds = ["plug-in assembly", "plug-in step"]
"#;

#[cfg(test)]
mod tests {
    #[test]
    fn the_template_is_read_as_it_is_and_with_everything_in_use() {
        let read = |text: String| crate::config::parse("solvet.toml", text);
        assert!(read(super::TEMPLATE.into()).is_ok());
        let lines = super::TEMPLATE.lines();
        let lines = lines.map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.starts_with('[') || rest.contains(" = ") => rest,
            _ => line,
        });
        let text: Vec<_> = lines.collect();
        let config = read(text.join("\n")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(config.suppressions.len(), 1);
        assert_eq!(config.levels.len(), 2);
        assert!(config.target.is_some() && config.rule_pages.is_some());
    }
}
