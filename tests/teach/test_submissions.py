"""Who handed in what: downloads of Moodle and Canvas, folders, and files that are neither."""

import json
import os
import stat
import zipfile

import pytest

from softmax_course.grading import submissions
from softmax_course.grading.submissions import collect

NOTEBOOK = json.dumps(
    {
        "cells": [{"cell_type": "code", "source": ["x = 1\n", "y = 2"], "metadata": {}}],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
)


def zipped(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def foldered(path, files):
    for name, data in files.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_text(data, "utf-8")
    return path


def found(source):
    return {s.student: s for s in collect(source)}


MOODLE_FOLDERS = {
    "Noether Emmy_1001_assignsubmission_file_/chapter02.ipynb": NOTEBOOK,
    "Müller Jürgen_1002_assignsubmission_file_/chapter02.ipynb": NOTEBOOK,
    "O'Neill Ada_1003_assignsubmission_file_/work.py": "x = 1\n",
    "O'Neill Ada_1003_assignsubmission_onlinetext_/onlinetext.html": "<p>Done</p>",
}
MOODLE_FLAT = {
    "Noether Emmy_1001_assignsubmission_file_chapter02.ipynb": NOTEBOOK,
    "Müller Jürgen_1002_assignsubmission_file_chapter02.ipynb": NOTEBOOK,
    "O'Neill Ada_1003_assignsubmission_file_work.py": "x = 1\n",
}
CANVAS = {
    "noetheremmy_1001_77001_chapter02.ipynb": NOTEBOOK,
    "müllerjürgen_LATE_1002_77002_chapter02-1.ipynb": NOTEBOOK,
    "oneillada_1003_77003_work_2.py": "x = 1\n",
}


@pytest.mark.parametrize("pack", [zipped, foldered])
@pytest.mark.parametrize("files", [MOODLE_FOLDERS, MOODLE_FLAT], ids=["folders", "flat"])
def test_a_download_of_moodle_is_read_by_names(files, pack, tmp_path):
    read = found(pack(tmp_path / "class.zip", files))
    assert list(read) == ["Müller Jürgen", "Noether Emmy", "O'Neill Ada"]
    assert all(s.cells and not s.problem and not s.notes for s in read.values())


@pytest.mark.parametrize("pack", [zipped, foldered])
def test_a_download_of_canvas_is_read_by_names_and_late_is_said(pack, tmp_path):
    read = found(pack(tmp_path / "class.zip", CANVAS))
    assert list(read) == ["müllerjürgen", "noetheremmy", "oneillada"]
    assert read["müllerjürgen"].notes == ("handed in late",)
    assert read["oneillada"].file == "oneillada_1003_77003_work_2.py"


def test_any_other_folder_has_a_file_or_a_folder_for_each_learner(tmp_path):
    files = {"anna.ipynb": NOTEBOOK, "berta/work.ipynb": NOTEBOOK, ".DS_Store": "", "c.py": "x = 1"}
    assert list(found(foldered(tmp_path / "in", files))) == ["anna", "berta", "c"]


def test_one_folder_around_a_whole_class_is_no_learner(tmp_path):
    files = {"class/anna.ipynb": NOTEBOOK, "class/berta.ipynb": NOTEBOOK, "__MACOSX/x": ""}
    assert list(found(zipped(tmp_path / "class.zip", files))) == ["anna", "berta"]


def test_a_single_file_is_a_class_of_one(tmp_path):
    path = foldered(tmp_path, {"anna.ipynb": NOTEBOOK}) / "anna.ipynb"
    assert [cell.source for cell in found(path)["anna"].cells] == ["x = 1\ny = 2"]


def test_two_learners_of_the_same_name_stay_two(tmp_path):
    files = {
        "Kim Lee_1_assignsubmission_file_/a.ipynb": NOTEBOOK,
        "Kim Lee_2_assignsubmission_file_/a.ipynb": NOTEBOOK,
    }
    assert list(found(foldered(tmp_path / "in", files))) == ["Kim Lee (1)", "Kim Lee (2)"]


def test_of_several_files_the_last_counts_and_it_is_said(tmp_path):
    folder = foldered(
        tmp_path / "in", {"anna/first.ipynb": NOTEBOOK, "anna/second.ipynb": NOTEBOOK}
    )
    os.utime(folder / "anna/first.ipynb", (2_000_000_000, 2_000_000_000))
    os.utime(folder / "anna/second.ipynb", (1_000_000_000, 1_000_000_000))
    (anna,) = collect(folder)
    assert anna.file == "first.ipynb"
    assert anna.notes == ("2 files; the last counts, first.ipynb, not second.ipynb",)


@pytest.mark.parametrize(
    ("names", "last"),
    [
        (["a.ipynb", "a-1.ipynb", "a-2.ipynb", "a-10.ipynb"], "a-10.ipynb"),
        (["z.py", "a.ipynb"], "a.ipynb"),
    ],
)
def test_at_the_same_time_the_number_in_the_name_decides_and_a_notebook_before_a_script(
    names, last, tmp_path
):
    files = {f"anna/{name}": NOTEBOOK if name.endswith("b") else "x = 1" for name in names}
    files["berta/a.ipynb"] = NOTEBOOK
    path = tmp_path / "class.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2027, 2, 1, 8, 0, 0)), data)
    assert found(path)["anna"].file == last


def test_names_of_a_zip_that_hides_its_utf8_are_read(tmp_path):
    path = zipped(tmp_path / "class.zip", {"Müller_1_assignsubmission_file_x.ipynb": NOTEBOOK})
    hidden = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = hidden.index(mark) + flags + 1
        hidden[at] &= ~0x08
    path.write_bytes(hidden)
    assert list(found(path)) == ["Müller"]


def test_decomposed_umlauts_are_the_same_name(tmp_path):
    path = zipped(
        tmp_path / "class.zip", {"Mu\u0308ller_1_assignsubmission_file_x.ipynb": NOTEBOOK}
    )
    assert list(found(path)) == ["Müller"]


PROBLEMS = {
    "broken.ipynb": ("{", "no JSON"),
    "list.ipynb": ("[]", "no list of cells"),
    "old.ipynb": ('{"worksheets": []}', "no list of cells"),
    "cells.ipynb": ('{"cells": [1]}', "no object"),
    "source.ipynb": ('{"cells": [{"cell_type": "code", "source": 1}]}', "no source"),
    "deep.ipynb": ("[" * 100_000, "no JSON"),
    "photo.jpg": ("JPEG", "no notebook and no Python file"),
    "essay.docx": ("PK", "no notebook and no Python file"),
}


@pytest.mark.parametrize(("name", "content", "says"), [(n, *p) for n, p in PROBLEMS.items()])
def test_what_cannot_be_read_is_said_and_nothing_of_it_lost(name, content, says, tmp_path):
    (submission,) = collect(foldered(tmp_path / "in", {name: content}))
    assert says in submission.problem
    assert submission.cells == ()
    assert submission.file == name


def test_bytes_that_are_no_text_are_said(tmp_path):
    (tmp_path / "anna.ipynb").write_bytes(b"\xff\xfe\x00")
    assert "UTF-8" in found(tmp_path)["anna"].problem


def test_a_notebook_of_fifty_megabytes_is_not_read(tmp_path):
    (tmp_path / "anna.ipynb").write_bytes(b" " * 50 * 2**20)
    assert found(tmp_path)["anna"].problem.startswith("it has 50 MB")
    path = zipped(tmp_path / "class.zip", {"anna.ipynb": b" " * 50 * 2**20, "b.ipynb": NOTEBOOK})
    assert found(path)["anna"].problem.startswith("it has 50 MB")
    assert found(path)["b"].problem == ""


def test_links_are_not_followed(tmp_path):
    (tmp_path / "secret.ipynb").write_text(NOTEBOOK, "utf-8")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.ipynb").symlink_to(tmp_path / "secret.ipynb")
    (tmp_path / "in" / "berta").symlink_to(tmp_path)
    read = found(tmp_path / "in")
    assert read["anna"].problem == "it is a link to another file"
    assert read["berta"].problem == "it is a link to another file"


def test_a_link_in_a_zip_and_a_path_that_leads_out_of_it_are_refused(tmp_path):
    path = tmp_path / "class.zip"
    link = zipfile.ZipInfo("anna.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("../../berta.ipynb", NOTEBOOK)
        archive.writestr("/etc/clara.ipynb", NOTEBOOK)
        archive.writestr("dora.ipynb", NOTEBOOK)
    before = sorted(tmp_path.parent.rglob("*"))
    read = found(path)
    assert read["anna"].problem == "it is a link to another file"
    assert read["berta"].problem == "its path leads out of the zip"
    assert read["etc"].problem == "its path leads out of the zip"
    assert read["dora"].problem == ""
    assert sorted(tmp_path.parent.rglob("*")) == before


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "MOST_IN_ALL", 50 * 2**20)
    path = zipped(tmp_path / "class.zip", {f"{i}.ipynb": bytes(2**20) for i in range(51)})
    assert path.stat().st_size < 2**20
    with pytest.raises(ValueError, match="unpack what is needed yourself"):
        collect(path)


def test_a_zip_that_lies_about_a_size_costs_that_file(tmp_path):
    path = zipped(tmp_path / "class.zip", {"anna.ipynb": bytes(20 * 2**20), "b.ipynb": NOTEBOOK})
    lying = path.read_bytes().replace((20 * 2**20).to_bytes(4, "little"), b"\x10\0\0\0")
    path.write_bytes(lying)
    read = found(path)
    assert "cannot be unpacked" in read["anna"].problem or "MB" in read["anna"].problem
    assert read["b"].problem == ""


def test_an_encrypted_entry_is_said(tmp_path):
    path = zipped(tmp_path / "class.zip", {"anna.ipynb": NOTEBOOK})
    locked = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(mark) + flags] |= 1
    path.write_bytes(locked)
    assert "cannot be unpacked" in found(path)["anna"].problem


def test_what_is_not_there_is_said(tmp_path):
    with pytest.raises(FileNotFoundError, match="name a folder, a zip, or a notebook"):
        collect(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match="no submissions"):
        collect(tmp_path)
    (tmp_path / "class.zip").write_text("no zip", "utf-8")
    with pytest.raises(ValueError, match="cannot be read as a zip"):
        collect(tmp_path / "class.zip")


def script(text, tmp_path):
    (tmp_path / "anna.py").write_text(text, "utf-8")
    return [(cell.source.strip(), cell.tags) for cell in found(tmp_path)["anna"].cells]


def test_a_script_is_taken_apart_statement_by_statement(tmp_path):
    text = "import math\n\n@cached\ndef f(x):\n    return x\n\n\ncheck('f', f)\n"
    assert [source for source, _ in script(text, tmp_path)] == [
        "import math",
        "@cached\ndef f(x):\n    return x",
        "check('f', f)",
    ]


def test_a_script_with_marks_of_cells_is_taken_apart_there(tmp_path):
    text = (
        "# %%\nx = 1\n# %% [markdown]\n# Words.\n"
        '# %% tags=["solution", "hide-cell"]\ny = 2\n# In[3]:\nz = 3\n'
    )
    assert [pair for pair in script(text, tmp_path) if pair[0]] == [
        ("x = 1", ()),
        ("y = 2", ("solution", "hide-cell")),
        ("z = 3", ()),
    ]


def test_a_script_that_python_cannot_read_is_one_cell(tmp_path):
    assert script("def f(:\n", tmp_path) == [("def f(:", ())]


def test_statements_that_share_a_line_are_one_cell(tmp_path):
    text = "x = [1,\n2]; y = 3; check('f', y)\nz = 4\n"
    cells = [source for source, _ in script(text, tmp_path)]
    assert cells == ["x = [1,\n2]; y = 3; check('f', y)", "z = 4"]
    assert script(";".join(["1"] * 2000), tmp_path) == [(";".join(["1"] * 2000), ())]


@pytest.mark.parametrize("mark", ["\x0c", "\u2028", "\x85", "\x1c"])
def test_a_script_has_the_lines_that_python_sees(mark, tmp_path):
    cells = script(f"# a{mark}b\nx = 1\ry = 2\r\nz = 3\n", tmp_path)
    assert [source for source, _ in cells] == ["x = 1", "y = 2", "z = 3"]


def test_a_script_of_megabytes_is_not_taken_apart(tmp_path):
    (tmp_path / "anna.py").write_text("1\n" * 2**20, "utf-8")
    assert "no script has so much" in found(tmp_path)["anna"].problem


def test_a_file_that_is_named_as_canvas_names_them_stays_with_its_learner(tmp_path):
    files = {
        "anna/berta_1001_77001_work.ipynb": NOTEBOOK,
        "berta/work.ipynb": NOTEBOOK,
        "clara/sheet_2_1_clara.ipynb": NOTEBOOK,
    }
    assert list(found(foldered(tmp_path / "in", files))) == ["anna", "berta", "clara"]
    flat = {"sheet_2_1_anna.ipynb": NOTEBOOK, "sheet_2_1_berta.ipynb": NOTEBOOK}
    assert list(found(foldered(tmp_path / "flat", flat))) == ["sheet_2_1_anna", "sheet_2_1_berta"]


def test_a_download_of_canvas_may_be_packed_in_a_folder_and_hold_texts(tmp_path):
    files = {f"class/{name}": text for name, text in CANVAS.items()}
    files["class/grayalan_1004_text.html"] = "<p>Done</p>"
    read = found(zipped(tmp_path / "class.zip", files))
    assert [*read][1:] == ["müllerjürgen", "noetheremmy", "oneillada"]


def test_a_name_drives_no_terminal_and_can_be_written(tmp_path):
    for name in (b"a\xffa.ipynb", b"a\xfea.ipynb", b"a\x1b[31m.ipynb", "a\u202eb.ipynb".encode()):
        (tmp_path / os.fsdecode(name)).write_text(NOTEBOOK, "utf-8")
    names = list(found(tmp_path))
    assert len(names) == 4
    assert all(name.encode("utf-8").decode().isprintable() for name in names)


def test_a_number_of_thousands_of_digits_in_a_name_is_no_hurdle(tmp_path):
    files = {f"anna/{'9' * 5000}.ipynb": NOTEBOOK, "anna/b.ipynb": NOTEBOOK, "b.ipynb": NOTEBOOK}
    assert list(found(zipped(tmp_path / "class.zip", files))) == ["anna", "b"]


def test_markdown_is_no_code(tmp_path):
    cells = [{"cell_type": "markdown", "source": "text"}, {"cell_type": "code", "source": "x = 1"}]
    text = json.dumps({"cells": cells})
    assert [c.source for c in collect(foldered(tmp_path, {"a.ipynb": text}))[0].cells] == ["x = 1"]
