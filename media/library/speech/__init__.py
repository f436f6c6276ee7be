"""Draft voice: an editor hears a script before a person reads it. The voice itself runs as a separate program."""
