"""What a module says whose libraries are not installed."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["extra"]


@contextmanager
def extra(name: str) -> Iterator[None]:
    """Name the extra that brings a library, if an import in this block does not find it.

    Parameters
    ----------
    name : str
        An extra of ``pyproject.toml``.

    Raises
    ------
    ModuleNotFoundError
        In place of the one that Python raises, with the command that installs what is missing.

    Examples
    --------
    >>> with extra("learn"):
    ...     import no_such_library
    Traceback (most recent call last):
    ModuleNotFoundError: no_such_library is missing: pip install "softmax-course[learn]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        library = (error.name or "a library").partition(".")[0]
        raise ModuleNotFoundError(
            f'{library} is missing: pip install "softmax-course[{name}]"', name=error.name
        ) from None
