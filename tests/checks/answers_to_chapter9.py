"""Answers to the exercises of chapter 9: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.optimize
import scipy.special


def attend_in_a_loop(query, keys, values):
    scores = [sum(a * b for a, b in zip(query, key, strict=True)) for key in keys]
    scores = [s / math.sqrt(len(query)) for s in scores]
    top = max(scores)
    weights = [math.exp(s - top) for s in scores]
    total = sum(weights)
    return [
        sum(w * value[c] for w, value in zip(weights, values, strict=True)) / total
        for c in range(len(values[0]))
    ]


def attend_by_logs(query, keys, values):
    scores = np.inner(keys, query) / query.size**0.5
    weights = np.exp(scores - scipy.special.logsumexp(scores))
    return np.einsum("m,me->e", weights, values)


def attend_with_the_query_scaled_first(query, keys, values):
    small = query / np.sqrt(query.shape[0])
    return np.average(values, axis=0, weights=scipy.special.softmax(keys @ small))


def attend_in_numpy(query, keys, values):
    scores = keys.dot(query) / np.sqrt(len(query))
    e = np.exp(scores - scores.max())
    return e.dot(values) / e.sum()


def causal_by_prefixes(q, k, v):
    return [attend_in_numpy(q[i], k[: i + 1], v[: i + 1]) for i in range(len(q))]


def causal_with_minus_infinity_above(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores[np.triu_indices(len(q), 1)] = -np.inf
    return scipy.special.softmax(scores, axis=-1) @ v


def causal_with_a_large_negative_number(q, k, v):
    scores = q @ k.T / q.shape[1] ** 0.5 + np.triu(np.full((len(q), len(q)), -1e12), 1)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True) @ v


def causal_in_plain_python(q, k, v):
    return [
        attend_in_a_loop(q[i].tolist(), k[: i + 1].tolist(), v[: i + 1].tolist())
        for i in range(len(q))
    ]


def routed_with_exponentials(scores):
    out = np.zeros(scores.shape)
    for row, weights in zip(scores, out, strict=True):
        first, second = sorted(range(len(row)), key=lambda i: (-row[i], i))[:2]
        other = math.exp(row[second] - row[first])
        weights[first], weights[second] = 1 / (1 + other), other / (1 + other)
    return out


def routed_by_two_maxima(scores):
    left, kept = scores.copy(), np.full_like(scores, -np.inf)
    rows = np.arange(len(scores))
    for _ in range(2):
        best = left.argmax(axis=1)
        kept[rows, best] = scores[rows, best]
        left[rows, best] = -np.inf
    return scipy.special.softmax(kept, axis=1)


def routed_and_divided_again(scores):
    order = np.argsort(-scores, axis=1, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(scores.shape[1])[None], axis=1)
    p = np.where(rank < 2, scipy.special.softmax(scores, axis=1), 0)
    return p / p.sum(axis=1, keepdims=True)


def routed_by_the_sigmoid(scores):
    order = np.argsort(-scores, axis=1, kind="stable")
    rows = np.arange(len(scores))
    first, second = order[:, 0], order[:, 1]
    share = scipy.special.expit(scores[rows, first] - scores[rows, second])
    out = np.zeros(scores.shape)
    out[rows, first], out[rows, second] = share, 1 - share
    return out


def silent_with_the_rival_in_the_maximum(scores):
    m = np.maximum(scores.max(axis=1, keepdims=True), 0)
    e = np.exp(scores - m)
    return e / (np.exp(-m) + e.sum(axis=1, keepdims=True))


def silent_by_logs(scores):
    lse = scipy.special.logsumexp(scores, axis=1, keepdims=True)
    return np.exp(scores - np.logaddexp(lse, 0))


def silent_in_a_loop(scores):
    rows = []
    for row in scores.tolist():
        top = max(*row, 0.0)
        e = [math.exp(z - top) for z in row]
        rows.append([x / (math.exp(-top) + sum(e)) for x in e])
    return rows


def silent_by_softmax_and_sigmoid(scores):
    lse = scipy.special.logsumexp(scores, axis=1, keepdims=True)
    return scipy.special.softmax(scores, axis=1) * scipy.special.expit(lse)


def led_back_by_jacobians(q, k, v, gradient):
    rows = []
    for query, g in zip(q, gradient, strict=True):
        p = scipy.special.softmax(k @ query / np.sqrt(len(query)))
        jacobian = np.diag(p) - np.outer(p, p)
        rows.append(k.T @ jacobian @ (v @ g) / np.sqrt(len(query)))
    return rows


def led_back_with_einsum(q, k, v, gradient):
    scale = q.shape[1] ** -0.5
    p = scipy.special.softmax(np.einsum("nd,md->nm", q, k) * scale, axis=1)
    by_p = np.einsum("ne,me->nm", gradient, v)
    by_scores = p * by_p - p * np.einsum("nm,nm->n", p, by_p)[:, None]
    return np.einsum("nm,md->nd", by_scores, k) * scale


def led_back_from_the_answers(q, k, v, gradient):
    """The inner product of the gradient by the weights is that of the answer with its gradient."""
    scores = q @ k.T / np.sqrt(q.shape[1])
    p = scipy.special.softmax(scores, axis=1)
    answers = p @ v
    by_scores = p * (gradient @ v.T - np.sum(gradient * answers, axis=1)[:, None])
    return by_scores @ k / np.sqrt(q.shape[1])


def led_back_by_the_covariance(q, k, v, gradient):
    rows = []
    for query, g in zip(q, gradient, strict=True):
        p = scipy.special.softmax(k @ query / np.sqrt(len(query)))
        gain = v @ g
        rows.append((p * (gain - p @ gain)) @ (k - p @ k) / np.sqrt(len(query)))
    return np.array(rows)


def tuned_by_a_bounded_search(features, codes):
    products = features @ features.T
    same = codes[:, None] == codes
    others = ~np.eye(len(codes), dtype=bool)

    def nll(log_scale):
        z = np.where(others, np.exp(log_scale) * products, -np.inf)
        log_p = scipy.special.log_softmax(z, axis=1)
        return -scipy.special.logsumexp(np.where(same, log_p, -np.inf), axis=1).mean()

    options = {"xatol": 1e-9}
    found = scipy.optimize.minimize_scalar(
        nll, bounds=(np.log(0.1), np.log(100)), method="bounded", options=options
    )
    return np.exp(found.x)


def tuned_on_a_fine_grid(features, codes):
    grid = np.geomspace(0.1, 100, 6001)
    z = grid[:, None, None] * (features @ features.T)
    z[:, np.arange(len(codes)), np.arange(len(codes))] = -np.inf
    p = scipy.special.softmax(z, axis=2) * (codes[:, None] == codes)
    return grid[np.argmax(np.log(np.maximum(p.sum(axis=2), 1e-300)).sum(axis=1))]


def tuned_in_plain_python(features, codes):
    products = (features @ features.T).tolist()
    names = codes.tolist()

    def nll(scale):
        total = 0.0
        for i, row in enumerate(products):
            top = max(z for j, z in enumerate(row) if j != i)
            e = [math.exp(scale * (z - top)) if j != i else 0.0 for j, z in enumerate(row)]
            own = sum(x for x, name in zip(e, names, strict=True) if name == names[i])
            total += math.log(sum(e)) - math.log(max(own, 1e-300))
        return total

    low, high = math.log(0.1), math.log(100)
    golden = (math.sqrt(5) - 1) / 2
    while high - low > 1e-4:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if nll(math.exp(left)) < nll(math.exp(right)) else (left, high)
    return math.exp((low + high) / 2)


def tuned_by_the_slope(features, codes):
    """Where the NLL is least, names and weights expect the same mean product."""
    products = features @ features.T
    same = codes[:, None] == codes
    hidden = np.where(np.eye(len(codes), dtype=bool), -np.inf, 0.0)

    def slope(log_scale):
        z = np.exp(log_scale) * products + hidden
        p = scipy.special.softmax(z, axis=1)
        own = scipy.special.softmax(np.where(same, z, -np.inf), axis=1)
        return np.sum((p - own) * products)

    low, high = np.log(0.1), np.log(100)
    if slope(high) < 0:
        return 100.0
    if slope(low) > 0:
        return 0.1
    return np.exp(scipy.optimize.brentq(slope, low, high))


RIGHT = {
    "attend": [
        attend_in_a_loop,
        attend_by_logs,
        attend_with_the_query_scaled_first,
        attend_in_numpy,
        lambda q, k, v: (scipy.special.softmax(k @ q / len(q) ** 0.5) @ v).tolist(),
    ],
    "causal_attention": [
        causal_by_prefixes,
        causal_with_minus_infinity_above,
        causal_with_a_large_negative_number,
        causal_in_plain_python,
        lambda q, k, v: np.array(causal_by_prefixes(q, k, v)).tolist(),
    ],
    "route_to_two": [
        routed_with_exponentials,
        routed_by_two_maxima,
        routed_and_divided_again,
        routed_by_the_sigmoid,
        lambda z: routed_with_exponentials(z).tolist(),
        lambda z: np.float32(routed_by_two_maxima(z)),
    ],
    "softmax_one_rows": [
        silent_with_the_rival_in_the_maximum,
        silent_by_logs,
        silent_in_a_loop,
        silent_by_softmax_and_sigmoid,
        lambda z: scipy.special.softmax(np.c_[np.zeros(len(z)), z], axis=1)[:, 1:],
        lambda z: np.float32(silent_by_logs(z)),
    ],
    "query_gradient": [
        led_back_by_jacobians,
        led_back_with_einsum,
        led_back_from_the_answers,
        led_back_by_the_covariance,
        lambda q, k, v, g: led_back_with_einsum(q, k, v, g).tolist(),
    ],
    "best_lookup_scale": [
        tuned_by_a_bounded_search,
        tuned_on_a_fine_grid,
        tuned_in_plain_python,
        tuned_by_the_slope,
        lambda x, c: np.float32(tuned_by_a_bounded_search(x, c)),
    ],
}


def without_a_root(query, keys, values):
    return scipy.special.softmax(keys @ query / query.size) @ values


def the_nearest_key(query, keys, values):
    return values[np.argmax(keys @ query)]


def upper_triangle(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    scores[np.tril_indices(len(q), -1)] = -np.inf
    return scipy.special.softmax(scores, axis=1) @ v


def multiplied_by_the_mask(q, k, v):
    return scipy.special.softmax(q @ k.T / np.sqrt(q.shape[1]) * np.tri(len(q)), axis=1) @ v


def zeroed_afterwards(q, k, v):
    p = scipy.special.softmax(q @ k.T / np.sqrt(q.shape[1]), axis=1)
    return np.tril(p) @ v


def second_largest_and_above(scores):
    border = np.partition(scores, -2, axis=1)[:, -2, None]
    return scipy.special.softmax(np.where(scores >= border, scores, -np.inf), axis=1)


def best_two_as_they_were(scores):
    p = scipy.special.softmax(scores, axis=1)
    for row in p:
        row[sorted(range(len(row)), key=lambda i: (-row[i], i))[2:]] = 0
    return p


def one_plus_shifted(scores):
    e = np.exp(scores - np.max(scores, axis=1)[:, None])
    return e / (e.sum(axis=1)[:, None] + 1)


def through_the_weights_only(q, k, v, gradient):
    p = scipy.special.softmax(q @ k.T / np.sqrt(q.shape[1]), axis=1)
    return p * (gradient @ v.T) @ k / np.sqrt(q.shape[1])


def everybody_sees_itself(features, codes):
    grid = np.geomspace(0.1, 100, 4001)
    z = grid[:, None, None] * (features @ features.T)
    p = (scipy.special.softmax(z, axis=2) * (codes[:, None] == codes)).sum(axis=2)
    return grid[np.argmin(-np.log(np.maximum(p, 1e-300)).mean(axis=1))]


OWN = [
    ("attend", without_a_root, "divided by the number of features"),
    ("attend", the_nearest_key, "best key takes all"),
    ("attend", lambda q, k, v: np.mean(v, axis=0), "all values alike"),
    ("causal_attention", upper_triangle, "mask turned round"),
    ("causal_attention", multiplied_by_the_mask, "hidden by a score of 0"),
    ("causal_attention", zeroed_afterwards, "hidden after softmax"),
    ("route_to_two", second_largest_and_above, "all equals asked"),
    ("route_to_two", best_two_as_they_were, "not divided again"),
    ("softmax_one_rows", one_plus_shifted, "one added after the shift"),
    ("query_gradient", through_the_weights_only, "mean not subtracted"),
    ("best_lookup_scale", everybody_sees_itself, "itself not hidden"),
    ("best_lookup_scale", lambda x, c: x.shape[1] ** -0.5, "scale of random vectors"),
]
