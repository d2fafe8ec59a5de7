"""Train on scikit-learn's digits, and print the report: ``python -m digit_reader``."""

import numpy as np
from sklearn.datasets import load_digits

from .decisions import decide
from .reader import read_digits
from .report import draw, report_card
from .rules import split

WRONG, ASK = 10, 1

digits = load_digits()
part = split(digits.target, seed=0)
pixels = [digits.data[part == k] for k in range(3)]
codes = [digits.target[part == k] for k in range(3)]
probabilities = read_digits(pixels[0], codes[0], pixels[1], codes[1], pixels[2])
costs = WRONG * (1 - np.eye(10))
decisions = decide(probabilities, costs, ASK)
numbers = report_card(probabilities, codes[2], decisions, costs, ASK)
for name, number in zip(["answered", "accuracy", "NLL", "mean cost"], numbers, strict=True):
    print(f"{name:10} {number:.4f}")
draw(probabilities, codes[2], costs, ASK, "report.png")
