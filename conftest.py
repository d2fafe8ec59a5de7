"""Let nbval execute the notebooks behind the guard in `tests/book/ipython`."""

import os
from pathlib import Path

os.environ["IPYTHONDIR"] = str(Path(__file__).parent / "tests" / "book" / "ipython")
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
# The workers share the cores already: more threads for each only wait for one another.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
