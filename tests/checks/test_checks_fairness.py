"""Right answers of unusual kinds pass, hints are true, and it is the same in a browser."""

import dataclasses
import math
import threading

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from derived import Judge

from softmax_course import check
from softmax_course.checks import catalogue, engine, running


def surplus(t):
    return scipy.special.softmax(np.array([1, 3, 2]) / t)[1] - 0.9


@pytest.mark.parametrize(
    "answer",
    [
        scipy.optimize.fsolve(surplus, 0.4),
        [0.43599],
        np.array([[0.43599]]),
        scipy.optimize.brentq(surplus, 0.1, 1),
    ],
)
def test_one_number_in_an_array_is_a_number(answer):
    assert check("temperature_for", answer)


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (scipy.optimize.root_scalar(surplus, bracket=[0.1, 1]), ".root"),
        (scipy.optimize.minimize_scalar(lambda t: surplus(t) ** 2, bounds=[0.1, 1]), ".x"),
    ],
)
def test_the_report_of_a_search_is_told_where_its_number_is(answer, name):
    feedback = check("temperature_for", answer)
    assert not feedback
    assert f"`{name}`" in feedback.hint


def test_a_comprehension_over_the_scores_is_a_sigmoid():
    def one(x):
        return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))

    assert check("stable_sigmoid", lambda z: [one(x) for x in z])


# The clock --------------------------------------------------------------------------------------


def test_a_call_has_five_seconds_and_a_library_a_minute():
    for promise in (
        "more than five seconds is interrupted",
        "for\n    the first time gets a minute",
    ):
        assert promise in check.__doc__
    assert (running.SECONDS, running.MOST_SECONDS) == (5, 60)
    assert 0 < running.TICK < running.SECONDS / 100


def ticks(monkeypatch, seconds, most=1e9):
    monkeypatch.setattr(running, "SECONDS", seconds)
    monkeypatch.setattr(running, "MOST_SECONDS", most)


def endless(z):
    while True:
        pass


def of_a_library(code, **names):
    """Make a function that seems to lie in NumPy's own file."""
    exec(compile(f"def work():\n    {code}", np.__file__, "exec"), names)
    return names["work"]


def test_the_clock_stands_still_while_a_library_works_for_the_first_time(monkeypatch):
    """A compiler, an import: many times longer than the answer may take, and it passes."""
    ticks(monkeypatch, 3 * running.TICK)
    gate = threading.Lock()
    gate.acquire()
    looks = []

    def look(thread, was=running._library_at_work):
        looks.append(was(thread))
        if len(looks) == 30 and gate.locked():
            gate.release()
        return looks[-1]

    monkeypatch.setattr(running, "_library_at_work", look)
    compile_first = of_a_library("gate.acquire()", gate=gate)

    def answer(z, done=[]):  # noqa: B006
        if not done:
            compile_first()
            done.append(True)
        return scipy.special.softmax(z, axis=1)

    assert check("softmax_batch", answer)
    assert len(looks) >= 30


def test_the_clock_goes_on_from_where_it_stood_when_a_library_is_done(monkeypatch):
    ticks(monkeypatch, 5 * running.TICK)
    looks = []

    def look(thread):
        looks.append(thread)
        return library if 3 <= len(looks) <= 20 else None

    library = look  # stands for a frame: always the same one
    monkeypatch.setattr(running, "_library_at_work", look)
    assert not check("softmax_batch", endless)
    assert 20 < len(looks) <= 25


@pytest.mark.parametrize("rows", [1, 2])
@pytest.mark.parametrize("stops", [False, True])
def test_a_library_that_takes_for_ever_is_called_slow_and_not_endless(monkeypatch, rows, stops):
    """Whether or not it can be interrupted."""
    ticks(monkeypatch, 1e9, 5 * running.TICK)
    gate = threading.Lock()
    gate.acquire()
    work = of_a_library("while True: pass" if stops else "gate.acquire()", gate=gate)

    def answer(z):
        return scipy.special.softmax(z, axis=1) if len(z) < rows else work()

    feedback = check("softmax_batch", answer)
    gate.release()
    assert feedback.verdict == "Not quite. It is too slow."


@pytest.mark.parametrize(("limit", "waits"), [(4, [1] * 20), (40, [25, 25])])
def test_each_call_has_the_time_for_itself(monkeypatch, limit, waits):
    """Many or two calls of which each takes less than the limit, and all together more."""
    ticks(monkeypatch, limit * running.TICK)
    looks = []
    seen = threading.Condition()

    def look(thread):
        with seen:
            looks.append(thread)
            seen.notify_all()

    monkeypatch.setattr(running, "_library_at_work", look)

    ahead = iter(waits)

    def answer(z):
        with seen:
            until = len(looks) + next(ahead, 0)
            seen.wait_for(lambda: len(looks) >= until)
        return scipy.special.softmax(z, axis=1)

    assert check("softmax_batch", answer)
    assert len(looks) > limit


def test_an_endless_call_is_looked_at_until_its_time_is_over_and_does_not_keep_python_alive(
    monkeypatch,
):
    ticks(monkeypatch, 3 * running.TICK)
    looks, daemons = [], []
    monkeypatch.setattr(running, "_library_at_work", looks.append)

    def answer(z):
        daemons.append(threading.current_thread().daemon)
        endless(z)

    assert not check("softmax_batch", answer)
    assert len(looks) <= 5
    assert daemons == [True]


def test_a_power_iteration_of_many_steps_is_only_slow_and_passes():
    def step(X):
        A = np.c_[X, np.ones(len(X))]
        v = np.ones(A.shape[1])
        for _ in range(20_000):
            v = A.T @ (A @ v)
            v /= math.sqrt(v @ v)
        return 2 * len(A) / (v @ (A.T @ (A @ v)))

    probes = catalogue()["largest_safe_step"].tried
    assert running.run(step, probes[:1], strict=False)[0].kind == "value"


def test_without_an_end_the_words_claim_no_more_than_was_seen(monkeypatch):
    ticks(monkeypatch, 3 * running.TICK)
    feedback = check("softmax_batch", endless)
    assert feedback.verdict == "Not quite. It does not come to an end in time."
    assert "it may be slow, or without end" in feedback.hint


# Hints that were false ---------------------------------------------------------------------------


def batch_maximum(z, y):
    s = z - z.max()
    return np.log(np.exp(s).sum(1)) - s[np.arange(len(y)), y]


def first_for_largest(vector):
    e = [math.exp(x - vector[0]) for x in vector]
    return [x / sum(e) for x in e]


NAMED = [
    ("stable_sigmoid", lambda z: 1 - 1 / (1 + np.exp(z)), "textbook formula turned round"),
    (
        "stable_sigmoid",
        lambda z: np.where(z < 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
        "where with its branches exchanged",
    ),
    ("cross_entropy_from_logits", batch_maximum, "one maximum for the whole batch"),
    ("softmax_list", first_for_largest, "another number than the maximum subtracted"),
    ("odds", 2 / 3, "ratio of the scores turned round"),
    ("odds", 0.665, "probability instead of odds"),
    ("odds", 3, "score of class 1"),
    ("saturation_point", 36.736, "still below one"),
    ("saturation_point", 36.738, "not the smallest"),
    ("temperature_for", 0.43, "a little too low"),
    ("temperature_for", 0.44, "a little too high"),
    (
        "safe_for_integers",
        lambda z: scipy.special.softmax(z.astype("f4"), 1),
        "converted to float32",
    ),
    ("safe_for_integers", lambda z: scipy.special.softmax(z.astype("i8"), 1), "converted to int64"),
]


@pytest.mark.parametrize(("exercise", "answer", "name"), NAMED)
def test_a_near_miss_is_called_by_its_name(exercise, answer, name):
    assert check(exercise, answer).misconception == name


@pytest.mark.parametrize("exercise", ["odds", "saturation_point", "temperature_for"])
def test_a_near_miss_without_a_name_is_too_low_or_too_high(exercise):
    right = catalogue()[exercise].reference()
    assert check(exercise, 0.93 * right).verdict == "Not quite. Close, and too low."
    assert check(exercise, 1.07 * right).verdict == "Not quite. Close, and too high."
    assert check(exercise, 17.3 * right).verdict == "Not quite."


def test_one_maximum_for_the_batch_is_shown_the_row_that_goes_wrong():
    feedback = check("cross_entropy_from_logits", batch_maximum)
    assert "[0.0, 1.0]" in feedback.counterexample.input
    assert "inf" in feedback.counterexample.got
    assert "1000" not in feedback.hint


def test_a_warning_is_not_called_an_exception():
    feedback = check("stable_sigmoid", lambda z: 1 / (1 + np.exp(-z)))
    assert "raises" not in str(feedback)
    assert feedback.counterexample.got == (
        "the same numbers, with a number on the way that no float can hold"
    )


def test_numbers_that_are_right_are_not_shown_as_if_they_differed():
    def in_place(z):
        p = scipy.special.softmax(z, axis=1)
        z[...] = 0
        return p

    feedback = check("softmax_batch", in_place)
    assert feedback.counterexample.got == "the same numbers, and the input was changed"


def test_names_differ_where_names_are_asked_for():
    feedback = check("decode_batch", lambda p, classes: [classes[0].upper()] * len(p))
    assert feedback.verdict == "Not quite. The names differ."


@pytest.mark.parametrize("exercise", [e for e in catalogue().values() if e.items])
def test_the_item_shown_is_one_that_the_named_mistake_explains(exercise):
    name = exercise.name
    right = exercise.reference()
    for mistake in exercise.mistakes:
        for form in mistake.forms:
            theirs = form()
            for i, item in enumerate(right):
                for option in exercise.options:
                    answer = [*theirs[:i], option, *theirs[i + 1 :]]
                    feedback = check(name, answer) if option != item != theirs[i] else None
                    if not feedback or feedback.misconception is None:
                        continue
                    shown = int(feedback.counterexample.input.split(".")[0]) - 1
                    named = [m for m in exercise.mistakes if m.name == feedback.misconception]
                    assert any(f()[shown] == answer[shown] for f in named[0].forms)
                    assert answer[shown] != right[shown]


# In a browser ------------------------------------------------------------------------------------


@pytest.fixture
def in_a_browser(monkeypatch):
    """No threads, no floating-point exceptions, and a default integer of 32 bits."""

    def refuses(self):
        raise RuntimeError("can't start new thread")

    def narrow(value):
        is_default = isinstance(value, np.ndarray) and value.dtype == np.int64
        fits = is_default and (np.abs(value.astype(float)) < 2**31).all()
        return value.astype(np.int32) if fits else value

    there = {}
    for exercise in catalogue().values():
        probes = [
            tuple(tuple(map(narrow, probe)) for probe in some)
            for some in (exercise.probes, exercise.further)
        ]
        there[exercise.name] = dataclasses.replace(exercise, probes=probes[0], further=probes[1])
    monkeypatch.setattr(threading.Thread, "start", refuses)
    monkeypatch.setattr(np.errstate, "__init__", silent(np.errstate.__init__))
    monkeypatch.setattr(engine, "catalogue", lambda: there)
    return there


def silent(was):
    def init(self, *, call=None, **kinds):
        was(self, **{k: "ignore" if v in ("call", "raise") else v for k, v in kinds.items()})

    return init


def silenced(z):
    with np.errstate(over="ignore"):
        return np.exp(z)


def doubled_in_a_buffer(z):
    buffer = np.empty_like(z)
    return np.exp(np.multiply(z, 2, out=buffer))


@pytest.mark.parametrize(
    ("answer", "scores", "noticed"),
    [
        (np.exp, [1.0, 1000.0], True),
        (np.exp, [1.0, -1000.0], False),
        (np.log, [1.0, 0.0], True),
        (silenced, [1000.0], False),
        (np.negative, [np.inf], False),
        (doubled_in_a_buffer, [300.0], False),
        (doubled_in_a_buffer, [400.0], True),
        (lambda z: [np.exp(x) for x in z], [1000.0], True),
    ],
)
def test_watchful_arrays_notice_when_finite_numbers_end(answer, scores, noticed):
    assert running._watched(answer, (np.array(scores),)) is noticed


def test_a_known_mistake_is_wrong_in_a_browser_too(in_a_browser):
    assert not running._numpy_notices()
    for exercise in in_a_browser.values():
        judge = Judge(exercise)
        forms = [form for mistake in exercise.mistakes for form in mistake.forms]
        for form in forms:
            assert not judge.passes(form if exercise.parameters else form()), exercise.name
        assert not check(exercise.name, forms[0] if exercise.parameters else forms[0]())


def test_the_overflowing_sigmoids_are_named_in_a_browser_too(in_a_browser):
    both = np.where
    for answer, name in [
        (lambda z: 1 / (1 + np.exp(-z)), "textbook formula"),
        (lambda z: [1 / (1 + np.exp(-x)) for x in z], "textbook formula"),
        (lambda z: 1 / (1 + np.e**-z), "textbook formula"),
        (
            lambda z: both(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z))),
            "where computes both formulas",
        ),
    ]:
        assert check("stable_sigmoid", answer).misconception == name


def test_right_answers_are_right_in_a_browser_too(in_a_browser):
    from answers import RIGHT

    for name, answers in RIGHT.items():
        judge = Judge(in_a_browser[name])
        for answer in answers[1:]:
            assert judge.passes(answer), name
        assert check(name, answers[0]), name
