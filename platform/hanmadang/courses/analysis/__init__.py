"""What figures say: pure functions of counts, without the database and without requests."""
