"""Goal: `gamevents doctor` sees of a real Kafka what there is, and the same of our broker.

Method: both brokers with a topic of two partitions and a record; Kafka's requests are all known,
and its topic is looked at as configured and as not.
"""

import json

import pytest


@pytest.fixture
def doctor(gamevents, topic):
    """doctor(*args): the lines of each check, and the exit code."""
    def run(*args):
        done = gamevents("--set", "serve.port=0", *args, "doctor", "--format", "json", check=False)
        lines: dict = {}
        for line in json.loads(done.stdout):
            lines.setdefault(line["check"], []).append(line)
        return lines, done.returncode
    return run


def test_a_broker_that_is_well(broker, topic, gamevents, doctor):
    gamevents("produce", input=b'{"event_type":"default"}\n')
    lines, code = doctor()
    assert code == 0, lines
    (line,) = lines["broker"]
    assert (line["verdict"], line["subject"]) == ("ok", broker.brokers)
    assert line["found"].startswith("1 broker, cluster ")
    assert "does not know" not in line["found"]
    assert lines["topic"][0]["found"] == "1 partition of 1 replica"
    assert lines["clock"][0]["found"].startswith("the newest record is of 20")
    assert lines["clock"][0]["verdict"] == "ok"
    lines, code = doctor("--set", f"kafka.topic={topic}-nowhere")
    assert code == 1
    assert lines["topic"][0]["remedy"] == f"make it: gamevents create-topic {topic}-nowhere"
    # Asking did not make it.
    assert gamevents("topics", f"{topic}-nowhere", check=False).returncode == 1


def test_replicas_that_are_missing(broker, topic, doctor):
    lines, code = doctor("--set", "kafka.replication_factor=3")
    assert code == 0
    assert lines["topic"][0]["verdict"] == "warning"
    assert "kafka.replication_factor is 3" in lines["topic"][0]["found"]
