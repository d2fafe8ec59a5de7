"""Forget executed outputs when the package or the environment changes.

The cache of executed notebooks is keyed on a notebook's own code. A change in `softmax_course`
or in an installed library changes what the same code prints; so each state of both gets a cache
folder of its own, and pages built from another state are read again.
"""

import hashlib
import shutil
import sys
from importlib.metadata import distributions
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config


def environment_digest(package: Path) -> str:
    """Name the state of the package's files and of everything that is installed."""
    digest = hashlib.sha256(sys.version.encode())
    for line in sorted({f"{found.name}=={found.version}" for found in distributions()}):
        digest.update(line.encode())
    for path in sorted(package.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def use_cache_of_this_environment(app: Sphinx, config: Config) -> None:
    """Point the cache to this state's folder and drop the folders of others."""
    config.environment_digest = environment_digest(Path(app.srcdir) / "softmax_course")
    caches = Path(app.outdir).parent / ".execution_cache"
    for stale in caches.glob("*"):
        if stale.name != config.environment_digest:
            shutil.rmtree(stale)
    config.nb_execution_cache_path = str(caches / config.environment_digest)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register with Sphinx."""
    app.add_config_value("environment_digest", "", "env", types=(str,))
    app.connect("config-inited", use_cache_of_this_environment, priority=1)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
