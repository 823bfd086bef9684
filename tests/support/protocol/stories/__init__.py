"""The stories, by what they are about."""

from support.protocol import story
from support.protocol.stories import (cluster, commits, members, positions, records, seen_groups,
                                      settings, topics)

_FILES = (cluster, commits, members, positions, records, seen_groups, settings, topics)
APIS = sorted(story.STORIES)


def of(api: str) -> list:
    """What is to be told about the API."""
    return story.STORIES[api]
