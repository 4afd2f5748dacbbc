"""What a collection in Milvus is made of; no rows pass here."""

from __future__ import annotations

from embed_platform.stores.base import StoreTable
from embed_platform.stores.milvus import pages as milvus_pages
from embed_platform.stores.milvus import rows as milvus_rows
from embed_platform.stores.milvus.client import MilvusConnection

HNSW = {"M": 16, "efConstruction": 200}


def create(milvus: MilvusConnection, table: StoreTable) -> None:
    """Make a table's collection with its typed fields and indexes."""
    from pymilvus import DataType, MilvusClient

    forms = {
        "text": DataType.VARCHAR,
        "array": DataType.VARCHAR,  # as JSON
        "integer": DataType.INT64,
        "boolean": DataType.BOOL,
    }
    own = milvus_rows.names(table.kind)
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(own.key, DataType.VARCHAR, max_length=32, is_primary=True)
    schema.add_field(own.vector, DataType.FLOAT_VECTOR, dim=table.space.dimension)
    for name, size in milvus_rows.COMMON_FIELDS.items():
        schema.add_field(name, DataType.VARCHAR, max_length=size)
    for name, form in table.kind.fields.items():
        length = {"max_length": milvus_rows.TEXT_BYTES} if forms[form] is DataType.VARCHAR else {}
        wanted = DataType.INT16 if name in own.short else forms[form]
        schema.add_field(name, wanted, nullable=True, **length)
    indexes = MilvusClient.prepare_index_params()
    if table.space.multi_vector:
        milvus_pages.add_list(schema, table.space.dimension)
        indexes.add_index(
            milvus_pages.PATH, index_type="HNSW", metric_type=milvus_pages.METRIC, params=HNSW
        )
    indexes.add_index(own.vector, index_type="HNSW", metric_type="COSINE", params=HNSW)
    indexes.add_index("user", index_type="INVERTED")
    milvus.call(
        "create_collection",
        table.name,
        schema=schema,
        index_params=indexes,
        # verification has to see what was just written
        consistency_level="Strong",
    )
