"""How well answers are foretold: baselines of the field and our engine on the same people.

`python -m bench.curricula` prints the table. The data are made here from a fixed seed; with
`SKILL_BUILDER=<folder>` they are ASSISTments' skill builder set of 2009 as CAHLR/pyBKT-examples
splits it (`builder_train.csv`, `builder_test.csv`; no licence stands beside it, so it is not ours
to pass on).
"""
