"""Arguments are given in one way everywhere, except where SciPy's own functions have another."""

import inspect
import re

import pytest
import scipy.special

import softmax_course
from softmax_course import alternatives, attention, decisions
from softmax_course.bigram import CharacterBigram, fit_bigram
from softmax_course.linear_model import SoftmaxRegression, fit_softmax_regression, safe_step
from softmax_course.streaming import fused_cross_entropy, max_and_sum, tiled_attention

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
def test_every_argument_can_be_given_by_its_name(name):
    parameters = inspect.signature(getattr(softmax_course, name)).parameters.values()
    assert {p.kind for p in parameters} <= {
        inspect.Parameter.POSITIONAL_OR_KEYWORD,
        inspect.Parameter.KEYWORD_ONLY,
    }


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


WITH_DEFAULTS = [
    *(getattr(softmax_course, name) for name in FUNCTIONS),
    *(getattr(attention, name) for name in attention.__all__),
    *(getattr(alternatives, name) for name in alternatives.__all__),
    *(getattr(decisions, name) for name in decisions.__all__),
    CharacterBigram.generate,
    SoftmaxRegression,
    fit_bigram,
    fit_softmax_regression,
    fused_cross_entropy,
    max_and_sum,
    safe_step,
    tiled_attention,
]


@pytest.mark.parametrize("function", WITH_DEFAULTS, ids=lambda function: function.__qualname__)
def test_a_default_is_the_one_that_the_docstring_names(function):
    parameters = inspect.signature(function).parameters
    documented = re.findall(
        r"^(\w+) : .*?\b(?:default ([^\s,]+)|(optional))$",
        inspect.getdoc(function),
        flags=re.MULTILINE,
    )
    for name, default, _ in documented:
        words = {"float": float, "newline": "\n", "": None}
        expected = words[default] if default in words else eval(default)
        assert parameters[name].default == expected, name
    told = {name for name, *_ in documented}
    with_default = {name for name, p in parameters.items() if p.default is not p.empty}
    shared = {"rng", "size", "axis", "temperature", "label_smoothing"}  # "as for" another function
    shared |= {"where", "causal", "scale"}
    assert with_default - told <= shared
