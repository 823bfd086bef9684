"""A window of tmux that a program is run in: what a person sees on the screen, not what was sent
to it. The server is of this test alone, with a socket of its own, and ends with it."""

import contextlib
import os
import pathlib
import subprocess

from support import processes

SOCKET = "test"


class Window:
    """One window; the program in it has the environment `env`."""

    def __init__(self, folder: pathlib.Path, command: list, env: dict, columns: int, lines: int):
        self._env = {**env, "TMUX_TMPDIR": str(folder), "LANG": "C.UTF-8"}
        self._env.pop("TMUX", None)
        self.server = subprocess.Popen(self._command("-f", "/dev/null", "-D"), env=self._env,
                                       stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       preexec_fn=processes.die_with_parent)
        processes.wait_until(lambda: any(folder.glob(f"tmux-*/{SOCKET}")), 20, "tmux listens")
        self._run("new-session", "-d", "-x", columns, "-y", lines, "-c", folder, *command)
        self._run("set-option", "-g", "remain-on-exit", "on")

    def _command(self, *arguments) -> list[str]:
        return ["tmux", "-L", SOCKET, *map(str, arguments)]

    def _run(self, *arguments) -> str:
        done = subprocess.run(self._command(*arguments), env=self._env, capture_output=True,
                              text=True, timeout=30, check=True)
        return done.stdout

    def keys(self, *keys: str) -> None:
        """Keys by tmux's names for them: Enter, Up, C-c."""
        self._run("send-keys", *keys)

    def type(self, text: str) -> None:
        """The text, letter by letter, and no key's name."""
        # A semicolon at the end would be tmux's own.
        if text.endswith(";"):
            text = text[:-1] + "\\;"
        self._run("send-keys", "-l", "--", text)

    def resize(self, columns: int, lines: int) -> None:
        """Also waits until the program can know: tmux tells the terminal a moment later."""
        self._run("resize-window", "-x", columns, "-y", lines)
        terminal = os.open(self._run("display-message", "-p", "#{pane_tty}").strip(),
                           os.O_RDONLY | os.O_NOCTTY)
        try:
            processes.wait_until(lambda: os.get_terminal_size(terminal).columns == columns, 20,
                                 f"a terminal of {columns} columns")
        finally:
            os.close(terminal)

    def screen(self) -> list[str]:
        """The lines that can be seen, without blanks at their ends."""
        return [line.rstrip() for line in self._run("capture-pane", "-p").splitlines()]

    def wait_for(self, *texts: str, timeout: float = 30) -> str:
        """The screen, once all texts are on it."""
        shown = ""

        def is_shown() -> bool:
            nonlocal shown
            shown = "\n".join(self.screen())
            return all(text in shown for text in texts)

        try:
            processes.wait_until(is_shown, timeout, str(texts))
        except TimeoutError:
            raise AssertionError(f"no {texts} on the screen:\n{shown}") from None
        return shown

    def is_over(self) -> bool:
        """Whether the program has ended."""
        return self._run("display-message", "-p", "#{pane_dead}").strip() == "1"

    def wait_for_end(self) -> None:
        """Returns when the program has ended. tmux may miss the signal that its child has, and then
        does not write on the screen that it is dead."""
        processes.wait_until(self.is_over, 30, "the program's end")

    def close(self) -> None:
        with contextlib.suppress(subprocess.SubprocessError):
            self._run("kill-server")
        processes.reap(self.server)
