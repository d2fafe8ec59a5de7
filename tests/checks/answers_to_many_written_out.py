"""Right answers as a learner types them, with NumPy alone, step by step.

`derived.py` changes them in every way that it knows: a new exercise gets its answer here, or in any
other `answers_to_*.py`, so that there is something to change.
"""

import numpy as np


def sigmoid_of_minus_the_distance(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + e), e / (1 + e))


def sigmoid_of_the_difference(z0, z1):
    gap = z1 - z0
    e = np.exp(-abs(gap))
    if gap >= 0:
        return 1 / (1 + e)
    return e / (1 + e)


def softmax_of_a_list(vector):
    z = np.array(vector, dtype=float)
    z = z - z.max()
    e = np.exp(z)
    return e / e.sum()


def softmax_of_rows(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    return e / e.sum(axis=1, keepdims=True)


def log_softmax_of_rows(logits):
    shifted = logits - logits.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def losses(logits, codes):
    largest = logits.max(axis=1, keepdims=True)
    sums = np.exp(logits - largest).sum(axis=1, keepdims=True)
    log_p = logits - largest - np.log(sums)
    return -log_p[np.arange(len(codes)), codes]


def mean_loss(logits, codes):
    shifted = logits - logits.max(axis=1, keepdims=True)
    lse = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(lse - shifted[np.arange(len(codes)), codes])


def one_hot_rows(codes, num_classes):
    rows = np.zeros((len(codes), num_classes))
    for i, code in enumerate(codes):
        rows[i, code] = 1.0
    return rows


def names_of_the_winners(probabilities, classes):
    return [classes[code] for code in np.argmax(probabilities, axis=1)]


def scores(probabilities):
    return np.log(probabilities)


def gradient_of_the_weights(X, logits, codes):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(codes)), codes] -= 1
    return X.T @ p / len(X)


def on_the_scale_of_the_training_part(train, test):
    mean = train.mean(axis=0)
    spread = train.std(axis=0)
    spread[spread == 0] = 1
    return (test - mean) / spread


def step(X):
    A = np.column_stack([X, np.ones(len(X))])
    largest = np.linalg.svd(A, compute_uv=False).max()
    return 2 * len(X) / largest**2


def threshold(dtype):
    largest = float(np.finfo(dtype).max)
    return np.log(largest)


def decades(leads):
    loss = np.log1p(np.exp(-leads))
    return np.log10(loss)


def softmax_of_integers(logits):
    z = logits.astype(np.float64)
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_of_the_kept(logits, kept):
    z = np.where(kept, logits, -np.inf)
    largest = z.max(axis=1, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0)
    e = np.exp(z - largest)
    total = e.sum(axis=1, keepdims=True)
    return e / np.where(total == 0, 1, total)


def jacobian(logits):
    e = np.exp(logits - logits.max())
    p = e / e.sum()
    return np.diag(p) - np.outer(p, p)


def backward(probabilities, vector):
    inner = np.sum(probabilities * vector, axis=1, keepdims=True)
    return probabilities * (vector - inner)


def gradient_of_the_scores(logits, codes):
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(codes)), codes] -= 1
    return p / len(codes)


def slope(logits, code, temperature):
    z = logits / temperature
    e = np.exp(z - z.max())
    p = e / e.sum()
    return (logits[code] - p @ logits) / temperature**2


def entropy(logits, temperature):
    z = logits / temperature
    e = np.exp(z - z.max())
    p = e / e.sum()
    p = p[p > 0]
    return -np.sum(p * np.log(p))


def draws(logits, uniform):
    e = np.exp(logits - logits.max())
    borders = np.cumsum(e / e.sum())
    borders[-1] = 1
    return np.searchsorted(borders, uniform, side="right")


def noisy_winners(logits, uniform):
    noise = -np.log(-np.log(uniform))
    return np.argmax(logits + noise, axis=1)


def best_k(logits, k):
    out = np.full(len(logits), -np.inf)
    best = np.argsort(-logits, kind="stable")[:k]
    out[best] = logits[best]
    return out


def nucleus(logits, p):
    e = np.exp(logits - logits.max())
    shares = e / e.sum()
    order = np.argsort(-shares, kind="stable")
    before = np.cumsum(shares[order]) - shares[order]
    out = np.zeros(len(logits))
    kept = order[before < p]
    out[kept] = shares[kept]
    return out / out.sum()


RIGHT = {
    "stable_sigmoid": [sigmoid_of_minus_the_distance],
    "two_scores_to_one": [sigmoid_of_the_difference],
    "softmax_list": [softmax_of_a_list],
    "softmax_batch": [softmax_of_rows],
    "scores_from_probabilities": [scores],
    "one_hot_codes": [one_hot_rows],
    "cross_entropy_from_logits": [losses],
    "decode_batch": [names_of_the_winners],
    "find_the_bug": [mean_loss],
    "initial_loss": [lambda num_classes: np.log(num_classes)],
    "weights_gradient": [gradient_of_the_weights],
    "standardise": [on_the_scale_of_the_training_part],
    "largest_safe_step": [step],
    "overflow_threshold": [threshold],
    "stable_log_softmax": [log_softmax_of_rows],
    "log10_loss": [decades],
    "safe_for_integers": [softmax_of_integers],
    "masked_softmax_rows": [softmax_of_the_kept],
    "jacobian_matrix": [jacobian],
    "softmax_backward": [backward],
    "loss_gradient": [gradient_of_the_scores],
    "temperature_slope": [slope],
    "entropy_at_temperature": [entropy],
    "draw_from_uniform": [draws],
    "gumbel_max_draws": [noisy_winners],
    "top_k_filter": [best_k],
    "top_p_filter": [nucleus],
}
