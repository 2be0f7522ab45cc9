"""Whether a claim held, differed or was not run, with what was measured."""

from dataclasses import dataclass

from claims.claim import Claim, text
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


def judge(claim: Claim, record: Record | None, job: Job) -> Verdict:
    """Check a claim against the results of its script, as far as it is about what was run."""
    if record is None:
        return Verdict(NOT_RUN, reason="the script was not asked for")
    if "error" in record:
        return Verdict(NOT_RUN, reason=f"the script failed: {record['error']}")
    if claim.full and job.quick:
        return Verdict(NOT_RUN, reason="about the full size")
    if claim.mnist and job.data != "mnist":
        return Verdict(NOT_RUN, reason="about real MNIST")
    try:
        measured = claim.measure(record["results"])
        held = claim.check.holds(measured)
    except Exception as error:  # whatever a script may have returned
        return Verdict(DIFFERED, f"nothing that can be compared ({type(error).__name__}: {error})")
    return Verdict(HELD if held else DIFFERED, text(measured), "" if held else claim.differs)
