"""Answers to the exercises of chapter 10b: right ones, and a learner's own mistakes by name."""

import math

import numpy as np
import scipy.special


def row_by_row(grid):
    return np.concatenate([scipy.special.logsumexp(np.hstack(chunks), axis=1) for chunks in grid])


def of_chunk_totals(grid):
    totals = []
    for chunks in grid:
        parts = np.stack([scipy.special.logsumexp(chunk, axis=1) for chunk in chunks])
        totals.append(scipy.special.logsumexp(parts, axis=0))
    return np.concatenate(totals)


def by_running_logaddexp(grid):
    answer = []
    for chunks in grid:
        total = np.full(len(chunks[0]), -np.inf)
        for chunk in chunks:
            for column in chunk.T:
                total = np.logaddexp(total, column)
        answer.extend(total.tolist())
    return answer


def with_pairs_written_out(grid):
    answer = []
    for chunks in grid:
        m = np.full(len(chunks[0]), -np.inf)
        d = np.zeros(len(chunks[0]))
        for chunk in chunks:
            larger = np.maximum(m, chunk.max(axis=1))
            d = d * np.exp(m - larger) + np.exp(chunk - larger[:, None]).sum(axis=1)
            m = larger
        answer.append(m + np.log(d))
    return np.hstack(answer)


def in_plain_python(grid):
    answer = []
    for chunks in grid:
        for i in range(len(chunks[0])):
            row = [float(z) for chunk in chunks for z in chunk[i]]
            top = max(row)
            answer.append(top + math.log(math.fsum(math.exp(z - top) for z in row)))
    return answer


def horner(x):
    k = np.rint(x / np.log(2))
    r = x - k * np.log(2)
    p = np.ones_like(r)
    for i in range(15, 0, -1):
        p = 1 + p * r / i
    return np.ldexp(p, k.astype(int))


def term_by_term(x):
    k = np.floor(x / np.log(2))
    r = x - k * np.log(2)
    term, total = np.ones_like(r), np.ones_like(r)
    for i in range(1, 25):
        term = term * r / i
        total = total + term
    return total * 2.0**k


def number_by_number(x):
    answer = []
    for value in x:
        k = round(float(value) / math.log(2))
        r = float(value) - k * math.log(2)
        answer.append(math.ldexp(sum(r**i / math.factorial(i) for i in range(18)), k))
    return answer


def by_numpy(x):
    return np.exp(x)


def by_powers_of_two(x):
    return np.exp2(x / np.log(2))


HELD = ["chunks", "chunks", "everything", "chunks", "chunks", "everything"]

RIGHT = {
    "what_is_held": [HELD, tuple(HELD), np.array(HELD)],
    "logsumexp_of_a_grid": [
        row_by_row,
        of_chunk_totals,
        by_running_logaddexp,
        with_pairs_written_out,
        in_plain_python,
    ],
    "exp_by_powers": [horner, term_by_term, number_by_number, by_numpy, by_powers_of_two],
}


def _averaged(grid):
    return [
        np.mean([scipy.special.logsumexp(chunk[i]) for chunk in chunks])
        for chunks in grid
        for i in range(len(chunks[0]))
    ]


def _overwritten(grid):
    answer = []
    for chunks in grid:
        for chunk in chunks:
            total = scipy.special.logsumexp(chunk, axis=1)
        answer.append(total)
    return np.concatenate(answer)


def _remainder_alone(x):
    r = x - np.rint(x / np.log(2)) * np.log(2)
    return sum(r**i / math.factorial(i) for i in range(20))


def _two_to_the_x(x):
    return np.exp2(x)


OWN = [
    ("logsumexp_of_a_grid", _averaged, "logsumexps averaged"),
    ("logsumexp_of_a_grid", _overwritten, "last chunks alone"),
    ("exp_by_powers", _remainder_alone, "power of two forgotten"),
    ("exp_by_powers", _two_to_the_x, "powers of two of x itself"),
]
