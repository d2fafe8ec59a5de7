"""Refuse, in a notebook's kernel, what no notebook may do: use the network or write files."""

import os
import sys
import tempfile

WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
# Caches that libraries keep for themselves.
ALLOWED = (
    tempfile.gettempdir(),
    "/dev/",
    os.path.expanduser("~/.cache"),
    os.path.expanduser("~/.config/matplotlib"),
    os.path.expanduser("~/.keras"),
)
# Not even a temporary folder, if the course stands in one.
COURSE = os.path.join(os.path.abspath(os.environ["IPYTHONDIR"]), "..", "..", "..")
COURSE = os.path.normpath(COURSE) + os.sep


def guard(event: str, arguments: tuple) -> None:
    """Raise where the event is a connection or the opening of a file for writing."""
    if event == "socket.connect" and arguments[1][0] not in ("127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"a notebook may not use the network: {arguments[1]}")
    if event == "open" and isinstance(arguments[0], str) and arguments[2] & WRITING:
        path = os.path.abspath(arguments[0])
        if path.startswith(COURSE) or not path.startswith(ALLOWED):
            raise RuntimeError(f"a notebook may write only to a temporary folder, not to {path}")


sys.addaudithook(guard)
