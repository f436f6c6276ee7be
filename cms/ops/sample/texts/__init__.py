"""The five sample campaigns, each a module with CAMPAIGN (facts) and ITEMS (words).

A hotline stands in a body as ("hotline", {"text_before": …, "hotline": "113"}); the loader puts the row in its place.
"""

from cms.ops.sample.texts import drugs, fraud, movement, theft, trafficking

ALL = [theft, drugs, trafficking, fraud, movement]
