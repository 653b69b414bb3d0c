# What core/customers refuses about people.

refusal-customers-changed-meanwhile = Somebody else changed this person meanwhile.
    .remedy = Load the page again, look at what changed, and make your change once more.
refusal-customers-erased = This person’s data was erased.
    .remedy = Nothing can be added. Whoever contacts us again is a new person.
refusal-customers-name-malformed = This name cannot be used.
    .remedy = Write 1 to { $longest } characters on one line, without invisible ones.
refusal-customers-too-many-names = These are too many other names.
    .remedy = Keep at most { $most }.
refusal-customers-point-malformed = This is not a name or account that somebody could be reached by.
    .remedy = Write it without spaces, as the network or site shows it.
refusal-customers-point-taken = Somebody else proved that this is theirs.
    .remedy = If they are the same person, merge the two. Otherwise keep it as a claim.
refusal-customers-too-many-points = There are too many ways to reach this person.
    .remedy = Keep at most { $most }; take away those that are out of date.
refusal-customers-need-unknown = “{ $input }” is no need that we know.
    .remedy = Choose from the list, and describe anything else in your own words.
refusal-customers-needs-malformed = This description of needs cannot be used.
    .remedy = Write 1 to { $longest } characters.
refusal-customers-note-malformed = This note cannot be used.
    .remedy = Write 1 to { $longest } characters.
refusal-customers-too-many-notes = There are already { $most } notes about this person.
    .remedy = Take away those that no longer help.
refusal-customers-already-one = They are the same person already.
    .remedy = There is nothing to merge.
refusal-customers-merge-undone = This merge was already undone.
    .remedy = Load the page again to see who is who.
