"""What a run was made on and with: device, processor, versions, code commit. No host names, no paths."""

import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from mnist.runs.record import Environment

PACKAGE = "backprop-workbook"


def describe(device: str, accelerator: str | None, threads: int) -> Environment:
    """The environment of a run on `device`; `accelerator` is its name, None for the processor."""
    commit, modified = code_commit()
    return Environment(
        device=device,
        hardware=accelerator or processor(),
        threads=threads,
        system=f"{platform.system()} {platform.machine()}",
        versions=versions(),
        commit=commit,
        modified=modified,
    )


def versions() -> dict[str, str]:
    """The versions of what computes."""
    return {"python": platform.python_version()} | {name: _version(name) for name in ("torch", "numpy", PACKAGE)}


def processor() -> str:
    """The processor's model name, or its architecture where the system tells no more."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return _output("sysctl", "-n", "machdep.cpu.brand_string") or platform.processor() or platform.machine()


def code_commit() -> tuple[str | None, bool | None]:
    """(commit, whether tracked files of this package differ from it); (None, None) away from a checkout of it."""
    file = Path(__file__)
    here = file.parents[1]  # the whole package
    if _output("git", "-C", str(here), "ls-files", str(file.relative_to(here))) is None:
        return None, None
    commit = _output("git", "-C", str(here), "rev-parse", "HEAD")
    if commit is None:
        return None, None
    return commit, _output(
        "git", "-C", str(here), "status", "--porcelain", "--untracked-files=no", "--", "."
    ) is not None


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _output(*command: str) -> str | None:
    """What the command prints; None where it prints nothing, fails or does not exist."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip() or None
