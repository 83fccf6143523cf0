"""A large programme for measuring: years of invented referrals, written in bulk, true in every rule the actions keep."""
