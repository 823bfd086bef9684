"""Two brokers' answers to the same request, field by field."""

import uuid

from support.protocol import schema, story

ABSENT, PRESENT = "absent", "present"
# What may differ between any two brokers: where they are, when it is, and their words.
FREE = {"host", "client_host", "port", "cluster_id", "error_message", "batch_index_error_message",
        "documentation", "log_dir", "total_bytes", "usable_bytes", "log_append_time_ms",
        "producer_id", "session_id", "finalized_features_epoch"}
NONE_YET = {"session_id": 0}  # Numbers that say that there is none; of others -1 does.
MEMBERS = {"member_id", "leader"}
# Lists in which order means nothing are compared by the first of these that an element has.
KEYS = ("name", "topic", "resource_name", "topic_id", "group_id", "key", "api_key", "member_id",
        "partition_index", "partition", "index", "node_id", "broker_id")
ORDERED = {"synonyms"}  # The first one counts.
# Of these lists only what both brokers have is compared.
COMMON_ONLY = {"configs", "api_keys"}


def differences(ours: dict, theirs: dict) -> dict:
    """Each path at which two flat answers differ, with both values. What one of them has not at all
    is named once, by where it begins."""
    found: dict = {}
    ours_at, theirs_at = _starts(ours), _starts(theirs)
    for path in sorted(ours.keys() | theirs.keys()):
        if path in ours and path in theirs:
            if ours[path] != theirs[path]:
                found[path] = (ours[path], theirs[path])
        elif path in ours:
            _add_missing(path, ours[path], theirs_at, lambda value: (value, ABSENT), found)
        else:
            _add_missing(path, theirs[path], ours_at, lambda value: (ABSENT, value), found)
    return found


def _starts(answer: dict) -> set:
    """Its paths, and what they begin with, word by word."""
    starts = set()
    for path in answer:
        while path and path not in starts:
            starts.add(path)
            path = path.rpartition(".")[0]
    return starts


def _add_missing(path: str, value, other: set, pair, found: dict) -> None:
    """Adds what `other` has not to `found`."""
    if path in other:
        if value != ():  # If empty, what is in it there is named by itself.
            found[path] = pair(value)
        return
    words = path.split(".")
    start = next(".".join(words[:count]) for count in range(1, len(words) + 1)
                 if ".".join(words[:count]) not in other)
    parent = start.rpartition(".")[0]
    if parent.rpartition(".")[2] in COMMON_ONLY:
        return
    found[start] = pair(value if start == path else PRESENT)


def flat(talk, answer: dict) -> dict:
    """The answer's fields by their paths, with names for what the broker has drawn."""
    _learn(talk.ids, answer)
    made = _Flat(talk)
    made.add(answer, "")
    return made.found


def _learn(ids, value) -> None:
    if isinstance(value, list):
        for one in value:
            _learn(ids, one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in MEMBERS and isinstance(one, str):
                ids.add_member(one)
            _learn(ids, one)


class _Flat:
    def __init__(self, talk):
        self.talk = talk
        self.found: dict = {}
        self.taken: set = set()  # The paths of elements of lists.

    def add(self, value, path: str) -> None:
        if isinstance(value, dict):
            for name, one in value.items():
                self.add(_blank(name, one), f"{path}.{name}" if path else name)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            ordered = path.rpartition(".")[2] in ORDERED
            keyed = [(str(at) if ordered else _key(self.talk, one), one)
                     for at, one in enumerate(value)]
            for key, one in sorted(keyed, key=_order):
                self.add(one, self._free(f"{path}.{key}", one))
        else:
            self.found[path] = _plain(self.talk, value)

    def _free(self, path: str, element: dict) -> str:
        """Another path if there is one already. A topic with its partitions may come in parts."""
        if any(isinstance(one, list) and one and isinstance(one[0], dict)
               for one in element.values()):
            return path
        times = 1
        while (free := path if times == 1 else f"{path}#{times}") in self.taken:
            times += 1
        self.taken.add(free)
        return free


def _order(keyed) -> tuple:
    return keyed[0], repr(keyed[1])


def _key(talk, element: dict) -> str:
    for name in KEYS:
        if element.get(name) not in (None, ""):
            return str(_plain(talk, element[name])).replace(".", "_")
    return ""


def _blank(name: str, value):
    """The value, or only that there is one."""
    if name not in FREE:
        return value
    if name.endswith("message"):
        return "text"
    if isinstance(value, int):
        return "some" if value > NONE_YET.get(name, -1) else value
    return "some" if value else value


def _plain(talk, value):
    if isinstance(value, (str, uuid.UUID)) and value in talk.ids.names:
        return talk.ids.names[value]
    if isinstance(value, str):
        return value.replace(talk.prefix, "")
    if isinstance(value, list):
        return tuple(_plain(talk, one) for one in value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, uuid.UUID):
        return str(value) if value in (schema.NO_UUID, story.UNKNOWN_ID) else "some id"
    return value
