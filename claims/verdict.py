"""Verdicts: whether a claim held, differed or was not run, and the measured value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.claim import Claim, Run
from claims.execution import Job, Record
from claims.expect import text

HELD, DIFFERED, NOT_RUN = "held", "differed", "not run"


@dataclass(frozen=True)
class Verdict:
    """The result of checking a claim.

    Attributes
    ----------
    status : str
        `HELD`, `DIFFERED` or `NOT_RUN`.
    measured : str
        The measured value as text; empty if nothing was measured.
    reason : str
        Why the claim was not run; or why it differed, if known.
    """

    status: str
    measured: str = ""
    reason: str = ""

    @property
    def unexplained(self) -> bool:
        """Whether it differed for an unknown reason."""
        return self.status == DIFFERED and not self.reason


Verdicts = dict[str, list[tuple[Claim, Verdict]]]


def judge(claim: Claim, record: Record | None, job: Job) -> Verdict:
    """Check a claim against the results of its script, if it applies to this size and data."""
    if record is None:
        return Verdict(NOT_RUN, reason="the script was not run with this version of the code")
    if "error" in record:
        return Verdict(NOT_RUN, reason=f"the script failed: {record['error']}")
    if claim.full and job.quick:
        return Verdict(NOT_RUN, reason="the claim is about the full size, and this was --quick")
    if claim.mnist and job.data != "mnist":
        return Verdict(NOT_RUN, reason="the claim is about real MNIST, and these are drawn digits")
    try:
        measured = claim.measured(record["results"])
        held = claim.check.holds(measured)
    except Exception as error:  # whatever a script may have returned
        return Verdict(DIFFERED, f"no value to compare ({type(error).__name__}: {error})")
    return Verdict(
        HELD if held else DIFFERED,
        text(measured, claim.check.digits),
        "" if held else claim.differs,
    )


def judge_all(runs: Sequence[Run], records: Mapping[str, Record], job: Job) -> Verdicts:
    """Return the claims of each run, by its name, each with its verdict."""
    return {
        run.name: [(claim, judge(claim, records.get(run.name), job)) for claim in run.claims]
        for run in runs
    }
