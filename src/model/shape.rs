//! Definitions of a form that the platform refuses.

/// In which way a definition has a form that the platform refuses. What it concerns, an identifier or a name, is the detail
/// of the flaw.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum ShapeFault {
    /// Two elements of a ribbon with one identifier.
    RibbonIdRepeated,
    /// An identifier in a ribbon that is longer than the platform keeps.
    RibbonIdTooLong,
    /// An element of a ribbon that replaces another one and is not called like it.
    RibbonElementElsewhere,
    /// A change of one of the outermost elements of the ribbon.
    RibbonOutermost,
    /// A privilege that is none, in a rule of a ribbon.
    RibbonPrivilege,
    /// A site map without any area.
    SiteMapEmpty,
    /// An area, group or subarea without an identifier.
    SiteMapWithoutId,
    /// An identifier of a site map with characters that it cannot have.
    SiteMapId,
    /// An area, group or subarea within an element that cannot hold it.
    SiteMapNesting,
    /// More than one form in a dashboard.
    DashboardForms,
    /// A view or chart of one person in a dashboard of all.
    DashboardPersonal,
    /// A control that shows a column, in a dashboard, which has no table.
    DashboardColumn,
}
