"""The one partition set: users."""

import dagster as dg

USERS_NAME = "user"
users = dg.DynamicPartitionsDefinition(name=USERS_NAME)
