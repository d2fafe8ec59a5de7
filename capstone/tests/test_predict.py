"""Every picture gets a distribution, and a bad one an even guess."""


def test_each_row_adds_up_to_one():
    raise NotImplementedError


def test_a_picture_with_a_pixel_that_is_none_gets_an_even_guess():
    raise NotImplementedError  # nan, infinite, below 0, above 16; and its neighbours?


def test_one_picture_gets_one_row():
    raise NotImplementedError


def test_heat_makes_it_less_sure():
    raise NotImplementedError
