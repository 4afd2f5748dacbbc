"""Fixtures of real servers."""

from embed_platform_tests.servers import s3_server as s3_server
