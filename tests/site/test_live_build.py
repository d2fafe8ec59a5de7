"""Where the pages get their Python: from a folder, a cache or an address, and always compared."""

import re
import shutil
import socket
from pathlib import Path

import live
import platformdirs
import pytest
from sphinx.errors import ExtensionError

from conftest import SITE, serve

FILES = SITE / "_static" / "live"
WHEEL = "cycler-0.12.1-py3-none-any.whl"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the build an empty cache, and no folder."""
    monkeypatch.delenv("LIVE_DIST", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    return tmp_path / "softmax-course" / f"pyodide-{live.RELEASE['version']}"


def at(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Let the release lie at another address."""
    monkeypatch.setitem(live.RELEASE, "address", address)


def test_a_folder_is_taken_as_it_is_and_nothing_means_without(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LIVE_DIST", "some/folder")
    assert live.find_release() == Path("some/folder")
    monkeypatch.setenv("LIVE_DIST", "")
    assert live.find_release() is None


def test_the_release_is_fetched_once_from_its_address(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(FILES) as address:
        at(monkeypatch, address)
        assert live.find_release() == cache
    names = {path.name for path in cache.iterdir()}
    assert names == {*live.RELEASE["core"], *live.wheels(cache)}
    assert WHEEL in names
    assert live.find_release() == cache  # the address is gone


def test_an_address_that_cannot_be_reached_leaves_the_site_without_python(
    cache: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as taken:  # nobody listens at its port
        taken.bind(("127.0.0.1", 0))
        at(monkeypatch, f"http://127.0.0.1:{taken.getsockname()[1]}/")
        assert live.find_release() is None
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("The pages go without Python: http://127.0.0.1:")
    assert list(cache.iterdir()) == []


def test_a_host_that_never_answers_is_not_waited_for(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # it takes the call and says nothing
        at(monkeypatch, f"http://127.0.0.1:{silent.getsockname()[1]}/")
        assert live.find_release() is None


def test_a_file_that_is_not_the_published_one_stops_the_build(tmp_path: Path) -> None:
    for name in [*live.RELEASE["core"], WHEEL]:
        shutil.copy(FILES / name, tmp_path)
    hashes = live.RELEASE["core"] | live.wheels(tmp_path)
    for name in ["pyodide.asm.wasm", WHEEL]:
        content = (tmp_path / name).read_bytes()
        assert live.read(tmp_path, name, hashes[name]) == content
        (tmp_path / name).write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(ExtensionError, match=f"{name} is not the file of Pyodide"):
            live.read(tmp_path, name, hashes[name])
    (tmp_path / WHEEL).unlink()
    with pytest.raises(ExtensionError, match=f"lacks {WHEEL} of Pyodide"):
        live.read(tmp_path, WHEEL, hashes[WHEEL])


def test_what_a_module_of_the_course_brings_is_known_before_it_is_imported() -> None:
    found = live.libraries(Path(live.__file__).parents[1] / "softmax_course")
    assert found["softmax_course"] == ["numpy"]
    assert found["softmax_course.checks"] == ["numpy"]
    assert found["softmax_course.plots"] == ["cycler", "matplotlib", "numpy"]
    assert {"scipy", "sklearn"} <= set(found["softmax_course.linear_model"])


def test_the_course_s_archive_is_the_same_whenever_it_is_built() -> None:
    package = Path(live.__file__).parents[1] / "softmax_course"
    assert live.course(package) == live.course(package)


def test_licences_travel_with_what_the_pages_carry() -> None:
    text = live.course(Path(live.__file__).parents[1] / "softmax_course")
    for library in ["ipython", "markdown-it-py", "mdurl"]:
        assert re.search(rf"licences/{library}/LICENSE".encode(), text)
