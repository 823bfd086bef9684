"""docs/commands.md: its parts that `gamevents help --markdown` writes, between comments that name
the command, and the prose around them."""

import re
import subprocess

from support import paths

PAGE = paths.ROOT / "docs" / "commands.md"
PART = re.compile(r"^<!-- (?P<name>[a-z-]+): begin\..*?^<!-- (?P=name): end -->\n",
                  re.DOTALL | re.MULTILINE)


def parts(text: str) -> dict[str, str]:
    """{command: its part with both comments}, in the order of the text."""
    return {found["name"]: found[0] for found in PART.finditer(text)}


def printed() -> str:
    """What the executable has to say about its commands."""
    return subprocess.run([paths.executable(), "help", "--markdown"], check=True,
                          capture_output=True, text=True).stdout


def written(page: str, reference: str) -> str:
    """The page with the parts of the reference in the place of its own. One that the page lacks
    comes below the heading of its command; ValueError where there is none."""
    own = parts(page)
    for name, part in parts(reference).items():
        if name in own:
            page = page.replace(own[name], part)
            continue
        heading = re.search(rf"^## {re.escape(name)}$\n", page, re.MULTILINE)
        if heading is None:
            raise ValueError(f"{PAGE} has no heading '## {name}'")
        page = page[:heading.end()] + "\n" + part + page[heading.end():]
    return page
