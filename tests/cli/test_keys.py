"""Goal: `keys` makes, lists and removes keys without losing or showing one, and `serve` lets a key
do what its scope says and nothing else.

Method: the executable over files of keys, many at once too; then every route of /openapi.json by
every method with a key of every scope, none and an unknown one, against a table of what each needs.
"""

import concurrent.futures
import hashlib
import http.client
import json
import os
import re
import signal
import stat

import pytest
from support import processes, program

KEY = re.compile(r"gev_[A-Za-z0-9_-]{43}\n")
SWORD = "/purchase_a_sword/ann"

# What each route needs; `any` is any key.
NEEDS = {
    "GET /": "write",
    "POST /": "write",
    "GET /purchase_a_sword/{username}": "write",
    "POST /purchase_a_sword/{username}": "write",
    "GET /join_a_guild/{username}/{guildname}": "write",
    "POST /join_a_guild/{username}/{guildname}": "write",
    "POST /events": "write",
    "GET /catalogue": "any",
    "GET /purchase/{item}/{username}": "write",
    "POST /purchase/{item}/{username}": "write",
    "POST /purchase/{item}": "write",
    "GET /cart/{username}": "read",
    "DELETE /cart/{username}": "write",
    "PUT /cart/{username}/items/{item}": "write",
    "DELETE /cart/{username}/items/{item}": "write",
    "POST /cart/{username}/checkout": "write",
    "GET /inventory/{username}": "read",
    "POST /inventory/{username}/use/{item}": "write",
    "GET /inventory": "read",
    "GET /carts": "read",
    "GET /leave_a_guild/{username}": "write",
    "POST /leave_a_guild/{username}": "write",
    "GET /leave_a_guild/{username}/{guildname}": "write",
    "POST /leave_a_guild/{username}/{guildname}": "write",
    "GET /guilds/{guildname}": "read",
    "GET /healthz": "any",
    "GET /readyz": "any",
    "GET /metrics": "read",
    "GET /openapi.json": "any",
    "GET /gamevents.js": "any",
    "GET /dashboard": "read",
    "GET /dashboard/stream": "read",
}


@pytest.fixture
def topic(embedded):
    return embedded.create_topic(f"keys-{os.urandom(6).hex()}")


@pytest.fixture
def keys(tmp_path):
    """Runs `gamevents keys` over the file `keys`."""
    def run(*args, **options):
        return program.run(["--set", "serve.api_keys_file=keys", "keys", *args], home=tmp_path,
                           **options)
    return run


def add(keys, name: str, *args: str) -> str:
    """The new key."""
    shown = keys("add", name, *args).stdout.decode()
    assert KEY.fullmatch(shown)
    return shown.strip()


def status_of(server, method: str, path: str, headers: dict) -> int:
    """Of an answer that need not end."""
    connection = http.client.HTTPConnection(server.host, server.port, timeout=30)
    try:
        connection.request(method, path, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def named(done) -> list[str]:
    return [each["name"] for each in json.loads(done.stdout)]


def test_a_key_is_shown_once_and_only_its_hash_is_kept(keys, tmp_path):
    done = keys("add", "mobile game", "--scope", "write", "--rate", "10/s",
                "--origin", "https://game.example", "--origin", "http://localhost:8080")
    key = done.stdout.decode().strip()
    assert KEY.fullmatch(done.stdout.decode()) and key not in done.stderr.decode()
    assert "serve.cors_origins does not have https://game.example" in done.stderr.decode()
    path = tmp_path / "keys"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    digest = hashlib.sha256(key.encode()).hexdigest()
    assert path.read_text() == ("scope=write rate=10/s origin=https://game.example "
                                f"origin=http://localhost:8080 {digest}  mobile game\n")
    other = add(keys, "analyst", "--scope", "read")
    assert other != key
    listed = keys("list")
    assert listed.stdout.decode().splitlines() == [
        "NAME         SCOPE  RATE  ORIGINS",
        "mobile game  write  10/s  https://game.example http://localhost:8080",
        "analyst      read   -     -"]
    assert json.loads(keys("list", "--format", "json").stdout) == [
        {"name": "mobile game", "scope": "write", "rate": 10,
         "origins": ["https://game.example", "http://localhost:8080"]},
        {"name": "analyst", "scope": "read", "rate": None, "origins": []}]
    keys("remove", "mobile game")
    assert named(keys("list", "--format", "json")) == ["analyst"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["keys"]


def test_a_file_of_before_is_kept_as_it_is(keys, tmp_path):
    path = tmp_path / "keys"
    old = f"# ours\n{hashlib.sha256(b'old').hexdigest()}  old game\n"
    path.write_text(old)
    path.chmod(0o644)
    add(keys, "new", "--scope", "all")
    assert path.read_text().startswith(old + "scope=all ")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert b"old game  all    -     -\n" in keys("list").stdout
    keys("remove", "new")
    assert path.read_text() == old


def test_keys_that_are_added_at_once_are_all_there(keys):
    names = [f"key-{number}" for number in range(12)]
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda name: add(keys, name, "--scope", "write"), names))
    assert len(set(made)) == len(names)
    assert sorted(named(keys("list", "--format", "json"))) == sorted(names)


@pytest.mark.parametrize("args, code, says", [
    (["add"], 2, ["whose key", "NAME"]),
    (["add", "a"], 2, ["--scope write, --scope read or --scope all"]),
    (["add", "a", "--scope", "wirte"], 2, ["--scope", "'wirte'", "write, read, all"]),
    (["add", "a", "--scope", "write", "--rate", "10"], 2, ["--rate", "'10'", "10/s"]),
    (["add", "a", "--scope", "write", "--origin", "game"], 2, ["--origin", "'game'", "https://"]),
    (["add", " a", "--scope", "write"], 2, ["NAME", "blank"]),
    (["add", "there", "--scope", "write"], 1, ["keys", "there", "already", "another name"]),
    (["add", "a", "--scope", "write", "--file", "no/keys"], 1, ["/no", "No such file"]),
    (["add", "a", "--scope", "write", "--file", ""], 2, ["serve.api_keys_file", "--file"]),
    (["add", "a", "--scope", "write", "--file", "broken"], 1, ["broken:2: the scope is not"]),
    (["list", "--file", "broken"], 1, ["broken:2: the scope is not"]),
    (["list", "--file", "nowhere"], 1, ["nowhere", "No such file"]),
    (["remove"], 2, ["which key", "NAME"]),
    (["remove", "teher"], 1, ["there is no key called teher", "did you mean there?"]),
    (["remove", "there"], 1, ["there is the only key", "add another first"]),
])
def test_what_cannot_be_is_refused_and_changes_nothing(keys, tmp_path, args, code, says):
    digest = hashlib.sha256(b"there").hexdigest()
    (tmp_path / "broken").write_text(f"\nscope=none {digest} there\n")
    (tmp_path / "keys").write_text(f"{digest} there\n")
    done = keys(*args, check=False)
    assert (done.returncode, done.stdout) == (code, b""), done.stderr
    assert [word for word in says if word not in done.stderr.decode()] == [], done.stderr
    assert (tmp_path / "keys").read_text() == f"{digest} there\n"


@pytest.mark.usefixtures("topic")
def test_every_route_by_every_scope(keys, serve):
    held = {scope: add(keys, scope, "--scope", scope) for scope in ("write", "read", "all")}
    server = serve("--set", "serve.api_keys_file=keys", "--set", "serve.open_routes=",
                   "--set", "serve.cors_origins=https://game.example")
    with_all = {"X-Api-Key": held["all"]}
    processes.wait_until(lambda: server.request("/readyz", headers=with_all).status == 200, 20,
                         "ready")
    paths = json.loads(server.request("/openapi.json", headers=with_all).text)["paths"]
    documented = {f"{method.upper()} {path}": operation for path, operations in paths.items()
                  for method, operation in operations.items()}
    assert sorted(documented) == sorted(NEEDS)
    wrong = []
    for route, needed in NEEDS.items():
        roles = {role for each in documented[route]["security"] for role in sum(each.values(), [])}
        assert roles == ({needed} - {"any"}), route
        method, path = route.split()
        path = re.sub(r"{item}", "sword", re.sub(r"{(user|guild)name}", "ann", path))
        methods = [method, "HEAD"] if method == "GET" else [method]
        for asked in methods:
            for scope, key in {**held, "none": None, "unknown": "gev_unknown"}.items():
                status = status_of(server, asked, path, {"X-Api-Key": key} if key else {})
                if scope in ("none", "unknown"):
                    right = status == 401
                elif scope == "all" or needed in ("any", scope):
                    right = status not in (401, 403, 404, 405, 429, 503)
                else:
                    right = status == 403
                if not right:
                    wrong.append((asked, path, scope, status))
    assert wrong == []
    # Whatever the scope: where there is no route, what a route takes, and a preflight.
    asks = {"Origin": "https://game.example", "Access-Control-Request-Method": "GET"}
    for key in held.values():
        assert status_of(server, "GET", "/nowhere", {"X-Api-Key": key}) == 404
        assert status_of(server, "OPTIONS", "/carts", {"X-Api-Key": key}) == 200
    assert status_of(server, "OPTIONS", "/carts", asks) == 200
    assert status_of(server, "GET", "/nowhere", {}) == 401


def refusals(server, reason: str) -> float:
    name = f'gamevents_http_requests_refused_total{{reason="{reason}"}} '
    line = next(line for line in server.request("/metrics").text.splitlines()
                if line.startswith(name))
    return float(line.split()[-1])


@pytest.mark.usefixtures("topic")
def test_a_refusal_says_why_is_counted_and_noted(keys, serve):
    key = {"X-Api-Key": add(keys, "game", "--scope", "write", "--origin", "https://game.example")}
    server = serve("--set", "serve.api_keys_file=keys", "--set",
                   "serve.cors_origins=https://game.example,https://other.example")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    own = key | {"Origin": "https://game.example"}
    assert server.request(SWORD, headers=own).status == 200
    for headers in (key, key | {"Origin": "https://other.example"}):
        refused = server.request(SWORD, headers=headers)
        assert (refused.status, refused.text) == (
            403, "this API key is for pages of other origins\n")
    refused = server.request("/inventory/ann", headers=own)
    assert (refused.status, refused.text) == (
        403, "this route needs an API key with the scope read or all; this one has the scope "
             "write\n")
    assert (refusals(server, "scope"), refusals(server, "key_origin")) == (1, 2)
    processes.wait_until(lambda: "refused an API key that is for pages of other origins (GET "
                                 f"{SWORD} of 127.0.0.1)" in server.stderr, 10, "the note")
    assert key["X-Api-Key"] not in server.stderr


@pytest.mark.usefixtures("topic")
def test_a_key_has_a_rate_of_its_own(keys, serve):
    slow = {"X-Api-Key": add(keys, "slow", "--scope", "all", "--rate", "2/s")}
    free = {"Authorization": f"Bearer {add(keys, 'free', '--scope', 'all')}"}
    server = serve("--set", "serve.api_keys_file=keys")
    answers = [server.request("/catalogue", headers=slow) for _ in range(8)]
    refused = [answer for answer in answers if answer.status == 429]
    assert refused and refused[0].headers["Retry-After"] == "1"
    assert refused[0].text == "too many requests with this API key\n"
    assert [server.request("/catalogue", headers=free).status for _ in range(8)] == [200] * 8
    assert refusals(server, "key_rate") == len(refused)


@pytest.mark.usefixtures("topic")
def test_a_key_that_is_removed_opens_nothing_after_sighup(keys, serve):
    first = {"X-Api-Key": add(keys, "first", "--scope", "write")}
    server = serve("--set", "serve.api_keys_file=keys")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    second = {"X-Api-Key": add(keys, "second", "--scope", "write")}
    keys("remove", "first")
    assert [server.request(SWORD, headers=key).status for key in (first, second)] == [200, 401]
    server.signal(signal.SIGHUP)
    processes.wait_until(lambda: "serve.api_keys_file: read again" in server.stderr, 10, "SIGHUP")
    assert [server.request(SWORD, headers=key).status for key in (first, second)] == [401, 200]


@pytest.mark.usefixtures("topic")
def test_generate_sends_a_key(keys, serve, gamevents, tmp_path):
    (tmp_path / "write").write_bytes(keys("add", "load", "--scope", "write").stdout)
    (tmp_path / "read").write_bytes(keys("add", "analyst", "--scope", "read").stdout)
    (tmp_path / "two").write_text("one\ntwo\n")
    server = serve("--set", "serve.api_keys_file=keys")
    processes.wait_until(lambda: server.request("/readyz").status == 200, 20, "ready")
    args = ("generate", "--url", server.url, "--count", 5)
    for routes in ("events", "classic"):
        done = gamevents(*args, "--routes", routes, "--api-key-file", "write")
        assert b"acknowledged 5 " in done.stdout
    key = (tmp_path / "write").read_text().strip()
    other = {"GAMEVENTS_API_KEY": (tmp_path / "read").read_text().strip()}
    assert b"acknowledged 5 " in gamevents(*args, env={"GAMEVENTS_API_KEY": key}).stdout
    # What is typed wins over the environment.
    assert b"acknowledged 5 " in gamevents(*args, "--api-key-file", "write", env=other).stdout
    assert b"acknowledged 5 " in gamevents(*args, "-H", f"X-Api-Key: {key}", env=other).stdout
    refused = gamevents(*args, "--api-key-file", "read", check=False)
    assert refused.returncode == 1
    assert b"403 this route needs an API key with the scope write or all" in refused.stdout
    for more, says in ((["--api-key-file", "two"], "expected one line with the key"),
                       (["--api-key-file", "nowhere"], "--api-key-file: open nowhere"),
                       (["--api-key-file", "write", "-H", "X-Api-Key: a"], "two API keys"),
                       (["--api-key-file", "write", "--to", "topic"], "--to topic")):
        done = gamevents(*(args if "--to" not in more else args[:1] + args[3:]), *more, check=False)
        assert done.returncode == 2 and says in done.stderr.decode(), done.stderr
    assert key.encode() not in refused.stdout + refused.stderr
