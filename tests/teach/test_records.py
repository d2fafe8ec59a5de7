"""What comes back from a learner's code is read as if it were a lie."""

import base64
import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmax_course.checks import catalogue
from softmax_course.checks.engine import trial
from softmax_course.checks.running import Attempt, Outcome
from softmax_course.grading import records
from softmax_course.grading.records import (
    Job,
    Limits,
    Received,
    Stopped,
    pack_array,
    pack_attempt,
    unpack_array,
)

TRIALS = {name: trial(exercise) for name, exercise in catalogue().items()}
VALUE = Outcome("value", np.array([0.5, math.nan]), changed=True)
OUTCOME = pack_attempt(Attempt("answer", (VALUE,)))["outcomes"][0]


def identical(one, other):
    if type(one) is not type(other):
        return False
    if isinstance(one, np.ndarray):
        return (one.dtype, one.shape, one.tobytes()) == (other.dtype, other.shape, other.tobytes())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(identical, one, other))
    return repr(one) == repr(other)


def test_a_job_arrives_as_it_was_sent():
    job = Job((("<cell 1>", "x = 'ü'"),), TRIALS, {"odds": "odds"}, Limits(cell=3))
    arrived = Job.load(job.dump())
    for name in ("cells", "variables", "limits"):
        assert getattr(arrived, name) == getattr(job, name)
    assert arrived.trials.keys() == TRIALS.keys()
    for name, sent in TRIALS.items():
        assert identical(arrived.trials[name].probes, sent.probes)
        rest = ("takes_arguments", "listed", "strict")
        assert all(getattr(arrived.trials[name], r) == getattr(sent, r) for r in rest)


def test_a_job_holds_no_right_answer():
    assert vars(TRIALS["odds"]).keys() == {"probes", "takes_arguments", "listed", "strict"}


def test_a_probe_that_is_no_plain_data_stays_outside():
    with pytest.raises(TypeError, match="a probe holds a set"):
        records._pack([{1}])


ARRAYS = [
    np.array(1.5),
    np.array([[1, 2], [3, 4]], np.int8),
    np.array([1e-300, math.inf, -0.0]),
    np.arange(3, dtype=">f8"),
    np.array([0.1], np.float16),
    np.array(["a", "größer", ""]),
    np.zeros((0, 3)),
    np.array("word"),
]


@pytest.mark.parametrize("array", ARRAYS, ids=str)
def test_an_array_arrives_as_it_was_sent(array):
    arrived = unpack_array(json.loads(json.dumps(pack_array(array))))
    assert arrived.shape == array.shape
    assert arrived.tolist() == array.tolist() or not np.isfinite(array.astype(float)).all()
    assert arrived.dtype.newbyteorder("=") == array.dtype.newbyteorder("=")
    arrived[...] = arrived  # it is writable, memory of its own


def encoded(data):
    return base64.b64encode(data).decode()


FALSE_ARRAYS = {
    "no object": [1, 2],
    "objects": {"type": "|O", "shape": [1], "data": encoded(bytes(8))},
    "a structure": {"type": "f8,i4", "shape": [1], "data": encoded(bytes(12))},
    "dates": {"type": "<M8[s]", "shape": [1], "data": encoded(bytes(8))},
    "wide floats": {"type": "<f16", "shape": [1], "data": encoded(bytes(16))},
    "complex numbers": {"type": "<c16", "shape": [1], "data": encoded(bytes(16))},
    "too few bytes": {"type": "<f8", "shape": [2], "data": encoded(bytes(8))},
    "too many bytes": {"type": "<f8", "shape": [1], "data": encoded(bytes(16))},
    "a negative length": {"type": "<f8", "shape": [-1], "data": encoded(bytes(8))},
    "a length that is no number": {"type": "<f8", "shape": [True], "data": encoded(bytes(8))},
    "a huge shape": {"type": "<f8", "shape": [10**9, 10**9], "data": ""},
    "a huge shape without entries": {"type": "<f8", "shape": [0, 10**12], "data": ""},
    "many dimensions": {"type": "<f8", "shape": [1] * 65, "data": encoded(bytes(8))},
    "no letters of base64": {"type": "<f8", "shape": [1], "data": "???????????="},
    "words that are none": {"type": "U", "shape": [1], "data": [1]},
    "too few words": {"type": "U", "shape": [2], "data": ["a"]},
    "one long word among many": {"type": "U", "shape": [1000], "data": ["a" * 10**6, *"b" * 999]},
    "another key": {"type": "<f8", "shape": [1], "data": None},
}


@pytest.mark.parametrize("packed", FALSE_ARRAYS.values(), ids=FALSE_ARRAYS)
def test_what_is_no_array_is_refused(packed):
    with pytest.raises(ValueError, match=r"array|base64|buffer|reshape|padding|Only|Non-"):
        unpack_array(packed)


def handed_in(given, outcomes):
    return {"exercise": "odds", "attempt": {"given": given, "outcomes": outcomes}}


def attempt(**changed):
    return handed_in("answer", [{**OUTCOME, **changed}])


FALSE_RECORDS = {
    "no object": 1,
    "nothing": {},
    "another word": {"passed": True},
    "ready and more": {"ready": True, "exercise": "odds"},
    "not quite ready": {"ready": 1.5},
    "another exercise": {**attempt(), "exercise": "softmax_lists"},
    "another key": {**attempt(), "points": 1},
    "an outcome of another kind": attempt(kind="right"),
    "an outcome with another key": attempt(passed=True),
    "a value that is none": attempt(kind="raised"),
    "none that is a value": attempt(value=None),
    "a number for a word": attempt(detail=1),
    "a word for a flag": attempt(noisy="yes"),
    "an attempt of another kind": handed_in("all", []),
    "an answer without outcomes": handed_in("answer", []),
    "outcomes without an answer": handed_in("nothing", [OUTCOME]),
    "more outcomes than were asked for": handed_in("answer", [OUTCOME] * 3),
    "stopped in another way": {"exercise": "odds", "stopped": "right", "detail": "", "line": ""},
    "stopped and more": {
        **{"exercise": "odds", "stopped": "time", "detail": "", "line": ""},
        "attempt": None,
    },
}


@pytest.mark.parametrize("record", FALSE_RECORDS.values(), ids=FALSE_RECORDS)
def test_what_is_no_record_is_refused(record):
    with pytest.raises(ValueError, match=r"^no |array"):
        Received({}).with_line(json.dumps(record).encode(), TRIALS)


@pytest.mark.parametrize("line", [b"", b"{", b"\xff", b"[" * 100_000, b"NaN", b"null"])
def test_what_is_no_json_is_refused(line):
    with pytest.raises(ValueError, match=r"^no |Expecting"):
        Received({}).with_line(line, TRIALS)


WORDS = ["exercise", "attempt", "given", "outcomes", "value", "type", "shape", "data", "stopped"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=4)
    ),
)


@given(JSON)
def test_anything_is_refused_with_one_kind_of_error(record):
    with pytest.raises(ValueError):  # noqa: PT011
        Received({}).with_line(json.dumps(record).encode(), TRIALS)


def test_records_are_read_as_they_were_written():
    stopped = Stopped("raised", "NameError: x", "x + 1")
    found = {"odds": Attempt("answer", (VALUE, VALUE)), "softmax_list": stopped}
    received = Received(found, ready=True, ended=True)
    again = Received({})
    for record in received.records():
        again = again.with_line(json.dumps(record).encode(), TRIALS)
    assert again.found["softmax_list"] == stopped
    assert (again.ready, again.ended) == (True, True)
    (one, two) = again.found["odds"].outcomes
    assert identical(one.value, VALUE.value)
    assert two.changed


def test_an_answer_that_was_handed_in_is_not_taken_back_by_a_cell_that_stops():
    received = Received({}).with_line(json.dumps(attempt()).encode(), TRIALS)
    stopped = {"exercise": "odds", "stopped": "raised", "detail": "", "line": ""}
    again = received.with_line(json.dumps(stopped).encode(), TRIALS)
    assert isinstance(again.found["odds"], Attempt)
    assert isinstance(
        Received({}).with_line(json.dumps(stopped).encode(), TRIALS).found["odds"], Stopped
    )


def test_of_two_records_of_an_exercise_the_last_counts():
    received = Received({}).with_line(json.dumps(attempt()).encode(), TRIALS)
    nothing = {"exercise": "odds", "attempt": {"given": "nothing", "outcomes": []}}
    assert received.with_line(json.dumps(nothing).encode(), TRIALS).found["odds"].given == "nothing"


def test_an_answer_of_megabytes_is_described_and_long_texts_are_cut():
    huge = Outcome("value", np.zeros((1000, 1000)), detail="x" * 10**6, line="y" * 10**6)
    packed = pack_attempt(Attempt("answer", (huge,)))
    assert len(json.dumps(packed)) < 2000
    assert "(1000, 1000)" in packed["outcomes"][0]["detail"]
    raised = Outcome("raised", detail="x" * 10**6, line="y" * 10**6)
    assert len(json.dumps(pack_attempt(Attempt("answer", (raised,))))) < 2000
