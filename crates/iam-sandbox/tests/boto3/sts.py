"""Who one is, and temporary credentials; and every way in which credentials can be wrong."""

import json
import os

from botocore import UNSIGNED

import sign_in
from harness import ACCOUNT, client, credentials, document, refused, same, trust

ADMIN_ROLE = f"arn:aws:iam::{ACCOUNT}:role/admin"


def run():
    sts = client("sts")
    identity = sts.get_caller_identity()
    same("identity", (identity["Account"], identity["Arn"]), (ACCOUNT, f"arn:aws:iam::{ACCOUNT}:user/admin"))
    assume_role(sts)
    federation(sts)
    wrong_credentials(sts)
    key = os.environ["AWS_ACCESS_KEY_ID"]
    same("Account", sts.get_access_key_info(AccessKeyId=key)["Account"], ACCOUNT)
    decoded(sts)
    web_identity(sts)


def assume_role(sts):
    role = {"RoleArn": ADMIN_ROLE, "RoleSessionName": "session"}
    made = sts.assume_role(**role, DurationSeconds=900)
    as_role = credentials(made["Credentials"])
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/session"
    same("Arn", client("sts", as_role).get_caller_identity()["Arn"], session)
    narrow = sts.assume_role(**role, Policy=document(action="iam:ListUsers"))
    same("PackedPolicySize", narrow["PackedPolicySize"] > 0, True)
    narrow = client("iam", credentials(narrow["Credentials"]))
    narrow.list_users()
    message = refused("AccessDenied", narrow.list_roles)
    same("reason", message.endswith("because no session policy allows the iam:ListRoles action"), True)
    refused("MalformedPolicyDocument", sts.assume_role, **role, Policy="{}")
    refused("ValidationError", sts.assume_role, RoleArn=ADMIN_ROLE)
    refused("ValidationError", sts.assume_role, RoleArn=ADMIN_ROLE, RoleSessionName="a b")
    refused("ValidationError", sts.assume_role, **role, DurationSeconds=899)
    refused("AccessDenied", sts.assume_role, RoleArn=ADMIN_ROLE + "none", RoleSessionName="session")
    refused("AccessDenied", client("sts", sign_in.root()).assume_role, **role)
    large = document(resource=[f"arn:aws:s3:::{'x' * 100}{n}" for n in range(40)])
    refused("PackedPolicyTooLarge", sts.assume_role, **role, Policy=large)
    many = [{"Key": f"{n}{'k' * 100}", "Value": "v" * 200} for n in range(50)]
    refused("PackedPolicyTooLarge", sts.get_federation_token, Name="bob", Tags=many)

    iam = client("iam")
    external = trust(Condition={"StringEquals": {"sts:ExternalId": "the-id"}})
    arn = iam.create_role(RoleName="external", AssumeRolePolicyDocument=external)["Role"]["Arn"]
    refused("AccessDenied", sts.assume_role, RoleArn=arn, RoleSessionName="session", ExternalId="other")
    sts.assume_role(RoleArn=arn, RoleSessionName="session", ExternalId="the-id")
    iam.delete_role(RoleName="external")
    both = trust(action=["sts:AssumeRole", "sts:TagSession"])
    arn = iam.create_role(RoleName="tagged", AssumeRolePolicyDocument=both)["Role"]["Arn"]
    tags = [{"Key": "team", "Value": "a"}]
    sts.assume_role(RoleArn=arn, RoleSessionName="session", Tags=tags, TransitiveTagKeys=["team"])
    refused("AccessDenied", sts.assume_role, **role, Tags=tags)
    iam.delete_role(RoleName="tagged")


def decoded(sts):
    refused("InvalidAuthorizationMessageException", sts.decode_authorization_message, EncodedMessage="nothing")
    ec2, iam = client("ec2"), client("iam")
    instance = ec2.describe_instances()["Reservations"][0]["Instances"][0]["InstanceId"]
    nobody = client("ec2", credentials(iam.create_access_key(UserName="u3")["AccessKey"]))
    message = refused("UnauthorizedOperation", nobody.terminate_instances, InstanceIds=[instance])
    encoded = message.split("Encoded authorization failure message: ")[-1]
    told = json.loads(sts.decode_authorization_message(EncodedMessage=encoded)["DecodedMessage"])
    same("told", (told["allowed"], told["context"]["action"]), (False, "ec2:TerminateInstances"))


def web_identity(sts):
    iam = client("iam")
    provider = f"arn:aws:iam::{ACCOUNT}:oidc-provider/idp1.example.com"
    trusting = trust({"Federated": provider}, action="sts:AssumeRoleWithWebIdentity")
    arn = iam.create_role(RoleName="federated", AssumeRolePolicyDocument=trusting)["Role"]["Arn"]
    role = {"RoleArn": arn, "RoleSessionName": "session"}
    token = os.environ["WEB_IDENTITY_TOKEN"]
    # It needs no credentials of AWS.
    call = client("sts", signature_version=UNSIGNED).assume_role_with_web_identity
    made = call(**role, WebIdentityToken=token)
    same("Subject", made["SubjectFromWebIdentityToken"], "alice")
    session = client("sts", credentials(made["Credentials"])).get_caller_identity()["Arn"]
    same("Arn", session, f"arn:aws:sts::{ACCOUNT}:assumed-role/federated/session")
    refused("InvalidIdentityToken", call, **role, WebIdentityToken="no token")
    refused("InvalidIdentityToken", call, **role, WebIdentityToken=token[:-8] + "AAAAAAAA")
    refused("ExpiredTokenException", call, **role, WebIdentityToken=os.environ["EXPIRED_WEB_IDENTITY_TOKEN"])
    refused("IDPRejectedClaim", call, **role, WebIdentityToken=os.environ["REVOKED_WEB_IDENTITY_TOKEN"])
    refused("MalformedPolicyDocument", call, **role, WebIdentityToken=token, Policy="{}")
    arns = [{"arn": f"arn:aws:iam::{ACCOUNT}:policy/p{number}"} for number in range(10)]
    long = document(resource="arn:aws:s3:::" + "x" * 1800)
    refused("PackedPolicyTooLarge", call, **role, WebIdentityToken=token, Policy=long, PolicyArns=arns)
    other = {**role, "RoleArn": ADMIN_ROLE}
    refused("AccessDenied", call, **other, WebIdentityToken=token)
    iam.delete_role(RoleName="federated")


def federation(sts):
    own = credentials(sts.get_session_token()["Credentials"])
    same("Arn", client("sts", own).get_caller_identity()["Arn"], f"arn:aws:iam::{ACCOUNT}:user/admin")
    refused("ValidationError", sts.get_session_token, DurationSeconds=1)
    refused("AccessDenied", client("sts", own).get_session_token)
    fed = sts.get_federation_token(Name="bob", Policy=document(action="s3:ListAllMyBuckets"))
    same("FederatedUser", fed["FederatedUser"]["Arn"], f"arn:aws:sts::{ACCOUNT}:federated-user/bob")
    client("s3", credentials(fed["Credentials"])).list_buckets()
    refused("MalformedPolicyDocument", sts.get_federation_token, Name="bob", Policy="{}")


def wrong_credentials(sts):
    good = {
        "aws_access_key_id": os.environ["AWS_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["AWS_SECRET_ACCESS_KEY"],
    }
    session = credentials(sts.assume_role(RoleArn=ADMIN_ROLE, RoleSessionName="session")["Credentials"])
    for key, query, s3, s3_status, ec2 in [
        ({**good, "aws_secret_access_key": "x" * 40}, "SignatureDoesNotMatch", "SignatureDoesNotMatch", 403, "AuthFailure"),
        ({**good, "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"}, "InvalidClientTokenId", "InvalidAccessKeyId", 403, "AuthFailure"),
        ({**session, "aws_session_token": "x" * 100}, "InvalidClientTokenId", "InvalidToken", 400, "AuthFailure"),
    ]:
        refused(query, client("sts", key).get_caller_identity)
        refused(query, client("iam", key).list_users)
        refused(s3, client("s3", key).list_buckets)
        refused(ec2, client("ec2", key).describe_regions)
