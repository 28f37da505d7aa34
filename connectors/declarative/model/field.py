"""How one field of a record is filled. A text alone is the JMESPath of its value."""

from typing import Any, Generic, TypeVar

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema
from typing_extensions import override

from connectors.declarative.model.part import Expression, Part, Pattern, Scalar

F = TypeVar("F")


class ValueField(Part):
    """A field with one value."""

    path: Expression | None = Field(
        default=None, description="JMESPath of the value within the system's record."
    )
    value: Scalar = Field(
        default=None, description="A fixed value instead; a text may be {config.x}."
    )
    python: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z_][\w.]*:[A-Za-z_]\w*$",
        description="module:function instead: it is given the system's record and gives the value."
        " A module beside the file comes first.",
    )
    default: Scalar = Field(default=None, description="The value where the system has none.")
    required: bool = Field(
        default=False,
        description="Whether a missing value is a record in an unknown form, though the field may"
        " be empty. Fields that may not be empty always are.",
    )
    trim: bool = Field(default=True, description="Whether spaces around a text are taken off.")
    enum: str | None = Field(default=None, description="Name of the table of words to use.")
    map: str | None = Field(
        default=None,
        description="Name of a config map, ours to theirs, that is read backwards. What it"
        " lacks is an empty field, or, of one that may not be empty, a record that is not ours.",
    )
    complete: bool = Field(
        default=False,
        description="Whether that map has every value; another is one in an unknown form.",
    )

    @classmethod
    @override
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A text alone is allowed as well."""
        schema = handler.resolve_ref_schema(handler(core_schema))
        whole = dict(schema)
        schema.clear()
        schema["anyOf"] = [{"type": "string", "description": "JMESPath of the value."}, whole]
        return schema

    @model_validator(mode="before")
    @classmethod
    def _a_path_alone(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_origin(self) -> "ValueField":
        given = self.model_fields_set & {"path", "value", "python"}
        if len(given) != 1:
            raise ValueError("expected exactly one of path, value and python")
        return self


class WrittenField(ValueField):
    """A field whose value is written in one form."""

    pattern: Pattern | None = Field(
        default=None,
        description="Regular expression of the whole value without the spaces around it; what does"
        " not fit is in an unknown form. An empty text is none.",
    )


class TextField(WrittenField):
    """A text."""

    email: bool = Field(
        default=False, description="Whether it is an e-mail address; what is none becomes empty."
    )
    region: str | None = Field(
        default=None,
        description="It is a phone number; this is the country (ISO 3166) of numbers without its"
        " code, as a template. What cannot be dialled becomes empty.",
    )


class NumberField(WrittenField):
    """A number."""

    scale: int = Field(
        default=0,
        ge=0,
        le=9,
        description="Decimal places that the system leaves out: 3 where it counts thousandths.",
    )
    thousands: str | None = Field(
        default=None,
        min_length=1,
        max_length=1,
        description="What may stand between groups of three digits, such as a comma.",
    )


class TimeField(ValueField):
    """A moment, or a date."""

    time: str = Field(
        default="iso",
        min_length=1,
        description="iso, epoch_s, epoch_ms, or a format of strptime, such as %Y%m%d%H%M%S.",
    )
    zone: str | None = Field(
        default=None, description="Zone of a text that names none, as a template: Asia/Tokyo."
    )


class MoneyField(ValueField):
    """An amount of money; of a list, its sum."""

    money: str = Field(
        default="decimal",
        pattern=r"^(decimal|minor)$",
        description="decimal: a text or number in main units. minor: a whole number of the smallest"
        " unit.",
    )
    currency: "CurrencyField" = Field(
        description="The currency's code: its path, or {value: JPY}; an enum reads numeric codes."
    )


class CurrencyField(ValueField):
    """The code of a currency (ISO 4217)."""


class EachField(Part, Generic[F]):
    """A list, one part for each element."""

    each: Expression = Field(description="JMESPath of the list.")
    fields: F = Field(
        description="How each part is filled; paths begin at the element, or, after ^., at"
        " what holds the list."
    )


class PartField(Part, Generic[F]):
    """A record within the record, with the same paths."""

    fields: F = Field(description="How it is filled; where every field is empty, there is none.")
