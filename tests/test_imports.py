"""Importing the package is quick and needs NumPy alone."""

import subprocess
import sys
from importlib.metadata import version

import pytest

import softmax_course

REPORT = """
import sys, sysconfig
from pathlib import Path
at_start = set(sys.modules)
import softmax_course
{then}
new = [module for name, module in list(sys.modules.items()) if name not in at_start]
files = [Path(module.__file__) for module in new if getattr(module, "__file__", None)]
folders = {{Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}}
print(*{{f.relative_to(d).parts[0] for f in files for d in folders if f.is_relative_to(d)}})
print(*[name for name in sys.modules if name.startswith("softmax_course.")])
"""


def loaded(then: str = "") -> tuple[set[str], set[str]]:
    """Other installed packages, and modules of ours, that a fresh interpreter loads."""
    run = [sys.executable, "-c", REPORT.format(then=then)]
    printed = subprocess.run(run, capture_output=True, text=True, check=True).stdout
    packages, modules = printed.splitlines()
    return set(packages.split()) - {"softmax_course"}, set(modules.split())


def test_importing_the_package_loads_numpy_alone():
    packages, modules = loaded()
    assert packages == {"numpy"}
    assert "softmax_course.activations" in modules
    lazy = {"checks", "explore", "plots", "linear_model", "bigram", "attention"}
    lazy = {"checks", "explore", "plots", "linear_model", "bigram", "alternatives"}
    lazy = {"checks", "explore", "plots", "linear_model", "bigram", "decisions"}
    lazy = {"checks", "explore", "plots", "linear_model", "bigram", "streaming", "fast", "scale"}
    assert not {f"softmax_course.{name}" for name in lazy} & modules


def test_check_is_loaded_when_it_is_first_used():
    packages, modules = loaded("softmax_course.check")
    assert packages == {"numpy"}
    assert "softmax_course.checks" in modules


def test_star_import_gives_every_public_name():
    namespace: dict[str, object] = {}
    exec("from softmax_course import *", namespace)
    assert set(softmax_course.__all__) <= set(namespace)
    assert all(callable(namespace[name]) for name in softmax_course.__all__)


def test_dir_lists_what_is_loaded_lazily():
    assert {"check", "softmax", "__version__"} <= set(dir(softmax_course))


def test_version_is_the_installed_one():
    assert softmax_course.__version__ == version("softmax-course")


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'softmin'"):
        _ = softmax_course.softmin


@pytest.mark.parametrize(
    ("module", "library", "extra"),
    [
        ("linear_model", "sklearn", "learn"),
        ("plots", "matplotlib", "learn"),
        ("explore", "altair", "learn"),
        ("fast", "numba", "fast"),
        ("scale", "dask", "scale"),
    ],
)
def test_a_missing_library_is_named_with_the_extra_that_brings_it(module, library, extra):
    hidden = f"import sys; sys.modules[{library!r}] = None; import softmax_course.{module}"
    done = subprocess.run(
        [sys.executable, "-c", hidden], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    *_, last = done.stderr.splitlines()
    told = f'{library} is missing: pip install "softmax-course[{extra}]"'
    assert last == f"ModuleNotFoundError: {told}"
