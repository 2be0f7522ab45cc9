"""Whether a claim held, differed or was not run, with what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.claim import Claim, Run, text
from claims.execution import Job, Record

HELD, DIFFERED, NOT_RUN = "held", "differed", "not run"


@dataclass(frozen=True)
class Verdict:
    """What came of a claim.

    Attributes
    ----------
    status : str
        `HELD`, `DIFFERED` or `NOT_RUN`.
    measured : str
        As one reads it; empty where nothing was measured.
    reason : str
        Why it was not run; why it differed, where that is known.
    """

    status: str
    measured: str = ""
    reason: str = ""

    @property
    def unexplained(self) -> bool:
        """Whether it differed, and nobody knows why."""
        return self.status == DIFFERED and not self.reason


Verdicts = dict[str, list[tuple[Claim, Verdict]]]


def judge(claim: Claim, record: Record | None, job: Job) -> Verdict:
    """Check a claim against the results of its script, as far as it is about what was run."""
    if record is None:
        return Verdict(NOT_RUN, reason="its script has not been run with this code")
    if "error" in record:
        return Verdict(NOT_RUN, reason=f"the script failed: {record['error']}")
    if claim.full and job.quick:
        return Verdict(NOT_RUN, reason="it is about the full size, and this was --quick")
    if claim.mnist and job.data != "mnist":
        return Verdict(NOT_RUN, reason="it is about real MNIST, and these are drawn digits")
    try:
        measured = claim.measured(record["results"])
        held = claim.check.holds(measured)
    except Exception as error:  # whatever a script may have returned
        return Verdict(DIFFERED, f"nothing that can be compared ({type(error).__name__}: {error})")
    return Verdict(
        HELD if held else DIFFERED,
        text(measured, claim.check.digits),
        "" if held else claim.differs,
    )


def judge_all(runs: Sequence[Run], records: Mapping[str, Record], job: Job) -> Verdicts:
    """Return by the name of each run its claims, each with the verdict on it."""
    return {
        run.name: [(claim, judge(claim, records.get(run.name), job)) for claim in run.claims]
        for run in runs
    }
