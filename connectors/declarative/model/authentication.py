"""How the connector proves who it is."""

from typing import Annotated, Literal

from pydantic import Field

from connectors.declarative.model.part import Expression, Part, Tree


class NoAuth(Part):
    """Nothing is proved."""

    kind: Literal["none"] = Field(description="No credentials.")


class BasicAuth(Part):
    """A name and a password with every request (RFC 7617)."""

    kind: Literal["basic"] = Field(description="HTTP basic authentication.")
    username: str = Field(description="Template of the user's name.")
    password: str = Field(description="Template of the password.")


class HeaderAuth(Part):
    """A fixed header with every request, such as an API key."""

    kind: Literal["header"] = Field(description="A header with a fixed value.")
    name: str = Field(pattern=r"^[A-Za-z0-9-]+$", description="The header's name.")
    value: str = Field(description="Template of its value.")


class OAuth2Auth(Part):
    """An access token, fetched when first needed and renewed before it ends (RFC 6749)."""

    kind: Literal["oauth2"] = Field(description="OAuth 2.0 bearer tokens.")
    token_path: str = Field(
        pattern=r"^/", description="Path of the token endpoint below the base address."
    )
    client_id: str = Field(description="Template of the client's id.")
    client_secret: str = Field(description="Template of the client's secret.")
    grant: Literal["client_credentials", "refresh_token"] = Field(
        default="client_credentials", description="How a token is asked for."
    )
    refresh_token: str | None = Field(
        default=None, description="Template of the first refresh token, for that grant."
    )
    scope: str | None = Field(default=None, description="The scope to ask for.")
    credentials: Literal["header", "body"] = Field(
        default="header", description="Where the client's id and secret are sent."
    )
    token: Expression = Field(
        default="access_token", description="Where the answer holds the token."
    )
    expires_in: Expression = Field(
        default="expires_in", description="Where the answer holds its life in seconds."
    )


class SessionAuth(Part):
    """A login, whose token or cookie goes with every request until the system refuses it."""

    kind: Literal["session"] = Field(description="A login that ends, and is then repeated once.")
    login: "LoginRequest" = Field(description="The request that logs in.")
    token: Expression | None = Field(
        default=None, description="Where the login's answer holds the token, in its body."
    )
    token_header: str | None = Field(
        default=None, description="Or the header of the login's answer that holds it."
    )
    cookie: str | None = Field(
        default=None, description="Or the name of the cookie that the login sets."
    )
    send_header: str = Field(
        default="authorization", description="The header in which the token is sent on."
    )
    send_prefix: str = Field(
        default="Bearer ", description="What stands before the token in that header."
    )
    expired_status: tuple[int, ...] = Field(
        default=(401,), description="Statuses that mean that the session has ended."
    )
    expired_when: Expression | None = Field(
        default=None, description="What is true of an answer that says so with another status."
    )


class LoginRequest(Part):
    """The request that begins a session."""

    method: Literal["GET", "POST", "PUT"] = Field(default="POST", description="HTTP method.")
    path: str = Field(pattern=r"^/", description="Path below the base address.")
    headers: dict[str, str] = Field(default_factory=dict, description="Headers, as templates.")
    body: Tree = Field(default=None, description="JSON body, whose texts are templates.")
    form: dict[str, str] | None = Field(default=None, description="Or a form, as templates.")


Auth = Annotated[
    NoAuth | BasicAuth | HeaderAuth | OAuth2Auth | SessionAuth, Field(discriminator="kind")
]
