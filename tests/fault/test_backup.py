"""Goal: a backup that is made while the log is written to holds all that was acknowledged before it
began, once and in order, with a state that agrees and committed offsets that are in it; one that is
killed or runs out of disk leaves the one before.

Method: `serve` under the load of `generate`, whose ledger says what was acknowledged, while a group
reads and commits. Each backup is restored and held against the ledger as it was before the backup
began, and its snapshot against a fold of its log. GAMEVENTS_BACKUPS sets how many are made.
"""

import json
import os
import random
import signal
import subprocess
import threading
import time

import confluent_kafka
import pytest
from support import paths, processes, program, small_disk

BACKUPS = int(os.environ.get("GAMEVENTS_BACKUPS", "4"))
KILLS = 12
SEGMENT_BYTES = 65_536  # so that many are closed, and some are begun while they are copied
ANY_PORT = ("--set", "embedded.listen=127.0.0.1:0")
LOAD = ("--set", "state.snapshot_events=500", *ANY_PORT)


def over(data_dir) -> tuple:
    return ("--set", f"embedded.data_dir={data_dir}", *ANY_PORT)


def run(home, *args, **options) -> subprocess.CompletedProcess:
    return program.run(args, home=home, brokers="embedded", **options)


class Reader:
    """A group that reads what comes, at once, and commits it every few milliseconds."""

    def __init__(self, brokers: str):
        self.read = 0
        self._ends = threading.Event()
        self._consumer = confluent_kafka.Consumer({
            "bootstrap.servers": brokers, "group.id": "etl", "auto.offset.reset": "latest",
            "auto.commit.interval.ms": 10, "log_level": 0})
        self._consumer.subscribe(["eventsForm"])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while not self._ends.is_set():
            self.read += len(self._consumer.consume(1_000, 0.05))

    def end(self) -> None:
        self._ends.set()
        self._thread.join()
        self._consumer.close()


@pytest.fixture
def loaded(tmp_path):
    """A `serve` that takes events as fast as it can, and the ledger of what it acknowledged."""
    run(tmp_path, *ANY_PORT, "create-topic", "--partitions", "2",
        "--config", f"segment.bytes={SEGMENT_BYTES}")
    server = program.Server(LOAD, home=tmp_path, brokers="embedded")
    processes.wait_until(lambda: "ready: " in server.stderr, 20, "ready")
    ledger = tmp_path / "ledger"
    load = program.Background(
        ["generate", "--url", server.url, "--duration", "1h", "--connections", "8",
         "--ledger", ledger], home=tmp_path, brokers="embedded")
    processes.wait_until(lambda: ledger.exists() and ledger.stat().st_size > 20_000, 60, "a ledger")
    snapshot = tmp_path / "gamevents" / ".state" / "eventsForm.sqlite"
    processes.wait_until(lambda: snapshot.exists() and snapshot.stat().st_size > 0, 60,
                         "a snapshot")
    reader = Reader((tmp_path / "gamevents" / "ENDPOINT").read_text().split()[0])
    processes.wait_until(lambda: reader.read > 0, 60, "a group that reads")
    yield server, ledger
    reader.end()
    load.kill()
    server.kill()


def acknowledged(ledger, before) -> int:
    """Writes what the ledger has now, in whole lines, to `before`; gives how many events."""
    lines = ledger.read_bytes().splitlines(keepends=True)
    whole = [line for line in lines if line.endswith(b"\n")]
    before.write_bytes(b"".join(whole))
    return len(whole) - 1  # behind its heading


@pytest.mark.timeout(120 + 30 * BACKUPS)
def test_backups_under_load_hold_what_was_acknowledged(loaded, tmp_path):
    _, ledger = loaded
    counts = []
    taken_over = read = 0
    for i in range(BACKUPS):
        # Of the two folders one is new each time, the other goes on.
        backup = tmp_path / ("same" if i % 2 else f"new-{i}")
        before = tmp_path / f"ledger-{i}"
        counts.append(acknowledged(ledger, before))
        made = json.loads(run(tmp_path, "backup", backup, "--format", "json").stdout)
        taken_over += made["taken_over"]
        assert made["linked"] + made["cloned"] + made["taken_over"] > 0
        restored = tmp_path / f"restored-{i}"
        run(tmp_path, *over(restored), "restore", backup)
        verdict = json.loads(run(tmp_path, *over(restored), "consume", "--verify", before,
                                 "--format", "json").stdout)
        assert verdict["acknowledged"] == verdict["found"] == counts[-1]
        groups = json.loads(run(tmp_path, *over(restored), "groups", "--format", "json").stdout)
        for each in (partition for group in groups for partition in group["partitions"]):
            assert each["committed"] is None or each["committed"] <= each["end"], each
            read = max(read, each["committed"] or 0)
        said = run(tmp_path, *over(restored), "state", "verify")
        assert said.stdout.startswith(b"OK: ")
        assert b"there is no snapshot" not in said.stderr, "the snapshot came along"
        if not i % 2:
            subprocess.run(["rm", "-r", backup], check=True)
        subprocess.run(["rm", "-r", restored], check=True)
    assert counts == sorted(counts)
    assert BACKUPS < 4 or (taken_over > 0 and read > 0)


def test_a_backup_that_is_killed_leaves_the_one_before(loaded, tmp_path):
    backup = tmp_path / "backup"
    run(tmp_path, "backup", backup)
    choice = random.Random(3)
    killed = 0
    for _ in range(KILLS):
        before = (backup / "manifest.json").read_bytes()
        making = program.Background(["backup", backup], home=tmp_path, brokers="embedded")
        time.sleep(choice.uniform(0, 0.15))
        making.signal(signal.SIGKILL)
        killed += making.process.wait() == -signal.SIGKILL
        making.kill()
        same = (backup / "manifest.json").read_bytes() == before
        checked = run(tmp_path, *over(tmp_path / "none"), "restore", "--check", backup)
        assert checked.stdout.startswith(b"OK: ")
        assert same or killed < KILLS
    assert killed > 0
    run(tmp_path, "backup", backup)
    assert len([entry for entry in backup.iterdir() if entry.is_dir()]) == 1


def test_a_full_disk_leaves_the_backup_before(tmp_path):
    run(tmp_path, *ANY_PORT, "create-topic")
    run(tmp_path, *ANY_PORT, "produce", input=(b"x" * 50_000 + b"\n") * 20)
    disk = small_disk.SmallDisk(tmp_path / "disk", "4m")
    try:
        def on_disk(*args):
            return subprocess.run(
                [*disk.launcher, paths.executable(), *map(str, args)], capture_output=True,
                timeout=60, cwd=tmp_path,
                env=program.environment(tmp_path, "embedded", None, None))
        backup = tmp_path / "disk" / "backup"
        assert on_disk("backup", backup).returncode == 0
        disk.fill()
        full = on_disk("backup", backup)
        assert full.returncode == 1
        assert b"No space left on device" in full.stderr
        assert b"the backup that was there is as it was" in full.stderr
        assert on_disk(*over(tmp_path / "none"), "restore", "--check", backup).returncode == 0
        disk.empty()
        assert on_disk("backup", backup).returncode == 0
        # The other way: the target has no room.
        copy = tmp_path / "copy"
        run(tmp_path, "backup", copy)
        disk.fill()
        target = tmp_path / "disk" / "data"
        no_room = on_disk(*over(target), "restore", copy)
        assert no_room.returncode == 1
        assert b"No space left on device" in no_room.stderr
        disk.empty()
        assert on_disk(*over(target), "restore", copy).returncode == 0
        assert on_disk(*over(target), "topics").stdout.splitlines()[1].split()[2] == b"20"
    finally:
        disk.close()
