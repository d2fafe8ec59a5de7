"""Answers to the open exercise of chapter 6: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.optimize

from softmax_course import softmax


def scores(features, weights, bias):
    return np.asarray(features) @ weights + bias


def rival_by_rival(features, weights, bias):
    z = scores(features, weights, bias)
    leader = int(z.argmax())
    best = None
    for rival in range(len(z)):
        if rival == leader:
            continue
        way = weights[:, rival] - weights[:, leader]
        change = (z[leader] - z[rival]) / (way @ way) * way
        if best is None or change @ change < best @ best:
            best = change
    return best


def all_rivals_at_once(features, weights, bias):
    z = scores(features, weights, bias)
    ways = (weights - weights[:, [z.argmax()]]).T
    squares = (ways**2).sum(1)
    others = squares > 0
    changes = ((z.max() - z)[others] / squares[others])[:, None] * ways[others]
    return changes[np.linalg.norm(changes, axis=1).argmin()]


def by_pseudo_inverse(features, weights, bias):
    z = scores(features, weights, bias)
    leader = z.argmax()
    found = [
        np.linalg.pinv((weights[:, [k]] - weights[:, [leader]]).T)[:, 0] * (z[leader] - z[k])
        for k in range(len(z))
        if k != leader
    ]
    return min(found, key=np.linalg.norm)


def by_least_squares(features, weights, bias):
    z = scores(features, weights, bias)
    order = np.argsort(-z)
    leader, rivals = order[0], order[1:]
    found = []
    for k in rivals:
        way = (weights[:, k] - weights[:, leader])[None, :]
        found.append(np.linalg.lstsq(way, [z[leader] - z[k]], rcond=None)[0])
    return found[int(np.argmin([np.sum(change**2) for change in found]))]


def by_numerical_search(features, weights, bias):
    z = scores(features, weights, bias)
    leader = z.argmax()
    found = []
    for k in set(range(len(z))) - {leader}:
        way = weights[:, k] - weights[:, leader]

        def gap(step, k=k, way=way):
            now = scores(features + step * way, weights, bias)
            return now[leader] - now[k]

        found.append(scipy.optimize.brentq(gap, 0, 1e6, xtol=1e-13) * way)
    return min(found, key=np.linalg.norm)


def from_log_probabilities(features, weights, bias):
    """The gap of two scores is the gap of the logarithms of their probabilities."""
    p = softmax(scores(features, weights, bias))
    leader = p.argmax()
    others = [k for k in range(len(p)) if k != leader]
    ways = [weights[:, k] - weights[:, leader] for k in others]
    gaps = [math.log(p[leader] / p[k]) for k in others]
    lengths = [gap / math.sqrt(way @ way) for gap, way in zip(gaps, ways, strict=True)]
    nearest = lengths.index(min(lengths))
    return (lengths[nearest] * ways[nearest] / math.hypot(*ways[nearest])).tolist()


RIGHT = {
    "smallest_flip": [
        rival_by_rival,
        all_rivals_at_once,
        by_pseudo_inverse,
        by_least_squares,
        by_numerical_search,
        from_log_probabilities,
    ]
}


def towards(features, weights, bias, way):
    z = scores(features, weights, bias)
    order = np.argsort(-z)
    return (z[order[0]] - z[order[1]]) * way(weights[:, order[1]], weights[:, order[0]])


def towards_the_mean_of_the_rivals(features, weights, bias):
    z = scores(features, weights, bias)
    others = np.delete(weights, z.argmax(), axis=1).mean(axis=1)
    way = others - weights[:, z.argmax()]
    return way / 10


OWN = [
    (
        "smallest_flip",
        lambda x, W, b: towards(x, W, b, lambda rival, top: rival - top),
        "gap times the difference",
    ),
    (
        "smallest_flip",
        lambda x, W, b: towards(
            x, W, b, lambda rival, top: (rival - top) / ((rival - top) @ (rival - top))
        ),
        "second in score taken for the nearest",
    ),
    (
        "smallest_flip",
        lambda x, W, b: towards(
            x, W, b, lambda rival, top: (top - rival) / ((rival - top) @ (rival - top))
        ),
        "towards the leader",
    ),
    (
        "smallest_flip",
        lambda x, W, b: towards(x, W, b, lambda rival, top: rival / (rival @ rival)),
        "only the rival raised",
    ),
    ("smallest_flip", lambda x, W, b: x + rival_by_rival(x, W, b), "changed features returned"),
    ("smallest_flip", lambda x, W, b: rival_by_rival(x, W, 0 * b), "bias forgotten"),
    (
        "smallest_flip",
        lambda x, W, b: np.linalg.norm(rival_by_rival(x, W, b)),
        "length of the change",
    ),
    ("smallest_flip", towards_the_mean_of_the_rivals, None),
]
