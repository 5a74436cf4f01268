//! Files that components name: from the path a definition writes to an entry of the package.

use super::{Entry, EntryId, Layout, Package, normal_name};

impl Package {
    /// The file that a definition names, such as `/Workflows/Approve-….json`; `definition` is the file it stands in.
    ///
    /// In an export the path is the entry's name. SolutionPackager moves files beside their definitions and drops the
    /// GUID from names of web resources, so there the definition's own place counts first.
    pub fn find_part(&self, path: &str, definition: &str) -> Option<EntryId> {
        let name = normal_name(path);
        match self.layout {
            Layout::Zip | Layout::Unzipped => self.find(&name),
            Layout::SolutionPackager => self
                .beside(definition)
                .or_else(|| self.find(&name))
                .or_else(|| self.find(&name.replacen("Connector/", "Connectors/", 1)))
                .or_else(|| self.in_folder_of(definition, &name)),
            Layout::Yaml => self
                .beside(definition)
                .or_else(|| self.find(&name))
                .or_else(|| self.among_files_of(definition, &name))
                .or_else(|| self.find(&name.replacen("Connector/", "Connectors/", 1)))
                .or_else(|| self.around(definition, &name)),
        }
    }

    /// `webresources/<id>/cts_a.js` for `/WebResources/cts_a.js` or `/WebResources/cts_a`, written in a file beside it.
    fn among_files_of(&self, definition: &str, name: &str) -> Option<EntryId> {
        let (folder, _) = definition.rsplit_once('/')?;
        let file = name.rsplit('/').next()?;
        let exact = self.find(&format!("{folder}/{file}"));
        exact.or_else(|| {
            let stem = file.to_ascii_lowercase();
            let mut files = self.files_below(folder);
            let found = files.find(|(_, entry)| {
                let own = entry.name[folder.len() + 1..].to_ascii_lowercase();
                !own.contains('/') && own.rsplit_once('.').is_some_and(|(own, _)| own == stem)
            });
            found.map(|(id, _)| id)
        })
    }

    /// `entities/x/formulas/f.xaml` for `/Formulas/f.xaml` written in `entities/x/attributes/a.yml`.
    fn around(&self, definition: &str, name: &str) -> Option<EntryId> {
        let folders = definition.rmatch_indices('/');
        let mut folders = folders.map(|(at, _)| &definition[..at]);
        folders.find_map(|folder| self.find(&format!("{folder}/{name}")))
    }

    /// The files in a folder, written as it is in their names, and in the folders within it.
    fn files_below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = (EntryId, &'a Entry)> {
        let is_before = |entry: &Entry| &*entry.name <= folder;
        let first = self.entries.partition_point(is_before);
        let rest = (first..).map(EntryId).zip(&self.entries[first..]);
        rest.skip_while(move |(_, entry)| {
            entry.name.starts_with(folder) && !entry.name[folder.len()..].starts_with('/')
        })
        .take_while(move |(_, entry)| {
            entry
                .name
                .strip_prefix(folder)
                .is_some_and(|rest| rest.starts_with('/'))
        })
    }

    /// `WebResources/a.js` for `WebResources/a.js.data.xml`.
    fn beside(&self, definition: &str) -> Option<EntryId> {
        let suffix = if self.layout == Layout::Yaml {
            ".data.yml"
        } else {
            ".data.xml"
        };
        let stem = definition.len().checked_sub(suffix.len())?;
        let tail = definition.get(stem..)?;
        tail.eq_ignore_ascii_case(suffix)
            .then(|| self.find(&definition[..stem]))?
    }

    /// `Entities/x/Formulas/f.xaml` for `/Formulas/f.xaml` written in `Entities/x/Entity.xml`.
    fn in_folder_of(&self, definition: &str, name: &str) -> Option<EntryId> {
        let (folder, _) = definition.rsplit_once('/')?;
        self.find(&format!("{folder}/{name}"))
    }
}
