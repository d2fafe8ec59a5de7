"""Answers to the open exercise of chapter 1: right ones, and a learner's own mistakes by name."""

import numpy as np
from sklearn.metrics import confusion_matrix, roc_curve


def one_case_at_a_time(probabilities, labels, cost_false_alarm, cost_miss):
    best, cheapest = None, float("inf")
    for threshold in sorted(set(float(p) for p in probabilities)):
        cost = 0.0
        for p, label in zip(probabilities, labels, strict=True):
            if p >= threshold and label == 0:
                cost += cost_false_alarm
            if p < threshold and label == 1:
                cost += cost_miss
        if cost < cheapest:
            best, cheapest = threshold, cost
    return best


def all_at_once(probabilities, labels, cost_false_alarm, cost_miss):
    thresholds = np.unique(probabilities)
    acts = probabilities[None, :] >= thresholds[:, None]
    costs = np.where(acts, cost_false_alarm * (labels == 0), cost_miss * (labels == 1)).sum(1)
    return thresholds[np.argmin(costs)]


def smallest_pair(probabilities, labels, cost_false_alarm, cost_miss):
    def cost(t):
        act = probabilities >= t
        return cost_false_alarm * (act & (labels == 0)).sum() + cost_miss * (labels[~act]).sum()

    return min((cost(t), t) for t in probabilities)[1]


def by_sorting_once(probabilities, labels, cost_false_alarm, cost_miss):
    thresholds, where = np.unique(probabilities, return_inverse=True)
    ones = np.bincount(where, weights=labels, minlength=len(thresholds))
    zeros = np.bincount(where, weights=1 - labels, minlength=len(thresholds))
    misses = np.cumsum(ones) - ones
    alarms = zeros[::-1].cumsum()[::-1]
    return thresholds[(cost_false_alarm * alarms + cost_miss * misses).argmin()]


def from_confusion_matrices(probabilities, labels, cost_false_alarm, cost_miss):
    prices = np.array([[0, cost_false_alarm], [cost_miss, 0]])
    tried = sorted(probabilities.tolist())
    tables = [confusion_matrix(labels, probabilities >= t, labels=[0, 1]) for t in tried]
    return tried[int(np.argmin([(table * prices).sum() for table in tables]))]


def from_the_roc_curve(probabilities, labels, cost_false_alarm, cost_miss):
    alarms, hits, thresholds = roc_curve(labels, probabilities, drop_intermediate=False)
    ones = labels.sum()
    costs = cost_false_alarm * alarms * (len(labels) - ones) + cost_miss * (1 - hits) * ones
    costs = np.round(costs[1:], 9)  # the first threshold is infinite
    return thresholds[1:][costs == costs.min()].min()


def in_single_precision(probabilities, labels, cost_false_alarm, cost_miss):
    p = probabilities.astype(np.float32)
    return all_at_once(p, labels, cost_false_alarm, cost_miss)


def with_regret(probabilities, labels, cost_false_alarm, cost_miss):
    """Waiting in every case costs a constant; each case acted on changes it."""
    change = np.where(labels == 1, -cost_miss, cost_false_alarm)
    return min(sorted(set(probabilities)), key=lambda t: change[probabilities >= t].sum())


RIGHT = {
    "cheapest_threshold": [
        one_case_at_a_time,
        all_at_once,
        smallest_pair,
        by_sorting_once,
        from_confusion_matrices,
        from_the_roc_curve,
        in_single_precision,
        with_regret,
    ]
}


def half_way_to_the_next(probabilities, labels, cost_false_alarm, cost_miss):
    best = all_at_once(probabilities, labels, cost_false_alarm, cost_miss)
    lower = probabilities[probabilities < best]
    return (best + lower.max(initial=0)) / 2


OWN = [
    ("cheapest_threshold", lambda p, y, a, m: 1 / 2, "one half whatever it costs"),
    ("cheapest_threshold", lambda p, y, a, m: 1 / (1 + m / a), "rule without the data"),
    ("cheapest_threshold", lambda p, y, a, m: 1 - a / (a + m), "rule with the costs exchanged"),
    ("cheapest_threshold", lambda p, y, a, m: all_at_once(p, y, m, a), "costs exchanged"),
    ("cheapest_threshold", lambda p, y, a, m: all_at_once(p, y, 1, 1), "mistakes counted alike"),
    ("cheapest_threshold", lambda p, y, a, m: sorted(p)[0], "misses alone"),
    ("cheapest_threshold", lambda p, y, a, m: all_at_once(p, y, 1, 0), "false alarms alone"),
    ("cheapest_threshold", half_way_to_the_next, "threshold between two probabilities"),
]
