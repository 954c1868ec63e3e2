"""The libraries that training needs and that the package can do without: which are missing, and how to get them."""

from importlib.util import find_spec

from mnist.errors import MnistError

REQUIREMENTS = {"torch": "torch>=2.9", "safetensors": "safetensors>=0.5", "pooch": "pooch>=1.8"}  # as in pyproject.toml


def need_libraries() -> None:
    """MnistError unless all are installed; its command works in a checkout and beside an installed package alike."""
    missing = [name for name in REQUIREMENTS if find_spec(name) is None]
    if missing:
        wanted = " ".join(f"'{REQUIREMENTS[name]}'" for name in missing)
        raise MnistError(f"training needs {' and '.join(missing)}, not installed here: pip install {wanted}")
