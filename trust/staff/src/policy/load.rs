//! Reading the policy files. A file that is not right stops the start, with its line.

use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;

use cedar_policy::{
    EntityId, EntityTypeName, EntityUid, PolicyId, PolicySet, Schema, ValidationMode, Validator,
};
use kernel::{Fault, Refusal, Result};
use miette::Diagnostic;

use super::permission::Permission;

const SCHEMA: &str = "schema.cedarschema";

/// The policies of an institution, ready to decide. Cloning shares them.
#[derive(Clone)]
pub struct Policies(pub(super) Arc<Loaded>);

pub(super) struct Loaded {
    pub policies: PolicySet,
    pub schema: Schema,
    pub actions: HashMap<Permission, EntityUid>,
}

impl fmt::Debug for Policies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Policies({})", self.0.policies.num_of_policies())
    }
}

/// What is wrong with a policy file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    /// Line and column, from 1, where they are known.
    pub at: Option<(usize, usize)>,
    pub text: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.at {
            Some((line, column)) => write!(f, "{}:{line}:{column}: {}", self.file, self.text),
            None => write!(f, "{}: {}", self.file, self.text),
        }
    }
}

impl Policies {
    /// Reads `schema.cedarschema` and every `*.cedar` file of a folder, strictly.
    pub fn load(folder: &Path) -> Result<Self> {
        Self::check(folder).map_err(|problems| {
            let more = problems.len().saturating_sub(1);
            let first = problems.first().map(Problem::to_string).unwrap_or_default();
            Refusal::new("staff.policy_invalid").with("problem", first).with("more", more).into()
        })
    }

    /// The same, telling everything that is wrong at once.
    pub fn check(folder: &Path) -> Result<Self, Vec<Problem>> {
        let schema = read(folder, SCHEMA)?;
        let schema = Schema::from_str(&schema).map_err(|error| problems(SCHEMA, &schema, &error))?;
        let actions = actions(&schema)?;
        let mut files: Vec<String> = fs::read_dir(folder)
            .map_err(|error| unplaced(&folder.display().to_string(), &error))?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|kind| kind == "cedar"))
            .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
            .collect();
        files.sort();
        let (mut policies, mut wrong) = (PolicySet::new(), Vec::new());
        for file in &files {
            if let Err(found) = add_file(folder, file, &schema, &mut policies) {
                wrong.extend(found);
            }
        }
        if policies.num_of_policies() == 0 && wrong.is_empty() {
            wrong.extend(unplaced(&folder.display().to_string(), &"there is no policy in any .cedar file"));
        }
        if wrong.is_empty() { Ok(Self(Arc::new(Loaded { policies, schema, actions }))) } else { Err(wrong) }
    }
}

fn read(folder: &Path, file: &str) -> Result<String, Vec<Problem>> {
    fs::read_to_string(folder.join(file)).map_err(|error| unplaced(file, &error))
}

/// The program's permissions as the schema's actions: the same on both sides.
fn actions(schema: &Schema) -> Result<HashMap<Permission, EntityUid>, Vec<Problem>> {
    let known: BTreeSet<String> = schema.actions().map(|action| action.id().unescaped().to_owned()).collect();
    let wanted: BTreeSet<String> = Permission::ALL.iter().map(ToString::to_string).collect();
    let missing = wanted.difference(&known).map(|name| format!("the action \"{name}\" is missing"));
    let unknown = known.difference(&wanted).map(|name| format!("the program has no action \"{name}\""));
    let wrong: Vec<Problem> = missing.chain(unknown).flat_map(|text| unplaced(SCHEMA, &text)).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let uid = |permission: Permission| Ok((permission, uid("Action", permission.name())?));
    Permission::ALL
        .iter()
        .map(|one| uid(*one))
        .collect::<Result<_>>()
        .map_err(|error| unplaced(SCHEMA, &error))
}

fn add_file(
    folder: &Path,
    file: &str,
    schema: &Schema,
    policies: &mut PolicySet,
) -> Result<(), Vec<Problem>> {
    let text = read(folder, file)?;
    let parsed = PolicySet::from_str(&text).map_err(|error| {
        let each: Vec<Problem> = error.iter().flat_map(|one| problems(file, &text, one)).collect();
        each
    })?;
    if parsed.num_of_templates() > 0 {
        return Err(unplaced(file, &"templates with ?principal or ?resource are not supported"));
    }
    let verdict = Validator::new(schema.clone()).validate(&parsed, ValidationMode::Strict);
    let errors = verdict.validation_errors().flat_map(|error| problems(file, &text, error));
    // A warning tells of a policy that can never apply: a slip that would go unseen for years.
    let warnings = verdict.validation_warnings().flat_map(|warning| problems(file, &text, warning));
    let mut wrong: Vec<Problem> = errors.chain(warnings).collect();
    for policy in parsed.policies() {
        let Some(id) = policy.annotation("id") else {
            let text = format!(
                "a policy has no @id(\"…\"): {}",
                policy.to_string().lines().next().unwrap_or_default()
            );
            wrong.extend(unplaced(file, &text));
            continue;
        };
        if let Err(error) = policies.add(policy.new_id(PolicyId::new(id))) {
            wrong.extend(unplaced(file, &error));
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// An error of the policy language, with the line and column that its labels point to.
fn problems(file: &str, text: &str, error: &dyn Diagnostic) -> Vec<Problem> {
    let at = error.labels().and_then(|mut labels| labels.next()).map(|label| place(text, label.offset()));
    let help = error.help().map(|help| format!(" ({help})")).unwrap_or_default();
    vec![Problem { file: file.to_owned(), at, text: format!("{error}{help}") }]
}

fn unplaced(file: &str, text: &impl fmt::Display) -> Vec<Problem> {
    vec![Problem { file: file.to_owned(), at: None, text: text.to_string() }]
}

/// Line and column, from 1, of a byte in a text.
fn place(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    (line, column)
}

pub(super) fn uid(kind: &str, id: &str) -> Result<EntityUid> {
    let kind =
        EntityTypeName::from_str(kind).map_err(|error| Fault::new(format!("naming {kind}: {error}")))?;
    Ok(EntityUid::from_type_name_and_id(kind, EntityId::new(id)))
}
