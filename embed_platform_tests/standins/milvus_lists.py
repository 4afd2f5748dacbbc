"""A Milvus with embedding lists on the loopback: milvus-lite's own service, and the lists beside it in memory.

It speaks Milvus' protocol to the real client. Scalars, filters, keys and order are milvus-lite's;
an array of structs with a vector in each is kept here, and searched by a plain loop over MaxSim.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import numpy as np
from milvus_lite.adapter.grpc import server as lite
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite
from pymilvus.grpc_gen import common_pb2, milvus_pb2, milvus_pb2_grpc, schema_pb2

_PATH = re.compile(r"^(\w+)\[(\w+)\]$")
_EMBEDDING_LIST = 301  # PlaceholderType.EmbListFloatVector
OK = common_pb2.Status(code=0, reason="")


class MilvusWithLists(MilvusServicer):
    """See above.

    Args:
        db: of milvus-lite.
        version: that the server says it has.
    """

    def __init__(self, db: MilvusLite, version: str) -> None:
        super().__init__(db)
        self.version = version
        self.structs: dict[str, list[schema_pb2.StructArrayFieldSchema]] = {}
        self.indexed: dict[str, dict[str, str]] = {}
        self.lists: dict[str, dict[str, np.ndarray]] = {}
        self.searches = 0
        self.spoil: Any = None

    def GetVersion(self, request: Any, context: Any) -> Any:
        return milvus_pb2.GetVersionResponse(status=OK, version=self.version)

    def CreateCollection(self, request: Any, context: Any) -> Any:
        schema = schema_pb2.CollectionSchema()
        schema.ParseFromString(request.schema)
        structs = list(schema.struct_array_fields)
        for struct in structs:
            (field,) = struct.fields
            assert field.element_type == schema_pb2.FloatVector
            params = {pair.key: pair.value for pair in field.type_params}
            assert 0 < int(params["max_capacity"]) <= 4096 and int(params["dim"]) > 0
        del schema.struct_array_fields[:]
        request.schema = schema.SerializeToString()
        done = super().CreateCollection(request, context)
        if done.code == 0:
            self.structs[request.collection_name] = structs
            self.lists[request.collection_name] = {}
        return done

    def DropCollection(self, request: Any, context: Any) -> Any:
        self.structs.pop(request.collection_name, None)
        self.lists.pop(request.collection_name, None)
        return super().DropCollection(request, context)

    def DescribeCollection(self, request: Any, context: Any) -> Any:
        found = super().DescribeCollection(request, context)
        found.schema.struct_array_fields.extend(self.structs.get(request.collection_name, []))
        return found

    def CreateIndex(self, request: Any, context: Any) -> Any:
        if not _PATH.match(request.field_name):
            return super().CreateIndex(request, context)
        params = {pair.key: pair.value for pair in request.extra_params}
        if not params["metric_type"].startswith("MAX_SIM"):
            return common_pb2.Status(code=1, reason="an embedding list wants a MAX_SIM metric")
        self.indexed[request.collection_name] = params
        return OK

    def DescribeIndex(self, request: Any, context: Any) -> Any:
        """Of the field that is named; the lists' own besides the others where none is."""
        wanted = request.field_name or request.index_name
        found = super().DescribeIndex(request, context)
        if request.collection_name in self.indexed and (not wanted or _PATH.match(wanted)):
            path = f"{self.structs[request.collection_name][0].name}[vector]"
            own = milvus_pb2.IndexDescription(
                index_name=path, field_name=path, state=common_pb2.IndexState.Finished
            )
            known = [] if _PATH.match(wanted) else list(found.index_descriptions)
            return milvus_pb2.DescribeIndexResponse(status=OK, index_descriptions=[*known, own])
        return found

    def LoadCollection(self, request: Any, context: Any) -> Any:
        if self.structs.get(request.collection_name) and not self.indexed.get(
            request.collection_name
        ):
            return common_pb2.Status(code=700, reason="a vector field has no index")
        return super().LoadCollection(request, context)

    def Upsert(self, request: Any, context: Any) -> Any:
        structs = [data for data in request.fields_data if data.HasField("struct_arrays")]
        plain = [data for data in request.fields_data if not data.HasField("struct_arrays")]
        del request.fields_data[:]
        request.fields_data.extend(plain)
        done = super().Upsert(request, context)
        if done.status.code == 0 and structs:
            (struct,) = structs
            (field,) = struct.struct_arrays.fields
            keys = next(data for data in plain if data.field_name == "id").scalars.string_data.data
            for key, one in zip(keys, field.vectors.vector_array.data, strict=True):
                matrix = np.array(one.float_vector.data, np.float32).reshape(-1, one.dim)
                self.lists[request.collection_name][key] = matrix
        return done

    def Delete(self, request: Any, context: Any) -> Any:
        done = super().Delete(request, context)
        for key in done.IDs.str_id.data:
            self.lists.get(request.collection_name, {}).pop(key, None)
        return done

    def Query(self, request: Any, context: Any) -> Any:
        wanted = [name for name in request.output_fields if _PATH.match(name)]
        left = [name for name in request.output_fields if not _PATH.match(name)]
        del request.output_fields[:]
        request.output_fields.extend(left)
        found = super().Query(request, context)
        if wanted and found.status.code == 0:
            found.fields_data.append(self._struct(request.collection_name, _keys(found)))
        return found

    def Search(self, request: Any, context: Any) -> Any:
        params = {pair.key: pair.value for pair in request.search_params}
        if not _PATH.match(params.get("anns_field", "")):
            return super().Search(request, context)
        self.searches += 1
        group = common_pb2.PlaceholderGroup()
        group.ParseFromString(request.placeholder_group)
        (holder,) = group.placeholders
        assert holder.type == _EMBEDDING_LIST, "not an embedding list"
        name = request.collection_name
        (field,) = self.structs[name][0].fields
        question = np.frombuffer(holder.values[0], "<f4").reshape(-1, _dimension(field))
        query = milvus_pb2.QueryRequest(
            db_name=request.db_name, collection_name=name, expr=request.dsl, output_fields=["id"]
        )
        allowed = _keys(super().Query(query, context))
        scores = {key: plain_maxsim(question, self.lists[name][key]) for key in allowed}
        most = int(params.get("limit") or params.get("topk") or json.loads(params["params"])["k"])
        best = sorted(scores, key=lambda key: -scores[key])[:most]
        results = schema_pb2.SearchResultData(
            num_queries=1,
            top_k=most,
            topks=[len(best)],
            scores=[scores[key] for key in best],
            ids=schema_pb2.IDs(str_id=schema_pb2.StringArray(data=best)),
            primary_field_name="id",
        )
        return milvus_pb2.SearchResults(status=OK, results=results, collection_name=name)

    def _struct(self, name: str, keys: list[str]) -> schema_pb2.FieldData:
        (struct,) = self.structs[name]
        field = struct.fields[0]
        inner = schema_pb2.FieldData(field_name=field.name, type=schema_pb2.ArrayOfVector)
        held = inner.vectors.vector_array
        held.dim = inner.vectors.dim = _dimension(field)
        held.element_type = schema_pb2.FloatVector
        for key in keys:
            matrix = self.lists[name][key]
            one = held.data.add(dim=held.dim)
            one.float_vector.data.extend((self.spoil or np.asarray)(matrix).ravel().tolist())
        outer = schema_pb2.FieldData(field_name=struct.name, type=schema_pb2.ArrayOfStruct)
        outer.struct_arrays.fields.append(inner)
        return outer


def plain_maxsim(question: np.ndarray, page: np.ndarray) -> float:
    """The sum over a question's vectors of the best cosine in a page, one pair at a time."""
    total = 0.0
    for asked in question.astype(np.float64):
        best = -2.0
        for vector in page.astype(np.float64):
            cosine = asked @ vector / (np.linalg.norm(asked) * np.linalg.norm(vector))
            best = max(best, float(cosine))
        total += best
    return total


@contextmanager
def serving_lists(
    folder: Path, version: str = "2.6.4", *, lists: bool = True
) -> Iterator[tuple[str, MilvusWithLists]]:
    """The stand-in at an address; without `lists` it is milvus-lite alone."""
    db = MilvusLite(str(folder))
    server = lite._build_server(db, 4)
    service = MilvusWithLists(db, version)
    if lists:
        server = grpc.server(
            lite.futures.ThreadPoolExecutor(4),
            options=[("grpc.max_receive_message_length", 2**28)],
        )
        milvus_pb2_grpc.add_MilvusServiceServicer_to_server(service, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"http://127.0.0.1:{port}", service
    finally:
        server.stop(grace=1).wait()
        db.close()


def _keys(found: Any) -> list[str]:
    return next(
        list(data.scalars.string_data.data) for data in found.fields_data if data.field_name == "id"
    )


def _dimension(field: schema_pb2.FieldSchema) -> int:
    return int({pair.key: pair.value for pair in field.type_params}["dim"])
