"""Grade what a class handed in: ``python -m softmax_course.grading --help``.

`submissions` finds who handed in what, `sandbox` runs it where it can do no harm, with `worker`
inside, `records` is all that comes back, `results` judges it, and `report` writes the pages.
"""
