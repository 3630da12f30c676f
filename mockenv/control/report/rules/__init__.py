"""All rules, in the order in which a report tells them: the worst first."""

from mockenv.control.report.rule import LEVELS, Rule
from mockenv.control.report.rules import (
    answer_never_read,
    created_twice,
    departs_from_document,
    deprecated_member,
    never_deleted,
    pages_never_followed,
    polls_after_the_end,
    polls_too_fast,
    refused_again,
    retry_after_ignored,
    retry_without_backoff,
    retry_without_jitter,
    secret_in_url,
    undocumented_member,
    unsafe_retry,
    waits_too_long,
    webhook_replayed,
    webhook_taken_twice,
    webhook_trusted_blindly,
)

MODULES = (
    created_twice,
    retry_after_ignored,
    refused_again,
    webhook_trusted_blindly,
    webhook_replayed,
    secret_in_url,
    unsafe_retry,
    retry_without_backoff,
    answer_never_read,
    waits_too_long,
    polls_too_fast,
    polls_after_the_end,
    pages_never_followed,
    never_deleted,
    departs_from_document,
    undocumented_member,
    deprecated_member,
    webhook_taken_twice,
    retry_without_jitter,
)
RULES: tuple[Rule, ...] = tuple(sorted((module.RULE for module in MODULES), key=lambda rule: LEVELS.index(rule.level)))
