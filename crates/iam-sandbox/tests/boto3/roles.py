"""Roles, instance profiles, and the roles that services make for themselves."""

import json

from harness import ACCOUNT, client, document, refused, same, tags, trust


def run():
    iam = client("iam")
    lifecycle(iam)
    service_linked(iam)
    instance_profiles(iam)
    refused("NoSuchEntity", iam.list_instance_profiles_for_role, RoleName="none")


def lifecycle(iam):
    for number in range(1, 4):
        made = iam.create_role(
            RoleName=f"r{number}", Path="/team/", AssumeRolePolicyDocument=trust(), Tags=tags(3), Description="d"
        )["Role"]
        same("trust", made["AssumeRolePolicyDocument"], json.loads(trust()))
    refused("EntityAlreadyExists", iam.create_role, RoleName="R1", AssumeRolePolicyDocument=trust())
    refused("MalformedPolicyDocument", iam.create_role, RoleName="x", AssumeRolePolicyDocument="{")
    stranger = trust(f"arn:aws:iam::{ACCOUNT}:user/nobody")
    refused("MalformedPolicyDocument", iam.create_role, RoleName="x", AssumeRolePolicyDocument=stranger)
    reserved = [{"Key": "aws:x", "Value": ""}]
    refused("InvalidInput", iam.create_role, RoleName="x", AssumeRolePolicyDocument=trust(), Tags=reserved)
    long = trust(Condition={"StringEquals": {"sts:ExternalId": ["x" * 2000, "y" * 1000]}})
    refused("LimitExceeded", iam.create_role, RoleName="x", AssumeRolePolicyDocument=long)
    refused("ValidationError", iam.create_role, RoleName="x", AssumeRolePolicyDocument=trust(), MaxSessionDuration=60)
    refused("NoSuchEntity", iam.get_role, RoleName="none")
    iam.get_waiter("role_exists").wait(RoleName="r1")
    iam.update_role(RoleName="r1", Description="", MaxSessionDuration=7200)
    same("MaxSessionDuration", iam.get_role(RoleName="r1")["Role"]["MaxSessionDuration"], 7200)
    refused("NoSuchEntity", iam.update_role, RoleName="none")
    same("Description", iam.update_role_description(RoleName="r1", Description="n")["Role"]["Description"], "n")
    refused("NoSuchEntity", iam.update_role_description, RoleName="none", Description="n")
    new = {"RoleName": "r1", "PolicyDocument": trust({"Service": "ec2.amazonaws.com"})}
    iam.update_assume_role_policy(**new)
    refused("NoSuchEntity", iam.update_assume_role_policy, **{**new, "RoleName": "none"})
    refused("MalformedPolicyDocument", iam.update_assume_role_policy, **{**new, "PolicyDocument": "{}"})
    refused("LimitExceeded", iam.update_assume_role_policy, **{**new, "PolicyDocument": long})
    same("ListRoles", [r["RoleName"] for r in iam.list_roles(PathPrefix="/team/")["Roles"]], ["r1", "r2", "r3"])

    iam.tag_role(RoleName="r2", Tags=tags(47, "more"))
    refused("LimitExceeded", iam.tag_role, RoleName="r2", Tags=tags(1, "too-many"))
    refused("InvalidInput", iam.tag_role, RoleName="r1", Tags=reserved)
    refused("NoSuchEntity", iam.tag_role, RoleName="none", Tags=tags(1))
    iam.untag_role(RoleName="r2", TagKeys=[tag["Key"] for tag in tags(47, "more")])
    refused("NoSuchEntity", iam.untag_role, RoleName="none", TagKeys=["a"])
    same("ListRoleTags", iam.list_role_tags(RoleName="r2")["Tags"], tags(3))
    refused("NoSuchEntity", iam.list_role_tags, RoleName="none")

    iam.create_role(RoleName="gone", AssumeRolePolicyDocument=trust())
    iam.put_role_policy(RoleName="gone", PolicyName="p", PolicyDocument=document())
    refused("DeleteConflict", iam.delete_role, RoleName="gone")
    iam.delete_role_policy(RoleName="gone", PolicyName="p")
    iam.delete_role(RoleName="gone")
    refused("NoSuchEntity", iam.delete_role, RoleName="gone")


def service_linked(iam):
    role = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    name = role["RoleName"]
    refused("InvalidInput", iam.create_service_linked_role, AWSServiceName="ecs.amazonaws.com")
    refused("InvalidInput", iam.create_service_linked_role, AWSServiceName="nothing.amazonaws.com")
    s3_reader = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    for call, more in [
        (iam.update_role, {"MaxSessionDuration": 7200}),
        (iam.update_role_description, {"Description": "new"}),
        (iam.update_assume_role_policy, {"PolicyDocument": trust()}),
        (iam.put_role_policy, {"PolicyName": "p", "PolicyDocument": document()}),
        (iam.delete_role_policy, {"PolicyName": "p"}),
        (iam.attach_role_policy, {"PolicyArn": s3_reader}),
        (iam.detach_role_policy, {"PolicyArn": role_policy(iam, name)}),
        (iam.put_role_permissions_boundary, {"PermissionsBoundary": s3_reader}),
        (iam.delete_role_permissions_boundary, {}),
        (iam.delete_role, {}),
    ]:
        refused("UnmodifiableEntity", call, RoleName=name, **more)
    iam.create_instance_profile(InstanceProfileName="services")
    services = {"InstanceProfileName": "services", "RoleName": name}
    refused("UnmodifiableEntity", iam.add_role_to_instance_profile, **services)
    iam.delete_instance_profile(InstanceProfileName="services")
    refused("InvalidInput", iam.get_service_linked_role_deletion_status, DeletionTaskId="task/none")
    task = iam.delete_service_linked_role(RoleName=name)["DeletionTaskId"]
    same("Status", iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"], "SUCCEEDED")
    refused("NoSuchEntity", iam.get_service_linked_role_deletion_status, DeletionTaskId=task[:-1] + "?")
    refused("NoSuchEntity", iam.delete_service_linked_role, RoleName=name)


def role_policy(iam, name):
    return iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"][0]["PolicyArn"]


def instance_profiles(iam):
    for number in range(1, 4):
        iam.create_instance_profile(InstanceProfileName=f"ip{number}", Tags=tags(3))
        iam.add_role_to_instance_profile(InstanceProfileName=f"ip{number}", RoleName="r1")
    refused("EntityAlreadyExists", iam.create_instance_profile, InstanceProfileName="ip1")
    reserved = [{"Key": "aws:x", "Value": ""}]
    refused("InvalidInput", iam.create_instance_profile, InstanceProfileName="x", Tags=reserved)
    refused("LimitExceeded", iam.add_role_to_instance_profile, InstanceProfileName="ip1", RoleName="r2")
    refused("NoSuchEntity", iam.add_role_to_instance_profile, InstanceProfileName="none", RoleName="r2")
    same("Roles", iam.get_instance_profile(InstanceProfileName="ip1")["InstanceProfile"]["Roles"][0]["RoleName"], "r1")
    iam.get_waiter("instance_profile_exists").wait(InstanceProfileName="ip1")
    refused("NoSuchEntity", iam.get_instance_profile, InstanceProfileName="none")
    same("InstanceProfiles", len(iam.list_instance_profiles()["InstanceProfiles"]), 3)
    same("ForRole", len(iam.list_instance_profiles_for_role(RoleName="r1")["InstanceProfiles"]), 3)
    refused("DeleteConflict", iam.delete_instance_profile, InstanceProfileName="ip1")
    iam.create_instance_profile(InstanceProfileName="gone")
    iam.add_role_to_instance_profile(InstanceProfileName="gone", RoleName="r2")
    iam.remove_role_from_instance_profile(InstanceProfileName="gone", RoleName="r2")
    refused("NoSuchEntity", iam.remove_role_from_instance_profile, InstanceProfileName="gone", RoleName="r2")
    iam.delete_instance_profile(InstanceProfileName="gone")
    refused("NoSuchEntity", iam.delete_instance_profile, InstanceProfileName="gone")
