"""How it went: four numbers, and a figure."""

import numpy as np


def report_card(probabilities, codes, decisions, costs, ask):
    """Return the share answered, the accuracy among these, the NLL of all, the mean cost of all.

    A decision K, the number of classes, is to ask. The accuracy is nan where nothing is answered.
    """
    answered = decisions < len(costs)
    with np.errstate(divide="ignore", invalid="ignore"):
        accuracy = (decisions == codes).sum() / answered.sum()
        nll = -np.log(probabilities[np.arange(len(codes)), codes]).mean()
    prices = np.column_stack([costs, np.full(len(costs), ask)])[codes, decisions]
    return np.array([answered.mean(), accuracy, nll, prices.mean()])


def draw(probabilities, codes, costs, ask, path):
    """Draw what was promised against what came, and the price of being too sure; given."""
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    from softmax_course.calibration import reliability_curve

    from .decisions import decide

    confidence, frequency, _ = reliability_curve(probabilities, codes, bins=10)
    factors = np.geomspace(0.25, 4, 25)
    prices = []
    for factor in factors:
        powers = probabilities ** (1 / factor)
        heated = powers / powers.sum(axis=1, keepdims=True)
        made = decide(heated, costs, ask)
        prices.append(report_card(heated, codes, made, costs, ask)[3])
    _, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2))
    left.plot([0, 1], [0, 1], ":", color="grey")
    left.plot(confidence, frequency, "o-")
    left.set(xlabel="confidence", ylabel="how often it is right")
    right.plot(factors, prices)
    right.set(xscale="log", xlabel="temperature, times yours", ylabel="mean cost")
    plt.tight_layout()
    plt.savefig(path)
