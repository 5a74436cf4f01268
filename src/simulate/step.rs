//! The walk over the packages: one import after the other, each in the state that the one before it leaves.

use super::actions::{ActionKind, actions};
use super::content::Content;
use super::operation::{Choice, choose};
use super::removing::Upgrading;
use super::verdict::{Judgement, StageOutcome, Told, Verdict, doubts_of, judge, shown};
use super::{Request, SimulateOptions, Simulation, Step, Surroundings, order};
use crate::check::{
    Checked, Examined, Import, ImportSwitches, Operation, Plan, Run, Situation, Stage,
    check_settings,
};
use crate::finding::{Evidence, PlacedFinding, Severity};
use crate::model::{Identity, LogicalName, Solution};
use crate::target::{Effect, Landing, Presence, SolutionRow, Target, afterwards, promoted};

/// Simulates the import of packages, each against the target that the one before it leaves.
///
/// ```no_run
/// # use solvet::{check::*, package::*, parse::parse, simulate::*, target};
/// # let location = locate(&["ContosoCore.zip".into()]).remove(0)?;
/// # let Some(Opened::Package(package)) = open(&location, &OpenOptions::default()).pop() else { panic!() };
/// let examined = examine_for(&package, parse(&package)?, Asking::Import);
/// let target = target::load("contoso-prod.json")?;
/// let surroundings = Surroundings { target: &target, installed: &[] };
/// let simulation = simulate(vec![examined], surroundings, &SimulateOptions::default());
/// println!("The import {}.", simulation.verdict);
/// # Ok::<(), solvet::Error>(())
/// ```
pub fn simulate(
    packages: Vec<Examined>,
    surroundings: Surroundings<'_>,
    options: &SimulateOptions,
) -> Simulation {
    let order = order::order(&packages, options.in_order);
    let settings = settings_findings(&packages, surroundings.target, options);
    let count = packages.len();
    let mut waiting: Vec<Option<Examined>> = packages.into_iter().map(Some).collect();
    let places = order.places.into_iter();
    let ordered: Vec<(usize, Examined)> = places
        .filter_map(|place| Some((place, waiting.get_mut(place)?.take()?)))
        .collect();
    let (places, ordered): (Vec<usize>, Vec<Examined>) = ordered.into_iter().unzip();
    let run = Run::new(&ordered, Some(surroundings.target));
    let mut state: Option<Target> = None;
    let mut steps: Vec<Step> = Vec::with_capacity(count);
    for (number, (place, package)) in places.into_iter().zip(ordered).enumerate() {
        let target = state.as_ref().unwrap_or(surroundings.target);
        let importing = Importing {
            run: &run,
            target,
            installed: surroundings.installed,
            earlier: &steps,
            options,
        };
        let mut step = importing.step(number, package);
        step.package = Some(place);
        if number + 1 < count || options.wants_target {
            let next = importing.afterwards(&step);
            state = next.or(state);
        }
        steps.push(step);
    }
    let manifest = || {
        let target = state.as_ref().unwrap_or(surroundings.target);
        target.manifest().clone()
    };
    let (verdict, evidence) = overall(&steps, &settings);
    let mut notes = order.notes;
    notes.extend(skipped_check(&steps, options));
    Simulation {
        verdict,
        evidence,
        target: options.wants_target.then(manifest),
        steps,
        notes,
        settings,
    }
}

/// What is found in the deployment settings, where some are given.
fn settings_findings(
    packages: &[Examined],
    target: &Target,
    options: &SimulateOptions,
) -> Vec<PlacedFinding> {
    let Some(settings) = &options.settings else {
        return Vec::new();
    };
    let solutions: Vec<&Solution> = packages.iter().map(|package| &package.solution).collect();
    check_settings(settings, &solutions, Some(target), &options.check)
}

/// What `--skip-dependency-check` does for what is missing: nothing, unless it is a product update, and neither packages nor
/// targets say of anything that it is one.
///
/// Source: `SkipProductUpdateDependencies` of
/// learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/importsolution.
fn skipped_check(steps: &[Step], options: &SimulateOptions) -> Option<String> {
    let mut requirements = steps.iter().flat_map(|step| {
        let checked = step.checked.iter();
        checked.flat_map(|checked| &checked.requirements)
    });
    let lacks = requirements.any(|one| one.answer.presence == Presence::Absent);
    (lacks && options.switches.skip_dependency_check).then(|| {
        "--skip-dependency-check skips dependencies on product updates only: what is missing here stops the import all the same."
            .to_owned()
    })
}

/// Simulates applying an upgrade that was staged before, of which no package is at hand.
pub fn simulate_apply(
    name: &str,
    surroundings: Surroundings<'_>,
    options: &SimulateOptions,
) -> Simulation {
    let target = surroundings.target;
    let holding = LogicalName::new(&SolutionRow::holding_name(name));
    let staged = target.solution(&holding);
    let row = SolutionRow {
        name: name.to_owned(),
        ..staged.cloned().unwrap_or_default()
    };
    let run = Run::new(&[], Some(target));
    let importing = Importing {
        run: &run,
        target,
        installed: surroundings.installed,
        earlier: &[],
        options,
    };
    let step = importing.step(0, Examined::without_package(&row));
    let succeeds = step.verdict != Verdict::Fails;
    let afterwards = || {
        let removed: Vec<&Identity> = step.components(ActionKind::Delete).collect();
        if succeeds {
            promoted(target.manifest(), &step.solution, &removed)
        } else {
            target.manifest().clone()
        }
    };
    Simulation {
        verdict: step.verdict,
        evidence: step.evidence,
        notes: Vec::new(),
        settings: Vec::new(),
        target: options.wants_target.then(afterwards),
        steps: vec![step],
    }
}

/// The worst verdict of all steps, with its evidence: the surest failure, the least sure success.
fn overall(steps: &[Step], settings: &[PlacedFinding]) -> (Verdict, Evidence) {
    let verdicts = steps.iter().map(|step| step.verdict);
    let worst = settings.iter().map(|placed| placed.finding.severity).max();
    let least = match worst {
        // What the platform makes of a wrong setting is not documented for each: some imports fail, some flows stay off.
        Some(Severity::Error) => Verdict::Unknown,
        Some(Severity::Warning) => Verdict::SucceedsWithWarnings,
        Some(Severity::Note) | None => Verdict::Succeeds,
    };
    let verdict = verdicts.max().unwrap_or(least).max(least);
    let evidence = steps.iter().filter(|step| step.verdict == verdict);
    let evidence = evidence.map(|step| step.evidence);
    let evidence = match verdict {
        Verdict::Fails => evidence.max(),
        Verdict::Unknown => Some(Evidence::Weak),
        Verdict::Succeeds | Verdict::SucceedsWithWarnings => {
            steps.iter().map(|step| step.evidence).min()
        }
    };
    (verdict, evidence.unwrap_or(Evidence::Strong))
}

/// One import of a run, before it is done.
struct Importing<'a> {
    run: &'a Run<'a>,
    target: &'a Target,
    installed: &'a [Solution],
    earlier: &'a [Step],
    options: &'a SimulateOptions,
}

impl Importing<'_> {
    /// Simulates one package.
    fn step(&self, number: usize, package: Examined) -> Step {
        let mut choice = choose(&package, self.target, self.options);
        let operation = choice.operation;
        let plan = Plan {
            operation,
            switches: self.switches(&package),
        };
        let solution = &package.solution;
        let name = LogicalName::new(solution.manifest.name());
        let earlier: Vec<&Checked> = self.done().collect();
        let content = Content::of(&name, self.target, self.installed, &earlier);
        let upgrading = Upgrading {
            name: &name,
            content: &content,
            package: (!package.path.is_empty()).then_some(solution),
            target: self.target,
            earlier: &earlier,
            requirements: &package.requirements,
        };
        let held = content.held();
        choice.tell_patches(&content.all_patches);
        let mut removing = upgrading.removing(operation);
        let actions = actions(solution, self.target, plan, &content, &removing);
        let import = Import {
            plan,
            removals: &removing.removals,
            before: content.package,
            held: &held,
            settings: self.options.settings.as_ref(),
        };
        let situation = Situation {
            target: Some(self.target),
            options: &self.options.check,
            import: Some(import),
        };
        let checked = self.run.judge(package, number, &situation);
        choice.doubts.append(&mut removing.doubts);
        let step = self.concluded(choice, plan, checked);
        Step { actions, ..step }
    }

    /// What becomes of an import whose package is judged; its actions are not in it yet.
    fn concluded(&self, choice: Choice, plan: Plan, mut checked: Checked) -> Step {
        let operation = plan.operation;
        let mut doubts = choice.doubts;
        doubts.extend(doubts_of(operation, &checked));
        let told = Told {
            doubts: &doubts,
            assumed: &choice.assumed,
            keep_going: self.options.keep_going,
        };
        let judgement = judge(operation, &checked, &told);
        let name = LogicalName::new(checked.solution.manifest.name());
        let row = self.target.solution(&name);
        Step {
            package: None,
            version: checked.solution.manifest.version(),
            installed: row.and_then(SolutionRow::parsed_version),
            left: self.left_behind(&name, operation, &judgement),
            solution: name,
            operation,
            switches: plan.switches,
            because: choice.because,
            assumed: choice.assumed,
            verdict: judgement.verdict,
            evidence: judgement.evidence,
            findings: self.findings(&mut checked, &judgement),
            stages: judgement.stages,
            actions: Vec::new(),
            doubts,
            checked: Some(checked),
        }
    }

    /// The switches of an import: those that are asked for, and those of the Package Deployer package around it.
    fn switches(&self, package: &Examined) -> ImportSwitches {
        let mut switches = self.options.switches;
        // The import page of the maker portal switches processes and steps on unless it is told not to.
        switches.activate_plugins |= self.options.request == Request::Auto;
        if let Some(deployer) = package.deployer {
            switches.activate_plugins = self.options.switches.activate_plugins;
            switches.force_overwrite |= deployer.overwrite_unmanaged_customizations;
            switches.activate_plugins |= deployer.activate;
        }
        switches
    }

    /// The findings that are told, taken from the package.
    fn findings(&self, checked: &mut Checked, judgement: &Judgement) -> Vec<PlacedFinding> {
        let findings = std::mem::take(&mut checked.findings);
        if self.options.keep_going {
            findings
        } else {
            shown(findings, &judgement.stages)
        }
    }

    /// The packages of the steps before this one that changed something.
    fn done(&self) -> impl Iterator<Item = &Checked> {
        let done = self.earlier.iter();
        done.filter(|step| step.verdict != Verdict::Fails && step.operation != Operation::Skip)
            .filter_map(|step| step.checked.as_ref())
    }

    /// What is left where an upgrade fails when it is applied.
    /// Source: learn.microsoft.com/troubleshoot/power-platform/dataverse/working-with-solutions/upgrade-fails-pending-upgrade.
    fn left_behind(
        &self,
        name: &LogicalName,
        operation: Operation,
        judgement: &Judgement,
    ) -> Option<String> {
        let mut stages = judgement.stages.iter();
        let fails = stages.any(|stage| *stage == (Stage::ApplyUpgrade, StageOutcome::Fails));
        let holding = SolutionRow::holding_name(name.as_str());
        let is_staged = || self.target.solution(&LogicalName::new(&holding)).is_some();
        let stays = operation == Operation::Upgrade
            || (operation == Operation::ApplyUpgrade && is_staged());
        (fails && stays).then(|| {
            format!(
                "Both {name} and {holding} stay installed: the new version is imported and the old one is not removed. Remove \
                 what stands in the way and apply the upgrade, or delete {holding}; until then no other update of {name} is taken."
            )
        })
    }

    /// The target after a step, where the step changes it.
    fn afterwards(&self, step: &Step) -> Option<Target> {
        let checked = step.checked.as_ref()?;
        let is_half_done = step.left.is_some() && step.operation == Operation::Upgrade;
        let landing = match step.operation {
            Operation::Skip => return None,
            _ if is_half_done => Landing::Holding,
            _ if step.verdict == Verdict::Fails => return None,
            Operation::Stage => Landing::Holding,
            Operation::Upgrade | Operation::ApplyUpgrade => Landing::Replacing,
            Operation::Update => Landing::Over,
            Operation::Install | Operation::Patch => Landing::Own,
        };
        let file = checked
            .path
            .rsplit(['/', '\\', '!'])
            .next()
            .unwrap_or_default();
        let effect = Effect {
            solution: &checked.solution,
            layout: checked.layout,
            file: file.to_owned(),
            landing,
            removed: if is_half_done {
                Vec::new()
            } else {
                step.components(ActionKind::Delete).collect()
            },
            kept: step.components(ActionKind::Keep).collect(),
            is_forced: step.switches.force_overwrite,
        };
        let manifest = afterwards(self.target.manifest(), &effect);
        Some(self.target.with_manifest(manifest))
    }
}
