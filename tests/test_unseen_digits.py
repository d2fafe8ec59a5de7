"""The digits on which `check` tries a whole classifier are made by this recipe, from real ones.

``python tests/test_unseen_digits.py`` writes the file again.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

import softmax_course.checks

FILE = Path(softmax_course.checks.__file__).with_name("unseen_digits.npz")
COUNT = 1350


def as_another_hand_would_write(images, rng):
    """Turn, shear, resize and move each picture a little, interpolating between pixels."""
    n = len(images)
    angle, shear, size = rng.uniform([-0.08, -0.1, 0.96], [0.08, 0.1, 1.04], (n, 3)).T
    down, right = rng.uniform(-0.3, 0.3, (2, n))
    y, x = (np.mgrid[:8, :8] - 3.5)[:, None]
    angle, shear, size, down, right = (v[:, None, None] for v in (angle, shear, size, down, right))
    across = (np.cos(angle) * y - np.sin(angle) * x) / size
    along = (np.sin(angle) * y + np.cos(angle) * x) / size + shear * across
    rows, columns = np.clip(across + down + 5.5, 0, 10.999), np.clip(along + right + 5.5, 0, 10.999)
    padded = np.pad(images, ((0, 0), (2, 2), (2, 2)))
    i, j, picture = rows.astype(int), columns.astype(int), np.arange(n)[:, None, None]
    lower, further = rows - i, columns - j
    return np.rint(
        (1 - lower) * (1 - further) * padded[picture, i, j]
        + lower * (1 - further) * padded[picture, i + 1, j]
        + (1 - lower) * further * padded[picture, i, j + 1]
        + lower * further * padded[picture, i + 1, j + 1]
    )


def made():
    """Pixels and codes, in a random order."""
    digits, rng = load_digits(), np.random.default_rng(12)
    pictures = as_another_hand_would_write(digits.images, rng).reshape(-1, 64)
    chosen = rng.permutation(len(pictures))[:COUNT]
    return pictures[chosen].astype(np.uint8), digits.target[chosen].astype(np.uint8)


def test_the_file_is_what_the_recipe_makes():
    pixels, codes = made()
    with np.load(FILE) as kept:
        assert kept["codes"].tolist() == codes.tolist()
        # A value between two whole numbers may be rounded to either, on another machine.
        differ = kept["pixels"].astype(int) - pixels
    assert np.abs(differ).max() <= 1
    assert np.mean(differ != 0) < 1e-4


def test_the_pictures_are_digits_that_are_in_no_library():
    with np.load(FILE) as kept:
        pixels, codes = kept["pixels"], kept["codes"]
    assert pixels.shape == (COUNT, 64)
    assert (pixels.min(), pixels.max()) == (0, 16)
    assert np.bincount(codes).min() > 100
    known = {row.tobytes() for row in load_digits().data.astype(np.uint8)}
    assert not known & {row.tobytes() for row in pixels}


if __name__ == "__main__":
    made_pixels, made_codes = made()
    np.savez_compressed(FILE, pixels=made_pixels, codes=made_codes)
