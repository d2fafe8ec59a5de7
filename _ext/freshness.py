"""Build again what a change has made stale: outputs, and pages.

The cache of executed notebooks is keyed on a notebook's own code. A change in `softmax_course`
or in an installed library changes what the same code prints; so each state of both gets a cache
folder of its own, and pages built from another state are read again.

Sphinx compares a page with its source alone. A change in these extensions lets all pages be read
again, and one in the style sheets or scripts lets all be written again. *Teach with it* has a table
that is made from the chapters, so it is read again with any of them.

Private hook: MyST-NB 1.4.0 reads `nb_execution_cache_path` later than this sets it.
"""

import hashlib
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment

ROOT = Path(__file__).parents[1]


def environment_digest(package: Path) -> str:
    """Name the state of the package's files and of everything that is installed."""
    installed = sorted({f"{found.name}=={found.version}" for found in distributions()})
    return hashlib.sha256(f"{sys.version}{installed}{digest(package)}".encode()).hexdigest()[:16]


def digest(folder: Path) -> str:
    """Name the state of the files in a folder."""
    state = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            state.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return state.hexdigest()


def read_states(app: Sphinx, config: Config) -> None:
    """Point the cache to this state's folder and drop the folders of others."""
    config.extensions_digest = digest(ROOT / "_ext")
    config.static_digest = digest(ROOT / "_static")
    config.environment_digest = environment_digest(ROOT / "softmax_course")
    caches = Path(app.outdir).parent / ".execution_cache"
    for stale in caches.glob("*"):
        if stale.name != config.environment_digest:
            shutil.rmtree(stale)
    config.nb_execution_cache_path = str(caches / config.environment_digest)


def made_from_chapters(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Name the pages to read again because a chapter has changed."""
    some = any(page.startswith("chapters/") for page in added | changed | removed)
    return ["teach"] if some else []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("environment_digest", "", "env", types=(str,))
    app.add_config_value("extensions_digest", "", "env", types=(str,))
    app.add_config_value("static_digest", "", "html", types=(str,))
    app.connect("config-inited", read_states, priority=1)
    app.connect("env-get-outdated", made_from_chapters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
