"""The house's front: entrance checks, home page, error pages, health, headers."""
