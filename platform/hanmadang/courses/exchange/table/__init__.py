"""CSV with columns of our own: questions written in a spreadsheet."""
