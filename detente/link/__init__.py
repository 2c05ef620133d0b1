"""Mentions of one happening, within a report and across reports, become one Event that keeps them all."""

from detente.link.judging import settle
from detente.link.linking import BELONG, group_mentions, link_events
from detente.link.stored import link_store

__all__ = ["BELONG", "group_mentions", "link_events", "link_store", "settle"]
