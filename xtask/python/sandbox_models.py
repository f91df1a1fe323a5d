#!/usr/bin/env python3
"""Prints, for each file of crates/iam-sandbox/src/models, what botocore's models say of that service's operations.

    cargo xtask sandbox-models            # writes them
    cargo xtask sandbox-models --check    # fails if they are not what this prints

Usage: sandbox_models.py SERVICE. One fact a line, its fields apart by tabs; see src/models.rs, which reads it:

    S  service  protocol  version
    E  error code  HTTP status
    T  shape  kind  least  most  `sensitive`  pattern, or values, or members, or the list's item
    O  operation  result wrapper  input members  error codes

A member is `Name=shape`, with `!` before the `=` where it is required.
"""

import sys

import botocore
import botocore.session

# What instances are about. EC2 has 800 operations more, and of S3 only the errors are of use here: its constraints
# are not in the model.
EC2 = """
CreateTags DeleteTags DescribeAvailabilityZones DescribeImages DescribeInstanceStatus DescribeInstances DescribeRegions
DescribeSecurityGroups DescribeSubnets DescribeTags DescribeVpcs RebootInstances RunInstances StartInstances
StopInstances TerminateInstances
""".split()
OPERATIONS = {"iam": None, "sts": None, "s3": None, "ec2": EC2, "cloudtrail": ["LookupEvents"]}

# Instance types come and go: a list of a thousand is no constraint.
MOST_VALUES = 200


class Shapes:
    def __init__(self, protocol):
        self.protocol = protocol
        self.lines = {}

    def add(self, shape):
        if shape.name in self.lines:
            return
        self.lines[shape.name] = None
        meta = shape.metadata
        kind, least, most, detail = shape.type_name, meta.get("min", ""), meta.get("max", ""), ""
        flags = "sensitive" if meta.get("sensitive") else ""
        if kind == "string":
            values = meta.get("enum", [])
            if values and len(values) <= MOST_VALUES:
                kind, detail = "enum", ",".join(values)
            else:
                detail = meta.get("pattern", "")
        elif kind == "structure":
            detail = self.members(shape)
        elif kind == "list":
            detail = shape.member.name
            self.add(shape.member)
        elif kind in ("integer", "long", "float", "double"):
            kind = "integer" if kind in ("integer", "long") else "float"
        line = "\t".join(["T", shape.name, kind, str(least), str(most), flags, detail]).rstrip("\t")
        assert "\n" not in line and line.count("\t") <= 6, line
        self.lines[shape.name] = line

    def members(self, shape):
        members = []
        for name, member in shape.members.items():
            self.add(member)
            mark = "!" if name in shape.required_members else ""
            members.append(f"{self.wire_name(name, member)}{mark}={member.name}")
        return ",".join(members)

    def wire_name(self, name, member):
        serialization = member.serialization
        if self.protocol == "ec2":
            if "queryName" in serialization:
                return serialization["queryName"]
            name = serialization.get("name", name)
            return name[0].upper() + name[1:]
        return serialization.get("name", name)


def main():
    service = sys.argv[1]
    model = botocore.session.get_session().get_service_model(service)
    protocol = model.metadata["protocol"]
    wanted = OPERATIONS[service] or model.operation_names
    shapes, errors, operations = Shapes(protocol), {}, []
    for name in wanted:
        operation = model.operation_model(name)
        codes = []
        for error in operation.error_shapes:
            about = error.metadata.get("error", {})
            code = about.get("code", error.name)
            errors[code] = about.get("httpStatusCode", 400)
            codes.append(code)
        members = ""
        if operation.input_shape is not None and protocol != "rest-xml":
            members = shapes.members(operation.input_shape)
        wrapper = ""
        if operation.output_shape is not None:
            wrapper = operation.output_shape.serialization.get("resultWrapper", "")
        operations.append("\t".join(["O", name, wrapper, members, ",".join(codes)]).rstrip("\t"))
    out = [f"# Written by `cargo xtask sandbox-models` from botocore {botocore.__version__}; see models.rs for the form."]
    out.append("\t".join(["S", service, protocol, model.api_version]))
    out += [f"E\t{code}\t{status}" for code, status in sorted(errors.items())]
    out += [shapes.lines[name] for name in sorted(shapes.lines)]
    out += sorted(operations)
    sys.stdout.write("\n".join(out) + "\n")


main()
