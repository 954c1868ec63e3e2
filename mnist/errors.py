"""Errors of the mnist package: one base class, so that the command line turns each into one line and exit code 2."""

from groundfloor.errors import InputError


class MnistError(InputError):
    """A bad input, told in one line: the thing, the value, what is allowed."""


class UnknownNetError(MnistError):
    """No network of that name."""


class NetworkError(MnistError):
    """A network of somebody's own that cannot be built, run or kept."""


class DataError(MnistError):
    """Training data that is missing, damaged or cannot be fetched."""


class RunError(MnistError):
    """A run folder that cannot be read or written."""


class BusyError(RunError):
    """A run folder that another process is training into."""


class TrainingError(MnistError):
    """Training that cannot go on."""
