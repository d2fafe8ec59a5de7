"""The digit of the book and its decision: an answer, or a question to a person."""

import altair as alt

from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.digit import ambiguous_digit
from softmax_course.explore._controls import computed, slider
from softmax_course.explore._explorable import CLASS_COLOURS, GREY, Explorable
from softmax_course.explore._expressions import each, filled, fixed, one_of, total

LIKELIEST = (7, 4, 3)  # in this order at every temperature
NAMES = ("first", "second", "third")


def answer_or_ask(temperature: float = 1.0, wrong: float = 10.0, ask: float = 1.0) -> Explorable:
    """Show what each answer to the handwritten digit costs on average, and what asking costs.

    Parameters
    ----------
    temperature : float, default 1.0
        The digit's scores are divided by it, from 0.05 to 3.
    wrong : float, default 10.0
        What a wrong digit costs, from 1 to 20.
    ask : float, default 1.0
        What it costs to ask a person, from 0 to 10.

    Returns
    -------
    Explorable
    """
    controls = [
        slider("temperature", temperature, 0.05, 3, 0.05, say("temperature")),
        slider("wrong", wrong, 1, 20, 0.5, say("cost of a wrong digit")),
        slider("ask", ask, 0, 10, 0.1, say("cost of asking a person")),
    ]
    return Explorable(
        say("Answer, or ask"),
        say(
            "The first three bars are what an answer to the digit costs on average, by the"
            " probabilities of the model that chapter 4 trains; the last bar, and the dashed line,"
            " are what a person costs. The shortest bar wins. Make a mistake cheap, or asking"
            " dear, or the model cold and sure of itself, and see where it stops asking."
        ),
        _numbers(temperature, wrong, ask),
        [*controls, *_results()],
        _layers(),
        height=190,
        colours={
            "temperature": CLASS_COLOURS[0],
            "wrong": CLASS_COLOURS[0],
            "ask": CLASS_COLOURS[1],
        },
    )


def _scores() -> list[float]:
    digit = ambiguous_digit()
    scores: list[float] = (digit.features @ digit.weights + digit.bias).round(6).tolist()
    return scores


def _numbers(temperature: float, wrong: float, ask: float) -> list[str]:
    p = softmax(_scores(), temperature=temperature)
    costs = [wrong * (1 - p[k]) for k in LIKELIEST]
    tie = abs(ask - min(costs)) < 1e-9
    cheapest = say("ask") if ask < min(costs) else say("answer 7")
    return [
        say(
            "probability: 7 {first}, 4 {second}, 3 {third}; {limit} is enough to answer",
            **{name: f"{p[k]:.3f}" for name, k in zip(NAMES, LIKELIEST, strict=True)},
            limit=f"{1 - ask / wrong:z.3f}",
        ),
        say(
            "expected cost: 7 {first}, 4 {second}, 3 {third}; asking {ask}",
            **{name: f"{c:.2f}" for name, c in zip(NAMES, costs, strict=True)},
            ask=f"{ask:.2f}",
        ),
        say("cheapest: {cheapest}", cheapest=say("either will do") if tie else cheapest),
    ]


def _results() -> list[alt.Parameter]:
    cheapest = one_of(
        ("abs(ask - least) < 1e-9", say("either will do")),
        ("ask < least", say("ask")),
        otherwise=say("answer 7"),
    )
    lines = [
        filled(
            say("probability: 7 {first}, 4 {second}, 3 {third}; {limit} is enough to answer"),
            **{name: fixed(f"p[{k}]") for name, k in zip(NAMES, LIKELIEST, strict=True)},
            limit=fixed("1 - ask / wrong"),
        ),
        filled(
            say("expected cost: 7 {first}, 4 {second}, 3 {third}; asking {ask}"),
            **{
                name: fixed(f"wrong * (1 - p[{k}])", 2)
                for name, k in zip(NAMES, LIKELIEST, strict=True)
            },
            ask=fixed("ask", 2),
        ),
        filled(say("cheapest: {cheapest}"), cheapest=cheapest),
    ]
    scores = _scores()
    return [
        computed("z", str([round(score - max(scores), 6) for score in scores])),
        computed("e", each("exp(z[#] / temperature)", 10)),
        computed("p", each(f"e[#] / {total('e', 10)}", 10)),
        computed("least", f"wrong * (1 - p[{LIKELIEST[0]}])"),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]


def _layers() -> list[alt.Chart]:
    person = say("ask a person")
    order = [*(say("answer {k}", k=k) for k in LIKELIEST), person]
    x = alt.X("cost:Q", title=say("expected cost"), scale=alt.Scale(domain=[0, 21], nice=False))
    y = alt.Y("act:N", title=None, sort=order)
    answers = [{"digit": k, "act": act} for k, act in zip(LIKELIEST, order, strict=False)]
    answering = alt.Chart(alt.InlineData(answers, name="answers")).transform_calculate(
        cost="wrong * (1 - p[datum.digit])"
    )
    asking = alt.Chart(alt.InlineData([{"act": person}], name="asking")).transform_calculate(
        cost="ask"
    )
    return [
        *_bars(answering, CLASS_COLOURS[0], x, y),
        *_bars(asking, CLASS_COLOURS[1], x, y),
        asking.mark_rule(color=GREY, strokeWidth=2, strokeDash=[6, 4]).encode(x),
    ]


def _bars(chart: alt.Chart, colour: str, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    labelled = chart.transform_calculate(label="format(datum.cost, '.2f')")
    return [
        labelled.mark_bar(color=colour).encode(x, y),
        labelled.mark_text(align="left", dx=6).encode(x, y, text="label:N"),
    ]
