"""What a type checker tells somebody who uses the package: arrays or scalars, and of which type."""

import re
from pathlib import Path

import pytest

api = pytest.importorskip("mypy.api", reason="mypy comes with the extra for development")

A64, A32, AI = (f"ndarray[tuple[Any, ...], dtype[{t}]]" for t in ("float64", "float32", "int64"))
F64, F32 = "float64", "float32"
ANY_FLOAT = "floating[Any]"
EITHER = f"ndarray[tuple[Any, ...], dtype[{ANY_FLOAT}]] | {ANY_FLOAT}"

#: What a user writes, where `doubles`, `singles` and `integers` are arrays, and what is revealed.
REVEALED = {
    "softmax([1, 3, 2])": A64,
    "softmax([[1.5, 3], [2, 1]], axis=0)": A64,
    "softmax([[[1, True], [2.5, 1]]])": A64,
    "softmax(doubles, temperature=2, where=doubles > 0)": A64,
    "softmax(singles)": A32,
    "softmax(integers)": A64,
    "softmax(np.float32(3))": EITHER,
    "log_softmax(singles, -1)": A32,
    "logsumexp([1, 3, 2])": F64,
    "logsumexp([1, 3, 2], keepdims=False)": F64,
    "logsumexp(singles, None)": F32,
    "logsumexp(singles, None, keepdims=False)": F32,
    "logsumexp(singles, keepdims=True)": A32,
    "logsumexp(singles, axis=1)": f"{A32} | {F32}",
    "logsumexp([[1, 3, 2]])": EITHER,
    "sigmoid(2)": F64,
    "sigmoid([2, 3])": A64,
    "log_sigmoid(singles)": A32,
    "linear(0.5)": F64,
    "hardmax([1, 3, 2])": A64,
    "naive_softmax(doubles, axis=0)": A64,
    "one_hot([0, 2])": A64,
    "one_hot([0, 2], dtype=np.float32)": A32,
    "one_hot([0, 2], dtype=int)": "ndarray[tuple[Any, ...], dtype[Any]]",
    "label_decode([0.5, 0.3, 0.2])": "int64",
    "label_decode(doubles)": f"{AI} | int64",
    "label_decode(doubles, ['cat', 'dog'])": "Any",
    "label_encode(['cat', 'dog'])[0]": AI,
    "label_decode([[0.5, 0.5], [0.1, 0.9]])": f"{AI} | int64",
    "entropy([[0.5, 0.5], [0.1, 0.9]])": EITHER,
    "logsumexp([[0.5, 0.5], [0.1, 0.9]])": EITHER,
    "cross_entropy([[0.5, 0.5], [0.1, 0.9]], [0, 1])": F64,
    "sample([[0.5, 0.5], [0.1, 0.9]])": f"{AI} | int64",
    "top_k([[0.5, 0.5], [0.1, 0.9]], 1)": A64,
    "cross_entropy([1, 3, 2], 1)": F64,
    "cross_entropy(singles, [1, 0])": F32,
    "cross_entropy(singles, [1, 0], reduction='sum', temperature=2)": F32,
    "cross_entropy([[1, 3, 2]], [1], reduction='none')": EITHER,
    "entropy([0.5, 0.5])": F64,
    "entropy(singles, axis=None)": F32,
    "entropy(singles)": f"{A32} | {F32}",
    "kl_divergence([0.5, 0.5], [1, 0])": F64,
    "kl_divergence(doubles, doubles, axis=None)": F64,
    "softmax_jacobian([1, 3, 2])": A64,
    "softmax_vjp(singles, singles)": A32,
    "softmax_vjp([1, 3, 2], [0, 1, 0])": A64,
    "cross_entropy_gradient(singles, [1, 0])": A32,
    "sample([1, 3, 2])": "int64",
    "sample([1, 3, 2], 5, rng=0)": AI,
    "sample(doubles, (5, 2), temperature=2)": AI,
    "gumbel_max(doubles)": f"{AI} | int64",
    "top_k([1, 3, 2], 2)": A64,
    "top_p(singles, 0.9)": A32,
    "min_p(doubles, 0.2, axis=0)": A64,
    "reliability_curve(doubles, [0, 1]).frequency": A64,
    "expected_calibration_error(singles, [0, 1], bins=10)": "float",
    "brier_score([0.25, 0.75], 1)": F64,
    "brier_score(singles, [0, 1], reduction='sum')": F32,
    "brier_score(doubles, [0, 1], reduction='none')": EITHER,
    "fit_temperature(singles, [0, 1])": "float",
    "conformal_threshold(doubles, [0, 1], 0.1)": "float",
    "attention_weights([[1, 0]], [[0, 1]])": A64,
    "scaled_dot_product_attention(singles, singles, singles, causal=True)": A32,
    "softmax_one(singles, axis=0)": A32,
    "softmax_one([1, 3, 2])": A64,
    "expected_costs(singles, doubles)": EITHER,
    "decide(doubles, doubles, ask=1)": AI,
    "mean_cost([0, 1], [1, 1], doubles)": "float",
}


@pytest.fixture(scope="module")
def revealed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """The types that mypy reveals, in strict mode, which accepts every call."""
    file = tmp_path_factory.mktemp("user") / "user.py"
    head = [
        "import numpy as np",
        "from numpy.typing import NDArray",
        "from softmax_course import *",
        "from softmax_course.attention import *",
        "from softmax_course.decisions import *",
        "doubles: NDArray[np.float64] = np.ones((2, 2))",
        "singles: NDArray[np.float32] = np.ones((2, 2), dtype=np.float32)",
        "integers: NDArray[np.int64] = np.ones((2, 2), dtype=np.int64)",
    ]
    file.write_text("\n".join([*head, *(f"reveal_type({call})" for call in REVEALED)]))
    cache = Path(__file__).parents[1] / ".mypy_cache"
    printed, errors, _ = api.run(["--strict", "--cache-dir", str(cache), str(file)])
    assert errors == ""
    assert "error:" not in printed, printed
    return [plain(found) for found in re.findall(r'Revealed type is "(.*)"', printed)]


def plain(revealed: str) -> str:
    """Leave out where a type is defined, and write NumPy's older names in the newer way."""
    short = re.sub(r"\b(?:\w+\.)+(?=\w)", "", revealed)
    short = re.sub(r"signedinteger\[_(?:32Bit \| _)?64Bit\]", "int64", short)
    return re.sub(r"floating\[_64Bit\]", "float64", re.sub(r"floating\[_32Bit\]", "float32", short))


def test_every_call_reveals_what_it_returns(revealed):
    assert dict(zip(REVEALED, revealed, strict=True)) == REVEALED
