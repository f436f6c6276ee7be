"""Sound through ffmpeg: measured, judged, brought to one loudness, encoded. Always in a separate process."""
