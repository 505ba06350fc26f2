"""GIFT, Moodle's text format for questions: reading and writing."""
