"""Let nbval execute the notebooks behind the guard in `tests/book/ipython`."""

import os
from pathlib import Path

os.environ["IPYTHONDIR"] = str(Path(__file__).parent / "tests" / "book" / "ipython")
os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
