# Refusals of platform/kernel: what is the matter, and what to do.

refusal-language-malformed = “{ $input }” is not a language code.
    .remedy = Use a code such as en or es.
refusal-reference-malformed = “{ $input }” is not a reference number.
    .remedy = Check it against your letter or message. It looks like C-7F3K-Q2XH.
refusal-money-currencies-differ = An amount in { $left } and one in { $right } cannot be combined.
    .remedy = Give both amounts in the same currency.
refusal-money-out-of-range = This amount is too large to work with.
    .remedy = Check the amount and try again.
