"""What leaves the building: pure builders from tables of figures to bytes. No database, no clock, no network."""
