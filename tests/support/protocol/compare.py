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
    found = {}
    for path in sorted(ours.keys() | theirs.keys()):
        if path in ours and path in theirs:
            if ours[path] != theirs[path]:
                found[path] = (ours[path], theirs[path])
        elif path in ours:
            _add_missing(path, ours[path], theirs, lambda value: (value, ABSENT), found)
        else:
            _add_missing(path, theirs[path], ours, lambda value: (ABSENT, value), found)
    return found


def _add_missing(path: str, value, other: dict, pair, found: dict) -> None:
    """Adds what `other` has not to `found`."""
    if _begins(path, other):
        if value != ():  # If empty, what is in it there is named by itself.
            found[path] = pair(value)
        return
    words = path.split(".")
    start = next(".".join(words[:count]) for count in range(1, len(words) + 1)
                 if not _begins(".".join(words[:count]), other))
    parent = start.rpartition(".")[0]
    if parent.rpartition(".")[2] in COMMON_ONLY:
        return
    found[start] = pair(value if start == path else PRESENT)


def _begins(path: str, answer: dict) -> bool:
    return any(known == path or known.startswith(f"{path}.") for known in answer)


def flat(talk, answer: dict) -> dict:
    """The answer's fields by their paths, with names for what the broker has drawn."""
    found: dict = {}
    _learn(talk.ids, answer)
    _flatten(talk, answer, "", found)
    return found


def _learn(ids, value) -> None:
    if isinstance(value, list):
        for one in value:
            _learn(ids, one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name in MEMBERS and isinstance(one, str):
                ids.add_member(one)
            _learn(ids, one)


def _flatten(talk, value, path: str, found: dict) -> None:
    if isinstance(value, dict):
        for name, one in value.items():
            _flatten(talk, _blank(name, one), f"{path}.{name}" if path else name, found)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        ordered = path.rpartition(".")[2] in ORDERED
        keyed = [(str(at) if ordered else _key(talk, one), one) for at, one in enumerate(value)]
        for key, one in sorted(keyed, key=_order):
            _flatten(talk, one, _free_path(f"{path}.{key}", one, found), found)
    else:
        found[path] = _plain(talk, value)


def _free_path(path: str, element: dict, found: dict) -> str:
    """Another path for what is there already. A topic with its partitions may come in parts."""
    has_parts = any(isinstance(one, list) and one and isinstance(one[0], dict)
                    for one in element.values())
    times = 1
    while not has_parts and _begins(path if times == 1 else f"{path}#{times}", found):
        times += 1
    return path if times == 1 else f"{path}#{times}"


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
