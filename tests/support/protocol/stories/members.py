"""Groups from within: joining, syncing, staying and leaving."""

import functools

from support.protocol.story import story
from support.protocol.stories import shared

MEMBER_ID_REQUIRED_SINCE = 4
NOBODY = "nobody"


def joining(group: str, **more) -> dict:
    """JoinGroup's body."""
    return {"group_id": group, "session_timeout_ms": 30_000, "rebalance_timeout_ms": 30_000,
            "member_id": "", "protocol_type": "consumer",
            "protocols": [{"name": "range", "metadata": b"r"},
                          {"name": "sticky", "metadata": b"s"}], **more}


def ask_to_join(talk, label: str, **body) -> dict:
    """Joins as a new member does: where it must, with the member id of a first answer."""
    answer = talk.ask(label, **body)
    if talk.version >= MEMBER_ID_REQUIRED_SINCE and not body.get("group_instance_id"):
        answer = talk.ask(f"{label} with its id", **{**body, "member_id": answer["member_id"]})
    return answer


def state(talk, group: str) -> str:
    return talk.do("DescribeGroups", groups=[group])["groups"][0]["group_state"]


def await_state(talk, group: str, wanted: str) -> None:
    talk.subject.until(lambda: state(talk, group) == wanted, f"{group} in {wanted}")


@story("JoinGroup")
def join_alone(talk):
    group = talk.name("alone")
    member = ask_to_join(talk, "the first", **joining(group))
    known = joining(group, member_id=member["member_id"])
    talk.ask("the first again", **known)
    talk.ask("with another protocol", **{**known, "protocols": [
        {"name": "other", "metadata": b"o"}]})
    talk.ask("with another type", **{**known, "protocol_type": "connect"})
    talk.ask("with a reason", since=8, **known, reason="why not")
    fresh = functools.partial(joining, talk.name("refused"))
    talk.ask("an unknown member", **joining(group, member_id=NOBODY))
    talk.ask("an unknown member of no group", **fresh(member_id=NOBODY))
    talk.ask("no group's name", **joining(""))
    for timeout in (0, -1, 5999, 1_800_001):
        talk.ask(f"a session of {timeout}", **fresh(session_timeout_ms=timeout))
    for timeout in (0, -1):
        talk.ask(f"a rebalance of {timeout}", **joining(talk.name(f"rebalance{timeout}"),
                                                        rebalance_timeout_ms=timeout))
    talk.ask("a protocol without a name", **joining(talk.name("nameless"), protocols=[
        {"name": "", "metadata": b"r"}]))
    talk.ask("no protocols", **fresh(protocols=[]))
    talk.ask("no protocol type", **fresh(protocol_type=""))
    talk.ask("a new member with another type", **joining(group, protocol_type="connect"))
    talk.ask("a new member with another protocol", **joining(group, protocols=[
        {"name": "other", "metadata": b"o"}]))


@story("JoinGroup")
def join_as_an_instance(talk):
    if talk.version < 5:
        return
    body = joining(talk.name("static"), group_instance_id="i")
    first = talk.ask("an instance", **body)
    talk.do("SyncGroup", group_id=body["group_id"], member_id=first["member_id"],
            generation_id=first["generation_id"], group_instance_id="i",
            protocol_type="consumer", protocol_name="range",
            assignments=[{"member_id": first["member_id"], "assignment": b"a"}])
    talk.ask("the instance again", **body)
    talk.ask("the instance with its old id", **{**body, "member_id": first["member_id"]})
    talk.ask("the instance with an unknown id", **{**body, "member_id": NOBODY})
    talk.ask("an empty instance", **joining(talk.name("empty"), group_instance_id=""))
    talk.ask("an instance with an id of no group", **joining(
        talk.name("none"), group_instance_id="i", member_id=NOBODY))


@story("JoinGroup")
def join_together(talk):
    group = talk.name("together")
    first = shared.join(talk, group, protocols=joining(group)["protocols"])
    body = joining(group)
    if talk.version >= MEMBER_ID_REQUIRED_SINCE:
        body["member_id"] = talk.ask("the second without an id", **body)["member_id"]
    second = talk.send(**body)
    await_state(talk, group, "PreparingRebalance")
    talk.ask("the first once more", **joining(group, member_id=first["member_id"]))
    talk.hear("the second", second)


@story("SyncGroup")
def sync(talk):
    member = shared.join(talk, talk.name("synced"))

    def ask(label, **more):
        asked = {**member, "protocol_type": "consumer", "protocol_name": "range"}
        talk.ask(label, **{**asked, **more})
    ask("a member")
    ask("a member with assignments",
        assignments=[{"member_id": member["member_id"], "assignment": b"other"}])
    ask("an old generation", generation_id=0)
    ask("a later generation", generation_id=99)
    ask("no generation", generation_id=-1)
    ask("an unknown member", member_id=NOBODY)
    ask("an empty member", member_id="")
    ask("no group", group_id=talk.name("none"))
    ask("no group's name", group_id="")
    ask("a missing instance", since=3, group_instance_id="i")
    ask("another type", since=5, protocol_type="connect")
    ask("another protocol", since=5, protocol_name="other")
    ask("no type", since=5, protocol_type=None)
    ask("no protocol", since=5, protocol_name=None)
    ask("no protocol of no group", since=5, protocol_name=None, group_id=talk.name("none"))


@story("SyncGroup")
def sync_in_time(talk):
    group = talk.name("in-time")
    body = joining(group)
    body["member_id"] = talk.do("JoinGroup", **body)["member_id"]
    joined = talk.do("JoinGroup", **body)
    member = {"group_id": group, "member_id": joined["member_id"],
              "generation_id": joined["generation_id"], "protocol_type": "consumer",
              "protocol_name": "range"}
    talk.ask("the leader", **member, assignments=[
        {"member_id": joined["member_id"], "assignment": b"a"},
        {"member_id": NOBODY, "assignment": b"b"}])
    talk.ask("the leader again", **member)


@story("Heartbeat")
def heartbeat(talk):
    member = shared.join(talk, talk.name("beats"))

    def ask(label, **more):
        talk.ask(label, **{**member, **more})
    ask("a member")
    ask("an old generation", generation_id=0)
    ask("a later generation", generation_id=99)
    ask("no generation", generation_id=-1)
    ask("an unknown member", member_id=NOBODY)
    ask("an empty member", member_id="")
    ask("no group", group_id=talk.name("none"))
    ask("no group's name", group_id="")
    ask("a missing instance", since=3, group_instance_id="i")
    named = shared.join(talk, talk.name("named"), group_instance_id="i")
    ask("an instance", **{**named, "group_instance_id": "i"}, since=3)
    ask("an instance under another id", **{**named, "member_id": NOBODY, "group_instance_id": "i"},
        since=3)
    ask("an instance's member alone", **named)
    body = joining(member["group_id"], protocols=[{"name": "range", "metadata": b"w"}])
    answer = talk.do("JoinGroup", **body)
    waiting = talk.connect()
    waiting.send("JoinGroup", 9, {**body, "member_id": answer["member_id"]})
    await_state(talk, member["group_id"], "PreparingRebalance")
    ask("while others join")
    ask("an old generation while others join", generation_id=0)


@story("LeaveGroup")
def leave_one(talk):
    member = shared.join(talk, talk.name("left"))
    group = member["group_id"]

    def ask(label, member_id, group_id=group):
        talk.ask(label, until=2, group_id=group_id, member_id=member_id)
    ask("somebody unknown", NOBODY)
    ask("a member", member["member_id"])
    ask("a member that has left", member["member_id"])
    ask("an empty member", "")
    ask("of no group", NOBODY, talk.name("none"))
    ask("of no group's name", NOBODY, "")


@story("LeaveGroup")
def leave_many(talk):
    group = talk.name("many")

    def ask(label, *members, group_id=group):
        talk.ask(label, since=3, group_id=group_id, members=[
            {"member_id": member_id, "group_instance_id": instance}
            for member_id, instance in members])
    member = shared.join(talk, group)
    ask("an unknown one among many", (NOBODY, None), ("", "i"))
    ask("one of many", (member["member_id"], None))
    ask("one that has left", (member["member_id"], None))
    named = shared.join(talk, talk.name("named"), group_instance_id="i")
    ask("an instance under another id", (NOBODY, "i"), group_id=named["group_id"])
    ask("an instance that is missing", ("", "other"), group_id=named["group_id"])
    ask("an instance", ("", "i"), group_id=named["group_id"])
    again = shared.join(talk, talk.name("again"), group_instance_id="i")
    ask("an instance and its id", (again["member_id"], "i"), group_id=again["group_id"])
    last = shared.join(talk, talk.name("twice"))
    ask("one twice", (last["member_id"], None), (last["member_id"], None),
        group_id=last["group_id"])
    ask("nobody")
    ask("many of no group", (NOBODY, None), group_id=talk.name("none"))
    ask("many of no group's name", (NOBODY, None), group_id="")
    ask("nobody of no group", group_id=talk.name("none"))
