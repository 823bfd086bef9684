"""Goal: `gamevents doctor` tells what is well, what is not and what to do; it changes nothing, and
disturbs nobody.

Method: each check is provoked by the fault that it is there for, over an embedded broker of its
own, a running `serve` or a port of the test's; the answer is parsed. What is to be left alone is
compared before and after.
"""

import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import time

import pytest
from support import certificates, paths, processes, program, small_disk
from support.certificates import Certificate, authority, own  # noqa: F401  (fixtures)

OK, FAILED, USAGE = 0, 1, 2
NEVER = "127.0.0.1:1"


class Doctor:
    """What doctor has found: the lines of a check, by its name."""

    def __init__(self, done: subprocess.CompletedProcess):
        self.code = done.returncode
        self.stderr = done.stderr.decode()
        self.lines = json.loads(done.stdout)

    def of(self, check: str) -> list[dict]:
        return [line for line in self.lines if line["check"] == check]

    def the(self, check: str, verdict: str) -> dict:
        """The one line of the check with that verdict; its remedy is there unless all is well."""
        (line,) = [line for line in self.of(check) if line["verdict"] == verdict]
        assert (line["remedy"] is None) == (verdict == "ok")
        return line


@pytest.fixture
def doctor(tmp_path):
    """doctor(*args, **options): what is found with these settings, as a Doctor."""
    def run(*args, brokers="embedded", topic="events", **options):
        ports = ["--set", "serve.port=0", "--set", "embedded.listen=127.0.0.1:0"]
        return Doctor(program.run([*ports, *args, "doctor", "--format", "json"], home=tmp_path,
                                  brokers=brokers, topic=topic, check=False, **options))
    return run


@pytest.fixture
def alone(tmp_path):
    """alone(*args, **options): runs a command over the embedded broker of `tmp_path`."""
    def run(*args, **options):
        return program.run(args, home=tmp_path, brokers="embedded", topic="events", **options)
    return run


@pytest.fixture
def listener():
    """A port that this test listens on."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made.getsockname()[1]


def settings(**values) -> list[str]:
    """settings(serve_port=1): --set serve.port=1. A second underscore stays."""
    return [word for name, value in values.items()
            for word in ("--set", f"{name.replace('_', '.', 1)}={value}")]


def everything_below(folder: pathlib.Path) -> dict:
    """Each file's content and times."""
    return {path: (path.stat().st_mtime_ns, path.read_bytes() if path.is_file() else None)
            for path in folder.rglob("*")}


def test_a_new_machine_is_well_and_stays_as_it_is(doctor, tmp_path):
    before = everything_below(tmp_path)
    found = doctor()
    assert found.code == OK
    assert {line["verdict"] for line in found.lines} <= {"ok", "warning"}
    assert "is not there yet" in found.the("data directory", "ok")["found"]
    assert "not running" in found.the("broker", "ok")["found"]
    assert everything_below(tmp_path) == before


def test_the_text_has_a_line_for_each_and_the_remedy_below(tmp_path, listener):
    done = program.run(["--set", f"serve.port={listener}", "doctor"], home=tmp_path,
                       brokers="embedded", topic="events", check=False)
    assert done.returncode == FAILED
    text = done.stdout.decode()
    assert re.search(r"^ok       configuration +no file: \d+ keys are set$", text, re.MULTILINE)
    assert re.search(rf"^failed   HTTP port +serve.port 127.0.0.1:{listener}: in use by process "
                     rf"{os.getpid()} .*\n         set serve.port to another port", text,
                     re.MULTILINE)
    for line in text.splitlines():
        assert line.startswith(("ok  ", "warning  ", "failed  ", "         "))


def test_a_configuration_with_mistakes_has_a_line_for_each(doctor, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("serve:\n  prot: 1\n  threads: many\n")
    found = doctor()
    assert found.code == USAGE
    assert [line["found"].split(": ")[0] for line in found.lines] == [
        "gamevents.yaml:2:3", "gamevents.yaml:3:12"]
    assert all(line["verdict"] == "failed" and line["remedy"] for line in found.lines)
    (tmp_path / "gamevents.yaml").write_text("serve: {port: [")
    found = doctor()
    assert (found.code, found.lines[0]["verdict"]) == (USAGE, "failed")


def test_files_that_are_named_are_looked_at(doctor, tmp_path):
    (tmp_path / "keys").write_text("what is this\n")
    found = doctor(*settings(serve_api_keys_file="keys", catalogue_file="nowhere.yaml"))
    assert found.code == FAILED
    assert {line["subject"] for line in found.of("files")} == {
        "serve.api_keys_file keys", "catalogue.file nowhere.yaml"}
    assert all(line["verdict"] == "failed" and line["remedy"] for line in found.of("files"))
    (tmp_path / "keys").write_text("0" * 64 + " game\n")
    assert doctor(*settings(serve_api_keys_file="keys")).the("files", "ok")["subject"] == (
        "serve.api_keys_file keys")


def test_secret_files_that_others_can_read(doctor, own, tmp_path):  # noqa: F811
    key = tmp_path / "server.key"
    shutil.copy(own.key, key)
    key.chmod(0o600)
    tls = ["--set", f"serve.tls.certificate={own.certificate}", "--set", f"serve.tls.key={key}"]
    assert [line["verdict"] for line in doctor(*tls).of("secrets")] == ["ok"]
    key.chmod(0o644)
    line = doctor(*tls).the("secrets", "warning")
    assert "every user may read it" in line["found"]
    subprocess.run(["sh", "-c", line["remedy"]], check=True)
    assert doctor(*tls).the("secrets", "ok")

    config = tmp_path / "gamevents.yaml"
    config.write_text("kafka: {properties: {sasl.password: hunter2}}\n")
    config.chmod(0o644)
    found = doctor()
    assert found.the("secrets", "warning")["subject"] == "--config gamevents.yaml"
    assert "hunter2" not in json.dumps(found.lines) + found.stderr

    keys = tmp_path / "keys"
    keys.write_text("0" * 64 + " game\n")
    keys.chmod(0o644)  # hashes, which may be read
    config.unlink()
    assert doctor(*settings(serve_api_keys_file=keys)).the("secrets", "ok")
    keys.chmod(0o646)
    line = doctor(*settings(serve_api_keys_file=keys)).the("secrets", "warning")
    assert "may change it" in line["found"]


@pytest.mark.parametrize(("days", "verdict", "found"), [
    (-1, "failed", "it has ended"), (5, "failed", "4 days left"), (20, "warning", "19 days left"),
    (200, "ok", "199 days left")])
def test_a_certificate_ends(doctor, tmp_path, days, verdict, found):
    issuer = Certificate(tmp_path, "issuer", days=300)
    certificate = Certificate(tmp_path, "localhost", issuer=issuer, days=days)
    line = doctor(*certificate.settings("serve.tls")).the("certificates", verdict)
    assert found in line["found"]
    assert "CN=localhost" in line["found"]


def test_a_certificate_with_another_key_or_chain(doctor, own, authority, tmp_path):  # noqa: F811
    swapped = ["--set", f"serve.tls.certificate={own.certificate}", "--set",
               f"serve.tls.key={authority.key}"]
    line = doctor(*swapped).the("certificates", "failed")
    assert "does not belong to the certificate" in line["found"]
    missing = [*own.settings("serve.tls"), "--set", "serve.tls.key=nowhere"]
    assert "No such file" in doctor(*missing).the("certificates", "failed")["found"]
    no_ca = [*own.settings("serve.tls"), "--set", "serve.tls.client_ca=nowhere"]
    assert "client_ca" in doctor(*no_ca).the("certificates", "failed")["found"]

    issuer = Certificate(tmp_path, "issuer", days=300)
    leaf = Certificate(tmp_path, "leaf", issuer=issuer, days=200)
    leaf.certificate.write_bytes(leaf.certificate.read_bytes() + own.certificate.read_bytes())
    line = doctor(*leaf.settings("serve.tls")).the("certificates", "failed")
    assert "is not of its issuer" in line["found"]
    leaf.certificate.write_bytes(certificates.openssl("x509", "-in", leaf.certificate).stdout +
                                 issuer.certificate.read_bytes())
    line = doctor(*leaf.settings("serve.tls")).the("certificates", "ok")
    assert "not known here" in line["found"]


def test_a_data_directory_that_cannot_be_used(doctor, tmp_path):
    other = tmp_path / "photos"
    other.mkdir()
    (other / "cat.jpg").write_bytes(b"")
    line = doctor(*settings(embedded_data_dir=other)).the("data directory", "failed")
    assert "cat.jpg" in line["found"]
    (tmp_path / "file").write_bytes(b"")
    line = doctor(*settings(embedded_data_dir=tmp_path / "file" / "data")).the(
        "data directory", "failed")
    assert "Not a directory" in line["found"]


def test_a_data_directory_of_a_newer_format(doctor, alone, tmp_path):
    alone("create-topic")
    meta = tmp_path / "gamevents" / "meta.properties"
    meta.write_text(meta.read_text().replace("version=1", "version=7"))
    line = doctor().the("data directory", "failed")
    assert "format version 7 is newer than 1" in line["found"]
    assert "use the release that wrote it" in line["found"]
    # Every command says the same.
    done = alone("consume", check=False)
    assert b"format version 7 is newer than 1: use the release that wrote it" in done.stderr


def test_a_disk_that_is_full(tmp_path):
    done = subprocess.run(
        [*small_disk.in_small_disk(tmp_path, "40m"), paths.executable(), "--set",
         "embedded.data_dir=" + str(tmp_path / "data"), "--set", "serve.port=0", "--set",
         "embedded.listen=127.0.0.1:0", "doctor", "--format", "json"],
        capture_output=True, timeout=60, cwd="/", env=program.environment(
            tmp_path, "embedded", "events", {}))
    found = Doctor(done)
    line = found.the("disk room", "failed")
    assert found.code == FAILED
    assert re.search(r"of 40\.0 MiB free, less than 192\.0 MiB", line["found"])
    assert "embedded.retention_size" in line["remedy"]


def test_retention_that_the_disk_has_no_room_for(doctor):
    assert doctor().of("disk room")[0]["verdict"] in ("ok", "warning")
    line = doctor(*settings(embedded_retention_size="900TiB")).the("disk room", "warning")
    assert "900.0 TiB" in line["found"] or "free" in line["found"]


def test_ports_that_somebody_else_has(doctor, listener):
    line = doctor(*settings(serve_port=listener)).the("HTTP port", "failed")
    assert f"in use by process {os.getpid()} " in line["found"]
    line = doctor(*settings(embedded_listen=f"127.0.0.1:{listener}")).the("broker ports", "failed")
    assert "embedded.listen" in line["remedy"]
    line = doctor(*settings(serve_host="203.0.113.1", serve_port=1)).the("HTTP port", "failed")
    assert "203.0.113.1" in line["found"]
    free = processes.free_port()
    assert doctor(*settings(serve_port=free)).the("HTTP port", "ok")["found"] == "free"


def test_beside_a_running_server(serve, doctor, tmp_path):
    port, kafka_port = processes.free_port(), processes.free_port()
    listen = settings(embedded_listen=f"127.0.0.1:{kafka_port}")
    server = serve(*listen, brokers="embedded", topic="events", port=port)
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    assert server.request("/purchase_a_sword/divya").status == 200
    lock = tmp_path / "gamevents" / "LOCK"
    before = lock.stat().st_mtime_ns
    errors = len(server.stderr)
    for _ in range(3):
        found = doctor(*listen, "--set", f"serve.port={port}")
        assert found.code == OK, found.lines
    pid = server.process.pid
    for check in ("data directory", "HTTP port", "broker ports"):
        assert f"process {pid} (gamevents serve" in found.the(check, "ok")["found"]
    assert "1 broker, cluster " in found.the("broker", "ok")["found"]
    assert found.the("topic", "ok")["found"] == "1 partition of 1 replica"
    assert "the newest record is of 20" in found.the("clock", "ok")["found"]
    assert f"process {pid} " in found.the("running", "ok")["subject"]
    assert lock.stat().st_mtime_ns == before
    assert server.stderr[errors:] == ""
    # A serve over another data directory is not the one that is expected there.
    other = doctor(*settings(serve_port=port, embedded_data_dir=tmp_path / "other"))
    assert "another data directory" in other.the("HTTP port", "failed")["found"]


def test_an_executable_that_was_replaced(serve, doctor, tmp_path):
    copy = tmp_path / "bin" / "gamevents"
    copy.parent.mkdir()
    shutil.copy(paths.executable(), copy)
    server = serve("--set", "embedded.listen=127.0.0.1:0", brokers="embedded", topic="events",
                   launcher=["sh", "-c", f'shift; exec {copy} "$@"', "sh"])
    copy.unlink()
    line = doctor().the("running", "warning")
    assert "replaced" in line["found"]
    assert server.stop() == 0


def test_brokers_that_do_not_answer(doctor):
    begun = time.monotonic()
    found = doctor(brokers=NEVER)
    assert found.code == FAILED
    assert NEVER in found.the("broker", "failed")["found"]
    assert "kafka.brokers" in found.the("broker", "failed")["remedy"]
    # It is said once.
    assert found.of("topic") == []
    found = doctor(*settings(forward_brokers=NEVER))
    assert NEVER in found.the("forwarding", "failed")["found"]
    assert "forward.brokers" in found.the("forwarding", "failed")["remedy"]
    assert time.monotonic() - begun < 40


def test_a_broker_that_is_silent_is_given_up(doctor, listener):
    """A port that takes connections and never answers. Each check has its own time, so the whole
    does not take longer than the slowest."""
    begun = time.monotonic()
    found = doctor(*settings(forward_brokers=f"127.0.0.1:{listener}"),
                   brokers=f"127.0.0.1:{listener}")
    assert found.code == FAILED
    assert found.the("broker", "failed") and found.the("forwarding", "failed")
    assert time.monotonic() - begun < 20


def test_a_topic_that_is_not_as_configured(doctor, gamevents, embedded):
    name = f"doctored-{time.monotonic_ns()}"
    on = {"brokers": embedded.brokers, "topic": name}
    line = doctor(**on).the("topic", "failed")
    assert line["remedy"] == f"make it: gamevents create-topic {name}"
    gamevents("create-topic", "--partitions", 2, topic=name)
    assert doctor(**on).the("topic", "ok")["found"] == "2 partitions of 1 replica"
    line = doctor(*settings(kafka_partitions=3), **on).the("topic", "warning")
    assert "kafka.partitions is 3" in line["found"]
    line = doctor(*settings(kafka_replication_factor=3), **on).the("topic", "warning")
    assert "kafka.replication_factor is 3" in line["found"]


def test_records_of_the_future(doctor, gamevents, embedded):
    name = f"future-{time.monotonic_ns()}"
    gamevents("create-topic", topic=name)
    ahead = int(time.time() * 1000) + 3_600_000
    record = json.dumps({"partition": 0, "timestamp": ahead, "key": None, "value": "{}",
                         "headers": []}).encode()
    gamevents("produce", "--json", topic=name, input=record + b"\n")
    line = doctor(brokers=embedded.brokers, topic=name).the("clock", "warning")
    assert "which is in the future" in line["found"]


def test_too_few_open_files_and_too_little_memory(tmp_path, doctor):
    done = subprocess.run(
        ["sh", "-c", 'ulimit -n 500; exec "$@"', "sh", paths.executable(), "--set", "serve.port=0",
         "--set", "embedded.listen=127.0.0.1:0", "doctor", "--format", "json"],
        capture_output=True, timeout=60, cwd=tmp_path,
        env=program.environment(tmp_path, "embedded", "events", {}))
    line = Doctor(done).the("open files", "warning")
    assert (line["subject"], "LimitNOFILE=" in line["remedy"]) == ("this shell", True)
    assert "at most 500" in line["found"]
    line = doctor(*settings(serve_queue_bytes="64GiB", serve_request_memory="1TiB")).the(
        "memory", "warning")
    assert "serve.request_memory" in line["remedy"]


def test_spark_only_where_it_is_configured(doctor, tmp_path):
    assert doctor().of("spark") == []
    line = doctor(*settings(spark_submit="no-such-submit")).the("spark", "failed")
    assert "no-such-submit" in line["subject"]
    submit = tmp_path / "spark-submit"
    submit.write_text("#!/bin/sh\n")
    submit.chmod(0o755)
    assert doctor(*settings(spark_submit=submit)).the("spark", "ok")["found"] == str(submit)


def test_a_broker_of_another_release_is_spoken_of(serve, alone, tmp_path):
    server = serve("--set", "embedded.listen=127.0.0.1:0", brokers="embedded", topic="events")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    assert b"restart" not in alone("topics").stderr
    lock = tmp_path / "gamevents" / "LOCK"
    lock.write_text(f"{server.process.pid}\n99.0.1\n")
    said = alone("topics").stderr.decode()
    assert f"the broker of process {server.process.pid} is gamevents 99.0.1, this " in said
    assert "restart that process" in said
    lock.write_text(f"{server.process.pid}\n")  # as releases before wrote it
    assert "of an older release" in alone("topics").stderr.decode()
