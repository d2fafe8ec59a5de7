"""`check` says in the page what it says in CPython.

To every answer on file (`tests/checks/answers.py`) and every form of a mistake in the catalogue,
and to a few answers that are written into their exercise's own cell.
"""

import json
import linecache
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from live_cells import MARKDOWN, cells, edited, open_live, run, shown
from markdown_it import MarkdownIt
from playwright.sync_api import Browser, Locator, Page

from softmax_course import check
from softmax_course.checks import Feedback, catalogue

CHECKS = Path(__file__).parents[1] / "checks"
FILES = {path.name: path.read_text("utf-8") for path in CHECKS.glob("answers*.py")}

# The page and this process both run it. The page loads the libraries that it sees imported.
PROGRAM = """
import json, sys
import scipy, sklearn
from softmax_course import check
from softmax_course.checks import catalogue

sys.path.append(FOLDER)
import answers

def feedback(name):
    exercise = catalogue()[name]
    tried = {f"right {i}": answer for i, answer in enumerate(answers.RIGHT[name])}
    own = [answer for exercise_name, answer, _ in answers.OWN if exercise_name == name]
    tried |= {f"own {i}": answer for i, answer in enumerate(own)}
    for mistake in exercise.mistakes:
        for i, form in enumerate(mistake.forms):
            tried[f"{mistake.name} {i}"] = form if exercise.parameters else form()
    return {key: check(name, answer)._repr_markdown_() for key, answer in tried.items()}
"""
WRITE = """
from pathlib import Path

for name, text in FILES.items():
    Path(name).write_text(text, "utf-8")
"""

# In the page SciPy is older: its `logsumexp([0, -40])` is 0.
DIFFERENT = {("log10_loss", "right 5")}


@pytest.fixture(scope="module")
def there(browser: Browser, base_url: str) -> Iterator[Locator]:
    """Bring the answers into a page, and return a cell to ask from."""
    page = browser.new_page()
    open_live(page, base_url, "chapters/mistakes.html")
    cell = cells(page)[0]
    said = run(edited(cell, f"FILES = {FILES!r}\nFOLDER = '.'\n{WRITE}{PROGRAM}"))
    assert said.startswith("Done"), shown(cell)
    yield cell
    page.close()


@pytest.fixture(scope="module")
def here() -> Callable[[str], dict[str, str]]:
    """Return the program's `feedback` as this process has it."""
    names: dict[str, Any] = {"FOLDER": str(CHECKS)}
    exec(PROGRAM, names)
    feedback: Callable[[str], dict[str, str]] = names["feedback"]
    return feedback


@pytest.mark.parametrize("exercise", catalogue())
def test_every_answer_and_every_mistake_is_told_the_same_in_the_page(
    there: Locator, here: Callable[[str], dict[str, str]], exercise: str
) -> None:
    run(edited(there, f"print(json.dumps(feedback({exercise!r})))"))
    (text,) = shown(there)
    in_page, expected = json.loads(text), here(exercise)
    assert list(in_page) == list(expected)
    different = {key for key in expected if in_page[key] != expected[key]}
    assert different == {key for name, key in DIFFERENT if name == exercise}, [
        (key, expected[key], in_page[key]) for key in different
    ]


# Answers to chapter 2 as they are written into its cells, and the mistake that is named.
WRITTEN: list[tuple[str, str, str | None]] = [
    ("odds", "odds = 3 / 2", "ratio of the scores"),
    ("odds", "odds = np.e", None),
    (
        "softmax_list",
        """def softmax_list(vector):
    exps = [np.exp(score) for score in vector]
    return [e / sum(exps) for e in exps]""",
        "no maximum subtracted",
    ),
    (
        "softmax_list",
        """def softmax_list(vector):
    exps = [np.exp(score - max(vector)) for score in vector]
    return [e / all_exps for e in exps]""",
        None,
    ),
    (
        "softmax_batch",
        """def softmax_batch(logits):
    e = np.exp(logits - logits.max())
    return e / e.sum(axis=1, keepdims=True)""",
        "one maximum for the whole batch",
    ),
    (
        "softmax_batch",
        """def softmax_batch(logits):
    print(np.abs(logits) / np.abs(logits).sum(axis=1, keepdims=True))""",
        None,
    ),
    (
        "softmax_batch",
        """def softmax_batch(logits):
    positive = np.abs(logits)
    return positive / positive.sum(axis=1, keepdims=True)""",
        None,
    ),
    (
        "softmax_batch",
        """def softmax_batch(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)""",
        None,
    ),
]


def told(exercise: str, text: str) -> Feedback:
    """Check an answer here."""
    name = "<answer>"
    linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    names: dict[str, Any] = {"np": np}
    exec(compile(text, name, "exec"), names)
    return check(exercise, names[exercise])


def test_an_answer_in_its_cell_is_told_what_it_is_and_a_right_one_is_marked(
    page: Page, base_url: str
) -> None:
    open_live(page, base_url, "chapters/02_max_argmax_softmax.html")
    done = []
    for exercise, text, mistake in WRITTEN:
        cell = page.locator(".tag_exercise", has_text=f'check("{exercise}"')
        state = run(edited(cell, f'{text}\n\n\ncheck("{exercise}", {exercise})'))
        feedback = told(exercise, text)
        assert feedback.misconception == mistake
        # What the book makes of Markdown.
        markdown = MarkdownIt("commonmark", {"typographer": True}).enable("smartquotes")
        html = markdown.render(feedback._repr_markdown_())
        assert shown(cell) == [page.evaluate(READ, html)]
        assert state == f"{exercise} is {'right' if feedback else 'not right yet'}."
        done += [exercise] if feedback else []
        assert page.evaluate("JSON.parse(localStorage['softmax-course:done'] ?? '[]')") == done
    assert len(done) == 2


READ = f"""html => {{
    const box = document.createElement("div");
    box.innerHTML = html;
    return ({MARKDOWN})(box);
}}"""
