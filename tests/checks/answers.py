"""All answers on file: every module `answers_to_*.py` beside this one joins by itself.

Such a module has `RIGHT`, right answers by the name of their exercise, and may have `OWN`: triples
of an exercise, a learner's own wrong answer, and the name of the mistake that it is (None for
another one).
"""

import importlib
from pathlib import Path

MODULES = [
    importlib.import_module(path.stem)
    for path in sorted(Path(__file__).parent.glob("answers_to_*.py"))
]

RIGHT: dict[str, list] = {}
OWN: list[tuple] = []
for module in MODULES:
    for exercise, answers in module.RIGHT.items():
        RIGHT.setdefault(exercise, []).extend(answers)
    OWN.extend(getattr(module, "OWN", []))
