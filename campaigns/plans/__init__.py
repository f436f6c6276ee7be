"""Plans: from a signed document to a draft campaign."""
