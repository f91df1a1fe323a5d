//! `daypass init`: a folder that is right at once, CI that is what GitHub and GitLab read, and nothing overwritten.

use crate::support::{Home, texts};
use daypass_core::policy_text::tree_of_yaml;
use iam_policy::syntax::{Node, NodeKind};
use std::path::PathBuf;

/// stdout, stderr and the exit code.
fn run(home: &Home, arguments: &[&str]) -> (String, String, i32) {
    let output = home.daypass().args(arguments).output().unwrap();
    let (said, told) = texts(&output);
    (said, told, output.status.code().unwrap())
}

fn init(home: &Home, arguments: &[&str]) -> String {
    let (said, told, code) = run(home, &[&["init"], arguments].concat());
    assert_eq!((told.as_str(), code), ("", 0));
    said
}

fn read(home: &Home, name: &str) -> String {
    std::fs::read_to_string(home.path().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn yaml(home: &Home, name: &str) -> Node {
    tree_of_yaml(&read(home, name)).unwrap_or_else(|wrong| panic!("{name}: {wrong:?}"))
}

/// The value at a way of keys.
#[track_caller]
fn at<'n>(node: &'n Node, keys: &[&str]) -> &'n Node {
    keys.iter().fold(node, |node, key| {
        node.get(key).unwrap_or_else(|| panic!("no `{key}` of {keys:?}"))
    })
}

#[track_caller]
fn text<'n>(node: &'n Node, keys: &[&str]) -> &'n str {
    at(node, keys)
        .as_str()
        .unwrap_or_else(|| panic!("{keys:?} is no text"))
}

fn keys(node: &Node) -> Vec<&str> {
    node.as_object()
        .unwrap()
        .iter()
        .map(|member| member.key.as_str())
        .collect()
}

/// As a pattern `/` fits nothing ("About code owners", GitHub Docs: patterns are those of gitignore).
#[test]
fn every_file_has_an_owner() {
    for (ci, file) in [("github", ".github/CODEOWNERS"), ("gitlab", ".gitlab/CODEOWNERS")] {
        let home = Home::new();
        let made = home.daypass().args(["init", "--ci", ci]).output().unwrap();
        assert!(made.status.success(), "{}", texts(&made).1);
        let owners = read(&home, file);
        let first = owners.lines().find(|line| !line.starts_with('#')).unwrap();
        assert!(first.starts_with("*  @"), "{owners}");
    }
}

#[test]
fn a_fresh_folder_is_right() {
    let home = Home::new();
    let said = init(&home, &[]);
    insta::assert_snapshot!(said);
    let (said, told, code) = run(&home, &["validate", "--all", "--deny-warnings"]);
    assert_eq!(
        said,
        "team example: right. 2 accounts, 0 permanent and 0 temporary grants\n"
    );
    assert_eq!((told.as_str(), code), ("", 0));
}

/// What is commented out is right as well, once it is not. (cora has one of the temporary grants for good.)
#[test]
fn the_commented_examples_are_right() {
    let home = Home::new();
    init(&home, &["--ci", "none", "--team", "payments"]);
    let tomorrow = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(24))
        .strftime("%Y-%m-%d")
        .to_string();
    for name in ["permanent-access/payments.yaml", "temporary-access/payments.yaml"] {
        let written = read(&home, name)
            .replace(": []", ":")
            .replace("2026-11-30", &tomorrow);
        home.file(name, written.replace("\n#  ", "\n  "));
    }
    let settings = read(&home, "daypass.yaml").replace("#boundary", "boundary");
    home.file("daypass.yaml", settings);
    let (said, told, code) = run(&home, &["validate", "--all", "--deny-warnings"]);
    assert_eq!(code, 0, "{told}");
    assert_eq!(
        said,
        "team payments: right. 2 accounts, 4 permanent and 2 temporary grants\n"
    );
}

/// A request can be added to the fresh file, and the examples below it stay.
#[test]
fn the_first_request_has_its_place() {
    let home = Home::new();
    init(&home, &["--ci", "none"]);
    let before = read(&home, "temporary-access/example.yaml");
    let asked = [
        "request",
        "--team",
        "example",
        "--user",
        "bert@example.com",
        "--env",
        "dev",
        "--for",
        "1d",
    ];
    let (_, told, code) = run(
        &home,
        &[&asked[..], &["--grant", "developers.read-only"]].concat(),
    );
    assert_eq!(code, 0, "{told}");
    let after = read(&home, "temporary-access/example.yaml");
    let (above, below) = before.split_once(" []\n").unwrap();
    assert!(
        after.starts_with(&format!("{above}\n  - user: bert@example.com\n")) && after.ends_with(below),
        "{after}"
    );
}

#[test]
fn editors_find_the_schemas() {
    let home = Home::new();
    init(&home, &["aws", "--ci", "none"]);
    for (file, kind) in [
        ("daypass.yaml", "daypass"),
        ("aws-accounts/example.yaml", "accounts"),
        ("aws-policies/example.yaml", "policies"),
        ("permanent-access/example.yaml", "permanent"),
        ("temporary-access/example.yaml", "temporary"),
    ] {
        let path = home.path().join("aws").join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let schema = text
            .lines()
            .next()
            .unwrap()
            .strip_prefix("# yaml-language-server: $schema=")
            .unwrap();
        let schema = std::fs::read_to_string(path.parent().unwrap().join(schema)).unwrap();
        assert_eq!(schema, run(&home, &["schema", kind]).0, "{file}");
    }
}

#[test]
fn what_is_there_is_kept() {
    let home = Home::new();
    init(&home, &[]);
    home.file("daypass.yaml", "max_days: 3\n");
    let said = init(&home, &["--team", "billing"]);
    assert!(
        said.contains("kept      daypass.yaml (it is there; --force writes it anew)"),
        "{said}"
    );
    assert!(said.contains("the same  .schemas/daypass.json"), "{said}");
    assert!(said.contains("wrote     aws-accounts/billing.yaml"), "{said}");
    assert_eq!(read(&home, "daypass.yaml"), "max_days: 3\n");
    let said = init(&home, &["--force"]);
    assert!(said.contains("replaced  daypass.yaml"), "{said}");
    assert!(read(&home, "daypass.yaml").contains("max_days: 6"));
    assert_eq!(run(&home, &["validate", "--all"]).2, 0);
}

#[test]
fn files_of_ci_go_to_the_root_of_the_repository() {
    let home = Home::new();
    std::fs::create_dir_all(home.path().join(".git")).unwrap();
    init(&home, &["access/aws"]);
    let workflow = read(&home, ".github/workflows/daypass.yml");
    assert!(
        workflow.contains("daypass apply --all --dir access/aws --yes ${MAX_REMOVALS:+"),
        "{workflow}"
    );
    assert!(
        workflow.contains(r#"paths: ["access/aws/**", ".github/workflows/daypass.yml"]"#),
        "{workflow}"
    );
    let owners = read(&home, ".github/CODEOWNERS");
    assert!(
        owners.contains("\n/access/aws/temporary-access/example.yaml  @"),
        "{owners}"
    );
    assert!(!home.path().join("access/aws/.github").exists());
    // From within the directory as well.
    std::fs::remove_dir_all(home.path().join(".github")).unwrap();
    let mut inside = home.daypass();
    let output = inside
        .current_dir(home.path().join("access/aws"))
        .arg("init")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    assert_eq!(read(&home, ".github/workflows/daypass.yml"), workflow);
}

#[test]
fn a_file_in_the_way_is_told() {
    let home = Home::new();
    home.file("aws-accounts", "");
    let (_, told, code) = run(&home, &["init"]);
    assert_eq!(code, 1);
    assert!(told.contains("cannot write aws-accounts/example.yaml"), "{told}");
}

/// Every script of a job's, or of the whole.
fn scripts(node: &Node, out: &mut Vec<String>) {
    match &node.kind {
        NodeKind::Array(items) => items.iter().for_each(|item| scripts(item, out)),
        NodeKind::Object(members) => {
            for member in members {
                match member.key.as_str() {
                    "run" => out.push(member.value.as_str().unwrap().to_owned()),
                    "script" | "before_script" | "after_script" => {
                        let lines = member
                            .value
                            .as_array()
                            .unwrap()
                            .iter()
                            .map(|line| line.as_str().unwrap());
                        out.push(lines.collect::<Vec<_>>().join("\n"));
                    }
                    _ => scripts(&member.value, out),
                }
            }
        }
        _ => {}
    }
}

#[track_caller]
fn is_shell(script: &str) {
    let output = std::process::Command::new("/bin/sh")
        .args(["-nc", script])
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}\n{}", texts(&output).1);
}

/// Each of them is one that this daypass takes: what it does not know it would say before the help.
#[track_caller]
fn are_taken(home: &Home, commands: &[&str]) {
    for command in commands {
        let line = command.split(" > ").next().unwrap();
        let words: Vec<&str> = line.split(' ').skip(1).chain(["--help"]).collect();
        let (_, told, code) = run(home, &words);
        assert_eq!(code, 0, "{command}: {told}");
    }
}

/// The commands of daypass's in scripts.
fn commands(scripts: &[String]) -> Vec<&str> {
    let lines = scripts.iter().flat_map(|script| script.lines());
    lines
        .map(str::trim)
        .filter(|line| line.starts_with("daypass "))
        .collect()
}

// GitHub Docs, "Workflow syntax for GitHub Actions", "Control the concurrency of workflows and jobs", "OpenID Connect".
#[test]
fn the_workflow_does_what_it_should_and_no_more() {
    let home = Home::new();
    init(&home, &[]);
    let workflow = yaml(&home, ".github/workflows/daypass.yml");
    assert_eq!(
        keys(at(&workflow, &["on"])),
        ["pull_request", "push", "schedule", "workflow_dispatch"]
    );
    assert_eq!(keys(at(&workflow, &["permissions"])), [""; 0]);
    let jobs = at(&workflow, &["jobs"]);
    assert_eq!(keys(jobs), ["validate", "plan", "apply", "cleanup"]);
    let may = |job: &str| keys(at(jobs, &[job, "permissions"]));
    assert_eq!(may("validate"), ["contents"]);
    assert_eq!(may("plan"), ["contents", "id-token", "pull-requests"]);
    assert_eq!(may("apply"), ["contents", "id-token"]);
    assert_eq!(may("cleanup"), ["contents", "id-token"]);
    for job in ["validate", "plan", "apply", "cleanup"] {
        assert_eq!(text(jobs, &[job, "permissions", "contents"]), "read");
        let steps = at(jobs, &[job, "steps"]).as_array().unwrap();
        assert_eq!(
            at(&steps[0], &["with", "persist-credentials"]).kind,
            NodeKind::Bool(false),
            "{job}"
        );
    }
    // Changes are made by the protected environment alone, one after the other, and a cleanup pushes none out.
    for job in ["apply", "cleanup"] {
        assert_eq!(text(jobs, &[job, "environment"]), "aws-access");
        assert_eq!(
            text(jobs, &[job, "concurrency", "group"]),
            format!("daypass-{job}")
        );
        assert_eq!(
            at(jobs, &[job, "concurrency", "cancel-in-progress"]).kind,
            NodeKind::Bool(false)
        );
    }
    assert!(text(jobs, &["plan", "if"]).contains("head.repo.full_name == github.repository"));
    assert_eq!(text(jobs, &["cleanup", "if"]), "github.event_name == 'schedule'");
    let mut all = Vec::new();
    scripts(&workflow, &mut all);
    for script in &all {
        is_shell(script);
    }
    assert_eq!(
        commands(&all),
        [
            "daypass validate --all --format github",
            "daypass plan --all --read-only --format markdown --out plan.json > plan.md",
            "daypass apply --all --yes ${MAX_REMOVALS:+--max-removals \"$MAX_REMOVALS\"}",
            "daypass cleanup --all",
        ]
    );
    are_taken(
        &home,
        &[
            "daypass validate --all --format github",
            "daypass apply --all --yes",
        ],
    );
    are_taken(
        &home,
        &["daypass plan --all --read-only --format markdown --out plan.json"],
    );
    // Nothing that somebody else writes, such as a branch's name, becomes part of a script.
    assert!(all.iter().all(|script| !script.contains("${{")), "{all:?}");
}

// GitLab Docs, "CI/CD YAML syntax reference", "Resource group", "Connect to cloud services: AWS".
#[test]
fn the_pipeline_does_what_it_should_and_no_more() {
    let home = Home::new();
    init(&home, &["--ci", "gitlab"]);
    let pipeline = yaml(&home, ".gitlab-ci.yml");
    for job in ["plan", "apply", "cleanup"] {
        assert_eq!(text(&pipeline, &[job, "extends"]), ".aws");
    }
    assert_eq!(text(&pipeline, &["validate", "extends"]), ".daypass");
    assert_eq!(
        text(&pipeline, &[".aws", "id_tokens", "AWS_ID_TOKEN", "aud"]),
        "sts.amazonaws.com"
    );
    assert_eq!(text(&pipeline, &["apply", "resource_group"]), "daypass-apply");
    assert_eq!(text(&pipeline, &["cleanup", "resource_group"]), "daypass-cleanup");
    assert_eq!(
        text(&pipeline, &["plan", "variables", "AWS_ROLE_ARN"]),
        "$DAYPASS_PLAN_ROLE"
    );
    assert_eq!(
        text(&pipeline, &["apply", "variables", "AWS_ROLE_ARN"]),
        "$DAYPASS_APPLY_ROLE"
    );
    let mut all = Vec::new();
    scripts(&pipeline, &mut all);
    for script in &all {
        is_shell(script);
    }
    assert_eq!(
        commands(&all),
        [
            "daypass validate --all",
            "daypass plan --all --read-only --format markdown --out plan.json > plan.md",
            "daypass apply --all --yes ${MAX_REMOVALS:+--max-removals \"$MAX_REMOVALS\"}",
            "daypass cleanup --all",
        ]
    );
    let owners = read(&home, ".gitlab/CODEOWNERS");
    assert!(owners.contains("\n/.gitlab-ci.yml  @"), "{owners}");
}

/// GitLab Docs, "Notes API": the list, a new note, and a changed one.
#[test]
fn the_plans_note_is_written_once_and_then_kept_up_to_date() {
    let home = Home::new();
    init(&home, &["--ci", "gitlab"]);
    let pipeline = yaml(&home, ".gitlab-ci.yml");
    let mut script = Vec::new();
    scripts(at(&pipeline, &["plan"]), &mut script);
    script.retain(|script| script.contains("/notes"));
    assert_eq!(script.len(), 1, "{script:?}");
    home.file("plan.md", "### daypass plan\n\nNothing to do in 1 account.\n");
    std::fs::create_dir(home.path().join("bin")).unwrap();
    home.file(
        "bin/curl",
        "#!/bin/sh\necho \"$*\" >> calls\ncase \"$*\" in *per_page*) cat notes.json ;; esac\n",
    );
    let curl = home.path().join("bin/curl");
    std::fs::set_permissions(&curl, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!(
        "{}:{}",
        curl.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let run = || {
        let output = std::process::Command::new("sh")
            .args(["-eu", "-c", &script[0]])
            .current_dir(home.path())
            .env("PATH", &path)
            .envs([
                ("DAYPASS_COMMENT_TOKEN", "token"),
                ("CI_API_V4_URL", "https://gitlab.example.com/api/v4"),
                ("CI_PROJECT_ID", "7"),
                ("CI_MERGE_REQUEST_IID", "3"),
            ])
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let calls = std::fs::read_to_string(home.path().join("calls")).unwrap();
        std::fs::remove_file(home.path().join("calls")).unwrap();
        calls.lines().last().unwrap().to_owned()
    };
    let others = r####"{"id":301,"type":null,"body":"Is \"### daypass plan\" right?","author":{"id":1,"username":"bert"}}"####;
    home.file("notes.json", format!("[{others}]"));
    assert!(
        run().ends_with("body@plan.md https://gitlab.example.com/api/v4/projects/7/merge_requests/3/notes")
    );
    let own = r####"{"id":302,"type":null,"body":"### daypass plan\n\n**1 to create**","author":{"id":2,"username":"bot"}}"####;
    home.file("notes.json", format!("[{others},{own}]"));
    let call = run();
    assert!(
        call.contains("--request PUT") && call.ends_with("/notes/302"),
        "{call}"
    );
}

/// Templates name no host of a registry's, and no placeholder is left.
#[test]
fn nothing_is_left_to_be_filled_in() {
    for ci in ["github", "gitlab"] {
        let home = Home::new();
        init(&home, &["--ci", ci]);
        let mut files: Vec<PathBuf> = vec![home.path().to_owned()];
        while let Some(path) = files.pop() {
            if path.is_dir() {
                files.extend(
                    std::fs::read_dir(&path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for word in ["@TEAM@", "@DIR@", "@PATHS@", "@INSTALL@", "@NOTE@", "@ROOT@"] {
                assert!(!text.contains(word), "{word} in {}", path.display());
            }
        }
        assert!(home.path().join("daypass.yaml").exists());
    }
}
