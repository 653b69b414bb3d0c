# Other programs and their tokens, as administrators see them. See faces/desk/src/programs.

programs-title = Programs
programs-lead = Other programs come in with a token and see what it permits, and nothing else. What they can ask is described here:
programs-none = No program has a token
programs-none-help = Make one below for a program that reads or answers conversations.
programs-name = Program
programs-name-hint = What it is for, such as “Mail robot”. Not a person’s name.
programs-may = May
programs-scope-conversation-read = read conversations
programs-scope-conversation-reply = open and answer conversations
programs-scope-conversation-assign = assign, tag and close conversations
programs-scope-customer-read = see customers, masked
programs-scope-personal-reveal = see customers’ data in the clear (each look is in the audit trail)
programs-scope-queue-supervise = see queues and set presence
programs-scope-api-manage = look after webhooks
programs-queues = Only some queues
programs-queues-hint = Without a choice here it sees the work of all queues. What lies elsewhere does not exist for it.
programs-all-queues = All queues
programs-used = Last used
programs-never = never
programs-ends = Ends
programs-days = { $days ->
    [one] in one day
   *[other] in { $days } days
}
programs-works = works
programs-ended = ended
programs-revoked = revoked
programs-new = New token
programs-make = Make a token
programs-revoke = Revoke
programs-revoke-ask = The program is out at once, and this token never works again.
programs-made = Token made
programs-once = Copy it now into the program’s own safe place: it is shown this once, and nobody can read it here again.
programs-token = The token
programs-until = Good until
programs-kept = It is kept
programs-done-revoked = The token is worthless from now on.
