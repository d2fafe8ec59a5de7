"""Let nbval execute the notebooks behind the guard in `tests/book/ipython`."""

import os
import tempfile
from pathlib import Path

os.environ["IPYTHONDIR"] = str(Path(__file__).parent / "tests" / "book" / "ipython")
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
# The workers share the cores already: more threads for each only wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# What Numba has compiled, and the settings that Dask writes when it is first imported, are no part
# of the course's folder or of the home of whoever runs its tests.
os.environ.setdefault("NUMBA_CACHE_DIR", os.path.join(tempfile.gettempdir(), "softmax-numba"))
os.environ.setdefault("DASK_CONFIG", os.path.join(tempfile.gettempdir(), "softmax-dask"))
