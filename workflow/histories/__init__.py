"""What one audience may see of a case, and how it is shown."""
