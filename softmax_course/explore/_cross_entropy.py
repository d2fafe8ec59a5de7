"""A prediction, its loss and the gradient of the loss."""

from collections.abc import Sequence

import altair as alt
import numpy as np

from softmax_course import losses
from softmax_course._language import say
from softmax_course.activations import softmax
from softmax_course.explore._bars import grouped_bars
from softmax_course.explore._controls import choice, computed, score_sliders, switch
from softmax_course.explore._explorable import CLASS_COLOURS, Explorable
from softmax_course.explore._expressions import dot, each, filled, fixed, line, text, total
from softmax_course.gradients import cross_entropy_gradient, softmax_vjp


def cross_entropy(
    scores: Sequence[float] = (1.0, 3.0, 2.0), true_class: int = 1, softmax_twice: bool = False
) -> Explorable:
    """Move the prediction: cross-entropy and its gradient, with softmax once or twice.

    Parameters
    ----------
    scores : sequence of three float, default (1.0, 3.0, 2.0)
        Where the sliders start, from -10 to 10.
    true_class : {0, 1, 2}, default 1
        The class that is right.
    softmax_twice : bool, default False
        Whether softmax is applied to probabilities that are softmaxed already.

    Returns
    -------
    Explorable
    """
    controls = [
        *score_sliders(scores, 10),
        choice("true_class", true_class, (0, 1, 2), say("true class")),
        switch("softmax_twice", softmax_twice, say("softmax twice")),
    ]
    groups = {
        "prediction": say("prediction"),
        "target": say("target"),
        "gradient": say("gradient"),
    }
    return Explorable(
        say("Move the prediction, watch the loss and its gradient"),
        say(
            "Three groups of bars, one bar for each of the classes 0, 1 and 2: the prediction,"
            " the one-hot target, and the gradient of the cross-entropy with respect to the"
            " scores. Move the scores, change the true class, then apply softmax twice."
        ),
        _numbers(scores, true_class, softmax_twice),
        [*controls, *_results()],
        grouped_bars(groups, lowest=-1),
        height=280,
        colours={f"score{k}": CLASS_COLOURS[k] for k in range(3)},
    )


def _numbers(scores: Sequence[float], true_class: int, softmax_twice: bool) -> list[str]:
    z = np.asarray(scores, dtype=float)
    inner = softmax(z) if softmax_twice else z
    gradient = cross_entropy_gradient(inner, true_class)
    if softmax_twice:
        gradient = softmax_vjp(z, gradient)
    return [
        text(say("prediction"), softmax(inner), add_sum=True),
        text(say("gradient"), gradient, add_sum=True),
        say(
            "cross-entropy: {loss} nats",
            loss=f"{float(losses.cross_entropy(inner, true_class)):z.4f}",
        ),
    ]


def _results() -> list[alt.Parameter]:
    lines = [
        line(say("prediction"), "prediction", add_sum=True),
        line(say("gradient"), "gradient", add_sum=True),
        filled(say("cross-entropy: {loss} nats"), loss=fixed("loss", 4)),
    ]
    return [
        computed("z", each("score#")),
        computed("e", each("exp(z[#] - max(z[0], z[1], z[2]))")),
        computed("p", each(f"e[#] / {total('e')}")),
        computed("inner", "softmax_twice ? p : z"),
        computed("largest", "max(inner[0], inner[1], inner[2])"),
        computed("f", each("exp(inner[#] - largest)")),
        computed("prediction", each(f"f[#] / {total('f')}")),
        computed("target", each("true_class == # ? 1 : 0")),
        computed("loss", f"log({total('f')}) + (largest - inner[true_class])"),
        computed("g", each("prediction[#] - target[#]")),
        computed("mean", dot("p", "g")),
        computed("gradient", each("softmax_twice ? p[#] * (g[#] - mean) : g[#]")),
        computed("numbers", f"[{', '.join(lines)}]"),
    ]
