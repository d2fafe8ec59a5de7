"""Settings of each explorable at which its numbers are compared, extremes included.

The names are those of the functions' arguments; the controls on the page bear them too.
"""

from typing import Any

SETTINGS: dict[str, list[dict[str, Any]]] = {
    "saturation": [
        {"score": score, "multiply": multiply}
        for multiply in (1, 10, 100)
        for score in (-8, -7.4, 0, 3.7, 8)
    ],
    "temperature": [
        {"scores": (-5, 5, 5), "temperature": 0.1},
        {"scores": (1, 3, 2), "temperature": 0.5},
        {"scores": (1, 3, 2), "temperature": 2},
        {"scores": (1, 3, 2), "temperature": 10},
        {"scores": (0, 0, 0), "temperature": 1},
        {"scores": (-0.3, -4.9, 4.2), "temperature": 0.7, "multiply": 10},
        {"scores": (1, 3, 2), "multiply": 100},
        {"scores": (1, 3, 2), "multiply": 1000},
        {"scores": (1, 3, 2), "subtract_maximum": False},
        {"scores": (1, 3, 2), "multiply": 1000, "subtract_maximum": False},
        {"scores": (1, 0, -1), "multiply": 1000, "subtract_maximum": False},
        {"scores": (-1, -3, -2), "multiply": 1000, "subtract_maximum": False},
    ],
    "answer_or_ask": [
        {"temperature": temperature, "wrong": wrong, "ask": ask}
        for temperature, wrong, ask in [
            (1, 10, 1),
            (1, 10, 5.2),
            (1, 10, 5.3),
            (0.05, 10, 1),
            (0.1, 20, 0.1),
            (0.2, 20, 10),
            (3, 20, 10),
            (3, 1, 0),
            (1, 1, 10),
            (0.1, 1, 0),
            (2.3, 7.5, 4.4),
            (0.7, 13, 2.6),
        ]
    ],
    "equal_gaps": [
        {"scores": scores}
        for scores in [
            (1, 3, 2),
            (1, 3, 1.9),
            (0, 0, 0),
            (0, 2, 0),
            (2, 0, 2),
            (-5, 5, 0),
            (5, 5, -5),
            (5, 4.9, 4.8),
            (-5, -4.9, 5),
            (4.2, -3.7, 0.1),
            (-0.3, 0.3, -0.1),
            (3, 2, 1),
        ]
    ],
    "reliability": [
        {"temperature": temperature}
        for temperature in [0.3, 0.35, 0.5, 0.55, 0.7, 0.75, 0.8, 0.95, 1.05, 1.5, 2.3, 3]
    ],
    "temperature_path": [
        {"scores": scores, "temperature": temperature}
        for scores, temperature in [
            ((1, 3, 2), 0.1),
            ((1, 3, 2), 0.5),
            ((1, 3, 2), 2),
            ((1, 3, 2), 10),
            ((0, 0, 0), 1),
            ((3, 3, 1), 0.1),
            ((3, 3, 1), 0.7),
            ((-5, 5, 5), 10),
            ((5, -5, -5), 0.1),
            ((5, -5, -5), 3.3),
            ((-0.3, -4.9, 4.2), 1.7),
            ((2, 2, -5), 5),
        ]
    ],
    "sparse_maps": [
        {"scores": scores, "temperature": temperature}
        for scores, temperature in [
            ((1, 3, 2), 1),
            ((1, 3, 2), 2),
            ((1, 3, 2), 5),
            ((0.4, 1, 0.7), 0.1),
            ((0.4, 1, 0.7), 0.3),
            ((0.4, 1, 0.7), 0.6),
            ((0, 0, 0), 1),
            ((2, 2, -3), 0.1),
            ((2, 2, -3), 3),
            ((-3, 3, -3), 5),
            ((3, -3, 2.9), 0.7),
            ((-0.3, -1.9, 1.2), 1.7),
            ((0, -2, -0.9), 1),
        ]
    ],
    "two_class": [
        {"scores": scores}
        for scores in [
            (1, 3),
            (3, 1),
            (0, 0),
            (-5, 5),
            (5, -5),
            (5, 5),
            (-5, -5),
            (0.1, 0),
            (-2.3, 1.4),
            (4.9, 4.8),
            (-3, -1),
            (0, 0.7),
        ]
    ],
    "learning_slowdown": [
        {"score": score} for score in (-6, -5.9, -4, -2.5, -0.7, -0.1, 0, 0.1, 0.7, 2, 4.4, 6)
    ],
    "threshold": [
        {"probability": probability, "false_alarm": false_alarm, "miss": miss}
        for probability, false_alarm, miss in [
            (0, 2, 8),
            (1, 2, 8),
            (0.2, 2, 8),
            (0.19, 2, 8),
            (0.21, 2, 8),
            (0.5, 5, 5),
            (0.49, 1, 1),
            (0.9, 9, 1),
            (0.9, 10, 1),
            (0.1, 1, 10),
            (0.07, 1.5, 9.5),
            (0.63, 6.5, 3.5),
        ]
    ],
    "attention": [
        {"angle0": a, "angle1": b, "angle2": c, "scale": scale, "hidden": hidden, "nobody": nobody}
        for a, b, c, scale, hidden, nobody in [
            (40, -75, 160, 0.7, 0, False),
            (40, -75, 160, 0.7, 0, True),
            (0, 0, 0, 0, 0, False),
            (0, 0, 0, 0, 0, True),
            (-180, 180, 180, 5, 0, False),
            (-180, 180, 180, 5, 0, True),
            (0, 90, -90, 5, 1, False),
            (180, 90, 0, 5, 1, True),
            (170, -5, 35, 2.3, 2, False),
            (170, -5, 35, 2.3, 2, True),
            (10, 20, 30, 1.1, 3, False),
            (10, 20, 30, 1.1, 3, True),
            (-60, 60, 45, 4.9, 0, False),
        ]
    ],
    "cross_entropy": [
        {"scores": scores, "true_class": true_class, "softmax_twice": softmax_twice}
        for scores, true_class in [
            ((1, 3, 2), 0),
            ((1, 3, 2), 1),
            ((0, 0, 0), 2),
            ((10, -10, -10), 0),
            ((10, -10, -10), 1),
            ((-9.9, 0.1, 10), 2),
        ]
        for softmax_twice in (False, True)
    ],
    "gradient": [
        {"scores": scores, "true_class": true_class, "squared_error": squared_error}
        for scores, true_class in [
            ((1, 3, 2), 0),
            ((1, 3, 2), 1),
            ((0, 0, 0), 2),
            ((10, 0, 0), 1),
            ((10, -10, -10), 0),
            ((-10, 10, 9.9), 0),
        ]
        for squared_error in (False, True)
    ],
    "merging": [
        {"cut": cut, "rise": rise}
        for cut, rise in [
            (3, 0),
            (1, 0),
            (7, 0),
            (2, -6),
            (5, 6),
            (7, 5),
            (1, -0.5),
            (4, 0.1),
            (6, -0.1),
            (6, -2.7),
            (3, 1.3),
            (4, -3.5),
        ]
    ],
    "rounding": [
        {"gap": gap}
        for gap in (0, 11, 11.5, 17, 17.5, 88.5, 89, 103.5, 104, 709.5, 710, 745, 745.5, 800)
    ],
    "truncation": [
        {},
        {"temperature": 0.1},
        {"temperature": 5},
        {"top_p": 1},
        {"top_k": 1},
        {"top_k": 5, "temperature": 0.1},
        {"top_p": 0.05},
        {"top_p": 0.9},
        {"top_p": 0.9, "temperature": 5},
        {"min_p": 0.2},
        {"min_p": 1},
        {"top_k": 6, "top_p": 0.85, "temperature": 1.7},
        {"top_k": 7, "top_p": 0.95, "min_p": 0.1, "temperature": 3.3},
    ],
}


def controls(settings: dict[str, Any]) -> dict[str, Any]:
    """Name the control that each setting belongs to: each score has a slider."""
    named = dict(settings)
    scores = named.pop("scores", ())
    return named | {f"score{k}": score for k, score in enumerate(scores)}
