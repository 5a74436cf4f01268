//! Files that components name: from the path a definition writes to an entry of the package.

use super::{EntryId, Layout, Package, normal_name};

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
        }
    }

    /// `WebResources/a.js` for `WebResources/a.js.data.xml`.
    fn beside(&self, definition: &str) -> Option<EntryId> {
        const SUFFIX: &str = ".data.xml";
        let stem = definition.len().checked_sub(SUFFIX.len())?;
        let tail = definition.get(stem..)?;
        tail.eq_ignore_ascii_case(SUFFIX)
            .then(|| self.find(&definition[..stem]))?
    }

    /// `Entities/x/Formulas/f.xaml` for `/Formulas/f.xaml` written in `Entities/x/Entity.xml`.
    fn in_folder_of(&self, definition: &str, name: &str) -> Option<EntryId> {
        let (folder, _) = definition.rsplit_once('/')?;
        self.find(&format!("{folder}/{name}"))
    }
}
