"""Errors of the backprop package: one base class, so that the command line turns each into one line and exit code 2."""

from groundfloor.errors import InputError


class BackpropError(InputError):
    """A bad input, told in one line: the thing, the value, what is allowed."""


class NetworkError(BackpropError):
    """A network description that is missing, malformed or inconsistent."""


class TraceError(BackpropError):
    """A learning rate or number of epochs that cannot be computed."""


class WorkbookError(BackpropError):
    """A workbook that cannot be laid out or written."""
