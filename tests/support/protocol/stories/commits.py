"""How far groups have come."""

from support.protocol.story import story
from support.protocol.stories import shared
from support.protocol.stories.shared import GROUP, IMPOSSIBLE, MISSING, ONE, THREE


def committed(talk, topic: str, index: int = 0, offset: int = 1, metadata="m", **more) -> dict:
    """OffsetCommit's entry for one partition."""
    return {"name": topic, "topic_id": talk.id_of(topic), "partitions": [
        {"partition_index": index, "committed_offset": offset, "committed_metadata": metadata,
         **more}]}


@story("OffsetCommit")
def commit_without_members(talk):
    def ask(label, *topics, group="simple", **more):
        talk.ask(label, group_id=talk.name(group) if group else "", topics=list(topics), **more)
    here = committed(talk, ONE)
    ask("one", here)
    ask("two topics", here, committed(talk, THREE, 2))
    ask("a missing topic", committed(talk, MISSING))
    ask("a missing partition", committed(talk, ONE, 7))
    ask("a negative partition", committed(talk, ONE, -1))
    ask("an impossible name", committed(talk, IMPOSSIBLE), until=9)
    ask("an empty name", committed(talk, ""), until=9)
    ask("a good one and a bad one", here, committed(talk, MISSING))
    ask("beyond the end", committed(talk, ONE, 0, 999))
    ask("a negative offset", committed(talk, ONE, 0, -1))
    ask("an impossible offset", committed(talk, ONE, 0, -5))
    ask("no metadata", committed(talk, ONE, metadata=None))
    ask("much metadata", committed(talk, ONE, metadata="m" * 4096))
    ask("too much metadata", committed(talk, ONE, metadata="m" * 4097))
    ask("an epoch", committed(talk, ONE, committed_leader_epoch=9), since=6)
    ask("a retention time", here, retention_time_ms=1000)
    ask("a partition twice", here, committed(talk, ONE, 0, 2))
    ask("a missing partition twice", committed(talk, ONE, 7), committed(talk, ONE, 7))
    ask("an internal topic", committed(talk, shared.OFFSETS_TOPIC), until=9)
    ask("nothing")
    ask("no partitions", {**here, "partitions": []})
    ask("no group's name", here, group="")
    ask("no group's name, but a generation", here, group="", generation_id_or_member_epoch=1)
    ask("no group's name, but a member", here, group="", member_id="somebody")
    ask("a generation of no group", here, group="none", generation_id_or_member_epoch=1)
    ask("generation 0 of no group", here, group="none", generation_id_or_member_epoch=0)
    ask("a member of no group", here, group="none", member_id="somebody")
    ask("a member and a generation of no group", here, group="none", member_id="somebody",
        generation_id_or_member_epoch=1)
    ask("a generation of a group without members", here, generation_id_or_member_epoch=1)
    ask("a member of a group without members", here, member_id="somebody")
    ask("an instance of a group without members", here, since=7, group_instance_id="i")
    ask("generation -2", here, generation_id_or_member_epoch=-2)


@story("OffsetCommit")
def commit_of_members(talk):
    here = committed(talk, ONE)
    member = shared.join(talk, talk.name("members"))

    def ask(label, *topics, **more):
        asked = {"group_id": member["group_id"], "member_id": member["member_id"],
                 "generation_id_or_member_epoch": member["generation_id"]}
        talk.ask(label, topics=list(topics), **{**asked, **more})
    ask("a member's", here)
    ask("a member's of a missing topic", committed(talk, MISSING))
    ask("an old generation", here, generation_id_or_member_epoch=0)
    ask("a later generation", here, generation_id_or_member_epoch=99)
    ask("no generation", here, generation_id_or_member_epoch=-1)
    ask("another member", here, member_id="somebody")
    ask("no member", here, member_id="")
    ask("neither member nor generation", here, member_id="", generation_id_or_member_epoch=-1)
    ask("a missing instance", here, since=7, group_instance_id="i")


@story("OffsetFetch")
def fetch_offsets_of_a_group(talk):
    def ask(label, group, *topics, **more):
        talk.ask(label, until=7, group_id=group, topics=[
            {"name": name, "partition_indexes": indexes} for name, indexes in topics], **more)
    ask("some", GROUP, (ONE, [0]), (THREE, [0, 1]))
    ask("a missing topic", GROUP, (MISSING, [0]))
    ask("a missing partition", GROUP, (ONE, [7]))
    ask("a negative partition", GROUP, (ONE, [-1]))
    ask("an impossible name", GROUP, (IMPOSSIBLE, [0]))
    ask("a missing group", MISSING, (ONE, [0]))
    ask("no group's name", "", (ONE, [0]))
    ask("a partition twice", GROUP, (ONE, [0, 0]))
    ask("a topic twice", GROUP, (ONE, [0]), (ONE, [0]))
    ask("nothing", GROUP)
    ask("no partitions", GROUP, (ONE, []))
    ask("stable ones", GROUP, (ONE, [0]), require_stable=True)
    talk.ask("all", since=2, until=7, group_id=GROUP, topics=None)
    talk.ask("all of a missing group", since=2, until=7, group_id=MISSING, topics=None)
    talk.ask("all of no group's name", since=2, until=7, group_id="", topics=None)


@story("OffsetFetch")
def fetch_offsets_of_groups(talk):
    def group(name, *topics, **more):
        return {"group_id": name, **more, "topics": [
            {"name": topic, "topic_id": talk.id_of(topic), "partition_indexes": indexes}
            for topic, indexes in topics]}

    def ask(label, *groups, since=8, **more):
        talk.ask(label, since=since, groups=list(groups), **more)
    one = group(GROUP, (ONE, [0]))
    ask("some of a group", group(GROUP, (ONE, [0]), (THREE, [0, 1])))
    ask("a group's missing topic", group(GROUP, (MISSING, [0])))
    ask("a group's missing partition", group(GROUP, (ONE, [7])))
    ask("a group that is missing", group(MISSING, (ONE, [0])))
    ask("a group without a name", group("", (ONE, [0])))
    ask("a group's partition twice", group(GROUP, (ONE, [0, 0])))
    ask("a group's topic twice", group(GROUP, (ONE, [0]), (ONE, [0])))
    ask("nothing of a group", group(GROUP))
    ask("no partitions of a group", group(GROUP, (ONE, [])))
    ask("all of a group", {"group_id": GROUP, "topics": None})
    ask("all of a group that is missing", {"group_id": MISSING, "topics": None})
    ask("two groups", one, group(MISSING, (ONE, [0])))
    ask("a group twice", one, one)
    ask("no groups")
    ask("stable ones of a group", one, require_stable=True)
    ask("a member's", {**one, "member_id": "somebody", "member_epoch": 1}, since=9)
    ask("an epoch without a member", {**one, "member_epoch": 1}, since=9)
    ask("an empty member", {**one, "member_id": "", "member_epoch": 0}, since=9)


@story("OffsetDelete")
def delete_offsets(talk):
    def ask(label, group, *topics):
        talk.ask(label, group_id=group, topics=[
            {"name": name, "partitions": [{"partition_index": index} for index in indexes]}
            for name, indexes in topics])
    group = talk.name("gone")
    assert shared.commit(talk.subject, group, {ONE: {0: 1}, THREE: {0: 1, 1: 1}})
    ask("one", group, (THREE, [0]))
    ask("one that is gone", group, (THREE, [0]))
    ask("one that never was", group, (THREE, [2]))
    ask("a missing topic", group, (MISSING, [0]))
    ask("a missing partition", group, (ONE, [7]))
    ask("a negative partition", group, (ONE, [-1]))
    ask("an impossible name", group, (IMPOSSIBLE, [0]))
    ask("a good one and a bad one", group, (THREE, [1]), (MISSING, [0]))
    ask("a partition twice", group, (ONE, [0, 0]))
    ask("a topic twice", group, (ONE, [0]), (ONE, [0]))
    ask("a missing topic of a missing group", talk.name("never"), (MISSING, [0]))
    ask("no partitions of a missing topic", group, (MISSING, []))
    ask("an empty name", group, ("", [0]))
    ask("nothing", group)
    ask("no partitions", group, (ONE, []))
    ask("a missing group", talk.name("never"), (ONE, [0]))
    ask("no group's name", "", (ONE, [0]))
    wanting_one = b"\0\0\0\0\0\1\0\3one\xff\xff\xff\xff"  # A consumer's subscription.
    member = shared.join(talk, talk.name("active"), protocols=[
        {"name": "range", "metadata": wanting_one}])
    ask("of a topic that a member reads", member["group_id"], (ONE, [0]), (THREE, [0]))
    odd = shared.join(talk, talk.name("odd"))
    ask("of a group whose subscriptions cannot be read", odd["group_id"], (ONE, [0]))
