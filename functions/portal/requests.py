"""What the portal answers to machines: the OpenAPI document itself."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ApiDocument(BaseModel):
    """The OpenAPI 3.1 document of this platform, whole."""

    model_config = ConfigDict(frozen=True, extra="allow")

    openapi: Annotated[str, Field(examples=["3.1.1"])]
    info: Annotated[dict[str, Any], Field(examples=[{"title": "Passerelle", "version": "1"}])]
    paths: Annotated[dict[str, Any], Field(examples=[{}])]
