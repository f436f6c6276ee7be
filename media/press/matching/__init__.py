"""Which press items concern which campaign, and why: queries, and one automaton that answers all of them at once."""

from media.press.matching.engine import Match, Matcher, Reason
from media.press.matching.query import BadQuery, Query

__all__ = ["BadQuery", "Match", "Matcher", "Query", "Reason"]
