"""The models that are served, as OpenAI lists them."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from embed_platform.embedding.registry import ModelEntry
from embed_platform.service.auth import needs
from embed_platform.service.problems import refusals
from embed_platform.service.state import ServiceOf

router = APIRouter(prefix="/v1", tags=["models"], dependencies=[Depends(needs("read", "embed"))])


class ModelCard(BaseModel):
    """A model; the fields from `space` on are not OpenAI's."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "sentence-transformers/all-MiniLM-L6-v2",
                    "object": "model",
                    "created": 0,
                    "owned_by": "sentence-transformers",
                    "space": "all_minilm_l6_v2_12ab34cd",
                    "dimension": 384,
                    "max_tokens": 256,
                    "matryoshka": False,
                    "aliases": ["minilm"],
                }
            ]
        }
    )
    id: str
    object: Literal["model"] = "model"
    created: int = Field(default=0, description="Not known: 0.")
    owned_by: str
    space: str = Field(description="Slug of its embedding space.")
    dimension: int
    max_tokens: int = Field(description="Tokens that it reads of a text.")
    matryoshka: bool = Field(description="Whether `dimensions` may shorten its vectors.")
    aliases: list[str]


class ModelList(BaseModel):
    """All models, the default first."""

    object: Literal["list"] = "list"
    data: list[ModelCard]


@router.get("/models", responses=refusals())
async def list_models(service: ServiceOf) -> ModelList:
    """The models that texts are embedded with here, the default first."""
    return ModelList(data=[_card(entry) for entry in service.models.entries()])


@router.get("/models/{model_id:path}", responses=refusals(404))
async def get_model(model_id: str, service: ServiceOf) -> ModelCard:
    """One model, by its name, alias or space."""
    return _card(service.models.get(model_id))


def _card(entry: ModelEntry) -> ModelCard:
    owner, _, rest = entry.name.rpartition("/")
    return ModelCard(
        id=entry.name,
        owned_by=owner if rest and "/" not in owner and owner else "local",
        space=entry.space.slug,
        dimension=entry.space.dimension,
        max_tokens=entry.space.max_tokens,
        matryoshka=entry.space.matryoshka,
        aliases=list(entry.aliases),
    )
