"""Answers to the exercises of chapter 10: right ones, and a learner's own mistakes by name."""

import math
from functools import reduce

import numpy as np
import scipy.special


def updated_in_plain_python(pair, score):
    m, d = (float(x) for x in pair)
    if score == -math.inf:
        return (m, d)
    if score <= m:
        return (m, d + math.exp(score - m))
    return (float(score), 1 + (d * math.exp(m - score) if d else 0))


def updated_through_the_logarithm(pair, score):
    m, d = pair
    larger = max(m, score)
    if larger == -np.inf:
        return [larger, 0.0]
    total = np.logaddexp(m + np.log(d) if d else -np.inf, score)
    return [larger, np.exp(total - larger)]


def updated_with_care_for_nan(pair, score):
    larger = np.maximum(pair[0], score)
    with np.errstate(invalid="ignore"):
        d = pair[1] * np.exp(pair[0] - larger) + np.exp(score - larger)
    return np.array([larger, 0.0 if np.isnan(d) else d])


def updated_with_a_shift_of_zero(pair, score):
    larger = max(pair[0], score)
    shift = 0 if np.isinf(larger) else larger
    return larger, pair[1] * np.exp(pair[0] - shift) + np.exp(score - shift)


def updated_by_a_weighted_logsumexp(pair, score):
    larger = max(pair[0], score)
    if np.isinf(larger):
        return [larger, 0.0]
    both = np.array([pair[0], score]) - larger
    return [larger, np.exp(scipy.special.logsumexp(both, b=[pair[1], 1]))]


def merged_in_plain_python(first, second):
    (m, d), (n, e) = sorted([tuple(first), tuple(second)], reverse=True)
    if n == -math.inf:
        return (m, d)
    return (m, d + e * math.exp(n - m))


def merged_with_a_shift_of_zero(first, second):
    m = max(first[0], second[0])
    shift = m if np.isfinite(m) else 0.0
    return m, first[1] * np.exp(first[0] - shift) + second[1] * np.exp(second[0] - shift)


def merged_by_matrix(first, second):
    m, d = np.stack([first, second]).T
    if not d.any():
        return first
    return np.array([m.max(), np.exp(m - m.max()) @ d])


def merged_by_logaddexp(first, second):
    m = np.maximum(first[0], second[0])
    if first[1] + second[1] == 0:
        return m, 0.0
    with np.errstate(divide="ignore"):
        total = np.logaddexp(first[0] + np.log(first[1]), second[0] + np.log(second[1]))
    return m, np.exp(total - m)


def merged_in_a_loop(first, second):
    m = max(first[0], second[0])
    d = 0.0
    for mine, part in (first, second):
        if part > 0:
            d += part * np.exp(mine - m)
    return [m, d]


def of_all_at_once(pieces):
    scores = np.concatenate(pieces)
    return scipy.special.logsumexp(scores) if scores.size else -np.inf


def piece_by_piece(pieces):
    total = -np.inf
    for piece in pieces:
        for score in piece:
            total = np.logaddexp(total, score)
    return total


def of_logsumexps(pieces):
    totals = [scipy.special.logsumexp(piece) for piece in pieces if len(piece)]
    return scipy.special.logsumexp(totals) if totals else -np.inf


def by_reduce(pieces):
    pairs = [np.array([z, 1.0]) for piece in pieces for z in piece]
    m, d = reduce(merged_in_a_loop, pairs, [-np.inf, 0.0])
    return m + np.log(d) if np.isfinite(m) else m


def maximum_first(pieces):
    m = max((float(piece.max()) for piece in pieces if piece.size), default=-math.inf)
    if m == -math.inf:
        return m
    return m + math.log(math.fsum(math.exp(z - m) for piece in pieces for z in piece))


def whole_loss(features, weights, targets, block):
    log_p = scipy.special.log_softmax(features @ weights, axis=1)
    return -log_p[np.arange(len(targets)), targets].mean()


def running_loss(features, weights, targets, block):
    m = np.full(len(features), -np.inf)
    d, own = np.zeros(len(features)), np.zeros(len(features))
    for start in range(0, weights.shape[1], block):
        z = features @ weights[:, start : start + block]
        larger = np.maximum(m, z.max(axis=1))
        d = d * np.exp(m - larger) + np.exp(z - larger[:, None]).sum(axis=1)
        m = larger
        for i, t in enumerate(targets):
            if start <= t < start + z.shape[1]:
                own[i] = z[i, t - start]
    return np.mean(m + np.log(d) - own)


def loss_by_logaddexp(features, weights, targets, block):
    total = np.full(len(features), -np.inf)
    for start in range(0, weights.shape[1], block):
        z = features @ weights[:, start : start + block]
        total = np.logaddexp(total, scipy.special.logsumexp(z, axis=1))
    own = np.einsum("nf,fn->n", features, weights[:, targets])
    return (total - own).mean()


def loss_in_plain_python(features, weights, targets, block):
    losses = []
    for x, t in zip(features.tolist(), targets.tolist(), strict=True):
        z = [sum(a * b for a, b in zip(x, column, strict=True)) for column in weights.T.tolist()]
        top = max(z)
        losses.append(top + math.log(sum(math.exp(s - top) for s in z)) - z[t])
    return sum(losses) / len(losses)


def loss_of_columns(features, weights, targets, block):
    columns = np.array_split(weights, range(block, weights.shape[1], block), axis=1)
    totals = [np.logaddexp.reduce(features @ w, axis=1) for w in columns if w.size]
    own = (features * weights.T[targets]).sum(axis=1)
    return float(np.mean(np.logaddexp.reduce(totals) - own))


def squared(queries, keys):
    return ((queries[:, None] - keys) ** 2).sum(axis=2)


def attended_at_once(queries, keys, labels, temperature):
    weights = scipy.special.softmax(-squared(queries, keys) / temperature, axis=1)
    return weights @ (labels[:, None] == np.arange(10))


def attended_by_classes(queries, keys, labels, temperature):
    weights = scipy.special.softmax(-squared(queries, keys) / temperature, axis=1)
    return np.stack([weights[:, labels == k].sum(axis=1) for k in range(10)], axis=1)


def attended_in_pieces(queries, keys, labels, temperature):
    m, d, mean = np.full((len(queries), 1), -np.inf), 0.0, 0.0
    for start in range(0, len(keys), 2):
        z = -squared(queries, keys[start : start + 2]) / temperature
        larger = np.maximum(m, z.max(axis=1, keepdims=True))
        weights, shrink = np.exp(z - larger), np.exp(m - larger)
        d = d * shrink + weights.sum(axis=1, keepdims=True)
        mean = mean * shrink + weights @ np.eye(10)[labels[start : start + 2]]
        m = larger
    return mean / d


def attended_query_by_query(queries, keys, labels, temperature):
    rows = []
    for query in queries:
        row = np.zeros(10)
        z = -(np.linalg.norm(keys - query, axis=1) ** 2) / temperature
        np.add.at(row, labels, scipy.special.softmax(z))
        rows.append(row)
    return rows


def attended_in_plain_python(queries, keys, labels, temperature):
    rows = []
    for q in queries.tolist():
        near = [math.dist(q, k) ** 2 for k in keys.tolist()]
        weights = [math.exp((min(near) - one) / temperature) for one in near]
        row = [0.0] * 10
        for weight, label in zip(weights, labels.tolist(), strict=True):
            row[label] += weight / sum(weights)
        rows.append(row)
    return rows


BOUNDS = ["calls", "memory", "arithmetic", "memory", "calls", "calls"]

RIGHT = {
    "update_pair": [
        updated_in_plain_python,
        updated_through_the_logarithm,
        updated_with_care_for_nan,
        updated_with_a_shift_of_zero,
        updated_by_a_weighted_logsumexp,
    ],
    "merge_pairs": [
        merged_in_plain_python,
        merged_with_a_shift_of_zero,
        merged_by_matrix,
        merged_by_logaddexp,
        merged_in_a_loop,
    ],
    "logsumexp_of_pieces": [
        of_all_at_once,
        piece_by_piece,
        of_logsumexps,
        by_reduce,
        maximum_first,
    ],
    "what_bounds": [BOUNDS, tuple(BOUNDS), np.array(BOUNDS)],
    "loss_in_blocks": [
        whole_loss,
        running_loss,
        loss_by_logaddexp,
        loss_in_plain_python,
        loss_of_columns,
    ],
    "attend_to_digits": [
        attended_at_once,
        attended_by_classes,
        attended_in_pieces,
        attended_query_by_query,
        attended_in_plain_python,
    ],
}


def _sum_kept(pair, score):
    m = max(pair[0], score)
    return [m, pair[1] + (math.exp(score - m) if m > -math.inf else 0)]


def _no_maximum(pair, score):
    m = max(pair[0], score)
    old = pair[1] * np.exp(pair[0] - m) if m > -np.inf else 0.0
    return m, old + np.exp(score)


def _sums_added(first, second):
    return [max(first[0], second[0]), first[1] + second[1]]


def _careless(first, second):
    m = max(first[0], second[0])
    return m, first[1] * np.exp(first[0] - m) + second[1] * np.exp(second[0] - m)


def _mean(pieces):
    return sum(scipy.special.logsumexp(p) if len(p) else -np.inf for p in pieces) / len(pieces)


def _bare(pieces):
    return np.log(np.exp(np.concatenate(pieces)).sum())


def _own_block(features, weights, targets, block):
    z = features @ weights
    total = 0
    for row, t in zip(z, targets, strict=True):
        mine = row[t - t % block : t - t % block + block]
        total += scipy.special.logsumexp(mine) - row[t]
    return total / len(z)


def _total(features, weights, targets, block):
    return whole_loss(features, weights, targets, block) * len(targets)


def _distance(queries, keys, labels, temperature):
    z = -np.sqrt(squared(queries, keys)) / temperature
    return scipy.special.softmax(z, axis=1) @ np.eye(10)[labels]


def _wrong_axis(queries, keys, labels, temperature):
    z = -squared(queries, keys) / temperature
    return scipy.special.softmax(z, axis=0) @ np.eye(10)[labels]


OWN = [
    ("update_pair", _sum_kept, "sum not scaled down"),
    ("update_pair", _no_maximum, "exponential without the maximum"),
    ("merge_pairs", _sums_added, "sums added as they are"),
    ("merge_pairs", _careless, "minus infinity less itself"),
    ("logsumexp_of_pieces", _mean, "mean of logsumexps"),
    ("logsumexp_of_pieces", _bare, "no maximum at all"),
    ("loss_in_blocks", _own_block, "logsumexp of the targets block"),
    ("loss_in_blocks", _total, "sum instead of mean"),
    ("attend_to_digits", _distance, "distances not squared"),
    ("attend_to_digits", _wrong_axis, "softmax over the queries"),
]
