"""What can be done: the mutations of every noun, each from a module of its own."""

import strawberry

from schema.graphql.payment_mutation import PaymentMutation
from schema.graphql.reader_mutation import ReaderMutation
from schema.graphql.reader_task_mutation import ReaderTaskMutation
from schema.graphql.refund_mutation import RefundMutation


@strawberry.type(description="What can be done.")
class Mutation(PaymentMutation, ReaderMutation, ReaderTaskMutation, RefundMutation):
    """Each answers within about two seconds; what it began goes on by itself."""
