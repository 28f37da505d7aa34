"""The journal of payments in the database."""

from gateway.storage.attempts import SqlAttemptLog
from gateway.storage.events import SqlEventLog
from gateway.storage.payments import SqlPaymentLog
from gateway.storage.refunds import SqlRefundLog


class SqlJournal(SqlPaymentLog, SqlAttemptLog, SqlRefundLog, SqlEventLog):
    """Implements `gateway.payments.journal.Journal`."""
