"""Probabilities of pictures, whatever comes."""


def predict_safely(theta, sizes, mean, spread, temperature, pictures):
    """Return a row of probabilities for each picture, or one row for a single picture.

    A picture with a pixel that is no number from 0 to 16 gets an even guess.
    """
    raise NotImplementedError
