"""The logs of a README, whoever printed them."""

from reports.readmes.reading.document import Document
from reports.readmes.reading.logs.drawn import drawn_logs
from reports.readmes.reading.logs.printed import printed_logs
from reports.readmes.reading.logs.results import Log


def read_logs(document: Document) -> tuple[Log, ...]:
    """Every log of the document, in order of lines."""
    logs = [*printed_logs(document), *drawn_logs(document)]
    return tuple(sorted(logs, key=lambda log: log.first))
