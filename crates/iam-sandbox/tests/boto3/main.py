"""The real boto3 and the real AWS CLI against the sandbox: every operation that it in one process.

The sandbox's table comes in SANDBOX_OPERATIONS, one `service Operation` a line. What is wrong is printed, all of it.
"""

import sys
import traceback

import botocore.session

import account
import cli
import ec2
import groups
import pages
import policies
import roles
import s3
import s3_more
import sign_in
import story
import sts
import unanswered
import users
from harness import BY_CLI, OPERATIONS, SERVICES, failed, problems, succeeded

# The later ones are about what the earlier ones made.
THROUGH_CLI = (users, sign_in, groups, roles, policies, account, sts, s3, s3_more, ec2)
ALL = (users, sign_in, groups, roles, policies, account, sts, s3, s3_more, ec2, pages, cli, story)


def declared():
    session = botocore.session.get_session()
    for service in SERVICES:
        model = session.get_service_model(service)
        for operation in (name for other, name in OPERATIONS if other == service):
            for error in model.operation_model(operation).error_shapes:
                code = error.metadata.get("error", {}).get("code", error.name)
                yield service, operation, code


def main():
    for cases in THROUGH_CLI if BY_CLI else ALL:
        try:
            cases.run()
        except Exception:
            problems.append(traceback.format_exc())
    for service, operation in OPERATIONS:
        if (service, operation) not in succeeded and operation not in unanswered.ALWAYS_REFUSED:
            problems.append(f"{service} {operation} has never succeeded: it needs a case")
    known = set(declared())
    for error in sorted(known - failed):
        if not unanswered.excused(*error):
            problems.append(f"{' '.join(error)} was never answered: it needs a case, or a reason in unanswered.py")
    for error in sorted(known & failed):
        if unanswered.excused(*error):
            problems.append(f"{' '.join(error)} was answered: unanswered.py is wrong")
    for problem in dict.fromkeys(problems):
        print(problem)
    print(f"{len(succeeded)} operations, {len(failed)} kinds of refusals", file=sys.stderr)
    sys.exit(1 if problems else 0)


main()
