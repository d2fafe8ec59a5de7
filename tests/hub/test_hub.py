"""A class on a real hub: each learner works, and none sees another's.

JupyterHub, its proxy and the learners' servers run here as processes; browsers log in as people do.
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
import pytest
import yaml
from nbformat.reader import NotJSONError
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
BIN = ROOT / "_build/hub/bin"
VALUES = yaml.safe_load((ROOT / "deploy/jupyterhub/values.yaml").read_text("utf-8"))
LEARNERS = ("ada", "bo", "cy")
TEACHER = "dora"
PASSWORD = secrets.token_hex(16)
TOKEN = secrets.token_hex(32)
CHAPTER = "softmax-course/chapters/02_max_argmax_softmax.ipynb"
# The link that deploy/README.md gives to teachers; the repository is one that all sandboxes show.
README = (ROOT / "deploy/README.md").read_text("utf-8")
(LINK,) = re.findall(r"^https://HUB(/hub/user-redirect/.*)$", README, re.MULTILINE)
LINK = LINK.replace("REPOSITORY", quote("file:///srv/softmax-course", safe=""))
PATIENCE = 120  # seconds: a busy machine may be slow, and only what hangs shall fail
expect.set_options(1000 * PATIENCE)


@dataclass(frozen=True)
class Hub:
    """A hub that runs."""

    address: str
    folder: Path

    @property
    def log(self) -> str:
        """What the hub, its proxy and all servers have said so far."""
        return (self.folder / "hub.log").read_text("utf-8")

    def home(self, learner: str) -> Path:
        """Return the folder that is a learner's home."""
        return self.folder / "homes" / learner


def wait_until(fact: Callable[[], object], what: str) -> None:
    """Wait until something holds; `what` says what, if it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with suppress(NotJSONError):  # a notebook that is just being written
            if fact():
                return
        time.sleep(0.5)
    pytest.fail(f"After {PATIENCE} seconds it does not hold that {what}.")


def git(*words: str | Path) -> None:
    subprocess.run(["git", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Start a hub in an empty folder, with the course beside it; stop it at the end."""
    if not (BIN / "jupyterhub").exists():
        pytest.fail(f"There is no hub in {BIN}: run `make test-hub`.")
    folder = tmp_path_factory.mktemp("hub")
    git("clone", "--depth", "1", ROOT.as_uri(), folder / "course")
    git("-C", folder / "course", "switch", "-C", "main")  # whatever branch it was cloned from
    (folder / "passwd").write_text("jovyan:x:1000:100::/home/jovyan:/bin/bash\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    hub = Hub(f"http://127.0.0.1:{port}", folder)
    settings = {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "HUB_ADDRESS": hub.address,
        "HUB_USERS": " ".join([*LEARNERS, TEACHER]),
        "HUB_TEACHER": TEACHER,
        "HUB_PASSWORD": PASSWORD,
        "HUB_TOKEN": TOKEN,
    }
    command: list[str | Path] = [BIN / "jupyterhub", "-f", ROOT / "tests/hub/jupyterhub_config.py"]
    with (
        (folder / "hub.log").open("wb") as log,
        subprocess.Popen(
            command, cwd=folder, env=os.environ | settings, stdout=log, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            wait_until(
                lambda: process.poll() is not None or "JupyterHub is now running" in hub.log,
                "the hub runs",
            )
            assert process.poll() is None, hub.log
            yield hub
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a headless Chromium: the system's own where there is one."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox", "--disable-gpu"],
        )
        yield chromium
        chromium.close()


def log_in(browser: Browser, address: str, name: str) -> Page:
    """Open an address of the hub as somebody who has to log in first."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(1000 * PATIENCE)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


@pytest.fixture(scope="module")
def pages(hub: Hub, browser: Browser) -> dict[str, Page]:
    """Let every learner follow the teacher's link and run the whole chapter, all at once."""
    pages = {name: log_in(browser, hub.address + LINK, name) for name in LEARNERS}
    for page in pages.values():
        run_all(page)
    for name, page in pages.items():
        wait_until_run(page, hub.home(name) / CHAPTER)
    return pages


def choose(page: Page, menu: str, command: str) -> None:
    """Choose a command of a menu in JupyterLab."""
    page.locator(".lm-MenuBar-item").get_by_text(menu, exact=True).click()
    page.locator(f'.lm-Menu-item[data-command="{command}"]').click()


def run_all(page: Page) -> None:
    """Clear the outputs of the notebook that opens in JupyterLab, and run all of its cells."""
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").first).to_be_visible()
    wait_until(lambda: is_idle(page), "a kernel waits for the notebook")
    choose(page, "Edit", "editmenu:clear-all")
    choose(page, "Run", "runmenu:run-all")


def is_idle(page: Page) -> bool:
    """Tell whether the kernel that a page is connected to has nothing to do."""
    kernels = page.request.get(page.url.partition("/lab/")[0] + "/api/kernels").json()
    return any(one["connections"] and one["execution_state"] == "idle" for one in kernels)


def wait_until_run(page: Page, path: Path) -> None:
    """Save the notebook, when it seems done, until the file says that all of it has run."""

    def has_run() -> bool:
        if not is_idle(page):
            return False
        if all(cell.execution_count for cell in code_cells(path) if cell.source):
            return True
        choose(page, "File", "docmanager:save")
        return False

    wait_until(has_run, f"all cells of {path.name} have run")


def code_cells(path: Path) -> list[Any]:
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def outputs(cell: Any) -> str:
    """Return what a cell shows, as text."""
    assert [out.evalue for out in cell.outputs if out.output_type == "error"] == []
    return "".join(out.get("text") or out.data.get("text/plain", "") for out in cell.outputs)


def probe(page: Page, hub: Hub, learner: str, code: str) -> Any:
    """Run code that ends with a value of JSON in a learner's own kernel; return the value."""
    cells = [nbformat.v4.new_code_cell(f"import json\n{code}\nprint(json.dumps(found))")]
    metadata = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    path = hub.home(learner) / f"probe{len(list(hub.home(learner).glob('probe*')))}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    page.goto(f"{hub.address}/user/{learner}/lab/tree/{path.name}?reset")
    run_all(page)
    wait_until_run(page, path)
    (cell,) = code_cells(path)
    return json.loads(outputs(cell))


def processes(learner: str) -> Iterator[Path]:
    """Find the processes of a learner's server, kernels included, by what they inherit."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"JUPYTERHUB_USER={learner}\0".encode() in (process / "environ").read_bytes():
                yield process
        except OSError:  # it has ended, or is somebody else's
            pass


def megabytes(learner: str, kind: str) -> float:
    """Sum the memory of a learner's server: "Rss", or "Pss" with shared pages divided."""
    found = (
        re.search(rf"^{kind}:\s+(\d+) kB", (process / "smaps_rollup").read_text(), re.MULTILINE)
        for process in processes(learner)
    )
    return sum(int(match[1]) for match in found if match) / 1024


def in_megabytes(amount: str) -> float:
    """Read an amount as the chart does: 512M, 1G."""
    return float(amount[:-1]) * {"M": 1, "G": 1024}[amount[-1]]


def test_every_learner_runs_chapter_2_without_an_error(hub: Hub, pages: dict[str, Page]) -> None:
    published = code_cells(ROOT / "chapters" / Path(CHAPTER).name)
    for learner in pages:
        cells = code_cells(hub.home(learner) / CHAPTER)
        assert len(cells) == len(published) > 40
        errors = [out for cell in cells for out in cell.outputs if out.output_type == "error"]
        assert errors == []


def test_a_learner_takes_no_more_memory_than_is_guaranteed(pages: dict[str, Page]) -> None:
    memory = VALUES["singleuser"]["memory"]
    for learner in pages:
        rss, pss = megabytes(learner, "Rss"), megabytes(learner, "Pss")
        print(f"{learner}: server and kernel after chapter 2, RSS {rss:.0f} MB, PSS {pss:.0f} MB")
        assert 100 < pss <= rss < in_megabytes(memory["guarantee"]) < in_megabytes(memory["limit"])


def test_a_right_answer_is_called_right(hub: Hub, pages: dict[str, Page]) -> None:
    page = pages["ada"]
    cell = page.locator(".jp-CodeCell").filter(has_text="def softmax_batch(logits): ...").first
    cell.scroll_into_view_if_needed()
    expect(cell).to_contain_text("Not attempted yet.")
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(
        "def softmax_batch(logits):\n"
        "    e = np.exp(logits - np.max(logits, axis=1, keepdims=True))\n"
        "    return e / e.sum(axis=1, keepdims=True)\n\n\n"
        'check("softmax_batch", softmax_batch)  # by Ada'
    )
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".jp-CodeCell").filter(has_text="by Ada")).to_contain_text("Right.")
    choose(page, "File", "docmanager:save")
    wait_until(lambda: ada_has_solved_it(hub), "Ada's answer is stored")


def ada_has_solved_it(hub: Hub) -> bool:
    """Tell whether the file in Ada's home holds her answer and the verdict on it."""
    cells = (cell for cell in code_cells(hub.home("ada") / CHAPTER) if "by Ada" in cell.source)
    return any("Right." in outputs(cell) for cell in cells)


def test_a_learner_is_refused_at_another_ones_address(hub: Hub, pages: dict[str, Page]) -> None:
    def status(path: str) -> int:
        return pages["ada"].request.get(hub.address + path).status

    assert status("/user/ada/api/contents/") == 200
    assert status("/user/bo/lab") == 403  # refused after being asked who it is, as a page is
    assert status(f"/user/bo/files/{CHAPTER}") == 403
    assert status("/user/bo/api/contents/") == 403
    assert status("/hub/api/users/ada") == 200
    assert status("/hub/api/users/bo") in (403, 404)
    assert status("/hub/api/users") == 403
    assert status("/hub/admin") == 403


def test_a_kernel_sees_no_files_and_no_processes_of_another_learner(
    hub: Hub, pages: dict[str, Page]
) -> None:
    secret = hub.home("bo") / "secret.txt"
    secret.write_text("what Bo thinks", "utf-8")
    assert len(list(processes("bo"))) >= 2  # there is something to see
    found = probe(
        pages["ada"],
        hub,
        "ada",
        f"""
import os, pathlib
commands = [path.read_text() for path in pathlib.Path("/proc").glob("[0-9]*/cmdline")]
found = {{
    "own": os.path.exists("/home/jovyan/course"),
    "secret": pathlib.Path({str(secret)!r}).exists(),
    "hub": pathlib.Path({str(hub.folder)!r}).exists(),
    "servers": sum("jupyterhub-singleuser" in command for command in commands) > 0,
    "others": sum("/homes/bo" in command for command in commands),
}}""",
    )
    own = {"own": True, "servers": True}
    assert found == own | {"secret": False, "hub": False, "others": 0}


def test_a_kernel_is_refused_at_the_port_of_another_ones_server(
    hub: Hub, pages: dict[str, Page]
) -> None:
    environ = next(processes("bo")).joinpath("environ").read_text()
    (address,) = re.findall(r"JUPYTERHUB_SERVICE_URL=([^\0]+)", environ)
    found = probe(
        pages["ada"],
        hub,
        "ada",
        f"""
import os, urllib.request, urllib.error
def status(token):
    asked = urllib.request.Request({address!r} + "api/contents/")
    asked.add_header("Authorization", "token " + token)
    try:
        return urllib.request.urlopen(asked).status
    except urllib.error.HTTPError as error:
        return error.code
found = [status(os.environ["JUPYTERHUB_API_TOKEN"]), status("")]""",
    )
    assert found == [403, 403]


def test_the_course_is_there_for_all_and_nobody_can_change_it(
    hub: Hub, pages: dict[str, Page]
) -> None:
    found = probe(
        pages["bo"],
        hub,
        "bo",
        """
import pathlib, softmax_course, numpy
def refused(folder):
    try:
        (folder / "mine.txt").write_text("mine")
    except OSError as error:
        return error.strerror
course = pathlib.Path("course")
packages = [pathlib.Path(module.__file__).parent for module in (softmax_course, numpy)]
refusals = [refused(place) for place in [course, course / "chapters", *packages]]
found = [len(list(course.glob("chapters/*.ipynb"))), refusals]""",
    )
    notebooks, refusals = found
    assert notebooks == len(list((ROOT / "chapters").glob("*.ipynb")))
    assert refusals == ["Read-only file system"] * 4


def test_a_teacher_sees_who_is_there_and_opens_nobodys_server(
    hub: Hub, browser: Browser, pages: dict[str, Page]
) -> None:
    page = log_in(browser, hub.address + "/hub/admin", TEACHER)
    for learner in pages:
        expect(page.get_by_role("row").filter(has_text=learner).first).to_be_visible()
    assert page.request.get(hub.address + "/user/ada/lab").status == 403
    page.context.close()


def test_an_idle_server_is_stopped_and_what_was_saved_is_there_at_the_next_start(
    hub: Hub, browser: Browser, pages: dict[str, Page]
) -> None:
    for page in pages.values():
        page.context.close()
    cull = VALUES["cull"]
    assert cull["enabled"]
    assert cull["every"] <= cull["timeout"] / 2
    environ = os.environ | {"JUPYTERHUB_API_TOKEN": TOKEN}
    # What the chart starts, with one second where it has an hour.
    command = [str(BIN / "jupyterhub-idle-culler"), "--timeout=1", "--cull-every=1"]
    command += [f"--url={hub.address}/hub/api", f"--concurrency={len(LEARNERS)}"]
    with (
        (hub.folder / "culler.log").open("wb") as log,
        subprocess.Popen(command, env=environ, stderr=log) as culler,
    ):
        try:
            wait_until(lambda: not any(any(processes(n)) for n in LEARNERS), "all are stopped")
        finally:
            culler.terminate()
    page = log_in(browser, hub.address + LINK, "ada")
    cell = page.locator(".jp-CodeCell").filter(has_text="by Ada")
    expect(cell).to_contain_text("Right.")
    assert ada_has_solved_it(hub)
    assert list(processes("ada"))
    page.context.close()


def test_the_log_holds_no_error_and_the_servers_read_the_settings_for_the_class(
    hub: Hub, pages: dict[str, Page]
) -> None:
    settings = json.loads((ROOT / "deploy/jupyterhub/jupyter_server_config.json").read_text())
    idle = settings["MappingKernelManager"]["cull_idle_timeout"]
    assert f"Culling kernels with idle durations > {idle} seconds" in hub.log
    assert "Traceback" not in hub.log
    errors = re.findall(r"^\[[EC] .*", hub.log, re.MULTILINE)
    refused = "not allowed to access Server at"  # what the tests above have asked for
    assert [line for line in errors if refused not in line] == []
