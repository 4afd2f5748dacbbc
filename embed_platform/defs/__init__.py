"""Dagster only: what an asset does lives in the domain packages."""

import warnings

import dagster as dg

# `BackfillPolicy` is how many users share a run; Dagster calls it beta and would say so per asset.
warnings.filterwarnings("ignore", category=dg.BetaWarning)
