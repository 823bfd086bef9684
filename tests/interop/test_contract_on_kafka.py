"""Goal: what the contract tests say of core/kafka's interfaces holds with Apache Kafka, too.

Method: the unit tests' own program, with the cases of the contract alone, told to use librdkafka
with Kafka in place of a broker of its own. GAMEVENTS_CONTRACT_TESTS names the program.
"""

import os
import pathlib
import re
import subprocess

import pytest
from support import paths, processes

PROGRAM = pathlib.Path(os.environ.get("GAMEVENTS_CONTRACT_TESTS", paths.ROOT / "build" / "asan"
                                      / "tests" / "unit" / "embedded" / "unit_embedded"))


@pytest.mark.timeout(300)
def test_the_contract_holds_with_kafka(kafka):
    done = subprocess.run([PROGRAM, "[contract]"], capture_output=True, text=True, timeout=240,
                          env=os.environ | {"GAMEVENTS_CONTRACT_BROKERS": kafka.brokers},
                          preexec_fn=processes.die_with_parent)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"All tests passed \((\d+) assertions in (\d+) test cases\)", done.stdout)
    assert passed and int(passed[2]) >= 10, done.stdout
