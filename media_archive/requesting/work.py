"""The job that makes the package of a request."""

from sqlalchemy.orm import Session

from media_archive.delivery.parcel_work import ParcelWork
from media_archive.jobs.models import Job
from media_archive.jobs.runner import Conclusion
from media_archive.requesting import approving


class PackageWork(ParcelWork):
    """Makes a package like any parcel, and tells its request."""

    def do(self, job: Job) -> Conclusion:
        """See `jobs.runner.Work`."""
        assert job.target
        made, parcel_id = super().do(job), job.target

        def conclude(session: Session) -> None:
            made(session)
            session.flush()
            approving.arrived(session, parcel_id)

        return conclude
