//! What an import does with each component.

use rayon::prelude::*;
use rustc_hash::FxHashSet;

use super::content::{Content, dropped};
use super::removing::{Removing, holds_data, own_names};
use crate::check::{ImportSwitches, Operation, Plan};
use crate::model::LogicalName;
use crate::model::{
    Component, ComponentId, Identity, IdentityMap, Origin, PackageType, RootBehavior, Solution,
    Supplier,
};
use crate::target::{Holding, Presence, Question, Target};

/// What is done with a component.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ActionKind {
    /// It is new.
    Create,
    /// What is there is changed, in a layer of the solution.
    Update,
    /// It is new or changed: nobody knows whether it is there.
    CreateOrUpdate,
    /// An unmanaged definition replaces another one, which is lost.
    Overwrite,
    /// It is the same as before.
    Unchanged,
    /// The package lacks it, and it stays.
    Keep,
    /// It is removed.
    Delete,
    /// The package has it, and nothing is done.
    Skip,
    /// It was unmanaged and becomes managed.
    Convert,
}

impl ActionKind {
    /// The name of it, as contracts have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::CreateOrUpdate => "create-or-update",
            Self::Overwrite => "overwrite",
            Self::Unchanged => "unchanged",
            Self::Keep => "keep",
            Self::Delete => "delete",
            Self::Skip => "skip",
            Self::Convert => "convert",
        }
    }
}

impl ActionKind {
    /// Whether something of the component comes to lie in a layer.
    pub fn lands(self) -> bool {
        match self {
            Self::Create
            | Self::Update
            | Self::CreateOrUpdate
            | Self::Overwrite
            | Self::Unchanged
            | Self::Convert => true,
            Self::Keep | Self::Delete | Self::Skip => false,
        }
    }
}

impl ComponentAction {
    /// Whether rows or values of the target are lost with the component.
    pub fn loses_data(&self, component: &Identity) -> bool {
        self.kind == ActionKind::Delete && holds_data(component)
    }
}

/// The component that an action is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Subject {
    /// One of the package.
    Own(ComponentId),
    /// One that the package lacks.
    Other(Box<Identity>),
}

/// Whose layer wins after the import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Winner {
    /// That of the imported solution.
    Imported,
    /// The unmanaged layer, which hides what is imported.
    Active,
    /// That of another solution.
    Other(Box<str>),
    /// Nobody knows.
    Unknown,
    /// None: it is gone.
    None,
}

/// What is done with one component.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComponentAction {
    /// The component.
    pub subject: Subject,
    /// What is done.
    pub kind: ActionKind,
    /// Whose layer wins afterwards.
    pub winner: Winner,
    /// Whether unmanaged customizations of the target are lost.
    pub loses_customizations: bool,
}

/// What the actions of one import have in common.
struct Doing<'a> {
    /// Whether the target has some version of the solution.
    is_installed: bool,
    solution: &'a Solution,
    target: &'a Target,
    operation: Operation,
    switches: ImportSwitches,
    own: Supplier,
    /// The names that its layers have.
    names: FxHashSet<LogicalName>,
    /// Tables of which only a shell travels: nothing is done with them.
    shells: IdentityMap<()>,
    before: Option<IdentityMap<&'a Component>>,
}

/// What an import does, component by component: those of the package in its order, then those that it lacks.
pub(super) fn actions(
    solution: &Solution,
    target: &Target,
    plan: Plan,
    content: &Content<'_>,
    removing: &Removing,
) -> Vec<ComponentAction> {
    let before = content.package.map(|package| {
        let mut before = IdentityMap::with_capacity(package.components.len());
        for component in &package.components {
            before.insert(&component.identity, component);
        }
        before
    });
    let own = Supplier {
        solution: LogicalName::new(solution.manifest.name()),
        ..Supplier::unnamed()
    };
    let mut shells = IdentityMap::default();
    let roots = solution.manifest.roots.iter();
    for root in roots.filter(|root| root.behavior == RootBehavior::Shell) {
        shells.insert(&root.identity, ());
    }
    let doing = Doing {
        names: own_names(&own.solution, target),
        is_installed: target.solution(&own.solution).is_some(),
        shells,
        solution,
        target,
        operation: plan.operation,
        switches: plan.switches,
        own,
        before,
    };
    let numbered: Vec<_> = solution.numbered().collect();
    let mut actions: Vec<ComponentAction> = numbered
        .into_par_iter()
        .map(|(id, component)| doing.with(id, component))
        .collect();
    if plan.operation == Operation::Skip {
        return actions;
    }
    let other = |identity: &Identity, kind, winner| ComponentAction {
        subject: Subject::Other(Box::new(identity.clone())),
        kind,
        winner,
        loses_customizations: false,
    };
    if plan.operation.removes() {
        let removed = removing.removals.iter();
        let removed = removed.map(|one| other(&one.component, ActionKind::Delete, Winner::None));
        let kept = removing.kept.iter();
        let kept = kept.map(|one| other(one, ActionKind::Keep, Winner::Unknown));
        actions.extend(removed.chain(kept));
    } else {
        let kept = dropped(content, solution).into_iter();
        actions.extend(kept.map(|one| other(one, ActionKind::Keep, Winner::Unknown)));
    }
    actions
}

impl Doing<'_> {
    fn with(&self, id: ComponentId, component: &Component) -> ComponentAction {
        let holding = self.target.holding(&component.identity).unwrap_or_default();
        let kind = self.kind(component, &holding);
        let is_forced = self.switches.force_overwrite
            && holding.has_active_layer() == Some(true)
            && !component.identity.kind.merges_layers();
        let loses = is_forced && self.is_managed() && kind.lands();
        ComponentAction {
            loses_customizations: loses || kind == ActionKind::Overwrite,
            subject: Subject::Own(id),
            winner: self.winner(component, kind, &holding),
            kind,
        }
    }

    fn is_managed(&self) -> bool {
        self.solution.manifest.package_type == PackageType::Managed
    }

    /// Whether what is the same in both versions is left alone. Overwriting customizations switches that off, and an
    /// unmanaged package writes over what was edited since.
    fn leaves_unchanged(&self) -> bool {
        self.is_managed() && !self.switches.force_overwrite
    }

    fn kind(&self, component: &Component, holding: &Holding<'_>) -> ActionKind {
        let is_shell =
            component.origin == Origin::Layered && self.shells.find(&component.identity).is_some();
        if self.operation == Operation::Skip || is_shell {
            return ActionKind::Skip;
        }
        let before = self
            .before
            .as_ref()
            .map(|before| before.find(&component.identity));
        match (
            self.presence(component, before.is_some_and(|before| before.is_some())),
            before,
        ) {
            (Presence::Absent, _) => ActionKind::Create,
            (Presence::Present, _) if self.is_managed() && holding.is_unmanaged() == Some(true) => {
                ActionKind::Convert
            }
            (Presence::Present, Some(Some(before)))
                if self.leaves_unchanged() && before.is_same_content(component) =>
            {
                ActionKind::Unchanged
            }
            (Presence::Present, _) if self.is_managed() => ActionKind::Update,
            // Over what is managed an unmanaged package lays its own layer, unless one is there.
            (Presence::Present, _)
                if holding.is_unmanaged() == Some(false)
                    && holding.has_active_layer() != Some(true) =>
            {
                ActionKind::Update
            }
            (Presence::Present, _) => ActionKind::Overwrite,
            (Presence::Unknown, _) if component.origin == Origin::Layered => ActionKind::Update,
            (Presence::Unknown, _) => ActionKind::CreateOrUpdate,
        }
    }

    /// Whether the target has a component of the package. What the package of the installed version lacks is new unless the
    /// target lists it; what nobody else would have is new where the solution is.
    fn presence(&self, component: &Component, was_there: bool) -> Presence {
        if was_there {
            return Presence::Present;
        }
        let question = Question {
            supplier: Some(&self.own),
            ..Question::of(self.solution, &component.identity, None)
        };
        let answer = self.target.answer(&question);
        // That the solution is installed says nothing of what its next version brings.
        let is_by_solution = self.is_installed && !self.target.lists(&component.identity);
        match answer.presence {
            Presence::Present if is_by_solution && self.before.is_some() => Presence::Absent,
            Presence::Present if is_by_solution => Presence::Unknown,
            Presence::Unknown if self.before.is_some() && component.origin == Origin::Package => {
                Presence::Absent
            }
            presence @ (Presence::Present | Presence::Absent | Presence::Unknown) => presence,
        }
    }

    fn winner(&self, component: &Component, kind: ActionKind, holding: &Holding<'_>) -> Winner {
        if kind == ActionKind::Skip {
            return Winner::Unknown;
        }
        if !self.is_managed() {
            return Winner::Active;
        }
        match (kind, holding.has_active_layer()) {
            (ActionKind::Create, _) => Winner::Imported,
            // Of merged kinds each layer shows what it changes.
            (_, Some(true)) if component.identity.kind.merges_layers() => Winner::Unknown,
            (_, Some(true)) if !self.switches.force_overwrite => Winner::Active,
            (_, None) => Winner::Unknown,
            (_, Some(_)) => self.top(holding),
        }
    }

    /// The highest managed layer: that of the solution itself, or another's that was laid over it before. A solution that had
    /// no layer yet lies on top.
    fn top(&self, holding: &Holding<'_>) -> Winner {
        let managed = || holding.layers.iter().filter(|layer| !layer.is_active());
        let is_own = |solution: &str| self.names.contains(&LogicalName::new(solution));
        let has_own = managed().any(|layer| is_own(&layer.solution));
        match managed().next() {
            Some(top) if has_own && !is_own(&top.solution) => {
                Winner::Other(top.solution.as_str().into())
            }
            Some(_) | None => Winner::Imported,
        }
    }
}
