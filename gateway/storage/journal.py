"""The journal of payments in the database."""

from gateway.storage.attempts import SqlAttemptLog
from gateway.storage.claims import SqlClaimLog
from gateway.storage.dues import SqlDueLog
from gateway.storage.events import SqlEventLog
from gateway.storage.findings import SqlFindingLog
from gateway.storage.increases import SqlIncreaseLog
from gateway.storage.leases import SqlLeaseLog
from gateway.storage.lists import SqlListLog
from gateway.storage.online import SqlOnlineLog
from gateway.storage.outbox import SqlOutboxLog
from gateway.storage.payments import SqlPaymentLog
from gateway.storage.reader_log import SqlReaderLog
from gateway.storage.refunds import SqlRefundLog
from gateway.storage.tasks import SqlTaskLog


class SqlJournal(
    SqlTaskLog,
    SqlListLog,
    SqlPaymentLog,
    SqlLeaseLog,
    SqlClaimLog,
    SqlAttemptLog,
    SqlRefundLog,
    SqlEventLog,
    SqlOutboxLog,
    SqlFindingLog,
    SqlDueLog,
    SqlIncreaseLog,
    SqlReaderLog,
    SqlOnlineLog,
):
    """Implements `gateway.payments.journal.Journal`."""
