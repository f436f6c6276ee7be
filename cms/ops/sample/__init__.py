"""The sample province: Gia Lai with its areas before and after 1 July 2025, five campaigns, ten stations.

Words are Vietnamese, written for the sample from the facts of real plans. Nothing is invented in a minority language:
such versions are marked pseudo-translations that can never be approved.
"""
