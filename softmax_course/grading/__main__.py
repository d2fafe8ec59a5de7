"""The command: ``python -m softmax_course.grading SUBMISSIONS --chapter 2 --out results``."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from softmax_course._extras import extra
from softmax_course._language import set_language
from softmax_course._notebooks import pages

from . import report, sandbox
from .records import Job, Limits, Received
from .results import Assignment, Result, assignment, assignment_from, job, results, write_csv
from .submissions import Submission, collect

with extra("teach"):
    from tqdm import tqdm


def main(arguments: list[str] | None = None) -> int:
    """Grade a class, and say how it went."""
    options = _parser().parse_args(arguments)
    try:
        set_language(pages(options.course)[0].language)
        given = _assignment(options)
        if options.out.resolve().is_relative_to(options.submissions.resolve()):
            raise ValueError(
                f"{options.out} is in {options.submissions}: put the results elsewhere"
            )
        submissions = collect(options.submissions)
        if not options.trust:
            sandbox.require()
        options.out.mkdir(parents=True, exist_ok=True)
        graded = grade(submissions, given, options.out, options.jobs, trust=options.trust)
    except (ValueError, OSError, sandbox.NoSandboxError) as error:
        print(f"grading: {error}", file=sys.stderr)
        return 2
    write_csv(options.out / "grades.csv", graded, given, submissions)
    report.write_pages(options.out, options.course, given, submissions, graded)
    _say(options.out, submissions, graded)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m softmax_course.grading",
        description="Grade what a class handed in, without running it in this process.",
    )
    parser.add_argument(
        "submissions", type=Path, help="folder or zip, as Moodle or Canvas offers it; or one file"
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--chapter", help="number of the chapter, such as 2 or 2b; or all")
    which.add_argument("--assignment", type=Path, help="the assignment as it was handed out")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument(
        "--points", default="", help="what exercises are worth: softmax_list=3,odds=0.5"
    )
    parser.add_argument(
        "--course",
        type=Path,
        default=Path(),
        help="folder of the course (default: this one); es is in Spanish",
    )
    parser.add_argument("-j", "--jobs", type=int, default=2, help="how many at once (default: 2)")
    parser.add_argument(
        "--trust",
        action="store_true",
        help="run without a sandbox: submissions can then read your files, change them and send "
        "them away",
    )
    return parser


def _assignment(options: argparse.Namespace) -> Assignment:
    points = {}
    for pair in filter(None, options.points.split(",")):
        name, _, number = pair.partition("=")
        try:
            points[name.strip()] = float(number)
        except ValueError:
            raise ValueError(f"--points takes NAME=NUMBER, not {pair!r}") from None
    if options.assignment:
        return assignment_from(options.course, options.assignment, points)
    return assignment(options.course, options.chapter, points)


def grade(
    submissions: list[Submission], given: Assignment, out: Path, jobs: int, *, trust: bool = False
) -> list[Result]:
    """Grade all submissions, several at once; what was graded before is not run again."""

    def one(submission: Submission) -> tuple[Received, str]:
        if submission.problem:
            return Received({}), submission.problem
        return _run_once(job(submission, given, Limits()), out, trust=trust)

    with ThreadPoolExecutor(jobs) as pool:
        came_back = list(
            tqdm(
                pool.map(one, submissions),
                total=len(submissions),
                unit="submission",
                disable=None,  # where nobody looks
            )
        )
    return [
        result
        for submission, (received, problem) in zip(submissions, came_back, strict=True)
        for result in results(submission, given, received, problem)
    ]


def _run_once(todo: Job, out: Path, *, trust: bool) -> tuple[Received, str]:
    """Run a job, unless the records of the very same one are there."""
    text = todo.dump() + sandbox.fingerprint()
    kept = out / "records" / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.jsonl"
    if kept.exists():
        received = Received({})
        for line in kept.read_bytes().splitlines():
            received = received.with_line(line, todo.trials)
        return received, ""
    received, problem = sandbox.run(todo, trust=trust)
    if not problem:
        kept.parent.mkdir(exist_ok=True)
        half = kept.with_suffix(f".{threading.get_native_id()}")
        half.write_text("".join(f"{json.dumps(r)}\n" for r in received.records()), "utf-8")
        half.replace(kept)
    return received, problem


def _say(out: Path, submissions: list[Submission], graded: list[Result]) -> None:
    counts = Counter(result.status for result in graded)
    listed = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    print(f"{len(submissions)} submissions, {listed}.")
    for submission in submissions:
        for note in filter(None, [*submission.notes, submission.problem]):
            print(f"  {submission.student}: {note}")
    print(f"Open {out / 'class.html'}; the grades are in {out / 'grades.csv'}.")


if __name__ == "__main__":
    sys.exit(main())
