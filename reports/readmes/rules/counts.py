"""Parameter counts in the text, against the tables: "by using 15,738 parameters", "Params: 18.8k"."""

from reports.readmes.proof.evidence import Evidence
from reports.readmes.proof.findings import Judgements, Kind
from reports.readmes.proof.stated import judge_count
from reports.readmes.rules.registry import rule


@rule(
    Kind.COUNT,
    '"by using 15,738 parameters", "Params: 18.8k", a row of "Total parameters" and a figure',
    "the totals of the tables, or of the layers that a text gives as code: right as any of them, wrong only beside the "
    "one that it must be of",
)
def check_counts(evidence: Evidence) -> Judgements:
    """Every number of parameters that a line gives to its network."""
    printed = {figure.line for table in evidence.tables for figure in table.totals.values()}
    for said in evidence.said:
        if said.what == "parameters" and said.line not in printed:
            yield from judge_count(said, evidence)
