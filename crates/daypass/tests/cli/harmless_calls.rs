//! Every call that `check` may make is held against botocore's models of the services: it exists, has all that it must,
//! goes to the right host, and is written as the service takes it. S3's are shown by the sandbox.

use crate::real_programs::virtual_environment;
use crate::support::{Home, texts};
use daypass_core::check::{Expectation, Expected, HarmlessCall, trial};
use serde_json::{Value, json};

const HELD: &str = r#"
import json, sys
import botocore.session
from urllib.parse import parse_qs

models = {"states": "stepfunctions", "elasticloadbalancing": "elbv2"}
session = botocore.session.get_session()
wrong = []
calls = json.load(sys.stdin)
for call in calls:
    service = session.get_service_model(models.get(call["signing"], call["signing"]))
    name, meta = call["operation"], service.metadata
    def hold(what, ours, theirs):
        if ours != theirs:
            wrong.append(f"{service.service_name}.{name}: {what} is {ours!r}, botocore's {theirs!r}")
    if name not in service.operation_names:
        wrong.append(f"{service.service_name} has no {name}")
        continue
    operation = service.operation_model(name)
    hold("host", call["host"], meta["endpointPrefix"])
    hold("signing name", call["signing"], meta.get("signingName", meta["endpointPrefix"]))
    given = set()
    if "x-amz-target" in call["headers"]:
        hold("target", call["headers"]["x-amz-target"], f"{meta['targetPrefix']}.{name}")
        hold("JSON", call["headers"]["content-type"], f"application/x-amz-json-{meta['jsonVersion']}")
    elif call["method"] == "POST":
        form = parse_qs(call["body"], keep_blank_values=True)
        hold("Action", form["Action"], [name])
        hold("Version", form["Version"], [meta["apiVersion"]])
        given = {key.split(".")[0] for key in form}
        given |= {"InstanceIds"} if "InstanceId" in given else set()
        members = set(operation.input_shape.members) if operation.input_shape else set()
        # As they are named on the wire.
        members |= {shape.serialization.get("name") for shape in (operation.input_shape.members.values() if operation.input_shape else [])}
        strange = given - members - {"Action", "Version", "InstanceIds"}
        hold("parameters that there are not", sorted(strange), [])
    else:
        path = operation.http["requestUri"].rstrip("/")
        hold("path", call["path"].split("?")[0].rstrip("/"), path)
        hold("method", call["method"], operation.http["method"])
    required = set(operation.input_shape.required_members) if operation.input_shape else set()
    hold("missing", sorted(required - given), [])
print(json.dumps({"held": len(calls), "wrong": wrong}))
"#;

fn json_of(call: &HarmlessCall) -> Value {
    let headers: serde_json::Map<String, Value> = call
        .headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), json!(value)))
        .collect();
    json!({
        "operation": call.operation,
        "host": call.host,
        "signing": call.signing,
        "method": call.method,
        "path": call.path_and_query,
        "headers": headers,
        "body": call.body,
    })
}

#[test]
fn calls_are_those_of_botocores_models() {
    let resources = [
        None,
        Some("arn:aws:iam::111122223333:user/x"),
        Some("arn:aws:iam::111122223333:role/x"),
        Some("arn:aws:iam::111122223333:group/x"),
        Some("arn:aws:iam::111122223333:policy/x"),
        Some("arn:aws:ec2:us-east-1:111122223333:instance/i-1"),
    ];
    let mut calls = Vec::new();
    for action in iam_catalog::services().flat_map(iam_catalog::Service::actions) {
        let name = format!("{}:{}", action.service().prefix(), action.name());
        let call = resources.into_iter().find_map(|resource| {
            let expectation = Expectation {
                action: name.clone(),
                resource: resource.map(str::to_owned),
                expected: Expected::Allowed,
            };
            trial(&expectation).ok()
        });
        calls.extend(
            call.filter(|call| call.signing != "s3")
                .map(|call| json_of(&call)),
        );
    }
    assert!(calls.len() >= 70, "{}", calls.len());
    let home = Home::new();
    let input = home.file("calls.json", Value::from(calls).to_string());
    let output = home
        .daypass_like(virtual_environment().join("bin/python"))
        .args(["-c", HELD])
        .pipe_stdin(input)
        .unwrap()
        .output()
        .unwrap();
    let (out, err) = texts(&output);
    let held: Value = serde_json::from_str(&out).unwrap_or_else(|_| panic!("{out}{err}"));
    assert_eq!(held["wrong"], json!([]), "{held:#}");
}
