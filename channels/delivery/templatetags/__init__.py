"""Words of the engine's screens."""
