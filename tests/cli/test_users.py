"""Goal: `users` makes, lists and removes users without losing one, shows a password once, and
stores what proves it and nothing that it could be read from.

Method: the executable over files of users, many at once too; each verifier held against Python's
own PBKDF2 and HMAC (RFC 5802, section 3), for passwords that were made and for random ones.
"""

import base64
import concurrent.futures
import hashlib
import hmac
import json
import random
import re
import stat

import pytest
from support import program

PASSWORD = re.compile(r"gev_[A-Za-z0-9_-]{43}\n")
MECHANISMS = {"sha256": "SCRAM-SHA-256", "sha512": "SCRAM-SHA-512"}


@pytest.fixture
def users(tmp_path):
    """Runs `gamevents users` over the file `users`."""
    def run(*args, **options):
        return program.run(["--set", "embedded.users_file=users", "users", *args], home=tmp_path,
                           **options)
    return run


def add(users, name: str, *args: str) -> str:
    """The new user's password."""
    shown = users("add", name, *args).stdout.decode()
    assert PASSWORD.fullmatch(shown)
    return shown.strip()


def listed(users) -> list[dict]:
    return json.loads(users("list", "--format", "json").stdout)


def verifier_of(hash_name: str, password: str, salt: bytes, iterations: int) -> tuple:
    salted = hashlib.pbkdf2_hmac(hash_name, password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", hash_name)
    return (hashlib.new(hash_name, client_key).digest(),
            hmac.digest(salted, b"Server Key", hash_name))


def assert_proves(line: str, password: str) -> None:
    """The line has a verifier of the password for both mechanisms, with a salt for each."""
    found = re.findall(r"(sha\d+)=(\d+):([^:]+):([^:]+):(\S+) ", line)
    assert [each[0] for each in found] == ["sha256", "sha512"]
    salts = [base64.b64decode(each[2]) for each in found]
    assert salts[0] != salts[1] and all(len(salt) >= 16 for salt in salts)
    for hash_name, iterations, salt, *keys in found:
        assert 4096 <= int(iterations) <= 16384
        assert verifier_of(hash_name, password, base64.b64decode(salt), int(iterations)) == tuple(
            base64.b64decode(key) for key in keys)


def test_a_password_is_shown_once_and_only_a_verifier_is_kept(users, tmp_path):
    done = users("add", "game server", "--role", "write:game-", "--role", "read:game-")
    password = done.stdout.decode().strip()
    assert PASSWORD.fullmatch(done.stdout.decode()) and password not in done.stderr.decode()
    path = tmp_path / "users"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (line,) = path.read_text().splitlines()
    assert line.startswith("role=write:game- role=read:game- sha256=")
    assert line.endswith(" game server") and password not in line
    assert_proves(line, password)
    assert add(users, "analyst", "--role", "read") != password
    assert users("list").stdout.decode().splitlines() == [
        "NAME         ROLES                   MECHANISMS",
        "analyst      read                    SCRAM-SHA-256 SCRAM-SHA-512",
        "game server  write:game- read:game-  SCRAM-SHA-256 SCRAM-SHA-512"]
    assert listed(users) == [
        {"name": "analyst", "roles": ["read"], "mechanisms": list(MECHANISMS.values())},
        {"name": "game server", "roles": ["write:game-", "read:game-"],
         "mechanisms": list(MECHANISMS.values())}]
    users("remove", "game server")
    assert [each["name"] for each in listed(users)] == ["analyst"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["users"]


def test_a_password_may_come_from_a_file(users, tmp_path):
    draw = random.Random(5802)
    letters = "aZ0 ,=:/+#'\"\\äß€日本😀é\u00a0"
    for number in range(8):
        password = "".join(draw.choices(letters, k=draw.randint(1, 40)))
        (tmp_path / "password").write_text(password + draw.choice(["", "\n", "\r\n"]), newline="")
        done = users("add", f"user {number}", "--role", "read", "--password-file", "password")
        assert (done.stdout, done.stderr.decode().count(password + "\n")) == (b"", 0)
        assert_proves((tmp_path / "users").read_text().splitlines()[number], password)


def test_a_user_is_replaced_when_asked(users, tmp_path):
    path = tmp_path / "users"
    add(users, "ann", "--role", "admin")
    path.write_text("# ours\n" + path.read_text() + "role=read  bob\n")
    path.chmod(0o640)
    password = add(users, "ann", "--role", "read:a", "--replace")
    lines = path.read_text().splitlines()
    assert (lines[0], lines[2], len(lines)) == ("# ours", "role=read  bob", 3)
    assert lines[1].startswith("role=read:a sha256=")
    assert_proves(lines[1], password)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert {each["name"]: each["mechanisms"] for each in listed(users)}["bob"] == []
    users("remove", "ann")
    assert path.read_text() == "# ours\nrole=read  bob\n"
    add(users, "new", "--role", "read", "--replace")


def test_the_file_is_in_the_data_directory_unless_set(tmp_path):
    program.run(["users", "add", "ann", "--role", "admin"], home=tmp_path)
    path = tmp_path / "gamevents" / "users"
    assert path.read_text().endswith(" ann\n")
    # The broker starts in a directory that has only this file, and leaves it alone.
    program.run(["produce-test"], home=tmp_path, brokers="embedded", topic="numbers")
    assert path.read_text().endswith(" ann\n")
    assert b"ann " in program.run(["users", "list"], home=tmp_path).stdout


def test_users_that_are_added_at_once_are_all_there(users):
    names = [f"user-{number}" for number in range(12)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda name: add(users, name, "--role", "read"), names))
    assert len(set(made)) == len(names)
    assert [each["name"] for each in listed(users)] == sorted(names)


@pytest.mark.parametrize("args, code, says", [
    (["add"], 2, ["which user", "NAME"]),
    (["add", "a"], 2, ["--role read", "--role write:game-"]),
    (["add", "a", "--role", "raed"], 2, ["--role", "'raed'", "read, write or admin"]),
    (["add", "a", "--role", "read:"], 2, ["--role", "'read:'", "leave out the colon"]),
    (["add", "a", "--role", "read:a b"], 2, ["--role", "'read:a b'", "ASCII letters"]),
    (["add", "a", "--role", "read", "--role", "read"], 2, ["--role", "duplicate"]),
    (["add", " a", "--role", "read"], 2, ["NAME", "blank"]),
    (["add", "role=a", "--role", "read"], 2, ["NAME", "role="]),
    (["add", "a" * 129, "--role", "read"], 2, ["NAME", "1 to 128 bytes"]),
    (["add", "there", "--role", "read"], 1, ["users", "there", "already", "--replace"]),
    (["add", "a", "--role", "read", "--password-file", "no"], 2, ["--password-file", "No such"]),
    (["add", "a", "--role", "read", "--password-file", "empty"], 2, ["empty", "1 to 512 bytes"]),
    (["add", "a", "--role", "read", "--password-file", "long"], 2, ["long", "bytes"]),
    (["add", "a", "--role", "read", "--password-file", "two"], 2, ["two", "control"]),
    (["add", "a", "--role", "read", "--file", "no/users"], 1, ["/no", "No such file"]),
    (["add", "a", "--role", "read", "--file", "broken"], 1, ["broken:2: a line is role="]),
    (["list", "--file", "broken"], 1, ["broken:2: a line is role="]),
    (["remove"], 2, ["which user", "NAME"]),
    (["remove", "teher"], 1, ["there is no user called teher", "did you mean there?"]),
    (["remove", "a", "--file", "nowhere"], 1, ["nowhere", "there is no user called a"]),
])
def test_what_cannot_be_is_refused_and_changes_nothing(users, tmp_path, args, code, says):
    (tmp_path / "broken").write_text("# ours\nhunter2 there\n")
    (tmp_path / "users").write_text("role=read there\n")
    for name, text in {"empty": "\n", "long": "x" * 513, "two": "hunter2\nhunter3\n"}.items():
        (tmp_path / name).write_text(text)
    done = users(*args, check=False)
    assert (done.returncode, done.stdout) == (code, b""), done.stderr
    assert [word for word in says if word not in done.stderr.decode()] == [], done.stderr
    assert b"hunter" not in done.stderr
    assert (tmp_path / "users").read_text() == "role=read there\n"


def test_config_check_reads_the_file(tmp_path):
    (tmp_path / "users").write_text("role=read ann\nrole=none bob\n")
    done = program.run(["--set", "embedded.users_file=users", "config", "check"], home=tmp_path,
                       brokers="embedded", check=False)
    assert done.returncode == 2
    assert "embedded.users_file: users:2: write a role as read, write or admin" in (
        done.stderr.decode())
