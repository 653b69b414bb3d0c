# Webhooks: what is refused when somebody looks after them. See channels/webhooks.

refusal-webhooks-name-malformed = A webhook needs a name of at most { $longest } characters.
    .remedy = Say who is told, such as “Ledger”.
refusal-webhooks-url-malformed = This is no address that can be told.
    .remedy = Give one such as https://hooks.example.com/switchboard, without a user name, password or “#”.
refusal-webhooks-url-in-the-clear = This address would be told without encryption.
    .remedy = Use one that begins with https.
refusal-webhooks-url-private = This address lies inside our own network.
    .remedy = Give a public one. An operator can allow private ones in the settings.
refusal-webhooks-events-malformed = Say by name what is to be told: one to { $most } kinds of events.
    .remedy = Write “conversations.closed”, or “conversations.*” for all of an area.
refusal-webhooks-too-many = There are { $most } webhooks already.
    .remedy = Remove one that nobody needs any more.
refusal-webhooks-changed-meanwhile = Somebody changed this webhook meanwhile.
    .remedy = Look at it again, and then make your change.
