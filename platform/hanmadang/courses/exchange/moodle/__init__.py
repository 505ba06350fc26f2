"""Moodle XML: questions with everything Moodle exports of them."""
