"""Goal: the executable's manners: exit codes, where it writes, how it answers wrong usage.

Method: run it without any broker; nothing here needs one but the closed pipe.
"""

import os
import signal
import subprocess

import pytest
from support import paths, program

COMMANDS = ["config", "consume", "create-topic", "generate", "produce", "produce-test", "report",
            "serve", "state"]


def test_version(gamevents):
    done = gamevents("--version")
    assert done.stdout.decode().startswith("gamevents ")
    assert done.stderr == b""


def test_help_names_every_command(gamevents):
    text = gamevents("--help").stdout.decode()
    for command in COMMANDS:
        assert f"  {command} " in text


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_ends_with_examples(gamevents, command):
    text = gamevents(command, "--help").stdout.decode()
    assert "Examples:" in text
    assert f"gamevents {command}" in text


@pytest.mark.parametrize("args, says", [
    ([], "gamevents"),
    (["consum"], "consume"),
    (["serve", "--prot", "1"], "--port"),
    (["serve", "unwanted"], "unwanted"),
    (["--set", "serve.prot=1", "config", "show"], "serve.port"),
    (["--set", "serve.port=notanumber", "config", "show"], "serve.port"),
    (["--set", "serve.port=65536", "config", "show"], "serve.port"),
    (["--set", "serve.port", "config", "show"], "serve.port"),
    (["--color", "purple", "config", "show"], "purple"),
    (["consume", "-o", "yesterday"], "yesterday"),
    (["consume", "--where", "a ="], "--where"),
    (["produce-test", "--acks", "2"], "2"),
], ids=lambda value: " ".join(value) if isinstance(value, list) else None)
def test_wrong_usage(gamevents, args, says):
    done = gamevents(*args, check=False)
    assert done.returncode == 2, done.stderr
    assert done.stdout == b""
    assert says in done.stderr.decode()


def test_wrong_configuration_names_file_line_and_key(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("kafka:\n  topic: eventsForm\nserve:\n  prot: 1\n")
    done = gamevents("config", "check", check=False)
    assert done.returncode == 2
    assert "gamevents.yaml:4" in done.stderr.decode()
    assert "serve.port" in done.stderr.decode()


def test_a_missing_configuration_file_is_wrong_usage(gamevents):
    done = gamevents("--config", "nowhere.yaml", "config", "show", check=False)
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr.decode()


def test_no_broker_fails_with_the_address(gamevents):
    done = gamevents("--set", "kafka.timeout=1s", "consume", "--from-beginning", check=False,
                     timeout=30)
    assert done.returncode == 1
    assert done.stdout == b""
    assert program.NOWHERE in done.stderr.decode()


def test_a_port_in_use_fails_with_the_address(serve, gamevents, topic):
    server = serve()
    done = gamevents("serve", "--port", server.port, check=False, timeout=30)
    assert done.returncode == 1
    assert f":{server.port}" in done.stderr.decode()


def test_a_closed_pipe_ends_consume_quietly(topic, broker, gamevents, kcat, tmp_path):
    lines = b"".join(b"%d\n" % number for number in range(100_000))
    kcat("-P", "-t", topic, input=lines)
    process = subprocess.Popen(
        [paths.executable(), "consume", "--from-beginning"], stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
        env=program.environment(tmp_path, broker.brokers, topic, None))
    try:
        assert process.stdout.readline() == b"0\n"
        process.stdout.close()  # As `| head -1` does.
        stderr = process.stderr.read()
        assert process.wait(30) == 0, stderr
    finally:
        process.kill()
        process.wait(10)
        process.stderr.close()
    assert b"ipe" not in stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_serve_with_0(serve, topic, number):
    server = serve()
    assert server.request("/").status == 200
    os.kill(server.pid, number)
    assert server.process.wait(30) == 0, server.stderr
