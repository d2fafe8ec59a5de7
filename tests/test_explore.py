"""Explorables: what Vega computes in the browser is what the package computes."""

import base64
import dataclasses
import html
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
import scipy.special
import sklearn.metrics
import vl_convert
from explorable_settings import SETTINGS, controls
from sklearn.calibration import calibration_curve
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from softmax_course import explore
from softmax_course.digit import ambiguous_digit

EVERY = [name for name in explore.__all__ if name.islower()]
CHAPTERS = Path(__file__).parents[1] / "chapters"
CASES = [(name, settings) for name in EVERY for settings in SETTINGS[name]]


@cache
def compiled(name: str) -> str:
    """Compile an explorable, as it starts, to Vega."""
    spec = getattr(explore, name)().spec
    return json.dumps(vl_convert.vegalite_to_vega(spec, vl_version=explore.VEGALITE_VERSION))


def drawn_numbers(name: str, settings: dict[str, Any]) -> list[str]:
    """Let Vega compute and draw the figure, and read the lines above the picture."""
    vega = json.loads(compiled(name))
    values = controls(settings)
    for signal in vega["signals"]:
        if signal["name"] in values:
            signal["value"] = values.pop(signal["name"])
    assert values == {}
    return lines_above(vl_convert.vega_to_svg(vega))


def lines_above(svg: str) -> list[str]:
    """Read the lines above a picture."""
    title = re.search(r"role-title-text.*?<text[^>]*>(.*?)</text>", svg, re.DOTALL)
    assert title is not None
    return [html.unescape(line) for line in re.findall(r"<tspan[^>]*>(.*?)</tspan>", title[1])]


@cache
def shown_in_the_book() -> dict[str, Any]:
    """Read the specifications that the chapters' cells, `explore.name()`, have put out."""
    found = {}
    for path in CHAPTERS.glob("*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            call = re.search(r"^explore\.(\w+)\(\)$", cell.source, re.MULTILINE)
            if call:
                (output,) = cell.outputs
                found[call[1]] = output.data["application/vnd.vegalite.v5+json"]
    return found


@pytest.mark.parametrize(("name", "settings"), CASES)
def test_vega_computes_the_numbers_that_the_package_computes(
    name: str, settings: dict[str, Any]
) -> None:
    assert drawn_numbers(name, settings) == getattr(explore, name)(**settings).numbers


def test_an_explorable_starts_where_it_is_told_to() -> None:
    spec = explore.temperature((0.5, -1, 4), 0.3, 10, False).spec
    starts = {param["name"]: param["value"] for param in spec["params"] if "value" in param}
    assert starts == {
        "score0": 0.5,
        "score1": -1,
        "score2": 4,
        "temperature": 0.3,
        "multiply": 10,
        "subtract_maximum": False,
    }


def test_temperature_shows_the_published_numbers() -> None:
    assert explore.temperature().numbers == [
        "scores / temperature: 1.00, 3.00, 2.00",
        "softmax: 0.090, 0.665, 0.245; sum 1.000",
        "sigmoid: 0.731, 0.953, 0.881; sum 2.564",
    ]
    assert (
        explore.temperature(temperature=0.5).numbers[1].startswith("softmax: 0.016, 0.867, 0.117")
    )


def test_the_textbook_formula_overflows_to_nan_and_the_shifted_one_does_not() -> None:
    assert explore.temperature(multiply=1000, subtract_maximum=False).numbers[1] == (
        "softmax: nan, nan, nan; sum nan"
    )
    assert explore.temperature(multiply=1000).numbers[1] == (
        "softmax: 0.000, 1.000, 0.000; sum 1.000"
    )


def test_cross_entropy_shows_the_published_losses_once_and_twice() -> None:
    assert explore.cross_entropy().numbers[1:] == [
        "gradient: 0.090, -0.335, 0.245; sum 0.000",
        "cross-entropy: 0.4076 nats",
    ]
    twice = explore.cross_entropy(softmax_twice=True).numbers
    assert twice[0] == "prediction: 0.253, 0.451, 0.296; sum 1.000"
    assert twice[2] == "cross-entropy: 0.7972 nats"


def test_the_digit_is_asked_about_until_a_mistake_costs_little_more_than_a_person() -> None:
    assert explore.answer_or_ask().numbers == [
        "probability: 7 0.478, 4 0.384, 3 0.115; 0.900 is enough to answer",
        "expected cost: 7 5.22, 4 6.16, 3 8.85; asking 1.00",
        "cheapest: ask",
    ]
    assert explore.answer_or_ask(ask=5.2).numbers[2].endswith("cheapest: ask")
    assert explore.answer_or_ask(ask=5.3).numbers[2].endswith("cheapest: answer 7")
    assert explore.answer_or_ask(temperature=0.1).numbers[2].endswith("cheapest: ask")
    assert explore.answer_or_ask(temperature=0.05).numbers[2].endswith("cheapest: answer 7")


def test_sigmoid_saturates_at_the_published_score() -> None:
    assert explore.saturation(3.6, 10).numbers[1].endswith("strictly between 0 and 1")
    assert explore.saturation(3.7, 10).numbers[1].endswith("exactly 1 in float64")
    assert explore.saturation(-7.4, 100).numbers[1].endswith("strictly between 0 and 1")
    assert explore.saturation(-7.5, 100).numbers[1].endswith("exactly 0 in float64")


def test_squared_error_has_almost_no_gradient_where_it_is_most_wrong() -> None:
    assert explore.gradient((10, 0, 0), 1).numbers[1] == "gradient: 0.9999, -1.0000, 0.0000"
    assert explore.gradient((10, 0, 0), 1, True).numbers[1].startswith("gradient: 0.0003, -0.0002")


def test_equal_gaps_give_equal_ratios_and_a_gap_of_1_a_ratio_of_e() -> None:
    assert explore.equal_gaps((1, 3, 2)).numbers[1:] == [
        "gaps: 1.0, 1.0",
        "ratios: 2.718, 2.718",
    ]
    assert explore.equal_gaps((-4, 4, 0)).numbers[2].endswith("54.598, 54.598")


def test_the_path_goes_from_the_even_guess_to_a_corner_and_with_a_tie_to_an_edge() -> None:
    hot, cold = (explore.temperature_path((0.1, 0, 0.2), t).numbers for t in (10, 0.1))
    assert hot[1] == "entropy: 1.099 nats, at most 1.099"
    assert cold[0] == "softmax: 0.245, 0.090, 0.665"
    assert explore.temperature_path((1, 3, 2), 0.1).numbers[0] == "softmax: 0.000, 1.000, 0.000"
    assert explore.temperature_path((3, 3, 2), 0.1).numbers[0] == "softmax: 0.500, 0.500, 0.000"


def test_two_class_softmax_is_the_sigmoid_of_the_gap() -> None:
    assert explore.two_class((1, 3)).numbers == [
        "gap: 2.0",
        "sigmoid of the gap: 0.881",
        "softmax: 0.119, 0.881",
    ]


def test_squared_error_is_flat_where_cross_entropy_is_steepest() -> None:
    assert explore.learning_slowdown(-6).numbers[1:] == [
        "cross-entropy: 6.002, slope -0.998",
        "squared error: 0.995, slope -0.005",
    ]


def test_the_slopes_are_those_of_the_losses() -> None:
    def shown(score: float) -> list[float]:
        return [
            float(x)
            for x in re.findall(
                r"-?\d+\.\d+", " ".join(explore.learning_slowdown(score).numbers[1:])
            )
        ]

    before, at, after = shown(-1.1), shown(-1.0), shown(-0.9)
    assert (after[0] - before[0]) / 0.2 == pytest.approx(at[1], abs=0.006)
    assert (after[2] - before[2]) / 0.2 == pytest.approx(at[3], abs=0.006)


def test_the_loss_is_least_where_the_temperature_is_fitted_and_the_winners_stay() -> None:
    digits, digit = load_digits(), ambiguous_digit()
    learned, held, _, codes = train_test_split(
        digits.data, digits.target, test_size=0.3, stratify=digits.target, random_state=0
    )
    scaler = StandardScaler().fit(learned)
    z = scaler.transform(held) @ digit.weights + digit.bias

    def said(temperature: float) -> list[str]:
        p = scipy.special.softmax(z / temperature, axis=1)
        loss, right = sklearn.metrics.log_loss(codes, p), np.mean(p.argmax(axis=1) == codes)
        return [
            f"accuracy: {right:.3f}, mean confidence {p.max(axis=1).mean():.3f}",
            f"loss: {loss:.4f} nats",
        ]

    temperatures = [0.3, 0.75, 1, 3]
    shown = [explore.reliability(temperature).numbers[:2] for temperature in temperatures]
    assert shown == [said(temperature) for temperature in temperatures]
    losses = [float(line[1].split()[1]) for line in shown]
    assert min(losses) == losses[1]
    frequency, confidence = calibration_curve(
        scipy.special.softmax(z, axis=1).argmax(axis=1) == codes,
        scipy.special.softmax(z, axis=1).max(axis=1),
        n_bins=10,
    )
    bins = next(p["value"] for p in explore.reliability().spec["params"] if p["name"] == "bins")
    points = np.array([point for point in bins[14] if point[2]])
    np.testing.assert_allclose(points[:, 0], confidence, atol=5.1e-4)
    np.testing.assert_allclose(points[:, 1], frequency, atol=5.1e-4)


def test_it_pays_to_act_from_the_threshold_on() -> None:
    said = [explore.threshold(p, 2, 8).numbers[1] for p in (0.19, 0.2, 0.21)]
    assert said == [f"threshold: 0.200; {what}" for what in ("do not act", "either will do", "act")]


def test_truncation_starts_with_a_dropped_tail() -> None:
    assert explore.truncation().numbers[2] == "kept: 4 of 8"


def test_softmax_twice_leaves_a_floor_that_the_true_class_cannot_reach_alone() -> None:
    alone = explore.cross_entropy((1, 10, 2), softmax_twice=True).numbers[2]
    all_three = explore.cross_entropy((-10, 10, -10), softmax_twice=True).numbers[2]
    assert [alone, all_three] == ["cross-entropy: 0.5517 nats", "cross-entropy: 0.5514 nats"]


def test_a_query_that_sees_nothing_answers_0_and_softmax_one_falls_silent_by_itself() -> None:
    assert explore.attention(hidden=3).numbers[1:] == [
        "weights: 0.000, 0.000, 0.000; sum 0.000",
        "answer: 0.000",
    ]
    away = {"angle0": 180, "angle1": 180, "angle2": 180, "scale": 2}
    assert explore.attention(**away).numbers[2] == "answer: 20.000"
    assert explore.attention(**away, nobody=True).numbers[1].endswith("sum 0.001")


def test_a_large_scale_makes_attention_take_the_closest_key_alone() -> None:
    closest = explore.attention(10, 90, 180, 5).numbers
    assert closest[1] == "weights: 1.000, 0.000, 0.000; sum 1.000"
    assert explore.attention(scale=0).numbers[1].startswith("weights: 0.333, 0.333, 0.333")


def test_truncation_takes_the_digit_s_scores_and_sorts_them() -> None:
    digit = ambiguous_digit()
    scores = digit.features @ digit.weights + digit.bias
    figure = explore.truncation(top_p=0.9, scores=scores)
    assert figure.numbers[0].startswith("softmax: 0.478, 0.384, 0.115, 0.020, ")
    assert figure.numbers[2] == "kept: 3 of 10"
    vega = vl_convert.vegalite_to_vega(figure.spec, vl_version=explore.VEGALITE_VERSION)
    svg = vl_convert.vega_to_svg(vega)
    assert lines_above(svg) == figure.numbers
    rows = re.findall(r"<text[^>]*>(class \d)</text>", svg)
    assert rows[:4] == ["class 7", "class 4", "class 3", "class 2"]
    assert len(rows) == 10


def test_truncation_needs_a_name_for_each_score() -> None:
    with pytest.raises(ValueError, match="2 names for 3 scores"):
        explore.truncation(scores=[1, 3, 2], names=["a", "b"])


@pytest.mark.parametrize("name", EVERY)
def test_output_is_a_specification_a_picture_and_a_text(name: str) -> None:
    bundle = getattr(explore, name)()._repr_mimebundle_()
    assert list(bundle) == ["application/vnd.vegalite.v5+json", "image/png", "text/plain"]
    picture = base64.b64decode(bundle["image/png"])
    assert picture.startswith(b"\x89PNG")
    assert len(picture) < 30_000
    output = nbformat.v4.new_output("display_data", bundle)
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))


@pytest.mark.parametrize("name", EVERY)
def test_the_book_shows_each_explorable_as_it_starts(name: str) -> None:
    assert shown_in_the_book()[name] == getattr(explore, name)().spec


@pytest.mark.parametrize("name", EVERY)
def test_specification_is_the_same_each_time_and_asks_for_nothing(name: str) -> None:
    first, second = (getattr(explore, name)().spec for _ in range(2))
    text = json.dumps(first)
    assert json.loads(text) == first == second
    assert re.findall(r"https?:[^\"]*", text) == [
        "https://vega.github.io/schema/vega-lite/v5.json"  # the name of the language
    ]
    assert re.findall(r"view_\d|data-[0-9a-f]{8}|param_\d", text) == []


def test_an_explorable_is_what_it_shows_and_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        explore.temperature().numbers = []  # type: ignore[misc]


@pytest.mark.parametrize("name", EVERY)
def test_every_control_has_a_label_and_every_explorable_a_description(name: str) -> None:
    spec = getattr(explore, name)().spec
    bound = [param["bind"] for param in spec["params"] if "bind" in param]
    assert bound
    assert all(bind["name"] for bind in bound)
    assert len(spec["description"].split()) > 20


@pytest.mark.parametrize("name", EVERY)
def test_a_slider_takes_a_colour_that_the_picture_draws(name: str) -> None:
    explorable = getattr(explore, name)()
    spec = explorable.spec
    sliders = {p["name"] for p in spec["params"] if p.get("bind", {}).get("input") == "range"}
    assert set(explorable.colours) <= sliders
    assert spec.pop("usermeta")["colours"] == explorable.colours
    assert all(f'"{colour}"' in json.dumps(spec) for colour in explorable.colours.values())


@pytest.mark.parametrize("name", EVERY)
def test_numbers_stand_after_their_names(name: str) -> None:
    lines = getattr(explore, name)().numbers
    assert all(re.match(r"[^:]+: .", line) for line in lines)
    assert len(lines) <= 3


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: explore.temperature((1, 2)), "three numbers"),
        (lambda: explore.two_class((1, 3, 2)), "two numbers"),
        (lambda: explore.temperature(multiply=5), "multiply the scores by must be one of 1, 10"),
        (
            lambda: explore.rounding(801),
            "gap of the two scores must lie between 0 and 800; got 801",
        ),
        (lambda: explore.cross_entropy((11, 0, 0)), "score of class 0 must lie between -10 and 10"),
    ],
)
def test_a_setting_that_no_control_has_is_an_error(build: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        build()


@pytest.mark.parametrize(
    ("module", "missing"),
    [("explore", "altair"), ("explore", "vl_convert"), ("plots", "matplotlib")],
)
def test_a_missing_extra_is_named_with_the_command_that_installs_it(
    module: str, missing: str
) -> None:
    code = f"import sys; sys.modules['{missing}'] = None; import softmax_course.{module}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.splitlines()[-1] == (
        f'ModuleNotFoundError: {missing} is missing: pip install "softmax-course[learn]"'
    )


def test_importing_the_package_loads_neither_altair_nor_matplotlib() -> None:
    code = (
        "import sys, softmax_course;"
        "print(sorted({'altair', 'vl_convert', 'matplotlib', 'PIL'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
