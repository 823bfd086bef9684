"""Groups from outside: described, listed and deleted; and those of KIP-848."""

from support.protocol.story import story
from support.protocol.stories import shared
from support.protocol.stories.members import await_state, joining
from support.protocol.stories.shared import GROUP, MISSING, ONE


@story("DescribeGroups")
def describe_groups(talk):
    member = shared.join(talk, talk.name("seen"))

    def ask(label, *groups, **more):
        talk.ask(label, groups=list(groups), **more)
    ask("an active group", member["group_id"])
    ask("a group without members", GROUP)
    ask("a missing group", MISSING)
    ask("no group's name", "")
    ask("two groups", GROUP, MISSING)
    ask("a group twice", GROUP, GROUP)
    ask("nothing")
    ask("operations", GROUP, MISSING, since=3, include_authorized_operations=True)
    named = shared.join(talk, talk.name("named"), group_instance_id="i")
    ask("a group with an instance", named["group_id"])


@story("DescribeGroups")
def describe_groups_at_work(talk):
    group = talk.name("at-work")
    member = shared.join(talk, group)
    body = joining(group, protocols=[{"name": "range", "metadata": b"w"}])
    body["member_id"] = talk.do("JoinGroup", **body)["member_id"]
    talk.ask("a group for which a member id was drawn", groups=[group])
    second = talk.connect()
    second.send("JoinGroup", 9, body)
    await_state(talk, group, "PreparingRebalance")
    talk.ids.add_member(body["member_id"])
    talk.ask("a group while members join", groups=[group])
    talk.do("JoinGroup", **{**body, "member_id": member["member_id"]})
    second.receive("JoinGroup", 9)
    talk.ask("a group that awaits its assignment", groups=[group])
    left = talk.name("left")
    gone = shared.join(talk, left)
    talk.do("LeaveGroup", group_id=left, members=[{"member_id": gone["member_id"]}])
    await_state(talk, left, "Empty")
    talk.ask("a group that all have left", groups=[left])


@story("ListGroups")
def list_groups(talk):
    member = shared.join(talk, talk.name("active"))
    mine = {member["group_id"], GROUP}

    def ask(label, **more):
        answer = talk.ask(label, **more)
        if answer:
            answer["groups"] = [one for one in answer["groups"] if one["group_id"] in mine]
    ask("all")
    for states in (["Stable"], ["Empty"], ["stable"], ["Dead"], ["nonsense"], ["Stable", "Empty"],
                   [""]):
        ask(f"in {states}", since=4, states_filter=states)
    for types in (["classic"], ["Classic"], ["consumer"], ["share"], ["nonsense"], [""],
                  ["classic", "consumer"]):
        ask(f"of {types}", since=5, types_filter=types)
    ask("stable classic ones", since=5, types_filter=["classic"], states_filter=["Stable"])


@story("DeleteGroups")
def delete_groups(talk):
    group = talk.name("old")
    assert shared.commit(talk.subject, group, {ONE: {0: 1}})
    member = shared.join(talk, talk.name("active"))

    def ask(label, *groups):
        talk.ask(label, groups_names=list(groups))
    ask("a group", group)
    ask("a group that is gone", group)
    ask("an active group", member["group_id"])
    ask("no group's name", "")
    ask("two missing groups", talk.name("a"), talk.name("b"))
    assert shared.commit(talk.subject, group, {ONE: {0: 1}})
    ask("a group twice", group, group)
    ask("a missing group twice", MISSING, MISSING)
    ask("nothing")


@story("ConsumerGroupHeartbeat")
def consumer_group_heartbeat(talk):
    def ask(label, **more):
        talk.ask(label, **{"group_id": talk.name("new"), "member_id": "m", "member_epoch": 0,
                           "rebalance_timeout_ms": 1000, "subscribed_topic_names": [ONE],
                           "topic_partitions": [], **more})
    ask("a new member")
    ask("no group's name", group_id="")
    ask("an unknown member", member_epoch=5)
    ask("a member that leaves", member_epoch=-1)
    ask("a member that wants nothing", subscribed_topic_names=None)
