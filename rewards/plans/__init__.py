"""Paid memberships: what they cost and include, who has them until when, and how often members used what they include."""
