"""What messages say, and how they look: pure, from lines that hold nothing of a child. Sending is not done here."""
