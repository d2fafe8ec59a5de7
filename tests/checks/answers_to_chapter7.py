"""Answers to the exercises of chapter 7: right ones, and a learner's own mistakes by name."""

import math
from itertools import accumulate

import numpy as np
import scipy.special
import scipy.stats


def entropy_in_a_loop(logits, temperature):
    top = max(logits)
    weights = [math.exp((z - top) / temperature) for z in logits]
    shares = [w / sum(weights) for w in weights]
    return sum(-p * math.log(p) for p in shares if p > 0)


def entropy_from_logarithms(logits, temperature):
    log_p = scipy.special.log_softmax(logits / temperature)
    return -np.dot(np.exp(log_p), log_p)


def entropy_as_logsumexp_less_mean(logits, temperature):
    z = logits / temperature
    return scipy.special.logsumexp(z) - scipy.special.softmax(z) @ z


def searched(logits, uniform):
    cumulative = np.cumsum(scipy.special.softmax(logits))
    return np.searchsorted(cumulative / cumulative[-1], uniform, side="right")


def searched_and_limited(logits, uniform):
    cumulative = np.cumsum(scipy.special.softmax(logits))
    return np.minimum(np.searchsorted(cumulative, uniform, side="right"), len(logits) - 1)


def draws_in_a_loop(logits, uniform):
    borders = list(accumulate(scipy.special.softmax(logits)))[:-1]
    return [sum(border <= u for border in borders) for u in uniform]


def draws_with_weights(logits, uniform):
    cumulative = np.cumsum(np.exp(logits - np.max(logits)))
    return np.digitize(uniform * cumulative[-1], cumulative[:-1])


def draws_by_first_true(logits, uniform):
    cumulative = np.cumsum(scipy.special.softmax(logits))
    cumulative[-1] = 1
    return np.argmax(cumulative[:, None] > uniform, axis=0)


def gumbel_in_a_loop(logits, uniform):
    codes = []
    for row in uniform:
        noisy = [z - math.log(-math.log(u)) for z, u in zip(logits, row, strict=True)]
        codes.append(noisy.index(max(noisy)))
    return codes


def best_by_heap(logits, k):
    import heapq

    best = heapq.nsmallest(k, range(len(logits)), key=lambda i: (-logits[i], i))
    return [float(z) if i in best else -math.inf for i, z in enumerate(logits)]


def best_by_sorting(logits, k):
    out = np.full(len(logits), -np.inf)
    best = np.argsort(-logits, kind="stable")[:k]
    out[best] = logits[best]
    return out


def best_one_by_one(logits, k):
    left, out = logits.copy(), np.full_like(logits, -np.inf)
    for _ in range(k):
        i = np.argmax(left)
        out[i], left[i] = logits[i], -np.inf
    return out


def best_by_rank(logits, k):
    ahead = [sum(o > z for o in logits) + sum(logits[:i] == z) for i, z in enumerate(logits)]
    return np.where(np.array(ahead) < k, logits, -np.inf)


def nucleus_in_a_loop(logits, p):
    shares = [float(x) for x in scipy.special.softmax(logits)]
    kept, total = {}, 0.0
    for i in sorted(range(len(shares)), key=lambda i: -shares[i]):
        if total >= p:
            break
        kept[i] = shares[i]
        total += shares[i]
    return [kept.get(i, 0.0) / total for i in range(len(shares))]


def nucleus_by_sorting(logits, p):
    shares = scipy.special.softmax(logits)
    order = np.argsort(-shares, kind="stable")
    size = np.searchsorted(np.cumsum(shares[order]), p) + 1
    out = np.zeros_like(shares)
    out[order[:size]] = shares[order[:size]]
    return out / out.sum()


def nucleus_of_scores(logits, p):
    shares = scipy.special.softmax(logits)
    order = np.argsort(-logits, kind="stable")
    before = np.concatenate([[0], np.cumsum(shares[order])[:-1]])
    masked = np.full(len(logits), -np.inf)
    masked[order[before < p]] = logits[order[before < p]]
    return scipy.special.softmax(masked)


RIGHT = {
    "entropy_at_temperature": [
        entropy_in_a_loop,
        entropy_from_logarithms,
        entropy_as_logsumexp_less_mean,
        lambda z, T: scipy.stats.entropy(scipy.special.softmax(z / T)),
        lambda z, T: scipy.special.entr(scipy.special.softmax(z / T)).sum(),
        lambda z, T: np.float32(entropy_in_a_loop(z, T)),
    ],
    "draw_from_uniform": [
        searched,
        searched_and_limited,
        draws_in_a_loop,
        draws_with_weights,
        draws_by_first_true,
        lambda z, u: searched(z, u).tolist(),
    ],
    "gumbel_max_draws": [
        gumbel_in_a_loop,
        lambda z, u: np.argmax(z + scipy.stats.gumbel_r.ppf(u), axis=1),
        lambda z, u: np.argmax(scipy.special.log_softmax(z) - np.log(-np.log(u)), axis=-1),
        lambda z, u: np.argmin(-np.log(u) / np.exp(z - z.max()), axis=1),
        lambda z, u: (np.log(-np.log(u)) - z).argmin(axis=1).tolist(),
    ],
    "top_k_filter": [
        best_by_heap,
        best_by_sorting,
        best_one_by_one,
        best_by_rank,
        lambda z, k: best_by_sorting(z, k).tolist(),
        lambda z, k: best_by_rank(z.astype(np.float32), k),
    ],
    "top_p_filter": [
        nucleus_in_a_loop,
        nucleus_by_sorting,
        nucleus_of_scores,
        lambda z, p: nucleus_by_sorting(z, p).tolist(),
        lambda z, p: np.float32(nucleus_of_scores(z, p)),
    ],
}


def entropy_with_p_over_t(logits, temperature):
    p = scipy.special.softmax(logits) / temperature
    return scipy.special.entr(p).sum()


def entropy_with_p_over_t_made_to_sum_to_one(logits, temperature):
    p = scipy.special.softmax(logits) / temperature
    return scipy.stats.entropy(p / p.sum())


def searched_from_the_left(logits, uniform):
    return np.searchsorted(np.cumsum(scipy.special.softmax(logits)), uniform)


def running_sum_from_zero(logits, uniform):
    cumulative = np.cumsum(scipy.special.softmax(logits))
    return np.searchsorted(np.append(0, cumulative / cumulative[-1]), uniform, side="right")


def the_last_of_argsort(logits, k):
    out = np.full(len(logits), -np.inf)
    best = np.argsort(logits, kind="stable")[-k:]
    out[best] = logits[best]
    return out


def a_set_of_scores(logits, k):
    best = sorted(logits, reverse=True)[:k]
    return [z if z in best else -math.inf for z in logits]


def nucleus_below_p(logits, p):
    shares = scipy.special.softmax(logits)
    order = np.argsort(-shares)
    out = np.zeros_like(shares)
    kept = order[np.cumsum(shares[order]) <= p]
    out[kept] = shares[kept]
    return out / out.sum()


OWN = [
    (
        "entropy_at_temperature",
        entropy_with_p_over_t,
        "probabilities divided by the temperature",
    ),
    (
        "entropy_at_temperature",
        entropy_with_p_over_t_made_to_sum_to_one,
        "temperature has no effect",
    ),
    ("draw_from_uniform", searched_from_the_left, "wrong side of a border"),
    ("draw_from_uniform", running_sum_from_zero, "one class too far"),
    ("draw_from_uniform", lambda z, u: [np.argmax(z)] * len(u), "argmax instead of a draw"),
    (
        "gumbel_max_draws",
        lambda z, u: np.argmax(z + np.log(-np.log(u)), 1),
        "noise turned round",
    ),
    (
        "gumbel_max_draws",
        lambda z, u: np.argmax(z - np.log(-np.log(u[:, [0]])), 1),
        "argmax without noise",
    ),
    ("top_k_filter", the_last_of_argsort, "last of equals kept"),
    ("top_k_filter", a_set_of_scores, "ties all kept"),
    ("top_p_filter", nucleus_below_p, "class that crosses the border dropped"),
]
