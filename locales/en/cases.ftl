# Cases: matters that have to be resolved.

refusal-cases-rules-malformed = The rules in { $file } cannot be used: { $reason }
    .remedy = Correct the file, then try again.
refusal-cases-over = This case is over.
    .remedy = Reopen it to go on with it.
refusal-cases-waiting = This case waits for somebody else.
    .remedy = Say that it goes on, then choose the next step.
refusal-cases-step-not-next = From this step the case cannot go there.
    .remedy = Choose one of the steps that are offered.
