"""Write expressions in Vega's language, and the texts that NumPy's numbers must equal.

An array is the name of a parameter that holds one; its entries are written out one by one.
"""

import numpy as np
from numpy.typing import ArrayLike


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


def line(name: str, array: str, n: int = 3, *, add_sum: bool = False, decimals: int = 3) -> str:
    """Write the expression whose value is `text` of the same array."""
    numbers = " + ', ' + ".join(fixed(f"{array}[{k}]", decimals) for k in range(n))
    ending = f" + '; sum ' + {fixed(total(array, n), decimals)}" if add_sum else ""
    return f"'{name}: ' + {numbers}{ending}"


def text(name: str, values: ArrayLike, *, add_sum: bool = False, decimals: int = 3) -> str:
    """Write numbers after their name, and their sum if it is asked for."""
    array = np.asarray(values, dtype=float)
    numbers = ", ".join(f"{value:z.{decimals}f}" for value in array)
    return f"{name}: {numbers}" + (f"; sum {array.sum():z.{decimals}f}" if add_sum else "")
