"""What every call of the API has in common: who calls, how often, what is answered, and how a refusal is said."""
