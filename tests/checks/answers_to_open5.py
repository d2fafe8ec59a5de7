"""Answers to the open task of chapter 5: right ones, and a learner's own mistakes by name."""

import numpy as np

INCIDENTS = [
    "overflow",
    "underflow",
    "wraparound",
    "mask",
    "overflow",
    "fine",
    "wraparound",
    "mask",
]

RIGHT = {
    "read_the_incidents": [
        INCIDENTS,
        tuple(INCIDENTS),
        np.array(INCIDENTS),
        [verdict.title() for verdict in INCIDENTS],
        [f" {verdict} " for verdict in INCIDENTS],
    ],
}

OWN = [
    (
        "read_the_incidents",
        [*INCIDENTS[:3], "fine", *INCIDENTS[4:7], "fine"],
        "a large negative number taken for a mask",
    ),
    (
        "read_the_incidents",
        [*INCIDENTS[:2], "fine", *INCIDENTS[3:]],
        "a sum of one taken for proof",
    ),
]
