"""Every store over its real server."""

from embed_platform_tests.servers import s3_server as s3_server
from embed_platform_tests.servers import servers_home as servers_home
from embed_platform_tests.stores.conftest import lake as lake
from embed_platform_tests.stores.conftest import milvus as milvus
from embed_platform_tests.stores.conftest import pgvector as pgvector
from embed_platform_tests.stores.conftest import qdrant as qdrant
from embed_platform_tests.stores.conftest import s3 as s3
from embed_platform_tests.stores.conftest import store as store
from embed_platform_tests.stores.conftest import table as table
