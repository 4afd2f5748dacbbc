"""Facebook Messenger: exports to typed messages with stable ids."""
