"""A user with no permissions, a role that lets list buckets, and the user in that role: denied without, allowed with,
and all of it taken down again. Nothing here knows what it talks to."""

import json
from uuid import uuid4

import boto3
from botocore.exceptions import ClientError


def make(iam):
    user = iam.create_user(UserName=f"story-user-{uuid4()}")
    key = user.create_access_key_pair()
    iam.meta.client.get_waiter("user_exists").wait(UserName=user.name)
    role = iam.create_role(
        RoleName=f"story-role-{uuid4()}",
        AssumeRolePolicyDocument=policy(Principal={"AWS": user.arn}, Action="sts:AssumeRole"),
    )
    iam.meta.client.get_waiter("role_exists").wait(RoleName=role.name)
    listing = iam.create_policy(
        PolicyName=f"story-policy-{uuid4()}",
        PolicyDocument=policy(Action="s3:ListAllMyBuckets", Resource="arn:aws:s3:::*"),
    )
    role.attach_policy(PolicyArn=listing.arn)
    user.create_policy(
        PolicyName=f"story-user-policy-{uuid4()}",
        PolicyDocument=policy(Action="sts:AssumeRole", Resource=role.arn),
    )
    return user, key, role


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def bucket_names(**credentials):
    return [bucket.name for bucket in boto3.resource("s3", **credentials).buckets.all()]


def without_the_role(key):
    try:
        bucket_names(aws_access_key_id=key.id, aws_secret_access_key=key.secret)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied", error
        return error.response["Error"]["Message"]
    raise RuntimeError("the buckets were listed without a permission")


def within_the_role(key, role):
    sts = boto3.client("sts", aws_access_key_id=key.id, aws_secret_access_key=key.secret)
    session = sts.assume_role(RoleArn=role.arn, RoleSessionName="story")["Credentials"]
    return bucket_names(
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def take_down(user, role):
    for attached in role.attached_policies.all():
        role.detach_policy(PolicyArn=attached.arn)
        attached.delete()
    role.delete()
    for inline in user.policies.all():
        inline.delete()
    for key in user.access_keys.all():
        key.delete()
    user.delete()


def run():
    iam = boto3.resource("iam")
    before = [{each.name for each in kind.all()} for kind in (iam.users, iam.roles)]
    user, key, role = make(iam)
    try:
        message = without_the_role(key)
        assert message == (
            f"User: {user.arn} is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy "
            "allows the s3:ListAllMyBuckets action"
        ), message
        names = within_the_role(key, role)
        assert "reports" in names, names
    finally:
        take_down(user, role)
    after = [{each.name for each in kind.all()} for kind in (iam.users, iam.roles)]
    assert before == after, after

