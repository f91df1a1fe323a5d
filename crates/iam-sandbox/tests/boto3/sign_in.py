"""Passwords and virtual MFA devices."""

import base64
import hmac
import os
import time

from harness import BY_CLI, ACCOUNT, client, credentials, document, refused, same, tags

PASSWORD = "Long-enough-{}!".format


def run():
    iam = client("iam")
    passwords(iam)
    password_policy(iam)
    mfa(iam)


def passwords(iam):
    made = iam.create_login_profile(UserName="u1", Password=PASSWORD(1))["LoginProfile"]
    same("LoginProfile", (made["UserName"], made["PasswordResetRequired"]), ("u1", False))
    refused("EntityAlreadyExists", iam.create_login_profile, UserName="u1", Password=PASSWORD(1))
    refused("NoSuchEntity", iam.create_login_profile, UserName="nobody", Password=PASSWORD(1))
    refused("PasswordPolicyViolation", iam.create_login_profile, UserName="u2", Password="x")
    iam.get_login_profile(UserName="u1")
    refused("NoSuchEntity", iam.get_login_profile, UserName="u2")
    iam.update_login_profile(UserName="u1", Password=PASSWORD(2))
    refused("NoSuchEntity", iam.update_login_profile, UserName="u2", Password=PASSWORD(2))
    refused("PasswordPolicyViolation", iam.update_login_profile, UserName="u1", Password="x")
    iam.put_user_policy(UserName="u1", PolicyName="own", PolicyDocument=document(action="iam:*"))
    own = client("iam", credentials(renewed(iam, "u1")))
    own.change_password(OldPassword=PASSWORD(2), NewPassword=PASSWORD(3))
    refused("AccessDenied", own.change_password, OldPassword=PASSWORD(2), NewPassword=PASSWORD(4))
    refused("PasswordPolicyViolation", own.change_password, OldPassword=PASSWORD(3), NewPassword="x")
    refused("InvalidUserType", client("iam", root()).change_password, OldPassword="a", NewPassword=PASSWORD(3))
    iam.delete_login_profile(UserName="u1")
    refused("NoSuchEntity", iam.delete_login_profile, UserName="u1")
    refused("NoSuchEntity", own.change_password, OldPassword=PASSWORD(3), NewPassword=PASSWORD(4))
    iam.delete_user_policy(UserName="u1", PolicyName="own")


def renewed(iam, user):
    """A new key of a user, in the place of the others."""
    for key in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])
    iam.create_access_key(UserName=user)
    return iam.create_access_key(UserName=user)["AccessKey"]


def root():
    return {
        "aws_access_key_id": os.environ["ROOT_ACCESS_KEY_ID"],
        "aws_secret_access_key": os.environ["ROOT_SECRET_ACCESS_KEY"],
    }


def password_policy(iam):
    refused("NoSuchEntity", iam.get_account_password_policy)
    refused("NoSuchEntity", iam.delete_account_password_policy)
    iam.update_account_password_policy(MinimumPasswordLength=20, RequireSymbols=True)
    policy = iam.get_account_password_policy()["PasswordPolicy"]
    same("MinimumPasswordLength", policy["MinimumPasswordLength"], 20)
    refused("PasswordPolicyViolation", iam.create_login_profile, UserName="u2", Password=PASSWORD(1))
    iam.delete_account_password_policy()


def codes(seed, at):
    """The codes of two steps, one after the other (RFC 6238)."""
    step = int(at) // 30
    for number in (step, step + 1):
        digest = hmac.digest(base64.b32decode(seed), number.to_bytes(8), "sha1")
        offset = digest[-1] & 15
        yield f"{(int.from_bytes(digest[offset:offset + 4]) & 0x7FFFFFFF) % 1_000_000:06}"


def mfa(iam):
    devices = []
    for number in range(10):
        name = f"device{number}"
        devices.append(iam.create_virtual_mfa_device(VirtualMFADeviceName=name, Tags=tags(3))["VirtualMFADevice"])
    if not BY_CLI:  # which writes it into a file, or the seed
        same("png", devices[0]["QRCodePNG"][:4], b"\x89PNG")
    refused("EntityAlreadyExists", iam.create_virtual_mfa_device, VirtualMFADeviceName="device1")
    reserved = [{"Key": "aws:x", "Value": ""}]
    refused("InvalidInput", iam.create_virtual_mfa_device, VirtualMFADeviceName="x", Tags=reserved)

    def both(device):
        first, second = codes(device["Base32StringSeed"], time.time())
        return {"AuthenticationCode1": first, "AuthenticationCode2": second}

    wrong = {"AuthenticationCode1": "000000", "AuthenticationCode2": "000000"}
    of_user = [{"UserName": "u3", "SerialNumber": device["SerialNumber"]} for device in devices]
    nobody = {"UserName": "u3", "SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/none"}
    refused("InvalidAuthenticationCode", iam.enable_mfa_device, **of_user[0], **wrong)
    refused("NoSuchEntity", iam.enable_mfa_device, **nobody, **wrong)
    for number in range(8):
        iam.enable_mfa_device(**of_user[number], **both(devices[number]))
    refused("EntityAlreadyExists", iam.enable_mfa_device, **of_user[0], **both(devices[0]))
    refused("LimitExceeded", iam.enable_mfa_device, **of_user[8], **both(devices[8]))
    same("MFADevices", len(iam.list_mfa_devices(UserName="u3")["MFADevices"]), 8)
    refused("NoSuchEntity", iam.list_mfa_devices, UserName="nobody")
    same("GetMFADevice", iam.get_mfa_device(**of_user[0])["UserName"], "u3")
    refused("NoSuchEntity", iam.get_mfa_device, **nobody)
    iam.resync_mfa_device(**of_user[0], **both(devices[0]))
    refused("InvalidAuthenticationCode", iam.resync_mfa_device, **of_user[0], **wrong)
    refused("NoSuchEntity", iam.resync_mfa_device, **nobody, **wrong)
    same("Unassigned", len(iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"]), 2)
    refused("DeleteConflict", iam.delete_virtual_mfa_device, SerialNumber=devices[7]["SerialNumber"])
    iam.deactivate_mfa_device(**of_user[7])
    refused("NoSuchEntity", iam.deactivate_mfa_device, **of_user[7])
    iam.delete_virtual_mfa_device(SerialNumber=devices[7]["SerialNumber"])
    refused("NoSuchEntity", iam.delete_virtual_mfa_device, SerialNumber=devices[7]["SerialNumber"])
