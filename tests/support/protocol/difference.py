"""A difference between the embedded broker and Kafka that is known, and why it is there."""

import dataclasses
import fnmatch

ANY = "*"


@dataclasses.dataclass(frozen=True)
class Difference:
    """Where answers differ: `label` and `path` may have * in them. `ours` and `kafka` are the two
    values, or ANY."""
    api: str
    label: str
    path: str
    why: str
    ours: object = ANY
    kafka: object = ANY

    def explains(self, label: str, path: str, ours, kafka) -> bool:
        """Whether this is the difference that was found there."""
        return (fnmatch.fnmatchcase(label, self.label) and fnmatch.fnmatchcase(path, self.path)
                and self.ours in (ANY, ours) and self.kafka in (ANY, kafka))
