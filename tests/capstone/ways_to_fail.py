"""Ways to fail: what is changed in the worked solution, and how the report must recognise it.

A change is a file, a text in it, and what stands there instead. Then come the milestone that must
not be reached, and what the report must say of it: the known mistake's name, or part of the text.
"""

WAYS: dict[str, tuple[str, str, str, str, str]] = {
    "scaled by their own statistics": (
        "predict.py",
        "(np.where(fine, pictures, mean) - mean) / spread",
        "(pictures - pictures.mean(axis=0)) / (pictures.std(axis=0) + 1e-300)",
        "predict_safely",
        "",
    ),
    "slope of tanh forgotten": (
        "network.py",
        "error @ V.T * (1 - hidden**2)",
        "error @ V.T",
        "network_gradient",
        "slope of tanh missing",
    ),
    "mean forgotten": (
        "network.py",
        "cross_entropy_gradient(hidden @ V + a, codes)",
        "len(X) * cross_entropy_gradient(hidden @ V + a, codes)",
        "network_gradient",
        "summed over the examples",
    ),
    "softmax over the pictures": (
        "predict.py",
        "temperature=temperature)",
        "temperature=temperature, axis=0)",
        "read_digits",
        "rows that do not add up to one",
    ),
    "bad pictures answered": (
        "predict.py",
        "((pictures >= 0) & (pictures <= 16))",
        "(pictures == pictures)",
        "predict_safely",
        "only what is no number refused",
    ),
    "temperature fitted on the training part": (
        "reader.py",
        "fit_temperature(network_scores(theta, sizes, X_valid), valid_codes)",
        "0.02 + 0 * fit_temperature(network_scores(theta, sizes, X_valid), valid_codes)",
        "read_digits",
        "certain of its mistakes",
    ),
    "temperature turned the wrong way": (
        "reader.py",
        "return predict_safely(theta, sizes, mean, spread, temperature, new)",
        "return predict_safely(theta, sizes, mean, spread, 0.25 / temperature, new)",
        "read_digits",
        "too sure",
    ),
    "pictures and names shuffled apart": (
        "reader.py",
        "theta, sizes = train(X, codes, ",
        "theta, sizes = train(X, codes[::-1], ",
        "read_digits",
        "no better than chance",
    ),
    "threshold of one half": (
        "decisions.py",
        "ask < expected.min(axis=1), len(costs), cheapest",
        "probabilities.max(axis=1) < 0.5, len(costs), probabilities.argmax(axis=1)",
        "decide",
        "asks below one half",
    ),
    "minus one for asking": (
        "decisions.py",
        "len(costs), cheapest",
        "-1, cheapest",
        "decide",
        "minus one for asking",
    ),
    "asking is free in the report": (
        "report.py",
        "np.full(len(costs), ask)",
        "np.zeros(len(costs))",
        "report_card",
        "asking is free",
    ),
    "chosen on the test part": (
        "rules.py",
        '"validation",  # the temperature',
        '"test",  # the temperature',
        "which_part",
        "chosen on the test part",
    ),
    "a library for machine learning": (
        "reader.py",
        "import numpy as np\n",
        "import numpy as np\n\n\ndef quickly():\n    from sklearn.svm import SVC\n",
        "own_work",
        "imports sklearn",
    ),
    "one function is missing": (
        "__init__.py",
        "from .report import report_card\n",
        "",
        "report_card",
        "Not attempted yet.",
    ),
    "a test that cannot be imported": (
        "../tests/test_network.py",
        "from digit_reader import network_gradient",
        "from digit_reader import network_gradients",
        "tests",
        "raises ImportError",
    ),
    "a test that fails on what is right": (
        "../tests/test_decisions.py",
        "EVEN, 1).tolist() == [3]",
        "EVEN, 1).tolist() == [1]",
        "tests",
        "A test fails on your own functions.",
    ),
    "tests that cannot fail": (
        "../tests/test_predict.py",
        "    assert ",
        "    True or ",
        "tests",
        "Too many broken functions pass.",
    ),
}

UNREADABLE: dict[str, tuple[str, str, str, str]] = {
    "a line that is no Python": (
        "network.py",
        "import numpy as np",
        "import numpy as",
        "SyntaxError",
    ),
    "a module that is not there": ("reader.py", "from .predict", "from .predicted", "ImportError"),
    "training at the top of a module": (
        "reader.py",
        "HIDDEN, STEP",
        "while True:\n    pass\nHIDDEN, STEP",
        "no answer in time",
    ),
    "an end of the whole program": (
        "rules.py",
        "import numpy as np",
        "import numpy as np\nraise SystemExit(0)",
        "raises SystemExit",
    ),
}
"""These cannot be imported at all: a file, a text, what stands there instead, what must be said."""
