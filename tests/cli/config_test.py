"""Goal: `gamevents config` tells the truth about files, sources and secrets, and its schema fits
what the program takes. Method: files with known content; the answers parsed again."""

import json

CLUSTER = """\
kafka:
  brokers: kafka-1.example.com:9093,kafka-2.example.com:9093
  properties:
    sasl.username: gamevents
    sasl.password: {file: password}
    ssl.key.password: {env: KEY_PASSWORD}
"""


def shown(done):
    """`config show --output json` as {key: (value, source)}."""
    return {row["key"]: (row["value"], row["source"]) for row in json.loads(done.stdout)["keys"]}


def test_check_names_the_file(gamevents, tmp_path):
    assert gamevents("config", "check").stdout == b"no file, so the defaults: OK\n"
    (tmp_path / "gamevents.yaml").write_text("serve: {port: 1}\n")
    assert gamevents("config", "check").stdout == b"gamevents.yaml: OK\n"


def test_every_error_is_reported_with_its_place(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("serve:\n  prot: 1\n  port: 70000\n  port: 1\n")
    done = gamevents("config", "check", "--set", "kafka.timeout=10", check=False)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "gamevents: gamevents.yaml:2:3: unknown key serve.prot; did you mean serve.port?",
        "gamevents: gamevents.yaml:4:3: duplicate serve.port; remove one",
        "gamevents: gamevents.yaml:3:9: serve.port: 70000 is out of range: 0 to 65535",
        "gamevents: --set: kafka.timeout: '10' has no unit; "
        "write it like 100ms, 10s, 5m, 2h or 7d",
    ]
    # A broken file keeps nobody from the schema that helps to mend it.
    assert json.loads(gamevents("config", "schema").stdout)["title"] == "gamevents.yaml"


def test_check_reads_the_catalogue(gamevents, tmp_path):
    (tmp_path / "conf").mkdir()
    (tmp_path / "conf" / "g.yaml").write_text("catalogue: items.yaml\n")
    items = tmp_path / "conf" / "items.yaml"
    items.write_text("items:\n  sword: {kind: sword, price: 5}\n")
    done = gamevents("-c", "conf/g.yaml", "config", "check")
    assert done.stdout == b"conf/g.yaml: OK\nconf/items.yaml: OK\n"
    items.write_text("items:\n  sword: {kind: sword, prize: 5}\n")
    done = gamevents("-c", "conf/g.yaml", "config", "check", check=False)
    assert done.returncode == 2
    assert done.stderr.decode().splitlines() == [
        "gamevents: conf/items.yaml:2:24: sword.prize is not known; did you mean price?",
        "gamevents: conf/items.yaml:2:3: sword.price is missing",
    ]


def test_show_names_who_set_what(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("serve:\n  port: 1\n  threads: 2\n  host: h\n")
    rows = shown(gamevents("config", "show", "--output", "json", "--set", "serve.port=9",
                           env={"GAMEVENTS_SERVE_THREADS": "8"}))
    assert rows["serve.port"] == (9, "--set")
    assert rows["serve.threads"] == (8, "GAMEVENTS_SERVE_THREADS")
    assert rows["serve.host"] == ("h", "gamevents.yaml:4")
    assert rows["serve.drain"] == ("10s", "default")


def test_secrets_are_never_printed(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text(CLUSTER)
    (tmp_path / "password").write_text("hunter2\n")
    for form in ("columns", "yaml", "json"):
        done = gamevents("-vv", "config", "show", "--output", form,
                         env={"KEY_PASSWORD": "hunter2"})
        assert b"hunter2" not in done.stdout + done.stderr
        assert done.stdout.count(b"(secret)") == 2
    missing = gamevents("config", "check", check=False)
    assert missing.returncode == 2
    assert b"gamevents.yaml:6:23: kafka.properties.ssl.key.password: " in missing.stderr
    assert b"no variable KEY_PASSWORD" in missing.stderr


def test_yaml_is_taken_back(gamevents, tmp_path):
    first = gamevents("--set", "serve.redact_headers=X-A,X-B", "--set",
                      "kafka.properties.linger.ms=5", "--set", "serve.tls.key=k.pem", "config",
                      "show", "--output", "yaml")
    (tmp_path / "again.yaml").write_bytes(first.stdout)
    rows = shown(gamevents("-c", "again.yaml", "config", "show", "--format", "json"))
    assert rows["serve.redact_headers"][0] == ["X-A", "X-B"]
    assert rows["kafka.properties.linger.ms"][0] == "5"
    assert rows["serve.tls.key"][0] == "k.pem"
    wrong = "serve:\n  tls:\n    certificat: a.pem\n    key:\n      - b.pem\n  tls: x\n"
    (tmp_path / "wrong.yaml").write_text(wrong)
    said = gamevents("-c", "wrong.yaml", "config", "show", check=False).stderr.decode()
    assert "wrong.yaml:3:5: unknown key serve.tls.certificat; did you mean serve.tls." in said
    assert "wrong.yaml:5:7: serve.tls.key: expected text" in said
    assert "wrong.yaml:6:3: duplicate serve.tls" in said


def test_the_schema_has_every_key_that_show_has(gamevents):
    schema = json.loads(gamevents("config", "schema").stdout)

    def below(prefix, body):
        """{key: its schema} of a section or a group within one."""
        found = {}
        for name, part in body["properties"].items():
            is_group = "properties" in part
            found |= below(f"{prefix}{name}.", part) if is_group else {prefix + name: part}
        return found
    declared = below("", schema)
    assert set(declared) == set(shown(gamevents("config", "show", "--output", "json")))
    defaults = {name: key["default"] for name, key in declared.items()}
    assert defaults["serve.port"] == 5000
    assert defaults["kafka.topic"] == "eventsForm"


def test_check_looks_at_every_file_that_is_named(gamevents, tmp_path):
    (tmp_path / "keys").write_text("no key\n")
    (tmp_path / "file").write_text("no folder\n")
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"x")
    (tmp_path / "gamevents.yaml").write_text("""\
catalogue: items.yaml
serve:
  api_keys_file: keys
  access_log: text
  access_log_file: logs/access.log
embedded:
  data_dir: photos
state:
  snapshot: file/snapshot.sqlite
kafka:
  brokers: embedded
  properties: {ssl.ca.location: ca.pem}
spark: {jars: [a.jar, "https://repo.example/b.jar"]}
""")
    before = sorted(tmp_path.rglob("*"))
    done = gamevents("config", "check", env={"GAMEVENTS_KAFKA_BROKERS": "embedded"}, check=False)
    assert (done.returncode, done.stdout) == (2, b"")
    lines = done.stderr.decode().splitlines()
    missing = "No such file or directory"
    assert lines == [
        f"gamevents: gamevents.yaml:1: catalogue.file: open items.yaml: {missing}",
        lines[1],
        f"gamevents: gamevents.yaml:5: serve.access_log_file: write to logs: {missing}",
        "gamevents: gamevents.yaml:7: embedded.data_dir: photos: is no data directory: it has "
        "'holiday.jpg' and no meta.properties; name an empty one",
        "gamevents: gamevents.yaml:9: state.snapshot: write to file/snapshot.sqlite: "
        "Not a directory",
        f"gamevents: gamevents.yaml:12: kafka.properties.ssl.ca.location: open ca.pem: {missing}",
        f"gamevents: gamevents.yaml:13: spark.jars: open a.jar: {missing}",
    ]
    assert lines[1].startswith("gamevents: gamevents.yaml:3: serve.api_keys_file: keys:1:")
    assert sorted(tmp_path.rglob("*")) == before


def test_check_is_content_with_what_can_be_made(gamevents, tmp_path):
    args = ["--set", "embedded.data_dir=deep/data", "--set", "state.snapshot=deep/snapshot.sqlite",
            "--set", "serve.access_log=json", "--set", "serve.access_log_file=access.log"]
    done = gamevents(*args, "config", "check", brokers="embedded")
    assert done.stdout.decode().splitlines() == [
        "no file, so the defaults: OK", "access.log: OK", "deep/data: OK",
        "deep/snapshot.sqlite: OK"]
    assert list(tmp_path.iterdir()) == []


def test_show_prints_what_was_asked_for(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("serve: {port: 1}\nlog: {level: debug}\n")
    one = gamevents("config", "show", "serve.port").stdout.decode().splitlines()
    assert [line.split() for line in one] == [["key", "value", "source"],
                                              ["serve.port", "1", "gamevents.yaml:1"]]
    some = shown(gamevents("config", "show", "log", "serve.port", "--output", "json"))
    assert set(some) == {"log.level", "log.format", "serve.port"}
    changed = shown(gamevents("config", "show", "--changed", "--output", "json"))
    assert set(changed) == {"kafka.brokers", "log.level", "serve.port"}
    both = shown(gamevents("config", "show", "log", "--changed", "--output", "json"))
    assert set(both) == {"log.level"}
    wrong = gamevents("config", "show", "serve.prot", check=False)
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert wrong.stderr == b"gamevents: unknown key serve.prot; did you mean serve.port?\n"


def test_docs_is_in_the_help(gamevents):
    assert "\n  docs " in gamevents("config", "--help").stdout.decode()
    assert gamevents("config", "docs").stdout.startswith(b"### kafka\n")


def test_a_tab_is_named_with_its_line(gamevents, tmp_path):
    (tmp_path / "gamevents.yaml").write_text("serve:\n\tport: 1\n")
    done = gamevents("config", "check", check=False)
    assert done.returncode == 2
    assert done.stderr == (b"gamevents: gamevents.yaml:2:1: not YAML: a tab cannot indent a line; "
                           b"use spaces\n")
