"""The plan reader: text in, fields with their evidence out. No Django, no files, no clock."""

from campaigns.plans.parser.reader import PlanReading, parse_plan, read_plan

__all__ = ["PlanReading", "parse_plan", "read_plan"]
