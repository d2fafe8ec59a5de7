"""Run cells in a page as a notebook would: the worker calls `run`.

It runs in Pyodide and needs Python alone. Beside it lie `page_figures` (matplotlib's backend here),
IPython's own `pretty` and, for texts in Markdown, markdown-it: copies of what the notebooks and
the book itself use.
"""

import ast
import builtins
import json
import linecache
import logging
import re
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from typing import Any

from markdown_it import MarkdownIt
from page_pretty import pretty

MOST_TEXT = 200_000  # characters of one cell's streams: a loop that prints must not fill the page
EVERY = 0.1  # seconds between two pieces of a stream
# As the book does: quotes, and three dots as one sign.
MARKDOWN = MarkdownIt("commonmark", {"typographer": True}).enable(["smartquotes", "replacements"])

_emit: Callable[[str], None] = print


def send(kind: str, **rest: Any) -> None:
    """Hand one output to the page."""
    _emit(json.dumps({"kind": kind, **rest}))


class Stream:
    """Collects what a cell writes, and sends it in pieces."""

    encoding, errors = "utf-8", "strict"

    def __init__(self, name: str) -> None:
        self.name, self.length, self.text, self.sent = name, 0, "", -EVERY  # the first at once

    def write(self, text: str) -> int:
        """Keep a text, up to what a page can show; what the other stream has kept comes first."""
        (sys.stderr if self is sys.stdout else sys.stdout).flush()
        room = MOST_TEXT - self.length
        self.length += len(text)
        if room >= 0:
            self.text += text if len(text) <= room else f"{text[:room]}\n… (the rest is not shown)"
        if time.monotonic() > self.sent + EVERY:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Send what has been kept."""
        if self.text:
            send(self.name, text=self.text)
        self.text, self.sent = "", time.monotonic()

    def isatty(self) -> bool:
        """Say that this is no terminal."""
        return False


def flush() -> None:
    """Send what the cell has written so far."""
    sys.stdout.flush()
    sys.stderr.flush()


def display(*values: Any) -> None:
    """Show values as a notebook does: figures, Markdown, or text by IPython's rules."""
    flush()
    for value in values:
        if type(value).__module__ == "matplotlib.figure":
            import page_figures

            page_figures.show_figure(value)
        elif markdown := getattr(value, "_repr_markdown_", lambda: None)():
            send("markdown", html=rendered(markdown))
            if type(value).__name__ == "Feedback":
                send("check", exercise=value.exercise, passed=value.passed)
        else:
            send("text", text=pretty(value, max_width=79))


def rendered(markdown: str) -> str:
    """Turn Markdown into what the book makes of it; links to notebooks lead to their pages."""
    html = MARKDOWN.render(markdown)
    html = re.sub(r'href="([\w-]+)\.ipynb', r'href="\1.html', html)
    html = html.replace("<code>", '<code class="docutils literal notranslate">')
    return re.sub(
        r"<pre><code[^>]*>(.*?)</code></pre>",
        r'<div class="highlight"><pre>\1</pre></div>',
        html,
        flags=re.DOTALL,
    )


def run(source: str, name: str, emit: Callable[[str], None]) -> bool:
    """Run a cell in `__main__`, show what it shows, and tell whether it came to its end."""
    global _emit
    _emit = emit
    namespace = sys.modules["__main__"].__dict__
    lines = source.splitlines(keepends=True)
    linecache.cache[name] = (len(source), None, lines, name)
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = Stream("stdout"), Stream("stderr")
    try:
        ran = ended(partial(execute, source, name, namespace), name)
        shown = ended(show_figures, name)  # also after an error: the next cell has its own
        return ran and shown
    finally:
        sys.stdout, sys.stderr = streams


def ended(act: Callable[[], None], name: str) -> bool:
    """Do something, and tell whether it came to its end; if not, show why."""
    try:
        act()
        return True
    except BaseException as error:  # also SystemExit: the page goes on
        flush()
        send("error", text=told(error, name))
        return False
    finally:
        flush()


def execute(source: str, name: str, namespace: dict[str, Any]) -> None:
    """Execute a cell, and show the value of its last expression."""
    tree = ast.parse(source, name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, name, "exec"), namespace)
    if isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
        if value is not None and not source.rstrip().endswith(";"):
            display(value)


def show_figures() -> None:
    """Show the figures that a cell has left open."""
    if "page_figures" in sys.modules:
        sys.modules["page_figures"].show()


def told(error: BaseException, name: str) -> str:
    """Write a traceback that begins in the cell."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename != name:
        trace = trace.tb_next
    return "".join(traceback.format_exception(type(error), error, trace)).rstrip()


# It lists fonts for some seconds when matplotlib is first imported, and would say so.
logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)
builtins.display = display  # type: ignore[attr-defined]
