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
                      "kafka.properties.linger.ms=5", "config", "show", "--output", "yaml")
    (tmp_path / "again.yaml").write_bytes(first.stdout)
    rows = shown(gamevents("-c", "again.yaml", "config", "show", "--format", "json"))
    assert rows["serve.redact_headers"][0] == ["X-A", "X-B"]
    assert rows["kafka.properties.linger.ms"][0] == "5"


def test_the_schema_has_every_key_that_show_has(gamevents):
    schema = json.loads(gamevents("config", "schema").stdout)
    declared = {f"{section}.{name}" for section, body in schema["properties"].items()
                for name in body["properties"]}
    assert declared == set(shown(gamevents("config", "show", "--output", "json")))
    defaults = {f"{section}.{name}": key["default"]
                for section, body in schema["properties"].items()
                for name, key in body["properties"].items()}
    assert defaults["serve.port"] == 5000
    assert defaults["kafka.topic"] == "eventsForm"
