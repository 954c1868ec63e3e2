"""Which dependencies have wheels for which Python? One row a dependency of pyproject.toml, extras too.

    python benchmarks/dependencies/wheels.py [--python 3.11 ...]

pip resolves each as `pip install --only-binary :all:` would on this system, and installs nothing. For torch the index
is only asked for its versions: where it has no separate metadata, a resolution fetches the whole wheel, of gigabytes.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
LARGE = "torch"
PROJECT = Path(__file__).parents[2] / "pyproject.toml"


def dependencies() -> list[str]:
    """The requirements of the package and of its extras, each once."""
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    every = dict.fromkeys([*project["dependencies"], *(each for extra in extras for each in extra)])
    return [each for each in every if name(each) != project["name"]]  # an extra that takes in others names itself


def name(requirement: str) -> str:
    return re.split(r"[\s<>=!~\[;]", requirement, maxsplit=1)[0]


def normal(text: str) -> str:
    """A distribution's name as the index spells it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", text).lower()


def versions(requirements: list[str], python: str) -> dict[str, str]:
    """The version that pip would install of each, by normal name; asked one by one where some have no wheel."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--dry-run", "--no-deps",
            "--ignore-installed", "--only-binary", ":all:", "--python-version", python, "--target", folder,
            "--report", f"{folder}/report.json", *requirements,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            report = json.loads(Path(folder, "report.json").read_text(encoding="utf-8"))
            found = [each["metadata"] for each in report["install"]]
            return {normal(each["name"]): each["version"] for each in found}
    if len(requirements) == 1:
        return {}
    return {name: version for each in requirements for name, version in versions([each], python).items()}


def listed(distribution: str, python: str) -> dict[str, str]:
    """The newest version that the index lists with a wheel for that Python; nothing is fetched."""
    command = [
        sys.executable, "-m", "pip", "index", "versions", distribution, "--disable-pip-version-check",
        "--only-binary", ":all:", "--python-version", python,
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    newest = re.match(r"\S+ \((\S+)\)", done.stdout)
    return {distribution: newest[1]} if newest else {}


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--python", nargs="+", default=PYTHONS)
    options = parser.parse_args(arguments)
    asked = dependencies()
    small = [each for each in asked if name(each) != LARGE]
    table = {python: versions(small, python) | listed(LARGE, python) for python in options.python}
    print(f"{'wheels for Python':<20}" + "".join(f"{python:>14}" for python in table))
    for each in asked:
        print(f"{name(each):<20}" + "".join(f"{table[python].get(normal(name(each)), 'none'):>14}" for python in table))
    sys.exit(any(normal(name(each)) not in row for row in table.values() for each in asked))


if __name__ == "__main__":
    main()
