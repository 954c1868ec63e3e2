"""Errors of the reports package: one base class, so that the command line turns each into one line and exit code 2."""

from groundfloor.errors import InputError


class ReportsError(InputError):
    """A bad input, told in one line: the thing, the value, what is allowed."""


class TemplateError(ReportsError):
    """A template that cannot be read, parsed or filled in."""


class DisagreementError(ReportsError):
    """A run folder whose files are readable but contradict each other."""


class OutputError(ReportsError):
    """A folder that the report cannot be written to."""
