"""Answers to the exercises of chapter 11: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.optimize
import scipy.special


def projection_in_a_loop(logits):
    tau, total = -math.inf, 0.0
    for k, z in enumerate(sorted(logits, reverse=True), start=1):
        total += z
        if (total - 1) / k >= z:
            break
        tau = (total - 1) / k
    return [max(z - tau, 0.0) for z in logits]


def projection_by_support(logits):
    """Algorithm 1 of Martins & Astudillo."""
    z = np.sort(logits)[::-1]
    k = np.arange(1, len(z) + 1)
    support = k[1 + k * z > np.cumsum(z)].max()
    tau = (z[:support].sum() - 1) / support
    return np.clip(logits - tau, 0, None)


def projection_by_largest_candidate(logits):
    candidates = (np.cumsum(-np.sort(-logits)) - 1) / (1 + np.arange(len(logits)))
    return np.maximum(logits - candidates.max(), 0)


def projection_by_root(logits):
    z = logits - np.max(logits)
    tau = scipy.optimize.brentq(lambda t: np.maximum(z - t, 0).sum() - 1, -1, 0, xtol=1e-15)
    return np.where(z > tau, z - tau, 0)


def projection_by_dropping(logits):
    """Drop what is negative, and begin again with the others."""
    kept = np.ones(len(logits), dtype=bool)
    while True:
        tau = (logits[kept].sum() - 1) / kept.sum()
        stays = kept & (logits > tau)
        if np.array_equal(stays, kept):
            return np.where(kept, logits - tau, 0.0)
        kept = stays


def projection_in_float32(logits):
    return projection_by_largest_candidate(logits.astype(np.float32)).astype(np.float32)


def straight_in_a_loop(logits, noise, temperature, coins, wish):
    noisy = [float(z + g) for z, g in zip(logits, noise, strict=True)]
    top = max(noisy)
    paid = coins[noisy.index(top)]
    weights = [math.exp((x - top) / temperature) for x in noisy]
    soft = [w / sum(weights) for w in weights]
    slope = [2 * (paid - wish) * c for c in coins]
    mean = sum(s * d for s, d in zip(soft, slope, strict=True))
    return [s * (d - mean) / temperature for s, d in zip(soft, slope, strict=True)]


def straight_by_the_jacobian(logits, noise, temperature, coins, wish):
    y = scipy.special.softmax((logits + noise) / temperature)
    jacobian = (np.diag(y) - np.outer(y, y)) / temperature
    miss = coins[(logits + noise).argmax()] - wish
    return jacobian @ (2 * miss * coins)


def straight_with_numpy(logits, noise, temperature, coins, wish):
    noisy = logits + noise
    hard = np.eye(len(noisy))[np.argmax(noisy)]
    e = np.exp((noisy - noisy.max()) / temperature)
    y = e / e.sum()
    d = 2 * (hard @ coins - wish) * coins
    return y * (d - np.sum(y * d)) / temperature


def straight_through_logarithms(logits, noise, temperature, coins, wish):
    log_y = scipy.special.log_softmax((logits + noise) / temperature)
    y = np.exp(log_y)
    paid = coins[np.argmax(log_y)]
    return (2 * (paid - wish) / temperature) * y * (coins - y @ coins)


def straight_as_a_list(logits, noise, temperature, coins, wish):
    return straight_by_the_jacobian(logits, noise, temperature, coins, wish).tolist()


def race_in_a_loop(logits, code, drawn, proposal):
    runners = [code, *drawn]
    scores = [float(logits[k]) - math.log(proposal[k]) for k in runners]
    top = max(scores)
    return top + math.log(sum(math.exp(s - top) for s in scores)) - scores[0]


def race_with_scipy(logits, code, drawn, proposal):
    k = np.concatenate([[code], drawn])
    return -scipy.special.log_softmax(logits[k] - np.log(proposal[k]))[0]


def race_with_all_corrected_first(logits, code, drawn, proposal):
    corrected = logits - np.log(proposal)
    return np.logaddexp.reduce(corrected[np.append(code, drawn)]) - corrected[code]


def race_by_leads(logits, code, drawn, proposal):
    lead = logits[drawn] - np.log(proposal[drawn]) - logits[code] + np.log(proposal[code])
    return scipy.special.logsumexp(np.append(0, lead))


def race_with_weights(logits, code, drawn, proposal):
    k = np.append(code, drawn)
    total = scipy.special.logsumexp(logits[k], b=1 / proposal[k])
    return total - logits[code] + np.log(proposal[code])


def race_as_an_array(logits, code, drawn, proposal):
    return np.array([race_with_scipy(logits, code, drawn, proposal)])


def focal_in_a_loop(logits, code, gamma):
    top = max(logits)
    surprise = top + math.log(sum(math.exp(z - top) for z in logits)) - logits[code]
    return (1 - math.exp(-surprise)) ** gamma * surprise


def focal_with_scipy(logits, code, gamma):
    log_p = scipy.special.log_softmax(logits)[code]
    return -((1 - np.exp(log_p)) ** gamma) * log_p


def focal_with_expm1(logits, code, gamma):
    z = logits - logits.max()
    log_p = z[code] - np.log(np.exp(z).sum())
    return -((-np.expm1(log_p)) ** gamma) * log_p


def focal_by_the_others(logits, code, gamma):
    p = scipy.special.softmax(logits)
    others = np.delete(p, code).sum()
    return others**gamma * (scipy.special.logsumexp(logits) - logits[code])


def focal_as_an_array(logits, code, gamma):
    return np.array([focal_with_scipy(logits, code, gamma)])


def focal_of_the_leads(logits, code, gamma):
    surprise = np.logaddexp.reduce(logits - logits[code])
    return (1 - np.exp(-surprise)) ** gamma * surprise


def mixture_in_a_loop(gate_logits, logits):
    log_gate = scipy.special.log_softmax(gate_logits)
    parts = [g + scipy.special.log_softmax(row) for g, row in zip(log_gate, logits, strict=True)]
    out = parts[0]
    for part in parts[1:]:
        out = np.logaddexp(out, part)
    return out


def mixture_with_scipy(gate_logits, logits):
    log_p = scipy.special.log_softmax(logits, axis=1)
    weights = scipy.special.softmax(gate_logits)[:, None]
    return scipy.special.logsumexp(log_p, b=weights, axis=0)


def mixture_with_numpy(gate_logits, logits):
    z = logits - logits.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    g = gate_logits - gate_logits.max()
    parts = log_p + (g - np.log(np.exp(g).sum()))[:, np.newaxis]
    top = parts.max(axis=0)
    return top + np.log(np.exp(parts - top).sum(axis=0))


def mixture_normalised_at_the_end(gate_logits, logits):
    parts = gate_logits[:, None] + scipy.special.log_softmax(logits, axis=-1)
    return scipy.special.logsumexp(parts, axis=0) - scipy.special.logsumexp(gate_logits)


def mixture_in_columns(gate_logits, logits):
    log_p = scipy.special.log_softmax(logits.T, axis=0)
    return np.logaddexp.reduce(log_p + scipy.special.log_softmax(gate_logits), axis=1)


def mixture_as_a_list(gate_logits, logits):
    return mixture_with_numpy(gate_logits, logits).tolist()


RIGHT = {
    "sparsemax_vector": [
        projection_in_a_loop,
        projection_by_support,
        projection_by_largest_candidate,
        projection_by_root,
        projection_by_dropping,
        projection_in_float32,
        lambda z: projection_by_support(z).tolist(),
    ],
    "straight_through_gradient": [
        straight_in_a_loop,
        straight_by_the_jacobian,
        straight_with_numpy,
        straight_through_logarithms,
        straight_as_a_list,
    ],
    "sampled_loss": [
        race_in_a_loop,
        race_with_scipy,
        race_with_all_corrected_first,
        race_by_leads,
        race_with_weights,
        race_as_an_array,
    ],
    "focal_from_logits": [
        focal_in_a_loop,
        focal_with_scipy,
        focal_with_expm1,
        focal_by_the_others,
        focal_of_the_leads,
        focal_as_an_array,
    ],
    "mixture_log_probabilities": [
        mixture_in_a_loop,
        mixture_with_scipy,
        mixture_with_numpy,
        mixture_normalised_at_the_end,
        mixture_in_columns,
        mixture_as_a_list,
    ],
}


def rectified_and_divided(logits):
    kept = [max(float(z), 0.0) for z in logits]
    return np.divide(kept, sum(kept))


def threshold_for_everybody(logits):
    return np.clip(logits - (np.sum(logits) - 1) / logits.size, 0, None)


def mixture_into_the_loss(logits, noise, temperature, coins, wish):
    y = scipy.special.softmax((logits + noise) / temperature)
    jacobian = (np.diag(y) - np.outer(y, y)) / temperature
    return jacobian @ (2 * (y @ coins - wish) * coins)


def chain_rule_forgotten(logits, noise, temperature, coins, wish):
    y = scipy.special.softmax((logits + noise) / temperature)
    d = 2 * (coins[np.argmax(y)] - wish) * coins
    return y * (d - y @ d)


def race_as_it_is(logits, code, drawn, proposal):
    return -scipy.special.log_softmax(logits[[code, *drawn]])[0]


def truth_left_as_it_is(logits, code, drawn, proposal):
    scores = np.append(logits[code], logits[drawn] - np.log(proposal[drawn]))
    return scipy.special.logsumexp(scores) - scores[0]


def power_of_the_probability(logits, code, gamma):
    p = scipy.special.softmax(logits)[code]
    return p**gamma * (scipy.special.logsumexp(logits) - logits[code])


def log_of_softmax(logits, code, gamma):
    p = scipy.special.softmax(logits)[code]
    return -((1 - p) ** gamma) * np.log(p)


def scores_averaged(gate_logits, logits):
    mean = np.average(logits, axis=0, weights=scipy.special.softmax(gate_logits))
    return scipy.special.log_softmax(mean)


def log_of_the_mixture(gate_logits, logits):
    p = scipy.special.softmax(logits, axis=1)
    return np.log(scipy.special.softmax(gate_logits) @ p)


OWN = [
    ("sparsemax_vector", rectified_and_divided, "cut at zero and divided"),
    ("sparsemax_vector", threshold_for_everybody, "threshold of all classes"),
    ("sparsemax_vector", scipy.special.softmax, "softmax instead"),
    ("straight_through_gradient", mixture_into_the_loss, "soft draw in the loss"),
    (
        "straight_through_gradient",
        chain_rule_forgotten,
        "temperature missing in the derivative",
    ),
    ("sampled_loss", race_as_it_is, "no correction"),
    ("sampled_loss", truth_left_as_it_is, "rivals corrected alone"),
    ("focal_from_logits", power_of_the_probability, "hard ones counted less"),
    ("focal_from_logits", log_of_softmax, "logarithm of a rounded probability"),
    ("mixture_log_probabilities", scores_averaged, "scores mixed"),
    ("mixture_log_probabilities", log_of_the_mixture, "mixture rounded to zero"),
]
