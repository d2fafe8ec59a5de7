"""Offer the whole course as one zip: a single notebook cannot import a package one does not have.

The zip holds the notebooks, the package as a wheel, what to install, how to start, the skeleton of
the capstone, the licences and how to cite. It is made again only when one of these has changed. The
skeleton is offered alone, too: chapter 12 leads to it.

Private hook: the context's `header_buttons`, their labels and texts, of sphinx-book-theme 1.3.0.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from words import say

ROOT = Path(__file__).parents[1]
NAME = "softmax-course.zip"
SKELETON = "capstone.zip"


def how_to_start(title: str) -> str:
    """Say how to run the notebooks."""
    return say(
        """\
{title}

You need Python 3.11 or later. In this folder:

    python -m venv .venv
    .venv/bin/python -m pip install -r requirements.txt
    .venv/bin/jupyter lab chapters

On Windows write .venv\\Scripts\\ instead of .venv/bin/. The notebooks 03b and 05b need Keras too,
and 10b needs Numba and Dask: put [learn,keras,fast,scale] in place of [learn] in requirements.txt.
""",
        title=title,
    )


def build_wheel(project: Path, folder: Path) -> Path:
    """Build the package's wheel in a copy, with this environment's own setuptools: no network."""
    shutil.copytree(project / "softmax_course", folder / "softmax_course")
    for path in [project / "pyproject.toml", *project.glob("README.md"), *project.glob("LICENSE*")]:
        shutil.copy(path, folder)
    hook = "from setuptools.build_meta import build_wheel; build_wheel('.')"
    subprocess.run([sys.executable, "-c", hook], cwd=folder, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def write_zip(app: Sphinx, exception: Exception | None) -> None:
    """Pack the course, unless the zip of the same content is there already."""
    if exception or app.builder.name != "html":
        return
    project, edition = ROOT, Path(app.srcdir)
    package = [*project.glob("softmax_course/**/*.*"), project / "pyproject.toml"]
    folders = {project / "chapters", edition / "chapters"}  # links lead from one to the other
    chapters = [path for folder in folders for path in folder.iterdir() if path.is_file()]
    papers = [*project.glob("LICENSE*"), project / "CITATION.cff"]
    skeleton = [
        path for kind in ("*.py", "*.md", "*.toml") for path in project.glob(f"capstone/**/{kind}")
    ]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted({*package, *chapters, *papers, *skeleton, project / "requirements.txt"}):
        if "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(project)}".encode() + path.read_bytes())
    target, stamp = Path(app.outdir, NAME), Path(app.doctreedir, "course_zip.txt")
    alone = Path(app.outdir, SKELETON)
    there = target.exists() and alone.exists() and stamp.exists()
    if there and stamp.read_text("utf-8") == digest.hexdigest():
        return
    with zipfile.ZipFile(alone, "w", 8) as bundle:
        for path in sorted(skeleton):
            bundle.write(path, path.relative_to(project))
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(target, "w", 8) as bundle:
        wheel = build_wheel(project, Path(folder))
        bundle.write(wheel, f"softmax-course/{wheel.name}")
        for path in sorted([*chapters, *skeleton]):
            bundle.write(path, f"softmax-course/{path.relative_to(project)}")
        for path in papers:
            bundle.write(path, f"softmax-course/{path.name}")
        for name, text in {
            "requirements.txt": f"-c constraints.txt\n./{wheel.name}[learn]\n",
            "constraints.txt": (project / "requirements.txt").read_text("utf-8"),
            "README.txt": how_to_start(str(app.config.html_title)),
        }.items():
            bundle.writestr(f"softmax-course/{name}", text)
    stamp.write_text(digest.hexdigest(), "utf-8")


def offer_zip(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: object
) -> None:
    """Offer three downloads, each in a line of words: this page, the whole course, paper."""
    for group in context["header_buttons"]:
        if group["label"] != "download-buttons":
            continue
        source, paper = group["buttons"]
        alone = say("This notebook alone"), say("This page alone")
        source["text"] = f"{alone[source['text'] == '.md']} ({source['text']})"
        paper["text"] = say("Print, or save as PDF")
        course = {
            "type": "link",
            "url": context["pathto"](NAME, 1),
            "text": say("The whole course (.zip)"),
            "tooltip": say("All notebooks, the package they need, and how to start"),
            "label": "download-course-button",
        }
        group["buttons"] = [source, course, paper]
        for button in group["buttons"]:
            button["icon"] = None


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx, after the theme has listed its buttons."""
    app.connect("html-page-context", offer_zip, priority=600)
    app.connect("build-finished", write_zip)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
