# faces/api: the page on which people read the API, and what it refuses.

api-title = The API
api-intro = Everything the directory knows, as JSON for programs. The same as an OpenAPI 3.1 document:
api-operations = Questions
api-parameters = Parameters
api-parameter = Parameter
api-meaning = Meaning
api-example = Example
api-required = required
api-optional = optional
api-try = Try it:
api-shapes = Shapes of the answers
api-field = Field
api-type = Type

refusal-api-query-malformed = The question cannot be read: { $reason }
    .remedy = Compare the parameters with the description at /api.
refusal-api-ask-one = Ask either with “q” (words) or with “topic” (an id).
    .remedy = Give exactly one of the two.
refusal-api-zone-unknown = “{ $zone }” is not a time zone.
    .remedy = Use a name of the IANA database, such as America/Chicago.
refusal-api-courier-missing = Who carries it is not said.
    .remedy = Give the courier's name in “courier”.
