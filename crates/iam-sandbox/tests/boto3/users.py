"""Users and their access keys."""

from harness import ACCOUNT, client, credentials, document, refused, same, tags


def run():
    iam = client("iam")
    lifecycle(iam)
    keys(iam)
    for operation in (iam.list_ssh_public_keys, iam.list_signing_certificates, iam.list_service_specific_credentials):
        operation(UserName="u1")
        refused("NoSuchEntity", operation, UserName="nobody")
    iam.list_server_certificates()


def lifecycle(iam):
    for number in range(1, 4):
        made = iam.create_user(UserName=f"u{number}", Path="/team/", Tags=tags(3))["User"]
        same("Arn", made["Arn"], f"arn:aws:iam::{ACCOUNT}:user/team/u{number}")
        same("Tags", made["Tags"], tags(3))
    refused("EntityAlreadyExists", iam.create_user, UserName="U1")
    refused("NoSuchEntity", iam.create_user, UserName="x", PermissionsBoundary=f"arn:aws:iam::{ACCOUNT}:policy/none")
    twice = [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]
    refused("InvalidInput", iam.create_user, UserName="x", Tags=twice)
    refused("ValidationError", iam.create_user, UserName="a b")
    refused("ValidationError", iam.create_user, UserName="x" * 65)
    refused("ValidationError", iam.create_user)
    same("GetUser", iam.get_user(UserName="u1")["User"]["UserName"], "u1")
    same("GetUser", iam.get_user()["User"]["UserName"], "admin")
    refused("NoSuchEntity", iam.get_user, UserName="nobody")
    same("ListUsers", [u["UserName"] for u in iam.list_users(PathPrefix="/team/")["Users"]], ["u1", "u2", "u3"])
    iam.create_user(UserName="before")
    iam.update_user(UserName="before", NewUserName="after", NewPath="/moved/")
    same("UpdateUser", iam.get_user(UserName="after")["User"]["Path"], "/moved/")
    refused("NoSuchEntity", iam.update_user, UserName="before", NewUserName="x")
    refused("EntityAlreadyExists", iam.update_user, UserName="after", NewUserName="u1")
    iam.put_user_policy(UserName="after", PolicyName="p", PolicyDocument=document())
    refused("DeleteConflict", iam.delete_user, UserName="after")
    iam.delete_user_policy(UserName="after", PolicyName="p")
    iam.delete_user(UserName="after")
    refused("NoSuchEntity", iam.delete_user, UserName="after")

    iam.tag_user(UserName="u2", Tags=tags(47, "more"))
    refused("LimitExceeded", iam.tag_user, UserName="u2", Tags=tags(1, "too-many"))
    refused("InvalidInput", iam.tag_user, UserName="u1", Tags=[{"Key": "aws:x", "Value": ""}])
    refused("NoSuchEntity", iam.tag_user, UserName="nobody", Tags=tags(1))
    iam.untag_user(UserName="u2", TagKeys=[tag["Key"] for tag in tags(47, "more")])
    refused("NoSuchEntity", iam.untag_user, UserName="nobody", TagKeys=["a"])
    same("ListUserTags", iam.list_user_tags(UserName="u2")["Tags"], tags(3))
    refused("NoSuchEntity", iam.list_user_tags, UserName="nobody")


def keys(iam):
    first = iam.create_access_key(UserName="u1")["AccessKey"]
    iam.create_access_key(UserName="u1")
    refused("LimitExceeded", iam.create_access_key, UserName="u1")
    refused("NoSuchEntity", iam.create_access_key, UserName="nobody")
    same("ListAccessKeys", len(iam.list_access_keys(UserName="u1")["AccessKeyMetadata"]), 2)
    refused("NoSuchEntity", iam.list_access_keys, UserName="nobody")
    as_user = client("sts", credentials(first))
    same("Arn", as_user.get_caller_identity()["Arn"], f"arn:aws:iam::{ACCOUNT}:user/team/u1")
    key = {"UserName": "u1", "AccessKeyId": first["AccessKeyId"]}
    iam.update_access_key(Status="Inactive", **key)
    refused("InvalidClientTokenId", as_user.get_caller_identity)
    iam.update_access_key(Status="Active", **key)
    refused("InvalidInput", iam.update_access_key, Status="Expired", **key)
    unknown = {"UserName": "u1", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}
    refused("NoSuchEntity", iam.update_access_key, Status="Active", **unknown)
    refused("NoSuchEntity", iam.delete_access_key, **unknown)
    used = iam.get_access_key_last_used(AccessKeyId=first["AccessKeyId"])
    same("LastUsed", used["AccessKeyLastUsed"]["ServiceName"], "sts")
    gone = iam.create_access_key(UserName="u2")["AccessKey"]["AccessKeyId"]
    iam.delete_access_key(UserName="u2", AccessKeyId=gone)
