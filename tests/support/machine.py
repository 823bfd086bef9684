"""The machine that a measurement ran on, in a line: a figure says little without it."""

import os
import pathlib
import platform
import re


def processor() -> str:
    """The processor's name as Linux has it; the architecture where it has none."""
    found = re.search(r"^model name\s*:\s*(.+)$", pathlib.Path("/proc/cpuinfo").read_text(),
                      re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def system() -> str:
    """The distribution and its release: `Debian 12.11`."""
    release = platform.freedesktop_os_release()
    if release["ID"] == "debian":
        return f"Debian {pathlib.Path('/etc/debian_version').read_text().strip()}"
    return release.get("PRETTY_NAME", release["ID"])


def line() -> str:
    """Processor, cores that this process may use, system, kernel, and the load average now."""
    return (f"Machine: {processor()}, {len(os.sched_getaffinity(0))} cores; {system()}, Linux "
            f"{platform.release()}; load average at the start {os.getloadavg()[0]:.2f}")
