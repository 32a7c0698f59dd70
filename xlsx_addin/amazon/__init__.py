"""The client of the Reconciliation API: regions, tokens, limits, retries, one funnel for HTTP."""
