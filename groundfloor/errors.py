"""The base of every package's errors: what `command.run` turns into one line and exit code 2."""


class InputError(Exception):
    """A bad input, told in one line: the thing, the value, what is allowed."""


class UnreadableError(InputError):
    """A file of somebody else's that is damaged, or holds or takes more than is allowed. Leaves out its path."""


class TooSlowError(UnreadableError):
    """What was done with it took longer than is allowed: nothing is said about the file itself."""


class LostError(InputError):
    """What was done was lost with the process or the machine that did it: it can be done again elsewhere."""
