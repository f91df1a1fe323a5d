"""Inline and managed policies, what they are attached to, and boundaries."""

import json

from harness import ACCOUNT, client, document, refused, same, tags

S3_READER = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
SERVICES_OWN = "arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy"
NONE = f"arn:aws:iam::{ACCOUNT}:policy/none"
# The name of the entity of each kind, of its parameter, and of one that is not there.
KINDS = [("user", "UserName", "u1"), ("group", "GroupName", "g1"), ("role", "RoleName", "r2")]
# Too long for a user, a group and a role.
LONG = document(resource=[f"arn:aws:s3:::{'x' * 200}{n}" for n in range(60)])


def run():
    iam = client("iam")
    inline(iam)
    managed(iam)
    versions(iam)
    attachments(iam)
    boundaries(iam)
    tagging(iam)


def inline(iam):
    for kind, parameter, name in KINDS:
        put, get, delete, list_all = (
            getattr(iam, f"{verb}_{kind}_{noun}")
            for verb, noun in [("put", "policy"), ("get", "policy"), ("delete", "policy"), ("list", "policies")]
        )
        who, nobody = {parameter: name}, {parameter: "nobody"}
        for number in range(3):
            put(**who, PolicyName=f"inline{number}", PolicyDocument=document())
        same("document", get(**who, PolicyName="inline0")["PolicyDocument"], json.loads(document()))
        same("PolicyNames", list_all(**who)["PolicyNames"], ["inline0", "inline1", "inline2"])
        refused("NoSuchEntity", put, **nobody, PolicyName="p", PolicyDocument=document())
        refused("MalformedPolicyDocument", put, **who, PolicyName="p", PolicyDocument="{}")
        refused("LimitExceeded", put, **who, PolicyName="p", PolicyDocument=LONG)
        refused("ValidationError", put, **who, PolicyName="p", PolicyDocument="\u20ac")
        refused("NoSuchEntity", get, **who, PolicyName="none")
        refused("NoSuchEntity", list_all, **nobody)
        put(**who, PolicyName="gone", PolicyDocument=document())
        delete(**who, PolicyName="gone")
        refused("NoSuchEntity", delete, **who, PolicyName="gone")


def arn(name):
    return f"arn:aws:iam::{ACCOUNT}:policy/{name}"


def managed(iam):
    for number in range(12):
        made = iam.create_policy(PolicyName=f"p{number}", PolicyDocument=document(), Tags=tags(3))["Policy"]
        same("Arn", made["Arn"], arn(f"p{number}"))
    refused("EntityAlreadyExists", iam.create_policy, PolicyName="P1", PolicyDocument=document())
    refused("MalformedPolicyDocument", iam.create_policy, PolicyName="x", PolicyDocument="{}")
    refused("LimitExceeded", iam.create_policy, PolicyName="x", PolicyDocument=LONG)
    reserved = [{"Key": "aws:x", "Value": ""}]
    refused("InvalidInput", iam.create_policy, PolicyName="x", PolicyDocument=document(), Tags=reserved)
    same("DefaultVersionId", iam.get_policy(PolicyArn=arn("p1"))["Policy"]["DefaultVersionId"], "v1")
    iam.get_waiter("policy_exists").wait(PolicyArn=S3_READER)
    refused("NoSuchEntity", iam.get_policy, PolicyArn=NONE)
    refused("InvalidInput", iam.get_policy, PolicyArn="arn:aws:s3:::a-bucket-of-some-name")
    refused("ValidationError", iam.get_policy, PolicyArn="short")
    same("Local", len(iam.list_policies(Scope="Local")["Policies"]), 12)
    refused("ValidationError", iam.list_policies, Scope="Mine")
    iam.create_policy(PolicyName="gone", PolicyDocument=document())
    iam.create_policy_version(PolicyArn=arn("gone"), PolicyDocument=document())
    refused("DeleteConflict", iam.delete_policy, PolicyArn=arn("gone"))
    iam.delete_policy_version(PolicyArn=arn("gone"), VersionId="v2")
    iam.delete_policy(PolicyArn=arn("gone"))
    refused("NoSuchEntity", iam.delete_policy, PolicyArn=arn("gone"))
    refused("InvalidInput", iam.delete_policy, PolicyArn="arn:aws:s3:::a-bucket-of-some-name")


def versions(iam):
    policy = {"PolicyArn": arn("p1")}
    bad = {"PolicyArn": "arn:aws:s3:::a-bucket-of-some-name"}
    for number in range(2, 6):
        made = iam.create_policy_version(**policy, PolicyDocument=document(), SetAsDefault=number == 3)
        same("VersionId", made["PolicyVersion"]["VersionId"], f"v{number}")
    refused("LimitExceeded", iam.create_policy_version, **policy, PolicyDocument=document())
    refused("NoSuchEntity", iam.create_policy_version, PolicyArn=NONE, PolicyDocument=document())
    refused("InvalidInput", iam.create_policy_version, **bad, PolicyDocument=document())
    refused("MalformedPolicyDocument", iam.create_policy_version, PolicyArn=arn("p2"), PolicyDocument="{}")
    same("Document", iam.get_policy_version(**policy, VersionId="v3")["PolicyVersion"]["Document"], json.loads(document()))
    refused("NoSuchEntity", iam.get_policy_version, **policy, VersionId="v9")
    refused("InvalidInput", iam.get_policy_version, **bad, VersionId="v1")
    refused("ValidationError", iam.get_policy_version, **policy, VersionId="1")
    same("Versions", len(iam.list_policy_versions(**policy)["Versions"]), 5)
    refused("NoSuchEntity", iam.list_policy_versions, PolicyArn=NONE)
    refused("InvalidInput", iam.list_policy_versions, **bad)
    iam.set_default_policy_version(**policy, VersionId="v4")
    refused("NoSuchEntity", iam.set_default_policy_version, **policy, VersionId="v9")
    refused("InvalidInput", iam.set_default_policy_version, **bad, VersionId="v1")
    refused("DeleteConflict", iam.delete_policy_version, **policy, VersionId="v4")
    iam.delete_policy_version(**policy, VersionId="v1")
    refused("NoSuchEntity", iam.delete_policy_version, **policy, VersionId="v1")
    refused("InvalidInput", iam.delete_policy_version, **bad, VersionId="v1")


def attachments(iam):
    for kind, parameter, name in KINDS:
        attach, detach = getattr(iam, f"attach_{kind}_policy"), getattr(iam, f"detach_{kind}_policy")
        list_all = getattr(iam, f"list_attached_{kind}_policies")
        who, nobody = {parameter: name}, {parameter: "nobody"}
        for number in range(10):
            attach(**who, PolicyArn=arn(f"p{number}"))
        refused("LimitExceeded", attach, **who, PolicyArn=arn("p10"))
        refused("NoSuchEntity", attach, **nobody, PolicyArn=arn("p1"))
        refused("PolicyNotAttachable", attach, **who, PolicyArn=SERVICES_OWN)
        refused("InvalidInput", attach, **who, PolicyArn="arn:aws:s3:::a-bucket-of-some-name")
        same("AttachedPolicies", len(list_all(**who)["AttachedPolicies"]), 10)
        refused("NoSuchEntity", list_all, **nobody)
        detach(**who, PolicyArn=arn("p9"))
        refused("NoSuchEntity", detach, **who, PolicyArn=arn("p9"))
        refused("InvalidInput", detach, **who, PolicyArn="arn:aws:s3:::a-bucket-of-some-name")
    attached = iam.list_entities_for_policy(PolicyArn=arn("p1"))
    same("entities", [len(attached[f"Policy{kind}s"]) for kind in ("Group", "User", "Role")], [1, 1, 1])
    refused("NoSuchEntity", iam.list_entities_for_policy, PolicyArn=NONE)
    refused("InvalidInput", iam.list_entities_for_policy, PolicyArn="arn:aws:s3:::a-bucket-of-some-name")
    refused("DeleteConflict", iam.delete_policy, PolicyArn=arn("p1"))


def boundaries(iam):
    for kind, parameter, name in KINDS:
        if kind == "group":
            continue
        put = getattr(iam, f"put_{kind}_permissions_boundary")
        delete = getattr(iam, f"delete_{kind}_permissions_boundary")
        who, nobody = {parameter: name}, {parameter: "nobody"}
        put(**who, PermissionsBoundary=S3_READER)
        entity = getattr(iam, f"get_{kind}")(**who)[kind.capitalize()]
        same("boundary", entity["PermissionsBoundary"]["PermissionsBoundaryArn"], S3_READER)
        refused("NoSuchEntity", put, **nobody, PermissionsBoundary=S3_READER)
        refused("NoSuchEntity", put, **who, PermissionsBoundary=NONE)
        refused("PolicyNotAttachable", put, **who, PermissionsBoundary=SERVICES_OWN)
        refused("InvalidInput", put, **who, PermissionsBoundary="arn:aws:s3:::a-bucket-of-some-name")
        delete(**who)
        refused("NoSuchEntity", delete, **nobody)


def tagging(iam):
    iam.tag_policy(PolicyArn=arn("p2"), Tags=tags(47, "more"))
    refused("LimitExceeded", iam.tag_policy, PolicyArn=arn("p2"), Tags=tags(1, "too-many"))
    refused("InvalidInput", iam.tag_policy, PolicyArn=arn("p2"), Tags=[{"Key": "aws:x", "Value": ""}])
    refused("NoSuchEntity", iam.tag_policy, PolicyArn=NONE, Tags=tags(1))
    iam.untag_policy(PolicyArn=arn("p2"), TagKeys=[tag["Key"] for tag in tags(47, "more")])
    refused("NoSuchEntity", iam.untag_policy, PolicyArn=NONE, TagKeys=["a"])
    same("ListPolicyTags", iam.list_policy_tags(PolicyArn=arn("p2"))["Tags"], tags(3))
    refused("NoSuchEntity", iam.list_policy_tags, PolicyArn=NONE)
    bad = {"PolicyArn": "arn:aws:s3:::a-bucket-of-some-name"}
    refused("InvalidInput", iam.list_policy_tags, **bad)
    refused("InvalidInput", iam.untag_policy, **bad, TagKeys=["a"])
