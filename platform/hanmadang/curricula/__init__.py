"""The room of curricula: what people show and wish becomes a path of lessons, with its reasons."""
