"""Answers to the open tasks of chapters 7 and 7b: right ones, and mistakes by name."""

import math

import numpy as np
import scipy.optimize
import scipy.special


def by_bounded_search(logits, codes):
    def nll(temperature):
        log_p = scipy.special.log_softmax(logits / temperature, axis=1)
        return -log_p[np.arange(len(codes)), codes].mean()

    options = {"xatol": 1e-8}
    return scipy.optimize.minimize_scalar(
        nll, bounds=(0.05, 20), method="bounded", options=options
    ).x


def by_matching_the_mean_score(logits, codes):
    drawn = np.take_along_axis(logits, codes[:, None], axis=1).mean()

    def excess(temperature):
        p = scipy.special.softmax(logits / temperature, axis=1)
        return (p * logits).sum(axis=1).mean() - drawn

    return scipy.optimize.brentq(excess, 0.05, 20)


def by_newton_on_the_inverse(logits, codes):
    beta = 1.0  # 1 / T
    for _ in range(40):
        p = scipy.special.softmax(logits * beta, axis=1)
        mean = (p * logits).sum(axis=1)
        variance = (p * (logits - mean[:, None]) ** 2).sum(axis=1)
        slope = np.mean(logits[np.arange(len(codes)), codes] - mean)
        beta *= np.exp(np.clip(slope / variance.mean() / beta, -0.5, 0.5))
    return 1 / beta


def by_a_fine_grid(logits, codes):
    grid = np.geomspace(0.05, 20, 3001)
    log_p = scipy.special.log_softmax(logits / grid[:, None, None], axis=2)
    return grid[np.argmax(log_p[:, np.arange(len(codes)), codes].sum(axis=1))]


def in_plain_python(logits, codes):
    def nll(temperature):
        total = 0.0
        for row, code in zip(logits.tolist(), codes.tolist(), strict=True):
            top = max(row)
            total += math.log(sum(math.exp((z - top) / temperature) for z in row))
            total -= (row[code] - top) / temperature
        return total

    low, high = math.log(0.05), math.log(20)
    golden = (math.sqrt(5) - 1) / 2
    while high - low > 1e-5:
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if nll(math.exp(left)) < nll(math.exp(right)) else (left, high)
    return math.exp((low + high) / 2)


def by_bisection_in_float32(logits, codes):
    """The mean score of the draws is too high for every temperature below, too low above."""
    z = (logits - logits.max(axis=1, keepdims=True)).astype(np.float32)
    drawn = z[np.arange(len(codes)), codes].mean()
    low, high = np.float32(0.05), np.float32(20)
    for _ in range(30):
        middle = np.sqrt(low * high)
        mean = (scipy.special.softmax(z / middle, axis=1) * z).sum(axis=1).mean()
        low, high = (middle, high) if mean > drawn else (low, middle)
    return middle


def gradient_with_scipy(student, teacher, temperature):
    p = scipy.special.softmax(student / temperature, axis=1)
    q = scipy.special.softmax(teacher / temperature, axis=1)
    return temperature * (p - q) / student.shape[0]


def gradient_by_rows(student, teacher, temperature):
    rows = []
    for z, v in zip(student / temperature, teacher / temperature, strict=True):
        p, q = np.exp(z - z.max()), np.exp(v - v.max())
        rows.append((p / p.sum() - q / q.sum()) * temperature / len(student))
    return rows


def gradient_in_plain_python(student, teacher, temperature):
    def soft(row):
        top = max(row)
        weights = [math.exp((z - top) / temperature) for z in row]
        return [w / sum(weights) for w in weights]

    n = len(student)
    return [
        [temperature * (p - q) / n for p, q in zip(soft(z), soft(v), strict=True)]
        for z, v in zip(student.tolist(), teacher.tolist(), strict=True)
    ]


def gradient_by_the_jacobian(student, teacher, temperature):
    out = np.zeros_like(student)
    for i, (z, v) in enumerate(zip(student, teacher, strict=True)):
        p = scipy.special.softmax(z / temperature)
        q = scipy.special.softmax(v / temperature)
        jacobian = (np.diag(p) - np.outer(p, p)) / temperature
        out[i] = temperature**2 * jacobian @ (-q / np.maximum(p, 1e-300)) / len(student)
    return out


def gradient_through_logarithms(student, teacher, temperature):
    p = np.exp(scipy.special.log_softmax(np.stack([student, teacher]) / temperature, axis=-1))
    return temperature * np.mean([p[0] - p[1]], axis=0) / len(p[0])


RIGHT = {
    "temperature_of_a_log": [
        by_bounded_search,
        by_matching_the_mean_score,
        by_newton_on_the_inverse,
        by_a_fine_grid,
        in_plain_python,
        by_bisection_in_float32,
    ],
    "distillation_gradient": [
        gradient_with_scipy,
        gradient_by_rows,
        gradient_in_plain_python,
        gradient_by_the_jacobian,
        gradient_through_logarithms,
    ],
}


def inverse_temperature(logits, codes):
    drawn = logits[np.arange(len(codes)), codes].mean()

    def excess(beta):
        return (scipy.special.softmax(beta * logits, axis=1) * logits).sum(1).mean() - drawn

    return scipy.optimize.brentq(excess, 0.05, 20)


def grid_of_tenths(logits, codes):
    grid = np.arange(1, 200) / 10
    chosen = logits[np.arange(len(codes)), codes].sum()
    normaliser = [scipy.special.logsumexp(logits / T, axis=1).sum() for T in grid]
    return grid[np.argmax(chosen / grid - np.array(normaliser))]


def value_of_the_minimum(logits, codes):
    def nll(temperature):
        log_p = scipy.special.log_softmax(logits / temperature, axis=1)
        return -log_p[np.arange(len(codes)), codes].mean()

    return scipy.optimize.minimize_scalar(nll, bounds=(0.05, 20), method="bounded").fun


def brier(logits, codes):
    def loss(temperature):
        p = scipy.special.softmax(logits / temperature, axis=1)
        return ((p - np.eye(logits.shape[1])[codes]) ** 2).sum()

    options = {"xatol": 1e-8}
    return scipy.optimize.minimize_scalar(
        loss, bounds=(0.05, 20), method="bounded", options=options
    ).x


def never_looked_at_the_log(logits, codes):
    return 1


def teacher_softened_alone(student, teacher, temperature):
    q = scipy.special.softmax(teacher / temperature, axis=1)
    return temperature * (scipy.special.softmax(student, axis=1) - q) / len(student)


def chain_rule_forgotten(student, teacher, temperature):
    p, q = (scipy.special.softmax(x / temperature, axis=1) for x in (student, teacher))
    return temperature**2 * np.mean([p - q], axis=0) / len(student)


OWN = [
    ("temperature_of_a_log", inverse_temperature, "multiplied where it should divide"),
    ("temperature_of_a_log", grid_of_tenths, "grid too coarse"),
    ("temperature_of_a_log", value_of_the_minimum, "smallest loss instead of its place"),
    ("temperature_of_a_log", brier, "squared error minimised"),
    ("temperature_of_a_log", never_looked_at_the_log, "temperature taken for one"),
    ("distillation_gradient", teacher_softened_alone, "only the teacher softened"),
    ("distillation_gradient", chain_rule_forgotten, "square of the temperature not reduced"),
]
