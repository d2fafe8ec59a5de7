"""exp and log1p for Numba, in whole vectors: what NumPy's functions hide, written out.

Numba calls the C library for each number, and the vector library that it could use instead does
not come with its wheels. These are polynomials, which LLVM turns into as many lanes as there are.
"""

import math
from typing import Any

import numpy as np

from softmax_course._extras import extra

with extra("fast"):
    from llvmlite import ir
    from numba import types
    from numba.extending import intrinsic, overload

__all__ = ["exp", "larger", "log1p"]


@intrinsic  # type: ignore[untyped-decorator]
def larger(context: Any, a: Any, b: Any) -> Any:
    """Return the larger number, and nan if one of them is: ``a if a > b else b`` would lose it."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind = arguments[0].type
        function = ir.FunctionType(kind, [kind, kind])
        llvm = builder.module.declare_intrinsic("llvm.maximum", [kind], function)
        # Which zero is larger does not matter; to ask would double the work.
        return builder.call(llvm, arguments, fastmath=("nsz",))

    return a(a, b), code


@intrinsic  # type: ignore[untyped-decorator]
def from_exponent(context: Any, bits: Any) -> Any:
    """Move the last bits of a number into the place of its exponent."""
    width, places = (32, 23) if bits == types.float32 else (64, 52)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, number = ir.IntType(width), arguments[0].type
        moved = builder.shl(builder.bitcast(arguments[0], kind), kind(places))
        return builder.bitcast(moved, number)

    return bits(bits), code


@intrinsic  # type: ignore[untyped-decorator]
def to_exponent(context: Any, x: Any) -> Any:
    """Undo `from_exponent`: the exponent as the last bits of 2**23, or of 2**52."""
    width, places, bits = (32, 23, 150 << 23) if x == types.float32 else (64, 52, 1075 << 52)

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        kind, number = ir.IntType(width), arguments[0].type
        moved = builder.lshr(builder.bitcast(arguments[0], kind), kind(places))
        return builder.bitcast(builder.or_(moved, kind(bits)), number)

    return x(x), code


def exp(x: Any) -> Any:
    """Exponential of a number up to 300 (float32: 40), within 1.1 units in the last place."""


@overload(exp, jit_options={"fastmath": {"contract"}})  # type: ignore[untyped-decorator]
def _exp(x: Any) -> Any:
    f, round_off, bias, ln2, ln2_rest = _constants(x)
    low, last = (f(-104), 7) if f is np.float32 else (f(-746), 13)
    one, per_ln2, small, biased = f(1), f(1 / math.log(2)), f(2.0**-64), round_off + bias + f(64)
    first, *terms = (f(1 / math.factorial(k)) for k in range(last, 1, -1))
    others = tuple(terms)

    def compiled(x: Any) -> Any:
        x = low if x < low else x  # nan is not less, and stays
        k = (x * per_ln2 + round_off) - round_off
        r = (x - k * ln2) - k * ln2_rest  # exp(x) = 2**k exp(r), and r is at most 0.35
        p = first
        for term in others:
            p = p * r + term
        p = (p * (r * r) + r) + one
        # In two steps: 2**k itself may be too small to be a normal number, 2**(k + 64) is not.
        return p * from_exponent(k + biased) * small

    return compiled


def log1p(q: Any) -> Any:
    """Logarithm of 1 + q, for q of 0 or more, within one unit in the last place."""


@overload(log1p, jit_options={"fastmath": {"contract"}})  # type: ignore[untyped-decorator]
def _log1p(q: Any) -> Any:
    f, round_off, bias, ln2, ln2_rest = _constants(q)
    whole = f(round_off / f(1.5))
    root, one, two, half = f(math.sqrt(2)), f(1), f(2), f(0.5)
    first, *terms = (f(2 / k) for k in range(9 if f is np.float32 else 21, 1, -2))
    others = tuple(terms)

    def compiled(q: Any) -> Any:
        u = one + q
        lost = (q - (u - one)) if q < one else (one - (u - q))
        k = to_exponent(u * root) - (whole + bias)
        g = u * from_exponent(round_off + bias - k) - one  # 1 + q = 2**k (1 + g)
        s = g / (two + g)  # log(1 + g) = 2 atanh(s), and s is at most 0.18
        z = s * s
        p = first
        for term in others:
            p = p * z + term
        square = half * g * g
        return k * ln2 - ((square - (s * (square + p * z) + (k * ln2_rest + lost / u))) - g)

    return compiled


def _constants(x: Any) -> tuple[Any, ...]:
    """Return what the two functions need to know of the type of x.

    The type; the number that rounds another one if it is added, and keeps it in the last bits; the
    bias of the exponent; ln 2 in two parts, the first so short that k times it is exact.
    """
    f: Any
    if x == types.float32:
        f, places, bias = np.float32, 23, 127
        ln2 = (0.693359375, -2.12194440054690583e-4)
    else:
        f, places, bias = np.float64, 52, 1023
        ln2 = (6.93147180369123816e-1, 1.90821492927058770e-10)
    return f, f(1.5 * 2.0**places), f(bias), f(ln2[0]), f(ln2[1])
