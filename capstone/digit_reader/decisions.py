"""An answer, or a question to a person."""


def decide(probabilities, costs, ask):
    """Return for each row the answer that is cheapest on average, or K where asking is cheaper.

    ``costs[j, k]`` is what it costs to answer k where j is true; `ask` is what a person costs. K
    is the number of classes.
    """
    raise NotImplementedError
