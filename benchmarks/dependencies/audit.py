#!/usr/bin/env python3
"""What this project depends on: known vulnerabilities, licences, a written reason for each, a lock with hashes.

    benchmarks/dependencies/audit.py           # licences and reasons, of what is installed here
    benchmarks/dependencies/audit.py --lock    # writes requirements.lock anew, from constraints.txt
    make audit                                 # that, the lock installed from its hashes, and pip-audit

Exit code 1: a licence that is forbidden or unknown, a package without a pin or a reason.
"""

import argparse
import importlib.metadata
import re
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT, PINS, LOCK = ROOT / "pyproject.toml", ROOT / "constraints.txt", ROOT / "requirements.lock"
HEAD = """\
# Every package of every extra, for every system and Python, with the hashes of PyPI: made by make lock.
# pip install --no-deps --require-hashes -r requirements.lock
# but for PyTorch and what it brings for GPUs: its index decides which build (make TORCH_INDEX=...), and its version is
# that of constraints.txt.
"""
_TORCH = re.compile(r"torch|triton|nvidia-.*|cuda-.*")  # left out of the lock
# Whose metadata name no licence; read in the repository that they name.
TOLD_ELSEWHERE = {"torchsummary": "MIT"}
# What may be linked with code under MIT and given away with it. LGPL only as a library of its own that one can replace.
ALLOWED = re.compile(
    r"MIT|BSD|Apache|PSF|Python Software Foundation|ISC|HPND|MPL|Mozilla|Unlicense|Zlib|"
    r"Public Domain|CC0|0BSD|CNRI|LGPL",
    re.IGNORECASE,
)
FORBIDDEN = re.compile(r"(?<!L)GPL|AGPL|EUPL|SSPL|BUSL|Commons Clause|non-?commercial|proprietary", re.IGNORECASE)
_NAME = re.compile(r"^[A-Za-z0-9][\w.-]*")


@dataclass(frozen=True, slots=True)
class Package:
    """A package that is installed, and its licence as it says."""

    name: str
    version: str
    licence: str

    @property
    def fits(self) -> bool:
        """Whether the licence is known, allowed, and of no forbidden kind alone."""
        choices = re.split(r"\bor\b|;", self.licence, flags=re.IGNORECASE)
        return any(ALLOWED.search(each) and not FORBIDDEN.search(each) for each in choices)


def plain(name: str) -> str:
    """As PyPI compares names."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    """Name -> version of constraints.txt."""
    lines = (line.split("#")[0].strip() for line in PINS.read_text(encoding="utf-8").splitlines())
    return {plain(name): version for name, _, version in (line.partition("==") for line in lines if line)}


def wanted() -> dict[str, str]:
    """The packages that pyproject.toml names -> the reason beside each; empty where none is written."""
    text = PROJECT.read_text(encoding="utf-8")
    project = tomllib.loads(text)["project"]
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    names = [match[0] for group in groups for each in group if (match := _NAME.match(each))]
    found = {}
    for name in names:
        if name != project["name"]:
            line = re.search(rf'^\s*"{re.escape(name)}[^"]*",?(.*)$', text, re.MULTILINE)
            found[name] = line[1].strip().removeprefix("#").strip() if line else ""
    return found


def installed() -> list[Package]:
    """What this environment has of all that constraints.txt pins."""
    packages = []
    for name, version in sorted(pins().items()):
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        packages.append(Package(name, version, _licence(about)))
    return packages


def _licence(about: importlib.metadata.PackageMetadata) -> str:
    kinds = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier") or () if each.startswith("License ::")]
    told = about.get("License-Expression") or "; ".join(kind for kind in kinds if kind != "OSI Approved")
    text = told or str(about.get("License") or "").strip()
    text = TOLD_ELSEWHERE.get(plain(about["Name"]), text)
    return " ".join(text.split())[:60] or "unknown"


def write_lock() -> str:
    """The lock: what uv resolves for all extras within the pins, for all systems, each with the hashes of its files."""
    with tempfile.TemporaryDirectory() as folder:
        compiled = Path(folder) / "lock.txt"
        words = ["--all-extras", "--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"]
        command = ["uv", "pip", "compile", PROJECT, "-c", PINS, "-p", "3.11", "-o", compiled, *words]
        subprocess.run(list(map(str, command)), check=True)
        packages = re.split(r"^(?=\S)", compiled.read_text(encoding="utf-8"), flags=re.MULTILINE)
    kept = (each for each in packages if (name := _NAME.match(each)) and not _TORCH.fullmatch(plain(name[0])))
    return HEAD + "".join(kept)


def locked() -> dict[str, str]:
    """Name -> version of requirements.lock."""
    lines = re.findall(r"^([\w.-]+)==(\S+)", LOCK.read_text(encoding="utf-8"), re.MULTILINE)
    return {plain(name): version for name, version in lines}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lock", action="store_true", help="write requirements.lock")
    options = parser.parse_args()
    if options.lock:
        LOCK.write_text(write_lock(), encoding="utf-8")
        return
    packages = installed()
    for package in packages:
        print(f"{package.name:<26} {package.version:<14} {package.licence}{'' if package.fits else '   NOT ALLOWED'}")
    faults = [f"{each.name}: licence {each.licence}" for each in packages if not each.fits]
    faults += [f"{name}: no reason beside it in pyproject.toml" for name, reason in wanted().items() if not reason]
    faults += [f"{name}: no version in constraints.txt" for name in wanted() if plain(name) not in pins()]
    pinned = pins()
    faults += [f"{name}: {version} in requirements.lock, {pinned.get(name)} in constraints.txt: make lock"
               for name, version in locked().items() if pinned.get(name, version) != version]  # fmt: skip
    faults += [f"{name}: not in requirements.lock: make lock" for name in map(plain, wanted())
               if name not in locked() and not _TORCH.fullmatch(name)]  # fmt: skip
    print(f"{len(packages)} packages; {len(faults)} faults", *faults, sep="\n")
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
