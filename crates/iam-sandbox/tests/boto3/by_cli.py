"""A client that looks like boto3's and runs the AWS CLI, in this process: the same cases serve for both."""

import base64
import contextlib
import io
import json
import re
import tempfile
from datetime import datetime
from pathlib import Path

import awscli.clidriver
import boto3
from botocore import UNSIGNED, xform_name
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.utils import parse_timestamp

SAID = re.compile(r"An error occurred \((?P<code>[^)]+)\) when calling the \w+ operation(?: \([^)]*\))?: ?(?P<message>.*)", re.S)
KEYS = {"aws_access_key_id": "access_key", "aws_secret_access_key": "secret_key", "aws_session_token": "token"}


class Client:
    """Each method is an operation: its arguments go in as JSON, and its answer comes out as JSON."""

    def __init__(self, service, key, region, signature_version, after):
        self._service, self._region, self._after = service, region, after
        self._unsigned = signature_version is UNSIGNED
        self._driver = awscli.clidriver.create_clidriver()
        # As with boto3's clients, nothing is checked or tried again before the sandbox sees it.
        once = Config(parameter_validation=False, retries={"total_max_attempts": 1})
        self._driver.session.set_default_client_config(once)
        if key:
            self._driver.session.set_credentials(**{KEYS[name]: value for name, value in key.items()})
        self._model = self._driver.session.get_service_model(service)
        self._methods = {xform_name(name): name for name in self._model.operation_names}
        # What is no operation is boto3's own: waiters, signed URLs, transfers.
        config = Config(signature_version=signature_version)
        self._boto3 = boto3.client(service, region_name=region, config=config, **(key or {}))

    def __getattr__(self, method):
        if method not in self._methods:
            return getattr(self._boto3, method)
        operation = self._model.operation_model(self._methods[method])

        def call(**arguments):
            return self._run(operation, arguments)

        call.__name__ = method
        setattr(self, method, call)
        return call

    def _run(self, operation, arguments):
        service = "s3api" if self._service == "s3" else self._service
        command = [service, xform_name(operation.name, "-"), "--region", self._region, "--output", "json"]
        if self._unsigned:
            command.append("--no-sign-request")
        with tempfile.TemporaryDirectory() as folder:
            seed, outfile = Path(folder, "seed"), None
            if operation.name == "CreateVirtualMFADevice":
                # The CLI writes the secret into a file, and shows the rest.
                command += ["--outfile", str(seed), "--bootstrap-method", "Base32StringSeed"]
                command += options(arguments)
            else:
                body = operation.get_streaming_input()
                outfile = operation.get_streaming_output() and Path(folder, "out")
                for name, member in (operation.input_shape.members if body else {}).items():
                    if member is body and name in arguments:
                        content = arguments.pop(name)
                        given = Path(folder, "in")
                        content = content.read() if hasattr(content, "read") else content
                        given.write_bytes(content.encode() if isinstance(content, str) else content)
                        command += [f"--{xform_name(name, '-')}", str(given)]
                if outfile:
                    command += [*options(arguments), str(outfile)]
                else:
                    command += ["--cli-input-json", json.dumps(arguments, default=plain)]
            status, out, err = run(self._driver, command)
            if status == 0 and seed.exists():
                answer = json.loads(out)
                answer["VirtualMFADevice"]["Base32StringSeed"] = seed.read_bytes()
                out = None
            content = outfile.read_bytes() if outfile and outfile.exists() else None
        if status != 0:
            said = SAID.search(err)
            if not said:
                raise RuntimeError(f"aws {' '.join(command)}: {err.strip()[-600:]}")
            error = {"Code": said["code"], "Message": said["message"].strip()}
            self._after(operation, None, error["Code"])
            raise ClientError({"Error": error, "ResponseMetadata": {}}, operation.name)
        if out is not None:
            answer = json.loads(out) if out.strip() else {}
        if content is not None:
            answer["Body"] = io.BytesIO(content)
        answer = typed(operation.output_shape, answer)
        self._after(operation, answer, None)
        return answer


def options(arguments):
    """For the commands that take no JSON as a whole."""
    for name, value in arguments.items():
        yield f"--{xform_name(name, '-')}"
        yield value if isinstance(value, str) else json.dumps(value, default=plain).strip('"')


def typed(shape, value):
    """What JSON has no type for, as boto3 gives it."""
    kind = shape.type_name if shape is not None else None
    if kind == "structure":
        return {name: typed(shape.members.get(name), member) for name, member in value.items()}
    if kind == "list":
        return [typed(shape.member, item) for item in value]
    if kind == "timestamp":
        return parse_timestamp(value)
    if kind == "blob" and isinstance(value, str):
        return base64.b64decode(value)
    return value


def plain(value):
    return value.isoformat() if isinstance(value, datetime) else value.decode()


def run(driver, command):
    streams = [io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2)]
    with contextlib.redirect_stdout(streams[0]), contextlib.redirect_stderr(streams[1]):
        try:
            status = driver.main(command)
        except SystemExit as stopped:
            status = stopped.code
    out, err = (stream.buffer.getvalue().decode() for stream in streams)
    return status, out, err
