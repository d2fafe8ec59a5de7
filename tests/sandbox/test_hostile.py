"""What means harm earns nothing, touches nothing, and leaves the next learner's grade as it was."""

import os
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from handed_in import CHECKS, ROOT, graded, notebook, write

import softmax_course
from softmax_course.checks import catalogue
from softmax_course.checks.engine import judge
from softmax_course.checks.running import Attempt
from softmax_course.grading import sandbox
from softmax_course.grading.records import Limits, Stopped
from softmax_course.grading.results import assignment, job

RIGHT = """
import numpy as np

def softmax_batch(logits):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
"""
HANDS_IN = "from softmax_course import check\ncheck('softmax_batch', softmax_batch)"

REPLACES_THE_JUDGE = """
import softmax_course.checks as checks
import softmax_course.checks.engine as engine
import softmax_course.checks.running as running
from softmax_course.checks.feedback import Feedback

always = lambda *a, **k: Feedback(True, "softmax_batch", "Right.")
for module in (checks, engine):
    module.check = module.judge = module._compare = always
    module.agree = lambda *a, **k: True
running.run = lambda function, probes, strict: []
check = always
check("softmax_batch", 1)
"""
REPLACES_MODULES = """
import sys, types

class Everything(types.ModuleType):
    def __getattr__(self, name):
        return lambda *a, **k: True

for name in list(sys.modules):
    if name.startswith(("softmax_course", "numpy")):
        sys.modules[name] = Everything(name)
"""
FORGES_A_RECORD = """
import os, json
outcome = {"kind": "value", "value": {"type": "<f8", "shape": [], "data": "AAAAAAAA8D8="},
           "detail": "", "line": "", "changed": False, "printed": False, "noisy": False}
forged = [
    {"exercise": "softmax_batch", "attempt": {"given": "answer", "outcomes": [outcome] * 2}},
    {"exercise": "softmax_batch", "passed": True, "points": 1},
    {"student": "berta", "exercise": "softmax_batch", "attempt": {"given": "nothing"}},
    {"exercise": "softmax_batch", "attempt": {"given": "answer", "outcomes": [{"__class__": 1}]}},
]
for descriptor in range(3, 30):
    for record in forged:
        try:
            os.write(descriptor, json.dumps(record).encode() + b"\\n")
        except OSError:
            pass
"""
LOOKS_FOR_THE_ANSWER = """
import pathlib, importlib, softmax_course.checks as checks
found = [p for p in pathlib.Path(checks.__file__).parent.rglob("*") if "chapter" in p.name]
found += pathlib.Path("/").rglob("02_max_argmax_softmax.ipynb")
softmax_batch = checks.catalogue()["softmax_batch"].reference
"""
FORKS = """
import os
while True:
    try:
        os.fork()
    except OSError:
        pass
"""
TAKES_MEMORY = """
taken = []
while True:
    taken.append(bytearray(10 ** 8))
"""
TAKES_MEMORY_IN_MANY = """
import os
for _ in range(20):
    if os.fork() == 0:
        taken = [bytearray(b"x" * 10 ** 8) for _ in range(30)]
        while True:
            pass
while True:
    pass
"""
FLOODS = """
import os, sys
while True:
    print("x" * 10 ** 6)
"""
FLOODS_THE_RECORDS = """
import os
while True:
    for descriptor in range(3, 30):
        try:
            os.write(descriptor, b"x" * 10 ** 6)
        except OSError:
            pass
"""
FILLS_THE_DISK = """
with open("big", "wb") as file:
    while True:
        file.write(bytes(10 ** 7))
"""
KILLS_ALL = "import os, signal\nos.kill(-1, signal.SIGKILL)"

HARM = {
    "replaces the judge": REPLACES_THE_JUDGE,
    "replaces sys.modules": REPLACES_MODULES,
    "forges a record": FORGES_A_RECORD,
    "looks for the answer": LOOKS_FOR_THE_ANSWER,
    "forks without end": FORKS,
    "a number without end": "10 ** 10 ** 9",
    "takes all memory": TAKES_MEMORY,
    "takes memory in many processes": TAKES_MEMORY_IN_MANY,
    "floods the output": FLOODS,
    "floods the records": FLOODS_THE_RECORDS,
    "fills the disk": FILLS_THE_DISK,
    "ends the process": "import os\nos._exit(0)",
    "ends all processes": KILLS_ALL,
    "loops without end": "while True: pass",
    "sleeps": "import time\ntime.sleep(10 ** 6)",
    "raises what no except catches": "raise SystemExit",
    "recurses in C": "import sys\nsys.setrecursionlimit(10 ** 9)\nf = lambda: f()\nf()",
}

SHORT = Limits(cell=4, trial=5, processor=2, total=60, memory=2 * 2**30)


def attempt(tmp_path, *cells):
    """Run one submission under short limits, and return what came back."""
    given = assignment(ROOT, "2", {})
    (submission,) = write(tmp_path / "in", {"mallory": notebook(*cells)})
    return sandbox.run(job(submission, given, SHORT))


@pytest.mark.parametrize("harm", HARM.values(), ids=HARM)
def test_harm_earns_nothing_and_the_next_is_graded_as_ever(harm, tmp_path, monkeypatch):
    monkeypatch.setattr("softmax_course.grading.__main__.Limits", lambda: SHORT)
    handed_in = {"mallory": notebook(harm), "norma": notebook(RIGHT, HANDS_IN)}
    results = graded(tmp_path, "2", handed_in)
    got = {r.student: r for r in results if r.exercise == "softmax_batch"}
    assert not got["mallory"].points
    assert got["mallory"].status != "right"
    assert (got["norma"].status, got["norma"].points) == ("right", 1)


def test_a_submission_that_takes_all_processes_leaves_those_beside_it_theirs(tmp_path):
    """The limit holds for each user: two graders of one machine must not share theirs."""
    given = assignment(ROOT, "2", {})
    handed_in = {"mallory": notebook(FORKS), "norma": notebook(RIGHT, HANDS_IN)}
    bomb, right = (job(s, given, SHORT) for s in write(tmp_path, handed_in))
    bomb = replace(bomb, limits=replace(SHORT, cell=20))  # norma's grader waits for 5 s at most
    with ThreadPoolExecutor() as pool:
        harm = pool.submit(sandbox.run, bomb)
        time.sleep(4)  # by then the bomb has gone off
        received, problem = pool.submit(sandbox.run, right).result()
        harm.result()
    assert problem == ""
    assert isinstance(received.found["softmax_batch"], Attempt)


ENDS_IT_ALL = {"floods the records", "forges a record", "replaces the judge", "ends all processes"}
"""Here nobody can tell any more what is true: what is not graded by then stays ungraded."""


@pytest.mark.parametrize("harm", [h for h in HARM if h not in ENDS_IT_ALL])
def test_harm_in_one_cell_costs_that_cell_and_not_the_submission(harm, tmp_path):
    before = "from softmax_course import check\ncheck('odds', 2.71828)"
    received, problem = attempt(tmp_path, before, HARM[harm], RIGHT, HANDS_IN)
    assert problem == ""
    assert isinstance(received.found["odds"], Attempt)
    if harm != "replaces sys.modules":  # without which nothing can be imported
        assert isinstance(received.found["softmax_batch"], Attempt)


def test_answers_without_end_cost_themselves_and_not_the_answer_above(tmp_path):
    endless = ("softmax_list", "softmax_batch", "scores_from_probabilities")
    calls = "\n".join(f"check({name!r}, lambda z: 10 ** 10 ** 9)" for name in endless)
    cell = f"from softmax_course import check\ncheck('odds', 2.71828)\n{calls}"
    received, problem = attempt(tmp_path, cell)
    assert problem == ""
    assert isinstance(received.found["odds"], Attempt)
    assert [received.found[name] for name in endless] == [Stopped("time")] * 3


@pytest.mark.parametrize("harm", sorted(ENDS_IT_ALL))
def test_what_cannot_be_known_any_more_is_ungraded_and_not_zero(harm, tmp_path):
    results = graded(tmp_path, "2", {"mallory": notebook(HARM[harm], RIGHT, HANDS_IN)})
    (own,) = [r for r in results if r.exercise == "softmax_batch"]
    if harm == "ends all processes" and own.status == "right":
        return  # root's watch is out of its reach, so that the rest can be graded
    assert (own.status, own.points) == ("ungraded", None)
    assert "Not graded: it" in own.message


TRICKLES = """
import os
for descriptor in range(3, 30):
    try:
        os.write(descriptor, b"x" * 2 ** 16)
        break
    except OSError:
        pass
while True:
    os.write(descriptor, b"x")
"""


def test_the_time_for_everything_holds_even_while_something_comes(tmp_path):
    given = assignment(ROOT, "2", {})
    (submission,) = write(tmp_path / "in", {"mallory": notebook(TRICKLES)})
    begin = time.monotonic()
    _, problem = sandbox.run(job(submission, given, Limits(cell=60, total=5)))
    assert problem == "it took more than 5 seconds"
    assert time.monotonic() - begin < 15


def test_a_machine_without_memory_grades_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "_memory_left", lambda: 0.01)
    received, problem = attempt(tmp_path, "odds = 2.71828")
    assert received.found == {}
    assert "the machine ran out of memory" in problem


TOUCH = """
from pathlib import Path
import os, socket

def succeeds(what):
    try:
        what()
    except OSError:
        return False
    return True

def connect(family, address):
    with socket.socket(family, socket.SOCK_STREAM) as mine:
        mine.settimeout(2)
        mine.connect(address)

touched = [
{lines}
]
from softmax_course import check
check("odds", 2.71828 if not any(touched) else touched.index(True))
"""


def test_nothing_outside_can_be_read_written_or_reached(tmp_path):
    secret, socket_file = tmp_path / "secret.txt", tmp_path / "open.socket"
    secret.write_text("grades", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(socket_file))
        unix.listen()
        lines = [
            f"succeeds(lambda: Path({str(secret)!r}).read_text()),",
            f"succeeds(lambda: Path({str(tmp_path / 'new.txt')!r}).write_text('x')),",
            f"succeeds(lambda: Path({str(ROOT / 'new.txt')!r}).write_text('x')),",
            f"succeeds(lambda: Path({softmax_course.__file__!r}).write_text('x')),",
            f"succeeds(lambda: os.listdir({str(ROOT / 'chapters')!r})),",
            f"succeeds(lambda: os.listdir({str(Path.home() / '.ssh')!r})),",
            "succeeds(lambda: Path('/etc/passwd').read_text()),",
            "succeeds(lambda: Path('/new.txt').write_text('x')),",
            "succeeds(lambda: Path('/dev/new.txt').write_text('x')),",
            f"succeeds(lambda: Path({str(CHECKS / 'new.py')!r}).write_text('x')),",
            f"succeeds(lambda: connect(socket.AF_INET, {server.getsockname()!r})),",
            "succeeds(lambda: connect(socket.AF_INET, ('192.0.2.1', 80))),",
            f"succeeds(lambda: connect(socket.AF_UNIX, {str(socket_file)!r})),",
            f"succeeds(lambda: os.kill({os.getpid()}, 0)),",
            "'SECRET_OF_THE_TEACHER' in os.environ,",
        ]
        os.environ["SECRET_OF_THE_TEACHER"] = "1"
        received, problem = attempt(tmp_path, TOUCH.format(lines="\n".join(lines)))
    assert problem == ""
    assert judge(catalogue()["odds"], received.found["odds"]).passed
    assert not list(tmp_path.glob("new*"))


def test_other_copies_of_the_answers_are_hidden(tmp_path, monkeypatch):
    course, site = tmp_path / "course", tmp_path / "lib" / "python3.12" / "site-packages"
    for folder in (course / "chapters", course / "tests", site / "softmax_course" / "checks"):
        folder.mkdir(parents=True)
    monkeypatch.setattr(sandbox, "PACKAGE", course / "softmax_course")
    assert course / "chapters" not in sandbox.with_answers()
    monkeypatch.setattr(sandbox.sys, "base_prefix", str(tmp_path))
    hidden = {course / "chapters", course / "tests", site / "softmax_course" / "checks"}
    assert hidden <= {*sandbox.with_answers()}


def test_a_learner_cannot_see_what_another_left(tmp_path):
    leave = "open('/tmp/left', 'w').write('x')\n"
    look = "import os\nodds = 2.71828 + os.path.exists('/tmp/left')"
    results = graded(tmp_path, "2", {"a": notebook(leave), "b": notebook(look)})
    assert [r.status for r in results if r.exercise == "odds"] == ["not handed in", "right"]
