"""Dates and numbers of every content language (FORMAT_MODULE_PATH); folder names are Django locale names."""
