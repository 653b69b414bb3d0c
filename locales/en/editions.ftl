# What core/directory refuses about editions.

refusal-directory-nothing-recorded = No directory had been recorded at that time.
    .remedy = Import one, or ask for a later time of knowledge.
refusal-directory-none-in-force = No directory was in force on { $moment }.
    .remedy = Ask for a day from { $first } on.
refusal-directory-other-institution = The file is the directory of “{ $file }”, but this centre serves “{ $centre }”.
    .remedy = Check the file, or use another data folder for another institution.
refusal-directory-never-in-force = This directory would end before it begins.
    .remedy = Correct “effective” or “until” in the file, or give an earlier effective date.
refusal-directory-moment-malformed = “{ $input }” is not a date or time.
    .remedy = Write it like 2023-09-01 or 2023-09-01T10:00.
