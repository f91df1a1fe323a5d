"""Groups and who is in them."""

from harness import client, document, refused, same


def run():
    iam = client("iam")
    for number in range(1, 4):
        iam.create_group(GroupName=f"g{number}", Path="/team/")
    refused("EntityAlreadyExists", iam.create_group, GroupName="G1")
    same("ListGroups", [g["GroupName"] for g in iam.list_groups(PathPrefix="/team/")["Groups"]], ["g1", "g2", "g3"])
    for user in ("u1", "u2", "u3"):
        iam.add_user_to_group(GroupName="g1", UserName=user)
    same("GetGroup", [u["UserName"] for u in iam.get_group(GroupName="g1")["Users"]], ["u1", "u2", "u3"])
    refused("NoSuchEntity", iam.get_group, GroupName="none")
    refused("NoSuchEntity", iam.add_user_to_group, GroupName="none", UserName="u1")
    for number in range(9):
        iam.create_group(GroupName=f"many{number}")
        iam.add_user_to_group(GroupName=f"many{number}", UserName="u2")
    refused("LimitExceeded", iam.add_user_to_group, GroupName="g2", UserName="u2")
    same("ListGroupsForUser", len(iam.list_groups_for_user(UserName="u2")["Groups"]), 10)
    refused("NoSuchEntity", iam.list_groups_for_user, UserName="nobody")
    iam.remove_user_from_group(GroupName="g1", UserName="u3")
    refused("NoSuchEntity", iam.remove_user_from_group, GroupName="g1", UserName="u3")
    refused("DeleteConflict", iam.delete_group, GroupName="g1")
    iam.create_group(GroupName="gone")
    iam.put_group_policy(GroupName="gone", PolicyName="p", PolicyDocument=document())
    refused("DeleteConflict", iam.delete_group, GroupName="gone")
    iam.delete_group_policy(GroupName="gone", PolicyName="p")
    iam.update_group(GroupName="gone", NewGroupName="going", NewPath="/x/")
    refused("NoSuchEntity", iam.update_group, GroupName="gone", NewGroupName="x")
    refused("EntityAlreadyExists", iam.update_group, GroupName="going", NewGroupName="g1")
    iam.update_group(GroupName="going", NewGroupName="gone")
    iam.delete_group(GroupName="gone")
    refused("NoSuchEntity", iam.delete_group, GroupName="gone")
