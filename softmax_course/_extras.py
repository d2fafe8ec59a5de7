"""Say what to install when a part of the package is used that needs more than NumPy."""

from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["needs"]


@contextmanager
def needs(extra: str) -> Iterator[None]:
    """Let an import that fails within the block name the extra that would have helped.

    Parameters
    ----------
    extra : str
        The extra of this package that brings what is imported.

    Raises
    ------
    ImportError
        If a module is missing; its message is the command that installs it.

    Examples
    --------
    >>> with needs("learn"):
    ...     import a_library_that_draws
    Traceback (most recent call last):
    ImportError: a_library_that_draws is missing. Install it: pip install "softmax-course[learn]"
    """
    try:
        yield
    except ModuleNotFoundError as error:
        message = f'{error.name} is missing. Install it: pip install "softmax-course[{extra}]"'
        raise ImportError(message, name=error.name) from error
