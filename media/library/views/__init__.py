"""Thin views: sound by its hash, documents for download, the pages on which recordings are sent."""
