"""Courses: what citizens learn, and how far each has come.

Nouns: Course, CourseVersion, Module, Unit, Block, Source, Question; Enrolment, LearningEvent,
Answer, QuestionProgress, UnitProgress; Certificate. Verbs: publish, enrol, open, reach, answer,
complete, switch; certify, revoke, issue again.

A published version never changes; progress belongs to one version and never falls.
"""
