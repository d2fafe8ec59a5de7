"""Write expressions in Vega's language, and the texts that NumPy's numbers must equal.

An array is the name of a parameter that holds one; its entries are written out one by one.
"""

import re

import numpy as np
from numpy.typing import ArrayLike

from softmax_course._language import say


def each(template: str, n: int = 3) -> str:
    """Write an array: the template with ``#`` replaced by 0 to n - 1."""
    return f"[{', '.join(template.replace('#', str(k)) for k in range(n))}]"


def total(array: str, n: int = 3) -> str:
    """Write the sum of an array's first n entries."""
    return f"({' + '.join(f'{array}[{k}]' for k in range(n))})"


def dot(a: str, b: str) -> str:
    """Write the inner product of two arrays of three numbers."""
    return f"({' + '.join(f'{a}[{k}] * {b}[{k}]' for k in range(3))})"


def fixed(value: str, decimals: int = 3) -> str:
    """Write the text of a number as Python's ``z.3f`` gives it."""
    return f"(isNaN({value}) ? 'nan' : replace(format({value}, '.{decimals}f'), '−', '-'))"


def filled(template: str, **expressions: str) -> str:
    """Write the expression whose value is a text with values in the places of their names."""
    plain, *rest = re.split(r"\{(\w+)\}", template)
    parts = [f"'{plain}'"]
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        parts += [expressions[name], f"'{after}'"]
    return " + ".join(part for part in parts if part != "''")


def one_of(*texts: tuple[str, str], otherwise: str) -> str:
    """Write the expression whose value is the first of these texts whose condition holds."""
    choices = "".join(f"{condition} ? '{text}' : " for condition, text in texts)
    return f"({choices}'{otherwise}')"


def line(name: str, array: str, n: int = 3, *, add_sum: bool = False, decimals: int = 3) -> str:
    """Write the expression whose value is `text` of the same array."""
    numbers = " + ', ' + ".join(fixed(f"{array}[{k}]", decimals) for k in range(n))
    if add_sum:
        template = say("{name}: {numbers}; sum {sum}")
        ends = fixed(total(array, n), decimals)
        return filled(template, name=f"'{name}'", numbers=numbers, sum=ends)
    return f"'{name}: ' + {numbers}"


def text(name: str, values: ArrayLike, *, add_sum: bool = False, decimals: int = 3) -> str:
    """Write numbers after their name, and their sum if it is asked for."""
    array = np.asarray(values, dtype=float)
    numbers = ", ".join(f"{value:z.{decimals}f}" for value in array)
    if add_sum:
        ends = f"{array.sum():z.{decimals}f}"
        return say("{name}: {numbers}; sum {sum}", name=name, numbers=numbers, sum=ends)
    return f"{name}: {numbers}"
