"""What people look at: one document's trace, and one page for each version."""
