"""What code of a chapter rests on is found, the last binding before it and no other."""

import pytest
from data_flow import Flow, imports

from softmax_course._notebooks import Cell


def behind(*sources):
    """Source lines of all that the last statement of the last cell rests on; None without them."""
    flow = Flow(Cell("code", source) for source in sources)
    found = flow.behind(flow.statements[-1])
    if found is None:
        return None
    return [s.source.strip() for s in sorted(found, key=lambda s: s.place)]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["a = 1", "b = 2", "a"], ["a = 1"]),
        (["a = 1", "a = 2", "a"], ["a = 2"]),
        (["a = 1", "a += 1", "a"], ["a = 1", "a += 1"]),
        (["a = 1\nb = a", "b"], ["a = 1", "b = a"]),
        (["len([1])"], []),
        # a function reads when it is called
        (["def f():\n    return a", "a = 1", "f()"], ["def f():\n    return a", "a = 1"]),
        (["a = 1", "f = lambda: a", "a = 2", "f()"], ["f = lambda: a", "a = 2"]),
        (["a = 1", "b = [a for _ in 'xy']", "a = 2", "b"], ["a = 1", "b = [a for _ in 'xy']"]),
        (["def f(n):\n    return f(n - 1)", "f(1)"], ["def f(n):\n    return f(n - 1)"]),
        (["a = 1", "def f(a):\n    return a", "f(2)"], ["def f(a):\n    return a"]),
        # what a loop binds itself it need not find
        (["a = 1", "for a in 'xy':\n    b = a", "b"], ["for a in 'xy':\n    b = a"]),
        (["a = 1", "while a < 3:\n    a = a + 1", "a"], ["a = 1", "while a < 3:\n    a = a + 1"]),
        # what changes an object
        (["a = []", "a[0] = 1", "a"], ["a = []", "a[0] = 1"]),
        (["a = []", "a.b.c[0] = 1", "a"], ["a = []", "a.b.c[0] = 1"]),
        (["a = []", "a.append(1)\n2", "a"], ["a = []", "a.append(1)"]),
        (["a = []", "a.index(1)", "a"], ["a = []"]),
        (
            ["a = []", "for k in 'xy':\n    a.append(k)", "a"],
            ["a = []", "for k in 'xy':\n    a.append(k)"],
        ),
        (["import os", "os.getcwd()\n1", "os"], ["import os"]),
        # comments and libraries
        (["# why\na = 1  # what\nb = 2", "a"], ["# why\na = 1  # what"]),
        (["from math import exp, log", "exp(1)"], ["from math import exp"]),
    ],
)
def test_what_a_statement_rests_on(sources, expected):

    assert behind(*sources) == expected


def test_without_a_library_nothing_runs_that_rests_on_it():
    assert behind("import keras", "a = keras.ops", "b = 1", "a") is None
    assert behind("import keras", "a = keras.ops", "b = 1", "b") == ["b = 1"]
    assert behind("import keras", "def f():\n    return keras", "f()") is None
    flow = Flow([Cell("code", "import keras\nimport numpy\nkeras.ops\nnumpy.pi")])
    assert [flow.runs(s) for s in flow.statements] == [False, True, False, True]


def test_imports_are_sorted_as_ruff_does_it_and_each_stands_once():
    cells = [
        "from softmax_course import softmax, check\nimport numpy as np",
        "from softmax_course import check\nimport math",
        "import scipy.special\nfrom scipy import stats",
    ]
    flow = Flow(Cell("code", source) for source in cells)
    assert imports(flow.statements) == (
        "import math\n\n"
        "import numpy as np\nimport scipy.special\nfrom scipy import stats\n\n"
        "from softmax_course import check, softmax"
    )
