"""Answers to the exercises of chapter 8: right ones, and a learner's own mistakes by name."""

import bisect
import heapq
import itertools
import math

import numpy as np
import scipy.spatial
import scipy.special
from sklearn.calibration import calibration_curve


def brier_in_a_loop(p, codes):
    total = 0.0
    for row, code in zip(p.tolist(), codes.tolist(), strict=True):
        for k, x in enumerate(row):
            total += (x - (k == code)) ** 2
    return total / len(codes)


def brier_by_subtracting_in_place_of_one(p, codes):
    difference = p.copy()
    difference[np.arange(len(codes)), codes] -= 1
    return np.einsum("ik,ik->", difference, difference) / len(codes)


def brier_expanded(p, codes):
    """The square of p - y is p² - 2 p y + y², and the squares of y sum to 1."""
    return np.mean(np.sum(p**2, axis=1) - 2 * p[np.arange(len(p)), codes] + 1)


def brier_as_lengths(p, codes):
    return (np.linalg.norm(p - np.eye(p.shape[1])[codes], axis=1) ** 2).mean()


def brier_as_distances_of_scipy(p, codes):
    distances = scipy.spatial.distance.cdist(p, np.eye(p.shape[1]), "sqeuclidean")
    return distances[np.arange(len(p)), codes].mean()


def error_in_a_loop(confidence, right, bins):
    total = 0.0
    for m in range(bins):
        inside = [
            (c, r)
            for c, r in zip(confidence.tolist(), right.tolist(), strict=True)
            if m / bins < c <= (m + 1) / bins or (m == 0 and c == 0)
        ]
        total += abs(sum(c - r for c, r in inside))
    return total / len(confidence)


def error_with_masks(confidence, right, bins):
    edges = np.linspace(0, 1, bins + 1)
    edges[0] = -1
    error = 0
    for low, high in itertools.pairwise(edges):
        inside = (confidence > low) & (confidence <= high)
        if inside.any():
            gap = confidence[inside].mean() - right[inside].mean()
            error += inside.mean() * abs(gap)
    return error


def error_by_digitize(confidence, right, bins):
    place = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    sums = np.zeros(bins)
    np.add.at(sums, place, confidence - right)
    return np.abs(sums).sum() / len(right)


def error_by_search(confidence, right, bins):
    edges = [m / bins for m in range(1, bins)]
    sums = {}
    for c, r in zip(confidence, right, strict=True):
        m = bisect.bisect_left(edges, c)
        sums[m] = sums.get(m, 0) + c - r
    return sum(map(abs, sums.values())) / len(right)


def error_of_scikit_learn(confidence, right, bins):
    came, said = calibration_curve(right, confidence, n_bins=bins)
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence)
    _, counts = np.unique(place, return_counts=True)
    return np.average(np.abs(came - said), weights=counts)


def way_in_a_loop(logits, codes):
    came = best = mean = expected = 0.0
    for row, code in zip(logits.tolist(), codes.tolist(), strict=True):
        top = max(row)
        weights = [math.exp(z - top) for z in row]
        came += row[code]
        best += top
        mean += sum(row) / len(row)
        expected += sum(w * z for w, z in zip(weights, row, strict=True)) / sum(weights)
    if came == best or came <= mean:
        return "none"
    return "hotter" if expected > came else "colder"


def way_by_the_slope_of_the_loss(logits, codes):
    truth = logits[np.arange(len(codes)), codes]
    if truth.mean() <= logits.mean() or (truth == logits.max(axis=1)).all():
        return "none"
    errors = scipy.special.softmax(logits, axis=1) - np.eye(logits.shape[1])[codes]
    return ["colder", "hotter"][int((errors * logits).sum() > 0)]


def way_by_two_temperatures(logits, codes):
    def nll(inverse):
        log_p = scipy.special.log_softmax(inverse * logits, axis=1)
        return -log_p[np.arange(len(codes)), codes].mean()

    truth = np.take_along_axis(logits, codes[:, None], axis=1)[:, 0]
    if not logits.mean() < truth.mean() < logits.max(axis=1).mean():
        return "none"
    return "hotter" if nll(1 - 1e-6) < nll(1 + 1e-6) else "colder"


def way_by_leads(logits, codes):
    lead = logits - logits.max(axis=1, keepdims=True)
    truth = lead[range(len(codes)), codes].sum()
    if truth == 0 or truth <= lead.mean(axis=1).sum():
        return "none"
    expected = np.einsum("ik,ik", scipy.special.softmax(lead, axis=1), lead)
    return "colder" if expected < truth else "hotter"


def way_as_an_array(logits, codes):
    return np.array(way_by_leads(logits, codes))


def cheapest_in_loops(beliefs, reports, if_rain, if_dry):
    said = []
    for q in beliefs:
        costs = [q * a + (1 - q) * b for a, b in zip(if_rain, if_dry, strict=True)]
        said.append(reports[costs.index(min(costs))])
    return said


def cheapest_by_broadcasting(beliefs, reports, if_rain, if_dry):
    q = beliefs[:, np.newaxis]
    return reports[(q * if_rain + (1 - q) * if_dry).argmin(axis=1)]


def cheapest_by_a_product(beliefs, reports, if_rain, if_dry):
    chances = np.column_stack([beliefs, 1 - beliefs])
    return np.take(reports, np.argmin(chances @ np.vstack([if_rain, if_dry]), axis=1))


def cheapest_by_min_with_a_key(beliefs, reports, if_rain, if_dry):
    places = range(len(reports))
    return [
        reports[min(places, key=lambda j: q * if_rain[j] + (1 - q) * if_dry[j])] for q in beliefs
    ]


def cheapest_by_what_is_added(beliefs, reports, if_rain, if_dry):
    """Subtracting what each report costs when dry anyway changes nothing."""
    extra = np.subtract.outer(if_rain, if_dry)[np.diag_indices(len(reports))]
    return [float(reports[np.argmin(if_dry + q * extra)]) for q in beliefs]


def threshold_in_a_loop(p, codes, alpha):
    truth = sorted(row[code] for row, code in zip(p.tolist(), codes.tolist(), strict=True))
    place = int(alpha * (len(truth) + 1))
    return truth[place - 1] if place else 0


def threshold_from_the_other_end(p, codes, alpha):
    n = len(codes)
    scores = np.sort(1 - p[np.arange(n), codes])
    place = math.floor(alpha * (n + 1))
    return 1 - scores[n - place] if place > 0 else 0.0


def threshold_with_a_zero_in_front(p, codes, alpha):
    truth = np.sort(np.append(np.take_along_axis(p, codes[:, None], axis=1), 0.0))
    return truth[math.floor(alpha * len(truth))]


def threshold_by_partition(p, codes, alpha):
    place = int(alpha * (len(codes) + 1))
    if place == 0:
        return 0.0
    return np.partition(p[range(len(codes)), codes], place - 1)[place - 1]


def threshold_by_heap(p, codes, alpha):
    smallest = heapq.nsmallest(int(alpha * (len(p) + 1)), (p[i, c] for i, c in enumerate(codes)))
    return max(smallest, default=0.0)


def sure_from_the_top(confidence, right, share):
    order = np.argsort(confidence)[::-1]
    sorted_confidence, hits = confidence[order], np.cumsum(right[order])
    last = np.append(sorted_confidence[1:] < sorted_confidence[:-1], True)
    good = last & (hits >= share * np.arange(1, len(order) + 1))
    return sorted_confidence[good].min() if good.any() else np.inf


def sure_in_plain_python(confidence, right, share):
    pairs = list(zip(confidence.tolist(), right.tolist(), strict=True))
    for limit in sorted({c for c, _ in pairs}):
        read = [r for c, r in pairs if c >= limit]
        if sum(read) >= share * len(read):
            return limit
    return math.inf


def sure_by_a_table(confidence, right, share):
    read = confidence[None, :] >= confidence[:, None]
    shares = (read * right).sum(axis=1) / read.sum(axis=1)
    return np.where(shares >= share, confidence, np.inf).min()


def sure_by_counting(confidence, right, share):
    limits = np.unique(confidence)
    hits = np.array([np.sum((confidence >= t) & (right == 1)) for t in limits])
    read = np.array([np.sum(confidence >= t) for t in limits])
    will_do = limits[hits / read >= share]
    return float(will_do[0]) if len(will_do) else float("inf")


def sure_in_float32(confidence, right, share):
    return np.float32(sure_by_a_table(confidence, right, share))


RIGHT = {
    "brier_by_hand": [
        brier_in_a_loop,
        brier_by_subtracting_in_place_of_one,
        brier_expanded,
        brier_as_lengths,
        brier_as_distances_of_scipy,
        lambda p, codes: np.float32(brier_expanded(p, codes)),
    ],
    "calibration_error": [
        error_in_a_loop,
        error_with_masks,
        error_by_digitize,
        error_by_search,
        error_of_scikit_learn,
    ],
    "which_way_to_turn": [
        way_in_a_loop,
        way_by_the_slope_of_the_loss,
        way_by_two_temperatures,
        way_by_leads,
        way_as_an_array,
    ],
    "cheapest_reports": [
        cheapest_in_loops,
        cheapest_by_broadcasting,
        cheapest_by_a_product,
        cheapest_by_min_with_a_key,
        cheapest_by_what_is_added,
    ],
    "threshold_of_sets": [
        threshold_in_a_loop,
        threshold_from_the_other_end,
        threshold_with_a_zero_in_front,
        threshold_by_partition,
        threshold_by_heap,
    ],
    "sure_enough": [
        sure_from_the_top,
        sure_in_plain_python,
        sure_by_a_table,
        sure_by_counting,
        sure_in_float32,
    ],
}


def brier_of_numpy_defaults(p, codes):
    return np.square(p - np.eye(p.shape[1])[codes]).mean()


def brier_between_zero_and_one(p, codes):
    return brier_expanded(p, codes) / 2


def mean_of_the_gaps(confidence, right, bins):
    came, said = calibration_curve(right, confidence, n_bins=bins)
    return np.mean(np.abs(came - said))


def error_with_half_open_masks(confidence, right, bins):
    error = 0
    for m in range(bins):
        inside = (confidence >= m / bins) & (confidence < (m + 1) / bins)
        if inside.any():
            error += inside.mean() * abs(confidence[inside].mean() - right[inside].mean())
    return error


def too_sure_means_colder(logits, codes):
    found = way_by_leads(logits, codes)
    return {"hotter": "colder", "colder": "hotter"}.get(found, found)


def never_none(logits, codes):
    errors = scipy.special.softmax(logits, axis=1) - np.eye(logits.shape[1])[codes]
    return "hotter" if (errors * logits).sum() > 0 else "colder"


def where_the_minimum_is(beliefs, reports, if_rain, if_dry):
    return [int(np.argmin(q * if_rain + (1 - q) * if_dry)) for q in beliefs]


def says_what_it_believes(beliefs, reports, if_rain, if_dry):
    return list(beliefs)


def quantile_of_numpy(p, codes, alpha):
    return np.quantile(p[np.arange(len(codes)), codes], alpha)


def one_off(p, codes, alpha):
    return np.sort(p[np.arange(len(codes)), codes])[int(alpha * (len(codes) + 1)) - 1]


def down_until_it_fails(confidence, right, share):
    limit, hits = np.inf, 0
    values = sorted(set(confidence.tolist()), reverse=True)
    for t in values:
        hits = right[confidence >= t].sum()
        if hits / (confidence >= t).sum() < share:
            return limit
        limit = t
    return limit


OWN = [
    ("brier_by_hand", brier_of_numpy_defaults, "mean over the classes too"),
    ("brier_by_hand", brier_between_zero_and_one, "half of it"),
    ("calibration_error", mean_of_the_gaps, "every bin counted alike"),
    ("calibration_error", error_with_half_open_masks, "confidence of one left out"),
    ("which_way_to_turn", too_sure_means_colder, "directions exchanged"),
    ("which_way_to_turn", never_none, "always some temperature"),
    ("cheapest_reports", where_the_minimum_is, "places instead of reports"),
    ("cheapest_reports", says_what_it_believes, "beliefs given back"),
    ("threshold_of_sets", quantile_of_numpy, "quantile between two"),
    ("threshold_of_sets", one_off, "place zero is the last"),
    ("sure_enough", down_until_it_fails, "stopped at the first failure"),
]
