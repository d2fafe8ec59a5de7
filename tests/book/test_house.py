"""The files around the chapters agree with the chapters, the package, and each other."""

import inspect
import re
import tomllib

import editions
import nbformat
import yaml
from course_zip import how_to_start
from notebooks import ROOT, listed
from printed import commands

import softmax_course

README = (ROOT / "README.md").read_text(encoding="utf8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf8"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "chapters").glob("*.md")]


def prose():
    """Yield the name and the text of every page, code cells left out."""
    for path in PAGES:
        yield path, path.read_text(encoding="utf8")
    for path in listed():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield path, cell.source


def test_every_target_that_the_readme_names_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z-]+)", README)) - {"for"}
    assert {"book", "test"} <= named <= targets


def test_ci_runs_the_two_commands_of_the_readme():
    commands = (ROOT / ".ci" / "run").read_text().splitlines()
    assert {"make book", "make test"} <= set(commands)


def test_every_folder_of_the_readmes_layout_exists():
    layout = README.split("## Where things are")[1]
    for name in ["chapters", "softmax_course", "tests", "_ext", "_templates", "_static", "tools"]:
        assert name in layout
        assert (ROOT / name).is_dir()


def test_pytest_compares_every_output_of_every_notebook():
    options = PROJECT["tool"]["pytest"]["ini_options"]
    assert "--nbval " in options["addopts"]
    assert "lax" not in options["addopts"]
    assert "sanitize" not in options["addopts"]
    assert "chapters" in options["testpaths"]


def test_the_version_is_the_same_everywhere():
    version = PROJECT["project"]["version"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf8"))
    assert softmax_course.__version__ == citation["version"] == version
    assert f"version {version}" in (ROOT / "cite.md").read_text(encoding="utf8")


def test_every_citation_has_an_entry():
    bibliography = (ROOT / "chapters" / "references.bib").read_text(encoding="utf8")
    entries = set(re.findall(r"^@\w+\{([^,\s]+),", bibliography, re.MULTILINE))
    cited = {
        key.strip()
        for _, text in prose()
        for keys in re.findall(r"(?<!`)\{cite:\w+\}`([^`]+)`", text)
        for key in keys.split(",")
    }
    assert cited - entries == set(), "cited without an entry"


def test_every_link_to_a_file_leads_to_a_page_of_the_book():
    toc = (ROOT / "_toc.yml").read_text(encoding="utf8")
    for path, text in prose():
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text):
            linked = (path.parent / target).resolve()
            assert linked.exists(), f"{path.name} links to {target}"
            if path.parent.name == "chapters" or path.name == "index.md":
                page = linked.relative_to(ROOT).with_suffix("").as_posix()
                assert f"file: {page}\n" in toc + "\n" or page == "index", f"{page} is not listed"


def test_the_teaching_plan_has_the_minutes_of_the_chapters():
    plan = (ROOT / "teach.md").read_text(encoding="utf8")
    row = r"^\| \[\w+\]\(chapters/(\w+)\.ipynb\) \|.*\| (\d+) \| (\d+) \|$"
    planned = {name: minutes for name, *minutes in re.findall(row, plan, re.MULTILINE)}
    time = r"^\*\*Time\*\* (\d+) minutes to read and run, (\d+) for the exercises\.$"
    stated = {}
    for path in listed():
        if path.stem[0].isdigit():
            opening = nbformat.read(path, as_version=4).cells[1].source
            found = re.search(time, opening, re.MULTILINE)
            stated[path.stem] = list(found.groups()) if found else "no such line"
    assert stated == planned


def test_every_public_function_is_documented_and_used():
    api = (ROOT / "api.md").read_text(encoding="utf8")
    code = "\n".join(
        cell.source
        for path in [*listed(), *listed(ROOT / "es")]
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code"
    )
    for name in softmax_course.__all__:
        function = getattr(softmax_course, name)
        assert inspect.getdoc(function), f"{name} has no docstring"
        assert f"automodule:: {'.'.join(function.__module__.split('.')[:2])}\n" in api
        assert re.search(rf"\b{name}\b", code), f"{name} is used in no notebook"


def test_every_dependency_says_why_it_is_there():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf8")
    block = text[text.index("dependencies = [") : text.index("[tool.setuptools")]
    for line in block.splitlines():
        if re.match(r'\s+"', line):
            assert "# " in line, f"{line.strip()} gives no reason"


def test_the_learners_extra_needs_neither_keras_nor_the_book_tools():
    extras = PROJECT["project"]["optional-dependencies"]
    names = {re.match(r"[\w-]+", line)[0] for line in extras["learn"]}
    assert names.isdisjoint({"keras", "jax", "jupyter-book", "nbval"})
    assert {"jupyterlab", "matplotlib", "scipy"} <= names


def test_the_landing_pages_and_the_zips_say_the_same_commands():
    site = editions.words(list(editions.CATALOGUES)[1])
    (spanish,) = (said for english, said in site.items() if english.startswith("{title}\n"))
    for readme, page in ((how_to_start("Softmax"), "index.md"), (spanish, "es/index.md")):
        packed = {line.strip() for line in readme.splitlines() if line.startswith("    ")}
        assert packed
        assert packed == set(commands(page))
