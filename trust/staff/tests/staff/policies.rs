//! The example institution's policies, role by role, and files that are wrong.

use std::fs;
use std::path::Path;

use jiff::Timestamp;
use staff::{Caller, Circumstances, Method, Permission, Policies, Purpose, Resource, Role, Roles, Theme};

use crate::house::{policy_folder, refused, visit};

fn caller(roles: &[Role], method: Method) -> Caller {
    Caller {
        member: kernel::id::new(Timestamp::UNIX_EPOCH),
        session: kernel::id::new(Timestamp::UNIX_EPOCH),
        roles: Roles::new(roles.iter().copied()).unwrap(),
        language: "en".parse().unwrap(),
        theme: Theme::System,
        method,
        signed_in_at: Timestamp::UNIX_EPOCH,
        visit: visit("192.0.2.1"),
    }
}

/// Who may do what in the plainest circumstances: about the centre as a whole, in the role's usual
/// purpose, in one's own queue, with a written reason. Columns: representative, supervisor,
/// administrator, compliance officer.
#[rustfmt::skip]
const MATRIX: &[(Permission, [bool; 4])] = &[
    (Permission::PROFILE_OWN,         [true,  true,  true,  true ]),
    (Permission::DESK_OPEN,           [true,  true,  true,  true ]),
    (Permission::DIRECTORY_IMPORT,    [false, false, true,  false]),
    (Permission::STAFF_READ,          [false, true,  true,  true ]),
    (Permission::STAFF_MANAGE,        [false, false, true,  false]),
    (Permission::ALERT_READ,          [false, true,  false, true ]),
    (Permission::POLICY_READ,         [false, false, true,  true ]),
    (Permission::SETTINGS_MANAGE,     [false, false, true,  false]),
    (Permission::AUDIT_READ,          [false, false, false, true ]),
    (Permission::AUDIT_EXPORT,        [false, false, false, true ]),
    (Permission::AUTOMATION_MANAGE,   [false, true,  true,  false]),
    (Permission::API_MANAGE,          [false, false, true,  false]),
    (Permission::CUSTOMER_READ,       [true,  true,  false, true ]),
    (Permission::CUSTOMER_MERGE,      [false, true,  false, false]),
    (Permission::CONVERSATION_READ,   [true,  true,  false, true ]),
    (Permission::CONVERSATION_REPLY,  [true,  true,  false, false]),
    (Permission::CONVERSATION_ASSIGN, [true,  true,  false, false]),
    (Permission::QUEUE_WORK,          [true,  true,  false, false]),
    (Permission::QUEUE_SUPERVISE,     [false, true,  false, false]),
    (Permission::QUEUE_MANAGE,        [false, true,  true,  false]),
    (Permission::CASE_READ,           [true,  true,  false, true ]),
    (Permission::CASE_WORK,           [true,  true,  false, false]),
    (Permission::CASE_APPROVE,        [false, true,  false, false]),
    (Permission::CASE_OVERRIDE,       [false, false, false, true ]),
    (Permission::PERSONAL_REVEAL,     [true,  true,  false, true ]),
    (Permission::KNOWLEDGE_READ,      [true,  true,  true,  true ]),
    (Permission::KNOWLEDGE_EDIT,      [false, true,  true,  false]),
    (Permission::REPORT_READ,         [false, true,  false, true ]),
];

/// A resource that the permission's action accepts.
fn resource(permission: Permission) -> Resource {
    let in_a_queue = [
        Permission::QUEUE_WORK,
        Permission::QUEUE_SUPERVISE,
        Permission::QUEUE_MANAGE,
        Permission::CUSTOMER_READ,
        Permission::CONVERSATION_READ,
        Permission::CONVERSATION_REPLY,
        Permission::CONVERSATION_ASSIGN,
        Permission::CASE_READ,
        Permission::CASE_WORK,
        Permission::CASE_APPROVE,
        Permission::PERSONAL_REVEAL,
        Permission::REPORT_READ,
    ];
    if in_a_queue.contains(&permission) {
        Resource::Queue("titles".into(), Some("title-centre".into()))
    } else {
        Resource::System
    }
}

fn usual(role: Role) -> Circumstances {
    let purpose = match role {
        Role::Supervisor => Purpose::Supervision,
        Role::ComplianceOfficer => Purpose::Compliance,
        Role::Representative | Role::Administrator => Purpose::Service,
    };
    Circumstances { purpose, own_queue: true, written_reason: true, open_matter: false }
}

#[test]
fn every_role_against_every_permission() {
    let policies = Policies::load(&policy_folder()).unwrap();
    let listed: Vec<Permission> = MATRIX.iter().map(|(permission, _)| *permission).collect();
    for permission in Permission::ALL {
        assert!(listed.contains(permission), "{permission} is not in the matrix");
    }
    for (permission, expected) in MATRIX {
        for (role, expected) in Role::ALL.into_iter().zip(expected) {
            let decide = |method| {
                policies.decide(&caller(&[role], method), *permission, &resource(*permission), usual(role))
            };
            for method in Method::ALL.into_iter().filter(|method| method.is_strong()) {
                let decision = decide(method);
                assert_eq!(decision.allowed, *expected, "{role} {permission} {method:?}: {decision:?}");
                assert!(!decision.allowed || !decision.because.is_empty());
            }
            let by_link = decide(Method::Link).allowed;
            assert_eq!(by_link, *permission == Permission::PROFILE_OWN, "{role} {permission} by link");
        }
    }
}

#[test]
fn two_roles_may_do_what_either_may() {
    let policies = Policies::load(&policy_folder()).unwrap();
    let both = caller(&[Role::Representative, Role::Administrator], Method::Passkey);
    let may = |permission| {
        policies.decide(&both, permission, &resource(permission), usual(Role::Representative)).allowed
    };
    assert!(may(Permission::STAFF_MANAGE) && may(Permission::QUEUE_WORK));
    assert!(!may(Permission::AUDIT_READ));
}

#[test]
fn circumstances_decide_where_the_role_alone_does_not() {
    let policies = Policies::load(&policy_folder()).unwrap();
    let may = |role, permission, circumstances| {
        policies
            .decide(&caller(&[role], Method::Passkey), permission, &resource(permission), circumstances)
            .allowed
    };
    let rep = Role::Representative;
    let own = Circumstances { own_queue: true, ..Circumstances::default() };
    assert!(may(rep, Permission::CONVERSATION_READ, own));
    assert!(!may(rep, Permission::CONVERSATION_READ, Circumstances::default()), "another's queue");
    assert!(!may(rep, Permission::CONVERSATION_READ, Circumstances { purpose: Purpose::Compliance, ..own }));
    assert!(!may(rep, Permission::PERSONAL_REVEAL, own), "neither matter nor reason");
    assert!(may(rep, Permission::PERSONAL_REVEAL, Circumstances { open_matter: true, ..own }));
    let compliance = Role::ComplianceOfficer;
    assert!(!may(compliance, Permission::CONVERSATION_READ, own), "reading for service is not theirs");
    let matter = Circumstances { purpose: Purpose::Compliance, open_matter: true, ..own };
    assert!(!may(compliance, Permission::PERSONAL_REVEAL, matter), "they write the reason down");
}

#[test]
fn a_decision_names_the_policies_that_made_it() {
    let policies = Policies::load(&policy_folder()).unwrap();
    let admin = caller(&[Role::Administrator], Method::Passkey);
    let decision =
        policies.decide(&admin, Permission::STAFF_MANAGE, &Resource::System, Circumstances::default());
    assert_eq!(decision.because, ["administrators-administer"]);
    let by_link = caller(&[Role::Administrator], Method::Link);
    let decision =
        policies.decide(&by_link, Permission::STAFF_MANAGE, &Resource::System, Circumstances::default());
    assert_eq!(decision.because, ["second-factor"]);
    let hidden =
        policies.require(&by_link, Permission::STAFF_MANAGE, &Resource::System, Circumstances::default());
    assert!(matches!(hidden, Err(kernel::Error::NotFound)));
}

#[test]
fn what_is_asked_about_the_wrong_kind_of_thing_is_not_allowed() {
    let policies = Policies::load(&policy_folder()).unwrap();
    let admin = caller(&[Role::Administrator], Method::Passkey);
    let queue = Resource::Queue("titles".into(), None);
    assert!(!policies.decide(&admin, Permission::STAFF_MANAGE, &queue, Circumstances::default()).allowed);
}

/// A copy of the example's policies with one file changed.
fn changed(file: &str, change: impl Fn(String) -> String) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["schema.cedarschema", "staff.cedar"] {
        let text = fs::read_to_string(policy_folder().join(name)).unwrap();
        let text = if name == file { change(text) } else { text };
        fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn first_problem(folder: &Path) -> String {
    Policies::check(folder).unwrap_err()[0].to_string()
}

#[test]
fn wrong_files_stop_the_start_with_file_and_line() {
    let staff = |from: &'static str, to: &'static str| {
        let folder = changed("staff.cedar", |text| {
            assert!(text.contains(from));
            text.replacen(from, to, 1)
        });
        first_problem(folder.path())
    };
    let unfinished = staff("unless { context.mfa", "unless { context.mfa &&");
    assert!(unfinished.starts_with("staff.cedar:7:"), "{unfinished}");
    let misspelt = staff("Action::\"staff.manage\"", "Action::\"staff.manege\"");
    assert!(misspelt.starts_with("staff.cedar:") && misspelt.contains("staff.manage"), "{misspelt}");
    let unknown_role = staff("context.own_queue &&", "context.own_quee &&");
    assert!(unknown_role.contains("own_quee"), "{unknown_role}");
    let wrong_type = staff("context.purpose == \"service\"", "context.purpose == 1");
    assert!(wrong_type.starts_with("staff.cedar:"), "{wrong_type}");
    let unnamed = staff("@id(\"own-profile\")\n", "");
    assert!(unnamed.contains("no @id"), "{unnamed}");
    let twice = staff("@id(\"own-profile\")", "@id(\"second-factor\")");
    assert!(twice.contains("second-factor"), "{twice}");
}

#[test]
fn a_schema_that_does_not_fit_the_program_stops_the_start() {
    let schema = |from: &'static str, to: &'static str| {
        let folder = changed("schema.cedarschema", |text| text.replacen(from, to, 1));
        first_problem(folder.path())
    };
    let missing = schema("       \"audit.export\",\n", "");
    assert_eq!(missing, "schema.cedarschema: the action \"audit.export\" is missing");
    let unknown = schema("\"audit.export\",", "\"audit.export\", \"audit.delete\",");
    assert_eq!(unknown, "schema.cedarschema: the program has no action \"audit.delete\"");
    let broken = schema("entity Role;", "entity Role");
    assert!(broken.starts_with("schema.cedarschema:"), "{broken}");
}

#[test]
fn missing_files_stop_the_start() {
    let empty = tempfile::tempdir().unwrap();
    assert!(first_problem(empty.path()).starts_with("schema.cedarschema: "));
    fs::copy(policy_folder().join("schema.cedarschema"), empty.path().join("schema.cedarschema")).unwrap();
    assert!(first_problem(empty.path()).contains("no policy"));
    assert_eq!(refused(Policies::load(empty.path())), "staff.policy_invalid");
}

#[test]
fn several_problems_are_told_at_once() {
    let folder = changed("staff.cedar", |text| {
        text.replace("context.open_matter", "context.open_mater").replace("@id(\"own-profile\")\n", "")
    });
    assert!(Policies::check(folder.path()).unwrap_err().len() >= 3);
}
