"""The pages of this floor. Fetch, bind, call one action, respond."""
