"""Workbooks that have been judged, by the hash of their bytes: what is in the store is not judged again."""

import hashlib
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from backprop.classroom.judging.judged import Judged
from backprop.network.network import Network
from groundfloor.files import write_file
from groundfloor.version import distribution_version

FORMAT = 2  # of what is stored
FOLDER = ".judged"
_JUDGED = TypeAdapter(Judged)


class Store:
    """A folder with a file a workbook, written whole or not at all."""

    def __init__(self, folder: Path, network: Network | None, seed: int | None = None) -> None:
        described = "any" if network is None else network.model_dump_json()
        key = hashlib.sha256(f"{FORMAT}/{distribution_version()}/{described}/{seed}".encode()).hexdigest()
        self.folder = folder / FOLDER / key[:16]

    def get(self, digest: str) -> Judged | None:
        """What was judged of those bytes; None where nothing was, or where it cannot be read."""
        with suppress(OSError, ValidationError):
            return _JUDGED.validate_json(self._file(digest).read_bytes())
        return None

    def put(self, digest: str, judged: Judged) -> None:
        """Keep it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_file(self._file(digest), _JUDGED.dump_json(judged), force=True)

    def _file(self, digest: str) -> Path:
        return self.folder / f"{digest}.json"
