"""Instances as records, and what happened, as CloudTrail tells it."""

import json
from datetime import timezone

from harness import client, has, refused, same


def run():
    ec2 = client("ec2")
    same("Regions", "us-east-1" in {region["RegionName"] for region in ec2.describe_regions()["Regions"]}, True)
    found = [each for one in ec2.describe_instances()["Reservations"] for each in one["Instances"]]
    same("Instances", len(found), 2)
    named = ec2.describe_instances(Filters=[{"Name": "tag:Name", "Values": ["web"]}])["Reservations"]
    same("web", len(named), 1)
    refused("InvalidInstanceID.NotFound", ec2.describe_instances, InstanceIds=["i-00000000000000000"])
    refused("InvalidInstanceID.Malformed", ec2.describe_instances, InstanceIds=["i-123"])
    refused("DryRunOperation", ec2.describe_instances, DryRun=True)
    instances(ec2)
    if has("cloudtrail", "LookupEvents"):
        events()


def instances(ec2):
    made = ec2.run_instances(ImageId="ami-12345678", MinCount=3, MaxCount=3, InstanceType="t3.micro")["Instances"]
    ids = [instance["InstanceId"] for instance in made]
    same("made", len(ids), 3)
    refused("DryRunOperation", ec2.run_instances, ImageId="ami-12345678", MinCount=1, MaxCount=1, DryRun=True)
    tags = [{"Key": "team", "Value": "a"}]
    ec2.create_tags(Resources=ids, Tags=tags)
    asked = [{"Name": "key", "Values": ["team"]}]
    same("Tags", {tag["ResourceId"] for tag in ec2.describe_tags(Filters=asked)["Tags"]}, set(ids))
    ec2.delete_tags(Resources=ids[:1], Tags=tags)
    same("Tags", len(ec2.describe_tags(Filters=asked)["Tags"]), 2)
    named = [{"ResourceType": "instance", "Tags": tags}]
    for _ in range(6):
        ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, TagSpecifications=named)
    ec2.stop_instances(InstanceIds=ids[:1])
    ec2.start_instances(InstanceIds=ids[:1])
    ec2.terminate_instances(InstanceIds=ids[:1])
    refused("InvalidInstanceID.NotFound", ec2.terminate_instances, InstanceIds=["i-00000000000000000"])
    refused("InvalidInstanceID.Malformed", ec2.stop_instances, InstanceIds=["i-123"])
    refused("MissingParameter", ec2.terminate_instances)


def events():
    trail = client("cloudtrail")
    asked = [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    found = trail.lookup_events(LookupAttributes=asked)["Events"]
    same("EventName", {event["EventName"] for event in found}, {"CreateUser"})
    refused("InvalidMaxResultsException", trail.lookup_events, MaxResults=51)
    refused("InvalidNextTokenException", trail.lookup_events, NextToken="nothing")
    refused("InvalidTimeRangeException", trail.lookup_events, StartTime=2_000_000_000, EndTime=1_000_000_000)
    refused("InvalidEventCategoryException", trail.lookup_events, EventCategory="management")
    newest = json.loads(found[0]["CloudTrailEvent"])
    same("eventID", newest["eventID"], found[0]["EventId"])
    same("eventTime", newest["eventTime"], found[0]["EventTime"].astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"))
    same("arn", newest["userIdentity"]["arn"].startswith("arn:aws:"), True)
    since = trail.lookup_events(StartTime=found[-1]["EventTime"], LookupAttributes=asked)["Events"]
    same("since", [event["EventId"] for event in since], [event["EventId"] for event in found])
    bad = [{"AttributeKey": "Colour", "AttributeValue": "x"}]
    refused("InvalidLookupAttributesException", trail.lookup_events, LookupAttributes=bad)
