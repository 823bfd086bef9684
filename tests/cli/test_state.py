"""Goal: carts, inventories and guilds are what the log says, on every server, at once after each
command, and after a restart.

Method: `serve` over each broker that must do; commands over HTTP, their answers, and the events
that they left in the topic. Two servers over one topic of four partitions are asked the same.
"""

import json
import time
import urllib.parse

import pytest
from support import processes

READY_S = 20


def ask(server, method, path, body=None, **parameters):
    """The status and the JSON of one request."""
    query = "?" + urllib.parse.urlencode(parameters) if parameters else ""
    data = None if body is None else json.dumps(body)
    answer = server.request(path + query, method=method, body=data)
    return answer.status, json.loads(answer.body) if answer.body[:1] == b"{" else answer.text


def wait_ready(*servers):
    for server in servers:
        processes.wait_until(lambda s=server: s.request("/carts").status == 200, READY_S,
                             "the state was ready")
    return servers[0]


def events_of(gamevents):
    done = gamevents("consume", "--from-beginning")
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_catalogue_is_served(serve, topic, tmp_path):
    status, catalogue = ask(wait_ready(serve()), "GET", "/catalogue")
    assert status == 200
    items = {item["name"]: item for item in catalogue["items"]}
    assert len(items) >= 20
    assert "katana" in items["sword"]["types"]
    (tmp_path / "gamevents.yaml").write_text("catalogue: small.yaml\n")
    (tmp_path / "small.yaml").write_text("items:\n  duck: {kind: toy, price: 3}\n")
    own = wait_ready(serve())
    assert ask(own, "GET", "/catalogue")[1] == {"items": [
        {"name": "duck", "kind": "toy", "types": [], "price": 3, "stack_limit": 1000000,
         "unique": False}]}
    assert ask(own, "POST", "/purchase/duck/u")[0] == 200


def test_purchases_have_parameters(serve, gamevents, topic):
    server = wait_ready(serve())
    assert server.request("/purchase_a_sword/u").text == \
        "Hello u!! You purchased a Sword successfully!\n"
    status, answer = ask(server, "GET", "/purchase/sword/u", type="katana", quantity=2)
    assert status == 200
    assert answer | {"event_id": 0} == {
        "status": "done", "user": "u", "item": "sword", "kind": "sword", "type": "katana",
        "quantity": 2, "price": 120, "total": 240, "owned": 2, "event_id": 0, "partition": 0,
        "offset": 1}
    status, answer = ask(server, "POST", "/purchase/potion", {"user": "u", "type": "mana"})
    assert (status, answer["owned"]) == (200, 1)
    assert ask(server, "GET", "/inventory/u")[1] == {"user": "u", "quantity": 4, "items": [
        {"item": "potion", "kind": "potion", "type": "mana", "quantity": 1},
        {"item": "sword", "kind": "sword", "quantity": 1},
        {"item": "sword", "kind": "sword", "type": "katana", "quantity": 2}]}
    bought = events_of(gamevents)[1]
    assert bought["event_type"] == "purchase_sword"
    assert {key: bought[key] for key in ("purchase_user", "user", "item", "kind", "type",
                                         "quantity", "price", "stack_limit", "unique")} == {
        "purchase_user": "u", "user": "u", "item": "sword", "kind": "sword", "type": "katana",
        "quantity": 2, "price": 120, "stack_limit": 20, "unique": False}
    katanas = gamevents("consume", "--from-beginning", "--where",
                        "kind = 'sword' and type = 'katana' and user = 'u'")
    assert [json.loads(line)["event_id"] for line in katanas.stdout.splitlines()] == \
        [bought["event_id"]]


@pytest.mark.parametrize("method, path, status, said", [
    ("GET", "/purchase/swrod/u", 404, "did you mean sword?"),
    ("GET", "/purchase/sword/u?type=spoon", 400, "katana, broadsword"),
    ("GET", "/purchase/crown/u?type=gold", 400, "crown comes in no types"),
    ("GET", "/purchase/sword/u?quantity=21", 400, "1 to 20"),
    ("GET", "/purchase/sword/u?quantity=0", 400, "1 to 20"),
    ("GET", "/purchase/sword/u?quantity=x", 400, "whole number"),
    ("GET", "/purchase/crown/u?quantity=2", 400, "1 to 1"),
    ("GET", "/purchase/sword/u?colour=red", 400, "there are: type, quantity"),
    ("GET", "/purchase/sword/u?type=katana&type=katana", 400, "twice"),
    ("GET", "/purchase/sword/u?type=%FF", 400, "not valid UTF-8"),
    ("GET", f"/purchase/sword/{'u' * 1025}", 400, "1 to 1024 bytes"),
    ("POST", "/purchase/sword", 400, "user"),
    ("PUT", "/cart/u/items/swrod", 404, "did you mean sword?"),
    ("DELETE", f"/cart/u/items/{'a' * 65}", 400, "1 to 64 bytes"),
    ("GET", "/carts?where=total+%3E", 400, "column"),
    ("GET", "/carts?min_age=10", 400, "min_age"),
    ("GET", "/inventory?min_age=10s", 400, "not known"),
    ("GET", "/inventory?limit=1001", 400, "1 to 1000"),
    ("GET", "/guilds/g?limit=0", 400, "1 to 1000"),
])
def test_what_cannot_be_asked_is_explained(shared_server, method, path, status, said):
    answer = shared_server.request(path, method=method)
    assert answer.status == status
    assert said in json.loads(answer.body)["error"]


@pytest.fixture(scope="module")
def shared_server(embedded, tmp_path_factory):
    from support import program
    embedded.create_topic("refusals")
    server = program.Server([], home=tmp_path_factory.mktemp("refusals"), brokers=embedded.brokers,
                            topic="refusals")
    wait_ready(server)
    yield server
    server.kill()


def test_a_cart_is_filled_and_bought(serve, topic):
    server = wait_ready(serve())
    status, answer = ask(server, "PUT", "/cart/u/items/sword", type="katana", quantity=2)
    assert status == 200
    assert answer["cart"]["total"] == 240
    # PUT sets: the same again changes nothing.
    assert ask(server, "PUT", "/cart/u/items/sword", type="katana", quantity=2)[1]["cart"][
        "items"] == answer["cart"]["items"]
    assert ask(server, "PUT", "/cart/u/items/bread", {"quantity": 10})[1]["cart"]["total"] == 260
    status, answer = ask(server, "DELETE", "/cart/u/items/rope")
    assert (status, answer["status"], answer["reason"]) == (409, "refused", "rope: not in the cart")
    assert ask(server, "DELETE", "/cart/u/items/bread", quantity=4)[1]["cart"]["total"] == 252
    cart = ask(server, "GET", "/cart/u")[1]
    assert [line["quantity"] for line in cart["items"]] == [2, 6]
    status, answer = ask(server, "POST", "/cart/u/checkout")
    assert (status, answer["total"], answer["inventory"]["quantity"]) == (200, 252, 8)
    assert ask(server, "GET", "/cart/u")[1] == {"user": "u", "items": [], "total": 0}
    status, answer = ask(server, "POST", "/cart/u/checkout")
    assert (status, answer["reason"]) == (409, "the cart is empty")
    status, answer = ask(server, "POST", "/inventory/u/use/bread", quantity=5)
    assert answer["inventory"]["quantity"] == 3
    assert ask(server, "POST", "/inventory/u/use/bread", quantity=2)[0] == 409
    ask(server, "PUT", "/cart/u/items/rope")
    assert ask(server, "DELETE", "/cart/u")[1]["cart"]["items"] == []
    assert ask(server, "GET", "/purchase/crown/u")[0] == 200
    assert ask(server, "GET", "/purchase/crown/u") [1]["reason"].startswith("crown: a user can")


def test_guilds(serve, topic):
    server = wait_ready(serve())
    for user in ("ann", "bob"):
        assert server.request(f"/join_a_guild/{user}/G%C3%B6tter").status == 200
    processes.wait_until(lambda: ask(server, "GET", "/guilds/G%C3%B6tter")[1]["count"] == 2, 10,
                         "both joined")
    status, answer = ask(server, "GET", "/leave_a_guild/ann")
    assert (status, answer["left_guild"]) == (200, "Götter")
    assert ask(server, "GET", "/leave_a_guild/ann/G%C3%B6tter")[0] == 409
    assert ask(server, "GET", "/guilds/G%C3%B6tter")[1] == {
        "guild": "Götter", "members": ["bob"], "count": 1}


def test_users_are_found_by_what_they_have(serve, topic):
    server = wait_ready(serve())
    for number in range(6):
        ask(server, "GET", f"/purchase/potion/user{number}", quantity=number + 1, type="mana")
        ask(server, "PUT", f"/cart/user{number}/items/bread", quantity=number + 1)
    ask(server, "GET", "/purchase/sword/user3", type="katana")

    def found(**parameters):
        status, answer = ask(server, "GET", "/inventory", **parameters)
        assert status == 200
        return [row["user"] for row in answer["inventories"]], answer.get("next")
    assert found() == ([f"user{n}" for n in range(6)], None)
    assert found(limit=2) == (["user0", "user1"], "user1")
    assert found(limit=4, after="user1") == ([f"user{n}" for n in range(2, 6)], None)
    assert found(item="potion", min=5) == (["user4", "user5"], None)
    assert found(kind="sword") == (["user3"], None)
    assert found(where="item.potion.mana >= 3 and not exists(item.sword)") == (
        ["user2", "user4", "user5"], None)
    status, answer = ask(server, "GET", "/carts", where="total > 8", limit=1)
    assert [row["user"] for row in answer["carts"]] == ["user4"]
    assert answer["next"] == "user4"
    assert ask(server, "GET", "/carts", min_age="1h")[1] == {"carts": []}
    time.sleep(1.1)
    ask(server, "PUT", "/cart/user0/items/bread")
    old = ask(server, "GET", "/carts", min_age="1s")[1]["carts"]
    assert [row["user"] for row in old] == [f"user{n}" for n in range(1, 6)]


def test_a_restart_loses_nothing(serve, topic, tmp_path):
    server = wait_ready(serve())
    ask(server, "PUT", "/cart/u/items/sword", type="katana", quantity=2)
    ask(server, "GET", "/purchase/potion/u", quantity=3)
    shown = [ask(server, "GET", path)[1] for path in ("/cart/u", "/inventory/u")]
    assert server.stop() == 0
    files = list(tmp_path.glob("gamevents/.state/*.sqlite"))
    assert [file.name for file in files] == [topic + ".sqlite"]
    again = wait_ready(serve())
    assert [ask(again, "GET", path)[1] for path in ("/cart/u", "/inventory/u")] == shown
    again.kill()
    # A snapshot that is no snapshot is set aside, and the log is enough.
    files[0].write_bytes(b"no database" * 100)
    third = wait_ready(serve())
    assert [ask(third, "GET", path)[1] for path in ("/cart/u", "/inventory/u")] == shown
    assert "set aside" in third.stderr
    assert files[0].with_name(files[0].name + ".set-aside").exists()


def test_a_snapshot_of_the_place_before_moves_along(serve, gamevents, topic, tmp_path):
    before = tmp_path / "gamevents-state" / f"{topic}.sqlite"
    server = wait_ready(serve("--set", f"state.snapshot={before}"))
    ask(server, "GET", "/purchase/potion/u", quantity=3)
    assert server.stop() == 0
    assert before.exists()
    again = wait_ready(serve())
    assert ask(again, "GET", "/inventory/u")[1]["quantity"] == 3
    assert "aside" not in again.stderr
    assert again.stop() == 0
    assert not before.parent.exists()
    after = tmp_path / "gamevents" / ".state" / f"{topic}.sqlite"
    assert after.exists()
    assert (after.parent.stat().st_mode & 0o777, after.stat().st_mode & 0o777) == (0o700, 0o600)
    assert gamevents("state", "verify").returncode == 0


def test_two_servers_agree(serve, broker, tmp_path):
    topic = broker.create_topic(f"two-{time.time_ns()}", partitions=4)
    one, two = servers = serve(topic=topic), serve(
        "--set", f"state.snapshot={tmp_path / 'two.sqlite'}", topic=topic)
    wait_ready(*servers)
    last = {}
    for number in range(40):
        user = f"user{number % 10}"
        asked = servers[number // 10 % 2]
        for method, path in (("PUT", f"/cart/{user}/items/arrow?quantity={number + 1}"),
                             ("POST", f"/cart/{user}/checkout")):
            status, answer = ask(asked, method, path)
            assert status == 200
            last[user] = answer["inventory"]["quantity"] if "inventory" in answer else None
    partitions = {ask(one, "GET", f"/purchase/bread/user{n}")[1]["partition"] for n in range(10)}
    assert len(partitions) > 1

    def all_of(server):
        return ask(server, "GET", "/inventory", limit=1000)[1]
    processes.wait_until(lambda: all_of(one) == all_of(two), 10, "both showed the same")
    assert {row["user"]: row["quantity"] - 1 for row in all_of(two)["inventories"]} == last


def test_a_topic_that_is_made_anew_is_folded_anew(serve, own_embedded, gamevents):
    topic = own_embedded.create_topic("anew")
    server = wait_ready(serve(topic=topic))
    ask(server, "GET", "/purchase/potion/u", quantity=3)
    assert server.stop() == 0
    from confluent_kafka.admin import AdminClient
    admin = AdminClient({"bootstrap.servers": own_embedded.brokers})
    admin.delete_topics([topic])[topic].result(10)
    own_embedded.create_topic(topic)
    again = wait_ready(serve(topic=topic))
    assert ask(again, "GET", "/inventory/u")[1]["items"] == []
    assert "rebuilt from" in again.stderr


def test_the_state_command_shows_and_verifies(serve, gamevents, topic, tmp_path):
    server = wait_ready(serve())
    ask(server, "GET", "/purchase/sword/ann", type="katana", quantity=2)
    ask(server, "GET", "/purchase/potion/bob", type="mana")
    ask(server, "PUT", "/cart/bob/items/bread", quantity=3)
    server.request("/join_a_guild/bob/masadons")
    # While `serve` runs, and has written no snapshot yet.
    assert gamevents("state", "verify").stdout == b"OK: 2 users, as 4 records of the log say\n"
    numbers = dict(line.split()[:2] for line in gamevents("state", "show").stdout.decode()
                   .splitlines() if not line.startswith("partition"))
    assert {key: numbers[key] for key in ("users", "inventories", "carts", "guilds", "done")} == {
        "users": "2", "inventories": "2", "carts": "1", "guilds": "1", "done": "4"}
    rows = gamevents("state", "show", "inventory", "--where", "kind = sword", "--output", "csv")
    assert rows.stdout.decode().splitlines() == ["user,item,kind,type,quantity",
                                                 "ann,sword,sword,katana,2"]
    cart = json.loads(gamevents("state", "show", "carts", "--format", "ndjson").stdout)
    assert list(cart)[:-1] == ["user", "item", "kind", "type", "quantity", "price", "total"]
    assert (cart["user"], cart["total"]) == ("bob", 6)
    members = gamevents("state", "show", "guilds", "--format", "markdown").stdout.decode()
    assert members.splitlines()[0] == "| guild | user |"
    # A filter that nothing meets leaves the columns.
    none = gamevents("state", "show", "carts", "--where", "total > 100").stdout.decode()
    assert "|user|item|kind|type|quantity|price|total|changed_at|" in none
    assert server.stop() == 0
    assert gamevents("state", "verify").stdout == b"OK: 2 users, as 4 records of the log say\n"
    table = gamevents("report", "--view", "carts", "--select", "user,item,quantity,total")
    assert table.stdout.decode().splitlines()[:4] == [
        "+----+-----+--------+-----+", "|user| item|quantity|total|",
        "+----+-----+--------+-----+", "| bob|bread|       3|    6|"]
    grouped = gamevents("report", "--view", "guilds", "--group-by", "guild", "--format", "json")
    assert b"masadons" in grouped.stdout
    assert gamevents("report", "--view", "carts", "--from", "3", check=False).returncode == 2

    path = next(tmp_path.glob("gamevents/.state/*.sqlite"))
    import sqlite3
    with sqlite3.connect(path) as database:
        database.execute("UPDATE users SET row = x'00'")
    broken = gamevents("state", "verify", check=False)
    assert broken.returncode == 1
    assert b"damaged" in broken.stderr
    assert gamevents("state", "rebuild").stdout.startswith(b"Folded 4 records")
    assert gamevents("state", "verify").returncode == 0


def test_a_field_that_no_row_has_is_named(serve, gamevents, topic):
    server = wait_ready(serve())
    ask(server, "PUT", "/cart/bob/items/bread", quantity=3)
    wrong = gamevents("state", "show", "carts", "--where", "totl > 3")
    assert wrong.stdout.splitlines()[1].startswith(b"|user|item|") and b"bread" not in wrong.stdout
    said = b"none of the 1 rows that were read has the field totl; did you mean total?"
    assert said in wrong.stderr
    item = gamevents("state", "show", "carts", "--where", "item = braed")
    assert b"has the item braed; did you mean bread?" in item.stderr
    right = gamevents("state", "show", "carts", "--where", "total > 3", "--format", "csv")
    assert b"bread" in right.stdout
    assert b"none of" not in right.stderr
    # Where there is nothing to look at, nothing is missing.
    assert b"none of" not in gamevents("state", "show", "guilds", "--where", "gild = x").stderr


def test_an_impossible_limit_is_explained(gamevents, topic):
    for limit, said in (("-1", b"--limit: '-1' is not a whole number from 0 to"),
                        ("100001", b"--limit of a table is at most 100000 rows: for more take "
                                   b"--format json or csv")):
        done = gamevents("state", "show", "carts", "--limit", limit, check=False)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr


def test_a_snapshot_that_lies_is_found_out(serve, gamevents, topic, tmp_path):
    """One that is whole, but not what the log says: as if the fold had changed since."""
    server = wait_ready(serve())
    for user in ("ann", "bob"):
        ask(server, "GET", f"/purchase/rope/{user}", quantity=1 if user == "ann" else 2)
    assert server.stop() == 0
    # The snapshot of another topic's events at the same offsets, but for the last.
    gamevents("create-topic", "other")
    other = wait_ready(serve(topic="other"))
    ask(other, "GET", "/purchase/rope/ann", quantity=9)
    other.stop()
    folder = tmp_path / "gamevents" / ".state"
    import sqlite3
    with sqlite3.connect(folder / "other.sqlite") as database:
        lie = database.execute("SELECT row FROM users WHERE name = CAST('ann' AS BLOB)").fetchone()
    with sqlite3.connect(folder / f"{topic}.sqlite") as database:
        database.execute("UPDATE users SET row = ? WHERE name = CAST('ann' AS BLOB)", lie)
    found = gamevents("state", "verify", check=False)
    assert found.returncode == 1
    assert b"user ann" in found.stderr
    assert b"gamevents state rebuild" in found.stderr
