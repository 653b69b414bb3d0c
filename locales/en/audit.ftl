# trust/audit: what a check of the audit trail found, and its refusals.

audit-broken-missing = Entry { $seq } is missing.
audit-broken-changed = Entry { $seq } is not what was written.
audit-broken-replaced = Entry { $seq } was exchanged for another.
audit-broken-rewritten = The trail was written anew somewhere between entry { $seq } and entry { $until }.
audit-broken-cut-off = The entries from { $seq } on were cut off.
audit-broken-head-differs = The trail does not end the way it should at entry { $seq }.
audit-broken-checkpoint-missing = The signature that belongs at entry { $seq } is missing.
audit-broken-checkpoint-forged = The signature at entry { $seq } is not ours.

refusal-audit-key-unusable = The audit trail’s signing key cannot be opened.
    .remedy = Start with the master key this database was made with. If that is the case, someone changed the signing keys: keep the database as evidence and run the audit check.
refusal-audit-nothing-to-export = No entry of the audit trail matches.
    .remedy = Widen the filter.
refusal-audit-filter-malformed = This is not something that audit entries can be filtered by.
    .remedy = Choose one of the values on offer.
refusal-audit-bundle-malformed = This is not a complete audit export (line { $line }).
    .remedy = Get the file again from whoever exported it.
refusal-audit-bundle-unreadable = A line of this file is not part of an audit export.
    .remedy = Get the file again from whoever exported it. If it is the same file, someone changed it.
refusal-audit-public-key-malformed = This is not a public key of an audit trail.
    .remedy = It is the key’s name, a colon and 64 hexadecimal digits.
