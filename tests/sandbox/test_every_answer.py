"""Every answer on file, handed in as a notebook, comes back as what it is."""

import assignments
import nbformat
import pytest
from handed_in import BRING, PAGES, RIGHT, filled_in, graded, handing_in, known_mistakes, notebook


def one_after_the_other(answers):
    """Make as many notebooks as it takes, each with at most one answer to an exercise."""
    return {
        f"{number:02}": notebook(
            BRING,
            *(handing_in(name, its[number]) for name, its in answers.items() if number < len(its)),
        )
        for number in range(max(map(len, answers.values())))
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.number)
def test_every_known_mistake_comes_back_under_its_name(page, tmp_path):
    planted = {task.name: known_mistakes(task.name) for task in page.tasks}
    notebooks = one_after_the_other({name: list(its.values()) for name, its in planted.items()})
    results = graded(tmp_path, page.number, notebooks)
    assert {(r.exercise, r.student): r.misconception for r in results if r.misconception} == {
        (name, f"{number:02}"): mistake
        for name, its in planted.items()
        for number, mistake in enumerate(its)
    }
    assert {r.points for r in results} == {0}
    assert {r.status for r in results} <= {"known mistake", "not handed in"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.number)
def test_every_right_answer_has_full_marks(page, tmp_path):
    answers = {task.name: RIGHT[task.name] for task in page.tasks}
    results = graded(tmp_path, page.number, one_after_the_other(answers))
    right = [(r.exercise, r.student) for r in results if (r.status, r.points) == ("right", 1)]
    assert sorted(right) == sorted(
        (name, f"{number:02}") for name, its in answers.items() for number in range(len(its))
    )
    assert {r.status for r in results} <= {"right", "not handed in"}


def lean(page):
    """The text of the assignment that is made for a page."""
    return nbformat.writes(assignments.assignment([assignments.Part(page, page.tasks)]))


def whole(page):
    """The text of the whole chapter, with its solutions and all that it prints."""
    return page.path.read_text("utf-8")


@pytest.mark.parametrize("text", [lean, whole])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.number)
def test_an_assignment_is_graded_by_its_learners_answers(page, text, tmp_path):
    names = [task.name for task in page.tasks]
    own = {name: BRING + handing_in(name, RIGHT[name][0]) for name in names[::2]}
    results = graded(tmp_path, page.number, {"anna": filled_in(text(page), page, own)})
    assert [r.status for r in results] == [
        "right" if name in own else "not attempted" for name in names
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.number)
def test_the_solutions_of_the_instructors_copy_have_full_marks(page, tmp_path):
    copy = assignments.assignment([assignments.Part(page, page.tasks)], instructor=True)
    for cell in copy.cells:
        cell.metadata.pop("tags", None)  # as if a learner had written it all
    results = graded(tmp_path, page.number, {"anna": dict(copy)})
    assert {(r.status, r.points) for r in results} == {("right", 1)}
