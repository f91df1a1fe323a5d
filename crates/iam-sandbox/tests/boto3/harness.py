"""Clients of boto3 whose every answer is held against botocore's model, and a book of what was answered."""

import json
import os
import urllib.request

import boto3
import by_cli
from botocore.config import Config
from botocore.exceptions import ClientError

OPERATIONS = [tuple(line.split(" ")) for line in os.environ["SANDBOX_OPERATIONS"].splitlines()]
TABLE = set(OPERATIONS)
SERVICES = sorted({service for service, _ in OPERATIONS})
ACCOUNT = "111122223333"
OTHER_ACCOUNT = "444455556666"

# Whether the cases go through the AWS CLI.
BY_CLI = os.environ.get("THROUGH") == "cli"

succeeded = set()
failed = set()  # (service, operation, code)
problems = []


def client(service, key=None, region="us-east-1", **more):
    """As any user of boto3 makes one, but that nothing is checked or tried again before the sandbox sees it."""
    if BY_CLI:
        return by_cli.Client(service, key, region, more.get("signature_version"), book)
    config = Config(parameter_validation=False, retries={"total_max_attempts": 1}, **more)
    made = boto3.client(service, region_name=region, config=config, **(key or {}))
    made.meta.events.register("after-call", after_call)
    return made


def book(model, answer, code):
    """Notes what the AWS CLI made of a call: its answer, or the code of the refusal."""
    service = model.service_model.service_name
    if code:
        failed.add((service, model.name, code))
    else:
        succeeded.add((service, model.name))


def credentials(of):
    """The arguments of a client, from an access key or from an answer of STS."""
    key = {"aws_access_key_id": of["AccessKeyId"], "aws_secret_access_key": of["SecretAccessKey"]}
    if "SessionToken" in of:
        key["aws_session_token"] = of["SessionToken"]
    return key


def after_call(http_response, parsed, model, **_):
    service, operation = model.service_model.service_name, model.name
    if http_response.status_code >= 300:
        failed.add((service, operation, parsed["Error"]["Code"]))
        return
    succeeded.add((service, operation))
    if model.output_shape is not None:
        for path in missing(model.output_shape, parsed, operation):
            problems.append(f"{service}: {path} is required, and is not in the answer")


def missing(shape, value, path):
    if shape.type_name == "structure" and not getattr(shape, "is_document_type", False):
        for name, member in shape.members.items():
            if name in value:
                yield from missing(member, value[name], f"{path}.{name}")
            elif name in shape.required_members:
                yield f"{path}.{name}"
    elif shape.type_name == "list":
        for item in value:
            yield from missing(shape.member, item, f"{path}[]")


def has(service, *operations):
    """Are these in the sandbox's table?"""
    return all((service, operation) in TABLE for operation in operations)


def refused(code, call, **arguments):
    """The message of the refusal with this code. Anything else is a problem."""
    try:
        call(**arguments)
    except ClientError as error:
        said = error.response["Error"]
        if said["Code"] == code:
            return said.get("Message", "")
        problems.append(f"{call.__name__}({shown(arguments)}): {said['Code']} ({said.get('Message')}), not {code}")
    else:
        problems.append(f"{call.__name__}({shown(arguments)}) succeeded; it should fail with {code}")
    return ""


def move_clock(by):
    """The sandbox's world, earlier or later than it is."""
    request = urllib.request.Request(
        os.environ["AWS_ENDPOINT_URL"] + "/_sandbox/clock",
        method="POST",
        data=json.dumps({"move": by}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request):
        pass


def shown(arguments):
    text = repr(arguments)
    return text if len(text) < 200 else text[:200] + "..."


def same(what, left, right):
    if left != right:
        problems.append(f"{what}: {shown(left)} is not {shown(right)}")


def document(effect="Allow", action="s3:GetObject", resource="*", **more):
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal=f"arn:aws:iam::{ACCOUNT}:root", action="sts:AssumeRole", **more):
    who = principal if isinstance(principal, dict) else {"AWS": principal}
    statement = {"Effect": "Allow", "Principal": who, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def tags(number, prefix="k"):
    return [{"Key": f"{prefix}{n}", "Value": str(n)} for n in range(number)]
