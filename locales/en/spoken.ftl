# Answers of the directory, as they are said everywhere.

spoken-open-until = Open, closes { $when }
spoken-open-always = Open around the clock
spoken-closed-until = Closed, opens { $when }
spoken-closed = Closed
spoken-unconfirmed = May be closed; open for certain { $when }
spoken-hours-unstated = Hours not published
spoken-any-time = Any time
spoken-holiday = Public holiday
spoken-expected-minutes =
    { $max ->
        [one] usually within { $max } minute
       *[other] usually { $min } to { $max } minutes
    }
spoken-expected-hours =
    { $max ->
        [one] usually within { $max } hour
       *[other] usually { $min } to { $max } hours
    }
spoken-expected-business-days =
    { $max ->
        [one] usually within { $max } business day
       *[other] usually { $min } to { $max } business days
    }
