"""What people send: answers, and at the desk whole polls."""
