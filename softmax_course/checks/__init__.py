"""Feedback on exercises: a wrong answer is told which mistake it is.

``check(name, answer)`` tries an answer and says whether it is right. The exercises of chapter N and
the mistakes that people make in them stand in ``chapterN.py``; a page beside it may have a file of
its own, such as ``chapter7b.py``. A new file, exercise or mistake is found without being registered
anywhere.
"""

from .capstone import Milestone, Report
from .engine import catalogue, chapters, check
from .exercises import Chapter, Exercise, Mistake
from .feedback import Counterexample, Feedback
from .page import mistakes

__all__ = [
    "Chapter",
    "Counterexample",
    "Exercise",
    "Feedback",
    "Milestone",
    "Mistake",
    "Report",
    "catalogue",
    "chapters",
    "check",
    "mistakes",
]
