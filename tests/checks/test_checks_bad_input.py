# ruff: noqa: D105
"""Whatever is handed in, a check answers kindly, raises nothing, and does not call it right."""

import itertools
import signal
import sys
import threading

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from softmax_course import check
from softmax_course.checks import Feedback, catalogue, running


class Hostile:
    """Raises whatever is asked of it."""

    def __getattribute__(self, name):
        raise RuntimeError("no")

    __eq__ = __hash__ = __repr__ = __str__ = __len__ = __iter__ = __bool__ = __float__ = (
        __array__
    ) = __getattribute__


class HostileName(str):
    """A string that raises whatever is asked of it."""

    __eq__ = __hash__ = __repr__ = __str__ = __len__ = Hostile.__getattribute__


class Endless:
    """Becomes an array, but not in this life."""

    def __array__(self, dtype=None, copy=None):
        while True:
            pass


def softmax_rows(z):
    return scipy.special.softmax(z, axis=1)


def nobody_else_runs():
    """Wait for the threads that are about to end."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and thread.name.startswith("answer"):
            thread.join(60)
    return not any(thread.name.startswith("answer") for thread in threading.enumerate())


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.2)


@pytest.mark.parametrize("exercise", catalogue().values(), ids=lambda e: e.name)
@pytest.mark.parametrize("answer", [..., None, NotImplemented])
def test_nothing_handed_in_is_not_attempted_yet_and_shows_the_task(exercise, answer):
    feedback = check(exercise.name, answer)
    assert (feedback.passed, feedback.verdict) == (False, "Not attempted yet.")
    assert feedback.hint.startswith(f"{exercise.task}\n\nTo begin")


def stub(*args): ...


def stub_that_raises(*args):
    raise NotImplementedError("later")


@pytest.mark.parametrize("answer", [stub, stub_that_raises, lambda *a: ..., lambda *a: [..., 1.0]])
def test_a_function_that_is_still_a_stub_is_not_attempted_yet(answer):
    assert check("softmax_batch", answer).verdict == "Not attempted yet."


@pytest.mark.parametrize("nothing", [..., None, "", " "])
def test_a_list_with_nothing_in_it_is_not_attempted_yet(nothing):
    assert check("choose_head", [nothing] * 8).verdict == "Not attempted yet."


@pytest.mark.parametrize("nothing", [..., None, "", " "])
def test_an_item_that_is_left_empty_is_named_by_its_number(nothing):
    heads = ["linear", "softmax", nothing, "linear", "softmax", nothing, nothing, "linear"]
    feedback = check("choose_head", heads)
    assert feedback.verdict == "Not finished yet. Items 3, 6 and 7 are still empty."
    assert feedback.counterexample.input.startswith("3. Which topics")
    one = check("choose_head", heads[:3] + ["linear"] * 5)
    assert one.verdict == "Not finished yet. Item 3 is still empty."
    assert not feedback
    assert not one


@pytest.mark.parametrize("exercise", catalogue().values(), ids=lambda e: e.name)
def test_what_is_not_worked_on_is_told_how_to_begin_and_not_what_is_wrong(exercise):
    untouched = [...] * len(exercise.items) if exercise.items else ...
    feedback = check(exercise.name, stub if exercise.parameters else untouched)
    assert feedback.verdict == "Not attempted yet."
    assert "To begin" in feedback.hint
    assert "?" not in feedback.hint.replace(exercise.task, "").split("Choose")[0] or exercise.items
    assert "every path" not in feedback.hint


def test_a_function_that_returns_on_some_paths_only_is_shown_the_input_where_it_does_not():
    feedback = check("softmax_batch", lambda z: softmax_rows(z) if len(z) == 1 else None)
    assert feedback.verdict == "Not quite. It returns nothing for this input."
    assert feedback.counterexample.input == "softmax_batch([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]])"


def test_printing_instead_of_returning_is_named(capsys):
    feedback = check("softmax_batch", lambda z: print(softmax_rows(z)))
    assert feedback.verdict == "Not quite. It prints instead of returning."
    assert capsys.readouterr() == ("", "")


def test_what_an_answer_prints_is_swallowed(capsys):
    def chatty(z):
        print("shape", z.shape)
        print("to the other stream", file=sys.stderr)
        assert sys.stdout.writable()
        return softmax_rows(z)

    assert check("softmax_batch", chatty)
    assert capsys.readouterr() == ("", "")


def raises_on_the_second_input(z):
    if len(z) > 1:
        z.no_such_attribute  # noqa: B018
    return softmax_rows(z)


def test_an_exception_is_shown_with_its_input_and_the_learners_own_line():
    feedback = check("softmax_batch", raises_on_the_second_input)
    assert feedback.counterexample.input == "softmax_batch([[1.0, 3.0, 2.0], [4.0, 0.0, 1.0]])"
    assert feedback.counterexample.got == "raises AttributeError"
    assert feedback.counterexample.line == "z.no_such_attribute  # noqa: B018"


def test_an_exception_inside_a_library_is_shown_with_the_line_that_called_it():
    feedback = check("softmax_batch", lambda z: np.linalg.inv(z[:, :, None, None] * 0)[0, 0, 0])
    assert "np.linalg.inv(z" in feedback.counterexample.line
    assert str(__file__) not in str(feedback)


def own_exceptions():
    class Mine(ValueError):
        pass

    return [
        (Mine("words of the interpreter"), "ValueError"),
        (SystemExit(3), "SystemExit"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (GeneratorExit(), "GeneratorExit"),
        (np.exceptions.AxisError("words of the interpreter"), "ValueError"),
        (RecursionError(), "RecursionError"),
        (StopIteration(), "StopIteration"),
        (BaseException(), "BaseException"),
    ]


@pytest.mark.parametrize(("error", "name"), own_exceptions())
def test_any_exception_is_reported_by_its_nearest_builtin_type_and_without_its_message(error, name):
    def fails(z):
        raise error

    feedback = check("softmax_batch", fails)
    assert feedback.counterexample.got == f"raises {name}"
    assert feedback.counterexample.line == "raise error"
    assert "words" not in str(feedback)


def loops(z):
    while True:
        z = z + 0


def loops_and_catches_exceptions(z):
    while True:
        try:
            z = z + 0
        except Exception:
            z = z - 0


def loops_and_catches_everything(z):
    while True:
        try:
            z = z + 0
        except:  # noqa: E722
            z = z - 0


def step():
    pass


def loops_and_catches_nearly_all_interruptions(z):
    while True:
        try:
            step(), step(), step(), step()
        except:  # noqa: E722
            z = z - 0


def loops_and_prints(z):
    while True:
        print(z)


def loops_the_second_time(z, seen=[]):  # noqa: B006
    seen.append(0)
    while len(seen) > len(catalogue()["softmax_batch"].tried):
        pass
    return softmax_rows(z)


def loops_in_the_very_last_call(z, seen=[]):  # noqa: B006
    seen.append(0)
    while len(seen) == 2 * len(catalogue()["softmax_batch"].tried):
        pass
    return softmax_rows(z)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "answer",
    [
        loops,
        loops_and_catches_exceptions,
        loops_and_catches_everything,
        loops_and_catches_nearly_all_interruptions,
        loops_and_prints,
        loops_the_second_time,
        loops_in_the_very_last_call,
        lambda z: sum(0 * x for x in itertools.count()),
        lambda z: Endless(),
    ],
)
def test_an_endless_loop_in_python_code_is_interrupted(answer, capsys):
    feedback = check("softmax_batch", answer)
    assert feedback.verdict == "Not quite. It does not come to an end in time."
    assert feedback.counterexample.got == "no answer in time"
    assert nobody_else_runs()
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("impatient")
def test_a_call_that_cannot_be_interrupted_is_left_behind():
    gate, ended = threading.Lock(), threading.Event()
    gate.acquire()

    def waits(z):
        gate.acquire()
        ended.set()

    assert check("softmax_batch", waits).verdict == "Not quite. It does not come to an end in time."
    assert not ended.is_set()
    gate.release()
    assert nobody_else_runs()


@pytest.mark.usefixtures("impatient")
def test_what_runs_on_shows_the_input_on_which_it_does():
    feedback = check("softmax_batch", lambda z: loops(z) if z.shape[1] == 2 else softmax_rows(z))
    assert feedback.counterexample.input == "softmax_batch([[1.0, 3.0], [4.0, 0.0]])"


def test_endless_recursion_is_reported():
    def f(z):
        return f(z)

    assert check("softmax_batch", f).counterexample.got == "raises RecursionError"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send itself the signal")
def test_a_reader_who_interrupts_the_kernel_gets_through_and_the_answer_ends():
    def interrupted(z):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        loops(z)

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs have none
    with pytest.raises(KeyboardInterrupt):
        check("softmax_batch", interrupted)
    signal.signal(signal.SIGINT, before)
    assert nobody_else_runs()


def test_without_threads_the_answer_runs_all_the_same(monkeypatch):
    def refuses(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuses)
    assert check("softmax_batch", softmax_rows)
    assert not check("softmax_batch", scipy.special.softmax)


def test_an_input_changed_in_place_is_noticed_although_the_numbers_are_right():
    def sorts_the_callers_list(vector):
        p = scipy.special.softmax(vector)
        vector.sort()
        return p

    def reshapes(codes, num_classes):
        rows = np.eye(num_classes)[codes]
        codes.shape = (-1, 1)
        return rows

    assert check("softmax_list", sorts_the_callers_list).misconception == "input modified"
    feedback = check("one_hot_codes", reshapes)
    assert feedback.verdict == "Not quite. It changes its input."
    assert feedback.counterexample.got.endswith("and the input was changed")


def remembers(z, calls=[]):  # noqa: B006
    calls.append(z)
    return softmax_rows(z) if len(calls) < 18 else softmax_rows(-z)


@pytest.mark.parametrize(
    "answer", [lambda z: np.random.default_rng().normal(size=z.shape), remembers]
)
def test_different_answers_to_the_same_input_are_named(answer):
    assert check("softmax_batch", answer).verdict == "Not quite. It changes its mind."


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda z: (row for row in softmax_rows(z)), "a generator"),
        (lambda z: softmax_rows, "a function"),
        (lambda z: {"p": softmax_rows(z)}, "an object of type dict"),
        (lambda z: [[0.1, 0.2], [0.3]], "rows of different lengths"),
        (lambda z: softmax_rows(z) + 0j, "complex numbers"),
        (lambda z: softmax_rows(z) > 0.5, "True and False"),
        (lambda z: np.ma.masked_array(softmax_rows(z), mask=z > 2), "a masked array"),
        (lambda z: softmax_rows(z).astype(bytes), "an object of type ndarray"),
        (lambda z: object(), "an object of type object"),
        (lambda z: str(softmax_rows(z)), "an array or a list of numbers"),
        (lambda z: softmax_rows(z).astype(str), "an array or a list of numbers"),
    ],
)
def test_the_wrong_kind_of_result_is_named(answer, words):
    feedback = check("softmax_batch", answer)
    assert feedback.verdict == "Not quite. It is not the kind of answer that was asked for."
    assert words in feedback.hint


@pytest.mark.parametrize(
    ("answer", "shape"),
    [
        (lambda z: softmax_rows(z)[None], "(1, 1, 3)"),
        (lambda z: 0.5, "()"),
        (lambda z: [], "(0,)"),
        (lambda z: np.zeros((200, 300)), "(200, 300)"),
        (lambda z: softmax_rows(z)[:, :-1], "(1, 2)"),
    ],
)
def test_the_wrong_shape_is_named(answer, shape):
    feedback = check("softmax_batch", answer)
    assert feedback.verdict == "Not quite. The shape is another one."
    assert shape in feedback.hint
    assert len(str(feedback)) < 1000


@pytest.mark.parametrize(
    ("exercise", "answer", "words"),
    [
        ("softmax_batch", "my_softmax", "its name without quotes"),
        ("softmax_batch", [[0.1, 0.9]], "its name without parentheses"),
        ("odds", lambda: 2.718, "this is a function"),
        ("odds", "2.718", "one number"),
        ("odds", [2.718, 1.0], "has the shape (2,)"),
        ("odds", True, "True and False"),
        ("choose_head", "sigmoid", "a list of 8 strings"),
        ("choose_head", "sigmoid", "this is strings in the shape ()"),
        ("choose_head", ["sigmoid"] * 7, "a list of 8 strings"),
        ("choose_head", ["sigmoid"] * 7, "this is strings in the shape (7,)"),
        ("choose_head", [0.5] * 8, "a list of 8 strings"),
        ("choose_head", [0.5] * 8, "this is numbers in the shape (8,)"),
        ("choose_head", ["logistic"] * 8, "The options are"),
        ("softmax_batch", lambda: 1, "`softmax_batch(logits)`"),
        ("one_hot_codes", lambda codes: 1, "`one_hot_codes(codes, num_classes)`"),
    ],
)
def test_the_wrong_kind_of_answer_is_told_what_is_wanted(exercise, answer, words):
    feedback = check(exercise, answer)
    assert not feedback.passed
    assert words in feedback.hint


@pytest.mark.parametrize(
    ("exercise", "answer", "wanted"),
    [
        ("largest_safe_step", lambda X: "two", "one number"),
        ("softmax_batch", lambda z: "two", "an array or a list of numbers"),
        ("decode_batch", lambda p, classes: [1.0], "an array or a list of names"),
    ],
)
def test_numbers_for_names_and_names_for_numbers_are_told_what_is_wanted(exercise, answer, wanted):
    assert check(exercise, answer).hint == f"Hand in {wanted}."


def test_a_value_that_cannot_be_read_is_told_what_is_wanted():
    for exercise, answer, wanted in [
        ("odds", Hostile(), "one number"),
        ("choose_head", [Hostile()] * 8, "a list of 8 strings"),
    ]:
        feedback = check(exercise, answer)
        assert feedback.verdict == "Not quite. It is not the kind of answer that was asked for."
        assert feedback.hint.startswith(f"Hand in {wanted}")
        assert feedback.hint.endswith("; this raises RuntimeError when read.")


@pytest.mark.parametrize("value", [float("nan"), float("-inf"), 10**400, -0.0, 1e308])
def test_numbers_that_are_no_answer_are_wrong(value):
    for exercise in ["odds", "saturation_point", "temperature_for"]:
        assert not check(exercise, value)
    assert not check("softmax_batch", lambda z: np.full(z.shape, value, dtype=object))


def test_an_unknown_exercise_lists_the_nearest():
    feedback = check("softmax_bach", 1)
    assert feedback.verdict == "There is no exercise of this name."
    assert feedback.hint.startswith("Did you mean `softmax_batch`")
    assert "`loss_for_targets`" in check("xyzzy", 1).hint
    assert check("x" * 60, 1).exercise == "x" * 40


@pytest.mark.parametrize("name", [None, 3, softmax_rows, ["odds"]])
def test_something_else_than_a_name_is_told_so(name):
    assert check(name, "softmax_batch").verdict == "Which exercise?"
    assert check(Hostile(), name).verdict == "Which exercise?"


HOSTILE = {
    "an object": Hostile(),
    "its type": Hostile,
    "a string": HostileName("odds"),
    "a list of it": [Hostile()],
    "a plain object": object(),
    "a type": type,
    "gives it": lambda *a: Hostile(),
    "gives a list of it": lambda *a: [Hostile(), Hostile()],
    "gives its arguments": lambda *a: a,
    "gives a dict": lambda *a, **k: k,
    "eval": eval,
    "iter": iter,
}


@pytest.mark.parametrize("exercise", catalogue())
@pytest.mark.parametrize("answer", HOSTILE)
def test_hostile_objects_are_survived(exercise, answer):
    feedback = check(exercise, HOSTILE[answer])
    assert not feedback.passed
    assert str(feedback) == repr(feedback)
    assert feedback._repr_markdown_()


def test_a_hostile_name_is_read_as_the_string_that_it_is():
    assert check(HostileName("odds"), 2.718)


def put_hostile_objects_into_the_input(vector):
    vector[0] = Hostile()
    return scipy.special.softmax([1.0, 3.0, 2.0])


def test_hostile_objects_in_the_input_are_a_change():
    assert not check("softmax_list", put_hostile_objects_into_the_input)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.complex_numbers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=8,
)


@settings(max_examples=15, deadline=None)
@given(answer=anything)
def test_no_value_makes_a_check_raise_or_pass_unless_it_is_right(answer):
    for exercise in catalogue().values():
        value_passes = not exercise.parameters and answer == exercise.reference()
        assert check(exercise.name, answer).passed == value_passes


@settings(max_examples=15, deadline=None)
@given(answer=anything)
def test_no_constant_function_makes_a_check_raise_or_pass(answer):
    for name in ["softmax_batch", "decode_batch"]:
        feedback = check(name, lambda *a: answer)
        assert isinstance(feedback, Feedback)
        assert not feedback
