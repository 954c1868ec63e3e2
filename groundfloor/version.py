"""The version of the installed distribution."""

from importlib.metadata import PackageNotFoundError, version

DISTRIBUTION = "backprop-workbook"


def distribution_version() -> str:
    """Such as 0.1.0; 'unknown' where the code runs without having been installed."""
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:
        return "unknown"
