# What is wrong with a directory file, and how to mend it. Said by `switchboard directory check` and
# `import` after the file, line and column.

directory-finding-toml-syntax = The file is not TOML from here on: { $detail }
    .remedy = Look at this line and the one before it for a missing quotation mark, bracket or equals sign.
directory-finding-schema-unsupported = The file has schema { $given }, and this program reads { $expected }.
    .remedy = Write schema = { $expected }, or use the version of the program that the file was written for.
directory-finding-missing-field = “{ $field }” is missing.
    .remedy = Add { $field } to this entry.
directory-finding-unknown-field = There is no “{ $field }” here.
    .remedy = Correct the name or remove the line. What can stand here: { $expected }.
directory-finding-unknown-choice = “{ $given }” is not a choice here.
    .remedy = Write one of: { $expected }.
directory-finding-wrong-type = Here stands { $given ->
        [text] a text
        [number] a number
        [boolean] true or false
        [date] a date
        [moment] a date with a time
        [list] a list
        [table] a table
       *[other] something
    } that does not belong here.
    .remedy = Write { $expected ->
        [text] a text in quotation marks
        [number] a whole number without quotation marks
        [boolean] true or false, without quotation marks
        [date] a date such as 2024-01-31, without quotation marks
        [moment] a local date and time such as 2024-01-31T14:00:00, without a zone
        [list] a list in square brackets, such as ["a", "b"]
        [table] a table in braces, such as the names in several languages
        [entries] each entry under its own heading in double square brackets
       *[other] another kind of value
    }.
directory-finding-number-out-of-range = The number { $given } is too small or too large here.
    .remedy = Write a whole number from 0 to 65535.
directory-finding-id-malformed = “{ $id }” cannot be an id.
    .remedy = Use lower-case letters a to z, digits and hyphens, such as dealer-reserve.
directory-finding-id-doubled = There is another { $kind } “{ $id }” above.
    .remedy = Give one of the two another id, or remove it.
directory-finding-unknown-reference = There is no { $kind } “{ $id }”.
    .remedy = Did you mean “{ $nearest }”? Otherwise add the { $kind } to the file.
directory-finding-language-malformed = “{ $language }” is not a language code.
    .remedy = Use a code such as en or es.
directory-finding-language-missing = The text “{ $text }” is missing in the language “{ $language }”.
    .remedy = Add it, so that everyone can read it.
directory-finding-hours-malformed = The hours “{ $hours }” cannot be read from here on.
    .remedy = Write them like "Mo-Fr 08:00-17:00; Sa 09:00-13:00; Su off": two-letter days, two digits each for hours and minutes.
directory-finding-hours-need-a-place = The hours “{ $hours }” depend on the sun, which stands differently everywhere.
    .remedy = Write clock times.
directory-finding-zone-unknown = There is no time zone “{ $zone }”.
    .remedy = Write a name such as "America/Chicago", or "caller" for the local time of whoever asks.
directory-finding-country-unknown = The holidays of the country “{ $country }” are not known.
    .remedy = Write a two-letter code such as "US", or leave it out and list the days off as [[holiday]].
directory-finding-number-malformed = “{ $number }” cannot be a telephone number.
    .remedy = Write it with its country code, such as "+1 855-720-2559".
directory-finding-number-invalid = { $way }: the telephone network has no number { $number }.
    .remedy = Compare its digits with the source.
directory-finding-option-malformed = “{ $option }” cannot be pressed on a telephone.
    .remedy = Write the keys to press: digits, * or #.
directory-finding-option-doubled = Option { $option } of { $number } is also in line { $line }, so one of the two leads to the wrong desk.
    .remedy = Correct the option, or give each its first and last day.
directory-finding-email-malformed = “{ $email }” is not an email address.
    .remedy = Write one address, such as "name@example.com".
directory-finding-url-malformed = “{ $url }” is not a safe web address.
    .remedy = Write the whole address, beginning with https://
directory-finding-address-missing = A way of the channel { $channel } needs “{ $field }”.
    .remedy = Add { $field }, or write published = false if it exists but is not told.
directory-finding-field-of-other-channel = “{ $field }” does not belong to a way of the channel { $channel }.
    .remedy = Remove { $field }, or correct the channel. A way that is not published has no address at all.
directory-finding-range-inverted = It ends ({ $until }) before it begins ({ $from }).
    .remedy = Exchange the two, or correct one.
directory-finding-topic-unreached = Nobody handles the topic “{ $topic }”.
    .remedy = Add it to the topics of a unit or way, or remove it.
directory-finding-topic-unpublished = For the topic “{ $topic }” there is no way whose number or address is told.
    .remedy = Add one, or publish the way that there is.
directory-finding-topic-never-open = No line for the topic “{ $topic }” is ever open.
    .remedy = Correct the hours of its ways, or add a way.
directory-finding-way-never-open = { $way } never opens: { $hours }
    .remedy = Correct its hours or its dates.
directory-finding-way-doubled = { $way } and { $other } are the same line for the same matter on the same days.
    .remedy = Remove one, or give each its first and last day.
directory-finding-unit-unreachable = The unit “{ $unit }” cannot be reached in any way.
    .remedy = Add a way, or remove the unit.
directory-finding-promise-gap = “{ $unit }” promises to be there from { $from } to { $until }, and no line is open.
    .remedy = Correct the hours of its ways, or what is promised.
directory-finding-seasons-overlap = { $way }: two seasons of “{ $hours }” both claim { $day }; the later one wins.
    .remedy = End one season the day before the other begins.
directory-finding-exceptions-contradict = { $way }: this exception and the one in line { $line } overlap, one open and one closed.
    .remedy = End one before the other begins.
directory-finding-synonym-shared = “{ $synonym }” leads the same people to “{ $topic }” and to “{ $other }”.
    .remedy = Leave it with one of them, or make it more exact.

# What the answers refuse.

refusal-directory-unknown-topic = There is no topic “{ $topic }” in the directory.
    .remedy = Describe what you need in your own words, or choose a topic from the list.
refusal-directory-unknown-audience = There is no audience “{ $audience }” in the directory.
    .remedy = Choose one from the list, or leave it out.
refusal-directory-unknown-region = There is no region “{ $region }” in the directory.
    .remedy = Choose one from the list, or leave it out.
refusal-directory-unknown-document = The directory does not say where to send “{ $document }”.
    .remedy = Choose a kind of document from the list, or call the unit that asked for it.

# Federal holidays.

directory-holiday-new-year = New Year’s Day
directory-holiday-martin-luther-king = Martin Luther King Jr. Day
directory-holiday-washington = Presidents’ Day
directory-holiday-memorial = Memorial Day
directory-holiday-juneteenth = Juneteenth
directory-holiday-independence = Independence Day
directory-holiday-labor = Labor Day
directory-holiday-columbus = Columbus Day
directory-holiday-veterans = Veterans Day
directory-holiday-thanksgiving = Thanksgiving Day
directory-holiday-christmas = Christmas Day
