"""Answers to the exercises of chapter 5: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.special


def largest_by_bisection(dtype):
    number = np.dtype(dtype).type
    low, high = number(0), number(1000)
    while low < (middle := (low + high) / number(2)) < high:
        low, high = (middle, high) if np.isfinite(np.exp(middle)) else (low, middle)
    return low


def largest_by_small_steps(dtype):
    x = np.arange(0, 720, 1 / 256).astype(dtype)
    return x[np.isfinite(np.exp(x))].max()


def log_softmax_in_a_loop(logits):
    rows = []
    for row in logits:
        top = max(row)
        lse = top + math.log(math.fsum(math.exp(z - top) for z in row))
        rows.append([z - lse for z in row])
    return rows


def log_softmax_by_rivals(logits):
    return -np.logaddexp.reduce(logits[:, None, :] - logits[:, :, None], axis=-1)


def decades_in_a_loop(leads):
    return [math.log10(math.log1p(math.exp(-lead))) for lead in leads]


def decades_of_one_minus(leads):
    return np.log10(-np.log1p(-scipy.special.expit(-leads)))


def integers_in_a_loop(logits):
    rows = []
    for row in logits.tolist():
        exps = [math.exp(z - max(row)) for z in row]
        rows.append([e / sum(exps) for e in exps])
    return rows


def less_maximum_as_floats(logits):
    e = np.exp(np.subtract(logits, logits.max(axis=1, keepdims=True), dtype=float))
    return e / e.sum(axis=1, keepdims=True)


def masked_in_a_loop(logits, kept):
    out = np.zeros(logits.shape)
    for i, row in enumerate(kept):
        if row.any():
            out[i, row] = scipy.special.softmax(logits[i, row])
    return out


def masked_lists(logits, kept):
    rows = []
    for row, mask in zip(logits.tolist(), kept.tolist(), strict=True):
        top = max((z for z, k in zip(row, mask, strict=True) if k), default=0.0)
        e = [math.exp(z - top) if k else 0.0 for z, k in zip(row, mask, strict=True)]
        rows.append([x / (sum(e) or 1.0) for x in e])
    return rows


def masked_by_finite_maximum(logits, kept):
    z = np.where(kept, logits, -np.inf)
    top = z.max(axis=1, keepdims=True)
    e = np.exp(z - np.where(np.isfinite(top), top, 0))
    return e / np.maximum(e.sum(axis=1, keepdims=True), 1)


RIGHT = {
    "overflow_threshold": [
        lambda dtype: np.log(np.finfo(dtype).max),
        lambda dtype: {"float16": 11.09, "float32": 88.72, "float64": 709.78}[dtype],
        lambda dtype: math.log(np.finfo(dtype).max),
        largest_by_bisection,
        largest_by_small_steps,
        lambda dtype: np.finfo(dtype).maxexp * math.log(2),
    ],
    "stable_log_softmax": [
        lambda z: scipy.special.log_softmax(z, axis=1),
        lambda z: z - scipy.special.logsumexp(z, axis=1, keepdims=True),
        lambda z: (s := z - z.max(1)[:, None]) - np.log(np.exp(s).sum(1)[:, None]),
        lambda z: z - np.logaddexp.reduce(z, axis=1, keepdims=True),
        log_softmax_in_a_loop,
        log_softmax_by_rivals,
        lambda z: scipy.special.log_softmax(np.float32(z), axis=1),
    ],
    "log10_loss": [
        lambda leads: np.log10(np.log1p(np.exp(-leads))),
        decades_in_a_loop,
        decades_of_one_minus,
        lambda leads: np.log10(np.logaddexp(0, -leads)),
        lambda leads: np.log(-scipy.special.log_expit(leads)) / np.log(10),
        lambda leads: [np.log10(scipy.special.logsumexp([0, -lead])) for lead in leads],
    ],
    "safe_for_integers": [
        lambda z: scipy.special.softmax(z.astype(float), axis=1),
        lambda z: scipy.special.softmax(z.astype(np.longdouble), axis=1),
        integers_in_a_loop,
        lambda z: scipy.special.softmax(np.array(z.tolist(), dtype=float), axis=1),
        less_maximum_as_floats,
        lambda z: np.exp(scipy.special.log_softmax(z * 1.0, axis=1)).tolist(),
    ],
    "masked_softmax_rows": [
        masked_in_a_loop,
        masked_lists,
        masked_by_finite_maximum,
        lambda z, k: np.nan_to_num(scipy.special.softmax(np.where(k, z, -np.inf), axis=1)),
        lambda z, k: np.where(k, scipy.special.softmax(np.where(k, z, -1e9), axis=1), 0),
        lambda z, k: np.float32(masked_in_a_loop(z, k)),
    ],
}


def bisected_with_python_floats(dtype):
    low, high = 0.0, 1000.0
    while low < (middle := (low + high) / 2) < high:
        low, high = (middle, high) if np.isfinite(np.exp(middle)) else (low, middle)
    return low


def difference_with_the_shift_on_one_side(logits):
    top = logits.max(axis=1, keepdims=True)
    return logits - np.log(np.sum(np.exp(logits - top), axis=1, keepdims=True))


def masked_afterwards_and_divided_again(logits, kept):
    p = scipy.special.softmax(logits, axis=1)
    p[~kept] = 0
    return p / p.sum(axis=1, keepdims=True)


OWN = [
    ("overflow_threshold", bisected_with_python_floats, "one threshold for all types"),
    ("overflow_threshold", lambda dtype: np.log2(np.finfo(dtype).max), "another base than e"),
    (
        "overflow_threshold",
        lambda dtype: np.log(np.finfo(dtype).smallest_subnormal),
        "where exp underflows",
    ),
    (
        "stable_log_softmax",
        lambda z: np.log(scipy.special.softmax(z, axis=1)),
        "logarithm of softmax",
    ),
    (
        "stable_log_softmax",
        difference_with_the_shift_on_one_side,
        "maximum not given back",
    ),
    (
        "stable_log_softmax",
        lambda z: np.log(scipy.special.softmax(z, axis=1) + 1e-12),
        "small number against minus infinity",
    ),
    ("stable_log_softmax", scipy.special.log_softmax, "all axes at once"),
    (
        "log10_loss",
        lambda leads: np.log10(-np.log(scipy.special.expit(leads))),
        "one plus a small number",
    ),
    (
        "log10_loss",
        lambda leads: np.log10([math.log(1 + math.exp(-lead)) for lead in leads]),
        "one plus a small number",
    ),
    (
        "safe_for_integers",
        lambda z: scipy.special.softmax(z, axis=1),
        "maximum subtracted in a narrow type",
    ),
    (
        "safe_for_integers",
        lambda z: scipy.special.softmax((z - z.max(1)[:, None]).astype(float), axis=1),
        "converted after the subtraction",
    ),
    (
        "masked_softmax_rows",
        lambda z, k: scipy.special.softmax(np.where(k, z, -np.inf), axis=1),
        "empty row is nan",
    ),
    (
        "masked_softmax_rows",
        lambda z, k: scipy.special.softmax(z - 1e9 * ~k, axis=1),
        "empty row not hidden at all",
    ),
    (
        "masked_softmax_rows",
        masked_afterwards_and_divided_again,
        "hidden entries take part in the maximum",
    ),
]
