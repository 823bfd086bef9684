"""Goal: whoever asks for JSON is told by a code why a request is refused, and whoever does not is
told as before.

Method: `serve` over the embedded broker; one request for each refusal that a client can bring
about, with and without an Accept that names JSON.
"""

import hashlib
import json
import socket

import pytest
from support import processes

JSON = {"Accept": "application/json"}
PROBLEM = "application/problem+json"
KEY = "secret"


@pytest.fixture
def server(serve, topic):
    running = serve()
    for path in ("/readyz", "/carts"):
        processes.wait_until(lambda p=path: running.request(p).status == 200, 20, f"{path} 200")
    return running


def problem(answer):
    """The problem that the answer is, after its form is checked."""
    told = json.loads(answer.body)
    assert answer.headers["Content-Type"] == PROBLEM, told
    assert told["status"] == answer.status
    assert told["type"] == f"tag:gamevents,2026:{told['code']}"
    assert told["title"] and told["detail"] and told["retryable"] == (
        answer.status in (408, 429, 503))
    return told


def test_text_routes_have_both_forms(server):
    for method, path, status, code in (
            ("GET", "/purchase_a_swrod/u", 404, "unknown_route"),
            ("DELETE", "/purchase_a_sword/u", 405, "method_not_allowed"),
            ("BREW", "/purchase_a_sword/u", 501, "unknown_method"),
            ("GET", "/purchase_a_sword/%ff", 400, "malformed_path"),
            ("GET", "/dashboard?sicne=1h", 400, "unknown_argument")):
        plain = server.request(path, method=method)
        assert (plain.status, plain.headers["Content-Type"]) == (
            status, "text/plain; charset=utf-8"), path
        told = problem(server.request(path, method=method, headers=JSON))
        assert (told["status"], told["code"]) == (status, code)
        assert told["detail"] + "\n" == plain.text
    told = problem(server.request("/purchase_a_swrod/u", headers=JSON))
    assert told["nearest"] == "GET, POST /purchase_a_sword/<username>"
    told = problem(server.request("/purchase_a_sword/%ff", headers=JSON))
    assert told["field"] == "username"
    # What the assignment's routes answer stays as it is, whatever is asked for.
    assert server.request("/purchase_a_sword/u", headers=JSON).text == \
        "Hello u!! You purchased a Sword successfully!\n"


def test_routes_that_answer_with_json_refuse_with_it(server):
    told = problem(server.request("/purchase/sheild/u", method="POST"))
    assert (told["code"], told["field"], told["nearest"]) == ("unknown_item", "item", "shield")
    assert "sword" in told["allowed"] and told["error"] == told["detail"]
    told = problem(server.request("/purchase/sword/u?type=katna", method="POST"))
    assert (told["code"], told["nearest"]) == ("unknown_type", "katana")
    told = problem(server.request("/purchase/sword/u?quantity=0", method="POST"))
    assert (told["code"], told["field"], told["min"]) == ("invalid_argument", "quantity", 1)
    told = problem(server.request("/inventory?itm=sword"))
    assert (told["code"], told["field"], told["nearest"]) == ("unknown_argument", "itm", "item")
    told = problem(server.request("/catalogue", method="PUT"))
    assert (told["code"], told["allowed"]) == ("method_not_allowed", ["GET", "HEAD", "OPTIONS"])
    # Who takes only text gets it of what is refused before the route.
    answer = server.request("/catalogue", method="PUT", headers={"Accept": "text/plain"})
    assert (answer.status, answer.text) == (405, "/catalogue takes GET, HEAD, OPTIONS, not PUT\n")


def test_what_the_state_refuses_has_codes(server):
    def refused(method, path):
        own = server.request(path, method=method)
        told = json.loads(own.body)
        assert (own.status, own.headers["Content-Type"]) == (409, "application/json"), told
        assert (told["status"], told["reason"]) == ("refused", told["detail"])
        assert {"event_id", "partition", "offset"} <= told.keys()
        by_name = problem(server.request(path, method=method, headers={"Accept": PROBLEM}))
        assert by_name["code"] == told["code"]
        return told

    assert refused("POST", "/cart/u/checkout")["code"] == "cart_empty"
    assert refused("DELETE", "/cart/u/items/rope")["code"] == "not_in_cart"
    assert refused("POST", "/inventory/u/use/rope")["code"] == "not_owned"
    assert refused("POST", "/leave_a_guild/u")["code"] == "not_in_guild"
    items = json.loads(server.request("/catalogue").body)["items"]
    unique = next(item for item in items if item["unique"])
    assert server.request(f"/purchase/{unique['name']}/u", method="POST").status == 200
    assert refused("POST", f"/purchase/{unique['name']}/u")["code"] == "unique_owned"
    limited = next(item for item in items if not item["unique"] and item["stack_limit"] < 1000)
    full = f"/purchase/{limited['name']}/u?quantity={limited['stack_limit']}"
    assert server.request(full, method="POST").status == 200
    told = refused("POST", f"/purchase/{limited['name']}/u")
    assert (told["code"], told["field"], told["max"]) == (
        "stack_limit", "item", limited["stack_limit"])


def post(server, body, **headers):
    return server.request("/events", method="POST", body=body.encode(), headers={
        "Content-Type": "application/json"} | headers)


def test_each_event_has_a_code(server):
    answer = post(server, '[{"event_type":"a"},{"event_tpye":"b"},{"event_type":7},3]')
    assert answer.status == 200
    assert [(each["index"], each["code"], each.get("field"))
            for each in json.loads(answer.body)["rejected"]] == [
        (1, "missing_field", "event_type"), (2, "invalid_field", "event_type"),
        (3, "malformed_event", None)]
    told = problem(post(server, '{"event_type":"checkout"}'))
    assert (told["code"], told["accepted"]) == ("no_valid_event", 0)
    assert (told["rejected"][0]["code"], told["rejected"][0]["field"]) == ("invalid_field", "user")
    told = problem(post(server, "[1,"))
    assert (told["code"], told["error"]) == ("malformed_body", told["detail"])
    told = problem(server.request("/events", method="POST", body=b"a=1", headers={
        "Content-Type": "application/x-www-form-urlencoded"}))
    assert told["code"] == "unsupported_media_type" and "application/json" in told["allowed"]
    assert post(server, '{"event_type":"a"}', **{"Idempotency-Key": "1"}).status == 200
    told = problem(post(server, '{"event_type":"b"}', **{"Idempotency-Key": "1"}))
    assert told["code"] == "idempotency_key_reused"


def test_who_prefers_it_is_told_where_events_are(server, kcat, topic):
    answer = post(server, '[{"event_type":"a"},{},{"event_type":"b","event_id":"mine"}]',
                  Prefer="respond-async, return=representation")
    assert answer.headers["Preference-Applied"] == "return=representation"
    stored = json.loads(answer.body)["stored"]
    assert [each["index"] for each in stored] == [0, 2]
    assert stored[1]["event_id"] == "mine"
    for each in stored:
        record = kcat("-C", "-t", topic, "-p", each["partition"], "-o", each["offset"], "-c", "1",
                      "-e", "-q").stdout
        assert json.loads(record)["event_id"] == each["event_id"]
    again = json.loads(post(server, '{"event_type":"b","event_id":"mine"}',
                            Prefer="return=representation").body)
    assert (again["duplicates"], again["stored"]) == (1, [])
    assert "stored" not in json.loads(post(server, '{"event_type":"c"}').body)


def test_who_may_not_ask_is_told_by_a_code(serve, topic, tmp_path):
    keys = tmp_path / "keys"
    keys.write_text("".join(
        f"scope={scope} {hashlib.sha256(f'{KEY}-{scope}'.encode()).hexdigest()} {scope}\n"
        for scope in ("read", "write")) +
        f"rate=1/s {hashlib.sha256(KEY.encode()).hexdigest()} slow\n")
    server = serve("--set", f"serve.api_keys_file={keys}")
    assert problem(server.request("/catalogue", headers=JSON))["code"] == "unauthorized"
    # Who does not name JSON is told as text of what is refused before the route.
    assert server.request("/catalogue").text.startswith("an API key is needed")
    assert server.request("/purchase_a_sword/u").text.startswith("an API key is needed")
    told = problem(server.request("/purchase_a_sword/u", headers=JSON | {
        "X-Api-Key": f"{KEY}-read"}))
    assert (told["code"], told["allowed"]) == ("forbidden_scope", ["write", "all"])
    told = problem(server.request("/catalogue", headers=JSON | {
        "X-Api-Key": KEY, "Origin": "http://elsewhere.example"}))
    assert (told["code"], told["field"]) == ("forbidden_origin", "Origin")
    answers = [server.request("/catalogue", headers=JSON | {"X-Api-Key": KEY}) for _ in range(10)]
    limited = next(answer for answer in answers if answer.status == 429)
    told = problem(limited)
    assert told["code"] == "rate_limited"
    assert told["retry_after"] == int(limited.headers["Retry-After"])


@pytest.mark.parametrize("head, code", [
    ("GET / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Length: a\r\n\r\n",
     "malformed_request"),
    ("POST / HTTP/1.1\r\nHost: x\r\nAccept: application/json\r\nContent-Length: 9999999\r\n\r\n",
     "body_too_large"),
    ("GET / HTTP/1.1\r\nHost: elsewhere.example\r\nAccept: application/json\r\n\r\n",
     "unknown_host"),
    ("POST / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n"
     "Content-Encoding: br\r\nContent-Length: 1\r\n\r\nx", "unsupported_encoding"),
])
def test_what_is_no_request_has_a_code_too(server, head, code):
    for accepts_json in (True, False):
        sent = head if accepts_json else head.replace("Accept: application/json\r\n", "")
        with socket.create_connection((server.host, server.port), 10) as client:
            client.sendall(sent.encode())
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while piece := client.recv(65536):
                answer += piece
        fields, body = answer.decode().split("\r\n\r\n", 1)
        assert (f"Content-Type: {PROBLEM}" in fields) == accepts_json, answer
        assert ("Content-Type: text/plain" in fields) != accepts_json, answer
        if accepts_json:
            assert json.loads(body)["code"] == code


def test_a_503_has_a_code_and_names_no_broker(serve, topic):
    port = processes.free_port()
    server = serve("--set", "kafka.timeout=1s", brokers=f"127.0.0.1:{port}")
    told = problem(server.request("/purchase_a_sword/u", headers=JSON))
    assert told["code"] == "not_acknowledged" and told["retry_after"] >= 1
    assert f":{port}" not in json.dumps(told)
    told = problem(server.request("/cart/u/checkout", method="POST"))
    assert told["code"] == "not_ready" and f":{port}" not in json.dumps(told)
    told = problem(post(server, '{"event_type":"a"}'))
    assert told["code"] == "not_acknowledged" and f":{port}" not in json.dumps(told)
