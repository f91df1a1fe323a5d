//! `daypass lambda` against a Lambda Runtime API on loopback, and the state machine that starts it for each account, walked
//! through with it.

use crate::bootstrap::cfn_lint;
use crate::support::{Home, PATIENCE, World, texts};
use daypass_core::policy_text::tree_of_yaml;
use iam_policy::AccountId;
use iam_policy::syntax::{Node, NodeKind};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

const ACCOUNTS: [&str; 3] = ["222222222222", "333333333333", "444444444444"];

/// What the function says to an event: its answer, or the type and message of its error.
type Answer = Result<Value, (String, String)>;

/// `daypass lambda`, and the API that it asks for events ("AWS Lambda Developer Guide", Using the Lambda runtime API for
/// custom runtimes: next invocation, invocation response, invocation error).
struct Function {
    child: Child,
    events: Sender<Value>,
    answers: Receiver<Answer>,
}

impl Function {
    fn start(world: &World) -> Function {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (events, waiting) = channel();
        let (told, answers) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (waiting, told) = (Arc::clone(&waiting), told.clone());
                std::thread::spawn(move || serve(&stream.unwrap(), &waiting, &told));
            }
        });
        let mut command = world.command();
        command
            .arg("lambda")
            .env("AWS_LAMBDA_RUNTIME_API", address.to_string());
        for (name, value) in [
            ("FUNCTION_NAME", "daypass"),
            ("FUNCTION_VERSION", "$LATEST"),
            ("FUNCTION_MEMORY_SIZE", "512"),
            ("LOG_GROUP_NAME", "daypass"),
            ("LOG_STREAM_NAME", "1"),
        ] {
            command.env(format!("AWS_LAMBDA_{name}"), value);
        }
        let child = command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Function {
            child,
            events,
            answers,
        }
    }

    fn invoke(&self, event: Value) -> Answer {
        self.events.send(event).unwrap();
        self.answers.recv_timeout(PATIENCE).expect("an answer")
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection, request after request.
fn serve(stream: &TcpStream, waiting: &Mutex<Receiver<Value>>, told: &Sender<Answer>) {
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).unwrap_or(0) == 0 {
            return;
        }
        let path = line.split(' ').nth(1).unwrap().to_owned();
        let (mut length, mut error_type) = (0, String::new());
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).unwrap();
            let Some((name, value)) = header.trim_end().split_once(':') else {
                break;
            };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "lambda-runtime-function-error-type" => value.trim().clone_into(&mut error_type),
                "transfer-encoding" => panic!("a body without a length"),
                _ => {}
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        let reply = match path.rsplit('/').next().unwrap() {
            "next" => {
                let Ok(event) = waiting.lock().unwrap().recv() else {
                    return;
                };
                let event = event.to_string();
                let deadline = Timestamp::now().as_millisecond() + 900_000;
                format!(
                    "HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n\
                     Lambda-Runtime-Deadline-Ms: {deadline}\r\nContent-Type: application/json\r\n\
                     Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-1:111122223333:function:daypass\r\n\
                     Content-Length: {}\r\n\r\n{event}",
                    event.len()
                )
            }
            "response" => {
                let _ = told.send(Ok(serde_json::from_slice(&body).unwrap()));
                "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned()
            }
            "error" => {
                let error: Value = serde_json::from_slice(&body).unwrap();
                let text = |key: &str| error[key].as_str().unwrap().to_owned();
                let _ = told.send(Err((text("errorType"), text("errorMessage"))));
                "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n".to_owned()
            }
            other => panic!("{other}"),
        };
        if writer.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}

/// A team with three accounts, in the first `ready` of which there is a deployer role.
fn world(ready: usize) -> World {
    let world = World::new();
    for directory in ["aws-accounts", "aws-policies", "permanent-access"] {
        std::fs::create_dir(world.home.path().join(directory)).unwrap();
    }
    let named = ACCOUNTS
        .iter()
        .enumerate()
        .map(|(number, id)| format!("  env{number}: \"{id}\"\n"));
    world.home.file(
        "aws-accounts/team.yaml",
        format!("aws-accounts:\n{}", named.collect::<String>()),
    );
    world.home.file(
        "aws-policies/team.yaml",
        "aws-policies:\n  look:\n    managed_policies: [\"arn:aws:iam::aws:policy/job-function/ViewOnlyAccess\"]\n",
    );
    world.home.file(
        "permanent-access/team.yaml",
        "permanent-access:\n  - group: staff\n    environments: [\"*\"]\n    grants: [look]\n",
    );
    for id in ACCOUNTS.iter().take(ready) {
        let account: AccountId = id.parse().unwrap();
        let key = world.sandbox.add_account(&account, Timestamp::now());
        let as_its_admin = |arguments: &[&str]| {
            let mut command = world.daypass();
            command
                .env("AWS_ACCESS_KEY_ID", &key.id)
                .env("AWS_SECRET_ACCESS_KEY", &key.secret);
            let output = command.args(arguments).output().unwrap();
            assert!(output.status.success(), "{}", texts(&output).1);
        };
        let admin = "arn:aws:iam::111122223333:user/admin";
        as_its_admin(&[
            "bootstrap",
            "--team",
            "team",
            "--account",
            id,
            "--trust",
            admin,
            "--yes",
        ]);
    }
    world
}

fn attached(world: &World) -> usize {
    let calls = world.calls("AttachGroupPolicy");
    calls.iter().filter(|call| call.error_code.is_none()).count()
}

#[test]
fn events_are_answered() {
    let world = world(3);
    let function = Function::start(&world);
    let accounts = function
        .invoke(json!({"command": "accounts", "teams": "all"}))
        .unwrap();
    assert_eq!(accounts, json!({ "accounts": ACCOUNTS }));
    let cleaned = function.invoke(json!({"command": "cleanup"})).unwrap();
    assert_eq!(
        (&cleaned["complete"], &cleaned["done"]),
        (&json!(true), &json!(0))
    );
    assert_eq!(cleaned["accounts"].as_array().unwrap().len(), 3);
    let one = function
        .invoke(json!({"command": "cleanup", "teams": ["team"], "account": "env1"}))
        .unwrap();
    assert_eq!(one["accounts"][0]["account"], ACCOUNTS[1]);
}

#[test]
fn what_is_no_event_is_an_error_and_the_next_one_is_answered() {
    let world = world(0);
    let function = Function::start(&world);
    for (event, says) in [
        (json!({"command": "destroy"}), "unknown variant `destroy`"),
        (json!([]), "the event is none of daypass's"),
        (
            json!({"command": "cleanup", "teams": ["other"]}),
            "team other has no file",
        ),
        (
            json!({"command": "cleanup", "account": "999999999999"}),
            "no account is called 999999999999",
        ),
    ] {
        let (kind, message) = function.invoke(event).unwrap_err();
        assert_eq!(kind, "WrongInput", "{message}");
        assert!(message.contains(says), "{message}");
    }
    assert!(function.invoke(json!({"command": "accounts"})).is_ok());
}

#[test]
fn outside_of_lambda_it_says_so() {
    let home = Home::new();
    let output = home.daypass().arg("lambda").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        texts(&output).1.contains("this is no Lambda function"),
        "{}",
        texts(&output).1
    );
}

fn template(options: &[&str]) -> (Home, String) {
    let home = Home::new();
    let output = home
        .daypass()
        .args(["init", "lambda"])
        .args(options)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", texts(&output).1);
    let text = std::fs::read_to_string(home.path().join("lambda/template.yaml")).unwrap();
    (home, text)
}

/// CloudFormation's own linter, which also holds state machines to the schema of the Amazon States Language.
#[test]
fn the_templates_are_cloudformations_and_the_state_machine_is_one() {
    let (home, _) = template(&[]);
    assert_eq!(cfn_lint(&home.path().join("lambda/template.yaml")), "");
    let (home, text) = template(&["--fan-out"]);
    assert_eq!(cfn_lint(&home.path().join("lambda/template.yaml")), "");
    // It would say so: a state of a kind that there is not.
    let wrong = home.file("wrong.yaml", text.replace("Type: Choice", "Type: Choise"));
    assert!(cfn_lint(&wrong).contains("E3601"), "{}", cfn_lint(&wrong));
}

#[test]
fn the_package_can_be_started() {
    use std::os::unix::fs::PermissionsExt;
    let (home, text) = template(&[]);
    let bootstrap = home.path().join("lambda/package/bootstrap");
    assert_eq!(
        std::fs::metadata(&bootstrap).unwrap().permissions().mode() & 0o111,
        0o111
    );
    assert!(!text.contains('@') || !text.contains("@TARGET@"));
    // With a program in place, it is started as Lambda would.
    let program = home.file("lambda/package/daypass", "#!/bin/sh\necho \"$@\"\n");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
    let root = home.path().join("lambda/package");
    let output = std::process::Command::new(&bootstrap)
        .env("LAMBDA_TASK_ROOT", &root)
        .output()
        .unwrap();
    assert_eq!(
        texts(&output).0,
        format!("lambda --dir {}/access\n", root.display())
    );
}

/// The state machine of the template, walked through, with the function for its tasks.
struct Machine<'f> {
    definition: Value,
    input: Value,
    function: &'f Function,
    /// What became of the items: of each its answer, or why it failed.
    items: Vec<Answer>,
}

impl<'f> Machine<'f> {
    fn new(function: &'f Function) -> Machine<'f> {
        let (_, text) = template(&["--fan-out"]);
        let plain = ["!Ref ", "!GetAtt ", "!Sub "]
            .iter()
            .fold(text, |text, tag| text.replace(tag, ""));
        let template = value(&tree_of_yaml(&plain).unwrap());
        let resources = &template["Resources"];
        let input = resources["Schedule"]["Properties"]["Target"]["Input"]
            .as_str()
            .unwrap();
        let input = input
            .replace("${Command}", "apply")
            .replace("${MaxConcurrency}", "50")
            .replace("${ToleratedFailurePercentage}", "40");
        Machine {
            definition: resources["StateMachine"]["Properties"]["Definition"].clone(),
            input: serde_json::from_str(&input).unwrap(),
            function,
            items: Vec::new(),
        }
    }

    /// Its output, or its error and cause.
    fn run(&mut self) -> Result<Value, (String, String)> {
        let (definition, input) = (self.definition.clone(), self.input.clone());
        self.states(&definition, input)
    }

    fn states(&mut self, machine: &Value, mut data: Value) -> Result<Value, (String, String)> {
        let mut name = machine["StartAt"].as_str().unwrap().to_owned();
        loop {
            let state = machine["States"][&name].clone();
            let result = match state["Type"].as_str().unwrap() {
                "Task" => self.task(&state, &data)?,
                "Map" => self.map(&state, &data)?,
                "Choice" => {
                    let rule = &state["Choices"][0];
                    let both =
                        ["Variable", "NumericEqualsPath"].map(|key| path(&data, rule[key].as_str().unwrap()));
                    let next = if both[0] == both[1] {
                        &rule["Next"]
                    } else {
                        &state["Default"]
                    };
                    next.as_str().unwrap().clone_into(&mut name);
                    continue;
                }
                "Succeed" => return Ok(data),
                "Fail" => {
                    let cause = format(state["CausePath"].as_str().unwrap(), &data);
                    return Err((state["Error"].as_str().unwrap().to_owned(), cause));
                }
                other => panic!("{other}"),
            };
            let selected = match state.get("ResultSelector") {
                Some(selector) => rendered(selector, &result),
                None => result,
            };
            data = match state.get("ResultPath").and_then(Value::as_str) {
                Some(key) => {
                    data[key.strip_prefix("$.").unwrap()] = selected;
                    data
                }
                None => selected,
            };
            if let Some(out) = state.get("OutputPath") {
                data = path(&data, out.as_str().unwrap());
            }
            if state["End"] == true {
                return Ok(data);
            }
            state["Next"].as_str().unwrap().clone_into(&mut name);
        }
    }

    fn task(&mut self, state: &Value, data: &Value) -> Answer {
        let parameters = rendered(&state["Parameters"], data);
        match state["Resource"].as_str().unwrap() {
            "arn:aws:states:::lambda:invoke" => self
                .function
                .invoke(parameters["Payload"].clone())
                .map(|payload| json!({ "Payload": payload })),
            "arn:aws:states:::aws-sdk:sfn:describeMapRun" => {
                assert_eq!(parameters["MapRunArn"], "the-map-run");
                let succeeded = self.items.iter().filter(|item| item.is_ok()).count();
                let total = self.items.len();
                Ok(
                    json!({"ItemCounts": {"Total": total, "Succeeded": succeeded, "Failed": total - succeeded}}),
                )
            }
            other => panic!("{other}"),
        }
    }

    fn map(&mut self, state: &Value, data: &Value) -> Answer {
        assert_eq!(state["ItemProcessor"]["ProcessorConfig"]["Mode"], "DISTRIBUTED");
        assert_eq!(path(data, state["MaxConcurrencyPath"].as_str().unwrap()), 50);
        let items = path(data, state["ItemsPath"].as_str().unwrap());
        for item in items.as_array().unwrap() {
            let mut context = data.clone();
            context["$item"] = item.clone();
            let input = rendered(&state["ItemSelector"], &context);
            let answer = self.states(&state["ItemProcessor"], input);
            self.items.push(answer);
        }
        let failed = self.items.iter().filter(|item| item.is_err()).count();
        let tolerated = path(data, state["ToleratedFailurePercentagePath"].as_str().unwrap());
        if failed * 100 > self.items.len() * usize::try_from(tolerated.as_u64().unwrap()).unwrap() {
            return Err(("States.ExceedToleratedFailureThreshold".to_owned(), String::new()));
        }
        Ok(json!({"MapRunArn": "the-map-run"}))
    }
}

/// A template's value, its `KEY.$` looked up.
fn rendered(template: &Value, data: &Value) -> Value {
    let Value::Object(members) = template else {
        return template.clone();
    };
    let rendered = members.iter().map(|(key, value)| match key.strip_suffix(".$") {
        Some(key) => (key.to_owned(), path(data, value.as_str().unwrap())),
        None => (key.clone(), rendered(value, data)),
    });
    Value::Object(rendered.collect::<Map<_, _>>())
}

fn path(data: &Value, path: &str) -> Value {
    match path {
        "$$.Map.Item.Value" => data["$item"].clone(),
        "$$.Execution.Name" => json!("the-execution"),
        "$" => data.clone(),
        _ => path
            .strip_prefix("$.")
            .unwrap()
            .split('.')
            .fold(data.clone(), |value, key| {
                value
                    .get(key)
                    .unwrap_or_else(|| panic!("no {path} in {value}"))
                    .clone()
            }),
    }
}

/// `States.Format('... {} ...', $.a, $.b)`
fn format(call: &str, data: &Value) -> String {
    let inside = call
        .strip_prefix("States.Format('")
        .unwrap()
        .strip_suffix(')')
        .unwrap();
    let (text, arguments) = inside.split_once("', ").unwrap();
    let mut out = text.to_owned();
    for argument in arguments.split(", ") {
        let value = path(data, argument);
        out = out.replacen("{}", value.as_str().unwrap_or(&value.to_string()), 1);
    }
    out
}

fn value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Null => Value::Null,
        NodeKind::Bool(flag) => json!(flag),
        NodeKind::Number(digits) => serde_json::from_str(digits).unwrap(),
        NodeKind::String(text) => json!(text),
        NodeKind::Array(items) => items.iter().map(value).collect(),
        NodeKind::Object(members) => Value::Object(
            members
                .iter()
                .map(|member| (member.key.clone(), value(&member.value)))
                .collect(),
        ),
    }
}

/// Each account gets a run of its own, and the counts of all of them decide.
#[test]
fn the_state_machine_runs_the_function_for_each_account() {
    let world = world(3);
    world
        .home
        .file("permanent-access/team.yaml", "permanent-access: []\n");
    let function = Function::start(&world);
    let mut machine = Machine::new(&function);
    let end = machine.run().unwrap();
    assert_eq!(
        end["counts"],
        json!({"accounts": 3, "succeeded": 3, "failed": 0, "results": "the-execution"})
    );
    let of_one: Vec<&Value> = machine
        .items
        .iter()
        .map(|item| &item.as_ref().unwrap()["accounts"])
        .collect();
    for (told, id) in of_one.into_iter().zip(ACCOUNTS) {
        assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
        assert_eq!(told[0]["account"], id);
    }
}

/// Accounts that fail hold up none, and the whole is told as failed.
#[test]
fn an_account_that_fails_is_counted() {
    // The group is in none of the accounts, so that no grant can be delivered; in the third there is no role either.
    let world = world(3);
    let function = Function::start(&world);
    let mut machine = Machine::new(&function);
    machine.input["tolerated_failure_percentage"] = json!(100);
    let (error, cause) = machine.run().unwrap_err();
    assert_eq!(error, "AccountsFailed");
    assert_eq!(
        cause,
        "0 of 3 accounts are done, 3 failed; the results of each are in s3://${Results}/the-execution/"
    );
    assert_eq!(attached(&world), 0);
    // Past what is tolerated nothing else is begun.
    let mut machine = Machine::new(&function);
    assert_eq!(
        machine.run().unwrap_err().0,
        "States.ExceedToleratedFailureThreshold"
    );
}
