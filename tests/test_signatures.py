"""Arguments are given in one way everywhere, except where SciPy's own functions have another."""

import inspect

import pytest
import scipy.special

import softmax_course

LIKE_SCIPY = {"softmax", "log_softmax", "logsumexp"}
FUNCTIONS = [name for name in softmax_course.__all__ if name != "check"]


def parameter(module, function, name):
    return inspect.signature(getattr(module, function)).parameters.get(name)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_axis_is_given_by_keyword_except_where_scipy_has_it_second(name):
    axis = parameter(softmax_course, name, "axis")
    if name in LIKE_SCIPY:
        assert axis.kind is axis.POSITIONAL_OR_KEYWORD
        assert axis.kind is parameter(scipy.special, name, "axis").kind
        assert list(inspect.signature(getattr(softmax_course, name)).parameters)[1] == "axis"
    elif axis:
        assert axis.kind is axis.KEYWORD_ONLY
    if axis:
        assert axis.default == -1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_temperature_is_given_by_keyword_and_is_1_by_default(name):
    temperature = parameter(softmax_course, name, "temperature")
    if temperature:
        assert temperature.kind is temperature.KEYWORD_ONLY
        assert temperature.default == 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_chapter_that_shows_the_source_shows_one_function_without_overloads(name):
    source = inspect.getsource(getattr(softmax_course, name))
    assert source.count("\ndef ") + source.startswith("def ") == 1
    assert "@overload" not in source


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_docstring_names_every_parameter_and_says_what_is_returned_and_raised(name):
    function = getattr(softmax_course, name)
    text = inspect.getdoc(function)
    for argument in inspect.signature(function).parameters:
        assert f"{argument} :" in text or f"{argument}," in text or f", {argument}\n" in text
    for section in ("Parameters", "Returns", "Raises", "Examples"):
        assert f"{section}\n{'-' * len(section)}" in text
