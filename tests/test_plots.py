"""A figure's text form says what was drawn, and changes when the data do."""

import sys
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import pytest
from IPython.core.formatters import PlainTextFormatter
from matplotlib.figure import Figure

from softmax_course.digit import ambiguous_digit
from softmax_course.plots import (
    CLASS_COLOURS,
    CLASS_HATCHES,
    bars,
    describe,
    show_digit,
    use_course_style,
)


def axes():
    return Figure().add_subplot(title="title", xlabel="score", ylabel="probability")


def test_bars_are_as_high_as_the_values_and_say_them():
    ax = axes()
    drawn = bars(ax, [0.09, -0.67], ["a", "b"])
    assert [bar.get_height() for bar in drawn] == [0.09, -0.67]
    assert [text.get_text() for text in ax.texts] == ["0.09", "-0.67"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["a", "b"]


def test_bars_stand_on_a_line_at_zero_with_room_for_their_numbers():
    ax = axes()
    bars(ax, [1.0, 2.0])
    assert [list(line.get_ydata()) for line in ax.lines] == [[0, 0]]
    assert ax.get_ylim() == pytest.approx((0, 2.3))


def test_bars_differ_without_colour():
    drawn = bars(axes(), np.ones(len(CLASS_COLOURS)))
    assert len({bar.get_hatch() for bar in drawn}) == len(CLASS_HATCHES)


def test_bars_refuse_values_of_another_shape():
    with pytest.raises(ValueError, match=r"one axis.*\(2, 2\)"):
        bars(axes(), np.ones((2, 2)))


def test_a_digit_is_drawn_dark_on_white_without_axes():
    ax = axes()
    drawn = show_digit(ax, ambiguous_digit().image, "a 4 or a 7?")
    assert (drawn.to_rgba(0), drawn.to_rgba(16)) == ((1, 1, 1, 1), (0, 0, 0, 1))
    assert 1 > drawn.to_rgba(1)[0] > drawn.to_rgba(15)[0] > 0
    assert not ax.axison
    assert ax.get_title() == "a 4 or a 7?"
    with pytest.raises(ValueError, match=r"two axes.*\(64,\)"):
        show_digit(axes(), ambiguous_digit().features)


def test_a_digit_is_spelled_out_so_that_two_swapped_pixels_are_noticed():
    def described(image):
        ax = axes()
        show_digit(ax, image)
        return describe(ax.figure)

    image = ambiguous_digit().image
    swapped = image.copy()
    swapped[2, 4], swapped[2, 5] = image[2, 5], image[2, 4]
    assert described(image) != described(swapped)
    ink = "".join(".abcdefghijklmnop"[int(pixel)] for pixel in image[2])
    assert f"\n      {ink}\n" in described(image)


def test_description_names_titles_labels_and_texts():
    ax = axes()
    ax.text(0, 0, "67\n%")
    text = describe(ax.figure)
    assert 'axes "title" | "score" | "probability"' in text
    assert "text 67 %" in text


@pytest.mark.parametrize(
    ("draw", "value"),
    [
        (lambda ax, y: ax.bar([0, 1], [1, y]), 0.25),
        (lambda ax, y: ax.barh([0, 1], [1, y]), 0.25),
        (lambda ax, y: ax.plot(np.arange(100), np.where(np.arange(100) == 37, y, 1)), 0.25),
        (lambda ax, y: ax.scatter(np.arange(9), np.where(np.arange(9) == 3, y, 1)), 0.25),
        (lambda ax, y: ax.imshow(np.where(np.eye(7) == 1, y, 1)), 0.25),
    ],
    ids=["bar", "barh", "line", "points", "image"],
)
def test_description_changes_when_one_value_does(draw, value):
    def described(y):
        ax = axes()
        draw(ax, y)
        return describe(ax.figure)

    assert described(value) == described(value)
    assert described(value) != described(value + 0.2)


def test_description_names_lines_points_and_bars_and_writes_up_to_five_numbers_out():
    ax = axes()
    ax.plot([1, 2, 3, 4, 5], [5, 4, 3, 2, 1], label="loss")
    ax.plot([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1])
    ax.scatter([1, 2], [3, 4], label="digits")
    ax.barh([0, 1], [7, 8], label="counts")
    assert describe(ax.figure).splitlines()[2:] == [
        "    bars counts: 7 8",
        '    line "loss" (5 points): x 1 2 3 4 5; y 5 4 3 2 1',
        "    line (6 points): x 1 2 4 5 6 (from 1 to 6, mean 3.5); "
        "y 6 5 3 2 1 (from 1 to 6, mean 3.5)",
        '    points "digits" (2): x 1 2; y 3 4',
    ]


def test_a_single_point_is_described_and_a_filled_area_is_none():
    ax = axes()
    ax.scatter([2], [3])
    ax.fill_between([0, 1], [5, 6])
    assert describe(ax.figure).splitlines()[2:] == ["    points (1): x 2; y 3"]


@pytest.mark.parametrize("shape", [(8, 8), (7, 8)])
def test_only_a_small_picture_of_whole_numbers_is_spelled_out(shape):
    ax = axes()
    ax.imshow(np.linspace(0, 1, shape[0] * 8).reshape(shape).round(shape[0] - 7))
    assert len(describe(ax.figure).splitlines()) == 3


def test_rounding_noise_about_zero_is_written_as_zero():
    ax = axes()
    ax.plot([0, 1, 2], [-1.0, 1e-17, 1.0])
    ax.plot([0, 1], [1e-12, 2e-12])
    ax.plot([0, 1], [-0.0, 0.0])
    ax.plot([0, 1], [1e-9, 1.0])
    text = describe(ax.figure)
    assert all(
        f"y {numbers}\n" in f"{text}\n" for numbers in ["-1 0 1", "1e-12 2e-12", "0 0", "0 1"]
    )


def test_a_long_line_is_described_by_its_two_ends_its_quarters_and_its_range():
    ax = axes()
    ax.plot(np.arange(9.0), [8, 1, 7, 3, 2, 5, 6, 4, 0])
    assert "y 8 7 2 6 0 (from 0 to 8, mean 4)" in describe(ax.figure)


def test_style_is_set_and_figures_are_opaque_and_open_to_the_top_and_right():
    with mpl.rc_context():
        use_course_style()
        assert mpl.rcParams["figure.facecolor"] == "#FFFFFF"
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"] == list(CLASS_COLOURS)
        assert mpl.rcParams["figure.constrained_layout.use"]
        spines = [
            side
            for side in ("left", "bottom", "top", "right")
            if mpl.rcParams[f"axes.spines.{side}"]
        ]
        assert spines == ["left", "bottom"]


def test_style_is_set_without_ipython_too(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython.core.getipython", None)
    with mpl.rc_context():
        use_course_style()
        assert mpl.rcParams["figure.facecolor"] == "#FFFFFF"


def test_in_a_notebook_the_text_form_of_a_figure_is_its_description(monkeypatch):
    formatter = PlainTextFormatter()
    shell = SimpleNamespace(display_formatter=SimpleNamespace(formatters={"text/plain": formatter}))
    monkeypatch.setattr("IPython.core.getipython.get_ipython", lambda: shell)
    with mpl.rc_context():
        use_course_style()
    figure = axes().figure
    assert formatter(figure) == describe(figure)
