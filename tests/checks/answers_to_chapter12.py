"""Answers to the exercises of chapter 12: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.optimize
import scipy.special
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

PROTOCOL = [
    "training",
    "training",
    "validation",
    "validation",
    "none",
    "none",
    "test",
    "none",
]

# Gradients ---------------------------------------------------------------------------------------


def layers(theta, sizes):
    d, h, k = sizes
    W, rest = theta[: d * h].reshape(d, h), theta[d * h :]
    return W, rest[:h], rest[h : h + h * k].reshape(h, k), rest[h + h * k :]


def softmax_rows(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradient_by_matrix_products(theta, sizes, X, codes):
    d, h, k = sizes
    W = theta[: d * h].reshape(d, h)
    b = theta[d * h : d * h + h]
    V = theta[d * h + h : -k].reshape(h, k)
    hidden = np.tanh(X @ W + b)
    z = hidden @ V + theta[-k:]
    e = np.exp(z - z.max(axis=1, keepdims=True))
    error = e / e.sum(axis=1, keepdims=True)
    error[np.arange(len(codes)), codes] -= 1
    error = error / len(codes)
    back = (error @ V.T) * (1 - hidden * hidden)
    gradient = np.empty_like(theta)
    gradient[: d * h] = (X.T @ back).ravel()
    gradient[d * h : d * h + h] = back.sum(axis=0)
    gradient[d * h + h : -k] = (hidden.T @ error).ravel()
    gradient[-k:] = error.sum(axis=0)
    return gradient


def gradient_example_by_example(theta, sizes, X, codes):
    W, b, V, a = layers(theta, sizes)
    total = np.zeros_like(theta)
    for x, code in zip(X, codes, strict=True):
        hidden = np.tanh(x @ W + b)
        error = scipy.special.softmax(hidden @ V + a)
        error[code] -= 1
        back = (V @ error) * (1 - hidden**2)
        total += np.concatenate(
            [np.outer(x, back).ravel(), back, np.outer(hidden, error).ravel(), error]
        )
    return total / len(X)


def gradient_by_the_complex_step(theta, sizes, X, codes):
    def loss(parameters):
        W, b, V, a = layers(parameters, sizes)
        z = np.tanh(X @ W + b) @ V + a
        z = z - z.real.max(axis=1, keepdims=True)
        log_sum = np.log(np.exp(z) @ np.ones(sizes[2]))
        return (log_sum - z[np.arange(len(codes)), codes]).mean()

    steps = 1e-30j * np.eye(len(theta))
    return np.array([loss(theta + step).imag / 1e-30 for step in steps])


def gradient_in_loops(theta, sizes, X, codes):
    d, h, k = sizes
    W, b, V, a = (part.tolist() for part in layers(theta, sizes))
    dW, db = [[0.0] * h for _ in range(d)], [0.0] * h
    dV, da = [[0.0] * k for _ in range(h)], [0.0] * k
    for x, code in zip(X.tolist(), codes.tolist(), strict=True):
        hidden = [math.tanh(sum(x[i] * W[i][j] for i in range(d)) + b[j]) for j in range(h)]
        z = [sum(hidden[j] * V[j][c] for j in range(h)) + a[c] for c in range(k)]
        e = [math.exp(score - max(z)) for score in z]
        error = [(e[c] / sum(e) - (c == code)) / len(X) for c in range(k)]
        for c in range(k):
            da[c] += error[c]
        for j in range(h):
            back = sum(error[c] * V[j][c] for c in range(k)) * (1 - hidden[j] ** 2)
            db[j] += back
            for c in range(k):
                dV[j][c] += hidden[j] * error[c]
            for i in range(d):
                dW[i][j] += x[i] * back
    return [*np.ravel(dW), *db, *np.ravel(dV), *da]


# Pictures ----------------------------------------------------------------------------------------


def predicted_row_by_row(theta, sizes, mean, spread, temperature, pictures):
    if np.ndim(pictures) == 2:
        rows = [
            predicted_row_by_row(theta, sizes, mean, spread, temperature, row) for row in pictures
        ]
        return np.array(rows).reshape(len(rows), sizes[2])
    if any(not 0 <= pixel <= 16 for pixel in pictures):
        return np.full(sizes[2], 1 / sizes[2])
    W, b, V, a = layers(theta, sizes)
    hidden = np.tanh((pictures - mean) / spread @ W + b)
    return scipy.special.softmax((hidden @ V + a) / temperature)


def predicted_then_mended(theta, sizes, mean, spread, temperature, pictures):
    X = np.atleast_2d(pictures).astype(float)
    bad = np.isnan(X) | (X < 0) | (X > 16)
    bad = bad.any(axis=1)
    X[bad] = mean
    W, b, V, a = layers(theta, sizes)
    z = np.tanh((X - mean) / spread @ W + b) @ V + a
    z = (z - z.max(axis=1, keepdims=True)) / temperature
    e = np.exp(z)
    p = e / e.sum(axis=1, keepdims=True)
    p[bad] = 1 / sizes[2]
    return p.reshape((*np.shape(pictures)[:-1], sizes[2]))


def predicted_where_possible(theta, sizes, mean, spread, temperature, pictures):
    X = np.array(pictures, dtype=float)
    good = np.abs(X - 8) <= 8
    good = good.all(axis=-1)
    p = np.ones((*X.shape[:-1], sizes[2])) / sizes[2]
    W, b, V, a = layers(theta, sizes)
    z = (np.tanh((X[good] - mean) / spread @ W + b) @ V + a) / temperature
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p[good] = e / e.sum(axis=-1, keepdims=True)
    return p


def predicted_with_equal_scores(theta, sizes, mean, spread, temperature, pictures):
    pictures = np.asarray(pictures)
    good = ((pictures >= 0) & (pictures <= 16)).all(axis=-1)[..., np.newaxis]
    W, b, V, a = layers(theta, sizes)
    X = np.where(good, (pictures - mean) / spread, 0)
    z = np.where(good, np.tanh(X @ W + b) @ V + a, 0)
    return scipy.special.softmax(z / temperature, axis=-1)


# Decisions and reports ---------------------------------------------------------------------------


def decided_in_a_loop(probabilities, costs, ask):
    made = []
    for row in probabilities:
        prices = [sum(p * c for p, c in zip(row, column, strict=True)) for column in costs.T]
        best = min(range(len(prices)), key=prices.__getitem__)
        made.append(best if prices[best] <= ask else len(prices))
    return made


def decided_with_one_more_column(probabilities, costs, ask):
    expected = probabilities @ costs
    asking = np.full((len(expected), 1), ask)
    return np.argmin(np.hstack([expected, asking]), axis=1)


def decided_with_where(probabilities, costs, ask):
    expected = np.einsum("nj,jk->nk", probabilities, costs)
    best = expected.argmin(axis=1)
    lowest = expected.min(axis=1)
    return np.where(lowest > ask, costs.shape[1], best)


def decided_in_place(probabilities, costs, ask):
    expected = (probabilities[:, :, np.newaxis] * costs).sum(axis=1)
    made = expected.argmin(axis=1)
    made[expected.min(axis=1) > ask] = len(costs)
    return made


def reported_in_a_loop(probabilities, codes, decisions, costs, ask):
    answered = right = 0
    loss = paid = 0.0
    for p, code, decision in zip(probabilities, codes, decisions, strict=True):
        asked = decision == len(costs)
        answered += not asked
        right += decision == code
        loss += -math.log(p[code]) if p[code] > 0 else math.inf
        paid += ask if asked else costs[code][decision]
    n = len(codes)
    accuracy = right / answered if answered else math.nan
    return [answered / n, accuracy, loss / n, paid / n]


def reported_with_masks(probabilities, codes, decisions, costs, ask):
    answered = decisions != costs.shape[1]
    hits = decisions[answered] == codes[answered]
    accuracy = hits.mean() if hits.size else np.nan
    with np.errstate(divide="ignore"):
        losses = -np.log(probabilities[np.arange(len(codes)), codes])
    paid = np.full(len(codes), float(ask))
    paid[answered] = costs[codes[answered], decisions[answered]]
    return [answered.mean(), accuracy, losses.mean(), paid.mean()]


def reported_with_one_more_column(probabilities, codes, decisions, costs, ask):
    table = np.column_stack([costs, np.full(len(costs), ask)])
    answered = decisions < len(costs)
    with np.errstate(divide="ignore", invalid="ignore"):
        accuracy = np.sum(decisions == codes) / np.sum(answered)
        nll = -np.mean(np.log(probabilities[range(len(codes)), codes]))
    return np.array([np.mean(answered), accuracy, nll, np.mean(table[codes, decisions])])


def reported_with_where(probabilities, codes, decisions, costs, ask):
    k = len(costs)
    asked = decisions == k
    of_truth = probabilities[range(len(codes)), codes]
    paid = np.where(asked, ask, costs[codes, np.minimum(decisions, k - 1)])
    with np.errstate(divide="ignore", invalid="ignore"):
        accuracy = np.sum(decisions == codes) / np.sum(~asked)
        return 1 - asked.mean(), accuracy, np.log(1 / of_truth).mean(), paid.mean()


# All of it ---------------------------------------------------------------------------------------


def hottest(logits, codes):
    """The temperature at which the codes are most likely."""
    codes = np.asarray(codes)

    def loss(log_t):
        log_p = scipy.special.log_softmax(logits / np.exp(log_t), axis=1)
        return -log_p[np.arange(len(codes)), codes].mean()

    return np.exp(scipy.optimize.minimize_scalar(loss, bounds=(-4, 4), method="bounded").x)


def read_by_least_squares(train, codes, valid, valid_codes, new):
    def features(X):
        return np.column_stack([X / 16, np.ones(len(X))])

    A, targets = features(train), np.eye(10)[codes]
    weights = np.linalg.solve(A.T @ A + np.eye(A.shape[1]), A.T @ targets)
    heat = hottest(features(valid) @ weights, valid_codes)
    return scipy.special.softmax(features(new) @ weights / heat, axis=1)


def read_by_gradient_descent(train, codes, valid, valid_codes, new):
    W, b = np.zeros((64, 10)), np.zeros(10)
    for _ in range(200):
        error = (softmax_rows(train / 8 @ W + b) - np.eye(10)[codes]) / len(train)
        W -= 0.2 * (train / 8).T @ error
        b -= 0.2 * error.sum(axis=0)
    heat = hottest(valid / 8 @ W + b, valid_codes)
    return softmax_rows((new / 8 @ W + b) / heat)


def read_by_the_nearest(train, codes, valid, valid_codes, new):
    def log_shares(X):
        distances = ((X[:, np.newaxis] - train) ** 2).sum(axis=2) / 400
        shares = np.exp(distances.min(axis=1, keepdims=True) - distances) @ np.eye(10)[codes]
        return np.log(shares + 1e-3)

    heat = hottest(log_shares(valid), valid_codes)
    return scipy.special.softmax(log_shares(new) / heat, axis=1)


def read_by_scikit_learn(train, codes, valid, valid_codes, new):
    scaler = StandardScaler().fit(train)
    model = LogisticRegression(C=0.05).fit(scaler.transform(train), codes)
    heat = hottest(model.decision_function(scaler.transform(valid)), valid_codes)
    return scipy.special.softmax(model.decision_function(scaler.transform(new)) / heat, axis=1)


def read_by_a_network(train, codes, valid, valid_codes, new):
    rng = np.random.default_rng(5)
    mean, spread = train.mean(axis=0), np.maximum(train.std(axis=0), 1)
    X, sizes = (train - mean) / spread, (64, 20, 10)
    theta = 0.1 * rng.normal(size=64 * 20 + 20 + 20 * 10 + 10)
    for _ in range(12):
        for i in np.array_split(rng.permutation(len(X)), 20):
            theta = theta - 0.3 * gradient_by_matrix_products(theta, sizes, X[i], codes[i])

    def scores(pictures):
        W, b, V, a = layers(theta, sizes)
        return np.tanh((pictures - mean) / spread @ W + b) @ V + a

    heat = hottest(scores(valid), valid_codes)
    return softmax_rows(scores(new) / heat)


RIGHT = {
    "which_part": [
        PROTOCOL,
        tuple(PROTOCOL),
        np.array(PROTOCOL),
        [part.title() + " " for part in PROTOCOL],
        np.array(PROTOCOL, dtype=object),
    ],
    "network_gradient": [
        gradient_by_matrix_products,
        gradient_example_by_example,
        gradient_by_the_complex_step,
        gradient_in_loops,
        lambda t, s, X, c: gradient_by_matrix_products(t, s, X, c).astype(np.float32),
    ],
    "predict_safely": [
        predicted_row_by_row,
        predicted_then_mended,
        predicted_where_possible,
        predicted_with_equal_scores,
        lambda *given: predicted_then_mended(*given).astype(np.float32),
    ],
    "decide": [
        decided_in_a_loop,
        decided_with_where,
        decided_in_place,
        lambda p, c, ask: decided_with_where(p, c, ask).tolist(),
        lambda p, c, ask: decided_in_place(p, c, ask).astype(np.int8),
    ],
    "report_card": [
        reported_in_a_loop,
        reported_with_masks,
        reported_with_one_more_column,
        reported_with_where,
        lambda *given: np.float32(reported_with_masks(*given)),
    ],
    "read_digits": [
        read_by_least_squares,
        read_by_gradient_descent,
        read_by_the_nearest,
        read_by_scikit_learn,
        read_by_a_network,
    ],
}


def no_slope(theta, sizes, X, codes):
    W, b, V, a = layers(theta, sizes)
    hidden = np.tanh(X @ W + b)
    error = (softmax_rows(hidden @ V + a) - np.eye(sizes[2])[codes]) / len(X)
    back = error @ V.T
    parts = (X.T @ back, back.sum(0), hidden.T @ error, error.sum(0))
    return np.hstack([part.ravel() for part in parts])


def never_refused(theta, sizes, mean, spread, temperature, pictures):
    W, b, V, a = layers(theta, sizes)
    z = np.tanh((pictures - mean) / spread @ W + b) @ V + a
    return scipy.special.softmax(z / temperature, axis=-1)


def without_temperature(theta, sizes, mean, spread, temperature, pictures):
    return predicted_where_possible(theta, sizes, mean, spread, 1, pictures)


def by_confidence(probabilities, costs, ask):
    sure = probabilities.max(axis=1) >= 1 - ask / costs.max()
    return np.where(sure, probabilities.argmax(axis=1), len(costs))


def overtrained(train, codes, valid, valid_codes, new):
    scaler = StandardScaler().fit(train)
    model = LogisticRegression(C=1e4, max_iter=3000).fit(scaler.transform(train), codes)
    return model.predict_proba(scaler.transform(new))


def underfitted(train, codes, valid, valid_codes, new):
    scaler = StandardScaler().fit(train)
    model = LogisticRegression(C=0.03).fit(scaler.transform(train), codes)
    return model.predict_proba(scaler.transform(new))


OWN = [
    ("which_part", [*PROTOCOL[:3], "training", *PROTOCOL[4:]], "chosen on the training part"),
    ("which_part", [*PROTOCOL[:2], "test", *PROTOCOL[3:]], "chosen on the test part"),
    (
        "which_part",
        [*PROTOCOL[:5], "validation", "test", "validation"],
        "price or promise read off the data",
    ),
    ("which_part", ["none", *PROTOCOL[1:]], "learned from digits held back"),
    ("network_gradient", no_slope, "slope of tanh missing"),
    (
        "network_gradient",
        lambda t, s, X, c: len(X) * gradient_by_matrix_products(t, s, X, c),
        "summed over the examples",
    ),
    (
        "network_gradient",
        lambda t, s, X, c: -np.array(gradient_in_loops(t, s, X, c)),
        "sign turned round",
    ),
    ("predict_safely", never_refused, "pixels not looked at"),
    ("predict_safely", without_temperature, "temperature not divided by"),
    ("decide", by_confidence, "one price for all mistakes"),
    ("decide", lambda p, c, ask: np.argmax(p, 1), "always the likeliest class"),
    ("decide", lambda p, c, ask: decided_with_where(p, c.T, ask), "costs transposed"),
    (
        "decide",
        lambda p, c, ask: [-1 if d == len(c) else d for d in decided_in_a_loop(p, c, ask)],
        "minus one for asking",
    ),
    (
        "report_card",
        lambda p, y, d, c, ask: [
            np.mean(d < len(c)),
            np.mean(d == y),
            *reported_in_a_loop(p, y, d, c, ask)[2:],
        ],
        "accuracy of all digits",
    ),
    (
        "report_card",
        lambda p, y, d, c, ask: reported_in_a_loop(p, y, d, c, 0),
        "asking is free",
    ),
    ("read_digits", overtrained, "too sure"),
    ("read_digits", underfitted, "too modest"),
    (
        "read_digits",
        lambda train, codes, *rest: (
            KNeighborsClassifier(1).fit(train, codes).predict_proba(rest[2])
        ),
        "winners only",
    ),
    (
        "read_digits",
        lambda train, codes, *rest: read_by_gradient_descent(train, codes[::-1], *rest),
        "no better than chance",
    ),
    (
        "read_digits",
        lambda *given: read_by_gradient_descent(*given).argmax(axis=1),
        "another number of rows or columns",
    ),
    (
        "read_digits",
        lambda *given: np.log(read_by_gradient_descent(*given)),
        "logarithms handed in",
    ),
]
