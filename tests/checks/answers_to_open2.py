"""Answers to the open task of chapter 2: right ones, and a learner's own mistakes by name."""

import heapq
import math

import numpy as np
import scipy.special


def names_in_a_loop(logits, vocabulary, temperature, least):
    top = max(logits)
    weights = [math.exp((z - top) / temperature) for z in logits]
    pairs = [(w / sum(weights), name) for w, name in zip(weights, vocabulary, strict=True)]
    return [name for share, name in sorted(pairs, reverse=True) if share >= least]


def names_as_an_array(logits, vocabulary, temperature, least):
    p = scipy.special.softmax(logits / temperature)
    order = np.argsort(p)[::-1]
    return np.array(vocabulary)[order][p[order] >= least]


def names_by_removal(logits, vocabulary, temperature, least):
    p = dict(zip(vocabulary, scipy.special.softmax(logits / temperature).tolist(), strict=True))
    names = []
    while p and max(p.values()) >= least:
        names.append(max(p, key=p.get))
        del p[names[-1]]
    return tuple(names)


def names_from_log_probabilities(logits, vocabulary, temperature, least):
    log_p = scipy.special.log_softmax(logits / temperature)
    kept = np.flatnonzero(log_p >= math.log(least))
    return [vocabulary[i] for i in kept[np.argsort(-log_p[kept])]]


def names_from_a_heap(logits, vocabulary, temperature, least):
    p = scipy.special.softmax(np.asarray(logits, dtype=np.float32) / np.float32(temperature))
    best = heapq.nlargest(int(np.sum(p >= least)), zip(p, vocabulary, strict=True))
    return [name for _, name in best]


def names_by_odds(logits, vocabulary, temperature, least):
    def share(z):
        return 1 / sum(math.exp(min((other - z) / temperature, 700)) for other in logits)

    shares = {name: share(z) for name, z in zip(vocabulary, logits, strict=True)}
    return sorted((n for n in shares if shares[n] >= least), key=shares.get, reverse=True)


RIGHT = {
    "name_the_tokens": [
        names_in_a_loop,
        names_as_an_array,
        names_by_removal,
        names_from_log_probabilities,
        names_from_a_heap,
        names_by_odds,
    ],
}


def softmax_alone(logits, vocabulary, temperature, least):
    p = scipy.special.softmax(logits)
    return [vocabulary[i] for i in np.argsort(p)[::-1] if p[i] >= least]


def no_maximum(logits, vocabulary, temperature, least):
    e = np.exp(logits / temperature)
    p = e / e.sum()
    return [vocabulary[i] for i in np.argsort(-p) if p[i] >= least]


def no_maximum_in_a_loop(logits, vocabulary, temperature, least):
    weights = {n: math.exp(z / temperature) for n, z in zip(vocabulary, logits, strict=True)}
    kept = [n for n in weights if weights[n] / sum(weights.values()) >= least]
    return sorted(kept, key=weights.get, reverse=True)


def ascending(logits, vocabulary, temperature, least):
    p = scipy.special.softmax(logits / temperature)
    return [vocabulary[i] for i in np.argsort(p) if p[i] >= least]


def unsorted(logits, vocabulary, temperature, least):
    p = scipy.special.softmax(logits / temperature)
    return list(np.array(vocabulary)[p >= least])


def strictly_more(logits, vocabulary, temperature, least):
    p = scipy.special.softmax(logits / temperature)
    return [vocabulary[i] for i in np.argsort(-p) if p[i] > least]


def nucleus(logits, vocabulary, temperature, least):
    p, names, total = scipy.special.softmax(logits / temperature), [], 0.0
    for i in np.argsort(-p):
        if total >= least:
            break
        names.append(vocabulary[i])
        total += p[i]
    return names


OWN = [
    ("name_the_tokens", softmax_alone, "temperature left out"),
    ("name_the_tokens", no_maximum, "scores too large for exp"),
    ("name_the_tokens", no_maximum_in_a_loop, "scores too large for exp"),
    ("name_the_tokens", ascending, "likeliest last"),
    ("name_the_tokens", unsorted, "in the order of the vocabulary"),
    ("name_the_tokens", strictly_more, "more than the least"),
    ("name_the_tokens", nucleus, "names until the sum reaches the limit"),
]
