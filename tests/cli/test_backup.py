"""Goal: backup and restore say what they did and what is wrong, and what was kept is there after.

Method: the executable over data directories of its own, stopped and running; the files of a backup
are damaged.
"""

import json
import random
import signal

import pytest
from support import processes, program

ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0")


@pytest.fixture
def here(tmp_path):
    """here(*args, data=None): runs the executable over the data directory `data` of the test."""
    def run(*args, data="data", **options):
        return program.run(["--set", f"embedded.data_dir={tmp_path / data}", *ANY_PORT, *args],
                           home=tmp_path, brokers="embedded", **options)
    return run


@pytest.fixture
def filled(here):
    """A topic of 42 messages, one of a purchase and a group that has read 10 of the 42."""
    here("create-topic", "eventsForm", "--partitions", "2", "--config", "retention.ms=86400000")
    here("produce-test")
    here("produce", "--topic", "game", "-K", ":",
         input=b'ann:{"event_type":"purchase_sword","purchase_user":"ann"}\n')
    here("consume", "--from-beginning", "--group", "etl", "-n", "10")
    return here


def test_a_backup_is_restored_with_its_topics_settings_groups_and_users(filled, tmp_path):
    filled("users", "add", "etl", "--role", "read")
    before = [filled(*command).stdout for command in
              (["topics", "eventsForm"], ["groups", "etl"], ["users", "list"],
               ["consume", "--from-beginning", "--output", "json"])]
    done = filled("backup", tmp_path / "backup")
    assert done.stdout.startswith(b"Backed up 2 topics, 43 messages, ")
    assert done.stderr == b""
    restored = filled("restore", tmp_path / "backup", data="restored")
    assert restored.stdout.startswith(b"Restored 2 topics, 43 messages, ")
    assert restored.stdout.endswith(f" to {tmp_path}/restored.\n".encode())
    after = [filled(*command, data="restored").stdout for command in
             (["topics", "eventsForm"], ["groups", "etl"], ["users", "list"],
              ["consume", "--from-beginning", "--output", "json"])]
    assert after == before
    assert oct((tmp_path / "restored").stat().st_mode)[-3:] == "700"
    assert oct((tmp_path / "restored" / "users").stat().st_mode)[-3:] == "600"


def test_the_state_is_there_after_a_restore(tmp_path):
    arguments = ["--set", f"embedded.data_dir={tmp_path / 'data'}", *ANY_PORT]
    server = program.Server(arguments, home=tmp_path, brokers="embedded")
    try:
        processes.wait_until(lambda: "ready: " in server.stderr, 20, "ready")
        assert server.request("/purchase_a_sword/divya").status == 200
        backup = ["--set", f"embedded.data_dir={tmp_path / 'data'}", "backup", tmp_path / "backup"]
        program.run(backup, home=tmp_path, brokers="embedded")  # before any snapshot
        assert server.stop() == 0
        program.run(backup, home=tmp_path, brokers="embedded")
    finally:
        server.kill()
    over = ["--set", f"embedded.data_dir={tmp_path / 'restored'}", *ANY_PORT]
    program.run([*over, "restore", tmp_path / "backup"], home=tmp_path, brokers="embedded")
    assert (tmp_path / "restored" / ".state" / "eventsForm.sqlite").stat().st_size > 0
    verified = program.run([*over, "state", "verify"], home=tmp_path, brokers="embedded")
    assert verified.stdout.startswith(b"OK: 1 users")
    assert b"no snapshot" not in verified.stderr
    rows = program.run([*over, "state", "show", "inventory", "--format", "csv"], home=tmp_path,
                       brokers="embedded").stdout
    assert b"divya,sword" in rows


def test_the_second_backup_copies_only_what_is_new(here, tmp_path):
    here("create-topic", "--config", "segment.bytes=65536")
    here("generate", "--to", "topic", "--count", "2000")
    first = json.loads(here("backup", tmp_path / "backup", "--format", "json").stdout)
    assert first["taken_over"] == 0
    assert first["linked"] + first["cloned"] > 3
    here("produce", input=b"one more\n")
    second = json.loads(here("backup", tmp_path / "backup", "--format", "json").stdout)
    assert second["taken_over"] == first["linked"] + first["cloned"]
    assert second["bytes_copied"] < 200_000
    assert second["messages"] == first["messages"] + 1
    assert second["topics"][1] == {"name": "eventsForm", "partitions": [{"from": 0, "to": 2001}]}


def test_every_damage_is_named_and_nothing_is_restored(filled, tmp_path):
    backup = tmp_path / "backup"
    filled("backup", backup)
    choice = random.Random(5)
    files = sorted(path for path in backup.rglob("*") if path.is_file() and path.stat().st_size)
    assert len(files) >= 20
    for path in files:
        whole = path.read_bytes()
        at = choice.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << choice.randrange(8)])
                         + whole[at + 1:])
        done = filled("restore", backup, data="restored", check=False)
        assert (done.returncode, done.stdout) == (1, b"")
        assert str(path) in done.stderr.decode()
        assert not (tmp_path / "restored").exists()
        path.write_bytes(whole)
    (backup / "data-1" / "more").write_bytes(b"")
    done = filled("restore", "--check", backup, data="restored", check=False)
    assert done.returncode == 1
    assert f"{backup}/data-1/more: is not in the manifest" in done.stderr.decode()
    (backup / "data-1" / "more").unlink()
    checked = filled("restore", "--check", backup, data="restored")
    assert checked.stdout.startswith(b"OK: 2 topics, 43 messages, ")
    assert not (tmp_path / "restored").exists()


def test_a_data_directory_that_is_not_empty_or_in_use_is_left_alone(filled, tmp_path):
    filled("backup", tmp_path / "backup")
    full = filled("restore", tmp_path / "backup", check=False)
    assert full.returncode == 1
    assert "is not empty" in full.stderr.decode()
    assert f"mv {tmp_path}/data {tmp_path}/data.before" in full.stderr.decode()
    running = program.Background(
        ["--set", f"embedded.data_dir={tmp_path / 'data'}", *ANY_PORT, "consume", "--follow"],
        home=tmp_path, brokers="embedded")
    try:
        processes.wait_until(lambda: (tmp_path / "data" / "ENDPOINT").exists(), 20, "a broker")
        used = filled("restore", tmp_path / "backup", check=False)
        assert used.returncode == 1
        assert f"is in use by process {running.process.pid}" in used.stderr.decode()
        running.signal(signal.SIGINT)
        running.finish()
    finally:
        running.kill()
    assert filled("consume", "--from-beginning", "-n", "42").returncode == 0


def test_a_cluster_is_not_for_them(here, tmp_path):
    for command in ("backup", "restore"):
        done = program.run([command, tmp_path / "backup"], home=tmp_path, brokers="a:1",
                           check=False)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"kafka.brokers is a:1" in done.stderr
