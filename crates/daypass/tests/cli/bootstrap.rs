//! `daypass bootstrap`: the deployer role made in the right account alone, once, and the same role for other tools.

use crate::real_programs::virtual_environment;
use crate::support::{Home, World, texts};
use iam_policy::Document;

const CI: &str = "arn:aws:iam::111122223333:role/admin";

fn with_team(home: &Home) {
    for directory in ["aws-accounts", "aws-policies"] {
        std::fs::create_dir(home.path().join(directory)).unwrap();
    }
    home.file(
        "aws-accounts/team.yaml",
        "aws-accounts:\n  dev: \"111122223333\"\n  prod: \"444455556666\"\n",
    );
    home.file("aws-policies/team.yaml", "aws-policies:\n");
}

fn world() -> World {
    let world = World::new();
    with_team(&world.home);
    world
}

/// stdout, stderr and the exit code.
fn bootstrap(world: &World, options: &[&str]) -> (String, String, i32) {
    let common = ["bootstrap", "--team", "team", "--trust", CI];
    let output = world.daypass().args(common).args(options).output().unwrap();
    let (said, told) = texts(&output);
    (said, told, output.status.code().unwrap())
}

fn print(home: &Home, options: &[&str]) -> String {
    let common = [
        "bootstrap",
        "--team",
        "team",
        "--account",
        "prod",
        "--trust",
        CI,
        "--print",
    ];
    let output = home.daypass().args(common).args(options).output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    texts(&output).0
}

#[test]
fn the_role_is_made_once() {
    let world = world();
    let (said, told, code) = bootstrap(&world, &["--account", "dev", "--dry-run"]);
    assert_eq!((told.as_str(), code), ("", 0));
    insta::assert_snapshot!(said);
    assert!(
        !world
            .sandbox
            .role_names()
            .contains(&"AWSSelfServeDeployer".to_owned())
    );

    let (_, told, code) = bootstrap(&world, &["--account", "dev"]);
    assert_eq!(code, 2, "nobody can be asked here");
    assert!(told.contains("add --yes"), "{told}");

    let (said, told, code) = bootstrap(&world, &["--account", "dev", "--yes"]);
    assert_eq!(
        (told.as_str(), code),
        ("done  CreateRole\ndone  PutRolePolicy\n", 0)
    );
    assert!(
        said.contains("Done: arn:aws:iam::111122223333:role/AWSSelfServeDeployer"),
        "{said}"
    );

    let (said, _, code) = bootstrap(&world, &["--account", "111122223333"]);
    assert_eq!(code, 0);
    assert_eq!(
        said,
        "Nothing to do: arn:aws:iam::111122223333:role/AWSSelfServeDeployer is as it is to be.\n"
    );
    let writes = ["CreateRole", "PutRolePolicy", "UpdateAssumeRolePolicy"];
    assert_eq!(writes.map(|operation| world.calls(operation).len()), [1, 1, 0]);
}

#[test]
fn what_differs_is_changed_and_shown() {
    let world = world();
    assert_eq!(bootstrap(&world, &["--account", "dev", "--yes"]).2, 0);
    let boundary = "arn:aws:iam::aws:policy/IAMFullAccess";
    let other = "arn:aws:iam::111122223333:user/admin";
    let options = [
        "--account",
        "dev",
        "--yes",
        "--trust",
        other,
        "--boundary",
        boundary,
        "--read-only",
        "--role-name",
        "AWSSelfServeDeployer",
    ];
    let (said, told, code) = bootstrap(&world, &options);
    assert_eq!(code, 0, "{told}");
    assert_eq!(
        told,
        "done  UpdateAssumeRolePolicy\ndone  PutRolePermissionsBoundary\ndone  PutRolePolicy\n"
    );
    assert!(
        said.contains(&format!("{boundary}, was none")) && said.contains("  was {\"Version\""),
        "{said}"
    );
    assert!(bootstrap(&world, &options).0.starts_with("Nothing to do"));
    // Without the option the boundary stays, and is told.
    let (_, told, _) = bootstrap(&world, &["--account", "dev", "--dry-run"]);
    assert!(
        told.contains(&format!("has the permissions boundary {boundary}, which stays")),
        "{told}"
    );
}

#[test]
fn nothing_is_done_in_another_account() {
    let world = world();
    let (said, told, code) = bootstrap(&world, &["--account", "prod", "--yes"]);
    assert_eq!((said.as_str(), code), ("", 1));
    assert!(
        told.contains("these credentials are of account 111122223333, and prod is 444455556666"),
        "{told}"
    );
    let (_, told, code) = bootstrap(&world, &["--account", "prd", "--yes"]);
    assert_eq!(code, 2);
    assert!(
        told.contains("team team has no account prd") && told.contains("did you mean prod?"),
        "{told}"
    );
    assert_eq!(world.calls("CreateRole").len(), 0);
}

/// The role that was bootstrapped does what it is for: `apply` works as it, and as nothing more.
#[test]
fn apply_works_as_the_role() {
    let world = world();
    world.home.file(
        "aws-accounts/team.yaml",
        "aws-accounts:\n  dev: \"111122223333\"\n",
    );
    world.home.file(
        "aws-policies/team.yaml",
        "aws-policies:\n  look:\n    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]\n",
    );
    std::fs::create_dir(world.home.path().join("permanent-access")).unwrap();
    world.home.file(
        "permanent-access/team.yaml",
        "permanent-access:\n  - user: admin\n    environment: dev\n    grant: look\n",
    );
    let trusted = ["--trust", "arn:aws:iam::111122223333:user/admin"];
    assert_eq!(
        bootstrap(&world, &[&["--account", "dev", "--yes"], &trusted[..]].concat()).2,
        0
    );
    let output = world.daypass().args(["apply", "team", "--yes"]).output().unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert_eq!(world.calls("AttachUserPolicy").len(), 1);
}

/// A plan is made as the role that may only look.
#[test]
fn a_plan_needs_no_more_than_looking() {
    let world = world();
    world.home.file(
        "aws-accounts/team.yaml",
        "aws-accounts:\n  dev: \"111122223333\"\n",
    );
    world.home.file(
        "aws-policies/team.yaml",
        "aws-policies:\n  look:\n    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]\n",
    );
    std::fs::create_dir(world.home.path().join("permanent-access")).unwrap();
    world.home.file(
        "permanent-access/team.yaml",
        "permanent-access:\n  - user: admin\n    environment: dev\n    grant: look\n",
    );
    let options = [
        "--account",
        "dev",
        "--yes",
        "--read-only",
        "--trust",
        "arn:aws:iam::111122223333:user/admin",
    ];
    assert_eq!(bootstrap(&world, &options).2, 0);
    assert!(
        world
            .sandbox
            .role_names()
            .contains(&"AWSSelfServeDeployerReadOnly".to_owned())
    );
    let plan = |options: &[&str]| {
        let output = world
            .daypass()
            .args(["plan", "team"])
            .args(options)
            .output()
            .unwrap();
        (texts(&output), output.status.code())
    };
    let ((_, told), code) = plan(&["--read-only", "--detailed-exitcode", "--out", "plan.json"]);
    assert_eq!(code, Some(3), "{told}");
    // Who carries it out is the deployer.
    let written = std::fs::read_to_string(world.home.path().join("plan.json")).unwrap();
    assert!(
        written.contains("\"AWSSelfServeDeployer\"") && !written.contains("DeployerReadOnly"),
        "{written}"
    );
}

#[test]
fn the_same_role_for_other_tools() {
    let home = Home::new();
    with_team(&home);
    let script = print(&home, &["cli"]);
    insta::assert_snapshot!("cli", script);
    insta::assert_snapshot!(
        "cloudformation",
        print(
            &home,
            &[
                "cloudformation",
                "--boundary",
                "arn:aws:iam::444455556666:policy/edge"
            ]
        )
    );
    insta::assert_snapshot!(
        "terraform",
        print(
            &home,
            &["terraform", "--boundary", "arn:aws:iam::444455556666:policy/edge"]
        )
    );
    // Terraform's documents are the script's.
    let between = |text: &str, from: &str, to: &str| {
        let rest = text.split_once(from).unwrap().1;
        Document::parse(rest.split_once(to).unwrap().0).unwrap()
    };
    let terraform = print(&home, &["terraform"]);
    let policy = between(&script, "policy=$(cat <<'JSON'\n", "\nJSON\n");
    assert!(policy.same_meaning(&between(&terraform, "policy = <<-JSON\n", "\n  JSON\n")));
    let cloudformation = print(&home, &["cloudformation"]);
    let tree = daypass_core::policy_text::tree_of_yaml(&cloudformation.replace("!GetAtt ", "")).unwrap();
    let properties = tree
        .get("Resources")
        .unwrap()
        .get("Deployer")
        .unwrap()
        .get("Properties")
        .unwrap();
    assert_eq!(
        properties.get("RoleName").unwrap().as_str(),
        Some("AWSSelfServeDeployer")
    );
}

/// CloudFormation's own linter finds nothing to say about the template.
#[test]
fn the_template_is_cloudformations() {
    let home = Home::new();
    with_team(&home);
    let template = home.file(
        "deployer.yaml",
        print(
            &home,
            &[
                "cloudformation",
                "--boundary",
                "arn:aws:iam::444455556666:policy/edge",
            ],
        ),
    );
    assert_eq!(cfn_lint(&template), "");
    // It would: a type that is not there.
    let wrong = home.file(
        "wrong.yaml",
        std::fs::read_to_string(&template)
            .unwrap()
            .replace("AWS::IAM::Role", "AWS::IAM::Roll"),
    );
    assert!(cfn_lint(&wrong).contains("E3006"), "{}", cfn_lint(&wrong));
}

/// What the linter finds, but that `Code: package/` is for `aws cloudformation package`.
pub(crate) fn cfn_lint(template: &std::path::Path) -> String {
    let mut lint = std::process::Command::new(virtual_environment().join("bin/cfn-lint"));
    let output = lint
        .args([
            "--regions",
            "us-east-1",
            "--format",
            "parseable",
            "--ignore-checks",
            "W3002",
            "--",
        ])
        .arg(template)
        .output()
        .unwrap();
    let (said, told) = texts(&output);
    said + &told
}

/// The script makes the role, with the real AWS CLI; then there is nothing left to do.
#[test]
fn the_script_makes_the_role() {
    let world = world();
    let output = world
        .daypass()
        .args([
            "bootstrap",
            "--team",
            "team",
            "--account",
            "dev",
            "--trust",
            CI,
            "--print",
            "cli",
        ])
        .output()
        .unwrap();
    let script = texts(&output).0;
    let path = format!(
        "{}:{}",
        virtual_environment().join("bin").display(),
        std::env::var("PATH").unwrap_or_default()
    );
    let mut shell = world.shell(&script);
    let output = shell
        .env("PATH", path)
        .env("AWS_DEFAULT_REGION", "us-east-1")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    let (said, told, code) = bootstrap(&world, &["--account", "dev"]);
    assert_eq!(code, 0, "{told}");
    assert!(said.starts_with("Nothing to do"), "{said}");
}

#[test]
fn arguments_that_name_no_role() {
    let world = world();
    for options in [
        &["--account", "dev", "--trust", "arn:aws:iam::111122223333:role/*"][..],
        &["--account", "dev", "--trust", "arn:aws:s3:::bucket"],
        &["--account", "dev", "--organization", "acme"],
        &["--account", "dev", "--print", "cli", "--yes"],
        &["--account", "dev", "--read-only", "--adopt"],
        &[],
    ] {
        assert_eq!(bootstrap(&world, options).2, 2, "{options:?}");
    }
}
