"""axe-core, run in a page of tests/support/chromium: what people who cannot see or point meet."""

import pytest
from support import paths

SERIOUS = ("serious", "critical")


def serious(page) -> list[str]:
    """What axe finds that is serious or critical, with where."""
    source = paths.interop() / "node/node_modules/axe-core/axe.min.js"
    if not source.exists():
        pytest.fail(f"{source} is missing: run tests/scripts/setup")
    # The inspector evaluates it: the page's policy lets no script but its own be loaded.
    page.call("Runtime.evaluate", expression=source.read_text())
    found = page.run("axe.run().then(all => all.violations)")
    return [f"{each['id']}: {node['html'][:200]}" for each in found
            if each["impact"] in SERIOUS for node in each["nodes"]]
