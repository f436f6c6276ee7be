"""Documents on paper and on screen: one outline of what was approved, drawn as PDF (typst) and as DOCX (Word)."""
