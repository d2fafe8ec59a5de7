"""What is published on a package index is whole, says what it is, and works where nothing else is."""

import subprocess
import sys
import tarfile
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PRIVATE = (".git", ".ci/", ".binder/", ".pre-commit-config.yaml")  # of this repository, not of the package


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    """Run a command and return what it prints; a failure shows it."""
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the source distribution and, from it, the wheel."""
    folder = tmp_path_factory.mktemp("dist")
    run(BIN / "uv", "build", "--quiet", "--out-dir", folder)
    return folder


@pytest.fixture(scope="module")
def empty(dist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel where nothing else is, and return that environment's Python."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    run(sys.executable, "-m", "venv", folder)
    (python,) = [*folder.glob("bin/python"), *folder.glob("Scripts/python.exe")]
    (wheel,) = dist.glob("*.whl")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    return python


def test_the_source_distribution_holds_all_that_the_repository_does(dist: Path) -> None:
    (archive,) = dist.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        packed = {name.partition("/")[2] for name in tar.getnames()}
    tracked = run("git", "ls-files").splitlines()
    missing = [name for name in tracked if name not in packed and not name.startswith(PRIVATE)]
    assert missing == []


def test_the_wheel_holds_the_package_and_nothing_else(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = run("git", "ls-files", "softmax_course").splitlines()
    catalogues = {name for name in files if name.endswith(".po")}  # what is read is compiled
    assert packed == set(files) - catalogues - {"softmax_course/README.md"}


def test_the_index_shows_who_made_it_for_whom_and_for_which_python(dist: Path) -> None:
    (wheel,) = dist.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        metadata = BytesParser().parsebytes(archive.read(name))
    assert metadata["Author"]
    assert metadata["License-Expression"] == "BSD-3-Clause AND CC-BY-4.0"
    classifiers = metadata.get_all("Classifier", [])
    for minor in (11, 12, 13, 14):
        assert f"Programming Language :: Python :: 3.{minor}" in classifiers
    text = str(metadata.get_payload())
    assert "softmax([1, 3, 2])" in text
    assert "](" not in text.replace("](http", ""), "a relative link or picture breaks there"


def test_the_index_accepts_both(dist: Path) -> None:
    files = sorted(dist.glob("softmax_course-*"))
    said = run(BIN / "uv", "tool", "run", "--quiet", "twine", "check", "--strict", *files)
    assert said.count("PASSED") == 2


def test_check_answers_where_numpy_is_all_there_is(empty: Path, tmp_path: Path) -> None:
    code = "from softmax_course import check; print(check('odds', 1.5).misconception)"
    assert run(empty, "-c", code, cwd=tmp_path).strip() == "ratio of the scores"


@pytest.mark.parametrize("module", ["linear_model", "plots", "explore"])
def test_a_module_without_its_extra_says_which_one_to_install(
    module: str, empty: Path, tmp_path: Path
) -> None:
    code = f"""
try:
    import softmax_course.{module}
except ImportError as error:
    print(error)
"""
    assert "softmax-course[learn]" in run(empty, "-c", code, cwd=tmp_path)
