"""Answers to the open tasks of chapters 7b and 7c: right ones, and mistakes by name."""

import heapq
import itertools
import math

import numpy as np
import scipy.special


def student_with_scipy(features, answers, temperature, rate, steps):
    aim = scipy.special.softmax(answers / temperature, axis=1)
    W = np.zeros((features.shape[1], answers.shape[1]))
    for _ in range(steps):
        p = scipy.special.softmax(features @ W / temperature, axis=1)
        W = W - rate * temperature * features.T @ (p - aim) / len(features)
    return W


def student_written_out(features, answers, temperature, rate, steps):
    def soft(z):
        e = np.exp((z - z.max(axis=1, keepdims=True)) / temperature)
        return e / e.sum(axis=1, keepdims=True)

    W = np.zeros((features.shape[1], answers.shape[1]))
    while steps > 0:
        W -= rate * temperature / len(features) * features.T @ (soft(features @ W) - soft(answers))
        steps -= 1
    return W


def student_image_by_image(features, answers, temperature, rate, steps):
    weights = np.zeros((features.shape[1], answers.shape[1]))
    for _ in range(steps):
        slope = np.zeros_like(weights)
        for x, v in zip(features, answers, strict=True):
            p = scipy.special.softmax(x @ weights / temperature)
            slope += np.outer(x, p - scipy.special.softmax(v / temperature))
        weights -= rate * temperature * slope / len(features)
    return weights


def student_in_plain_python(features, answers, temperature, rate, steps):
    def soft(row):
        top = max(row)
        shares = [math.exp((z - top) / temperature) for z in row]
        return [share / sum(shares) for share in shares]

    X, aims = features.tolist(), [soft(row) for row in answers.tolist()]
    classes = range(answers.shape[1])
    W = [[0.0 for _ in classes] for _ in range(features.shape[1])]
    for _ in range(steps):
        scores = [
            [sum(x * w[k] for x, w in zip(row, W, strict=True)) for k in classes] for row in X
        ]
        errors = [
            [p - q for p, q in zip(soft(z), aim, strict=True)]
            for z, aim in zip(scores, aims, strict=True)
        ]
        for j, w in enumerate(W):
            for k in classes:
                pull = sum(row[j] * error[k] for row, error in zip(X, errors, strict=True))
                w[k] -= rate * temperature * pull / len(X)
    return W


def student_as_a_mixture_of_images(features, answers, temperature, rate, steps):
    """Every step adds multiples of the images: keep the multiples, and no weights at all."""
    kernel = features @ features.T
    aim = np.exp(scipy.special.log_softmax(answers / temperature, axis=1))
    shares = np.zeros_like(answers)
    for _ in range(steps):
        p = np.exp(scipy.special.log_softmax(kernel @ shares / temperature, axis=1))
        shares = shares - rate * temperature * (p - aim) / len(features)
    return features.T @ shares


def student_by_recursion(features, answers, temperature, rate, steps):
    if steps == 0:
        return np.zeros((features.shape[1], answers.shape[1]))
    W = student_by_recursion(features, answers, temperature, rate, steps - 1)
    p, q = scipy.special.softmax(np.stack([features @ W, answers]) / temperature, axis=2)
    return W - rate * temperature * np.mean(features[:, :, None] * (p - q)[:, None, :], axis=0)


def text_row_by_row(scores, start, length, amount):
    codes = [start]
    for _ in range(length):
        row = scores[codes[-1]].copy()
        row[list(set(codes[1:]))] -= amount
        codes.append(int(np.argmax(row)))
    return codes


def text_with_a_vector_of_penalties(scores, start, length, amount):
    penalty = np.zeros(len(scores))
    codes = np.full(length + 1, start)
    for i in range(length):
        codes[i + 1] = np.argmax(scores[codes[i]] - penalty)
        penalty[codes[i + 1]] = amount
    return codes


def text_from_log_probabilities(scores, start, length, amount):
    log_p = scipy.special.log_softmax(scores, axis=1)
    written = np.zeros(len(scores), dtype=bool)
    codes = [start]
    while len(codes) <= length:
        best = np.argmax(np.where(written, log_p[codes[-1]] - amount, log_p[codes[-1]]))
        written[best] = True
        codes.append(best)
    return codes


def text_in_plain_python(scores, start, length, amount):
    table, codes, used = scores.tolist(), [start], set()
    for _ in range(length):
        row = table[codes[-1]]
        best = max(range(len(row)), key=lambda k: row[k] - amount * (k in used))
        codes.append(best)
        used.add(best)
    return codes


def text_by_recursion(scores, start, length, amount):
    if length == 0:
        return [start]
    codes = text_by_recursion(scores, start, length - 1, amount)
    return [*codes, np.argmax(scores[codes[-1]] - amount * np.isin(range(len(scores)), codes[1:]))]


def text_with_the_others_raised(scores, start, length, amount):
    """To lower what was written or to raise all the rest is the same for an argmax."""
    codes = [start]
    for _ in range(length):
        fresh = [k not in codes[1:] for k in range(len(scores))]
        codes.append(int((scores[codes[-1]] + amount * np.array(fresh)).argmax()))
    return np.array(codes)


def likeliest_total(log_start, log_p, length):
    """Find the largest total: of all lists that end alike, only the best has a future."""
    best = log_start
    for _ in range(length - 1):
        best = (best[:, None] + log_p).max(axis=0)
    return best.max()


def beam_total(log_start, log_p, length, width):
    beginnings = [(log_start[k], k) for k in range(len(log_start))]
    for _ in range(length - 1):
        kept = sorted(beginnings, reverse=True)[:width]
        beginnings = [(t + log_p[end, k], k) for t, end in kept for k in range(len(log_p))]
    return max(beginnings)[0]


def width_by_trying(log_start, log_p, length):
    goal = likeliest_total(log_start, log_p, length)
    for width in range(1, 300):
        if np.isclose(beam_total(log_start, log_p, length, width), goal):
            return width


def width_written_out(log_start, log_p, length):
    K = len(log_start)
    best = log_start
    for _ in range(length - 1):
        best = np.max(best[:, None] + log_p, axis=0)
    for width in range(1, 300):
        totals, ends = log_start, np.arange(K)
        for _ in range(length - 1):
            keep = np.argsort(totals)[-width:]
            totals = (totals[keep][:, None] + log_p[ends[keep]]).ravel()
            ends = np.tile(np.arange(K), len(keep))
        if np.max(totals) > np.max(best) - 1e-6:
            return width


def width_from_all_lists(log_start, log_p, length):
    """Write all lists down, find the likeliest, and follow it through beams of growing width."""

    def total(codes):
        steps = [log_p[pair] for pair in itertools.pairwise(codes)]
        return log_start[codes[0]] + math.fsum(steps)

    classes = range(len(log_start))
    best = max(itertools.product(classes, repeat=length), key=total)
    for width in range(1, 300):
        beam = [()]
        for _ in range(length):
            longer = [(*codes, k) for codes in beam for k in classes]
            beam = heapq.nlargest(width, longer, key=total)
        if beam[0] == best:
            return width


def width_by_following(log_start, log_p, length):
    """Follow the likeliest list through the beams: it must be among those kept at each place."""
    value, follower = np.zeros(len(log_p)), []
    for _ in range(length - 1):
        reach = log_p + value
        follower.insert(0, reach.argmax(axis=1))
        value = reach[np.arange(len(log_p)), follower[0]]
    best = [int(np.argmax(log_start + value))]
    for after in follower:
        best.append(int(after[best[-1]]))

    def followed(width):
        beam = [([k], log_start[k]) for k in range(len(log_start))]
        for place in range(1, length):
            kept = sorted(beam, key=lambda entry: -entry[1])[:width]
            if best[:place] not in [codes for codes, _ in kept]:
                return False
            beam = [([*c, k], t + s) for c, t in kept for k, s in enumerate(log_p[c[-1]])]
        return True

    return next(filter(followed, range(1, 300)))


def width_with_texts(log_start, log_p, length):
    """Keep the lists as words, as the notebook keeps its texts."""
    letters = "abcdefgh"[: len(log_start)]
    goal = likeliest_total(log_start, log_p, length)
    for width in range(1, 300):
        words = dict(zip(letters, log_start, strict=True))
        for _ in range(1, length):
            kept = sorted(words, key=words.get)[-width:]
            words = {
                word + letter: words[word] + step
                for word in kept
                for letter, step in zip(letters, log_p[letters.index(word[-1])], strict=True)
            }
        if math.isclose(goal, max(words.values())):
            return width


RIGHT = {
    "distil": [
        student_with_scipy,
        student_written_out,
        student_image_by_image,
        student_in_plain_python,
        student_as_a_mixture_of_images,
        student_by_recursion,
    ],
    "present_greedy": [
        text_row_by_row,
        text_with_a_vector_of_penalties,
        text_from_log_probabilities,
        text_in_plain_python,
        text_by_recursion,
        text_with_the_others_raised,
    ],
    "smallest_width": [
        width_by_trying,
        width_written_out,
        width_from_all_lists,
        width_by_following,
        width_with_texts,
    ],
}


def softened(scores, temperature=1):
    return scipy.special.softmax(scores / temperature, axis=1)


def only_answers_softened(features, answers, temperature, rate, steps):
    W = np.zeros((features.shape[1], answers.shape[1]))
    for _ in range(steps):
        W -= (
            rate
            * features.T
            @ (softened(features @ W) - softened(answers, temperature))
            / len(features)
        )
    return W


def chain_rule_forgotten(features, answers, temperature, rate, steps):
    W = np.zeros((features.shape[1], answers.shape[1]))
    for _ in range(steps):
        errors = softened(features @ W, temperature) - softened(answers, temperature)
        W -= rate * temperature**2 * np.einsum("nd,nk->dk", features, errors) / len(features)
    return W


def returned_in_the_loop(features, answers, temperature, rate, steps):
    W = np.zeros((features.shape[1], answers.shape[1]))
    for _ in range(steps):
        errors = softened(features @ W, temperature) - softened(answers, temperature)
        W = W - rate * temperature * features.T @ errors / len(features)
        return W


def errors_before_the_loop(features, answers, temperature, rate, steps):
    W = np.zeros((features.shape[1], answers.shape[1]))
    errors = softened(features @ W, temperature) - softened(answers, temperature)
    for _ in range(steps):
        W = W - rate * temperature * features.T @ errors / len(features)
    return W


def labels_from_the_teacher(features, answers, temperature, rate, steps):
    W = np.zeros((features.shape[1], answers.shape[1]))
    names = (answers == answers.max(axis=1, keepdims=True)).astype(float)
    for _ in range(steps):
        errors = softened(features @ W, temperature) - names
        W = W - rate * temperature * features.T @ errors / len(features)
    return W


def mean_forgotten(features, answers, temperature, rate, steps):
    W = np.zeros((features.shape[1], answers.shape[1]))
    for _ in range(steps):
        errors = softened(features @ W, temperature) - softened(answers, temperature)
        W = W - rate * temperature * features.T @ errors
    return W


def counted_each_time(scores, start, length, amount):
    penalty, codes = np.zeros(len(scores)), [start]
    for _ in range(length):
        codes.append(int(np.argmax(scores[codes[-1]] - penalty)))
        penalty[codes[-1]] += amount
    return codes


def all_codes_used(scores, start, length, amount):
    codes = [start]
    for _ in range(length):
        row = scores[codes[-1]].copy()
        row[list(set(codes))] -= amount
        codes.append(int(np.argmax(row)))
    return codes


def careful_as_in_the_chapter(scores, start, length, amount):
    codes = [start]
    for _ in range(length):
        row, used = scores[codes[-1]].copy(), list(set(codes[1:]))
        row[used] = np.where(row[used] > 0, row[used] / (1 + amount), row[used] * (1 + amount))
        codes.append(int(np.argmax(row)))
    return codes


def without_a_copy(scores, start, length, amount):
    codes = [start]
    for _ in range(length):
        row = scores[codes[-1]]
        row[list(set(codes[1:]))] -= amount
        codes.append(int(np.argmax(row)))
    return codes


def never_again(scores, start, length, amount):
    codes = [start]
    for _ in range(length):
        order = np.argsort(-scores[codes[-1]])
        fresh = [k for k in order if k not in codes[1:]]
        codes.append(int((fresh or list(order))[0]))
    return codes


def without_the_start(scores, start, length, amount):
    return text_row_by_row(scores, start, length, amount)[1:]


def halved(log_start, log_p, length):
    goal = likeliest_total(log_start, log_p, length)
    low, high = 0, len(log_p) ** length  # fails, finds
    while high - low > 1:
        middle = (low + high) // 2
        if np.isclose(beam_total(log_start, log_p, length, middle), goal):
            high = middle
        else:
            low = middle
    return high


def counted_from_zero(log_start, log_p, length):
    goal = likeliest_total(log_start, log_p, length)
    tried = [beam_total(log_start, log_p, length, width) for width in range(1, 90)]
    return int(np.argmax(np.isclose(tried, goal)))


def beginning_of_the_best(log_start, log_p, length):
    value = np.zeros(len(log_p))
    for _ in range(length - 1):
        value = (log_p + value).max(axis=1)
    best = np.argmax(log_start + value)
    return list(np.argsort(-log_start)).index(best) + 1


def always_agrees_with_itself(log_start, log_p, length):
    width = 1
    while beam_total(log_start, log_p, length, width) < beam_total(log_start, log_p, length, 1):
        width += 1
    return width


def products_compared(log_start, log_p, length):
    """Multiply probabilities, as if a few codes were no danger."""
    first, follow = np.exp(log_start), np.exp(log_p)
    goal = first
    for _ in range(length - 1):
        goal = (goal[:, None] * follow).max(axis=0)

    def found(width):
        beam = sorted(((p, k) for k, p in enumerate(first)), reverse=True)[:width]
        for _ in range(length - 1):
            longer = [(p * q, k) for p, end in beam for k, q in enumerate(follow[end])]
            beam = sorted(longer, reverse=True)[:width]
        return math.isclose(beam[0][0], goal.max())

    return next(width for width in range(1, 1000) if found(width))


OWN = [
    ("distil", only_answers_softened, "student not softened and step without the temperature"),
    ("distil", chain_rule_forgotten, "one factor of the temperature too many"),
    ("distil", returned_in_the_loop, "only one step"),
    ("distil", errors_before_the_loop, "same gradient in every step"),
    ("distil", labels_from_the_teacher, "teacher reduced to a label"),
    ("distil", mean_forgotten, "steps of the sum"),
    ("present_greedy", counted_each_time, "amount for each time"),
    ("present_greedy", all_codes_used, "start counted as written"),
    ("present_greedy", careful_as_in_the_chapter, "divided or multiplied"),
    ("present_greedy", without_a_copy, "table changed"),
    ("present_greedy", never_again, "written codes forbidden"),
    ("present_greedy", without_the_start, "start left out"),
    ("smallest_width", halved, "wider taken for never worse"),
    ("smallest_width", counted_from_zero, "widths that fail"),
    ("smallest_width", beginning_of_the_best, "place of its first code"),
    ("smallest_width", products_compared, "probabilities multiplied"),
    ("smallest_width", always_agrees_with_itself, "greedy list taken for the likeliest"),
]
