"""The AWS CLI, as a person would use it; in this process, since each start would cost a second."""

import contextlib
import io
import json
import os
import tempfile
import time
from pathlib import Path

import awscli.clidriver

from harness import ACCOUNT, document, problems, same, trust


def aws(*arguments, status=0):
    """What the command prints, standard error after standard output."""
    streams = [io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        try:
            code = awscli.clidriver.create_clidriver().main(list(arguments))
        except SystemExit as stopped:
            code = stopped.code
    text = "".join(stream.buffer.getvalue().decode() for stream in streams)
    if code != status:
        problems.append(f"aws {' '.join(arguments)}: status {code}, not {status}: {text[:500]}")
    return text


def query(*arguments):
    text = aws(*arguments, "--output", "json")
    return json.loads(text) if text.strip().startswith(("{", "[", '"')) else text


def run():
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        iam(Path(folder))
        s3(Path(folder))
    same("regions", "us-east-1" in query("ec2", "describe-regions", "--query", "Regions[].RegionName"), True)
    named = ["--lookup-attributes", "AttributeKey=ResourceName,AttributeValue=cli", "--max-items", "3"]
    events = query("cloudtrail", "lookup-events", *named, "--query", "Events[].[EventName, Username]")
    same("events", [["DeleteUser", "admin"], ["DeleteRole", "admin"]], events[:2])
    aws("ec2", "describe-instances", "--filters", "Name=tag:Name,Values=web", "--output", "table")


def iam(folder):
    same("identity", query("sts", "get-caller-identity")["Account"], ACCOUNT)
    aws("iam", "create-user", "--user-name", "cli", "--tags", "Key=team,Value=a b")
    aws("iam", "wait", "user-exists", "--user-name", "cli")
    (folder / "trust.json").write_text(trust())
    (folder / "policy.json").write_text(document(action="s3:ListAllMyBuckets"))
    role = ["--role-name", "cli"]
    aws("iam", "create-role", *role, "--assume-role-policy-document", "file://trust.json")
    aws("iam", "put-role-policy", *role, "--policy-name", "p", "--policy-document", "file://policy.json")
    aws("iam", "attach-role-policy", *role, "--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")
    names = query("iam", "list-role-policies", *role, "--query", "PolicyNames")
    same("PolicyNames", names, ["p"])
    first = query("iam", "list-users", "--max-items", "1")
    rest = query("iam", "list-users", "--starting-token", first["NextToken"])
    everyone = query("iam", "list-users")["Users"]
    same("list-users", first["Users"] + rest["Users"], everyone)
    text = aws("iam", "get-user", "--user-name", "nobody", status=255)
    same("NoSuchEntity", "(NoSuchEntity) when calling the GetUser operation" in text, True)
    text = aws("iam", "create-user", "--user-name", "a b", status=255)
    same("ValidationError", "(ValidationError)" in text and "userName is invalid" in text, True)
    text = aws("iam", "create-role", *role, "--assume-role-policy-document", "{}", status=255)
    same("MalformedPolicyDocument", "(MalformedPolicyDocument)" in text, True)
    details = query("iam", "get-account-authorization-details", "--filter", "Role", "--query", "RoleDetailList[].RoleName")
    same("details", "cli" in details, True)
    session = query("sts", "assume-role", "--role-arn", f"arn:aws:iam::{ACCOUNT}:role/cli", "--role-session-name", "cli")
    with environment(session["Credentials"]):
        text = aws("iam", "delete-user", "--user-name", "cli", status=255)
        same("AccessDenied", "because no identity-based policy allows the iam:DeleteUser action" in text, True)
        same("buckets", "reports" in aws("s3", "ls"), True)
    aws("iam", "detach-role-policy", *role, "--policy-arn", "arn:aws:iam::aws:policy/ReadOnlyAccess")
    aws("iam", "delete-role-policy", *role, "--policy-name", "p")
    aws("iam", "delete-role", *role)
    aws("iam", "delete-user", "--user-name", "cli")


@contextlib.contextmanager
def environment(credentials):
    before = dict(os.environ)
    os.environ["AWS_ACCESS_KEY_ID"] = credentials["AccessKeyId"]
    os.environ["AWS_SECRET_ACCESS_KEY"] = credentials["SecretAccessKey"]
    os.environ["AWS_SESSION_TOKEN"] = credentials["SessionToken"]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def s3(folder):
    bucket = "s3://cli-bucket"
    aws("s3", "mb", bucket)
    (folder / "site" / "sub").mkdir(parents=True)
    (folder / "site" / "one.txt").write_text("one")
    (folder / "site" / "sub" / "two words.txt").write_text("two")
    for file in folder.rglob("*.txt"):  # As if written a while ago: S3's times are whole seconds.
        os.utime(file, (0, time.time() - 60))
    aws("s3", "sync", "site", bucket)
    same("sync again", aws("s3", "sync", "site", bucket), "")
    same("ls", "sub/two words.txt" in aws("s3", "ls", "--recursive", bucket), True)
    same("cat", aws("s3", "cp", f"{bucket}/one.txt", "-"), "one")
    aws("s3", "cp", "--recursive", "--quiet", bucket, "back")
    same("back", (folder / "back" / "sub" / "two words.txt").read_text(), "two")
    put = ["--bucket", "cli-bucket", "--key", "meta", "--body", "site/one.txt", "--metadata", "a=b"]
    aws("s3api", "put-object", *put)
    head = query("s3api", "head-object", "--bucket", "cli-bucket", "--key", "meta")
    same("Metadata", head["Metadata"], {"a": "b"})
    text = aws("s3", "rb", bucket, status=1)
    same("BucketNotEmpty", "(BucketNotEmpty)" in text, True)
    aws("s3", "rm", "--recursive", "--quiet", bucket)
    aws("s3", "rb", bucket)
