"""The parameters of an explorable: controls that a reader moves, and what follows from them."""

from collections.abc import Sequence

from altair import Parameter, binding_checkbox, binding_range, binding_select, param

from softmax_course._language import say


def slider(name: str, value: float, low: float, high: float, step: float, label: str) -> Parameter:
    """Let the reader choose a number from low to high."""
    if not low <= value <= high:
        raise ValueError(f"{label} must lie between {low} and {high}; got {value}")
    return param(
        name=name, value=value, bind=binding_range(min=low, max=high, step=step, name=label)
    )


def score_sliders(scores: Sequence[float], limit: float, n: int = 3) -> list[Parameter]:
    """Let the reader choose n scores, which are named ``score0``, ``score1`` and so on."""
    if len(scores) != n:
        count = {2: "two", 3: "three"}[n]
        raise ValueError(f"scores must be {count} numbers, one per class; got {len(scores)}")
    return [
        slider(f"score{k}", float(score), -limit, limit, 0.1, say("score of class {k}", k=k))
        for k, score in enumerate(scores)
    ]


def choice(name: str, value: int, options: Sequence[int], label: str) -> Parameter:
    """Let the reader choose one of a few numbers."""
    if value not in options:
        raise ValueError(f"{label} must be one of {', '.join(map(str, options))}; got {value}")
    return param(name=name, value=value, bind=binding_select(options=list(options), name=label))


def switch(name: str, value: bool, label: str) -> Parameter:
    """Let the reader say yes or no."""
    return param(name=name, value=value, bind=binding_checkbox(name=label))


def computed(name: str, expression: str) -> Parameter:
    """Compute a value from earlier parameters."""
    return param(name=name, expr=expression)
