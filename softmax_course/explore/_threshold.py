"""A decision, and the probability from which it pays to act."""

from typing import Any

import altair as alt

from softmax_course._language import say
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import filled, fixed, one_of


def threshold(probability: float = 0.3, false_alarm: float = 2.0, miss: float = 8.0) -> Explorable:
    """Show the expected cost of acting and of not acting, and the threshold between them.

    Parameters
    ----------
    probability : float, default 0.3
        How likely it is that there is something to act on, from 0 to 1.
    false_alarm : float, default 2.0
        What it costs to act for nothing, from 1 to 10.
    miss : float, default 8.0
        What it costs not to act when it was needed, from 1 to 10.

    Returns
    -------
    Explorable
    """
    controls = [
        slider("probability", probability, 0, 1, 0.01, say("probability")),
        slider("false_alarm", false_alarm, 1, 10, 0.5, say("cost of a false alarm")),
        slider("miss", miss, 1, 10, 0.5, say("cost of a miss")),
    ]
    return Explorable(
        say("The costs set the threshold"),
        say(
            "The solid line is what acting costs on average, the dashed line what not acting"
            " costs, for every probability that there is something to act on; the two bars are"
            " these costs at your probability. The dotted vertical line marks the threshold, where"
            " the lines cross: to the right of it, acting is cheaper. Make a miss cheap and see"
            " where the threshold goes."
        ),
        _numbers(probability, false_alarm, miss),
        [*controls, *_results()],
        _layers(),
        height=280,
        colours={"false_alarm": CLASS_COLOURS[0], "miss": CLASS_COLOURS[1]},
    )


def _numbers(probability: float, false_alarm: float, miss: float) -> list[str]:
    acting, waiting = (1 - probability) * false_alarm, probability * miss
    tie = abs(acting - waiting) < 1e-9
    cheaper = say("act") if acting < waiting else say("do not act")
    return [
        say(
            "expected cost: acting {acting}, not acting {waiting}",
            acting=f"{acting:.2f}",
            waiting=f"{waiting:.2f}",
        ),
        say(
            "threshold: {limit}; {cheaper}",
            limit=f"{false_alarm / (false_alarm + miss):.3f}",
            cheaper=say("either will do") if tie else cheaper,
        ),
    ]


def _results() -> list[alt.Parameter]:
    cheaper = one_of(
        ("tie", say("either will do")),
        ("acting < waiting", say("act")),
        otherwise=say("do not act"),
    )
    lines = [
        filled(
            say("expected cost: acting {acting}, not acting {waiting}"),
            acting=fixed("acting", 2),
            waiting=fixed("waiting", 2),
        ),
        filled(
            say("threshold: {limit}; {cheaper}"),
            limit=fixed("limit"),
            cheaper=cheaper,
        ),
    ]
    return [
        computed("acting", "(1 - probability) * false_alarm"),
        computed("waiting", "probability * miss"),
        computed("tie", "abs(acting - waiting) < 1e-9"),
        computed("limit", "false_alarm / (false_alarm + miss)"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[Any]:
    axis = alt.Axis(values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("p:Q", title=say("probability"), scale=alt.Scale(domain=[0, 1]), axis=axis)
    y = alt.Y("cost:Q", title=say("expected cost"), scale=alt.Scale(domain=[0, 11], nice=False))
    limit = alt.Chart(alt.InlineData([{}], name="limit")).transform_calculate(
        p="limit", cost="10.7", label=filled(say("threshold {limit}"), limit="format(limit, '.3f')")
    )
    label = limit.mark_text(
        align={"expr": "limit > 0.7 ? 'right' : 'left'"}, dx={"expr": "limit > 0.7 ? -6 : 6"}
    )
    return [
        limit.mark_rule(strokeDash=[2, 3], strokeWidth=2, color=GREY).encode(x),
        label.encode(x, y, text="label:N"),
        *_choice("acting", "(1 - datum.p) * false_alarm", x, y),
        *_choice("waiting", "datum.p * miss", x, y),
    ]


def _choice(name: str, cost: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Draw what one choice costs at every probability, and a bar at the chosen one."""
    acting = name == "acting"
    colour, side = (CLASS_COLOURS[0], -1) if acting else (CLASS_COLOURS[1], 1)
    line = alt.Chart(alt.InlineData([{"p": 0}, {"p": 1}], name=name)).transform_calculate(cost=cost)
    here = alt.Chart(alt.InlineData([{}], name=f"{name}_here")).transform_calculate(
        p="probability", cost=name
    )
    label = line.transform_filter(f"datum.p == {0 if acting else 1}").mark_text(
        align="left" if acting else "right",
        dx=-5 * side,
        dy=-12,
        text=say("acting") if acting else say("not acting"),
    )
    return [
        line.mark_line(color=colour, strokeDash=[1, 0] if acting else [6, 4]).encode(x, y),
        here.mark_bar(color=colour, width=16, xOffset=9 * side).encode(x, y),
        label.encode(x, y),
    ]
